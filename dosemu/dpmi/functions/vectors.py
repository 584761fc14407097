"""INT 31h/0200h to 0213h: interrupt vectors and exception handlers; 0900h to 0902h: the interrupt flag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.dpmi import layout
from dosemu.dpmi.client import EXCEPTIONS, Far
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.int31 import TABLE

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host
    from int21.registers import Registers


def _give(host: Host, regs: Registers, handler: Far) -> None:
    regs.cx = handler[0]
    host.set_offset("edx", handler[1])


def _handler(host: Host, regs: Registers) -> Far:
    """CX:(E)DX, which must be code. Raises INVALID_SELECTOR."""
    if host.tables.cache(regs.cx, code=True) is None:
        raise DpmiError(DpmiErrorCode.INVALID_SELECTOR)
    return regs.cx, host.offset("edx")


def _exception(regs: Registers) -> int:
    if regs.bl >= EXCEPTIONS:
        raise DpmiError(DpmiErrorCode.INVALID_VALUE)
    return regs.bl


@TABLE.service(0x02, 0x00, name="get real-mode vector", takes="BL vector", gives="CX:DX handler")
def get_real(host: Host, regs: Registers) -> None:
    regs.cx, regs.dx = host.real_vector(regs.bl)


@TABLE.service(0x02, 0x01, name="set real-mode vector", takes="BL vector, CX:DX handler")
def set_real(host: Host, regs: Registers) -> None:
    host.memory.set_u32(regs.bl * 4, regs.cx << 16 | regs.dx)


@TABLE.service(0x02, 0x02, name="get exception handler", takes="BL exception", gives="CX:(E)DX handler")
@TABLE.service(0x02, 0x10, name="get extended exception handler", takes="BL exception", gives="CX:(E)DX handler")
def get_exception(host: Host, regs: Registers) -> None:
    vector = _exception(regs)
    default = (layout.STUB_SELECTOR, layout.EXCEPTION_STUBS + vector * 8)
    _give(host, regs, host.client.exceptions.get(vector, default))


@TABLE.service(0x02, 0x03, name="set exception handler", takes="BL exception, CX:(E)DX handler")
@TABLE.service(0x02, 0x12, name="set extended exception handler", takes="BL exception, CX:(E)DX handler")
def set_exception(host: Host, regs: Registers) -> None:
    _set(host, regs, host.client.exceptions)


def _set(host: Host, regs: Registers, handlers: dict[int, Far]) -> None:
    vector = _exception(regs)
    handler = _handler(host, regs)
    if handler == (layout.STUB_SELECTOR, layout.EXCEPTION_STUBS + vector * 8):
        handlers.pop(vector, None)
    else:
        handlers[vector] = handler


@TABLE.service(
    0x02, 0x11, name="get extended real-mode exception handler", takes="BL exception", gives="CX:(E)DX handler"
)
def get_real_exception(host: Host, regs: Registers) -> None:
    vector = _exception(regs)
    default = (layout.STUB_SELECTOR, layout.EXCEPTION_STUBS + vector * 8)
    _give(host, regs, host.client.real_exceptions.get(vector, default))


@TABLE.service(0x02, 0x13, name="set extended real-mode exception handler", takes="BL exception, CX:(E)DX handler")
def set_real_exception(host: Host, regs: Registers) -> None:
    _set(host, regs, host.client.real_exceptions)
    host.clients.update_vectors()


@TABLE.service(0x02, 0x04, name="get protected-mode vector", takes="BL vector", gives="CX:(E)DX handler")
def get_protected(host: Host, regs: Registers) -> None:
    vector = regs.bl
    default = (layout.STUB_SELECTOR, layout.INTERRUPT_STUBS + vector * 8)
    _give(host, regs, host.client.interrupts.get(vector, default))


@TABLE.service(0x02, 0x05, name="set protected-mode vector", takes="BL vector, CX:(E)DX handler")
def set_protected(host: Host, regs: Registers) -> None:
    host.clients.set_interrupt(regs.bl, _handler(host, regs))


@TABLE.service(0x09, 0x00, name="interrupts off", gives="AL state before")
def disable(host: Host, regs: Registers) -> None:
    regs.al = int(regs.interrupts)
    regs.interrupts = False


@TABLE.service(0x09, 0x01, name="interrupts on", gives="AL state before")
def enable(host: Host, regs: Registers) -> None:
    regs.al = int(regs.interrupts)
    regs.interrupts = True


@TABLE.service(0x09, 0x02, name="get interrupt state", gives="AL state")
def state(host: Host, regs: Registers) -> None:
    regs.al = int(regs.interrupts)
