"""INT 11h, equipment list: the word at 0040:0010."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.registers import Registers
from int21.service import ServiceTable

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TABLE = ServiceTable(0x11, "equipment")


@TABLE.service(name="get equipment list", gives="AX")
def equipment(bios: Bios, regs: Registers) -> None:
    regs.ax = bios.bda.equipment
