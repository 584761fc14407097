"""Find first and find next, INT 21h/4Eh and 4Fh, and the disk transfer address, 1Ah and 2Fh.

The search is kept in the first 21 bytes of the disk transfer area (RBIL table 01626).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21 import names
from int21.drive import Attribute, Entry
from int21.errors import DosError, ErrorCode
from int21.handles import path_at
from int21.registers import Registers
from int21.search import Search
from int21.table import int21
from int21.timestamps import Stamp
from int21.view import View, linear, text, u8, u16, u32

if TYPE_CHECKING:
    from int21.dos import Dos

_VOLUME = int(Attribute.VOLUME)
_ENDED = 0xFF  # in place of the drive: no search is going on


class FindData(View):
    """The disk transfer area after find first."""

    SIZE = 43

    drive = u8(0x00)  # 1 is A:; bit 7 for network drives
    pattern = text(0x01, 11)
    search_attributes = u8(0x0C)
    slot = u16(0x0D)
    directory = u16(0x0F)  # DOS: the first cluster of the directory
    slot_high = u16(0x11)
    attributes = u8(0x15)
    time = u16(0x16)
    date = u16(0x18)
    size = u32(0x1A)
    name = text(0x1E, 13, b"\0")

    def save(self, search: Search) -> None:
        """Keep where the search goes on."""
        self.drive = search.drive + 1
        self.pattern = search.pattern
        self.search_attributes = search.attributes
        self.slot = search.slot
        self.slot_high = search.slot >> 16
        self.directory = search.directory

    def load(self) -> Search:
        """The search kept here. Raises NO_MORE_FILES when there is none."""
        drive = (self.drive & 0x7F) - 1
        if self.drive == _ENDED or drive < 0:
            raise DosError(ErrorCode.NO_MORE_FILES)
        slot = self.slot_high << 16 | self.slot
        return Search(drive, self.pattern, self.search_attributes, self.directory, slot)

    def show(self, entry: Entry) -> None:
        """Fill in what was found."""
        label = int(entry.attributes) & _VOLUME
        name = names.from_fcb(entry.name) if label else entry.name
        self.attributes = entry.attributes
        self.date, self.time = entry.stamp
        self.size = entry.size
        self.name = name + b"\0"


def find_data(dos: Dos) -> FindData:
    """The disk transfer area as a place for a search. Raises IndexError when it is not in memory."""
    return FindData(dos.memory, linear(*dos.dta))


def dos_stamp(dos: Dos) -> Stamp:
    """The present date and time."""
    return dos.time.stamp()


@int21.service(0x4E, name="find first", takes="DS:DX pattern, CX attributes", gives="DTA filled in")
def find_first(dos: Dos, regs: Registers) -> None:
    place = dos.drives.resolve(path_at(dos, regs, "ds", regs.dx), wild=True)
    data = find_data(dos)
    if place.device is not None:
        # A device is found as an entry with attribute 40h, and only once.
        data.drive = _ENDED
        data.pattern = names.to_fcb(place.device)
        data.show(Entry(place.device, Attribute.DEVICE, 0, dos_stamp(dos)))
        return
    try:
        entry, search = dos.append.tried(
            path_at(dos, regs, "ds", regs.dx),
            lambda path: dos.files.searches.first(dos.drives.resolve(path, wild=True), regs.cl),
            searching=True,
        )
    except DosError:
        data.drive = _ENDED
        raise
    data.save(search)
    data.show(entry)


@int21.service(0x4F, name="find next", takes="DTA of find first", gives="DTA filled in")
def find_next(dos: Dos, regs: Registers) -> None:
    data = find_data(dos)
    try:
        entry, search = dos.files.searches.next(data.load())
    except DosError:
        data.drive = _ENDED
        raise
    data.save(search)
    data.show(entry)


@int21.service(0x1A, name="set disk transfer address", takes="DS:DX address")
def set_transfer_address(dos: Dos, regs: Registers) -> None:
    dos.dta = (regs.ds, regs.dx)


@int21.service(0x2F, name="get disk transfer address", gives="ES:BX address")
def get_transfer_address(dos: Dos, regs: Registers) -> None:
    regs.es, regs.bx = dos.dta
