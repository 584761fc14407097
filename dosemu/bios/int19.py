"""INT 19h, bootstrap loader: there is nothing to boot; the machine decides what a restart means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.registers import Registers
from int21.service import ServiceTable

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TABLE = ServiceTable(0x19, "bootstrap")


@TABLE.service(name="restart")
def bootstrap(bios: Bios, regs: Registers) -> None:
    bios.reboot()
