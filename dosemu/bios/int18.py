"""INT 18h: an IBM PC started its ROM BASIC; here there is nothing to start, and the machine decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.registers import Registers
from int21.service import ServiceTable

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TABLE = ServiceTable(0x18, "ROM BASIC")


@TABLE.service(name="start ROM BASIC")
def rom_basic(bios: Bios, regs: Registers) -> None:
    bios.reboot()
