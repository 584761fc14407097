"""Long file names, INT 21h/71xx: what a path of long names means, and how names are told to programs.

Rules: RBIL, INT 21h/AX=714Eh and its neighbours. Names are matched in any case, by their full or their 8.3
name; a character that the code page lacks is told as an underscore. The present directories of the drives are
kept as 8.3 paths.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from int21 import names
from int21.drive import Drive, LongNames, Path
from int21.drives import LONGEST_DIRECTORY, Location, drive_letter, join
from int21.errors import DosError, ErrorCode
from int21.registers import Registers

if TYPE_CHECKING:
    from int21.dos import Dos

LONGEST_PATH = 260
LONGEST_NAME = 255
_FORBIDDEN = frozenset('"*/:<>?\\|') | frozenset(map(chr, range(0x20)))


def long_names(drive: Drive, path: Path) -> Mapping[bytes, str]:
    """The full names in a directory by their 8.3 names. Raises PATH_NOT_FOUND."""
    if isinstance(drive, LongNames):
        return drive.long_names(path)
    return {name: names.host_name(name) for name in drive.names(path)}


@dataclass(frozen=True, slots=True)
class LongPlace:
    """What a long path means: its place by 8.3 names, its last name as given, and whether it is there."""

    place: Location
    name: str
    exists: bool

    @contextmanager
    def named(self) -> Iterator[Location]:
        """The place where something new is made, which gets the full name; an old thing keeps its own."""
        drive = self.place.drive
        if self.exists or not self.place.path or self.place.device is not None or not isinstance(drive, LongNames):
            yield self.place
            return
        with self.renamed() as place:
            yield place

    @contextmanager
    def renamed(self) -> Iterator[Location]:
        """The same for the target of a rename, which may be the old place itself."""
        drive, folder = self.place.drive, self.place.path[:-1]
        if not isinstance(drive, LongNames):
            yield self.place
            return
        alias = self.place.path[-1] if self.exists else drive.alias_for(folder, self.name)
        path = (*folder, alias)
        with drive.named(path, self.name):
            yield replace(self.place, path=path)


def path_at(dos: Dos, regs: Registers, segment: str, offset: int) -> bytes:
    """The ASCIZ path at ``segment:offset``."""
    return bytes(dos.memory.asciiz(regs.address(segment, offset), LONGEST_PATH))


def encoded(dos: Dos, name: str) -> bytes:
    """A name in the code page."""
    return "".join(c if c.encode(dos.drives.page.codec, "ignore") else "_" for c in name).encode(dos.drives.page.codec)


def split(dos: Dos, path: bytes) -> tuple[int, list[bytes], list[bytes]]:
    """A path as drive number, the present directory it starts in, and its names. Raises PATH_NOT_FOUND."""
    number = dos.drives.current
    if path[1:2] == b":":
        number = (path[0] & 0xDF) - 0x41
        path = path[2:]
    if number not in dos.drives.numbers():
        raise DosError(ErrorCode.PATH_NOT_FOUND)
    dos.drives.touched = number
    path = path.replace(b"/", b"\\")
    start = [] if path.startswith(b"\\") else list(dos.drives.directory(number))
    return number, start, [part for part in path.split(b"\\") if part]


def resolve(dos: Dos, path: bytes, *, wild: bool = False) -> LongPlace:
    """What a path of long or 8.3 names means. Raises PATH_NOT_FOUND; with ``wild`` its last name is a pattern."""
    if not path:
        raise DosError(ErrorCode.PATH_NOT_FOUND)
    number, found, parts = split(dos, path)
    drive = dos.drives.at(number)
    codec = dos.drives.page.codec
    name, exists, device = "", True, None
    for index, part in enumerate(parts):
        if not exists:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        last = index == len(parts) - 1
        if part == b".":
            continue
        if part.strip(b".") == b"":
            up = len(part) - 1
            if up > len(found):
                raise DosError(ErrorCode.PATH_NOT_FOUND)
            del found[len(found) - up :]
            continue
        plain = names.upper(part).partition(b".")[0].rstrip(b" :")
        if last and plain in dos.drives.device_names:
            device = plain
            found.append(plain)
            break
        name = part.decode(codec).rstrip(". ") if not (last and wild) else part.decode(codec)
        if last and wild:
            found.append(part)
            break
        alias = lookup(drive, tuple(found), name)
        exists = alias is not None
        if alias is None:
            if not name or len(name) > LONGEST_NAME or not _FORBIDDEN.isdisjoint(name):
                raise DosError(ErrorCode.PATH_NOT_FOUND)
            alias = names.normalise(part, page=dos.drives.page) or b"NEW"
        found.append(alias)
    if len(join(number, tuple(found[:-1]))) > LONGEST_DIRECTORY:
        raise DosError(ErrorCode.PATH_NOT_FOUND)
    folder = not parts or path[-1:] in (b"\\", b"/")
    return LongPlace(Location(number, drive, tuple(found), device, folder), name, exists)


def lookup(drive: Drive, folder: Path, name: str) -> bytes | None:
    """The 8.3 name of an entry by its full or its 8.3 name; None when there is none. Raises PATH_NOT_FOUND."""
    wanted = name.casefold()
    found = None
    for alias, long in long_names(drive, folder).items():
        if long == name:
            return alias
        if long.casefold() == wanted or (found is None and alias.decode("latin-1").casefold() == wanted):
            found = alias
    return found


def long_path(dos: Dos, drive: Drive, path: Path) -> bytes:
    """The full names of a path, without drive and leading separator."""
    parts = []
    for depth, alias in enumerate(path):
        name = long_names(drive, path[:depth]).get(alias)
        parts.append(alias if name is None else encoded(dos, name))
    return b"\\".join(parts)


def with_drive(number: int, path: bytes) -> bytes:
    """A path from its root with its drive."""
    return drive_letter(number).encode() + b":\\" + path
