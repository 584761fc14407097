from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from hw.clock import SECOND
from int21.settings import DosSettings
from tests.covers import covers
from tests.int21.machine import Guest


@pytest.fixture
def new_year(tmp_path: Path) -> Guest:
    return Guest(tmp_path, settings=DosSettings(start_time=datetime(1995, 12, 31, 23, 59, 58)))


def test_date_and_time_follow_the_emulated_clock(new_year: Guest):
    regs = new_year.call(0x2A00)
    assert (regs.cx, regs.dh, regs.dl, regs.al) == (1995, 12, 31, 0), "a Sunday"
    new_year.clock.skip_to(3 * SECOND)
    regs = new_year.call(0x2A00)
    assert (regs.cx, regs.dh, regs.dl, regs.al) == (1996, 1, 1, 1)
    regs = new_year.call(0x2C00)
    assert (regs.ch, regs.cl, regs.dh) == (0, 0, 0)
    assert 94 <= regs.dl <= 99, "the tick before 00:00:01.00"


@covers("21h/2Ch")
def test_time_goes_in_ticks(new_year: Guest):
    seen = set()
    for step in range(100):
        new_year.clock.skip_to(SECOND * step // 100)
        seen.add(new_year.call(0x2C00).dx)
    assert len(seen) == 19


@covers("21h/2Bh", "21h/2Dh")
def test_setting_date_and_time_keeps_the_other(new_year: Guest):
    assert new_year.call(0x2B00, cx=2004, dx=0x021D).al == 0
    assert new_year.call(0x2D00, cx=0x0C1E, dx=0x0A32).al == 0
    regs = new_year.call(0x2A00)
    assert (regs.cx, regs.dx, regs.al) == (2004, 0x021D, 0)
    regs = new_year.call(0x2C00)
    assert (regs.cx, regs.dh) == (0x0C1E, 0x0A)
    new_year.clock.skip_to(60 * SECOND)
    assert new_year.call(0x2C00).cx == 0x0C1F


@pytest.mark.parametrize(("cx", "dx"), [(1979, 0x0101), (2100, 0x0101), (1999, 0x021D), (1999, 0x0D01), (1999, 0x0100)])
def test_dates_that_are_none(new_year: Guest, cx: int, dx: int):
    assert new_year.call(0x2B00, cx=cx, dx=dx).al == 0xFF
    assert new_year.call(0x2A00).cx == 1995


@pytest.mark.parametrize(("cx", "dx"), [(0x1800, 0), (0x003C, 0), (0, 0x3C00), (0, 0x0064)])
def test_times_that_are_none(new_year: Guest, cx: int, dx: int):
    assert new_year.call(0x2D00, cx=cx, dx=dx).al == 0xFF
    assert new_year.call(0x2C00).ch == 23


@covers("21h/2Ah")
def test_a_start_before_1980_begins_in_1980(tmp_path: Path):
    guest = Guest(tmp_path, settings=DosSettings(start_time=datetime(1972, 2, 29)))
    regs = guest.call(0x2A00)
    assert (regs.cx, regs.dh, regs.dl) == (1980, 2, 28)
