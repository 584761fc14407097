"""INT 10h as programs use it."""

from __future__ import annotations

import pytest

from dosemu.bios.bios import Bios
from dosemu.screen import Screen
from tests.covers import covers
from tests.fakes import FakeRegisters


def call(bios: Bios, ax: int, **registers: int) -> FakeRegisters:
    regs = FakeRegisters(ax=ax, **registers)
    assert bios.call(0x10, regs)
    return regs


@pytest.fixture
def screen(bios: Bios) -> Screen:
    return Screen(bios.adapter, bios.memory, bios.bda)


def type_out(bios: Bios, text: bytes) -> None:
    for character in text:
        call(bios, 0x0E00 | character)


def test_teletype_and_cursor(bios: Bios, screen: Screen) -> None:
    type_out(bios, b"Hello\r\n  world\x08!")
    assert screen.text().splitlines()[:2] == ["Hello", "  worl!"]
    regs = call(bios, 0x0300)
    assert (regs.dh, regs.dl) == (1, 7)
    assert screen.cursor == (1, 7, True, (13, 14))


@covers("10h/02h", "10h/09h")
def test_teletype_scrolls_at_the_bottom_with_the_colour_there(bios: Bios, screen: Screen) -> None:
    type_out(bios, b"first")
    call(bios, 0x0200, dx=0x1800)
    call(bios, 0x0958, bx=0x1E, cx=1)  # a yellow X on blue at the bottom left
    type_out(bios, b"Y\n")
    assert screen.text().splitlines()[23] == "Y"
    assert "first" not in screen.text()
    assert screen.cells[24, 0].tolist() == [0x20, 0x07]
    call(bios, 0x0200, dx=0x184F)
    type_out(bios, b"Z")
    assert screen.text().splitlines()[23] == " " * 79 + "Z"
    assert (screen.cursor.row, screen.cursor.column) == (24, 0)


@covers("10h/08h", "10h/0Ah")
def test_write_character_with_attribute_repeats_and_leaves_the_cursor(bios: Bios, screen: Screen) -> None:
    call(bios, 0x0200, dx=0x0203)
    call(bios, 0x0941, bx=0x4F, cx=3)
    assert screen.cells[2, 3:6].tolist() == [[0x41, 0x4F]] * 3
    assert screen.cursor[:2] == (2, 3)
    call(bios, 0x0A42, cx=2)
    assert screen.cells[2, 3:6].tolist() == [[0x42, 0x4F], [0x42, 0x4F], [0x41, 0x4F]]
    assert call(bios, 0x0800).ax == 0x4F42


@covers("10h/06h", "10h/07h")
def test_scrolling_a_window(bios: Bios, screen: Screen) -> None:
    for row in range(5):
        call(bios, 0x0200, dx=row << 8)
        type_out(bios, bytes([0x41 + row]) * 5)
    call(bios, 0x0601, bx=0x7000, cx=0x0101, dx=0x0303)
    assert screen.text().splitlines()[:5] == ["AAAAA", "BCCCB", "CDDDC", "D   D", "EEEEE"]
    assert screen.cells[3, 2].tolist() == [0x20, 0x70]
    call(bios, 0x0702, bx=0x0700, cx=0, dx=0x184F)
    assert screen.text().splitlines()[:4] == ["", "", "AAAAA", "BCCCB"]
    call(bios, 0x0600, bx=0x1700, cx=0, dx=0x184F)
    assert screen.text().strip() == ""
    assert (screen.cells[:, :, 1] == 0x17).all()


@covers("10h/13h")
def test_strings_with_and_without_attributes(bios: Bios, screen: Screen) -> None:
    bios.memory.write(0x20000, b"a\x01b\x02")
    call(bios, 0x1303, cx=2, dx=0x0102, es=0x2000, bp=0)
    assert screen.cells[1, 2:4].tolist() == [[0x61, 1], [0x62, 2]]
    assert screen.cursor[:2] == (1, 4)
    bios.memory.write(0x20000, b"xyz")
    call(bios, 0x1300, bx=0x0003, cx=3, dx=0x0500, es=0x2000, bp=0)
    assert screen.cells[5, :3].tolist() == [[0x78, 3], [0x79, 3], [0x7A, 3]]
    assert screen.cursor[:2] == (1, 4)


