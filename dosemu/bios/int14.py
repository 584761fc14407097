"""INT 14h, serial ports: what is sent goes where the settings say; without that, everything times out.

IBM PS/2 BIOS Interface Technical Reference, "Interrupt 14h".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.registers import Registers
from int21.service import ServiceTable

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TABLE = ServiceTable(0x14, "serial port")

_PORTS = 2
_TIMED_OUT, _SENDER_EMPTY = 0x80, 0x60


def _exists(bios: Bios, port: int) -> bool:
    return port < _PORTS or port in bios.serial_lines


@TABLE.service(0x00, name="initialise port", takes="AL settings, DX port", gives="AH line, AL modem status")
@TABLE.service(0x03, name="get status", takes="DX port", gives="AH line, AL modem status")
@TABLE.service(0x04, name="extended initialise", takes="DX port", gives="AH line, AL modem status")
def line_status(bios: Bios, regs: Registers) -> None:
    # The sender is free, nothing has come in, and no modem signal is up.
    regs.ax = (_SENDER_EMPTY if _exists(bios, regs.dx) else _TIMED_OUT) << 8


@TABLE.service(0x01, name="send character", takes="AL, DX port", gives="AH bit 7: timed out")
def send(bios: Bios, regs: Registers) -> None:
    line = bios.serial_lines.get(regs.dx)
    if line is not None and line(bytes([regs.al])):
        regs.ah = _SENDER_EMPTY
    else:
        receive(bios, regs)


@TABLE.service(0x02, name="receive character", takes="DX port", gives="AH bit 7: timed out")
def receive(bios: Bios, regs: Registers) -> None:
    regs.ah = _TIMED_OUT | (_SENDER_EMPTY if _exists(bios, regs.dx) else 0)


@TABLE.service(name="unsupported serial function")
def unsupported(bios: Bios, regs: Registers) -> None:
    regs.ah = _TIMED_OUT
