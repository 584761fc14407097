"""INT 12h, conventional memory size: the word at 0040:0013."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.registers import Registers
from int21.service import ServiceTable

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TABLE = ServiceTable(0x12, "memory size")


@TABLE.service(name="get memory size", gives="AX KB")
def memory_size(bios: Bios, regs: Registers) -> None:
    regs.ax = bios.bda.memory_kb
