"""INT 31h/0000h to 000Fh: LDT descriptors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dosemu.dpmi.descriptors import PRESENT, WRITABLE, descriptor
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.int31 import TABLE

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host
    from int21.registers import Registers

_SEGMENTS = ("es", "ds", "fs", "gs")


def refresh(host: Host, selector: int) -> None:
    """A descriptor changed: segment registers that hold its selector get it, as from the host's own reload."""
    regs = host.regs
    for name in (*_SEGMENTS, "ss", "cs"):
        if getattr(regs, name) == selector:
            cache = host.tables.cache(selector, code=name == "cs", stack=name == "ss")
            if cache is not None:
                regs.set_cache(name, selector, *cache)
            elif name in _SEGMENTS:
                regs.set_cache(name, 0, 0, 0, 0)


@TABLE.service(0x00, 0x00, name="allocate descriptors", takes="CX count", gives="AX first selector")
def allocate(host: Host, regs: Registers) -> None:
    regs.ax = host.tables.allocate(regs.cx, host.client.number)


@TABLE.service(0x00, 0x01, name="free descriptor", takes="BX selector")
def free(host: Host, regs: Registers) -> None:
    selector = regs.bx
    if selector in (regs.cs, regs.ss) or host.dos_memory.has(selector):
        raise DpmiError(DpmiErrorCode.INVALID_SELECTOR)
    host.tables.free(selector)
    host.client.forget_segment(selector)
    refresh(host, selector)


@TABLE.service(0x00, 0x02, name="segment to descriptor", takes="BX segment", gives="AX selector")
def segment_to_descriptor(host: Host, regs: Registers) -> None:
    regs.ax = host.defaults.selector_for(regs.bx)


@TABLE.service(0x00, 0x03, name="get selector increment", gives="AX 8")
def increment(host: Host, regs: Registers) -> None:
    regs.ax = 8


@TABLE.service(0x00, 0x04, name="lock selector (reserved)", takes="BX selector")
@TABLE.service(0x00, 0x05, name="unlock selector (reserved)", takes="BX selector")
def lock_selector(host: Host, regs: Registers) -> None:
    host.tables.check(regs.bx)


@TABLE.service(0x00, 0x06, name="get segment base", takes="BX selector", gives="CX:DX base")
def get_base(host: Host, regs: Registers) -> None:
    if host.tables.raw(regs.bx)[1] == 0:
        raise DpmiError(DpmiErrorCode.INVALID_SELECTOR)
    base = host.tables.base(regs.bx)
    regs.cx, regs.dx = base >> 16, base & 0xFFFF


@TABLE.service(0x00, 0x07, name="set segment base", takes="BX selector, CX:DX base")
def set_base(host: Host, regs: Registers) -> None:
    host.tables.set_base(regs.bx, regs.cx << 16 | regs.dx)
    refresh(host, regs.bx)


@TABLE.service(0x00, 0x08, name="set segment limit", takes="BX selector, CX:DX limit")
def set_limit(host: Host, regs: Registers) -> None:
    host.tables.set_limit(regs.bx, regs.cx << 16 | regs.dx)
    refresh(host, regs.bx)


@TABLE.service(0x00, 0x09, name="set access rights", takes="BX selector, CX rights")
def set_rights(host: Host, regs: Registers) -> None:
    host.tables.set_rights(regs.bx, regs.cl, regs.ch)
    refresh(host, regs.bx)


@TABLE.service(0x00, 0x0A, name="create alias descriptor", takes="BX code selector", gives="AX data selector")
def alias(host: Host, regs: Registers) -> None:
    high = host.tables.raw(regs.bx)[1]
    if not high & 0x1000:
        raise DpmiError(DpmiErrorCode.INVALID_SELECTOR)
    new = host.tables.allocate(1, host.client.number)
    access = PRESENT | 0x10 | WRITABLE | 1
    host.tables.set_raw(
        new, descriptor(host.tables.base(regs.bx), host.tables.limit(regs.bx), access, high >> 16 & 0x40)
    )
    regs.ax = new


@TABLE.service(0x00, 0x0B, name="get descriptor", takes="BX selector, ES:(E)DI 8 bytes")
def get_descriptor(host: Host, regs: Registers) -> None:
    address = host.tables.check(regs.bx)
    host.memory.write(host.pointer("es", "edi"), host.memory.read(address, 8))


@TABLE.service(0x00, 0x0C, name="set descriptor", takes="BX selector, ES:(E)DI 8 bytes")
def set_descriptor(host: Host, regs: Registers) -> None:
    host.tables.set_raw(regs.bx, host.memory.read(host.pointer("es", "edi"), 8))
    refresh(host, regs.bx)


@TABLE.service(0x00, 0x0D, name="allocate a certain descriptor", takes="BX selector")
def allocate_certain(host: Host, regs: Registers) -> None:
    host.tables.allocate_at(regs.bx, host.client.number)


@TABLE.service(0x00, 0x0E, name="get several descriptors", takes="CX count, ES:(E)DI selectors and descriptors")
def get_several(host: Host, regs: Registers) -> None:
    def get(selector: int, at: int) -> None:
        host.memory.write(at, host.memory.read(host.tables.check(selector), 8))

    _for_several(host, regs, get)


@TABLE.service(0x00, 0x0F, name="set several descriptors", takes="CX count, ES:(E)DI selectors and descriptors")
def set_several(host: Host, regs: Registers) -> None:
    def put(selector: int, at: int) -> None:
        host.tables.set_raw(selector, host.memory.read(at, 8))
        refresh(host, selector)

    _for_several(host, regs, put)


def _for_several(host: Host, regs: Registers, act: Callable[[int, int], None]) -> None:
    """``act(selector, its descriptor)`` for CX pairs at ES:(E)DI; CX is how many were done when one fails."""
    at = host.pointer("es", "edi")
    for done in range(regs.cx):
        try:
            act(host.memory.u16(at), at + 2)
        except (DpmiError, IndexError):
            regs.cx = done
            raise
        at += 10
