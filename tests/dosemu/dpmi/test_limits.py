"""What the settings give to clients, and what the host's work costs in emulated time."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosemu import Machine
from tests.dosemu.dpmi.clients import LEAVE, client, inside, load, start

KB = 1024


def test_memory_for_clients_can_be_capped(tmp_path: Path) -> None:
    program = tmp_path / "CLIENT.COM"
    program.write_bytes(client(load(eax=0x0501, ebx=0x20, ecx=0) + b"\xcd\x31\xeb\xfe"))
    for kb, fails in ((1024, True), (4096, False), ("auto", False)):
        with Machine(program, stdio=True, dpmi_kb=kb) as machine:
            machine.run(seconds=0.001)
            assert machine.regs.protected
            assert machine.regs.cf is fails
            assert machine.dpmi.pool.size == (15 * KB - 64 if kb == "auto" else kb) * KB


@pytest.mark.parametrize("size_mb", [4, 16, 64, 256])
def test_a_client_gets_half_of_a_machine_s_memory_but_not_all(tmp_path: Path, size_mb: int) -> None:
    program = tmp_path / "CLIENT.COM"
    for share, fails in (  # paragraphs
        (size_mb * 0x10000 // 2, False),
        (size_mb * 0x10000, True),
    ):
        program.write_bytes(client(load(eax=0x0501, ebx=share >> 12, ecx=share << 4 & 0xFFFF) + b"\xcd\x31\xeb\xfe"))
        with Machine(program, stdio=True, size_mb=size_mb) as machine:
            machine.run(seconds=0.001)
            assert machine.regs.protected
            assert machine.regs.cf is fails


def test_the_host_can_be_left_out(tmp_path: Path) -> None:
    program = tmp_path / "CLIENT.COM"
    program.write_bytes(bytes.fromhex("b8 87 16 cd 2f 85 c0 b8 00 4c 74 01 40 cd 21"))  # exit 1 when AX is not 0
    for kb, code in ((0, 1), ("auto", 0)):
        with Machine(program, stdio=True, dpmi_kb=kb) as machine:
            machine.run(seconds=0.1)
            assert machine.exit_code == code


@pytest.mark.parametrize("wide", [True, False])
def test_calls_and_changes_of_mode_take_emulated_time(tmp_path: Path, wide: bool) -> None:
    def cycles(code: bytes) -> int:
        with start(tmp_path, code + LEAVE, wide=wide) as machine:
            machine.run(seconds=0.1)
            assert machine.exit_code == 0
            return int(machine.clock.cycles)

    nothing = cycles(b"")
    assert cycles(load(eax=0x0400) + b"\xcd\x31") > nothing + 30
    assert cycles(load(eax=0x1200) + b"\xcd\x12") > nothing + 100  # to real mode and back


def test_iopl_of_a_client_is_seen_as_3(tmp_path: Path) -> None:
    with inside(tmp_path) as machine:
        assert machine.regs.eflags >> 12 & 3 == 3
