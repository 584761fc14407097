"""INT 14h, serial ports: what is sent goes where the settings say; without that, everything times out.

IBM PS/2 BIOS Interface Technical Reference, "Interrupt 14h". A byte that is waited for comes in time or not: the
time-out is the one of the BIOS data area (0040:007C), in half seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hw.clock import MS
from int21.registers import Registers
from int21.service import ServiceTable, Wait

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from hw.serial_line import SerialLine

TABLE = ServiceTable(0x14, "serial port")

_PORTS = 2
_TIMED_OUT, _SENDER_EMPTY, _DATA_READY = 0x80, 0x60, 0x01
_CARRIER, _DATA_SET_READY, _CLEAR_TO_SEND = 0x80, 0x20, 0x10
_DTR_AND_RTS = 0x03
_TIME_OUTS_AT = 0x47C
_UNIT_PS = 500 * MS
_LOOK_AGAIN_PS = 5 * MS
_MOST_DEADLINES = 64


def _line_status(bios: Bios, port: int) -> int:
    line = bios.serial_lines.get(port)
    if line is None:
        return _SENDER_EMPTY if port < _PORTS else _TIMED_OUT
    return _SENDER_EMPTY | (_DATA_READY if line.waiting else 0)


def _modem_status(line: SerialLine | None) -> int:
    if line is None or not line.carrier:
        return 0
    return _DATA_SET_READY | _CLEAR_TO_SEND | (_CARRIER if line.live else 0)


@TABLE.service(0x00, name="initialise port", takes="AL settings, DX port", gives="AH line, AL modem status")
@TABLE.service(0x03, name="get status", takes="DX port", gives="AH line, AL modem status")
@TABLE.service(0x04, name="extended initialise", takes="DX port", gives="AH line, AL modem status")
def line_status(bios: Bios, regs: Registers) -> None:
    regs.ax = _line_status(bios, regs.dx) << 8 | _modem_status(bios.serial_lines.get(regs.dx))


@TABLE.service(0x01, name="send character", takes="AL, DX port", gives="AH line status, bit 7: timed out")
def send(bios: Bios, regs: Registers) -> None:
    line = bios.serial_lines.get(regs.dx)
    sent = line is not None and line.carrier and line.send(bytes([regs.al]))
    regs.ah = _line_status(bios, regs.dx) | (0 if sent else _TIMED_OUT)


@TABLE.service(0x02, name="receive character", takes="DX port", gives="AL, AH line status, bit 7: timed out")
def receive(bios: Bios, regs: Registers) -> None:
    line = bios.serial_lines.get(regs.dx)
    caller = (regs.cs, regs.ip, regs.ss, regs.sp)
    if line is not None and not line.waiting and line.live:
        now = bios.clock.now_ps
        if len(bios.deadlines) >= _MOST_DEADLINES:
            bios.deadlines.clear()  # left by programs that ended while they waited
        units = bios.memory.u8(_TIME_OUTS_AT + regs.dx)
        if now < bios.deadlines.setdefault(caller, now + units * _UNIT_PS):
            raise Wait(now + _LOOK_AGAIN_PS)
    bios.deadlines.pop(caller, None)
    if line is None or not line.waiting:
        regs.ah = _TIMED_OUT | _line_status(bios, regs.dx)
        return
    regs.al = line.take(1)[0]
    regs.ah = 0


@TABLE.service(0x05, name="extended port control", takes="AL 0 read, 1 write, BL modem control, DX port", gives="BL")
def modem_control(bios: Bios, regs: Registers) -> None:
    if regs.al == 0:
        regs.bl = _DTR_AND_RTS
    line_status(bios, regs)


@TABLE.service(name="unsupported serial function")
def unsupported(bios: Bios, regs: Registers) -> None:
    regs.ah = _TIMED_OUT
