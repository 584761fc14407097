"""INT 31h/0D00h to 0D03h: memory that clients share by its name, and its serialization (DPMI 1.0)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.int31 import TABLE
from dosemu.dpmi.shared import Shared

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host
    from int21.registers import Registers

_NAME_SIZE = 128  # with the zero
_SHARED = 2


@TABLE.service(0x0D, 0x00, name="allocate shared memory", takes="ES:(E)DI request", gives="request filled in")
def allocate(host: Host, regs: Registers) -> None:
    request = host.pointer("es", "edi")
    size = host.memory.u32(request)
    offset, selector = struct.unpack("<IH", host.memory.read(request + 0x10, 6))
    if host.tables.cache(selector) is None:
        raise DpmiError(DpmiErrorCode.INVALID_SELECTOR)
    at = (host.tables.base(selector) + (offset & host.client.offset_mask)) & 0xFFFFFFFF
    name = host.memory.asciiz(at, _NAME_SIZE)
    if len(name) >= _NAME_SIZE:
        raise DpmiError(DpmiErrorCode.INVALID_VALUE)
    shared = host.shared.allocate(name, size, host.client.number)
    host.memory.write(request + 4, struct.pack("<III", shared.block.size, shared.handle, shared.block.address))


def _shared(host: Host, regs: Registers) -> Shared:
    return host.shared.get(regs.si << 16 | regs.di, host.client.number)


@TABLE.service(0x0D, 0x01, name="free shared memory", takes="SI:DI handle")
def free(host: Host, regs: Registers) -> None:
    host.shared.free(_shared(host, regs), host.client.number)


@TABLE.service(0x0D, 0x02, name="serialize on shared memory", takes="SI:DI handle, DX bit 0 do not wait, bit 1 shared")
def serialize(host: Host, regs: Registers) -> None:
    host.shared.serialize(_shared(host, regs), host.client.number, shared_only=bool(regs.dx & _SHARED))


@TABLE.service(0x0D, 0x03, name="free serialization", takes="SI:DI handle, DX bit 0 shared, bit 1 pending too")
def free_serialization(host: Host, regs: Registers) -> None:
    host.shared.release(_shared(host, regs), host.client.number, shared_only=bool(regs.dx & 1))
