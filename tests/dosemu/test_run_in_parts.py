"""A run in parts comes to the same machine as one run, bit for bit, wherever it is cut."""

from __future__ import annotations

import random
import zlib
from pathlib import Path

import pytest

from dosemu import Machine

# INT 08h and 1Ch of the program's own, and a timer of 2 kHz: interrupts fall into straight code, loops, string
# instructions, port accesses, divisions by zero and services. Where they do is counted in its stack's traces.
GUEST = """
    b8 08 25 ba 90 01 cd 21 b8 00 25 ba d0 01 cd 21     ; INT 08h, INT 00h
    b0 36 e6 43 b8 50 02 e6 40 88 e0 e6 40              ; a tick each 592 clocks
    0e 07 bf 00 40 b9 25 00 f3 ab                       ; again: rep stosw
    43 03 d8 01 de 01 f7 83 c6 03 31 da 42 87 d3 41 8d 04 01 d8 01 d0 01 c8 01 f0 01 f8 03 c3  ; straight code
    e4 61 e6 80                                         ; ports
    b5 00 f6 f5                                         ; by zero
    b4 2c cd 21 b4 01 cd 16                             ; services
    fb 90 fa 90 fb 9c 58 50 9d                          ; STI, CLI, POPF
    a3 e0 02 b9 07 00 e2 fe                             ; a loop
    eb b5
"""
# Note where the interrupt came.
TICK = """
    55 89 e5 50 53 1e 0e 1f 8b 46 02 8b 1e e4 02 89 87 00 50 83 c3 02 81 e3 fe 0f 89 1e e4 02
    1f 5b b0 20 e6 20 58 5d cf
"""
SKIP = "55 89 e5 83 46 02 02 5d cf"  # the division is not done


def code(text: str) -> bytes:
    return bytes.fromhex("".join(line.partition(";")[0] for line in text.splitlines()))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("parts") / "T.COM"
    path.write_bytes(code(GUEST).ljust(0x90, b"\x90") + code(TICK).ljust(0x40, b"\x90") + code(SKIP))
    return path


def state(m: Machine) -> tuple[object, ...]:
    return m.clock.cycles, m.clock.now_ps, m.regs.save(), zlib.crc32(memoryview(m.memory))


@pytest.mark.parametrize("seed", range(12))
def test_wherever_it_is_cut(program: Path, seed: int) -> None:
    chance = random.Random(seed)
    cycles = chance.choice([300, 3000, 20_000])
    total = chance.randrange(3_000, 12_000)
    with Machine(program, size_mb=1, cycles=cycles) as whole, Machine(program, size_mb=1, cycles=cycles) as parts:
        whole.run(instructions=total)
        left = total
        while left:
            some = min(left, chance.choice([1, 2, 5, 60, 700, 3_000, chance.randrange(1, 2_000)]))
            before = parts.clock.instructions
            parts.run(instructions=some)
            assert parts.clock.instructions == before + some
            left -= some
        assert state(parts) == state(whole)
        parts.run(seconds=0.01)
        whole.run(seconds=0.01)
        assert state(parts) == state(whole)
        assert len(set(whole.at((whole.regs.cs, 0x5000)).read(0x1000))) > 8  # interrupts in many places


def test_single_steps_with_snapshots_between(program: Path) -> None:
    with Machine(program, size_mb=1) as whole, Machine(program, size_mb=1) as parts:
        whole.run(instructions=2_000)
        parts.run(instructions=1_700)
        for _ in range(300):
            parts.step()
            parts.restore(parts.snapshot())
        assert state(parts) == state(whole)