@covers("10h/05h")
def test_pages(bios: Bios, screen: Screen) -> None:
    call(bios, 0x0200, bx=0x0100, dx=0x0101)
    call(bios, 0x0958, bx=0x0107, cx=1)
    assert screen.text().strip() == ""
    call(bios, 0x0501)
    assert screen.text().splitlines()[1] == " X"
    assert screen.cursor[:2] == (1, 1)
    assert call(bios, 0x0F00).bh == 1
    call(bios, 0x0509)
    assert call(bios, 0x0F00).bh == 1


def test_mode_set_clears_unless_bit_7(bios: Bios, screen: Screen) -> None:
    type_out(bios, b"kept")
    call(bios, 0x0083)
    assert "kept" in screen.text()
    assert call(bios, 0x0F00).ax == 0x5083
    call(bios, 0x0003)
    assert screen.text().strip() == ""
    assert call(bios, 0x0F00).ax == 0x5003


@pytest.mark.parametrize(
    ("mode", "size", "columns"), [(0, (360, 400), 40), (3, (720, 400), 80), (7, (720, 400), 80), (0x13, (320, 200), 40)]
)
def test_modes(bios: Bios, screen: Screen, mode: int, size: tuple[int, int], columns: int) -> None:
    call(bios, mode)
    assert call(bios, 0x0F00).ax == columns << 8 | mode
    assert screen.size == size
    assert screen.frame.shape == (size[1], size[0], 3)


@covers("10h/00h", "10h/0Fh")
def test_unknown_modes_change_nothing(bios: Bios) -> None:
    call(bios, 0x0055)
    assert call(bios, 0x0F00).ax == 0x5003


@covers("10h/1111h", "10h/1114h")
@pytest.mark.parametrize(("font", "rows", "height"), [(0x1112, 50, 8), (0x1111, 28, 14), (0x1114, 25, 16)])
def test_lines_by_font(bios: Bios, screen: Screen, font: int, rows: int, height: int) -> None:
    call(bios, font)
    assert screen.cells.shape == (rows, 80, 2)
    assert bios.bda.rows_less_1 == rows - 1
    regs = call(bios, 0x1130, bx=0x0100)
    assert (regs.cx, regs.dl) == (height, rows - 1)
    call(bios, 0x0200, dx=(rows - 1) << 8)
    type_out(bios, b"last")
    assert screen.text().splitlines()[rows - 1] == "last"
    assert screen.cursor.visible


@covers("10h/1112h", "10h/12h")
def test_43_lines(bios: Bios, screen: Screen) -> None:
    call(bios, 0x1201, bx=0x0030)
    call(bios, 0x0003)
    assert screen.size == (640, 350)
    call(bios, 0x1112)
    assert screen.cells.shape == (43, 80, 2)


@covers("10h/1130h")
def test_font_pointers(bios: Bios) -> None:
    for which, height in ((2, 14), (3, 8), (6, 16)):
        regs = call(bios, 0x1130, bx=which << 8)
        glyph = bios.memory.read((regs.es << 4) + regs.bp + 0xDB * height, height)
        assert glyph == b"\xff" * height


@covers("10h/1100h")
def test_user_font_changes_the_picture(bios: Bios, screen: Screen) -> None:
    bios.memory.write(0x20000, b"\xff" * 16)
    type_out(bios, b"A")
    call(bios, 0x1100, bx=0x1000, cx=1, dx=0x41, es=0x2000, bp=0)
    assert screen.frame[:16, :8].all()


@covers("10h/01h", "10h/03h")
def test_cursor_shapes(bios: Bios, screen: Screen) -> None:
    call(bios, 0x0100, cx=0x0607)
    assert screen.cursor.shape == (13, 14)
    call(bios, 0x0100, cx=0x0007)
    assert screen.cursor.shape == (0, 15)
    call(bios, 0x0100, cx=0x2000)
    assert not screen.cursor.visible
    assert call(bios, 0x0300).cx == 0x2000


@pytest.mark.parametrize(("lines", "height", "shown"), [(0, 8, (6, 7)), (1, 14, (11, 12)), (2, 16, (13, 14))])
def test_the_cursor_of_a_text_mode_is_a_cgas(
    bios: Bios, screen: Screen, lines: int, height: int, shown: tuple[int, int]
) -> None:
    call(bios, 0x1200 | lines, bx=0x30)
    call(bios, 0x0003)
    assert bios.bda.cell_height == height
    assert call(bios, 0x0300).cx == 0x0607
    assert screen.cursor.shape == shown
    call(bios, 0x0100, cx=call(bios, 0x0300).cx)  # what is read may be set again
    assert screen.cursor.shape == shown


