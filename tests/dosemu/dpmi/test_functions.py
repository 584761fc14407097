"""INT 31h, function by function: what a client sees in its registers and memory (DPMI 0.9 and 1.0)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from dosemu import Machine
from dosemu.dpmi import int31
from dosemu.dpmi.errors import DpmiErrorCode
from tests.dosemu.dpmi.clients import inside

RAM = 0x110000  # where extended memory for clients begins
BUFFER = 0x8000  # offset in the client's data segment


class Caller:
    """A client in protected mode whose INT 31h calls are made from outside."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.regs = machine.regs
        self.host = machine.dpmi
        self.regs.es = self.regs.ds
        self.buffer = self.regs.base("ds") + BUFFER

    def _call(self, ax: int, registers: dict[str, int]) -> None:
        for name, value in registers.items():
            setattr(self.regs, name, value)
        self.regs.ax = ax
        int31.call(self.host, self.regs)

    def __call__(self, ax: int, **registers: int) -> int:
        """Make a call that must succeed; returns AX."""
        self._call(ax, registers)
        assert not self.regs.cf, f"{self.regs.ax:04X}"
        return int(self.regs.ax)

    def fails(self, ax: int, **registers: int) -> int:
        """Make a call that must fail; returns the error."""
        self._call(ax, registers)
        assert self.regs.cf
        return int(self.regs.ax)

    @property
    def pair(self) -> int:
        """BX:CX."""
        return self.regs.bx << 16 | self.regs.cx

    @property
    def handle(self) -> int:
        """SI:DI."""
        return self.regs.si << 16 | self.regs.di


@pytest.fixture(params=[True, False], ids=["32-bit", "16-bit"])
def call(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Caller]:
    with inside(tmp_path, wide=request.param) as machine:
        yield Caller(machine)


def test_descriptors_are_allocated_in_a_row_and_freed(call: Caller) -> None:
    first = call(0x0000, cx=3)
    assert first & 7 == 7
    assert call(0x0003) == 8
    for selector in (first, first + 8, first + 16):
        call(0x0001, bx=selector)
    assert call.fails(0x0001, bx=first) == DpmiErrorCode.INVALID_SELECTOR
    assert call.fails(0x0000, cx=0xFFFF) == DpmiErrorCode.NO_DESCRIPTOR


def test_base_limit_and_rights_reach_the_segment_register_at_once(call: Caller) -> None:
    selector = call(0x0000, cx=1)
    call.regs.fs = selector
    call(0x0007, bx=selector, cx=0x0012, dx=0x3456)
    call(0x0008, bx=selector, cx=0x0000, dx=0x0FFF)
    assert (call.regs.base("fs"), call.regs.limit("fs")) == (0x123456, 0xFFF)
    call(0x0006, bx=selector)
    assert (call.regs.cx, call.regs.dx) == (0x0012, 0x3456)
    call(0x0008, bx=selector, cx=0xFFFF, dx=0xFFFF)
    assert call.regs.limit("fs") == 0xFFFFFFFF
    assert call.fails(0x0008, bx=selector, cx=0x0010, dx=0x0000) == DpmiErrorCode.INVALID_VALUE
    call(0x0009, bx=selector, cx=0x40F3)
    assert call.regs.rights("fs") & 0x40FF00 == 0x40F300
    assert call.fails(0x0009, bx=selector, cx=0x0089) == DpmiErrorCode.INVALID_VALUE
    call(0x0001, bx=selector)
    assert call.regs.fs == 0


