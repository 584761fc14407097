"""INT 10h/11h: the character generator; fonts of 8, 14 and 16 rows, 43 and 50 lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dosemu.bios.int10.modes import cell_height, columns, current_mode, place_cursor
from dosemu.bios.int10.table import EGA, TABLE
from dosemu.bios.int10.vga import scan_lines
from dosemu.bios.rom import ALTERNATE_FONT, FONT_OFFSETS, VIDEO_SEGMENT
from hw.vga.fonts import font_bytes
from int21.registers import Registers

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

# Subfunctions that load a ROM font (1xh: and set the screen up for it), and the rows of the font.
_ROM_FONTS: Final = {0x01: 14, 0x02: 8, 0x04: 16}
_GRAPHICS_FONTS: Final = {0x22: 14, 0x23: 8, 0x24: 16}
_GRAPHICS_ROWS: Final = {1: 14, 2: 25, 3: 43}
_MAX_ROWS: Final = 32
_BETWEEN_PAGES: Final = 0x100  # bytes that IBM's BIOS leaves between the pages of a screen with another font


def use_cell_height(bios: Bios, height: int) -> None:
    """Set the text screen up for characters of ``height`` scan lines: rows, cursor, page size."""
    mode = current_mode(bios)
    if not mode.is_text or not 1 <= height <= _MAX_ROWS:
        return
    vga, bda = bios.vga, bios.bda
    lines = scan_lines(bios) if bios.video.extended is None else mode.height
    rows = lines // height
    double = 2 if vga.crtc(0x09) & 0x80 else 1
    shown = rows * height * double - 1
    vga.set_crtc(0x09, vga.crtc(0x09) & 0xE0 | height - 1)
    vga.set_crtc(0x12, shown & 0xFF)
    vga.set_crtc(0x07, vga.crtc(0x07) & ~0x42 | (shown & 0x100) >> 7 | (shown & 0x200) >> 3)
    # Above a cell of 13 lines the cursor is two lines off the bottom, else one.
    start = max(0, height - 3 if height > 13 else height - 2)
    vga.set_crtc(0x0A, start)
    vga.set_crtc(0x0B, min(start + 1, height - 1))
    bda.cursor_shape = start << 8 | min(start + 1, height - 1)
    bda.rows_less_1 = rows - 1
    bda.cell_height = height
    bda.page_size = rows * columns(bios) * 2 + _BETWEEN_PAGES
    place_cursor(bios, bda.active_page)


def _load_rom_font(bios: Bios, regs: Registers, height: int, *, resize: bool) -> None:
    bios.vga.load_font(regs.bl & 7, font_bytes(height, bios.code_page), height)
    if resize:
        use_cell_height(bios, height)
        bios.set_vector(0x43, VIDEO_SEGMENT, FONT_OFFSETS[height])


def _load_user_font(bios: Bios, regs: Registers, *, resize: bool) -> None:
    height, count, first = regs.bh, min(regs.cx, 256), regs.dx & 0xFF
    if not 1 <= height <= _MAX_ROWS:
        return
    glyphs = bios.read_guest(regs.address("es", regs.bp), count * height)
    bios.vga.load_font(regs.bl & 7, glyphs, height, first)
    if resize:
        use_cell_height(bios, height)


def _declare_rom_font(subfunction: int, height: int) -> None:
    resize = bool(subfunction & 0x10)
    what = f"load ROM font 8x{height}" + (" and set up the screen" if resize else "")

    table = TABLE if height == 16 else EGA

    @table.service(0x11, subfunction, name=what, takes="BL block")
    def load(bios: Bios, regs: Registers) -> None:
        _load_rom_font(bios, regs, height, resize=resize)


for _subfunction, _height in _ROM_FONTS.items():
    _declare_rom_font(_subfunction, _height)
    _declare_rom_font(_subfunction | 0x10, _height)


@EGA.service(0x11, 0x00, name="load font", takes="BH rows, BL block, CX count, DX first, ES:BP glyphs")
def load_font(bios: Bios, regs: Registers) -> None:
    _load_user_font(bios, regs, resize=False)


@EGA.service(0x11, 0x10, name="load font and set up the screen", takes="BH, BL, CX, DX, ES:BP as 00h")
def load_font_and_resize(bios: Bios, regs: Registers) -> None:
    _load_user_font(bios, regs, resize=True)


@EGA.service(0x11, 0x03, name="select font blocks", takes="BL character map select")
def select_blocks(bios: Bios, regs: Registers) -> None:
    bios.vga.set_sequencer(3, regs.bl & 0x3F)


@EGA.service(0x11, 0x20, name="set vector 1Fh", takes="ES:BP upper 128 characters, 8x8")
def set_upper_font(bios: Bios, regs: Registers) -> None:
    bios.set_vector(0x1F, regs.es, regs.bp)


@EGA.service(0x11, 0x21, name="set graphics font", takes="ES:BP font, CX rows of a character, BL, DL screen rows")
def set_graphics_font(bios: Bios, regs: Registers) -> None:
    bios.set_vector(0x43, regs.es, regs.bp)
    _graphics_rows(bios, regs, regs.cx)


def _declare_graphics_font(subfunction: int, height: int) -> None:
    table = TABLE if height == 16 else EGA

    @table.service(0x11, subfunction, name=f"use ROM font 8x{height} for graphics", takes="BL, DL screen rows")
    def use(bios: Bios, regs: Registers) -> None:
        bios.set_vector(0x43, VIDEO_SEGMENT, FONT_OFFSETS[height])
        _graphics_rows(bios, regs, height)


for _subfunction, _height in _GRAPHICS_FONTS.items():
    _declare_graphics_font(_subfunction, _height)


def _graphics_rows(bios: Bios, regs: Registers, height: int) -> None:
    rows = regs.dl if regs.bl == 0 else _GRAPHICS_ROWS.get(regs.bl, 25)
    bios.bda.rows_less_1 = max(rows, 1) - 1
    bios.bda.cell_height = min(max(height, 1), _MAX_ROWS)


@EGA.service(0x11, 0x30, name="font information", takes="BH which", gives="ES:BP font, CX rows, DL screen rows - 1")
def font_information(bios: Bios, regs: Registers) -> None:
    upper = FONT_OFFSETS[8] + 128 * 8
    pointers = {
        0: bios.vector(0x1F),
        1: bios.vector(0x43),
        2: (VIDEO_SEGMENT, FONT_OFFSETS[14]),
        3: (VIDEO_SEGMENT, FONT_OFFSETS[8]),
        4: (VIDEO_SEGMENT, upper),
        5: (VIDEO_SEGMENT, ALTERNATE_FONT),
        6: (VIDEO_SEGMENT, FONT_OFFSETS[16]),
        7: (VIDEO_SEGMENT, ALTERNATE_FONT),
    }
    if regs.bh not in pointers:
        return
    regs.es, regs.bp = pointers[regs.bh]
    regs.cx = cell_height(bios)
    regs.dl = bios.bda.rows_less_1
