"""INT 10h/10h of Tandy 1000 and PCjr: the palette registers of the gate array; 05h/8xh: pages of RAM that are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dosemu.bios.int10.modes import select_page
from dosemu.bios.int10.table import TANDY
from int21.registers import Registers

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from hw.mc6845.tandy import Tandy

_BORDER, _PALETTE = 0x02, 0x10
_CRT_CPU_PAGE = 0x48A


@TANDY.service(0x10, 0x00, name="set palette register", takes="BL register, BH colour")
def set_register(bios: Bios, regs: Registers) -> None:
    cast("Tandy", bios.adapter).set_gate(_PALETTE | regs.bl & 15, regs.bh)


@TANDY.service(0x10, 0x01, name="set border", takes="BH colour")
def set_border(bios: Bios, regs: Registers) -> None:
    cast("Tandy", bios.adapter).set_gate(_BORDER, regs.bh)


@TANDY.service(0x10, 0x02, name="set all palette registers", takes="ES:DX 17 bytes")
def set_all(bios: Bios, regs: Registers) -> None:
    tandy = cast("Tandy", bios.adapter)
    data = bios.read_guest(regs.address("es", regs.dx), 17)
    for index, colour in enumerate(data[:16]):
        tandy.set_gate(_PALETTE + index, colour)
    tandy.set_gate(_BORDER, data[16])


def _show_pages(bios: Bios, regs: Registers) -> None:
    """AL 80h: get, 81h: CPU page BL, 82h: CRT page BH, 83h: both; BH and BL get the pages."""
    page = bios.memory.u8(_CRT_CPU_PAGE)
    if regs.al & 1:
        page = page & ~0x38 | (regs.bl & 7) << 3
    if regs.al & 2:
        page = page & ~0x07 | regs.bh & 7
    bios.memory.set_u8(_CRT_CPU_PAGE, page)
    cast("Tandy", bios.adapter).set_port(0x3DF, page)
    regs.bx = (page & 7) << 8 | page >> 3 & 7


@TANDY.service(0x05, name="select display page, or pages of RAM", takes="AL page, or 80h to 83h; BX", gives="BH, BL")
def select(bios: Bios, regs: Registers) -> None:
    if 0x80 <= regs.al <= 0x83:
        _show_pages(bios, regs)
    else:
        select_page(bios, regs)
