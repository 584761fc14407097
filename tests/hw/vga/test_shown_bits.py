"""Bits of registers that show, one by one, by what they do to the picture."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from hw.vga.fonts import font_bytes
from hw.vga.modes import MODES
from tests.hw.vga.test_ega import Board as EgaBoard
from tests.hw.vga.test_render import Board as GraphicsBoard
from tests.hw.vga.test_text import BLUE, GREY, LETTER_A, WHITE, dots
from tests.hw.vga.test_text import Board as TextBoard

RED = [170, 0, 0]


def lit(board: GraphicsBoard) -> list[list[int]]:
    return np.argwhere(board.frame().any(axis=2)).tolist()


@pytest.mark.parametrize(("bit", "bank", "line"), [(0x01, 0x2000, 1), (0x02, 0x4000, 2)])
def test_the_scan_line_as_an_address_bit(bit: int, bank: int, line: int) -> None:
    """CRTC 17h bits 0 and 1 clear: bits 13 and 14 of the address are bits 0 and 1 of the scan line (CGA, Hercules)."""
    board = GraphicsBoard(0x0D)
    board.vga.set_crtc(9, 3)  # four lines a row, none doubled
    board.memory.write(board.start + bank + 40, b"\x80")
    assert lit(board) == []
    board.vga.set_crtc(0x17, 0xE3 & ~bit)
    lines = [y for y, x in lit(board)]
    assert lines == [4 + n for n in range(4) if n & line]


def test_word_mode_takes_the_lowest_bit_from_above() -> None:
    """CRTC 17h bit 6 clear, bit 5: address bit 0 is bit 15 or 13 of the count."""
    board = GraphicsBoard(0x0D)
    board.memory.write(board.start + 6, b"\x80")
    board.memory.write(board.start + 0x4001, b"\x40")
    assert lit(board) == [[0, 48]]
    board.vga.set_crtc(0x17, 0xA3)
    assert lit(board)[0] == [0, 24]
    board.vga.set_crtc(0x0C, 0x20)  # bit 13 of the count
    assert [0, 1] not in lit(board)
    board.vga.set_crtc(0x17, 0x83)
    assert lit(board)[0] == [0, 1]


@pytest.mark.parametrize(("register", "bits", "times"), [(0x17, 0x08, 2), (0x14, 0x20, 4)])
def test_counting_every_second_or_fourth_character(register: int, bits: int, times: int) -> None:
    board = GraphicsBoard(0x0D)
    board.memory.write(board.start + 1, b"\x80")
    board.vga.set_crtc(register, board.vga.crtc(register) | bits)
    assert [x for y, x in lit(board) if y == 0] == [8 * (times + n) for n in range(times)]


def test_double_words_are_four_addresses_apart() -> None:
    board = GraphicsBoard(0x13)
    board.memory.write(board.start, b"\x04\x04\x04\x04" * 2)
    assert lit(board) == [[0, x] for x in range(8)]
    board.vga.set_crtc(0x14, 0)  # word mode: every second address, of which chain 4 fills every other
    assert lit(board) == [[0, x] for x in (0, 1, 2, 3, 8, 9, 10, 11)]


def test_no_retraces_no_picture() -> None:
    board = GraphicsBoard(0x0D)
    board.memory.write(board.start, b"\xff")
    board.vga.set_crtc(0x17, 0x63)
    assert lit(board) == []
    board.vga.set_crtc(0x17, 0xE3)
    assert len(lit(board)) == 8


def test_vertical_counters_at_half_speed() -> None:
    board = GraphicsBoard(0x0D)
    hertz = board.vga.refresh_hz
    board.vga.set_crtc(0x17, 0xE7)
    assert board.renderer.size == (320, 400)
    assert board.vga.refresh_hz == pytest.approx(hertz / 2)


def test_the_first_line_of_the_first_row() -> None:
    board = TextBoard()
    board.put(0, 0, 0x41)
    board.vga.set_crtc(8, 3)
    assert dots(board.cell(0, 0), GREY)[:13] == LETTER_A[3:]


def test_split_text_screen_with_panning() -> None:
    board = TextBoard()
    board.put(0, 0, 0x41)
    board.vga.set_sequencer(1, 1)  # eight dots
    board.vga.set_crtc(0x0D, 80)
    board.vga.set_attribute(0x13, 2)
    board.vga.set_crtc(0x18, 32 - 1)
    board.vga.set_crtc(0x07, board.vga.crtc(7) & ~0x10)
    board.vga.set_crtc(0x09, board.vga.crtc(9) & ~0x40)
    assert dots(board.cell(2, 0)[:, :8], GREY) == [line[2:] + "." for line in LETTER_A]
    board.vga.set_attribute(0x10, board.vga.attribute(0x10) | 0x20)
    assert dots(board.cell(2, 0)[:, :8], GREY) == [line[:8] for line in LETTER_A]


def test_underline_where_the_register_says() -> None:
    board = TextBoard()
    board.put(0, 0, 0x20, 0x01)
    assert not board.cell(0, 0).any()
    board.vga.set_crtc(0x14, 15)
    assert dots(board.cell(0, 0), BLUE) == ["." * 9] * 15 + ["#" * 9]
    board.put(0, 0, 0x20, 0x07)
    assert not board.cell(0, 0).any()


def test_two_fonts_need_extended_memory() -> None:
    board = TextBoard()
    board.vga.load_font(5, b"\xff" * 16, 16, 0x41)
    board.vga.set_sequencer(3, 0x24)  # map A is block 5
    board.put(0, 0, 0x41, 0x0F)
    assert dots(board.cell(0, 0), WHITE) == ["########."] * 16
    board.vga.set_sequencer(4, 0)
    assert dots(board.cell(0, 0), WHITE) == LETTER_A


def test_512_characters_in_eight_colours() -> None:
    board = TextBoard()
    board.vga.load_font(1, b"\xff" * 16, 16, 0x41)
    board.vga.set_sequencer(3, 0x04)
    board.vga.set_attribute(0x12, 0x07)  # bit 3 of the attribute no more makes bright letters
    board.put(0, 0, 0x41, 0x0F)
    assert dots(board.cell(0, 0), GREY) == ["########."] * 16


def test_132_columns() -> None:
    board = TextBoard()
    for index, value in ((0x11, 0), (0, 0xA0), (1, 131), (2, 132), (3, 0x9F), (4, 0x8A), (5, 0x1C), (0x13, 66)):
        board.vga.set_crtc(index, value)
    board.memory.write(board.base + (132 + 131) * 2, b"\x41\x07")
    frame = board.renderer.draw()
    assert frame.shape == (400, 132 * 9, 3)
    assert dots(frame[16:32, 131 * 9 :], GREY) == LETTER_A
    layout = board.vga.text_layout()
    assert (layout.columns, layout.rows) == (132, 25)


def test_the_ninth_dot_of_line_graphics_is_a_bit() -> None:
    board = TextBoard()
    board.put(0, 0, 0xC4)
    line = next(n for n in range(16) if font_bytes(16)[0xC4 * 16 + n])
    assert dots(board.cell(0, 0), GREY)[line] == "#" * 9
    board.vga.set_attribute(0x10, 0x08)
    assert dots(board.cell(0, 0), GREY)[line] == "########."
    board.vga.set_sequencer(1, 1)  # eight dots
    assert board.renderer.size == (640, 400)


def test_pixels_blink_in_graphics_modes() -> None:
    board = GraphicsBoard(0x0D)
    board.memory.write(board.start, b"\xff")
    board.out(0x3C4, 2, 7)
    board.memory.write(board.start + 1, b"\xff")
    board.attribute(0x10, 0x09)
    seen = set()
    for _ in range(33):
        board.finish_frame()
        seen.add((board.pixel(0, 0), board.pixel(8, 0)))
    assert len(seen) == 2


def test_the_palette_is_not_connected_and_the_border_shows() -> None:
    board = GraphicsBoard(0x13)
    board.memory.fill(board.start, 1000, 15)
    board.attribute(0x11, 4)
    board.bus.read(0x3DA)
    board.bus.write(0x3C0, 0x00)
    assert (board.frame() == RED).all()
    board.out(0x3C4, 1, 0x21)  # the screen is off
    assert not board.frame().any()


def test_the_pixel_mask_masks_packed_pixels() -> None:
    board = GraphicsBoard(0x13)
    board.memory.write(board.start, b"\x1c\xfc\x14")
    board.bus.write(0x3C6, 0x1F)
    assert board.pixel(0, 0) == board.pixel(1, 0)
    board.bus.write(0x3C6, 0x04)
    assert [board.pixel(x, 0) for x in range(3)] == [tuple(RED)] * 3


@pytest.mark.parametrize(("planes", "colour"), [(3, [0, 0, 170]), (12, RED), (15, [170, 170, 170])])
def test_planes_of_a_small_ega_follow_each_other(planes: int, colour: list[int]) -> None:
    """Mode 10h with 64 KB: sixteen pixels of planes 0 and 1, in all 350 lines."""
    board = EgaBoard(0x10, 64)
    board.bus.write(0x3C4, 2)
    board.bus.write(0x3C5, planes)
    board.memory.write(0xA0000, b"\xf0\xcc")
    board.memory.write(0xA0000 + 349 * 80 + 78, b"\x01\x80")
    frame = board.renderer.draw()
    assert np.argwhere(frame.any(axis=2)).tolist() == [
        *([0, x] for x in (0, 1, 2, 3, 8, 9, 12, 13)), [349, 631], [349, 632]
    ]  # fmt: skip
    assert frame[0, 0].tolist() == frame[0, 8].tolist() == frame[349, 632].tolist() == colour


def test_a_small_ega_in_monochrome_has_four_shades() -> None:
    board = EgaBoard(0x0F, 64)
    board.memory.write(0xA0000, b"\xff\xff")
    frame = board.renderer.draw()
    assert frame.shape == (350, 640, 3)
    assert frame[0, :16].any(axis=1).all()


def test_the_bit_mask_by_its_port_is_the_register() -> None:
    """The short way of a planar mode, whatever the other registers are."""
    by_port, by_register = GraphicsBoard(0x12), GraphicsBoard(0x12)
    for mode, function, mask in itertools.product((0, 1, 2, 3, 8), (0, 0x18, 3), (0xFF, 0x0F, 0xAA, 0xFF, 0)):
        for board in (by_port, by_register):
            board.out(0x3CE, 5, mode)
            board.out(0x3CE, 3, function)
            if board is by_port:
                board.out(0x3CE, 8, mask)
            else:
                board.vga.set_graphics(8, mask)
            board.vga.memory.read(board.start + 1 - 0xA0000)
            board.memory.write(board.start, bytes((0x35, mode, mask)))
    assert by_port.vga.memory.plane(0) == by_register.vga.memory.plane(0)
    assert by_port.vga.save()["graphics"] == by_register.vga.save()["graphics"]
    assert by_port.vga.memory.save() == by_register.vga.memory.save()


def test_vertical_blanking_inside_the_picture_is_black() -> None:
    """CRTC 15h and 16h, 07h bit 3, 09h bit 5; what is in memory moves on below."""
    board = GraphicsBoard(0x12)
    board.memory.fill(board.start, 480 * 80, 0xFF)
    assert board.frame().all()
    board.vga.set_crtc(0x15, 100)
    board.vga.set_crtc(0x16, 120)

    def black() -> list[int]:
        return [y for y, line in enumerate(board.frame()) if not line.any()]

    assert black() == list(range(256 + 100, 256 + 120))
    board.vga.set_crtc(0x07, board.vga.crtc(7) & ~0x08)
    assert black() == list(range(100, 120))
    board.vga.set_crtc(0x09, board.vga.crtc(9) | 0x20)  # line 612 never comes
    assert board.frame().all()


@pytest.mark.parametrize("number", sorted(MODES))
def test_no_mode_blanks_its_own_picture(number: int) -> None:
    board = GraphicsBoard(number)
    board.attribute(0x11, 0x3F)
    board.bus.read(0x3DA)
    board.bus.write(0x3C0, 0x00)  # the border everywhere
    assert board.frame().any(axis=2).all()
