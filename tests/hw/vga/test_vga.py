"""The VGA's ports: read-back, index and flip-flop rules, protection, timing, colours."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.clock import MS, SECOND, US, Clock
from hw.ports import PortBus
from hw.vga.modes import MODES, Palette, mode_with_lines, palette_bytes
from hw.vga.vga import Vga


class Board:
    def __init__(self, mode: int = 3) -> None:
        self.bus, self.clock = PortBus(), Clock(cycles_per_ms=1_000_000)
        self.vga = Vga(self.bus, self.clock)
        MODES[mode].program(self.vga)


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.mark.parametrize(
    ("index_port", "data_port", "count"), [(0x3C4, 0x3C5, 5), (0x3CE, 0x3CF, 9), (0x3D4, 0x3D5, 25)]
)
def test_indexed_registers_read_back(board: Board, index_port: int, data_port: int, count: int) -> None:
    board.vga.set_crtc(0x11, 0)  # no protection
    for index in range(count):
        board.bus.write(index_port, index)
        board.bus.write(data_port, 0x40 | index)
    for index in range(count):
        board.bus.write(index_port, index)
        assert board.bus.read(index_port) == index
        assert board.bus.read(data_port) == 0x40 | index


def test_word_out_writes_index_and_data(board: Board) -> None:
    board.bus.write(0x3D4, 0x120E, 2)
    board.bus.write(0x3D4, 0x340F, 2)
    assert board.vga.cursor_address == 0x1234


def test_crtc_registers_0_to_7_are_protected_but_for_line_compare(board: Board) -> None:
    before = board.vga.crtc(0x07)
    for index in (0, 7):
        board.bus.write(0x3D4, index)
        board.bus.write(0x3D5, 0x10 if index == 7 else 0xFF)
    assert board.vga.crtc(0) == 0x5F
    assert board.vga.crtc(7) == before & ~0x10 | 0x10


def test_attribute_flip_flop_is_reset_by_the_status_register(board: Board) -> None:
    board.bus.read(0x3DA)
    board.bus.write(0x3C0, 0x31)
    board.bus.read(0x3DA)
    board.bus.write(0x3C0, 0x11)  # an index again
    board.bus.write(0x3C0, 0x2A)
    assert board.vga.attribute(0x11) == 0x2A
    assert not board.vga.display_enabled  # index written without bit 5
    board.bus.read(0x3DA)
    board.bus.write(0x3C0, 0x20)
    assert board.vga.display_enabled
    board.bus.read(0x3DA)
    board.bus.write(0x3C0, 0x31)
    assert board.bus.read(0x3C1) == 0x2A


def test_dac_takes_a_colour_with_its_third_byte_and_moves_on(board: Board) -> None:
    board.bus.write(0x3C8, 5)
    for value in (1, 2):
        board.bus.write(0x3C9, value)
    assert board.vga.dac(5, 1) != bytes((1, 2, 3))
    for value in (0xC3, 4, 5, 6):
        board.bus.write(0x3C9, value)
    assert board.vga.dac(5, 2) == bytes(range(1, 7))
    board.bus.write(0x3C7, 5)
    assert board.bus.read(0x3C7) == 3
    assert [board.bus.read(0x3C9) for _ in range(6)] == [1, 2, 3, 4, 5, 6]
    assert board.bus.read(0x3C8) == 7


def test_misc_output_moves_the_crtc_to_the_monochrome_ports(board: Board) -> None:
    assert (board.bus.read(0x3CC), board.bus.read(0x3B5), board.bus.read(0x3BA)) == (0x67, 0xFF, 0xFF)
    board.bus.write(0x3C2, 0x66)
    board.bus.write(0x3B4, 0x0E)
    board.bus.write(0x3B5, 0x77)
    assert board.bus.read(0x3B5) == 0x77
    assert board.bus.read(0x3D5) == 0xFF


@pytest.mark.parametrize(
    ("mode", "hz"), [(0x01, 70.09), (0x03, 70.09), (0x0D, 70.09), (0x13, 70.09), (0x10, 70.09), (0x12, 59.94)]
)
def test_refresh_rates(mode: int, hz: float) -> None:
    assert abs(Board(mode).vga.refresh_hz - hz) < 0.01


def test_vertical_retrace_comes_70_times_a_second(board: Board) -> None:
    starts, before = [], True
    for step in range(100_000):
        board.clock.skip_to(step * 10 * US)
        now = bool(board.bus.read(0x3DA) & 8)
        if now and not before:
            starts.append(step * 10 * US)
        before = now
    assert len(starts) == 70
    assert abs((starts[-1] - starts[0]) / 69 - SECOND / 70.0863) < 10 * US


def test_retrace_lasts_two_lines_and_lies_in_the_blanking(board: Board) -> None:
    states = []
    for step in range(15 * 1000):
        board.clock.skip_to(step * US)
        states.append(board.bus.read(0x3DA))
    retrace = [state for state in states if state & 8]
    assert len(retrace) in range(60, 68)  # 2 lines of 31.8 us
    assert all(state & 1 for state in retrace)
    assert all(state & 4 for state in states)
    # 400 of 449 lines are shown, 720 of 900 dots of each.
    assert abs(sum(not state & 1 for state in states[:14268]) / 14268 - 400 / 449 * 720 / 900) < 0.01


def test_frames_are_counted(board: Board) -> None:
    board.clock.skip_to(SECOND)
    assert board.vga.frame_number == 70
    due = board.vga.next_frame_ps(board.clock.now_ps)
    board.clock.skip_to(due)
    assert board.vga.frame_number == 71
    assert board.vga.frame_ps // MS == 14


def test_palettes_of_the_modes() -> None:
    ega, cga, vga = (palette_bytes(palette) for palette in (Palette.EGA, Palette.CGA, Palette.VGA))
    assert ega[0x3F * 3 : 0x40 * 3] == b"\x3f\x3f\x3f"
    assert ega[0x38 * 3 : 0x39 * 3] == b"\x15\x15\x15"
    assert cga[0x14 * 3 : 0x15 * 3] == b"\x3f\x15\x15"
    assert vga[6 * 3 : 7 * 3] == b"\x2a\x15\x00"
    assert vga[31 * 3 : 33 * 3] == b"\x3f\x3f\x3f\x00\x00\x3f"
    assert vga[247 * 3 : 248 * 3] == b"\x0b\x0c\x10"
    assert {len(ega), len(cga), len(vga)} == {768}


def test_text_modes_with_fewer_lines() -> None:
    board = Board()
    mode_with_lines(3, 350).program(board.vga)
    assert board.vga.crtc(0x09) & 0x1F == 13
    assert abs(board.vga.refresh_hz - 70.09) < 0.01


def test_save_and_load(board: Board) -> None:
    board.bus.write(0x3C8, 9)
    state = board.vga.save()
    MODES[0x13].program(board.vga)
    board.vga.load(state)
    assert board.vga.crtc(0x09) == 0x4F
    assert board.bus.read(0x3C8) == 9
    assert board.vga.save() == state


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0x3B0, 0x3DF), st.integers(0, 255)), max_size=80))
def test_no_sequence_of_writes_breaks_it(writes: list[tuple[int, int]]) -> None:
    board = Board()
    for port, value in writes:
        board.bus.write(port, value)
        board.clock.skip_to(board.clock.now_ps + MS)
        assert 0 <= board.bus.read(0x3DA) <= 255
        assert 0 <= board.bus.read(port) <= 255
    assert board.vga.refresh_hz > 0
    assert board.vga.next_frame_ps(board.clock.now_ps) > board.clock.now_ps
