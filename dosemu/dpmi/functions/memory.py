"""INT 31h/0500h to 0801h: memory blocks, locking, paging that is not there, physical addresses."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from dosemu.dpmi.blocks import PAGE, Block
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.int31 import TABLE

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host
    from int21.registers import Registers

_UNKNOWN = 0xFFFFFFFF


def _block(host: Host, handle: int) -> Block:
    return host.pool.get(handle, host.client.number)


@TABLE.service(0x05, 0x00, name="get free memory", takes="ES:(E)DI 48 bytes")
def information(host: Host, regs: Registers) -> None:
    pool = host.pool
    largest, free, total = (size // PAGE for size in (pool.largest_free, pool.total_free, pool.size))
    values = (largest * PAGE, largest, largest, total, free, free, total, free, 0, _UNKNOWN, _UNKNOWN, _UNKNOWN)
    host.memory.write(host.pointer("es", "edi"), struct.pack("<12I", *values))


def _give(regs: Registers, block: Block) -> None:
    regs.bx, regs.cx = block.address >> 16, block.address & 0xFFFF
    regs.si, regs.di = block.handle >> 16, block.handle & 0xFFFF


@TABLE.service(0x05, 0x01, name="allocate memory", takes="BX:CX bytes", gives="BX:CX address, SI:DI handle")
def allocate(host: Host, regs: Registers) -> None:
    _give(regs, host.pool.allocate(regs.bx << 16 | regs.cx, host.client.number))


@TABLE.service(0x05, 0x02, name="free memory", takes="SI:DI handle")
def free(host: Host, regs: Registers) -> None:
    host.pool.free(_block(host, regs.si << 16 | regs.di))


def _resize(host: Host, block: Block, size: int) -> None:
    kept = min(block.size, size)
    old = host.pool.resize(block, size)
    if old != block.address:
        host.memory.write(block.address, host.memory.read(old, kept))


@TABLE.service(0x05, 0x03, name="resize memory", takes="BX:CX bytes, SI:DI handle", gives="BX:CX, SI:DI")
def resize(host: Host, regs: Registers) -> None:
    block = _block(host, regs.si << 16 | regs.di)
    _resize(host, block, regs.bx << 16 | regs.cx)
    _give(regs, block)


@TABLE.service(0x05, 0x04, name="allocate linear memory", takes="EBX address, ECX bytes", gives="EBX, ESI handle")
def allocate_linear(host: Host, regs: Registers) -> None:
    if regs.ebx & (PAGE - 1):
        raise DpmiError(DpmiErrorCode.INVALID_ADDRESS)
    block = host.pool.allocate(regs.ecx, host.client.number, regs.ebx or None)
    regs.ebx, regs.esi = block.address, block.handle


@TABLE.service(0x05, 0x05, name="resize linear memory", takes="ESI handle, ECX bytes", gives="EBX, ESI")
def resize_linear(host: Host, regs: Registers) -> None:
    block = _block(host, regs.esi)
    before = host.tables.base
    old = block.address
    _resize(host, block, regs.ecx)
    if regs.edx & 2 and old != block.address:
        # Bit 1: move the descriptors in the list at ES:EBX, CX of them, along.
        at = host.pointer("es", "ebx")
        for index in range(min(regs.edi, 0x2000)):
            selector = host.memory.u16(at + 2 * index)
            if host.tables.used(selector):
                host.tables.set_base(selector, (before(selector) - old + block.address) & _UNKNOWN)
    regs.ebx, regs.esi = block.address, block.handle


@TABLE.service(0x05, 0x06, name="get page attributes", takes="ESI handle, EBX offset, ECX pages, ES:EDX words")
def get_attributes(host: Host, regs: Registers) -> None:
    block = _block(host, regs.esi)
    if regs.ebx + regs.ecx * PAGE > block.size:
        raise DpmiError(DpmiErrorCode.INVALID_VALUE)
    host.memory.write(host.pointer("es", "edx"), struct.pack("<H", 0x09) * regs.ecx)  # committed, writable


@TABLE.service(0x05, 0x08, name="map device", takes="ESI handle, EBX offset, ECX pages, EDX address")
@TABLE.service(0x05, 0x09, name="map conventional memory", takes="ESI handle, EBX offset, ECX pages, EDX address")
@TABLE.service(0x05, 0x07, name="set page attributes", takes="ESI handle, EBX offset, ECX pages, ES:EDX words")
def no_paging(host: Host, regs: Registers) -> None:
    # Linear is physical: pages cannot be moved or taken away. DPMI 0.9 programs do without.
    raise DpmiError(DpmiErrorCode.UNSUPPORTED)


@TABLE.service(0x05, 0x0A, name="get memory block", takes="SI:DI handle", gives="SI:DI bytes, BX:CX address")
def block_of(host: Host, regs: Registers) -> None:
    block = _block(host, regs.si << 16 | regs.di)
    regs.si, regs.di = block.size >> 16, block.size & 0xFFFF
    regs.bx, regs.cx = block.address >> 16, block.address & 0xFFFF


@TABLE.service(0x05, 0x0B, name="get memory information", takes="ES:(E)DI 128 bytes")
def more_information(host: Host, regs: Registers) -> None:
    pool = host.pool
    own = sum(block.size for block in pool.blocks.values() if block.owner == host.client.number)
    values = (
        pool.size,
        pool.size,
        pool.total_free,
        pool.size,
        pool.total_free,
        pool.size,
        own,
        own,
        pool.total_free,
        0,
    )
    host.memory.write(host.pointer("es", "edi"), struct.pack("<10I", *values).ljust(128, b"\0"))


@TABLE.service(0x06, 0x00, name="lock memory", takes="BX:CX address, SI:DI bytes")
@TABLE.service(0x06, 0x01, name="unlock memory", takes="BX:CX address, SI:DI bytes")
@TABLE.service(0x06, 0x02, name="let real-mode memory be paged", takes="BX:CX address, SI:DI bytes")
@TABLE.service(0x06, 0x03, name="lock real-mode memory again", takes="BX:CX address, SI:DI bytes")
@TABLE.service(0x07, 0x02, name="memory to be paged out", takes="BX:CX address, SI:DI bytes")
@TABLE.service(0x07, 0x03, name="memory whose contents may go", takes="BX:CX address, SI:DI bytes")
def nothing_is_paged(host: Host, regs: Registers) -> None:
    if (regs.bx << 16 | regs.cx) + (regs.si << 16 | regs.di) > 1 << 32:
        raise DpmiError(DpmiErrorCode.INVALID_VALUE)


@TABLE.service(0x06, 0x04, name="get page size", gives="BX:CX bytes")
def page_size(host: Host, regs: Registers) -> None:
    regs.bx, regs.cx = 0, PAGE


@TABLE.service(0x08, 0x00, name="map physical address", takes="BX:CX address, SI:DI bytes", gives="BX:CX address")
def map_physical(host: Host, regs: Registers) -> None:
    address, size = regs.bx << 16 | regs.cx, regs.si << 16 | regs.di
    if not size or address + size > 1 << 32:
        raise DpmiError(DpmiErrorCode.INVALID_VALUE)


@TABLE.service(0x08, 0x01, name="unmap physical address", takes="BX:CX address")
def unmap_physical(host: Host, regs: Registers) -> None:
    """Nothing was mapped: linear is physical."""
