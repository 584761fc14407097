"""INT 5, print screen: nothing is printed; the status byte at 0050:0000 says "done"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.registers import Registers
from int21.service import ServiceTable

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TABLE = ServiceTable(0x05, "print screen")


@TABLE.service(name="print screen")
def print_screen(bios: Bios, regs: Registers) -> None:
    bios.memory.set_u8(0x500, 0)
