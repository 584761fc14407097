"""Crossings without Python: the same machine as with it, cycle for cycle, and in snapshots."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from dosemu import Machine

ROOT = Path(__file__).parents[3]
PROGRAMS = ROOT / "tests" / "programs"
BENCHMARKS = ROOT / "benchmarks" / "programs"
NESTED = ("dpmi_requests", "dpmi_vectors_16", "dpmi_vectors_32", "dpmi_calls_16", "dpmi_calls_32", "dpmi_16")


def run(program: Path, *, native: bool, args: tuple[str, ...] = ()) -> tuple[tuple[object, ...], int]:
    """What a program prints and leaves, and how many calls were answered without Python."""
    with Machine(program, args, stdio=True) as machine:
        machine.engine.native_services = native
        machine.run(seconds=10)
        memory = hashlib.sha256(bytes(machine.memory[0:0x400000])).hexdigest()
        seen = (machine.stdout, machine.exit_code, machine.clock.cycles, memory)
        return seen, machine.dpmi.crossings.native.answered


@pytest.mark.parametrize("name", NESTED)
def test_guest_programs_are_the_same_without_python(name: str) -> None:
    program = PROGRAMS / name / "main.com"
    with_python, none = run(program, native=False)
    natively, answered = run(program, native=True)
    assert natively == with_python
    assert none == 0
    assert answered > 0


@pytest.mark.parametrize("name", ["rawswit", "realint", "reflect", "callback", "dpmi31"])
def test_crossings_in_a_row(name: str) -> None:
    program = BENCHMARKS / f"{name}.com"
    with_python, _ = run(program, native=False, args=("q",))
    natively, answered = run(program, native=True, args=("q",))
    assert natively == with_python
    assert natively[0] == f"{name} 000001F4 ok\r\n".encode()
    assert answered >= 500


@pytest.mark.parametrize("native", [True, False])
def test_a_snapshot_inside_a_call_of_real_mode(native: bool) -> None:
    with Machine(PROGRAMS / "dpmi_requests" / "main.com", stdio=True) as machine:
        machine.engine.native_services = native
        while not (machine.dpmi.crossings.depth and not machine.regs.protected and machine.regs.cs != 0xF000):
            machine.run(instructions=2000)
            assert machine.exit_code is None
        snapshot = machine.snapshot()
        machine.run(seconds=5)
        first = (machine.stdout, machine.exit_code, machine.clock.cycles)
        machine.restore(snapshot)
        assert machine.dpmi.crossings.depth
        machine.run(seconds=5)
        assert (machine.stdout, machine.exit_code, machine.clock.cycles) == first
        assert first[0] == (PROGRAMS / "dpmi_requests" / "stdout.txt").read_bytes()
        assert first[1] == 0


def test_a_damaged_state_is_refused() -> None:
    with Machine(PROGRAMS / "dpmi_16" / "main.com", stdio=True) as machine:
        native = machine.dpmi.crossings.native
        with pytest.raises(ValueError, match="another build"):
            native.load({**native.save(), "callbacks": b"\0"})
        native.push(1, 1, 5)
        state = native.save()
        level = state["frames"].index(b"\5\0\0\0")
        with pytest.raises(ValueError, match="cannot be"):
            native.load({**state, "frames": state["frames"][:level] + b"\x7f" + state["frames"][level + 1 :]})