def test_whole_descriptors(call: Caller) -> None:
    selector = call(0x0000, cx=1)
    entry = struct.pack("<HHBBBB", 0x1234, 0x5678, 0x9A, 0xF2, 0x40, 0)
    call.machine.memory.write(call.buffer, entry)
    call(0x000C, bx=selector, edi=BUFFER)
    call(0x000B, bx=selector, edi=BUFFER + 8)
    assert call.machine.memory.read(call.buffer + 8, 8) == entry
    gate = struct.pack("<HHBBH", 0, 8, 0, 0xEC, 0)  # a call gate to ring 0
    call.machine.memory.write(call.buffer, gate)
    assert call.fails(0x000C, bx=selector, edi=BUFFER) == DpmiErrorCode.INVALID_VALUE
    assert call.fails(0x000B, bx=0x0008, edi=BUFFER) == DpmiErrorCode.INVALID_SELECTOR


def test_several_descriptors(call: Caller) -> None:
    first = call(0x0000, cx=2)
    entry = struct.pack("<HHBBBB", 0xFF, 0x400, 0, 0xF2, 0, 0)
    entries = b"".join(struct.pack("<H", selector) + entry for selector in (first, first + 8))
    call.machine.memory.write(call.buffer, entries)
    call(0x000F, cx=2, edi=BUFFER)
    call.machine.memory.write(call.buffer, struct.pack("<H8xH8xH8x", first, first + 8, 0x1000 | 7))
    assert call.fails(0x000E, cx=3, edi=BUFFER) == DpmiErrorCode.INVALID_SELECTOR
    assert call.regs.cx == 2
    assert call.machine.memory.read(call.buffer, 20) == entries


def test_a_certain_descriptor(call: Caller) -> None:
    call(0x000D, bx=0x0F)
    assert call.fails(0x000D, bx=0x0F) == DpmiErrorCode.NO_DESCRIPTOR
    assert call.fails(0x000D, bx=0x08) == DpmiErrorCode.INVALID_SELECTOR


def test_segments_keep_their_descriptor_and_code_has_aliases(call: Caller) -> None:
    selector = call(0x0002, bx=0xB800)
    assert call(0x0002, bx=0xB800) == selector
    call.regs.fs = selector
    assert (call.regs.base("fs"), call.regs.limit("fs")) == (0xB8000, 0xFFFF)
    call.regs.fs = call(0x000A, bx=call.regs.cs)
    assert call.regs.base("fs") == call.regs.base("cs")
    assert call.regs.rights("fs") & 0x0A00 == 0x0200  # data, writable


def test_dos_memory(call: Caller) -> None:
    assert call.fails(0x0100, bx=0xA000) == 8
    call.machine.dos.arena.resize(call.machine.dos.psp, 0x1000)
    segment = call(0x0100, bx=0x1800)
    selector = call.regs.dx
    call(0x0006, bx=selector)
    assert call.regs.cx << 16 | call.regs.dx == segment << 4
    wide = call.host.client.wide
    assert call.host.tables.limit(selector) == (0x17FFF if wide else 0xFFFF)
    assert call.host.tables.base(selector + 8) == (segment << 4) + 0x10000
    call(0x0102, dx=selector, bx=0x800)
    assert call.host.tables.limit(selector) == 0x7FFF
    assert not call.host.tables.used(selector + 8)
    call(0x0101, dx=selector)
    assert call.fails(0x0101, dx=selector) == DpmiErrorCode.INVALID_SELECTOR


def test_a_broken_chain_of_dos_memory_is_an_error(call: Caller) -> None:
    call.machine.memory.set_u8((call.machine.dos.psp - 1) << 4, 0)
    assert call.fails(0x0100, bx=0x10) == 7
    assert call.regs.bx == 0


