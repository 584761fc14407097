"""INT 10h: colours (function 0Bh and the subfunctions of 10h)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.bios.int10.table import COMMON, EGA, TABLE
from dosemu.bios.int10.vga import as_loaded, grey_of
from int21.registers import Registers

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

_MODE_CONTROL, _OVERSCAN, _COLOUR_SELECT = 0x10, 0x11, 0x14
_BLINK, _PALETTE_54 = 0x08, 0x80


@COMMON.service(0x0B, name="set border or CGA palette", takes="BH 0: BL border; 1: BL palette")
def border(bios: Bios, regs: Registers) -> None:
    if regs.bh == 0:
        bios.video.set_border(bios, regs.bl)
    else:
        bios.video.set_cga_palette(bios, regs.bl)


@EGA.service(0x10, 0x00, name="set palette register", takes="BL register, BH value")
def set_register(bios: Bios, regs: Registers) -> None:
    if regs.bl <= _COLOUR_SELECT:
        bios.vga.set_attribute(regs.bl, regs.bh)


@EGA.service(0x10, 0x01, name="set border", takes="BH colour")
def set_border(bios: Bios, regs: Registers) -> None:
    bios.vga.set_attribute(_OVERSCAN, regs.bh)


@EGA.service(0x10, 0x02, name="set all palette registers", takes="ES:DX 17 bytes")
def set_all(bios: Bios, regs: Registers) -> None:
    data = bios.read_guest(regs.address("es", regs.dx), 17)
    for index, value in enumerate(data[:16]):
        bios.vga.set_attribute(index, value)
    bios.vga.set_attribute(_OVERSCAN, data[16])


@EGA.service(0x10, 0x03, name="blinking or bright backgrounds", takes="BL 0: bright, 1: blinking")
def blinking(bios: Bios, regs: Registers) -> None:
    control = bios.vga.attribute(_MODE_CONTROL)
    bios.vga.set_attribute(_MODE_CONTROL, control | _BLINK if regs.bl & 1 else control & ~_BLINK)
    bda = bios.bda
    bda.crt_mode_register = bda.crt_mode_register & ~0x20 | (0x20 if regs.bl & 1 else 0)


@TABLE.service(0x10, 0x07, name="get palette register", takes="BL register", gives="BH value")
def get_register(bios: Bios, regs: Registers) -> None:
    regs.bh = bios.vga.attribute(regs.bl & 0x1F)


@TABLE.service(0x10, 0x08, name="get border", gives="BH colour")
def get_border(bios: Bios, regs: Registers) -> None:
    regs.bh = bios.vga.attribute(_OVERSCAN)


@TABLE.service(0x10, 0x09, name="get all palette registers", takes="ES:DX 17 bytes")
def get_all(bios: Bios, regs: Registers) -> None:
    values = [bios.vga.attribute(index) for index in (*range(16), _OVERSCAN)]
    bios.write_guest(regs.address("es", regs.dx), bytes(values))


@TABLE.service(0x10, 0x10, name="set colour", takes="BX index, DH red, CH green, CL blue")
def set_colour(bios: Bios, regs: Registers) -> None:
    bios.vga.set_dac(regs.bx & 0xFF, as_loaded(bios, bytes((regs.dh, regs.ch, regs.cl))))


@TABLE.service(0x10, 0x12, name="set colours", takes="BX first, CX count, ES:DX red, green, blue")
def set_colours(bios: Bios, regs: Registers) -> None:
    count = min(regs.cx, 256)
    bios.vga.set_dac(regs.bx & 0xFF, as_loaded(bios, bios.read_guest(regs.address("es", regs.dx), 3 * count)))


@TABLE.service(0x10, 0x13, name="set colour page", takes="BL 0: BH paging mode; 1: BH page")
def set_page(bios: Bios, regs: Registers) -> None:
    vga = bios.vga
    control = vga.attribute(_MODE_CONTROL)
    if regs.bl == 0:
        vga.set_attribute(_MODE_CONTROL, control & ~_PALETTE_54 | (_PALETTE_54 if regs.bh & 1 else 0))
    elif regs.bl == 1:
        # Pages of 16 colours use all four bits, pages of 64 the upper two.
        vga.set_attribute(_COLOUR_SELECT, regs.bh & 0x0F if control & _PALETTE_54 else (regs.bh & 3) << 2)


@TABLE.service(0x10, 0x15, name="get colour", takes="BL index", gives="DH red, CH green, CL blue")
def get_colour(bios: Bios, regs: Registers) -> None:
    regs.dh, regs.ch, regs.cl = bios.vga.dac(regs.bl, 1)


@TABLE.service(0x10, 0x17, name="get colours", takes="BX first, CX count, ES:DX")
def get_colours(bios: Bios, regs: Registers) -> None:
    bios.write_guest(regs.address("es", regs.dx), bios.vga.dac(regs.bx & 0xFF, min(regs.cx, 256)))


@TABLE.service(0x10, 0x18, name="set pixel mask", takes="BL mask")
def set_mask(bios: Bios, regs: Registers) -> None:
    bios.vga.pel_mask = regs.bl


@TABLE.service(0x10, 0x19, name="get pixel mask", gives="BL mask")
def get_mask(bios: Bios, regs: Registers) -> None:
    regs.bl = bios.vga.pel_mask


@TABLE.service(0x10, 0x1A, name="get colour page", gives="BL paging mode, BH page")
def get_page(bios: Bios, regs: Registers) -> None:
    paging = bios.vga.attribute(_MODE_CONTROL) >> 7
    page = bios.vga.attribute(_COLOUR_SELECT) & 0x0F
    regs.bx = (page if paging else page >> 2) << 8 | paging


@TABLE.service(0x10, 0x1B, name="make colours grey", takes="BX first, CX count")
def make_grey(bios: Bios, regs: Registers) -> None:
    first, count = regs.bx & 0xFF, min(regs.cx, 256)
    bios.vga.set_dac(first, grey_of(bios.vga.dac(first, count)))
