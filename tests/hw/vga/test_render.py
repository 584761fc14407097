"""Pictures in graphics modes: pixel formats, addresses, panning, split screen, and changes while the beam runs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.clock import Clock
from hw.memory import Memory
from hw.pic import Pic
from hw.ports import PortBus
from hw.vga.modes import MODES, Mode
from hw.vga.render import Renderer
from hw.vga.text import Bytes
from hw.vga.vga import Vga

BLACK, BLUE, RED, WHITE = (0, 0, 0), (0, 0, 170), (170, 0, 0), (255, 255, 255)


class Board:
    def __init__(self, mode: int | Mode) -> None:
        self.bus, self.clock, self.memory = PortBus(), Clock(cycles_per_ms=1_000_000), Memory(0x200000)
        self.pic = Pic(self.bus)
        self.vga = Vga(self.bus, self.clock)
        self.vga.memory.attach(self.memory)
        self.vga.connect(self.pic)
        mode = MODES[mode] if isinstance(mode, int) else mode
        mode.program(self.vga)
        self.start = mode.segment << 4
        self.renderer = Renderer(self.vga)

    def out(self, port: int, index: int, value: int) -> None:
        self.bus.write(port, value << 8 | index, 2)

    def attribute(self, index: int, value: int) -> None:
        self.bus.read(0x3DA)
        for octet in (index | 0x20, value):
            self.bus.write(0x3C0, octet)

    def colour(self, index: int, red: int, green: int, blue: int) -> None:
        for port, octet in ((0x3C8, index), (0x3C9, red), (0x3C9, green), (0x3C9, blue)):
            self.bus.write(port, octet)

    def frame(self) -> Bytes:
        return self.renderer.draw()

    def pixel(self, x: int, y: int) -> tuple[int, ...]:
        return tuple(self.frame()[y, x].tolist())

    def to_line(self, line: int) -> None:
        """Let the beam come to the blank end of this scan line, the next time it gets there."""
        begin = self.vga.next_frame_ps(self.clock.now_ps) - self.vga.frame_ps * self.lines_shown // self.lines
        target = begin + self.vga.frame_ps * (10 * line + 9) // (10 * self.lines)
        self.clock.skip_to(target if target > self.clock.now_ps else target + self.vga.frame_ps)

    @property
    def lines(self) -> int:
        overflow = self.vga.crtc(7)
        return (self.vga.crtc(6) | (overflow & 1) << 8 | (overflow & 0x20) << 4) + 2

    @property
    def lines_shown(self) -> int:
        overflow = self.vga.crtc(7)
        return (self.vga.crtc(0x12) | (overflow & 2) << 7 | (overflow & 0x40) << 3) + 1

    def finish_frame(self) -> None:
        self.clock.skip_to(self.vga.next_frame_ps(self.clock.now_ps))


@pytest.mark.parametrize("number", sorted(MODES))
def test_sizes(number: int) -> None:
    mode = MODES[number]
    board = Board(mode)
    assert board.frame().shape == (mode.height, mode.width, 3)
    assert board.renderer.size == (mode.width, mode.height)


def test_four_colours_of_cga() -> None:
    board = Board(4)
    board.memory.write(board.start, b"\x1b")  # 0, 1, 2, 3
    board.memory.write(board.start + 0x2000 + 79, b"\x03")  # the last pixel of line 1
    assert board.frame()[0, :4].tolist() == [[0, 0, 0], [85, 255, 255], [255, 85, 255], [255, 255, 255]]
    assert board.pixel(319, 1) == WHITE
    assert board.frame().any(axis=2).sum() == 4


def test_two_colours_of_cga() -> None:
    board = Board(6)
    board.memory.write(board.start + 0x2000 + 80, b"\x81")
    assert np.argwhere(board.frame().any(axis=2)).tolist() == [[3, 0], [3, 7]]


@pytest.mark.parametrize("number", [0x0D, 0x0E, 0x10, 0x12])
def test_sixteen_colours_from_four_planes(number: int) -> None:
    board = Board(number)
    stride = MODES[number].width // 8
    for plane in range(4):
        board.out(0x3C4, 2, 1 << plane)
        board.memory.write(board.start + 5 * stride + 1, bytes((0x80 >> plane | 0x01,)))
    line = board.frame()[5].tolist()
    assert line[8:12] == [[0, 0, 170], [0, 170, 0], [170, 0, 0], [85, 85, 85]]
    assert line[15] == list(WHITE)
    assert board.frame().any(axis=2).sum() == 5


def test_palette_registers_and_colour_select() -> None:
    board = Board(0x12)
    board.memory.write(board.start, b"\xff")  # colour 15
    board.attribute(15, 1)
    assert board.pixel(0, 0) == BLUE
    board.attribute(0x14, 0x0C)  # the upper two bits of the colour number
    board.colour(0xC1, 63, 0, 0)
    assert board.pixel(0, 0) == (255, 0, 0)
    board.attribute(0x10, 0x81)  # the middle two as well
    board.attribute(0x14, 0x0E)
    board.colour(0xE1, 0, 63, 0)
    assert board.pixel(0, 0) == (0, 255, 0)
    board.bus.write(0x3C6, 0x01)
    assert board.pixel(0, 0) == BLUE
    board.attribute(0x12, 0x00)  # no plane is shown
    assert board.pixel(0, 0) == BLACK


def unchain(board: Board) -> None:
    board.out(0x3C4, 4, 6)
    board.vga.set_crtc(0x14, 0)
    board.vga.set_crtc(0x17, 0xE3)


def test_mode_x_pixels_and_a_wider_virtual_screen() -> None:
    board = Board(0x13)
    unchain(board)
    board.vga.set_crtc(0x13, 64)  # 512 pixels a line
    for x, y in ((0, 0), (1, 1), (6, 2), (319, 199)):
        board.out(0x3C4, 2, 1 << x % 4)
        board.memory.set_u8(board.start + y * 128 + x // 4, 4)
    assert np.argwhere(board.frame().any(axis=2)).tolist() == [[0, 0], [1, 1], [2, 6], [199, 319]]
    assert board.pixel(6, 2) == RED


def test_the_start_address_counts_from_the_next_retrace_on() -> None:
    board = Board(0x13)
    unchain(board)
    board.out(0x3C4, 2, 15)
    board.memory.set_u8(board.start + 0x4000, 4)
    board.to_line(100)
    board.out(0x3D4, 0x0C, 0x40)
    assert board.pixel(0, 0) == BLACK
    board.finish_frame()
    assert board.pixel(0, 0) == BLACK
    board.finish_frame()
    assert board.pixel(0, 0) == RED


def test_panning_by_pixels() -> None:
    board = Board(0x0D)
    board.memory.write(board.start, b"\0\x80")
    for shift in range(8):
        board.attribute(0x13, shift)
        assert np.argwhere(board.frame().any(axis=2)).tolist() == [[0, 8 - shift]]
    board.vga.set_crtc(8, 0x20)  # and by a byte
    assert not board.frame().any()
    board.attribute(0x13, 0)
    assert np.argwhere(board.frame().any(axis=2)).tolist() == [[0, 0]]


def test_split_screen_shows_the_beginning_of_memory_below_the_line() -> None:
    board = Board(0x0D)
    board.memory.write(board.start, b"\x80")
    board.vga.set_crtc(0x0C, 0x10)
    board.memory.write(board.start + 0x1000, b"\x40")
    board.attribute(0x13, 1)
    board.vga.set_crtc(0x18, 2 * 150 - 1 & 0xFF)
    board.vga.set_crtc(0x07, board.vga.crtc(7) & ~0x10 | 0x10)
    board.vga.set_crtc(0x09, board.vga.crtc(9) & ~0x40)
    # Line compare counts scan lines: 299 is the last of 150 doubled ones.
    assert np.argwhere(board.frame().any(axis=2)).tolist() == [[0, 0]]
    board.attribute(0x10, 0x21)  # below, panning does not count
    assert np.argwhere(board.frame().any(axis=2)).tolist() == [[0, 0], [150, 0]]


def test_a_palette_change_in_mid_frame_shows_below_the_beam() -> None:
    board = Board(0x13)
    board.finish_frame()
    board.colour(0, 0, 0, 63)
    board.to_line(199)  # the second scan line of pixel line 99
    board.colour(0, 63, 0, 0)
    board.finish_frame()
    column = board.frame()[:, 5].tolist()
    assert column == [[0, 0, 255]] * 100 + [[255, 0, 0]] * 100
    board.finish_frame()  # a frame without a change
    assert {tuple(pixel) for pixel in board.frame()[:, 0].tolist()} == {(255, 0, 0)}


def test_a_bar_of_many_colours() -> None:
    board = Board(0x0E)
    board.finish_frame()
    for level in range(1, 64):
        board.to_line(199 + 2 * level)
        board.colour(0, level, 0, 0)
    board.to_line(397)
    board.colour(0, 0, 0, 0)
    board.finish_frame()
    levels = [pixel[0] >> 2 for pixel in board.frame()[:, 7].tolist()]
    assert levels == [0] * 101 + list(range(1, 63)) + [63] * 36 + [0]


def test_one_change_counts_for_the_whole_picture() -> None:
    board = Board(0x13)
    board.to_line(199)
    board.colour(0, 63, 0, 0)
    board.finish_frame()
    assert {tuple(pixel) for pixel in board.frame()[:, 0].tolist()} == {(255, 0, 0)}


def test_the_retrace_interrupt() -> None:
    board = Board(0x13)
    board.bus.write(0x21, 0)
    board.out(0x3D4, 0x11, 0x1E)
    assert not board.bus.read(0x3C2) & 0x80
    board.to_line(411)
    board.finish_frame()
    assert not board.bus.read(0x3DA) & 8
    assert board.bus.read(0x3C2) & 0x80
    board.bus.write(0xA0, 0x0A)
    assert board.bus.read(0xA0) & 0x02  # requested at the second controller: IRQ 9
    board.out(0x3D4, 0x11, 0x0E)  # cleared
    assert not board.bus.read(0x3C2) & 0x80
    board.out(0x3D4, 0x11, 0x2E)  # and off
    board.finish_frame()
    board.finish_frame()
    assert not board.bus.read(0x3C2) & 0x80


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(sorted(MODES)),
    st.lists(
        st.tuples(st.sampled_from((0x3C4, 0x3CE, 0x3D4, 0x3C0, 0x3C2, 0x3C6)), st.integers(0, 0xFFFF)), max_size=40
    ),
    st.lists(st.tuples(st.integers(0xA0000, 0xBFFFF), st.integers(0, 255)), max_size=10),
)
def test_no_values_break_anything(mode: int, writes: list[tuple[int, int]], stores: list[tuple[int, int]]) -> None:
    board = Board(mode)
    board.vga.set_crtc(0x11, 0)  # no protection
    for port, value in writes:
        board.bus.write(port, value, 2 if port in (0x3C4, 0x3CE, 0x3D4) else 1)
        board.clock.skip_to(board.clock.now_ps + 1_000_000)
        for address, octet in stores:
            board.memory.set_u8(address, octet)
            board.vga.memory.read(address - 0xA0000)
    board.finish_frame()
    height, width, _ = board.frame().shape
    assert height <= 2048
    assert width <= 256 * 9
