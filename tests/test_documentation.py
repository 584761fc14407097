"""The Python examples of README.md and of docs/ run as they stand, with programs of the names they use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from dosemu import Machine
from dosemu.shell.shell import Shell
from tests.dosemu.guest import com
from tests.dosemu.shell.test_disks import floppy

_F = TypeVar("_F")
ROOT = Path(__file__).parents[1]
# Shows a text and echoes keys.
GUEST = "b409 ba0e01 cd21 b400 cd16 b40e cd10 ebf6"
TEXT = b"Press any key$"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
ELSEWHERE = {"docs/testing.md", "docs/window.md"}  # test_pytest_plugin.py and test_several_windows.py run theirs


def _declare(*words: str, **texts: str) -> Callable[[_F], _F]:
    """As the shell's ``@command``, but the shell does not hear of it."""
    return lambda function: function


def blocks() -> Iterator[Any]:
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        name = page.relative_to(ROOT).as_posix()
        if name in ELSEWHERE:
            continue
        for number, found in enumerate(BLOCK.finditer(page.read_text(encoding="utf-8"))):
            yield pytest.param(found[1], id=f"{name}-{number}")


@pytest.mark.parametrize("text", list(blocks()))
def test_example(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("GAME.EXE", "SETUP.EXE"):
        com(tmp_path, GUEST, TEXT, name)
    com(tmp_path, "b402 b241 cd21 cd20", name="SORT.COM")
    for name in ("1.img", "2.img", "other.img"):
        floppy(tmp_path, name)
    with Machine("GAME.EXE") as m:
        names: dict[str, Any] = {"Machine": Machine, "m": m, "Shell": Shell, "command": _declare}
        exec(compile(text, "example", "exec"), names)
        for thing in names.values():
            if isinstance(thing, Machine):
                thing.close()
