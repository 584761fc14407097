"""INT 17h, printers: the port is there, nothing is connected to it.

IBM PS/2 BIOS Interface Technical Reference, "Interrupt 17h".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.registers import Registers
from int21.service import ServiceTable

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TABLE = ServiceTable(0x17, "printer")

_TIMED_OUT, _OUT_OF_PAPER, _SELECTED = 0x01, 0x20, 0x10


@TABLE.service(0x00, name="print character", takes="AL, DX printer", gives="AH status")
def print_character(bios: Bios, regs: Registers) -> None:
    regs.ah = _OUT_OF_PAPER | _SELECTED | _TIMED_OUT


@TABLE.service(0x01, name="initialise printer", takes="DX printer", gives="AH status")
@TABLE.service(0x02, name="printer status", takes="DX printer", gives="AH status")
def printer_status(bios: Bios, regs: Registers) -> None:
    regs.ah = _OUT_OF_PAPER | _SELECTED


@TABLE.service(name="unsupported printer function")
def unsupported(bios: Bios, regs: Registers) -> None:
    """Unchanged registers."""
