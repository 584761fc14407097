"""The VCPI server: pages and their owners, and clients that get everything wrong."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from dosemu import Machine

# mov ax, DE0Ch; mov esi, 20000h; int 67h; int 20h
SWITCH = bytes.fromhex("b8 0c de 66 be 00 00 02 00 cd 67 cd 20")


def machine(folder: Path, code: bytes, **settings: object) -> Machine:
    program = folder / "CLIENT.COM"
    program.write_bytes(code)
    return Machine(program, stdio=True, **settings)


def test_pages_are_those_of_extended_memory_and_come_back_at_the_end(tmp_path: Path) -> None:
    # DE04h three times, then the end
    with machine(tmp_path, bytes.fromhex("b8 04 de cd 67") * 3 + b"\xcd\x20", dpmi_kb=0) as one:
        vcpi, xms = one.dos.vcpi, one.dos.xms
        assert vcpi is not None
        assert xms is not None
        free, blocks = vcpi.free_pages, xms.total_free
        assert free == (15 * 1024 - 64) // 4
        pages = [vcpi.allocate(1) for _ in range(100)]
        assert len(set(pages)) == 100
        assert vcpi.free_pages == free - 100
        assert xms.total_free == blocks - 2 * 256  # two chunks of 64 pages
        for page in pages:
            assert vcpi.free(page or 0)
        assert xms.total_free == blocks
        one.run(seconds=0.1)
        assert vcpi.free_pages == free


def test_all_pages_and_no_more(tmp_path: Path) -> None:
    with machine(tmp_path, b"\xcd\x20", size_mb=2) as one:
        vcpi = one.dos.vcpi
        assert vcpi is not None
        count = vcpi.free_pages
        assert all(vcpi.allocate(1) is not None for _ in range(count))
        assert vcpi.allocate(1) is None
        assert vcpi.free_pages == 0


@pytest.mark.parametrize("settings", [{"ems_kb": 0}, {"vcpi": False}])
def test_without_ems_or_by_the_setting_there_is_none(tmp_path: Path, settings: dict[str, object]) -> None:
    # mov ax, DE00h; int 67h; mov al, ah; mov ah, 4Ch; int 21h
    with machine(tmp_path, bytes.fromhex("b8 00 de cd 67 88 e0 b4 4c cd 21"), **settings) as one:
        one.run(seconds=0.1)
        assert one.exit_code in (0x80, 0x84)


@pytest.mark.parametrize("seed", range(12))
def test_a_switch_to_nowhere_ends_the_program_at_most(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    numbers = (0, 8, 0x20000, 0x20100, 0x21000, 0xFFFFFFF0, 0x110000, chance.getrandbits(32))
    with machine(tmp_path, SWITCH, dpmi_kb=0) as one:
        one.memory.write(0x20000, bytes(chance.getrandbits(8) for _ in range(0x3000)))
        values = [chance.choice(numbers) for _ in range(6)]
        one.memory.write(0x20000, struct.pack("<IIIHHIH", *values[:3], 8, 16, values[3], chance.choice((8, 0x10))))
        if seed % 2:  # tables that show something
            one.memory.set_u32(0x20000, 0x21000)
            one.memory.set_u32(0x21000, 0x22007)
            one.memory.write(0x22000, struct.pack("<1024I", *(page << 12 | 7 for page in range(1024))))
            one.memory.write(0x20100, struct.pack("<HI", 0x7F, 0x20200) * 3)
            one.memory.write(0x20004, struct.pack("<II", 0x20100, 0x20106))
        one.run(seconds=0.01)


def test_tables_may_lie_across_pages_that_are_apart(tmp_path: Path) -> None:
    with machine(tmp_path, b"\xcd\x20") as one:
        vcpi = one.dos.vcpi
        assert vcpi is not None
        one.memory.set_u32(0x20000, 0x21000 | 7)
        one.memory.set_u32(0x21000 + 4 * 0x30, 0x25000 | 7)
        one.memory.set_u32(0x21000 + 4 * 0x31, 0x23000 | 7)
        one.memory.write(0x25FFC, b"abcd")
        one.memory.write(0x23000, b"efgh")
        one.regs.set_system("cr3", 0x20000)
        assert vcpi._read(0x30FFC, 8) == b"abcdefgh"
