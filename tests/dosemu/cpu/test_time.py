"""The instruction budget: stopping and resuming anywhere, time inside port handlers, determinism."""

from __future__ import annotations

import hashlib

import pytest

from dosemu.cpu.engine import Engine
from tests.dosemu.cpu.support import MS, ORIGIN, handler, real_mode, run

# Sieve-like work with every kind of block end: loops, calls, string moves, port reads, faults.
BUSY = bytes.fromhex(
    "B9 09 00"  # start: mov cx, 9
    "51"  # outer: push cx
    "BF 00 30"  # mov di, 0x3000
    "B9 11 00"  # mov cx, 17
    "F3 AB"  # rep stosw
    "E8 34 00"  # call routine
    "E4 61"  # in al, 0x61
    "F6 F3"  # div bl
    "59"  # pop cx
    "E2 ED"  # loop outer
    "C7 06 40 7C 43 90"  # mov word [0x7c40], 0x9043
    "40"  # inc ax
    "E9 20 00"  # jmp 0x7c40
    "90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90"  # nop, up to 7C40h
    "90 90 90 90 90 90 90 90 90 90 90 90 90 90 90 90"
    "90"  # nop
    "90"  # nop
    "F4"  # hlt
    "BE 00 30"  # routine: mov si, 0x3000
    "BF 00 31"  # mov di, 0x3100
    "B9 05 00"  # mov cx, 5
    "A4"  # again: movsb
    "03 04"  # add ax, [si]
    "49"  # dec cx
    "75 FA"  # jnz again
    "C3"  # ret
)
SKIP_DIV = bytes.fromhex("55 89 E5 83 46 02 02 5D CF")  # push bp; mov bp, sp; add word [bp+2], 2; pop bp; iret


# What the bus takes for an access, at 3,000 cycles a millisecond: 1 and 0.75 microseconds in whole cycles.
BUS_READ, BUS_WRITE = 3, 2


def busy() -> Engine:
    engine = real_mode(BUSY)
    handler(engine, 0, 0x700, SKIP_DIV)
    return engine


def state(engine: Engine) -> tuple[dict[str, int], str]:
    return engine.regs.save(), hashlib.sha256(engine.memory.read(0, 0x10000)).hexdigest()


@pytest.fixture(scope="module")
def whole() -> tuple[dict[str, int], str, int]:
    """The state after an uninterrupted run, and its cycles."""
    engine = busy()
    assert run(engine) == "halted for ever"
    return *state(engine), engine.clock.cycles


@pytest.mark.parametrize("budget", [*range(1, 48), 100, 257, 1000])
def test_stopping_at_any_budget_gives_the_same_machine(budget: int, whole: tuple[dict[str, int], str, int]) -> None:
    engine = busy()
    for _ in range(100_000):
        if engine.step(budget) == "halt":
            break
    assert (*state(engine), engine.clock.cycles) == whole


def test_stepping_single_instructions_gives_the_same_machine(whole: tuple[dict[str, int], str, int]) -> None:
    engine = busy()
    before = engine.clock.cycles
    while engine.step_one() != "halt":
        at_port = engine.memory.read(engine.regs.cs * 16 + engine.regs.ip - 2, 2) == b"\xe4\x61"
        assert engine.clock.cycles - before == (1 + BUS_READ if at_port else 1)
        before = engine.clock.cycles
    assert (*state(engine), engine.clock.cycles) == whole


