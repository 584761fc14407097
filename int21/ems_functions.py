"""Expanded memory, INT 67h/40h to 54h: status, handles, mapping, page maps, names.

Lotus, Intel, Microsoft, "Expanded Memory Specification, version 4.0", functions 1 to 21; RBIL, INT 67h. The
functions from 55h on are in ``int21.ems_extended``. AH tells how a function ended.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from int21.ems import (
    FRAME_SEGMENT,
    HANDLES,
    NAME_SIZE,
    PHYSICAL_PAGES,
    UNMAPPED,
    Ems,
    EmsError,
    PageMap,
    Status,
)
from int21.registers import Registers
from int21.table import int67

if TYPE_CHECKING:
    from int21.dos import Dos

VERSION = 0x40
_SIGNATURE = 0x4D45
_MAP = struct.Struct(f"<H{2 * PHYSICAL_PAGES}HH")  # signature, (handle, page) for each, sum
_PARTIAL_HEADER = struct.Struct("<HH")  # signature, number of pages
_PARTIAL_PAGE = struct.Struct("<HHH")  # segment, handle, page
MAP_SIZE = _MAP.size

Function = Callable[["Dos", Ems, Registers], None]


def function(
    number: int, sub: int | None = None, *, name: str, takes: str = "", gives: str = ""
) -> Callable[[Function], Function]:
    """Declare a function: AH is 0 unless it raises. An array that leads out of the RAM is a software error."""

    def declare(body: Function) -> Function:
        @int67.service(number, sub, name=name, takes=takes, gives=gives)
        @wraps(body)
        def handler(dos: Dos, regs: Registers) -> None:
            try:
                if dos.ems is None:
                    raise EmsError(Status.SOFTWARE)
                body(dos, dos.ems, regs)
                regs.ah = Status.OK
            except EmsError as error:
                regs.ah = error.status
            except IndexError:
                regs.ah = Status.SOFTWARE

        return body

    return declare


@int67.service(name="unknown function", gives="AH 84h")
def unknown(dos: Dos, regs: Registers) -> None:
    regs.ah = Status.UNDEFINED_FUNCTION if dos.ems is not None else Status.SOFTWARE


def _undefined_subfunction(dos: Dos, regs: Registers) -> None:
    regs.ah = Status.UNDEFINED_SUBFUNCTION if dos.ems is not None else Status.SOFTWARE


for _number in (0x4E, 0x4F, 0x50, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x5B, 0x5D):
    int67.service(_number, name="unknown subfunction", gives="AH 8Fh")(_undefined_subfunction)


@function(0x40, name="get status")
def get_status(dos: Dos, ems: Ems, regs: Registers) -> None:
    return


@function(0x41, name="get page frame", gives="BX segment")
def get_frame(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.bx = FRAME_SEGMENT


@function(0x42, name="get page counts", gives="BX free, DX all")
def get_counts(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.bx, regs.dx = ems.free, ems.total


@function(0x43, name="allocate pages", takes="BX pages", gives="DX handle")
def allocate(dos: Dos, ems: Ems, regs: Registers) -> None:
    if regs.bx == 0:
        raise EmsError(Status.NO_PAGES)
    regs.dx = ems.allocate(regs.bx)


@function(0x5A, 0x00, name="allocate standard pages", takes="BX pages", gives="DX handle")
@function(0x5A, 0x01, name="allocate raw pages", takes="BX pages", gives="DX handle")
def allocate_any(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.dx = ems.allocate(regs.bx)


@function(0x44, name="map page", takes="AL physical, BX logical or FFFFh, DX handle")
def map_page(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.map(regs.al, regs.bx, regs.dx)


@function(0x45, name="release handle", takes="DX handle")
def release(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.release(regs.dx)


@function(0x46, name="get version", gives="AL 40h")
def get_version(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.al = VERSION


@function(0x47, name="save page map", takes="DX handle")
def save_map(dos: Dos, ems: Ems, regs: Registers) -> None:
    handle = ems.handle(regs.dx)
    if handle.saved is not None:
        raise EmsError(Status.MAP_ALREADY_SAVED)
    handle.saved = ems.shown


@function(0x48, name="restore page map", takes="DX handle")
def restore_map(dos: Dos, ems: Ems, regs: Registers) -> None:
    handle = ems.handle(regs.dx)
    if handle.saved is None:
        raise EmsError(Status.NO_SAVED_MAP)
    saved, handle.saved = handle.saved, None
    ems.restore(saved)


@function(0x4B, name="get number of handles", gives="BX handles, the system's too")
def count_handles(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.bx = len(ems.handles)


@function(0x4C, name="get pages of handle", takes="DX handle", gives="BX pages")
def handle_pages(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.bx = len(ems.handle(regs.dx).pages)


@function(0x4D, name="get pages of all handles", takes="ES:DI array", gives="BX entries")
def all_handles(dos: Dos, ems: Ems, regs: Registers) -> None:
    entries = [struct.pack("<HH", number, len(ems.handles[number].pages)) for number in sorted(ems.handles)]
    dos.memory.write(regs.address("es", regs.di), b"".join(entries))
    regs.bx = len(entries)


# The whole page map, as 20 bytes that only this driver has to understand


def packed(pages: PageMap) -> bytes:
    """A page map as programs keep it."""
    words = [word for page in pages for word in (page or (UNMAPPED, UNMAPPED))]
    return _MAP.pack(_SIGNATURE, *words, sum(words) & 0xFFFF)


def unpacked(data: bytes) -> PageMap:
    """Raises CORRUPT_MAP for what ``packed`` cannot have made."""
    signature, *words, check = _MAP.unpack(data)
    if signature != _SIGNATURE or check != sum(words) & 0xFFFF:
        raise EmsError(Status.CORRUPT_MAP)
    pairs = zip(words[::2], words[1::2], strict=True)
    return tuple(None if pair == (UNMAPPED, UNMAPPED) else pair for pair in pairs)


@function(0x4E, 0x00, name="get page map", takes="ES:DI buffer")
def get_map(dos: Dos, ems: Ems, regs: Registers) -> None:
    dos.memory.write(regs.address("es", regs.di), packed(ems.shown))


@function(0x4E, 0x01, name="set page map", takes="DS:SI map")
def set_map(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.restore(unpacked(dos.memory.read(regs.address("ds", regs.si), MAP_SIZE)))


@function(0x4E, 0x02, name="get and set page map", takes="ES:DI buffer, DS:SI map")
def exchange_map(dos: Dos, ems: Ems, regs: Registers) -> None:
    new = unpacked(dos.memory.read(regs.address("ds", regs.si), MAP_SIZE))
    dos.memory.write(regs.address("es", regs.di), packed(ems.shown))
    ems.restore(new)


@function(0x4E, 0x03, name="get size of page map", gives="AL bytes")
def map_size(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.al = MAP_SIZE


@function(0x4F, 0x00, name="get partial page map", takes="DS:SI count and segments, ES:DI buffer")
def get_partial_map(dos: Dos, ems: Ems, regs: Registers) -> None:
    at = regs.address("ds", regs.si)
    count = dos.memory.u16(at)
    if count > PHYSICAL_PAGES:
        raise EmsError(Status.CORRUPT_MAP)
    segments = struct.unpack(f"<{count}H", dos.memory.read(at + 2, 2 * count))
    data = _PARTIAL_HEADER.pack(_SIGNATURE, count)
    for segment in segments:
        data += _PARTIAL_PAGE.pack(segment, *(ems.shown[ems.physical(segment)] or (UNMAPPED, UNMAPPED)))
    dos.memory.write(regs.address("es", regs.di), data)


@function(0x4F, 0x01, name="set partial page map", takes="DS:SI map")
def set_partial_map(dos: Dos, ems: Ems, regs: Registers) -> None:
    at = regs.address("ds", regs.si)
    signature, count = _PARTIAL_HEADER.unpack(dos.memory.read(at, _PARTIAL_HEADER.size))
    if signature != _SIGNATURE or count > PHYSICAL_PAGES:
        raise EmsError(Status.CORRUPT_MAP)
    data = dos.memory.read(at + _PARTIAL_HEADER.size, count * _PARTIAL_PAGE.size)
    shown = list(ems.shown)
    for segment, handle, page in _PARTIAL_PAGE.iter_unpack(data):
        shown[ems.physical(segment)] = None if handle == UNMAPPED else (handle, page)
    ems.restore(tuple(shown))


@function(0x4F, 0x02, name="get size of partial page map", takes="BX pages", gives="AL bytes")
def partial_map_size(dos: Dos, ems: Ems, regs: Registers) -> None:
    if not 0 < regs.bx <= PHYSICAL_PAGES:
        raise EmsError(Status.PHYSICAL_PAGE)
    regs.al = _PARTIAL_HEADER.size + regs.bx * _PARTIAL_PAGE.size


def read_pairs(dos: Dos, ems: Ems, address: int, count: int, by_segment: bool) -> list[tuple[int, int]]:
    """A mapping array of (logical page, physical page or segment), as pairs (physical, logical)."""
    pairs = struct.iter_unpack("<HH", dos.memory.read(address, 4 * count))
    return [(ems.physical(where) if by_segment else where, logical) for logical, where in pairs]


@function(0x50, 0x00, name="map pages", takes="DX handle, CX count, DS:SI logical and physical pages")
@function(0x50, 0x01, name="map pages by segment", takes="DX handle, CX count, DS:SI logical pages and segments")
def map_pages(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.handle(regs.dx)
    ems.map_all(read_pairs(dos, ems, regs.address("ds", regs.si), regs.cx, regs.al == 1), regs.dx)


@function(0x51, name="resize handle", takes="DX handle, BX pages", gives="BX pages")
def resize(dos: Dos, ems: Ems, regs: Registers) -> None:
    try:
        ems.resize(regs.dx, regs.bx)
    except EmsError:
        if regs.dx in ems.handles:
            regs.bx = len(ems.handle(regs.dx).pages)
        raise


@function(0x52, 0x00, name="get handle attribute", takes="DX handle", gives="AL 0: volatile")
def get_attribute(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.handle(regs.dx)
    regs.al = 0


@function(0x52, 0x01, name="set handle attribute", takes="DX handle, BL 0: volatile")
def set_attribute(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.handle(regs.dx)
    if regs.bl:
        raise EmsError(Status.NOT_SUPPORTED if regs.bl == 1 else Status.UNDEFINED_ATTRIBUTE)


@function(0x52, 0x02, name="can pages outlive a reset?", gives="AL 0: no")
def attribute_capability(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.al = 0


@function(0x53, 0x00, name="get handle name", takes="DX handle, ES:DI buffer")
def get_name(dos: Dos, ems: Ems, regs: Registers) -> None:
    dos.memory.write(regs.address("es", regs.di), ems.handle(regs.dx).name)


@function(0x53, 0x01, name="set handle name", takes="DX handle, DS:SI name of 8 bytes")
def set_name(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.rename(regs.dx, bytes(dos.memory.read(regs.address("ds", regs.si), NAME_SIZE)))


@function(0x54, 0x00, name="get all names", takes="ES:DI array", gives="AL entries")
def get_names(dos: Dos, ems: Ems, regs: Registers) -> None:
    entries = [struct.pack("<H", number) + ems.handles[number].name for number in sorted(ems.handles)]
    dos.memory.write(regs.address("es", regs.di), b"".join(entries))
    regs.al = len(entries)


@function(0x54, 0x01, name="find name", takes="DS:SI name of 8 bytes", gives="DX handle")
def find_name(dos: Dos, ems: Ems, regs: Registers) -> None:
    name = bytes(dos.memory.read(regs.address("ds", regs.si), NAME_SIZE))
    number = ems.find(name)
    if number is None:
        raise EmsError(Status.NAME_NOT_FOUND)
    if not any(name):
        raise EmsError(Status.NAME_EXISTS)
    regs.dx = number


@function(0x54, 0x02, name="get most handles", gives="BX handles")
def most_handles(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.bx = HANDLES