def test_vectors_of_both_modes(call: Caller) -> None:
    call(0x0201, bl=0x66, cx=0x1234, dx=0x5678)
    assert call.machine.memory.u32(0x66 * 4) == 0x12345678
    call(0x0200, bl=0x66)
    assert (call.regs.cx, call.regs.dx) == (0x1234, 0x5678)
    for get, put in ((0x0204, 0x0205), (0x0202, 0x0203), (0x0210, 0x0212), (0x0211, 0x0213)):
        call(get, bl=0x0D)
        default = (call.regs.cx, call.regs.edx)
        call(put, bl=0x0D, cx=call.regs.cs, edx=0x200)
        call(get, bl=0x0D)
        assert (call.regs.cx, call.regs.edx & 0xFFFF) == (call.regs.cs, 0x200)
        call(put, bl=0x0D, cx=default[0], edx=default[1])
        assert call.fails(put, bl=0x0D, cx=call.regs.ds, edx=0) == DpmiErrorCode.INVALID_SELECTOR
    assert call.fails(0x0202, bl=0x20) == DpmiErrorCode.INVALID_VALUE


def test_the_interrupt_flag(call: Caller) -> None:
    call.regs.interrupts = True
    assert call(0x0900) & 0xFF == 1
    assert call(0x0902) & 0xFF == 0
    assert call(0x0901) & 0xFF == 0
    assert call.regs.interrupts


def test_memory_blocks(call: Caller) -> None:
    memory = call.machine.memory
    call(0x0501, bx=1, cx=1)
    address, handle = call.pair, call.handle
    assert address >= RAM
    assert address % 4096 == 0
    memory.set_u32(address + 0x10000, 0xCAFE)
    call(0x050A, si=handle >> 16, di=handle & 0xFFFF)
    assert call.handle == 0x11000  # SI:DI is the size here
    assert call.pair == address
    call(0x0501, bx=0, cx=4096)
    call(0x0503, bx=4, cx=0, si=handle >> 16, di=handle & 0xFFFF)
    assert memory.u32(call.pair + 0x10000) == 0xCAFE
    moved = call.handle
    call(0x0502, si=moved >> 16, di=moved & 0xFFFF)
    assert call.fails(0x0502, si=moved >> 16, di=moved & 0xFFFF) == DpmiErrorCode.INVALID_HANDLE
    assert call.fails(0x0501, bx=0, cx=0) == DpmiErrorCode.INVALID_VALUE
    assert call.fails(0x0501, bx=0xFFFF, cx=0xFFFF) == DpmiErrorCode.NO_PHYSICAL_MEMORY


def test_free_memory_says_what_can_be_had(call: Caller) -> None:
    call(0x0500, edi=BUFFER)
    largest = call.machine.memory.u32(call.buffer)
    assert largest > 8 << 20
    call(0x0501, bx=largest >> 16, cx=largest & 0xFFFF)
    call(0x0500, edi=BUFFER)
    assert call.machine.memory.u32(call.buffer) == 0
    call(0x050B, edi=BUFFER)
    assert call.machine.memory.u32(call.buffer + 24) == largest


def test_xms_and_clients_share_extended_memory(call: Caller) -> None:
    xms = call.machine.dos.xms
    assert xms is not None
    handle = xms.allocate(64)
    call(0x0501, bx=1, cx=0)
    assert not xms.lock(handle) <= call.pair < xms.lock(handle) + 0x10000
    free = xms.total_free
    call(0x0501, bx=1, cx=0)
    assert xms.total_free == free - 64


def test_linear_memory(call: Caller) -> None:
    call(0x0504, ebx=0x300000, ecx=0x2000, edx=1)
    assert call.regs.ebx == 0x300000
    handle = call.regs.esi
    assert call.fails(0x0504, ebx=0x301000, ecx=0x1000, edx=1) == DpmiErrorCode.NO_LINEAR_MEMORY
    call(0x0506, esi=handle, ebx=0, ecx=2, edx=BUFFER)
    assert call.machine.memory.u16(call.buffer) & 9 == 9  # committed, writable
    call(0x0505, esi=handle, ecx=0x8000, edx=0)
    assert call.regs.ebx == 0x300000
    assert call.fails(0x0508, esi=handle, ebx=0, ecx=9, edx=0xA0000) == DpmiErrorCode.INVALID_ADDRESS
    assert call.fails(0x0508, esi=handle, ebx=0, ecx=1, edx=0xA0001) == DpmiErrorCode.INVALID_ADDRESS


