"""Long file names, searches: INT 21h/714Eh, 714Fh and 71A1h.

Layout of what is found: RBIL, INT 21h/AX=714Eh, table 01779. A search has a handle; what it will find is
settled when it begins.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from int21.drive import Attribute, Entry
from int21.drives import Location
from int21.errors import DosError, ErrorCode
from int21.lfn import encoded, long_names, path_at, resolve
from int21.registers import Registers
from int21.search import wanted
from int21.table import int21
from int21.timestamps import Stamp, to_file_time
from int21.view import View, text, u32

if TYPE_CHECKING:
    from int21.dos import Dos

_MOST_SEARCHES = 256
_FIRST_HANDLE = 0x4000
_DOS_TIMES = 1  # SI
_MUST_MATCH = Attribute.settable() | Attribute.DIRECTORY


@dataclass(frozen=True, slots=True)
class Found:
    """A directory entry under both its names."""

    alias: bytes
    name: str
    entry: Entry


@dataclass(slots=True)
class LongSearch:
    """A search that a program has open."""

    psp: int
    left: deque[Found]  # what it will still find


class LongSearches:
    """The open searches by handle; those of a program end with it."""

    def __init__(self) -> None:
        self._open: dict[int, LongSearch] = {}

    def add(self, search: LongSearch) -> int:
        """Give the search a handle. Raises TOO_MANY_OPEN_FILES."""
        for handle in range(_FIRST_HANDLE, _FIRST_HANDLE + _MOST_SEARCHES):
            if handle not in self._open:
                self._open[handle] = search
                return handle
        raise DosError(ErrorCode.TOO_MANY_OPEN_FILES)

    def get(self, handle: int) -> LongSearch:
        """An open search. Raises INVALID_HANDLE."""
        try:
            return self._open[handle]
        except KeyError:
            raise DosError(ErrorCode.INVALID_HANDLE) from None

    def close(self, handle: int) -> None:
        """End a search. Raises INVALID_HANDLE."""
        self.get(handle)
        del self._open[handle]

    def close_all(self, psp: int) -> None:
        """End the searches of a program."""
        self._open = {handle: search for handle, search in self._open.items() if search.psp != psp}


class LongFindData(View):
    """What ES:DI points to."""

    SIZE = 0x13E

    attributes = u32(0x00)
    size = u32(0x20)
    name = text(0x2C, 260, b"\0")
    short_name = text(0x130, 14, b"\0")

    def show(self, dos: Dos, found: Found, *, dos_times: bool) -> None:
        """Fill in what was found; the short name stays empty when it is the long one."""
        entry = found.entry
        self.clear()
        self.attributes = int(entry.attributes)
        stamp = time_bytes(entry.stamp, dos_times=dos_times)
        for offset in (0x04, 0x0C, 0x14):
            self.memory.write(self.base + offset, stamp)
        self.size = entry.size
        name = encoded(dos, found.name)
        self.name = name[:259]
        if name != found.alias:
            self.short_name = found.alias[:13]


def time_bytes(stamp: Stamp, *, dos_times: bool) -> bytes:
    """Eight bytes of a time: 100 ns since 1601, or the DOS date and time."""
    value = stamp[0] << 16 | stamp[1] if dos_times else to_file_time(stamp)
    return value.to_bytes(8, "little")


def fits(pattern: str, name: str) -> bool:
    """Whether a full name fits a pattern, in any case; ``*`` goes beyond points.

    >>> fits("*.*", "Makefile"), fits("r*me", "Read Me"), fits("a?c.*", "abc.tar.gz"), fits("*.txt", "a.text")
    (True, True, True, False)
    """
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in re.sub(r"\*+", "*", pattern))
    dotted = name if "." in name or not pattern.endswith((".", ".*")) else name + "."
    return re.fullmatch("".join(parts), dotted, re.IGNORECASE | re.DOTALL) is not None


def matching(dos: Dos, place: Location, attributes: int, required: int) -> list[Found]:
    """The entries of a directory that a pattern and attributes select. Raises PATH_NOT_FOUND."""
    pattern = place.path[-1].decode(dos.drives.page.codec)
    folder = place.path[:-1]
    drive = place.drive
    candidates = list(long_names(drive, folder).items())
    found = []
    required &= int(_MUST_MATCH)
    if attributes & Attribute.VOLUME and drive.label:
        label = drive.label.decode(dos.drives.page.codec, "replace")
        found.append(Found(drive.label, label, Entry(drive.label, Attribute.VOLUME, 0, drive.entry(()).stamp)))
    if attributes == Attribute.VOLUME:
        return found
    if folder:
        for dots, at in ((b".", folder), (b"..", folder[:-1])):
            entry = Entry(dots, Attribute.DIRECTORY, 0, drive.entry(at).stamp)
            if fits(pattern, dots.decode()) and wanted(entry, attributes):
                found.append(Found(dots, dots.decode(), entry))
    for alias, name in candidates:
        if not fits(pattern, name) and not fits(pattern, alias.decode(dos.drives.page.codec)):
            continue
        try:
            entry = drive.entry((*folder, alias))
        except DosError:
            continue  # gone since it was listed
        if wanted(entry, attributes) and not required & ~int(entry.attributes):
            found.append(Found(alias, name, entry))
    return found


def _show_next(dos: Dos, regs: Registers, search: LongSearch) -> bool:
    if regs.si > _DOS_TIMES:
        raise DosError(ErrorCode.INVALID_FUNCTION)
    if not search.left:
        return False
    found = search.left.popleft()
    LongFindData(dos.memory, regs.address("es", regs.di)).show(dos, found, dos_times=regs.si == _DOS_TIMES)
    regs.cx = 0  # all characters of the names could be told
    return True


@int21.service(
    0x71, 0x4E, name="find first (long names)",
    takes="DS:DX pattern, CL attributes, CH attributes that must be there, SI 1: DOS times, ES:DI find data",
    gives="AX search handle, CX 0",
)  # fmt: skip
def find_first(dos: Dos, regs: Registers) -> None:
    place = resolve(dos, path_at(dos, regs, "ds", regs.dx), wild=True).place
    if not place.path:
        raise DosError(ErrorCode.FILE_NOT_FOUND)
    search = LongSearch(dos.psp, deque(matching(dos, place, regs.cl, regs.ch)))
    if not _show_next(dos, regs, search):
        raise DosError(ErrorCode.FILE_NOT_FOUND)
    regs.ax = dos.long_searches.add(search)


@int21.service(
    0x71, 0x4F, name="find next (long names)", takes="BX search handle, SI 1: DOS times, ES:DI find data", gives="CX 0"
)
def find_next(dos: Dos, regs: Registers) -> None:
    if not _show_next(dos, regs, dos.long_searches.get(regs.bx)):
        raise DosError(ErrorCode.NO_MORE_FILES)


@int21.service(0x71, 0xA1, name="end search (long names)", takes="BX search handle")
def find_close(dos: Dos, regs: Registers) -> None:
    dos.long_searches.close(regs.bx)
