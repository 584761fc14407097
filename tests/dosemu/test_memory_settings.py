"""[memory] as it shows in the machine: who has how much, and where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dosemu.machine import Machine

HELLO = bytes.fromhex("b409 ba0901 cd21 cd20") + b"Hello!$"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "HELLO.COM"
    path.write_bytes(HELLO)
    return path


def has_ems(machine: Machine) -> bool:
    segment = machine.memory.u16(0x67 * 4 + 2)
    return machine.memory.read((segment << 4) + 10, 8) == b"EMMXXXX0"


def test_by_default_xms_has_all_of_16_mb_and_ems_is_behind_it(program: Path) -> None:
    with Machine(program) as machine:
        assert machine.dos.xms is not None
        assert machine.dos.xms.total_free == 15 * 1024 - 64
        assert machine.bios.extended_kb == 0
        assert machine.dos.ems is not None
        assert machine.dos.ems.total == 512
        assert machine.dos.ems.address(machine.dos.ems.allocate(1), 0) == machine.memory.size - (8 << 20) >= 16 << 20
        assert not machine.bios.a20


@pytest.mark.parametrize(
    ("settings", "xms_kb", "extended_kb", "pages", "upper_end"),
    [
        ({"ems_kb": 0}, 15 * 1024 - 64, 0, 0, 0xF000),
        ({"xms_kb": 0}, 0, 15 * 1024, 512, 0xE000),
        ({"xms_kb": 2048, "ems_kb": 4000}, 2048 - 64, 0, 250, 0xE000),
        ({"size_mb": 64}, 32 * 1024 - 64, 0, 512, 0xE000),
        ({"size_mb": 64, "xms_kb": 63 * 1024}, 63 * 1024 - 64, 0, 512, 0xE000),
        ({"size_mb": 1}, 1024 - 64, 0, 512, 0xE000),
        ({"umb": False, "xms_kb": 40}, 0, 0, 512, 0),
        ({"cpu__type": "8086"}, 0, 15 * 1024, 512, 0xE000),
    ],
)
def test_amounts(
    program: Path, settings: dict[str, Any], xms_kb: int, extended_kb: int, pages: int, upper_end: int
) -> None:
    with Machine(program, **settings) as machine:
        assert (machine.dos.xms.total_free if machine.dos.xms else 0) == xms_kb
        assert machine.bios.extended_kb == extended_kb
        assert (machine.dos.ems.total if machine.dos.ems else 0) == pages
        assert has_ems(machine) is (pages > 0)
        upper = machine.dos.arena.upper_blocks()
        assert (upper[-1].segment + upper[-1].size if upper else 0) == upper_end


def test_dos_in_high_memory_opens_a20(program: Path) -> None:
    with Machine(program, high=True) as machine:
        assert machine.bios.a20
        machine.run(seconds=1)
        assert machine.exit_code == 0


def test_nearly_all_of_640_kb_is_free_for_the_program(program: Path) -> None:
    with Machine(program) as machine:
        block = machine.dos.arena.block(machine.dos.psp)
        assert block.size << 4 > 600 * 1024
