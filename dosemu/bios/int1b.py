"""INT 1Bh, Ctrl-Break: the BIOS's own handler does nothing; DOS puts one of its own in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.registers import Registers
from int21.service import ServiceTable

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TABLE = ServiceTable(0x1B, "Ctrl-Break")


@TABLE.service(name="Ctrl-Break")
def ctrl_break(bios: Bios, regs: Registers) -> None:
    """Nothing to do."""
