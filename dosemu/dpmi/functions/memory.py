"""INT 31h/0500h to 0503h, 050Ah to 0801h: memory blocks, locking, physical addresses."""

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
_MOST_MAPPINGS = 1024  # physical addresses that 0801h knows


def block_with(host: Host, handle: int) -> Block:
    """The current client's block. Raises INVALID_HANDLE."""
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
    block = block_with(host, regs.si << 16 | regs.di)
    host.pool.free(block)
    host.paging.restore(block.address, block.size)


def change_size(host: Host, block: Block, size: int) -> None:
    """Change a block's size; what it held and its pages move along. Raises as Pool.resize."""
    before = block.size
    old = host.pool.resize(block, size)
    if block.size < before:
        host.paging.restore(old + block.size, before - block.size)
    if old != block.address:
        memory, kept = host.memory.physical, min(before, block.size)
        memory.write(block.address, memory.read(old, kept))
        host.paging.move(old, block.address, kept)


@TABLE.service(0x05, 0x03, name="resize memory", takes="BX:CX bytes, SI:DI handle", gives="BX:CX address, SI:DI handle")
def resize(host: Host, regs: Registers) -> None:
    block = block_with(host, regs.si << 16 | regs.di)
    change_size(host, block, regs.bx << 16 | regs.cx)
    _give(regs, block)


@TABLE.service(0x05, 0x0A, name="get memory block", takes="SI:DI handle", gives="SI:DI bytes, BX:CX address")
def block_of(host: Host, regs: Registers) -> None:
    block = block_with(host, regs.si << 16 | regs.di)
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
        raise DpmiError(DpmiErrorCode.INVALID_ADDRESS)


@TABLE.service(0x06, 0x04, name="get page size", gives="BX:CX bytes")
def page_size(host: Host, regs: Registers) -> None:
    regs.bx, regs.cx = 0, PAGE


@TABLE.service(0x08, 0x00, name="map physical address", takes="BX:CX address, SI:DI bytes", gives="BX:CX address")
def map_physical(host: Host, regs: Registers) -> None:
    address, size = regs.bx << 16 | regs.cx, regs.si << 16 | regs.di
    if not size or address + size > 1 << 32:
        raise DpmiError(DpmiErrorCode.INVALID_VALUE)
    mappings = host.client.mappings
    if len(mappings) < _MOST_MAPPINGS:
        mappings.append(address)


@TABLE.service(0x08, 0x01, name="unmap physical address", takes="BX:CX address")
def unmap_physical(host: Host, regs: Registers) -> None:
    """Linear is physical: the mapping is only known."""
    address = regs.bx << 16 | regs.cx
    if address not in host.client.mappings:
        raise DpmiError(DpmiErrorCode.INVALID_ADDRESS)
    host.client.mappings.remove(address)
