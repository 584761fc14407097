"""The real-time clock: the time it shows, its interrupts, and the CMOS memory."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.clock import MS, SECOND, Clock
from hw.pic import Pic
from hw.ports import PortBus
from hw.rtc import Rtc


class Board:
    def __init__(self, start: datetime) -> None:
        self.bus, self.clock = PortBus(), Clock()
        self.pic = Pic(self.bus)
        self.bus.write(0xA1, 0x00)
        self.rtc = Rtc(self.bus, self.clock, self.pic, start, extended_kb=31744)

    def __getitem__(self, index: int) -> int:
        self.bus.write(0x70, index)
        return self.bus.read(0x71)

    def __setitem__(self, index: int, value: int) -> None:
        self.bus.write(0x70, index)
        self.bus.write(0x71, value)

    def interrupts(self, duration_ps: int) -> list[tuple[int, int]]:
        """(time, register C) of each IRQ 8, acknowledged at once."""
        end = self.clock.now_ps + duration_ps
        seen = []
        while self.clock.now_ps < end:
            self.clock.skip_to_next_event(end)
            if self.pic.intr:
                assert self.pic.accept() == 0x70
                seen.append((self.clock.now_ps, self[0x0C]))
                self.bus.write(0xA0, 0x20)
                self.bus.write(0x20, 0x20)
        return seen


@pytest.fixture
def board() -> Board:
    return Board(datetime(1999, 12, 31, 23, 59, 58))


TIME = (0x32, 0x09, 0x08, 0x07, 0x04, 0x02, 0x00)


def test_the_time_runs_in_bcd_over_the_turn_of_the_century(board: Board) -> None:
    assert [hex(board[index]) for index in TIME] == ["0x19", "0x99", "0x12", "0x31", "0x23", "0x59", "0x58"]
    assert board[0x06] == 6  # a Friday
    board.clock.skip_to(3 * SECOND)
    assert [hex(board[index]) for index in TIME] == ["0x20", "0x0", "0x1", "0x1", "0x0", "0x0", "0x1"]


def test_binary_and_twelve_hours(board: Board) -> None:
    board[0x0B] = 0x04
    assert (board[0x02], board[0x04]) == (59, 0x80 | 11)
    board[0x0B] = 0x00
    assert board[0x04] == 0x91
    board[0x04] = 0x12  # midnight
    assert board.rtc.time.hour == 0


def test_setting_the_time_with_the_clock_stopped(board: Board) -> None:
    board[0x0B] = 0x82
    for index, value in zip(TIME, (0x19, 0x92, 0x02, 0x29, 0x08, 0x30, 0x00), strict=True):
        board[index] = value
    board.clock.skip_to(10 * SECOND)
    assert board[0x00] == 0x00
    board[0x0B] = 0x02
    board.clock.skip_to(15 * SECOND)
    assert board.rtc.time == datetime(1992, 2, 29, 8, 30, 5)


def test_update_in_progress_before_each_second(board: Board) -> None:
    board.clock.skip_to(SECOND - MS)
    assert not board[0x0A] & 0x80
    board.clock.skip_to(SECOND - MS // 10)
    assert board[0x0A] & 0x80


def test_periodic_interrupt_at_1024_hz(board: Board) -> None:
    board[0x0B] = 0x42
    seen = board.interrupts(SECOND)
    assert len(seen) in (1023, 1024)
    assert {flags & 0xC0 for _, flags in seen} == {0xC0}


@pytest.mark.parametrize(("rate", "hz"), [(1, 256), (2, 128), (3, 8192), (9, 128), (15, 2)])
def test_rates_of_the_periodic_interrupt(board: Board, rate: int, hz: int) -> None:
    board[0x0A] = 0x20 | rate
    board[0x0B] = 0x42
    assert len(board.interrupts(SECOND)) in (hz - 1, hz)


def test_no_further_interrupt_before_register_c_is_read(board: Board) -> None:
    board[0x0B] = 0x42
    board.clock.skip_to(MS)
    assert board.pic.accept() == 0x70
    board.bus.write(0xA0, 0x20)
    board.bus.write(0x20, 0x20)
    board.clock.skip_to(10 * MS)
    assert not board.pic.intr
    assert board[0x0C] & 0xC0 == 0xC0
    board.clock.skip_to(12 * MS)
    assert board.pic.intr


def test_update_interrupt_each_second(board: Board) -> None:
    board[0x0B] = 0x12
    assert [round(time / SECOND) for time, _ in board.interrupts(3 * SECOND + MS)] == [1, 2, 3]


def test_alarm(board: Board) -> None:
    for index, value in ((5, 0x00), (3, 0x01), (1, 0x30)):
        board[index] = value
    board[0x0C]
    board[0x0B] = 0x22
    seen = board.interrupts(300 * SECOND)
    assert [(round(time / SECOND), flags & 0xA0) for time, flags in seen] == [(92, 0xA0)]


def test_alarm_with_dont_care_bytes_comes_every_minute(board: Board) -> None:
    for index, value in ((5, 0xFF), (3, 0xC0), (1, 0x15)):
        board[index] = value
    board[0x0B] = 0x22
    assert [round(time / SECOND) for time, _ in board.interrupts(150 * SECOND)] == [17, 77, 137]


def test_flags_are_set_without_interrupts_too(board: Board) -> None:
    board[0x0C]
    board.clock.skip_to(2 * SECOND)
    assert board[0x0C] & 0xD0 == 0x50  # periodic and update, but no interrupt
    assert not board.pic.intr


def test_cmos_memory_sizes_and_checksum(board: Board) -> None:
    assert board[0x15] | board[0x16] << 8 == 640
    assert board[0x17] | board[0x18] << 8 == 31744
    assert board[0x34] | board[0x35] << 8 == (31744 - 15360) // 64
    assert board[0x2E] << 8 | board[0x2F] == sum(board[index] for index in range(0x10, 0x2E))
    board[0x40] = 0xA5
    assert board[0x40] == 0xA5
    assert board[0x0D] == 0x80


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 255), st.integers(0, 255)), max_size=60))
def test_no_sequence_of_writes_breaks_it(writes: list[tuple[int, int]]) -> None:
    board = Board(datetime(1995, 6, 1))
    failed: list[object] = []
    board.bus.on_error = lambda port, error: failed.append(error)
    for index, value in writes:
        board[index] = value
        board.clock.skip_to(board.clock.now_ps + 700 * MS)
        assert 0 <= board[index] <= 255
        assert 0 <= board[0x0C] <= 255
    assert failed == []