def test_pages_show_what_they_are_told_and_calls_see_it(call: Caller) -> None:
    memory = call.machine.memory
    call(0x0504, ebx=0x300000, ecx=0x3000, edx=1)
    handle = call.regs.esi
    call.regs.es = selector = call(0x0000, cx=1)
    call(0x0007, bx=selector, cx=0x0030, dx=0)
    call(0x0008, bx=selector, cx=0, dx=0x2FFF)
    call(0x0508, esi=handle, ebx=0x1000, ecx=1, edx=0x200000)
    call(0x0500, edi=0xFF0)  # 48 bytes: the first 16 in the block's own page, the others in the mapped one
    assert memory.u32(0x300FF0) == call.host.pool.largest_free
    assert memory.u32(0x200000)  # pages in all
    assert memory.read(0x301000, 32) == bytes(32)
    call.regs.es = call.regs.ds
    memory.set_u16(call.buffer, 0)
    call(0x0507, esi=handle, ebx=0, ecx=1, edx=BUFFER)
    call.regs.es = selector
    assert call.fails(0x0500, edi=0) == DpmiErrorCode.INVALID_ADDRESS
    call.regs.es = call.regs.ds
    memory.set_u16(call.buffer, 7)
    assert call.fails(0x0507, esi=handle, ebx=0, ecx=1, edx=BUFFER) == DpmiErrorCode.INVALID_VALUE
    assert call.regs.ecx == 0
    call(0x0502, si=handle >> 16, di=handle & 0xFFFF)
    assert not call.host.paging.on
    assert not call.regs.system("cr0") >> 31


def test_a_block_that_moves_takes_its_pages_along(call: Caller) -> None:
    memory = call.machine.memory
    call(0x0504, ebx=0x300000, ecx=0x2000, edx=0)
    handle = call.regs.esi
    call(0x0504, ebx=0x302000, ecx=0x1000, edx=1)
    memory.set_u16(call.buffer, 9)
    call(0x0507, esi=handle, ebx=0x1000, ecx=1, edx=BUFFER)
    memory.set_u32(0x301000, 0xCAFE)
    call(0x0505, esi=handle, ecx=0x5000, edx=1)
    moved = call.regs.ebx
    assert moved != 0x300000
    call(0x0506, esi=handle, ebx=0, ecx=5, edx=BUFFER)
    words = struct.unpack("<5H", memory.read(call.buffer, 10))
    assert [word & 7 for word in words] == [0, 1, 1, 1, 1]
    assert memory.u32(moved + 0x1000) == 0xCAFE
    assert call.host.paging.entry(0x300000) & 1


def test_shared_memory_outlives_none_of_its_users(call: Caller) -> None:
    memory, free = call.machine.memory, call.host.pool.total_free
    memory.write(call.buffer + 64, b"NAME\0")
    request = struct.pack("<4I IHHI", 0x5000, 0, 0, 0, BUFFER + 64, call.regs.ds, 0, 0)
    memory.write(call.buffer, request)
    call(0x0D00, edi=BUFFER)
    size, handle, address = struct.unpack("<3I", memory.read(call.buffer + 4, 12))
    assert size == 0x5000
    assert memory.read(address, 16) == bytes(16)
    low, high = {"di": handle & 0xFFFF}, {"si": handle >> 16}
    call(0x0D02, **low, **high, dx=2)
    assert call.fails(0x0D03, **low, **high, dx=0) == DpmiErrorCode.INVALID_STATE
    call(0x0D03, **low, **high, dx=1)
    shared = call.host.shared.get(handle, call.host.client.number)
    call.host.shared.serialize(shared, -1)  # another client
    assert call.fails(0x0D02, **low, **high, dx=1) == DpmiErrorCode.OWNED_EXCLUSIVELY
    call.host.shared.release(shared, -1)
    call.host.shared.free_all(call.host.client.number)
    assert call.host.pool.total_free == free
    assert call.fails(0x0D01, **low, **high) == DpmiErrorCode.INVALID_HANDLE
    memory.write(call.buffer + 64, b"N" * 200)
    assert call.fails(0x0D00, edi=BUFFER) == DpmiErrorCode.INVALID_VALUE


