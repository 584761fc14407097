"""File control blocks in guest memory.

Layout: MS-DOS Programmer's Reference, "FCB" and "EXTENDEDFCB"; RBIL table 01345. The reserved bytes
hold, as in DOS, what finds the open file again: the number of its system file table entry, and in place
of DOS's directory sector the number of its path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from int21 import names
from int21.drives import Location
from int21.errors import DosError, ErrorCode
from int21.registers import Registers
from int21.search import Search
from int21.view import View, blob, u8, u16, u32

if TYPE_CHECKING:
    from int21.dos import Dos

EXTENDED = 0xFF
_EXTENSION_SIZE = 7
_ATTRIBUTE = 6
DEFAULT_RECORD = 128
RECORDS_PER_BLOCK = 128
_LONG_RANDOM = 64  # records shorter than this have a random record number of 4 bytes


class Fcb(View):
    """A file control block, without the extension in front of an extended one."""

    SIZE = 37

    drive = u8(0x00)  # 0 current, 1 A:
    name = blob(0x01, 11)
    block = u16(0x0C)
    record_size = u16(0x0E)
    size = u32(0x10)
    date = u16(0x14)
    time = u16(0x16)
    entry = u8(0x18)  # system file table entry
    path = u16(0x1A)  # number of the path, 0 when closed
    record = u8(0x20)
    random_low = u16(0x21)
    random_third = u8(0x23)
    random_fourth = u8(0x24)

    new_name = blob(0x11, 11)  # of a rename

    search_attributes = u8(0x0C)  # while searching
    search_slot = u16(0x0D)
    search_directory = u16(0x0F)
    search_slot_high = u16(0x11)
    search_drive = u8(0x13)

    @property
    def bytes_per_record(self) -> int:
        """The record size; 0 stands for 128."""
        return self.record_size or DEFAULT_RECORD

    @property
    def sequential(self) -> int:
        """Number of the record that a sequential read or write is for."""
        return self.block * RECORDS_PER_BLOCK + (self.record & 0x7F)

    @sequential.setter
    def sequential(self, number: int) -> None:
        self.block = number // RECORDS_PER_BLOCK
        self.record = number % RECORDS_PER_BLOCK

    @property
    def random(self) -> int:
        """The random record number; three bytes for records of 64 bytes and more."""
        number = self.random_low | self.random_third << 16
        if self.bytes_per_record < _LONG_RANDOM:
            number |= self.random_fourth << 24
        return number

    @random.setter
    def random(self, number: int) -> None:
        self.random_low = number
        self.random_third = number >> 16
        if self.bytes_per_record < _LONG_RANDOM or number >> 24:
            self.random_fourth = number >> 24

    def save(self, search: Search) -> None:
        """Keep where a search goes on."""
        self.search_drive = search.drive + 1
        self.search_attributes = search.attributes
        self.search_slot = search.slot
        self.search_slot_high = search.slot >> 16
        self.search_directory = search.directory

    def load(self) -> Search:
        """The search kept here. Raises NO_MORE_FILES."""
        if self.search_drive == 0:
            raise DosError(ErrorCode.NO_MORE_FILES)
        slot = self.search_slot_high << 16 | self.search_slot
        return Search(self.search_drive - 1, self.name.upper(), self.search_attributes, self.search_directory, slot)


@dataclass(frozen=True, slots=True)
class FcbArgument:
    """The FCB that DS:DX points to; ``attributes`` are those of an extended one, else 0."""

    fcb: Fcb
    attributes: int
    extended: bool


def fcb_at(dos: Dos, regs: Registers) -> FcbArgument:
    """The FCB at DS:DX, extended or not."""
    address = regs.address("ds", regs.dx)
    if dos.memory.u8(address) == EXTENDED:
        attributes = dos.memory.u8(address + _ATTRIBUTE)
        return FcbArgument(Fcb(dos.memory, address + _EXTENSION_SIZE), attributes, True)
    return FcbArgument(Fcb(dos.memory, address), 0, False)


def fcb_place(dos: Dos, drive: int, name: bytes) -> Location:
    """The place of an 11-byte name in the current directory of a drive (0 current, 1 A:); it may be wild.

    Raises INVALID_DRIVE, and FILE_NOT_FOUND for what is no name.
    """
    number = dos.drives.one_based(drive)
    page = dos.drives.page
    upper = names.upper(name, page)
    directory = dos.drives.directory(number)
    device = upper[:8].rstrip(b" ")
    if device in dos.drives.device_names:
        return Location(number, dos.drives.at(number), (*directory, device), device)
    plain = names.normalise(names.from_fcb(upper), wild=True, page=page)
    if plain is None or names.to_fcb(plain) != upper:
        raise DosError(ErrorCode.FILE_NOT_FOUND)
    return Location(number, dos.drives.at(number), (*directory, plain))
