"""INT 10h: video mode, cursor shape and position, display page (functions 00h to 05h, 0Fh)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.bios.int10.table import TABLE
from dosemu.bios.rom import FONT_OFFSETS, VIDEO_SEGMENT
from hw.vga.fonts import font_bytes
from hw.vga.modes import MODES, Mode, mode_with_lines
from int21.registers import Registers

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TEXT_WINDOW = 0x8000  # bytes of text memory
_KEEP_MEMORY = 0x80
_NO_CURSOR_EMULATION = 0x01
_LINES_200, _LINES_400, _KEEP_PALETTE = 0x80, 0x10, 0x08
_CURSOR_OFF = 0x20
# What a CGA's mode register (3D8h) would hold, kept at 0040:0065 for modes 0 to 7.
_CGA_MODE_REGISTER = (0x2C, 0x28, 0x2D, 0x29, 0x2A, 0x2E, 0x1E, 0x29)


def current_mode(bios: Bios) -> Mode:
    """The mode of the BIOS data area; mode 3 when a program left nonsense there."""
    return MODES.get(bios.bda.video_mode & 0x7F, MODES[3])


def columns(bios: Bios) -> int:
    """Columns of the screen, 1 to 256 whatever a program wrote into the BIOS data area."""
    return min(max(bios.bda.columns, 1), 256)


def rows(bios: Bios) -> int:
    """Rows of the screen, 1 to 128."""
    return min(bios.bda.rows_less_1 + 1, 128)


def cell_height(bios: Bios) -> int:
    """Scan lines of a character, 1 to 32."""
    return min(max(bios.bda.cell_height & 0xFF, 1), 32)


def scan_lines(bios: Bios) -> int:
    """Scan lines that text modes are set with: 200, 350 or 400."""
    flags = bios.bda.video_flags
    if flags & _LINES_200:
        return 200
    return 400 if flags & _LINES_400 else 350


def set_mode(bios: Bios, number: int) -> None:
    """Program a mode (bit 7: keep the memory), load its font, clear the screen, fill the BIOS data area."""
    keep, number = bool(number & _KEEP_MEMORY), number & 0x7F
    if number not in MODES:
        return
    bda, vga = bios.bda, bios.vga
    mode = mode_with_lines(number, scan_lines(bios))
    mode.program(vga, load_palette=not bda.video_flags & _KEEP_PALETTE)
    if not keep:
        clear(bios, mode)
    if mode.is_text:
        vga.load_font(0, font_bytes(mode.cell_height), mode.cell_height)
    bios.set_vector(0x43, VIDEO_SEGMENT, FONT_OFFSETS[mode.cell_height])
    bios.set_vector(0x1F, VIDEO_SEGMENT, FONT_OFFSETS[8] + 128 * 8)
    bda.video_mode = number
    bda.columns = mode.columns
    bda.rows_less_1 = mode.rows - 1
    bda.cell_height = mode.cell_height
    bda.page_size = mode.page_size
    bda.page_start = 0
    bda.active_page = 0
    bda.crtc_port = mode.crtc_port
    bda.video_control = bda.video_control & 0x7F | (_KEEP_MEMORY if keep else 0)
    bda.crt_mode_register = _CGA_MODE_REGISTER[number] if number < 8 else 0x29
    bda.crt_palette = 0x3F if number == 6 else 0x30
    mono = 0x30 if mode.crtc_port == 0x3B4 else 0x20
    bda.equipment = bda.equipment & ~0x30 | (0x10 if mono == 0x20 and mode.columns == 40 else mono)
    for page in range(8):
        bda.set_cursor(page, 0, 0)
    shape = 0x0607 if mode.cell_height >= 8 else 0x0001
    if mode.is_text:
        set_cursor_shape(bios, shape)
        bda.cursor_shape = vga.crtc(0x0A) << 8 | vga.crtc(0x0B)
    place_cursor(bios, 0)


def clear(bios: Bios, mode: Mode) -> None:
    """Empty the video memory of a mode: blanks in light grey, or zeros."""
    bios.vga.memory.clear()
    if mode.is_text:
        bios.memory.write(mode.segment << 4, b"\x20\x07" * (TEXT_WINDOW // 2))


def place_cursor(bios: Bios, page: int) -> None:
    """Move the CRTC's cursor to where the BIOS data area says, if the page is the one shown."""
    if page != bios.bda.active_page:
        return
    row, column = bios.bda.cursor(page)
    address = (bios.bda.page_start // 2 + row * columns(bios) + column) & 0xFFFF
    bios.adapter.set_crtc(0x0E, address >> 8)
    bios.adapter.set_crtc(0x0F, address & 0xFF)


def set_cursor_shape(bios: Bios, shape: int) -> None:
    """First and last line of the cursor (CX of function 01h), scaled from 8-line cells as a VGA BIOS does."""
    start, end = shape >> 8 & 0x3F, shape & 0x1F
    height = cell_height(bios)
    emulate = not bios.bda.video_control & _NO_CURSOR_EMULATION
    if emulate and height > 8 and not start & _CURSOR_OFF and start <= end < 8:
        if end >= 6 and end - start <= 1:
            # An underline stays one, two lines above the bottom of the larger cell.
            start, end = start + height - 9, end + height - 9
        else:
            start, end = start * height // 8, (end + 1) * height // 8 - 1
    bios.adapter.set_crtc(0x0A, start)
    bios.adapter.set_crtc(0x0B, end)


@TABLE.service(0x00, name="set video mode", takes="AL mode, bit 7: keep memory")
def set_video_mode(bios: Bios, regs: Registers) -> None:
    set_mode(bios, regs.al)
    number = bios.bda.video_mode
    regs.al = 0x20 if number > 7 else 0x3F if number == 6 else 0x30


@TABLE.service(0x01, name="set cursor shape", takes="CH first line, CL last line")
def cursor_shape(bios: Bios, regs: Registers) -> None:
    bios.bda.cursor_shape = regs.cx
    set_cursor_shape(bios, regs.cx)


@TABLE.service(0x02, name="set cursor position", takes="BH page, DH row, DL column")
def set_position(bios: Bios, regs: Registers) -> None:
    page = regs.bh & 7
    bios.bda.set_cursor(page, regs.dh, regs.dl)
    place_cursor(bios, page)


@TABLE.service(0x03, name="get cursor", takes="BH page", gives="CX shape, DH row, DL column")
def get_position(bios: Bios, regs: Registers) -> None:
    row, column = bios.bda.cursor(regs.bh & 7)
    regs.cx = bios.bda.cursor_shape
    regs.dx = row << 8 | column


@TABLE.service(0x04, name="light pen", gives="AH 0: not triggered")
def light_pen(bios: Bios, regs: Registers) -> None:
    regs.ah = 0


@TABLE.service(0x05, name="select display page", takes="AL page")
def select_page(bios: Bios, regs: Registers) -> None:
    mode = current_mode(bios)
    page = regs.al
    if page >= max(1, mode.pages):
        return
    bda = bios.bda
    bda.active_page = page
    bda.page_start = page * bda.page_size
    # In text modes the CRTC counts characters, else bytes of a plane.
    start = bda.page_start // 2 if mode.is_text else bda.page_start
    bios.adapter.set_crtc(0x0C, start >> 8 & 0xFF)
    bios.adapter.set_crtc(0x0D, start & 0xFF)
    place_cursor(bios, page)


@TABLE.service(0x0F, name="get video mode", gives="AL mode, AH columns, BH page")
def get_video_mode(bios: Bios, regs: Registers) -> None:
    bda = bios.bda
    regs.ax = (bda.columns & 0xFF) << 8 | bda.video_mode & 0x7F | bda.video_control & _KEEP_MEMORY
    regs.bh = bda.active_page
