"""What a machine is started with: whether a file is a program, and its arguments as DOS passes them.

>>> command_tail(["/x", "my file"])
b' /x "my file"'
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dosemu.errors import NotDosProgram, ProgramNotFound
from dosemu.loader import why_not_dos


def check_program(path: Path) -> None:
    """Raise what the front ends report when ``path`` is nothing to run; a folder is the shell's."""
    if path.is_dir():
        return
    if not path.is_file():
        raise ProgramNotFound(f"{path}: no such file" if not path.exists() else f"{path}: not a file")
    try:
        with path.open("rb") as file:
            data = file.read()
    except OSError as error:
        raise NotDosProgram(f"{path}: {error.strerror or error}") from None
    if reason := why_not_dos(data, path.name):
        raise NotDosProgram(f"{path}: {reason}")


def command_tail(args: Sequence[str]) -> bytes:
    """Arguments as DOS passes them: one string, a space before each; what holds spaces is quoted."""
    words = (f'"{word}"' if " " in word and '"' not in word else word for word in args)
    return "".join(f" {word}" for word in words).encode("cp437", "replace")[:126]