def test_without_cursor_emulation_the_data_area_has_the_lines_themselves(bios: Bios, screen: Screen) -> None:
    call(bios, 0x1201, bx=0x34)
    call(bios, 0x0003)
    assert call(bios, 0x0300).cx == 0x0D0E
    assert screen.cursor.shape == (13, 14)


def test_teletype_beyond_the_last_column_goes_on_there(bios: Bios, screen: Screen) -> None:
    call(bios, 0x0200, dx=0x0250)  # the cell is the first of row 3
    type_out(bios, b"AB")
    assert screen.text().splitlines()[3] == "AB"
    assert call(bios, 0x0300).dx == 0x0252
    call(bios, 0x0200, dx=0x02FF)
    type_out(bios, b"C")
    assert call(bios, 0x0300).dx == 0x0200
    call(bios, 0x0013)
    call(bios, 0x0200, dx=0x0028)
    type_out(bios, b"D")
    assert call(bios, 0x0300).dx == 0x0029


@covers("10h/0Bh")
def test_cga_palettes_in_every_graphics_mode_but_not_in_text(bios: Bios) -> None:
    before = [bios.vga.attribute(index) for index in range(1, 4)]
    call(bios, 0x0B00, bx=0x0100)
    assert [bios.vga.attribute(index) for index in range(1, 4)] == before
    for mode in (0x04, 0x06, 0x0D, 0x10, 0x12):
        call(bios, mode)
        call(bios, 0x0B00, bx=0x0100)
        assert [bios.vga.attribute(index) for index in range(1, 4)] == [0x12, 0x14, 0x16]
        call(bios, 0x0B00, bx=0x0101)
        assert [bios.vga.attribute(index) for index in range(1, 4)] == [0x13, 0x15, 0x17]


@covers(
    "10h/1000h",
    "10h/1001h",
    "10h/1002h",
    "10h/1003h",
    "10h/1007h",
    "10h/1008h",
    "10h/1009h",
    "10h/1010h",
    "10h/1012h",
    "10h/1015h",
    "10h/1017h",
    "10h/101Bh",
)
def test_palette_functions(bios: Bios) -> None:
    call(bios, 0x1000, bx=0x3B05)
    assert call(bios, 0x1007, bx=5).bh == 0x3B
    call(bios, 0x1001, bx=0x0900)
    assert call(bios, 0x1008).bh == 9
    bios.memory.write(0x20000, bytes(range(17)))
    call(bios, 0x1002, es=0x2000)
    call(bios, 0x1009, es=0x3000)
    assert bios.memory.read(0x30000, 17) == bytes(range(17))
    call(bios, 0x1010, bx=100, dx=0x0A00, cx=0x0B0C)
    regs = call(bios, 0x1015, bx=100)
    assert (regs.dh, regs.ch, regs.cl) == (10, 11, 12)
    bios.memory.write(0x20000, bytes(range(6)))
    call(bios, 0x1012, bx=7, cx=2, es=0x2000)
    call(bios, 0x1017, bx=7, cx=2, es=0x3000, dx=0x100)
    assert bios.memory.read(0x30100, 6) == bytes(range(6))
    call(bios, 0x101B, bx=100, cx=1)
    regs = call(bios, 0x1015, bx=100)
    assert regs.dh == regs.ch == regs.cl == 11
    call(bios, 0x1003, bx=0)
    assert not bios.vga.attribute(0x10) & 8


def test_colours_become_greys(bios: Bios) -> None:
    """After 12h/33h, AL=0: those of modes and of functions 1010h and 1012h; ports are as they were."""
    call(bios, 0x1200, bx=0x33)
    call(bios, 0x0003)
    assert bios.vga.dac(3, 1) == b"\x1d\x1d\x1d"
    call(bios, 0x1010, bx=1, dx=0x3F00, cx=0)
    bios.memory.write(0x20000, bytes((0, 63, 0)))
    call(bios, 0x1012, bx=2, cx=1, es=0x2000)
    assert bios.vga.dac(1, 2) == bytes((19,) * 3 + (37,) * 3)
    call(bios, 0x1201, bx=0x33)
    call(bios, 0x0003)
    assert bios.vga.dac(3, 1) == bytes((0, 42, 42))


def test_another_display_combination(bios: Bios) -> None:
    call(bios, 0x1A01, bx=0x0108)
    assert bios.bda.combination_code == 0x0C
    assert call(bios, 0x1A00).bx == 0x0108
    call(bios, 0x1A01, bx=0x0909)
    assert call(bios, 0x1A00).bx == 0xFFFF
    call(bios, 0x1A01, bx=0x0008)
    assert call(bios, 0x1A00).bx == 8


