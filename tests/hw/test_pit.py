"""The 8254: counts, outputs and interrupts as functions of emulated time."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.clock import MS, SECOND, Clock
from hw.pic import Pic
from hw.pit import PIT_HZ, Pit
from hw.ports import PortBus


@dataclass(slots=True)
class Board:
    bus: PortBus
    clock: Clock
    pic: Pic
    pit: Pit

    def program(self, counter: int, mode: int, count: int, *, bcd: int = 0) -> None:
        self.bus.write(0x43, counter << 6 | 0x30 | mode << 1 | bcd)
        self.write_count(counter, count)

    def write_count(self, counter: int, count: int) -> None:
        self.bus.write(0x40 + counter, count & 0xFF)
        self.bus.write(0x40 + counter, count >> 8)

    def ticks(self, count: int) -> None:
        """Let emulated time reach ``count`` ticks after power-on."""
        self.clock.skip_to(-(-count * SECOND // PIT_HZ))

    def latched(self, counter: int) -> int:
        self.bus.write(0x43, counter << 6)
        low = self.bus.read(0x40 + counter)
        return low | self.bus.read(0x40 + counter) << 8

    def interrupts(self, until_ps: int) -> list[int]:
        """When IRQ 0 came, served at once, up to a time."""
        times = []
        while self.clock.now_ps < until_ps:
            self.clock.skip_to_next_event(until_ps)
            if self.pic.intr:
                assert self.pic.accept() == 8
                self.bus.write(0x20, 0x20)
                times.append(self.clock.now_ps)
        return times


@pytest.fixture
def board() -> Board:
    # Many cycles a millisecond, so that emulated time can stand on every tick.
    bus, clock = PortBus(), Clock(cycles_per_ms=100_000_000)
    pic = Pic(bus)
    return Board(bus, clock, pic, Pit(bus, clock, pic))


def test_power_on_ticks_18_times_a_second(board: Board) -> None:
    times = board.interrupts(10 * SECOND)
    assert len(times) == 10 * PIT_HZ // 65536
    assert {round((b - a) / MS, 3) for a, b in itertools.pairwise(times)} == {54.925}


def test_no_drift_in_an_hour(board: Board) -> None:
    board.clock.skip_to(3600 * SECOND)
    due = [time for time, name in board.clock.pending if name == "IRQ 0"]
    tick = PIT_HZ * 3600 // 65536 * 65536 + 65536 + 1
    assert due == [-(-tick * SECOND // PIT_HZ)]


def test_mode_2_counts_down_to_one_and_reloads(board: Board) -> None:
    board.program(0, 2, 10)
    counts = []
    for tick in range(1, 23):
        board.ticks(tick)
        counts.append(board.latched(0))
    assert counts == [10, 9, 8, 7, 6, 5, 4, 3, 2, 1] * 2 + [10, 9]


def test_mode_2_output_is_low_in_the_last_tick(board: Board) -> None:
    board.program(0, 2, 4)
    levels = []
    for tick in range(1, 9):
        board.ticks(tick)
        levels.append(board.pit.out(0))
    assert levels == [True, True, True, False] * 2


def test_mode_2_new_count_waits_for_the_end_of_the_period(board: Board) -> None:
    board.program(0, 2, 10)
    board.ticks(5)
    board.write_count(0, 4)
    board.ticks(10)
    assert board.latched(0) == 1
    board.ticks(11)
    assert board.latched(0) == 4
    board.ticks(14)
    assert board.latched(0) == 1


@pytest.mark.parametrize(("count", "high"), [(8, 4), (9, 5)])
def test_mode_3_square_wave(board: Board, count: int, high: int) -> None:
    board.program(2, 3, count)
    board.bus.write(0x61, 1)
    board.ticks(1)
    levels = []
    for tick in range(1, 1 + 2 * count):
        board.ticks(tick)
        levels.append(bool(board.bus.read(0x61) & 0x20))
    assert levels == ([True] * high + [False] * (count - high)) * 2


def test_mode_3_counts_by_two(board: Board) -> None:
    board.program(0, 3, 8)
    counts = []
    for tick in range(1, 9):
        board.ticks(tick)
        counts.append(board.latched(0))
    assert counts == [8, 6, 4, 2, 8, 6, 4, 2]


def test_mode_0_interrupts_once(board: Board) -> None:
    board.program(0, 0, 1193)
    times = board.interrupts(SECOND)
    assert [round(time / MS, 2) for time in times] == [1.0]
    assert board.pit.out(0)


def test_mode_0_stops_while_half_a_count_is_written(board: Board) -> None:
    board.program(0, 0, 1193)
    board.bus.write(0x40, 0x00)
    assert board.interrupts(SECOND) == []
    board.bus.write(0x40, 0x10)
    assert [round((time - SECOND) / MS, 2) for time in board.interrupts(2 * SECOND)] == [3.43]


def test_mode_1_waits_for_the_gate(board: Board) -> None:
    board.program(2, 1, 5)
    assert board.pit.out(2)
    board.bus.write(0x61, 1)
    levels = []
    for tick in range(1, 8):
        board.ticks(tick)
        levels.append(board.pit.out(2))
    assert levels == [False] * 5 + [True] * 2


def test_mode_1_starts_over_when_the_gate_rises_again(board: Board) -> None:
    board.program(2, 1, 5)
    board.bus.write(0x61, 1)
    board.ticks(4)
    board.bus.write(0x61, 0)
    assert not board.pit.out(2)  # the gate's fall changes nothing
    board.bus.write(0x61, 1)
    levels = []
    for tick in range(5, 12):
        board.ticks(tick)
        levels.append(board.pit.out(2))
    assert levels == [False] * 5 + [True] * 2


def test_mode_5_strobes_so_long_after_the_gates_rise(board: Board) -> None:
    board.program(2, 5, 3)
    board.ticks(10)
    assert board.pit.out(2)
    board.bus.write(0x61, 1)
    levels = []
    for tick in range(11, 17):
        board.ticks(tick)
        levels.append(board.pit.out(2))
    assert levels == [True, True, True, False, True, True]


def test_mode_4_strobes_for_one_tick(board: Board) -> None:
    board.program(0, 4, 3)
    levels = []
    for tick in range(1, 7):
        board.ticks(tick)
        levels.append(board.pit.out(0))
    assert levels == [True, True, True, False, True, True]


def test_gate_2_stops_counting(board: Board) -> None:
    board.bus.write(0x61, 1)
    board.program(2, 0, 1000)
    board.ticks(101)
    board.bus.write(0x61, 0)
    board.ticks(500)
    assert board.latched(2) == 900
    board.bus.write(0x61, 1)
    board.ticks(600)
    assert board.latched(2) == 800


def test_bcd_counts_in_decimal(board: Board) -> None:
    board.program(0, 2, 0x1000, bcd=1)
    board.ticks(2)
    assert board.latched(0) == 0x0999


def test_latch_holds_and_a_second_latch_is_ignored(board: Board) -> None:
    board.program(0, 2, 0x1000)
    board.ticks(1)
    board.bus.write(0x43, 0)
    board.ticks(100)
    board.bus.write(0x43, 0)
    assert board.bus.read(0x40) | board.bus.read(0x40) << 8 == 0x1000
    assert board.bus.read(0x40) | board.bus.read(0x40) << 8 == 0x1000 - 99


def test_read_back_gives_status_then_count(board: Board) -> None:
    board.program(0, 2, 0x1234)
    board.bus.write(0x43, 0xE2)  # status of counter 0
    assert board.bus.read(0x40) == 0x80 | 0x40 | 0x34  # OUT, null count, both bytes, mode 2
    board.ticks(5)
    board.bus.write(0x43, 0xC2)  # status and count
    assert board.bus.read(0x40) == 0x80 | 0x34
    assert board.bus.read(0x40) | board.bus.read(0x40) << 8 == 0x1234 - 4


def test_read_back_latches_several_counters_at_once(board: Board) -> None:
    board.bus.write(0x61, 1)
    board.program(0, 2, 1000)
    board.program(2, 2, 2000)
    board.ticks(101)
    board.bus.write(0x43, 0b1101_1010)  # counts of 0 and 2
    board.ticks(500)
    counts = [board.bus.read(port) | board.bus.read(port) << 8 for port in (0x40, 0x42)]
    assert counts == [900, 1900]
    assert board.latched(0) == 501
    board.bus.write(0x43, 0b1110_1000)  # status of 2: output high, both bytes, mode 2, binary
    assert board.bus.read(0x42) == 0b1011_0100


def test_bcd_in_the_square_wave_mode(board: Board) -> None:
    board.bus.write(0x43, 0xB7)  # counter 2, mode 3, BCD
    board.bus.write(0x61, 1)
    board.bus.write(0x42, 0x00)
    board.bus.write(0x42, 0x01)  # 100
    high = 0
    for tick in range(10, 110):
        board.ticks(tick)
        high += board.pit.out(2)
    assert high == 50


def test_low_byte_access(board: Board) -> None:
    board.bus.write(0x43, 0x14)
    board.bus.write(0x40, 100)
    board.ticks(11)
    assert board.bus.read(0x40) == 90


def test_high_byte_access(board: Board) -> None:
    board.bus.write(0x43, 0x24)
    board.bus.write(0x40, 0x10)
    board.ticks(2)
    assert board.bus.read(0x40) == 0x0F


def test_refresh_bit_toggles_each_15_us(board: Board) -> None:
    levels = []
    for microsecond in range(0, 300, 3):
        board.clock.skip_to(microsecond * 1_000_000)
        levels.append(board.bus.read(0x61) >> 4 & 1)
    changes = sum(a != b for a, b in itertools.pairwise(levels))
    assert changes == 19


def test_a_count_of_one_does_not_flood_the_machine(board: Board) -> None:
    board.program(0, 2, 1)
    assert len(board.interrupts(MS)) <= 1193 // 8


def test_save_and_load(board: Board) -> None:
    board.program(0, 2, 1000)
    state = board.pit.save()
    board.program(0, 0, 5)
    board.pit.load(state)
    board.ticks(11)
    assert board.latched(0) == 990


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0x40, 0x41, 0x42, 0x43, 0x61]), st.integers(0, 255)), max_size=40))
def test_no_sequence_of_writes_breaks_it(writes: list[tuple[int, int]]) -> None:
    bus, clock = PortBus(), Clock()
    pit = Pit(bus, clock, Pic(bus))
    for port, value in writes:
        bus.write(port, value)
        clock.skip_to(clock.now_ps + 500_000_000)
        for counter in range(3):
            assert 0 <= bus.read(0x40 + counter) <= 255
            assert 0 <= pit.count(counter) < 65536
    pit.reset()
    assert pit.period(0) == 65536
