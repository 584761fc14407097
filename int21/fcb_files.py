"""INT 21h functions on whole files by FCB: 0Fh to 13h, 16h, 17h, 23h, 24h.

They return AL = 0, or FFh for any error (MS-DOS Programmer's Reference, the pages of each function).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from int21 import names
from int21.drive import Attribute, Entry
from int21.drives import Location
from int21.errors import DosError, ErrorCode
from int21.fcb import DEFAULT_RECORD, EXTENDED, Fcb, FcbArgument, fcb_at, fcb_place
from int21.find import dos_stamp
from int21.handles import rename
from int21.registers import Registers
from int21.table import int21
from int21.view import View, blob, linear, u8, u16, u32

if TYPE_CHECKING:
    from int21.dos import Dos

FAILED = 0xFF


def attempt(dos: Dos, regs: Registers, act: Callable[[], None]) -> None:
    """AL = 0 when ``act`` succeeds, FFh when it raises DosError, which INT 21h/59h will tell."""
    try:
        act()
    except DosError as error:
        if error.critical:
            raise
        dos.errors.remember(error)
        regs.al = FAILED
    else:
        regs.al = 0


def _opened(dos: Dos, fcb: Fcb, place: Location, index: int) -> None:
    """Fill in the FCB of a file that was just opened."""
    entry = dos.files.table.used(index)
    fcb.drive = place.number + 1
    fcb.block = 0
    fcb.record_size = DEFAULT_RECORD
    fcb.size = entry.size
    fcb.date, fcb.time = (entry.date, entry.time) if place.device is None else dos_stamp(dos)


@int21.service(0x0F, name="open file (FCB)", takes="DS:DX FCB", gives="AL 0, or FFh")
def open_fcb(dos: Dos, regs: Registers) -> None:
    def act() -> None:
        argument = fcb_at(dos, regs)
        own = names.from_fcb(argument.fcb.name)

        def opened(path: bytes) -> tuple[Location, int]:
            fcb = argument.fcb
            place = fcb_place(dos, fcb.drive, fcb.name) if path is own else dos.files.locate(path)
            return place, dos.files.fcbs.open(fcb, place)

        _opened(dos, argument.fcb, *dos.append.tried(own, opened))

    attempt(dos, regs, act)


@int21.service(0x10, name="close file (FCB)", takes="DS:DX FCB", gives="AL 0")
def close_fcb(dos: Dos, regs: Registers) -> None:
    attempt(dos, regs, lambda: dos.files.fcbs.close(fcb_at(dos, regs).fcb))


class FoundEntry(View):
    """A directory entry as a search leaves it at the disk transfer address."""

    SIZE = 33

    drive = u8(0x00)
    name = blob(0x01, 11)
    attributes = u8(0x0C)
    time = u16(0x17)
    date = u16(0x19)
    first_cluster = u16(0x1B)
    size = u32(0x1D)


def _show(dos: Dos, argument: FcbArgument, number: int, entry: Entry) -> None:
    address = linear(*dos.dta)
    if argument.extended:
        dos.memory.write(address, bytes([EXTENDED, 0, 0, 0, 0, 0, argument.attributes]))
        address += 7
    found = FoundEntry(dos.memory, address)
    found.clear()
    found.drive = number + 1
    found.name = entry.name if entry.attributes & Attribute.VOLUME else names.to_fcb(entry.name)
    found.attributes = entry.attributes
    found.date, found.time = entry.stamp
    found.size = entry.size


@int21.service(0x11, name="find first (FCB)", takes="DS:DX FCB", gives="AL 0, DTA filled in, or AL FFh")
def find_first_fcb(dos: Dos, regs: Registers) -> None:
    def act() -> None:
        argument = fcb_at(dos, regs)
        place = fcb_place(dos, argument.fcb.drive, argument.fcb.name)
        if place.device is not None:
            argument.fcb.search_drive = 0
            _show(dos, argument, place.number, Entry(place.device, Attribute.DEVICE, 0, dos_stamp(dos)))
            return
        entry, search = dos.files.searches.first(place, argument.attributes)
        argument.fcb.save(search)
        _show(dos, argument, place.number, entry)

    attempt(dos, regs, act)


@int21.service(0x12, name="find next (FCB)", takes="DS:DX FCB", gives="AL 0, DTA filled in, or AL FFh")
def find_next_fcb(dos: Dos, regs: Registers) -> None:
    def act() -> None:
        argument = fcb_at(dos, regs)
        entry, search = dos.files.searches.next(argument.fcb.load())
        argument.fcb.save(search)
        _show(dos, argument, search.drive, entry)

    attempt(dos, regs, act)


def _matching(dos: Dos, place: Location, attributes: int) -> list[Entry]:
    """The files that a wild name stands for; never directories."""
    found = []
    try:
        entry, search = dos.files.searches.first(place, attributes & ~Attribute.DIRECTORY)
        while True:
            found.append(entry)
            entry, search = dos.files.searches.next(search)
    except DosError as error:
        if error.code is not ErrorCode.NO_MORE_FILES:
            raise
    if not found:
        raise DosError(ErrorCode.FILE_NOT_FOUND)
    return found


@int21.service(0x13, name="delete files (FCB)", takes="DS:DX FCB, wild", gives="AL 0, or FFh")
def delete_fcb(dos: Dos, regs: Registers) -> None:
    def act() -> None:
        argument = fcb_at(dos, regs)
        place = fcb_place(dos, argument.fcb.drive, argument.fcb.name)
        if place.device is not None:
            raise DosError(ErrorCode.ACCESS_DENIED)
        for entry in _matching(dos, place, argument.attributes):
            if entry.attributes & Attribute.VOLUME:
                _set_label(place, b"")
                continue
            one = Location(place.number, place.drive, (*place.path[:-1], entry.name))
            dos.files.check_changeable(one)
            one.drive.delete(one.path)

    attempt(dos, regs, act)


@int21.service(0x16, name="create file (FCB)", takes="DS:DX FCB", gives="AL 0, or FFh")
def create_fcb(dos: Dos, regs: Registers) -> None:
    def act() -> None:
        argument = fcb_at(dos, regs)
        if argument.attributes & Attribute.VOLUME:
            number = dos.drives.one_based(argument.fcb.drive)
            here = Location(number, dos.drives.at(number), ())
            if here.drive.label:
                raise DosError(ErrorCode.ACCESS_DENIED)
            _set_label(here, argument.fcb.name)
            return
        place = fcb_place(dos, argument.fcb.drive, argument.fcb.name)
        attributes = argument.attributes & int(Attribute.settable())
        _opened(dos, argument.fcb, place, dos.files.fcbs.create(argument.fcb, place, attributes))

    attempt(dos, regs, act)


def _set_label(place: Location, label: bytes) -> None:
    if place.drive.read_only:
        raise DosError(ErrorCode.ACCESS_DENIED)
    place.drive.label = label.rstrip(b" ")


def _renamed(old: bytes, template: bytes) -> bytes:
    """An 11-byte name with the characters of another where that has no question mark.

    >>> _renamed(b"ABC     TXT", b"????????BAK")
    b'ABC     BAK'
    """
    return bytes(o if t == 0x3F else t for o, t in zip(old, template, strict=True))


@int21.service(0x17, name="rename files (FCB)", takes="DS:DX FCB, wild, with the new name at 11h", gives="AL 0, or FFh")
def rename_fcb(dos: Dos, regs: Registers) -> None:
    def act() -> None:
        argument = fcb_at(dos, regs)
        place = fcb_place(dos, argument.fcb.drive, argument.fcb.name)
        template = names.upper(argument.fcb.new_name, dos.drives.page)
        if place.device is not None:
            raise DosError(ErrorCode.ACCESS_DENIED)
        for entry in _matching(dos, place, argument.attributes):
            if entry.attributes & Attribute.VOLUME:
                _set_label(place, _renamed(entry.name, template))
                continue
            new_name = _renamed(names.to_fcb(entry.name), template)
            old = Location(place.number, place.drive, (*place.path[:-1], entry.name))
            new = fcb_place(dos, place.number + 1, new_name)
            rename(dos, old, new)

    attempt(dos, regs, act)


@int21.service(0x23, name="get file size (FCB)", takes="DS:DX FCB", gives="AL 0 and random record: records, or AL FFh")
def size_fcb(dos: Dos, regs: Registers) -> None:
    def act() -> None:
        fcb = fcb_at(dos, regs).fcb
        place = fcb_place(dos, fcb.drive, fcb.name)
        if place.device is not None or place.wild:
            raise DosError(ErrorCode.FILE_NOT_FOUND)
        entry = place.drive.entry(place.path)
        if entry.is_directory:
            raise DosError(ErrorCode.FILE_NOT_FOUND)
        fcb.random = -(-entry.size // fcb.bytes_per_record)

    attempt(dos, regs, act)


@int21.service(0x24, name="set random record (FCB)", takes="DS:DX FCB", gives="random record: the sequential one")
def set_random_record(dos: Dos, regs: Registers) -> None:
    fcb = fcb_at(dos, regs).fcb
    fcb.random = fcb.sequential
    regs.al = 0
