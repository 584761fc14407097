"""INT 31h/0300h to 0306h: calls of real-mode code, callbacks, raw mode switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.dpmi import layout
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.int31 import TABLE
from dosemu.dpmi.real import STRUCTURE_SIZE, RealRegisters

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host
    from int21.registers import Registers

_EXEC = 0x4B


def _call(host: Host, function: int) -> None:
    error = host.crossings.native.simulate(function)
    if error:
        raise DpmiError(error)


@TABLE.service(0x03, 0x00, name="simulate real-mode interrupt", takes="BL vector, CX words, ES:(E)DI registers")
def interrupt(host: Host, regs: Registers) -> None:
    at = host.pointer("es", "edi")
    real = RealRegisters.unpack(host.memory.read(at, STRUCTURE_SIZE))
    if regs.bl == 0x21 and real.eax >> 8 & 0xFF == _EXEC:
        _exec(host, at, real)
    else:
        _call(host, 0x00)


def _exec(host: Host, at: int, before: RealRegisters) -> None:
    """EXEC, for which DOS wants the environment's paragraph in the PSP."""

    def done(left: RealRegisters) -> None:
        left.ss, left.sp, left.cs, left.ip = before.ss, before.sp, before.cs, before.ip
        left.reserved = before.reserved
        host.memory.write(at, left.pack())

    host.crossings.call_real(before, host.real_vector(0x21), done, vector=0x21)


@TABLE.service(0x03, 0x01, name="call real-mode far procedure", takes="CX words, ES:(E)DI registers")
def far_call(host: Host, regs: Registers) -> None:
    _call(host, 0x01)


@TABLE.service(0x03, 0x02, name="call real-mode interrupt procedure", takes="CX words, ES:(E)DI registers")
def iret_call(host: Host, regs: Registers) -> None:
    _call(host, 0x02)


@TABLE.service(
    0x03, 0x03, name="allocate callback", takes="DS:(E)SI procedure, ES:(E)DI structure", gives="CX:DX callback"
)
def allocate_callback(host: Host, regs: Registers) -> None:
    procedure = (regs.ds, host.offset("esi"))
    if host.tables.cache(procedure[0], code=True) is None or host.tables.cache(regs.es) is None:
        raise DpmiError(DpmiErrorCode.INVALID_SELECTOR)
    offset = host.callbacks.allocate(procedure, (regs.es, host.offset("edi")))
    regs.cx, regs.dx = 0xF000, offset


@TABLE.service(0x03, 0x04, name="free callback", takes="CX:DX callback")
def free_callback(host: Host, regs: Registers) -> None:
    host.callbacks.free(regs.cx, regs.dx)


@TABLE.service(0x03, 0x05, name="get state save addresses", gives="AX size, BX:CX real, SI:(E)DI protected")
def save_addresses(host: Host, regs: Registers) -> None:
    regs.ax = 0
    regs.bx, regs.cx = 0xF000, layout.SAVE_REAL
    regs.si = layout.STUB_SELECTOR
    host.set_offset("edi", layout.SAVE_PROTECTED)


@TABLE.service(0x03, 0x06, name="get raw switch addresses", gives="BX:CX to protected, SI:(E)DI to real mode")
def raw_addresses(host: Host, regs: Registers) -> None:
    regs.bx, regs.cx = host.raw.real_entry
    regs.si, offset = host.raw.protected_entry
    host.set_offset("edi", offset)