@pytest.mark.parametrize("function", [0x0600, 0x0601, 0x0602, 0x0603, 0x0702, 0x0703])
def test_locking_is_always_granted(call: Caller, function: int) -> None:
    call(function, bx=0x11, cx=0, si=0, di=0x1000)
    assert call.fails(function, bx=0xFFFF, cx=0xFFFF, si=1, di=0) == DpmiErrorCode.INVALID_ADDRESS


def test_physical_addresses_are_linear_ones(call: Caller) -> None:
    call(0x0800, bx=0xE000, cx=0, si=0x10, di=0)
    assert call.pair == 0xE0000000
    call(0x0801, bx=0xE000, cx=0)
    call(0x0604)
    assert call.pair == 4096


def test_callbacks_are_sixteen_at_least(call: Caller) -> None:
    addresses = set()
    data = call.regs.ds
    for _ in range(16):
        call.host.callbacks.allocate((call.regs.cs, 0x200), (data, BUFFER))
    for offset in range(0x2900, 0x2900 + 16 * 8, 8):
        addresses.add(offset)
        call(0x0304, cx=0xF000, dx=offset)
        assert call.fails(0x0304, cx=0xF000, dx=offset) == DpmiErrorCode.INVALID_CALLBACK
    assert call.fails(0x0303, esi=0, edi=BUFFER) == DpmiErrorCode.INVALID_SELECTOR  # DS is no code


def test_version_vendor_and_coprocessor(call: Caller) -> None:
    assert call(0x0400) == 0x005A
    assert (call.regs.bx & 1, call.regs.cl, call.regs.dx) == (1, 4, 0x0870)
    call(0x0401, edi=BUFFER)
    call.machine.memory.write(call.buffer, b"MS-DOS\0")
    call(0x0A00, esi=BUFFER)
    assert call.regs.es
    call.machine.memory.write(call.buffer, b"NOBODY\0")
    assert call.fails(0x0A00, esi=BUFFER) == DpmiErrorCode.UNSUPPORTED
    assert call(0x0E00) & 0x45 == 0x45  # a 486's, enabled
    call(0x0E01, bx=3)
    assert call(0x0E00) & 2 == 2
    call(0x0E01, bx=1)
    call(0x0305)
    call(0x0306)


def test_watchpoints_are_four(call: Caller) -> None:
    handles = []
    for _ in range(4):
        call(0x0B00, bx=0, cx=0x400, dl=1, dh=1)
        handles.append(call.regs.bx)
    assert call.fails(0x0B00, bx=0, cx=0x400, dl=1, dh=1) == DpmiErrorCode.NO_HANDLE
    assert call.fails(0x0B00, bx=0, cx=0x400, dl=3, dh=1) == DpmiErrorCode.INVALID_VALUE
    assert call(0x0B02, bx=handles[0]) == 0
    call(0x0B03, bx=handles[0])
    for handle in handles:
        call(0x0B01, bx=handle)
    assert call.fails(0x0B02, bx=handles[0]) == DpmiErrorCode.INVALID_HANDLE


def test_a_pointer_out_of_the_memory_is_an_error(call: Caller) -> None:
    selector = call(0x0000, cx=1)
    call(0x0007, bx=selector, cx=0xFFF0, dx=0)
    call.regs.es = selector
    assert call.fails(0x0500, edi=0) == DpmiErrorCode.INVALID_ADDRESS
    assert call.fails(0x0300, bx=0x21, cx=0, edi=0) == DpmiErrorCode.INVALID_ADDRESS