def test_two_runs_are_the_same() -> None:
    def once() -> tuple[object, ...]:
        engine = busy()
        handler(engine, 8, 0x720, bytes.fromhex("50 B0 20 E6 20 58 CF"))  # push ax; mov al, 20h; out 20h, al; ...
        engine.regs.interrupts = True
        for microsecond in range(5, 200, 5):
            engine.clock.at(microsecond * MS // 1000, lambda: engine.pic.raise_irq(0))
            engine.clock.at(microsecond * MS // 1000 + 1, lambda: engine.pic.lower_irq(0))
        run(engine, 1)
        return *state(engine), engine.clock.cycles, engine.deliveries

    first = once()
    assert first == once()
    assert isinstance(first[-1], int)
    assert first[-1] > 15  # the divisions and interrupts in between


def test_time_in_a_port_handler_is_exact_in_the_middle_of_straight_code() -> None:
    engine = real_mode(bytes.fromhex("40 40 40 E4 50 40 40 E4 50 E6 51 F4"))  # 3 inc; in; 2 inc; in; out; hlt
    seen: list[tuple[int, int]] = []

    def read(port: int) -> int:
        seen.append((port, engine.clock.cycles))
        return 0

    engine.ports.on_read([0x50], read)
    engine.ports.on_write([0x51], lambda port, value: seen.append((port, engine.clock.cycles)))
    assert run(engine) == "halted for ever"
    # The port instruction itself counts, it is the 4th, 7th and 8th, and then the bus takes its time.
    assert seen == [(0x50, 4), (0x50, 7 + BUS_READ), (0x51, 8 + 2 * BUS_READ)]
    assert engine.clock.cycles == 9 + 2 * BUS_READ + BUS_WRITE


@pytest.mark.parametrize("cycles_per_ms", [3_000, 20_000, 80_000])
def test_a_delay_made_of_port_reads_takes_its_time_at_any_speed(cycles_per_ms: int) -> None:
    engine = real_mode(bytes.fromhex("B9 E8 03 E4 80 E2 FC F4"))  # mov cx, 1000; in al, 80h; loop; hlt
    engine.clock.cycles_per_ms = cycles_per_ms
    assert run(engine) == "halted for ever"
    instructions = 2_002
    assert engine.clock.cycles == instructions + 1_000 * (cycles_per_ms // 1_000)


def test_a_bus_access_at_the_end_of_a_slice_delays_no_event_by_more_than_itself() -> None:
    engine = real_mode(bytes.fromhex("E4 80 EB FC"))  # in al, 80h; jmp back
    cycle = MS // engine.clock.cycles_per_ms
    late: list[int] = []
    for due in range(1, 200):
        engine.clock.at(due * cycle, lambda due=due: late.append(engine.clock.cycles - due))
    engine.run_until(MS)
    assert len(late) == 199
    assert max(late) <= 2 + BUS_READ


def test_an_event_made_in_a_port_handler_ends_the_slice_in_time() -> None:
    engine = real_mode(bytes.fromhex("E6 51 40 EB FD"))  # out 51h, al; inc ax; jmp back to inc
    cycle = MS // engine.clock.cycles_per_ms
    ran: list[int] = []
    engine.ports.on_write(
        [0x51], lambda port, value: engine.clock.after(100 * cycle, lambda: ran.append(engine.clock.cycles))
    )
    assert run(engine, 1) == "time"
    assert len(ran) == 1
    assert 101 <= ran[0] <= 101 + 2  # to the end of the two-instruction block


def test_stop_in_a_port_handler_ends_the_run_after_the_instruction() -> None:
    engine = real_mode(bytes.fromhex("E6 51 40 EB FD"))
    engine.ports.on_write([0x51], lambda port, value: engine.stop())
    assert run(engine) == "stopped"
    assert engine.regs.ip == ORIGIN + 2
    assert run(engine, 1) == "time"
    assert engine.regs.ax > 1000


def test_rep_with_ports_calls_once_for_each_item() -> None:
    engine = real_mode(bytes.fromhex("F3 6E F4"))  # rep outsb; hlt
    written: list[int] = []
    engine.ports.on_write([0x51], lambda port, value: written.append(value))
    engine.memory.write(0x500, b"abcd")
    engine.regs.si, engine.regs.cx, engine.regs.dx = 0x500, 4, 0x51
    assert run(engine) == "halted for ever"
    assert bytes(written) == b"abcd"


def test_a_run_inside_a_run_is_refused() -> None:
    engine = real_mode(bytes.fromhex("E6 51 F4"))
    refused: list[str] = []

    def write(port: int, value: int) -> None:
        with pytest.raises(RuntimeError) as error:
            engine.run_until(engine.clock.now_ps + MS)
        refused.append(str(error.value))

    engine.ports.on_write([0x51], write)
    run(engine)
    assert refused == ["the engine is running already"]
