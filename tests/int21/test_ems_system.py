"""EMS 4.0 functions for operating systems, and unknown subfunctions."""

from __future__ import annotations

from pathlib import Path

import pytest

from int21.settings import DosSettings
from tests.covers import covers
from tests.int21.machine import Guest

EMS = 0x67
UNKNOWN_SUBFUNCTION = 0x8F


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path, settings=DosSettings(ems_kb=256))


@covers("67h/4Fh", "67h/59h", "67h/5Bh")
@pytest.mark.parametrize("ax", [0x4F77, 0x5977, 0x5B77])
def test_unknown_subfunctions(guest: Guest, ax: int) -> None:
    assert guest.call(ax, EMS).ah == UNKNOWN_SUBFUNCTION


@covers("67h/5A00h", "67h/5A01h", "67h/5901h", "67h/5200h")
def test_raw_pages_count_like_others(guest: Guest) -> None:
    regs = guest.call(0x5901, EMS)
    free, total = regs.bx, regs.dx
    for function in (0x5A00, 0x5A01):
        regs = guest.call(function, EMS, bx=2)
        assert regs.ah == 0
        assert guest.call(0x5200, EMS, dx=regs.dx).ax == 0, "volatile"
    regs = guest.call(0x5901, EMS)
    assert (regs.bx, regs.dx) == (free - 4, total)


@covers("67h/5602h")
def test_the_stack_that_a_call_needs(guest: Guest) -> None:
    regs = guest.call(0x5602, EMS)
    assert (regs.ah, regs.bx % 2) == (0, 0)
    assert regs.bx > 0


@covers("67h/5601h")
def test_an_unknown_handle_is_not_called(guest: Guest) -> None:
    segment, offset = guest.put(bytes(32))
    assert guest.call(0x5601, EMS, ds=segment, si=offset, dx=0x55).ah == 0x83


@covers("67h/5B05h", "67h/5B06h", "67h/5B07h", "67h/5B08h")
def test_there_are_no_registers_for_dma(guest: Guest) -> None:
    regs = guest.call(0x5B05, EMS, bx=0x55)
    assert (regs.ah, regs.bl) == (0, 0)
    for function in (0x5B06, 0x5B07, 0x5B08):
        assert guest.call(function, EMS, bx=0).ah == 0
        assert guest.call(function, EMS, bx=3).ah == 0x9C


def shown(guest: Guest) -> bytes:
    return bytes(guest.memory.read(0xE0000, 1))


@pytest.fixture
def pages(guest: Guest) -> int:
    """A handle with three pages, which begin with A, B and C."""
    handle = guest.call(0x4300, EMS, bx=3).dx
    for page in range(3):
        guest.call(0x4400, EMS, bx=page, dx=handle)
        guest.memory.write(0xE0000, bytes((0x41 + page,)))
    return handle


@covers("67h/5B00h", "67h/5B01h", "67h/5B03h", "67h/5B04h")
def test_each_register_set_keeps_its_map(guest: Guest, pages: int) -> None:
    regs = guest.call(0x5B03, EMS)
    first = regs.bl
    assert (regs.ah, first) == (0, 1)
    second = guest.call(0x5B03, EMS).bl
    guest.call(0x4400, EMS, bx=0, dx=pages)  # set 0 shows A; the new ones have C
    assert shown(guest) == b"A"
    assert guest.call(0x5B01, EMS, bx=first).ah == 0
    assert shown(guest) == b"C"
    assert guest.call(0x5B00, EMS, bx=0).bl == first
    guest.call(0x4400, EMS, bx=1, dx=pages)
    guest.call(0x5B01, EMS, bx=second)
    assert shown(guest) == b"C"
    guest.call(0x5B01, EMS, bx=first)
    assert shown(guest) == b"B"
    guest.call(0x5B01, EMS, bx=0, es=0, di=0)
    assert shown(guest) == b"A"
    assert guest.call(0x5B04, EMS, bx=second).ah == 0
    assert guest.call(0x5B01, EMS, bx=second).ah == 0x9D
    assert guest.call(0x5B04, EMS, bx=second).ah == 0x9D
    guest.call(0x5B01, EMS, bx=first)
    assert guest.call(0x5B04, EMS, bx=first).ah == 0x9D, "it is in use"
    assert guest.call(0x5B04, EMS, bx=0).ah == 0


@covers("67h/5B00h", "67h/5B01h", "67h/5B02h")
def test_set_0_is_kept_in_memory(guest: Guest, pages: int) -> None:
    size = guest.call(0x5B02, EMS).dx
    segment, offset = guest.put(bytes(size))
    guest.call(0x4E00, EMS, es=segment, di=offset)
    guest.call(0x4400, EMS, bx=0, dx=pages)
    assert guest.call(0x5B01, EMS, bx=0, es=segment, di=offset).ah == 0
    assert shown(guest) == b"C"
    guest.call(0x4400, EMS, bx=1, dx=pages)
    regs = guest.call(0x5B00, EMS, bx=0x55)
    assert (regs.ah, regs.bl, regs.es, regs.di) == (0, 0, segment, offset)
    guest.call(0x4400, EMS, bx=0, dx=pages)
    guest.call(0x5B01, EMS, bx=0, es=segment, di=offset)
    assert shown(guest) == b"B"
    guest.memory.fill(guest.scratch, size)
    assert guest.call(0x5B01, EMS, bx=0, es=segment, di=offset).ah == 0xA3
    assert shown(guest) == b"B"


@covers("67h/5B03h", "67h/5900h")
def test_as_many_sets_as_the_hardware_is_said_to_have(guest: Guest) -> None:
    segment, offset = guest.put(bytes(10))
    guest.call(0x5900, EMS, es=segment, di=offset)
    count = guest.memory.u16(guest.scratch + 2)
    numbers = [guest.call(0x5B03, EMS).bl for _ in range(count)]
    assert numbers == list(range(1, count + 1))
    assert guest.call(0x5B03, EMS).ah == 0x9B


def test_pages_that_went_to_another_handle_are_in_no_set(guest: Guest, pages: int) -> None:
    number = guest.call(0x5B03, EMS).bl
    guest.call(0x4500, EMS, dx=pages)
    other = guest.call(0x4300, EMS, bx=16).dx
    guest.call(0x4400, EMS, bx=2, dx=other)
    guest.memory.write(0xE0000, b"new")
    guest.call(0x4400, EMS, bx=0xFFFF, dx=other)
    guest.call(0x5B01, EMS, bx=number)
    assert guest.memory.read(0xE0000, 3) != b"new"


@covers("67h/5Ch")
def test_a_warm_boot_begins_with_set_0(guest: Guest, pages: int) -> None:
    number = guest.call(0x5B03, EMS).bl
    guest.call(0x4400, EMS, bx=0, dx=pages)
    guest.call(0x5B01, EMS, bx=number)
    assert guest.call(0x5C00, EMS).ah == 0
    assert guest.call(0x5B00, EMS).bl == 0
    assert shown(guest) == b"A"
    assert guest.call(0x5B01, EMS, bx=number).ah == 0x9D
