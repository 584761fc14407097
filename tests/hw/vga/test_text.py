"""Text pictures, pixel by pixel."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.clock import Clock
from hw.memory import Memory
from hw.ports import PortBus
from hw.vga.fonts import font_bytes
from hw.vga.modes import MODES
from hw.vga.render import Renderer
from hw.vga.text import Bytes
from hw.vga.vga import Vga

BLACK, GREY, WHITE, BLUE, RED = (0, 0, 0), (170, 170, 170), (255, 255, 255), (0, 0, 170), (170, 0, 0)


class Board:
    def __init__(self, mode: int = 3) -> None:
        self.bus, self.clock, self.memory = PortBus(), Clock(), Memory(0x200000)
        self.vga = Vga(self.bus, self.clock)
        self.vga.memory.attach(self.memory)
        MODES[mode].program(self.vga)
        self.vga.load_font(0, font_bytes(16), 16)
        self.vga.set_crtc(0x0A, 0x20)  # no cursor
        self.base = MODES[mode].segment << 4
        self.memory.write(self.base, b"\x20\x07" * 0x4000)
        self.renderer = Renderer(self.vga)

    def put(self, row: int, column: int, character: int, attribute: int = 0x07) -> None:
        self.memory.write(self.base + (row * 80 + column) * 2, bytes((character, attribute)))

    def cell(self, row: int, column: int) -> Bytes:
        return self.renderer.draw()[row * 16 : row * 16 + 16, column * 9 : column * 9 + 9]

    def frames(self, count: int) -> None:
        target = self.vga.frame_number + count
        while self.vga.frame_number < target:
            self.clock.skip_to(self.vga.next_frame_ps(self.clock.now_ps))


@pytest.fixture
def board() -> Board:
    return Board()


def dots(cell: Bytes, ink: tuple[int, int, int]) -> list[str]:
    return ["".join("#" if tuple(pixel) == ink else "." for pixel in line) for line in cell.tolist()]


LETTER_A = [
    ".........", ".........", "...#.....", "..###....", ".##.##...", "##...##..", "##...##..", "#######..",
    "##...##..", "##...##..", "##...##..", "##...##..", ".........", ".........", ".........", ".........",
]  # fmt: skip


def test_a_letter_in_its_colours(board: Board) -> None:
    board.put(3, 5, 0x41, 0x1F)
    cell = board.cell(3, 5)
    assert dots(cell, WHITE) == LETTER_A
    assert {tuple(pixel) for line in cell.tolist() for pixel in line} == {WHITE, BLUE}


def test_size_and_blank_screen(board: Board) -> None:
    frame = board.renderer.draw()
    assert frame.shape == (400, 720, 3)
    assert not frame.any()


def test_line_graphics_reach_the_ninth_dot_and_letters_do_not(board: Board) -> None:
    board.put(0, 0, 0xC4)
    board.put(0, 1, 0xB2, 0x07)
    assert dots(board.cell(0, 0), GREY)[7] == "#########"
    assert all(line[8] == "." for line in dots(board.cell(0, 1), GREY))
    board.vga.set_attribute(0x10, 0x08)  # line graphics off
    assert dots(board.cell(0, 0), GREY)[7] == "########."


def test_blinking_characters_come_and_go(board: Board) -> None:
    board.put(0, 0, 0xDB, 0x87)
    seen = []
    for _ in range(64):
        seen.append(bool(board.cell(0, 0).any()))
        board.frames(1)
    assert seen == ([True] * 16 + [False] * 16) * 2


def test_bright_backgrounds_instead_of_blinking(board: Board) -> None:
    board.put(0, 0, 0x20, 0xF0)
    assert tuple(board.cell(0, 0)[0, 0]) == GREY
    board.vga.set_attribute(0x10, 0x04)
    assert tuple(board.cell(0, 0)[0, 0]) == WHITE


def test_the_cursor_blinks_in_the_colour_of_its_cell(board: Board) -> None:
    board.put(1, 2, 0x20, 0x04)
    for register, value in ((0x0A, 13), (0x0B, 14), (0x0E, 0), (0x0F, 82)):
        board.vga.set_crtc(register, value)
    lines = [index for index, line in enumerate(dots(board.cell(1, 2), RED)) if line == "#########"]
    assert lines == [13, 14]
    board.frames(8)
    assert not board.cell(1, 2).any()


def test_the_palette_and_the_dac_colour_the_text(board: Board) -> None:
    board.put(0, 0, 0xDB, 0x07)
    board.vga.set_attribute(0x07, 0x3F)
    assert tuple(board.cell(0, 0)[0, 0]) == WHITE
    board.vga.set_dac(0x3F, bytes((0x3F, 0, 0x20)))
    assert tuple(board.cell(0, 0)[0, 0]) == (255, 0, 130)


def test_start_address_scrolls(board: Board) -> None:
    board.put(1, 0, 0x41)
    board.vga.set_crtc(0x0D, 80)
    assert dots(board.cell(0, 0), GREY) == LETTER_A


def test_a_second_font_for_bright_characters(board: Board) -> None:
    board.vga.load_font(1, b"\xff" * 16, 16, 0x41)
    board.vga.set_sequencer(3, 0x04)  # map A is block 1, map B block 0
    board.put(0, 0, 0x41, 0x07)
    board.put(0, 1, 0x41, 0x0F)
    assert dots(board.cell(0, 0), GREY) == LETTER_A
    assert dots(board.cell(0, 1), WHITE) == ["########."] * 16


def test_display_off_is_black(board: Board) -> None:
    board.put(0, 0, 0xDB)
    assert board.renderer.draw().any()
    board.vga.set_sequencer(1, 0x20)
    assert not board.renderer.draw().any()


def test_underline_in_monochrome() -> None:
    board = Board(7)
    board.vga.set_crtc(0x14, 13)
    board.put(0, 0, 0x20, 0x01)
    assert [bool(line.any()) for line in board.cell(0, 0)] == [index == 13 for index in range(16)]


def test_mode_13h_pixels() -> None:
    board = Board(0x13)
    board.memory.fill(0xA0000, 0x10000)
    board.memory.set_u8(0xA0000 + 320 * 199 + 319, 4)
    frame = board.renderer.draw()
    assert frame.shape == (200, 320, 3)
    assert tuple(frame[199, 319]) == RED
    assert not frame[:199].any()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 24), st.integers(0, 255)), max_size=30))
def test_no_register_values_break_the_renderer(writes: list[tuple[int, int, int]]) -> None:
    board = Board()
    setters = (board.vga.set_crtc, board.vga.set_sequencer, board.vga.set_graphics, board.vga.set_attribute)
    for group, index, value in writes:
        setters[group](index, value)
    frame = board.renderer.draw()
    assert frame.ndim == 3
    assert frame.shape[0] <= 2048
    assert frame.shape[2] == 3