def test_pages_of_a_screen_with_another_font(bios: Bios) -> None:
    call(bios, 0x1112)
    assert bios.bda.page_size == 50 * 160 + 0x100
    call(bios, 0x0501)
    assert bios.vga.start_address == bios.bda.page_size // 2
    call(bios, 0x1111)
    assert bios.bda.page_size == 28 * 160 + 0x100


@covers("10h/1Ah", "10h/1Bh", "10h/4Fh")
def test_what_the_adapter_says_it_is(bios: Bios) -> None:
    regs = call(bios, 0x1A00)
    assert (regs.al, regs.bx) == (0x1A, 8)
    regs = call(bios, 0x1200, bx=0xFF10)
    assert (regs.bx, regs.cx) == (3, 9)
    regs = call(bios, 0x1B00, bx=0, es=0x2000, di=0)
    assert regs.al == 0x1B
    state = bios.memory.read(0x20000, 64)
    assert (state[4], state[5], state[0x22], state[0x23], state[0x25], state[0x2A]) == (3, 80, 25, 16, 8, 2)
    assert (state[0x29], state[0x2B], state[0x2C], state[0x2D], state[0x32]) == (8, 0, 0, 0x31, 0x20)
    for mode, pages, lines in ((0x0D, 8, 0), (0x0E, 4, 0), (0x10, 2, 1), (0x12, 1, 3), (0x13, 1, 0), (6, 1, 0)):
        call(bios, mode)
        call(bios, 0x1B00, bx=0, es=0x2000, di=0)
        assert (bios.memory.u8(0x20029), bios.memory.u8(0x2002A)) == (pages, lines), hex(mode)
    call(bios, 3)
    call(bios, 0x1103, bx=0x14)
    for function in (0x31, 0x33, 0x34):
        call(bios, 0x1201 if function != 0x33 else 0x1200, bx=function)
    call(bios, 0x1B00, bx=0, es=0x2000, di=0)
    state = bios.memory.read(0x20000, 64)
    assert (state[0x2B], state[0x2C], state[0x2D], state[0x32]) == (4, 1, 0x2B, 0x21)
    assert call(bios, 0x4F00).al != 0x4F


@covers("10h/1Ch")
def test_state_is_saved_and_restored(bios: Bios, screen: Screen) -> None:
    assert call(bios, 0x1C00, cx=7).bx == 15
    call(bios, 0x1112)
    call(bios, 0x1C01, cx=7, es=0x2000, bx=0)
    call(bios, 0x0013)
    call(bios, 0x1C02, cx=7, es=0x2000, bx=0)
    assert screen.is_text
    assert screen.cells.shape == (50, 80, 2)
    assert bios.bda.video_mode == 3


@covers("10h/0Ch", "10h/0Dh")
def test_mode_13h_pixels_and_characters(bios: Bios, screen: Screen) -> None:
    call(bios, 0x0013)
    call(bios, 0x0C04, cx=319, dx=199)
    assert call(bios, 0x0D00, cx=319, dx=199).al == 4
    call(bios, 0x0E41, bx=0x000F)
    assert tuple(screen.frame[0, 3]) == (255, 255, 255)
    call(bios, 0x0200, dx=0)
    assert call(bios, 0x0800).al == 0x41
    call(bios, 0x0601, bx=0, cx=0, dx=0x1827)
    assert not screen.frame[:8].any()
    assert screen.frame[191, 319].any()
    assert screen.text() == ""


def test_mode_13h_windows_scroll_like_the_whole_screen(bios: Bios, screen: Screen) -> None:
    call(bios, 0x0013)
    for row in range(25):
        call(bios, 0x0200, dx=row << 8)
        call(bios, 0x0941 + row, bx=row + 1, cx=40)
    before = screen.frame.copy()
    call(bios, 0x0602, bx=0x0900, cx=0, dx=0x1827)
    assert (screen.frame[:184] == before[16:]).all()
    assert (screen.frame[184:] == (0x55, 0x55, 0xFF)).all()
    call(bios, 0x0701, bx=0, cx=0x0101, dx=0x0426)
    assert (screen.frame[16:40, 8:312] == before[24:48, 8:312]).all()
    assert not screen.frame[8:16, 8:312].any()
    assert (screen.frame[8:40, :8] == before[24:56, :8]).all()


@covers("10h/04h")
def test_light_pen_is_not_there(bios: Bios) -> None:
    assert call(bios, 0x0400).ah == 0
