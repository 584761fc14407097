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


@covers("67h/5B00h", "67h/5B02h", "67h/5B03h", "67h/5B04h", "67h/5B05h", "67h/5B06h", "67h/5B07h", "67h/5B08h")
def test_there_are_no_other_register_sets(guest: Guest) -> None:
    assert guest.call(0x5B00, EMS).bl == 0
    assert guest.call(0x5B02, EMS).dx > 0
    for function in (0x5B03, 0x5B05):
        regs = guest.call(function, EMS, bx=0x55)
        assert (regs.ah, regs.bl) == (0, 0)
    for function in (0x5B04, 0x5B06, 0x5B07, 0x5B08):
        assert guest.call(function, EMS, bx=0).ah == 0
        assert guest.call(function, EMS, bx=3).ah != 0
