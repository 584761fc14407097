"""Finding the program that a command names: in the current directory, then along PATH."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from int21.errors import DosError

if TYPE_CHECKING:
    from dosemu.shell.variables import Variables
    from int21.dos import Dos

EXTENSIONS = (b".COM", b".EXE", b".BAT")  # in the order in which DOS looks


def find(dos: Dos, variables: Variables, name: bytes) -> bytes | None:
    """The full path of the program or batch file that ``name`` means; None when there is none."""
    for folder in _folders(variables, name):
        for candidate in _names(folder + name):
            try:
                place = dos.drives.resolve(candidate)
                if place.device is None and place.path and not place.drive.entry(place.path).is_directory:
                    return place.text
            except DosError:
                continue
    return None


def _names(path: bytes) -> Iterator[bytes]:
    last = path.replace(b"/", b"\\").rpartition(b"\\")[2]
    extension = last[last.rfind(b".") :].upper() if b"." in last else b""
    if extension in EXTENSIONS:
        yield path
    elif not extension:
        for suffix in EXTENSIONS:
            yield path + suffix


def _folders(variables: Variables, name: bytes) -> Iterator[bytes]:
    yield b""
    if any(sign in name for sign in (b"\\", b":", b"/")):
        return
    for folder in (variables.get(b"PATH") or b"").split(b";"):
        folder = folder.strip()
        if folder:
            yield folder if folder[-1:] in (b"\\", b"/", b":") else folder + b"\\"
