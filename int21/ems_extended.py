"""Expanded memory, INT 67h/55h to 59h, 5Dh: altering the map around jumps and calls, moving, hardware.

Lotus, Intel, Microsoft, "Expanded Memory Specification, version 4.0", functions 22 to 26 and 30; RBIL, INT 67h.
Alternate map registers (5Bh) are in ``int21.ems_alternate``.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from int21.ems import ALTERNATE_SETS, PAGE, PHYSICAL_PAGES, Ems, EmsError, Status
from int21.ems_functions import MAP_SIZE, function, read_pairs
from int21.registers import Registers
from int21.service import CallGuest
from int21.view import View, far, linear, u8, u16, u32

if TYPE_CHECKING:
    from int21.dos import Dos

_STACK_FOR_CALLS = 0x20
_LONGEST = 0x100000
_CONVENTIONAL, _EXPANDED = 0, 1
_RAW_PAGE_PARAGRAPHS = PAGE >> 4


class MapAndJump(View):
    """What DS:SI points to for function 55h; 56h has the map to go back to behind it."""

    target = far(0)
    count = u8(4)
    pages = far(5)
    old_count = u8(9)
    old_pages = far(10)


class Region(View):
    """One side of function 57h."""

    SIZE = 7

    kind = u8(0)
    handle = u16(1)
    offset = u16(3)
    page = u16(5)  # or segment


class Move(View):
    """What DS:SI points to for function 57h."""

    length = u32(0)


def _map(dos: Dos, ems: Ems, regs: Registers, pages: tuple[int, int], count: int) -> None:
    ems.map_all(read_pairs(dos, ems, linear(*pages), count, regs.al == 1), regs.dx)


@function(0x55, 0x00, name="alter map and jump", takes="DX handle, DS:SI target and pages")
@function(0x55, 0x01, name="alter map by segment and jump", takes="DX handle, DS:SI target and segments")
def map_and_jump(dos: Dos, ems: Ems, regs: Registers) -> None:
    block = MapAndJump(dos.memory, regs.address("ds", regs.si))
    target = block.target
    _map(dos, ems, regs, block.pages, block.count)
    regs.cs, regs.eip = target


@function(0x56, 0x00, name="alter map and call", takes="DX handle, DS:SI target, new pages, old pages")
@function(0x56, 0x01, name="alter map by segment and call", takes="DX handle, DS:SI target, new and old segments")
def map_and_call(dos: Dos, ems: Ems, regs: Registers) -> None:
    block = MapAndJump(dos.memory, regs.address("ds", regs.si))
    target = block.target
    # Read now: the mapping may take the block out of sight.
    by_segment = regs.al == 1
    number = regs.dx
    old = read_pairs(dos, ems, linear(*block.old_pages), block.old_count, by_segment)
    _map(dos, ems, regs, block.pages, block.count)

    def back(regs: Registers, left: dict[str, int]) -> None:
        # What the procedure left in the registers is the caller's, but for AX, which holds the status.
        for name in ("ebx", "ecx", "edx", "esi", "edi", "ebp", "ds", "es"):
            if name in left:
                setattr(regs, name, left[name])
        try:
            ems.map_all(old, number)
        except EmsError as error:
            regs.ah = error.status
        else:
            regs.ah = Status.OK

    raise CallGuest(back, far=target)


@function(0x56, 0x02, name="get stack for alter map and call", gives="BX bytes")
def stack_for_calls(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.bx = _STACK_FOR_CALLS


# Moving and exchanging

_Pieces = list[tuple[int, int]]


def _region(dos: Dos, ems: Ems, region: Region, length: int) -> _Pieces:
    """Where a region lies in the RAM, as (address, size)."""
    match region.kind:
        case 0:
            start = linear(region.page, region.offset)
            if start + length > _LONGEST:
                raise EmsError(Status.WRAPS)
            return [(start, length)]
        case 1:
            pages = ems.handle(region.handle).pages
            page, offset = region.page, region.offset
            if page >= len(pages):
                raise EmsError(Status.LOGICAL_PAGE)
            if offset >= PAGE:
                raise EmsError(Status.OFFSET_OUTSIDE_PAGE)
            if page * PAGE + offset + length > len(pages) * PAGE:
                raise EmsError(Status.REGION_TOO_LONG)
            pieces = []
            while length:
                size = min(length, PAGE - offset)
                pieces.append((ems.address(region.handle, page) + offset, size))
                length -= size
                page, offset = page + 1, 0
            return pieces
        case _:
            raise EmsError(Status.MEMORY_TYPE)


def _frame_pages(ems: Ems, start: int, length: int) -> _Pieces:
    """The expanded memory that a conventional region shows."""
    found = []
    for physical, page in enumerate(ems.shown):
        at = ems.segment(physical) << 4
        low, high = max(start, at), min(start + length, at + PAGE)
        if page is not None and low < high:
            found.append((ems.address(*page) + low - at, high - low))
    return found


def _overlap(one: _Pieces, other: _Pieces) -> bool:
    return any(a < b + n and b < a + m for a, m in one for b, n in other)


@function(0x57, 0x00, name="move memory", takes="DS:SI expanded move")
@function(0x57, 0x01, name="exchange memory", takes="DS:SI expanded move")
def move_or_exchange(dos: Dos, ems: Ems, regs: Registers) -> None:
    memory = dos.memory
    at = regs.address("ds", regs.si)
    length = Move(memory, at).length
    source, target = Region(memory, at + 4), Region(memory, at + 4 + Region.SIZE)
    kinds = source.kind, target.kind
    exchange = regs.al == 1
    if max(kinds) > _EXPANDED:
        raise EmsError(Status.MEMORY_TYPE)
    if length > _LONGEST:
        raise EmsError(Status.LONGER_THAN_1_MB)
    taken, given = _region(dos, ems, source, length), _region(dos, ems, target, length)
    mixed = kinds[0] != kinds[1]
    if mixed:
        conventional, expanded = (taken, given) if kinds[0] == _CONVENTIONAL else (given, taken)
        if _overlap(_frame_pages(ems, *conventional[0]), expanded):
            raise EmsError(Status.MIXED_OVERLAP)
    overlap = _overlap(taken, given)
    if exchange and overlap:
        raise EmsError(Status.EXCHANGE_OVERLAP)
    data = b"".join(memory.read(address, size) for address, size in taken)
    if exchange:
        _write(dos, taken, b"".join(memory.read(address, size) for address, size in given))
    _write(dos, given, data)
    if overlap and kinds[0] == _EXPANDED:
        raise EmsError(Status.OVERLAPPED)  # a success, with a warning


def _write(dos: Dos, pieces: _Pieces, data: bytes) -> None:
    at = 0
    for address, size in pieces:
        dos.memory.write(address, data[at : at + size])
        at += size


# Addresses and hardware


@function(0x58, 0x00, name="get mappable pages", takes="ES:DI array", gives="CX entries")
def mappable_pages(dos: Dos, ems: Ems, regs: Registers) -> None:
    entries = b"".join(struct.pack("<HH", ems.segment(physical), physical) for physical in range(PHYSICAL_PAGES))
    dos.memory.write(regs.address("es", regs.di), entries)
    regs.cx = PHYSICAL_PAGES


@function(0x58, 0x01, name="count mappable pages", gives="CX entries")
def count_mappable_pages(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.cx = PHYSICAL_PAGES


@function(0x59, 0x00, name="get hardware information", takes="ES:DI buffer")
def hardware_information(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.system.check()
    data = struct.pack("<5H", _RAW_PAGE_PARAGRAPHS, ALTERNATE_SETS, MAP_SIZE, 0, 0)
    dos.memory.write(regs.address("es", regs.di), data)


@function(0x59, 0x01, name="count raw pages", gives="BX free, DX all")
def count_raw_pages(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.bx, regs.dx = ems.free, ems.total


@function(0x5D, 0x00, name="enable system functions", takes="BX:CX key", gives="BX:CX key at first")
@function(0x5D, 0x01, name="disable system functions", takes="BX:CX key", gives="BX:CX key at first")
def switch_system_functions(dos: Dos, ems: Ems, regs: Registers) -> None:
    system = ems.system
    if not system.key_given:
        system.key_given = True
        regs.bx, regs.cx = system.KEY
    else:
        system.check_key(regs.bx, regs.cx)
    system.enabled = regs.al == 0


@function(0x5D, 0x02, name="give the key back", takes="BX:CX key")
def return_key(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.system.check_key(regs.bx, regs.cx)
    ems.system.key_given = False
    ems.system.enabled = True
