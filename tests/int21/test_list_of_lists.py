from __future__ import annotations

import struct

from int21.view import linear
from tests.covers import covers
from tests.int21.machine import Guest


def lists(guest: Guest) -> int:
    regs = guest.call(0x5200)
    return linear(regs.es, regs.bx)


def pointer(guest: Guest, address: int) -> int:
    offset, segment = struct.unpack("<2H", guest.memory.read(address, 4))
    return linear(segment, offset)


def test_the_word_in_front_leads_along_the_memory_blocks(guest: Guest):
    segment = guest.memory.u16(lists(guest) - 2)
    owners = []
    while True:
        letter, owner, size = struct.unpack("<BHH", guest.memory.read(segment << 4, 5))
        owners.append(owner)
        if letter == ord("Z"):
            break
        assert letter == ord("M")
        segment += size + 1
    assert owners[0] == 8, "the system's own"
    assert owners[-1] == guest.dos.psp
    assert segment + size + 1 == 0xA000


def test_device_chain_begins_with_nul_and_holds_con(guest: Guest):
    at = lists(guest) + 0x22
    names = []
    while at != linear(0xFFFF, 0xFFFF):
        header = guest.memory.read(at, 18)
        names.append(header[10:18].rstrip(b" "))
        following, segment, attributes, strategy, interrupt = struct.unpack("<5H", header[:10])
        if names[-1] == b"CON":
            assert attributes & 0x8013 == 0x8013
            assert at == pointer(guest, lists(guest) + 0x0C)
        if names[-1] == b"CLOCK$":
            assert at == pointer(guest, lists(guest) + 0x08)
        assert interrupt > strategy
        code = (at & ~0xF if names[-1] == b"NUL" else 0x700) - (0x40 if names[-1] == b"NUL" else 0)
        assert guest.memory.read(code + strategy, 3) == b"\x2e\x89\x1e"
        at = linear(segment, following)
    assert names[:4] == [b"NUL", b"CON", b"AUX", b"PRN"]
    assert b"LPT3" in names


def test_file_tables_drives_and_dpbs(guest: Guest):
    base = lists(guest)
    sft = pointer(guest, base + 4)
    assert guest.memory.read(sft, 6) == b"\xff\xff\xff\xff" + struct.pack("<H", 40)
    cds = pointer(guest, base + 0x16)
    assert guest.memory.asciiz(cds + 2 * 0x58) == b"C:\\"
    dpb = pointer(guest, base)
    assert guest.memory.u8(dpb) == 2, "the first drive is C:"
    assert guest.memory.u8(base + 0x20) == 1
    assert guest.memory.u8(base + 0x21) == 26
    fcbs = pointer(guest, base + 0x1A)
    assert guest.memory.read(fcbs, 6) == b"\xff\xff\xff\xff\x04\x00"


def test_the_system_block_holds_sub_blocks_that_fill_it(guest: Guest):
    segment = guest.memory.u16(lists(guest) - 2)
    assert guest.memory.read((segment << 4) + 8, 2) == b"SD"
    end = segment + 1 + guest.memory.u16((segment << 4) + 3)
    segment += 1
    letters = b""
    while segment < end:
        letters += guest.memory.read(segment << 4, 1)
        segment += 1 + guest.memory.u16((segment << 4) + 3)
    assert (letters, segment) == (b"FX", end)


@covers("21h/34h", "21h/62h")
def test_swappable_data_holds_the_psp_and_the_indos_flag(guest: Guest):
    regs = guest.call(0x5D06)
    area = linear(regs.ds, regs.si)
    assert regs.cx >= regs.dx >= 0x18
    assert guest.memory.u16(area + 0x10) == guest.dos.psp
    regs = guest.call(0x3400)
    assert linear(regs.es, regs.bx) == area + 1
    assert guest.memory.u8(area + 1) == 0
    guest.memory.set_u16(area + 0x10, 0x4321)
    assert guest.call(0x6200).bx == 0x4321, "a resident program swapped it"
