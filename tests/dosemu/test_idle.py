"""Programs that say they have nothing to do: time passes up to what happens next, without instructions."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosemu.machine import Machine
from tests.covers import covers
from tests.dosemu.dpmi.clients import start
from tests.dosemu.guest import com

# Counts in SI how often it says so until a key is there, and ends.
IDLE = "31f6 {} 46 b401 cd16 74f4 b44c cd21"
CALLS = {"1680h": "b88016 cd2f", "1689h": "b88916 cd2f", "28h": "cd28 909090"}


@covers("2Fh/1680h", "2Fh/1689h", "28h")
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("cycles", [3000, 50000])
def test_a_loop_that_gives_time_away_takes_few_rounds(tmp_path: Path, call: str, cycles: int) -> None:
    with Machine(com(tmp_path, IDLE.format(CALLS[call])), cycles=cycles) as machine:
        machine.run(seconds=1)
        rounds = machine.regs.si
        assert 500 < rounds < 3000  # a round a millisecond, and some for the timer and the screen
        machine.keyboard.tap("a")
        machine.run(seconds=0.1)
        assert machine.exited


def test_interrupts_come_as_they_do_without_it(tmp_path: Path) -> None:
    # The timer's ticks after two seconds.
    with Machine(com(tmp_path, "b88016 cd2f ebf9")) as idle, Machine(com(tmp_path, "ebfe", name="B.COM")) as busy:
        ticks = []
        for machine in (idle, busy):
            start = machine.memory.u32(0x46C)
            machine.run(seconds=2)
            ticks.append(machine.memory.u32(0x46C) - start)
        assert ticks[0] == ticks[1] == 36


def test_time_passes_with_interrupts_off_too(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "fa 31f6 b88016 cd2f 46 81fe6400 75f4 b44c cd21")) as machine:  # 100 times
        before = machine.clock.now_ps
        machine.run(seconds=2)
        assert machine.exited
        assert machine.clock.now_ps - before < 102_000_000_000


def test_slices_make_no_difference(tmp_path: Path) -> None:
    path = com(tmp_path, "31f6 b88016 cd2f 46 ebf8")
    with Machine(path) as whole, Machine(path) as parts:
        whole.run(instructions=10_000)
        while left := whole.clock.instructions - parts.clock.instructions:
            parts.run(instructions=min(789, left))
        assert whole.clock.now_ps == parts.clock.now_ps
        assert whole.regs.si == parts.regs.si


@pytest.mark.parametrize("wide", [True, False])
def test_a_client_of_protected_mode_may_say_so(tmp_path: Path, wide: bool) -> None:
    with start(tmp_path, bytes.fromhex("31f6 b88016 cd2f 46 ebf8"), wide=wide) as machine:
        machine.run(seconds=0.5)
        assert not machine.exited
        assert 300 < machine.regs.si < 2000
