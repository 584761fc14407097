"""How interrupts reach services: stubs, chained handlers, waiting, guest code called by services."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosemu import Machine
from dosemu.interrupts import BIOS_SEGMENT, MAX_NESTED_CALLS, RETURN, WAIT
from int21.service import CallGuest, Wait
from tests.dosemu.guest import com

ENDLESS = "eb fe"


@pytest.fixture
def machine(tmp_path: Path):
    # INT 60h in a loop, its answer in AX kept in BX; the vector is pointed at its stub by each test.
    with Machine(com(tmp_path, "b8 01 00 cd 60 89 c3 eb fe")) as m:
        m.memory.set_u32(0x60 * 4, BIOS_SEGMENT << 16 | 0x60 * 8)
        yield m


def test_a_service_is_called_without_a_frame(machine: Machine) -> None:
    seen = []

    def service(regs):
        seen.append((regs.ax, regs.sp, machine.memory.u8((regs.cs << 4) + regs.ip - 2)))
        regs.ax = 0x1234

    machine.interrupts.callers[0x60] = service
    before = machine.regs.sp
    machine.run(seconds=0.001)
    assert seen == [(1, before, 0xCD)]
    assert machine.regs.bx == 0x1234


def test_a_chained_handler_sees_the_callers_registers_too(tmp_path: Path) -> None:
    # Hook INT 60h with a handler that pushes the flags and calls the old vector far, then returns.
    code = """
        b8 60 35 cd 21 89 1e 40 02 8c 06 42 02   ; old vector to [240h]
        ba 1a 01 b8 60 25 cd 21                   ; hook
        cd 60 89 c3 eb fe                         ; int 60h; mov bx, ax
    """
    handler = bytes.fromhex("9c 2e ff 1e 40 02 cf")  # pushf; call far [cs:240h]; iret
    code_bytes = bytes.fromhex("".join(line.partition(";")[0] for line in code.splitlines()))
    at = 0x100 + len(code_bytes)
    code = code.replace("ba 1a 01", f"ba {at & 255:02x} {at >> 8:02x}")
    with Machine(com(tmp_path, code, handler)) as m:
        m.memory.set_u32(0x60 * 4, BIOS_SEGMENT << 16 | 0x60 * 8)
        flags = []

        def service(regs):
            flags.append(regs.interrupts)
            regs.ax = 0x4321
            regs.cf = True

        m.interrupts.callers[0x60] = service
        before = m.regs.sp
        m.run(seconds=0.001)
        assert (m.regs.bx, m.regs.sp) == (0x4321, before)
        assert flags == [False]  # PUSHF inside a handler: interrupts were off


def test_waiting_lets_handlers_run_and_keeps_the_registers(machine: Machine) -> None:
    calls = []

    def service(regs):
        calls.append((regs.ax, machine.memory.u32(0x46C)))
        if len(calls) < 4:
            raise Wait
        regs.ax = 7

    machine.interrupts.callers[0x60] = service
    ticks = machine.memory.u32(0x46C)
    machine.run(seconds=0.5)
    assert machine.regs.bx == 7
    assert calls == [(1, ticks + n) for n in range(4)]  # each timer tick ran INT 8 and woke the service


def test_a_wait_ends_at_its_time(machine: Machine) -> None:
    goal = machine.clock.now_ps + 7_000_000_000

    def service(regs):
        if machine.clock.now_ps < goal:
            raise Wait(goal)
        regs.ax = 9

    machine.interrupts.callers[0x60] = service
    machine.run(seconds=0.0075)
    assert machine.regs.bx == 9


def test_guest_code_is_called_and_the_service_goes_on(machine: Machine) -> None:
    handler = 0x2000
    machine.memory.write((machine.regs.cs << 4) + handler, bytes.fromhex("b8 55 55 f9 cf"))  # mov ax,5555h; stc; iret
    machine.memory.set_u32(0x61 * 4, machine.regs.cs << 16 | handler)

    def then(regs, left):
        assert regs.ax == 1  # the caller's registers are back
        regs.ax = left["ax"] + 1

    def service(regs):
        raise CallGuest(then, vector=0x61)

    machine.interrupts.callers[0x60] = service
    sp = machine.regs.sp
    machine.run(seconds=0.001)
    assert (machine.regs.bx, machine.regs.sp) == (0x5556, sp)


def test_a_far_routine_is_called(machine: Machine) -> None:
    machine.memory.write((machine.regs.cs << 4) + 0x2000, bytes.fromhex("40 40 cb"))  # inc ax; inc ax; retf

    def service(regs):
        def setup(regs):
            regs.ax = 0x10

        def then(regs, left):
            regs.ax = left["ax"]

        raise CallGuest(then, far=(regs.cs, 0x2000), setup=setup)

    machine.interrupts.callers[0x60] = service
    machine.run(seconds=0.001)
    assert machine.regs.bx == 0x12


def test_handlers_that_never_return_do_not_pile_up(tmp_path: Path) -> None:
    # The handler of INT 61h throws its frame away and calls INT 60h again, for ever.
    code = "ba 0c 01 b8 61 25 cd 21 cd 60 eb fe 83 c4 06 cd 60"
    with Machine(com(tmp_path, code)) as m:
        m.memory.set_u32(0x60 * 4, BIOS_SEGMENT << 16 | 0x60 * 8)
        count = [0]

        def service(regs):
            count[0] += 1
            if count[0] > 3 * MAX_NESTED_CALLS:
                m.stop()
            raise CallGuest(lambda regs, left: None, vector=0x61)

        m.interrupts.callers[0x60] = service
        m.run(seconds=1)
        assert count[0] > 3 * MAX_NESTED_CALLS
        assert len(m.interrupts._calls) <= MAX_NESTED_CALLS


@pytest.mark.parametrize("offset", [RETURN, WAIT + 0x21 * 8, 0x21 * 8, 0x2345, 0xE000])
def test_jumping_into_the_bios_ends_in_order(tmp_path: Path, offset: int) -> None:
    """A guest that jumps to a stub without a frame gets what its stack holds; nothing of the host breaks."""
    code = f"ea {offset & 255:02x} {offset >> 8:02x} 00 f0"
    with Machine(com(tmp_path, code), stdio=True) as m:
        m.run(seconds=0.2)
        assert m.exited or m.clock.seconds >= 0.2
