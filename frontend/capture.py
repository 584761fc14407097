"""Pictures of the screen: native size of the adapter, no scaling, no filter."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from dosemu.errors import DosemuError

if TYPE_CHECKING:
    from dosemu.machine import Machine


def screenshot(machine: Machine, path: str | os.PathLike[str]) -> Path:
    """Write the screen as it is now to ``path``; the suffix picks the format (PNG when there is none).

    Raises DosemuError when the file cannot be written or the suffix names no picture format.
    """
    target = Path(path)
    try:
        machine.screen.image().save(target, format=None if target.suffix else "PNG")
    except OSError as error:
        raise DosemuError(f"cannot write the screenshot {target}: {error.strerror or error}") from error
    except ValueError as error:
        raise DosemuError(f"cannot write the screenshot {target}: no picture format has this suffix") from error
    return target


def free_name(folder: Path, stem: str, suffix: str = ".png") -> Path:
    """The first of ``stem-001.png``, ``stem-002.png`` ... that is not there yet.

    >>> free_name(Path("/nowhere"), "game").name
    'game-001.png'
    """
    number = 1
    while (path := folder / f"{stem}-{number:03}{suffix}").exists():
        number += 1
    return path
