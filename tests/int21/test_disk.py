from __future__ import annotations

import struct
from pathlib import Path

from int21.drive import Space
from int21.host_folder import HostFolder
from tests.covers import covers
from tests.int21.files_guest import BUFFER, error
from tests.int21.machine import Guest


@covers("21h/0Eh", "21h/19h")
def test_selecting_drives(guest: Guest, tmp_path: Path) -> None:
    assert guest.call(0x1900).al == 2
    assert guest.call(0x0E00, dl=3).al == 26
    assert guest.call(0x1900).al == 2
    guest.dos.drives.mount("D", HostFolder(tmp_path))
    guest.call(0x0E00, dl=3)
    assert guest.call(0x1900).al == 3


def test_free_space(guest: Guest) -> None:
    regs = guest.call(0x3600, dl=3)
    assert regs.ax == 64
    assert regs.cx == 512
    assert 0 < regs.bx <= regs.dx
    assert guest.call(0x3600, dl=9).ax == 0xFFFF


@covers("21h/36h")
def test_free_space_is_never_negative_for_old_programs(guest: Guest, tmp_path: Path) -> None:
    class Large(HostFolder):
        def space(self) -> Space:
            return Space(128, 512, 65_524, 65_000)  # 4 GB

    guest.dos.drives.mount("D", Large(tmp_path))
    regs = guest.call(0x3600, dl=4)
    for clusters in (regs.bx, regs.dx):
        assert 0x7FFF0000 <= regs.ax * clusters * regs.cx < 0x80000000


@covers("21h/1Bh", "21h/1Ch")
def test_allocation_and_media_byte(guest: Guest) -> None:
    for regs in (guest.call(0x1B00), guest.call(0x1C00, dl=3)):
        assert (regs.al, regs.cx) == (64, 512)
        assert guest.memory.u8((regs.ds << 4) + regs.bx) == 0xF8
    assert guest.call(0x1C00, dl=9).al == 0xFF


@covers("21h/1Fh")
def test_parameter_blocks_are_chained(guest: Guest, tmp_path: Path) -> None:
    guest.dos.drives.mount("E", HostFolder(tmp_path))
    regs = guest.call(0x3200, dl=3)
    assert regs.al == 0
    first = (regs.ds << 4) + regs.bx
    assert guest.memory.u8(first) == 2
    assert guest.memory.u16(first + 2) == 512
    link = guest.memory.u32(first + 0x19)
    second = ((link >> 16) << 4) + (link & 0xFFFF)
    assert guest.memory.u8(second) == 4
    assert guest.memory.u32(second + 0x19) == 0xFFFFFFFF
    assert guest.call(0x1F00).bx == regs.bx
    assert guest.call(0x3200, dl=20).al == 0xFF


def test_the_parameter_block_fits_the_size_of_the_drive(guest: Guest) -> None:
    space = guest.call(0x3600, dl=0)
    clusters, sectors = space.dx, space.ax
    regs = guest.call(0x3200, dl=0)
    block = (regs.ds << 4) + regs.bx
    assert guest.memory.u16(block + 0x0D) == clusters + 1
    assert guest.memory.u8(block + 4) == sectors - 1
    assert 1 << guest.memory.u8(block + 5) == sectors
    assert guest.memory.u16(block + 0x0F) * 512 >= (clusters + 2) * 3 // 2


@covers("21h/2Eh", "21h/54h")
def test_verify(guest: Guest) -> None:
    guest.call(0x2E01, dl=0)
    assert guest.call(0x5400).al == 1
    guest.call(0x2E00, dl=0)
    assert guest.call(0x5400).al == 0


@covers("21h/53h")
def test_translating_a_bpb(guest: Guest) -> None:
    bpb = struct.pack("<HBHBHHBHHHII", 512, 2, 1, 2, 112, 720, 0xFD, 2, 9, 2, 0, 0)
    segment, offset = guest.put(bpb)
    guest.call(0x5300, ds=segment, si=offset, es=segment, bp=0x100)
    block = guest.memory.read(guest.scratch + 0x100, 0x21)
    assert block[2:6] == b"\x00\x02\x01\x01"
    assert struct.unpack_from("<4H", block, 0x0B) == (12, 355, 2, 5)
    segment, offset = guest.put(bytes(25))
    guest.call(0x5300, ds=segment, si=offset, es=segment, bp=0x100)


@covers("21h/69h")
def test_serial_numbers(guest: Guest) -> None:
    segment, offset = guest.put(struct.pack("<HI11s8s", 0, 0x12345678, b"LABEL      ", b"FAT16   "), BUFFER)
    assert error(guest.call(0x6901, bl=0, ds=segment, dx=offset)) is None
    guest.memory.fill(guest.scratch + BUFFER, 25)
    assert error(guest.call(0x6900, bl=3, ds=segment, dx=offset)) is None
    assert guest.memory.read(guest.scratch + BUFFER + 2, 15) == b"\x78\x56\x34\x12LABEL      "
    assert error(guest.call(0x6902, bl=0)) == 0x01
    assert error(guest.call(0x6900, bl=9)) == 0x0F


@covers("21h/0Dh")
def test_reset_disk(guest: Guest) -> None:
    assert error(guest.call(0x0D00)) is None
