"""INT 31h/0504h to 0509h: linear memory and its pages (DPMI 1.0).

A block's pages are the RAM behind its linear addresses, so to commit one is to show it, and its contents stay.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from dosemu.dpmi.blocks import PAGE, Block
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.functions.descriptors import refresh
from dosemu.dpmi.functions.memory import block_with, change_size
from dosemu.dpmi.int31 import TABLE
from dosemu.dpmi.paging import ACCESSED, DIRTY, IDENTITY, PRESENT, USER, WRITABLE

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host
    from int21.registers import Registers

_UNCOMMITTED, _COMMITTED, _MAPPED, _KEEP = 0, 1, 2, 3  # attribute bits 0 to 2
_WRITE, _MARKS, _WAS_READ, _WAS_WRITTEN = 0x08, 0x10, 0x20, 0x40
_FRAME = 0xFFFFF000
_COMMIT, _MOVE_DESCRIPTORS = 1, 2
_FIRST_MB = 0x100000


def _commit(host: Host, address: int, size: int, *, present: bool) -> None:
    if present or not size:
        return
    for page in range(address, address + size, PAGE):
        host.paging.set(page, 0)
    host.paging.apply()


@TABLE.service(0x05, 0x04, name="allocate linear memory", takes="EBX address, ECX bytes, EDX", gives="EBX, ESI handle")
def allocate_linear(host: Host, regs: Registers) -> None:
    if regs.ebx & (PAGE - 1):
        raise DpmiError(DpmiErrorCode.INVALID_ADDRESS)
    block = host.pool.allocate(regs.ecx, host.client.number, regs.ebx or None)
    _commit(host, block.address, block.size, present=bool(regs.edx & _COMMIT))
    regs.ebx, regs.esi = block.address, block.handle


@TABLE.service(0x05, 0x05, name="resize linear memory", takes="ESI handle, ECX bytes, EDX, ES:EBX", gives="EBX, ESI")
def resize_linear(host: Host, regs: Registers) -> None:
    block = block_with(host, regs.esi)
    old, before = block.address, block.size
    change_size(host, block, regs.ecx)
    _commit(host, block.address + before, max(0, block.size - before), present=bool(regs.edx & _COMMIT))
    if regs.edx & _MOVE_DESCRIPTORS and old != block.address:
        at = host.pointer("es", "ebx")
        for index in range(min(regs.edi, 0x2000)):
            selector = host.memory.u16(at + 2 * index)
            if host.tables.used(selector):
                host.tables.set_base(selector, (host.tables.base(selector) - old + block.address) & 0xFFFFFFFF)
                refresh(host, selector)
    regs.ebx, regs.esi = block.address, block.handle


def _pages(host: Host, regs: Registers) -> tuple[Block, int, int]:
    """The block in ESI, the linear address of the page at EBX in it, and ECX as a number of pages in the block."""
    block = block_with(host, regs.esi)
    first = regs.ebx & _FRAME
    if first + regs.ecx * PAGE > block.size:
        raise DpmiError(DpmiErrorCode.INVALID_ADDRESS)
    return block, block.address + first, regs.ecx


def _attributes(page: int, entry: int) -> int:
    if not entry & PRESENT:
        return _UNCOMMITTED
    kind = _COMMITTED if entry & _FRAME == page else _MAPPED
    return (
        kind
        | (_WRITE if entry & WRITABLE else 0)
        | _MARKS
        | (_WAS_READ if entry & ACCESSED else 0)
        | (_WAS_WRITTEN if entry & DIRTY else 0)
    )


@TABLE.service(0x05, 0x06, name="get page attributes", takes="ESI handle, EBX offset, ECX pages, ES:EDX words")
def get_attributes(host: Host, regs: Registers) -> None:
    _, first, count = _pages(host, regs)
    words = [_attributes(page, host.paging.entry(page)) for page in range(first, first + count * PAGE, PAGE)]
    host.memory.write(host.pointer("es", "edx"), struct.pack(f"<{count}H", *words))


def _changed(page: int, entry: int, attributes: int) -> int:
    """The entry that a page gets by an attribute word. Raises INVALID_VALUE, INVALID_STATE."""
    match attributes & 7:
        case 0:
            return 0
        case 1 if not entry & PRESENT or entry & _FRAME != page:
            entry = page | PRESENT | USER
        case 1 | 3:
            if not entry & PRESENT:
                raise DpmiError(DpmiErrorCode.INVALID_STATE)
        case _:
            raise DpmiError(DpmiErrorCode.INVALID_VALUE)
    entry = entry & ~WRITABLE | (WRITABLE if attributes & _WRITE else 0)
    if attributes & _MARKS:
        entry = entry & ~(ACCESSED | DIRTY)
        entry |= (ACCESSED if attributes & _WAS_READ else 0) | (DIRTY if attributes & _WAS_WRITTEN else 0)
    return entry


@TABLE.service(0x05, 0x07, name="set page attributes", takes="ESI handle, EBX offset, ECX pages, ES:EDX words")
def set_attributes(host: Host, regs: Registers) -> None:
    _, first, count = _pages(host, regs)
    words = struct.unpack(f"<{count}H", host.memory.read(host.pointer("es", "edx"), 2 * count))
    done = 0
    try:
        for attributes in words:
            page = first + done * PAGE
            host.paging.set(page, _changed(page, host.paging.entry(page), attributes))
            done += 1
    except DpmiError:
        regs.ecx = done
        raise
    finally:
        if done:
            host.paging.apply()


def _map(host: Host, regs: Registers) -> None:
    _, first, count = _pages(host, regs)
    if regs.edx & (PAGE - 1) or regs.ebx & (PAGE - 1):
        raise DpmiError(DpmiErrorCode.INVALID_ADDRESS)
    if regs.edx + count * PAGE > 1 << 32:
        raise DpmiError(DpmiErrorCode.INTEGRITY)
    for index in range(count):
        host.paging.set(first + index * PAGE, (regs.edx + index * PAGE) | IDENTITY)
    if count:
        host.paging.apply()


@TABLE.service(0x05, 0x08, name="map device", takes="ESI handle, EBX offset, ECX pages, EDX address")
def map_device(host: Host, regs: Registers) -> None:
    _map(host, regs)


@TABLE.service(0x05, 0x09, name="map conventional memory", takes="ESI handle, EBX offset, ECX pages, EDX address")
def map_conventional(host: Host, regs: Registers) -> None:
    if regs.edx + regs.ecx * PAGE > _FIRST_MB:
        raise DpmiError(DpmiErrorCode.INTEGRITY)
    _map(host, regs)
