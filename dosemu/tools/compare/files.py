"""What a program did to its drive: files before and after, and whether two runs did the same.

>>> changes({"A": b"1", "B": b"2"}, {"A": b"1", "B": b"3", "C": b""})
{'B': b'3', 'C': b''}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

_LINES = 60  # of a difference that are shown
_TEXT_BYTES = 200_000

Tree = Mapping[str, bytes]


def read_tree(folder: Path) -> dict[str, bytes]:
    """The files of a folder and those below it, by their names in capitals with slashes."""
    return {
        path.relative_to(folder).as_posix().upper(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def changes(before: Tree, after: Tree) -> dict[str, bytes | None]:
    """The files that are new or other than before, and None for those that are gone."""
    changed: dict[str, bytes | None] = {name: data for name, data in after.items() if before.get(name) != data}
    return changed | {name: None for name in before if name not in after}


@dataclass(frozen=True, slots=True)
class FileDifference:
    """A file the runs left in different states; ``text`` says how."""

    name: str
    text: str


def differences(ours: Mapping[str, bytes | None], theirs: Mapping[str, bytes | None]) -> list[FileDifference]:
    """What one run did to the drive and the other did otherwise.

    >>> differences({"A": b"xy"}, {"A": b"xy", "B": None})
    [FileDifference(name='B', text='here unchanged, DOSBox deleted')]
    """
    found = []
    for name in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get(name, ...), theirs.get(name, ...)
        if mine == other:
            continue
        if isinstance(mine, bytes) and isinstance(other, bytes):
            found.append(FileDifference(name, difference(mine, other)))
        else:
            found.append(FileDifference(name, f"here {_state(mine)}, DOSBox {_state(other)}"))
    return found


def _state(data: object) -> str:
    return "unchanged" if data is ... else "deleted" if data is None else f"{len(data)} bytes"  # type: ignore[arg-type]


def is_text(data: bytes) -> bool:
    """Whether a person could read it: no control codes but those of lines, pages and the end of a file."""
    return len(data) <= _TEXT_BYTES and not set(data) & (set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b\x07\x08"))


def difference(ours: bytes, theirs: bytes) -> str:
    """How two files differ: lines, or the first byte that does.

    >>> difference(b"\\0\\1", b"\\0\\2\\3")
    'first at offset 1 (1h): 01 here, 02 in DOSBox; 2 bytes here, 3 in DOSBox'
    """
    if is_text(ours) and is_text(theirs):
        old, new = (data.decode("cp437").replace("\r\n", "\n").split("\n") for data in (theirs, ours))
        lines = list(unified_diff(old, new, "DOSBox", "dosemu", lineterm="", n=2))
        if lines:
            rest = [f"... {len(lines) - _LINES} more lines"] if len(lines) > _LINES else []
            return "\n".join(lines[:_LINES] + rest)
    at = next((i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), min(len(ours), len(theirs)))
    mine, other = (f"{data[at]:02x}" if at < len(data) else "the end" for data in (ours, theirs))
    return f"first at offset {at} ({at:X}h): {mine} here, {other} in DOSBox; " + (
        f"{len(ours)} bytes here, {len(theirs)} in DOSBox"
    )
