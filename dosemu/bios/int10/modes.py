"""INT 10h: video mode, cursor shape and position, display page (functions 00h to 05h, 0Fh)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.bios.int10.table import COMMON
from hw.video_mode import VideoMode
from int21.registers import Registers

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TEXT_WINDOW = 0x8000  # bytes of text memory
_KEEP_MEMORY = 0x80


def current_mode(bios: Bios) -> VideoMode:
    """The mode of the BIOS data area; the one the adapter starts with when a program left nonsense there."""
    modes, number = bios.adapter.modes, bios.bda.video_mode & 0x7F
    extended = bios.video.extended
    if extended is not None and extended.number == number:
        return extended
    return modes.get(number) or modes[bios.video.first_mode]


def columns(bios: Bios) -> int:
    """Columns of the screen, 1 to 256 whatever a program wrote into the BIOS data area."""
    return min(max(bios.bda.columns, 1), 256)


def rows(bios: Bios) -> int:
    """Rows of the screen, 1 to 128; a CGA's BIOS does not write them down."""
    return min(bios.bda.rows_less_1 + 1, 128) if bios.bda.rows_less_1 else current_mode(bios).rows


def cell_height(bios: Bios) -> int:
    """Scan lines of a character, 1 to 32."""
    return min((bios.bda.cell_height & 0xFF) or current_mode(bios).cell_height, 32)


def set_mode(bios: Bios, number: int) -> None:
    """Program a mode (bit 7: keep the memory), clear the screen, fill the BIOS data area."""
    keep, number = bool(number & _KEEP_MEMORY), number & 0x7F
    mode = bios.video.find_mode(bios, number)
    if mode is None:
        return
    bda = bios.bda
    bios.video.program(bios, mode)
    if not keep:
        clear(bios, mode)
    bda.video_mode = mode.number
    bda.columns = mode.columns
    bda.page_size = mode.page_size
    bda.page_start = 0
    bda.active_page = 0
    for page in range(8):
        bda.set_cursor(page, 0, 0)
    bios.video.finish(bios, mode, keep=keep)
    mono = 0x30 if bda.crtc_port == 0x3B4 else 0x20
    bda.equipment = bda.equipment & ~0x30 | (0x10 if mono == 0x20 and mode.columns == 40 else mono)
    place_cursor(bios, 0)


def clear(bios: Bios, mode: VideoMode) -> None:
    """Empty the video memory of a mode: blanks in light grey, or zeros."""
    bios.adapter.clear_memory()
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


@COMMON.service(0x00, name="set video mode", takes="AL mode, bit 7: keep memory")
def set_video_mode(bios: Bios, regs: Registers) -> None:
    set_mode(bios, regs.al)
    number = bios.bda.video_mode
    if bios.video.has_rom:  # AL as an EGA's or VGA's BIOS leaves it
        regs.al = 0x20 if number > 7 else 0x3F if number == 6 else 0x30


@COMMON.service(0x01, name="set cursor shape", takes="CH first line, CL last line")
def cursor_shape(bios: Bios, regs: Registers) -> None:
    bios.bda.cursor_shape = regs.cx
    bios.video.set_cursor_shape(bios, regs.cx)


@COMMON.service(0x02, name="set cursor position", takes="BH page, DH row, DL column")
def set_position(bios: Bios, regs: Registers) -> None:
    page = regs.bh & 7
    bios.bda.set_cursor(page, regs.dh, regs.dl)
    place_cursor(bios, page)


@COMMON.service(0x03, name="get cursor", takes="BH page", gives="CX shape, DH row, DL column")
def get_position(bios: Bios, regs: Registers) -> None:
    row, column = bios.bda.cursor(regs.bh & 7)
    regs.cx = bios.bda.cursor_shape
    regs.dx = row << 8 | column


@COMMON.service(0x04, name="light pen", gives="AH 0: not triggered")
def light_pen(bios: Bios, regs: Registers) -> None:
    regs.ah = 0


@COMMON.service(0x05, name="select display page", takes="AL page")
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


@COMMON.service(0x0F, name="get video mode", gives="AL mode, AH columns, BH page")
def get_video_mode(bios: Bios, regs: Registers) -> None:
    bda = bios.bda
    regs.ax = (bda.columns & 0xFF) << 8 | bda.video_mode & 0x7F | bda.video_control & _KEEP_MEMORY
    regs.bh = bda.active_page
