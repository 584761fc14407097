"""INT 17h, printers: what is printed goes to a file; without one nothing is connected to the port.

IBM PS/2 BIOS Interface Technical Reference, "Interrupt 17h".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.registers import Registers
from int21.service import ServiceTable

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TABLE = ServiceTable(0x17, "printer")

_TIMED_OUT, _IO_ERROR, _SELECTED, _OUT_OF_PAPER = 0x01, 0x08, 0x10, 0x20
_READY = 0x80 | _SELECTED


@TABLE.service(0x00, name="print character", takes="AL, DX printer", gives="AH status")
def print_character(bios: Bios, regs: Registers) -> None:
    printer = bios.printers.get(regs.dx)
    if printer is None:
        regs.ah = _OUT_OF_PAPER | _SELECTED | _TIMED_OUT
    else:
        regs.ah = _READY if printer(bytes([regs.al])) else _IO_ERROR | _SELECTED


@TABLE.service(0x01, name="initialise printer", takes="DX printer", gives="AH status")
@TABLE.service(0x02, name="printer status", takes="DX printer", gives="AH status")
def printer_status(bios: Bios, regs: Registers) -> None:
    regs.ah = _OUT_OF_PAPER | _SELECTED if regs.dx not in bios.printers else _READY


@TABLE.service(name="unsupported printer function")
def unsupported(bios: Bios, regs: Registers) -> None:
    """Unchanged registers."""
