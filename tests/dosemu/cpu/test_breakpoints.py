"""Breakpoints, watched memory, interrupts seen before they happen, exact instruction goals."""

from __future__ import annotations

import pytest

from dosemu.cpu.engine import Engine
from tests.dosemu.cpu.support import MS, ORIGIN, handler, real_mode, run
from tests.dosemu.cpu.test_time import busy, state

COUNT = bytes.fromhex(
    "31 C0"  # 7C00 xor ax, ax
    "B9 05 00"  # 7C02 mov cx, 5
    "40"  # 7C05 again: inc ax
    "43"  # 7C06 inc bx
    "E2 FC"  # 7C07 loop again
    "F4"  # 7C09 hlt
)


def stops(engine: Engine) -> list[tuple[int, int, int]]:
    """Address, AX and CX at each breakpoint of a run."""
    seen: list[tuple[int, int, int]] = []
    engine.on_break = lambda address: seen.append((address, engine.regs.ax, engine.regs.cx))
    run(engine)
    return seen


def test_a_breakpoint_stops_before_its_instruction_each_time() -> None:
    engine = real_mode(COUNT)
    engine.add_breakpoint(ORIGIN + 5)
    assert stops(engine) == [(ORIGIN + 5, ax, 5 - ax) for ax in range(5)]
    assert engine.regs.ax == 5


def test_breakpoints_in_the_middle_of_a_block_and_beside_each_other() -> None:
    engine = real_mode(COUNT)
    for offset in (0, 2, 6, 7, 9):
        engine.add_breakpoint(ORIGIN + offset)
    seen = [address - ORIGIN for address, _, _ in stops(engine)]
    assert seen == [0, 2, *[6, 7] * 5, 9]


def test_a_breakpoint_that_is_removed_stops_no_more() -> None:
    engine = real_mode(COUNT)
    engine.add_breakpoint(ORIGIN + 5)
    hits: list[int] = []

    def once(address: int) -> None:
        hits.append(address)
        engine.remove_breakpoint(address)

    engine.on_break = once
    run(engine)
    assert hits == [ORIGIN + 5]
    assert engine.regs.ax == 5


def test_stop_in_a_breakpoint_leaves_the_instruction_to_be_run() -> None:
    engine = real_mode(COUNT)
    engine.add_breakpoint(ORIGIN + 6)
    engine.on_break = lambda address: engine.stop()
    for times in range(1, 6):
        assert engine.run_until(engine.clock.now_ps + MS) == "stopped"
        assert (engine.code_address, engine.regs.ax, engine.regs.bx) == (ORIGIN + 6, times, times - 1)
    assert run(engine) == "halted for ever"
    assert engine.regs.bx == 5


def test_a_handler_may_go_on_elsewhere() -> None:
    engine = real_mode(COUNT)
    engine.add_breakpoint(ORIGIN + 7)

    def away(address: int) -> None:
        engine.regs.eip = ORIGIN + 9

    engine.on_break = away
    run(engine)
    assert (engine.regs.ax, engine.regs.cx) == (1, 5)


@pytest.mark.parametrize("budget", [1, 3, 10, 1000])
def test_breakpoints_change_neither_the_machine_nor_its_time(budget: int) -> None:
    plain = busy()
    run(plain)
    engine = busy()
    hits: list[int] = []
    for offset in (3, 4, 14, 17, 19, 0x40, 0x48):
        engine.add_breakpoint(ORIGIN + offset)
    engine.on_break = hits.append
    while engine.run_until(engine.clock.now_ps + budget * MS // 3000) == "time":
        pass
    assert state(engine) == state(plain)
    assert engine.clock.cycles == plain.clock.cycles
    assert len(hits) > 30


def test_hits_are_the_same_however_the_run_is_sliced() -> None:
    def hits(budget: int) -> list[int]:
        engine = busy()
        seen: list[int] = []
        engine.add_breakpoint(ORIGIN + 4)
        engine.add_breakpoint(ORIGIN + 0x48)
        engine.on_break = lambda address: seen.append(address)
        while engine.run_until(engine.clock.now_ps + budget * MS // 3000) == "time":
            pass
        return seen

    assert hits(1) == hits(7) == hits(5000)


def test_an_exception_in_a_breakpoint_comes_out_and_the_engine_goes_on() -> None:
    engine = real_mode(COUNT)
    engine.add_breakpoint(ORIGIN + 9)

    def bad(address: int) -> None:
        raise LookupError("mine")

    engine.on_break = bad
    with pytest.raises(LookupError, match="mine"):
        run(engine)
    engine.on_break = None
    assert run(engine) == "halted for ever"
    assert engine.regs.ax == 5


def test_a_run_ends_at_exactly_its_goal() -> None:
    for goal in (0, 1, 2, 7, 1500, 1501):
        engine = real_mode(bytes.fromhex("40 40 40 40 40 40 40 EB F7"))  # seven INC AX and a jump back
        assert engine.run_until(engine.clock.now_ps + 1000 * MS, goal) == "cycles"
        assert engine.clock.cycles == goal
        assert engine.regs.ax == goal - goal // 8


def test_goals_stop_at_breakpoints_on_the_way() -> None:
    engine = real_mode(COUNT)
    engine.add_breakpoint(ORIGIN + 6)
    hits: list[int] = []
    engine.on_break = hits.append
    engine.run_until(engine.clock.now_ps + MS, 10)
    assert len(hits) == 3


# --- watched memory -----------------------------------------------------------------------------

TOUCH = bytes.fromhex(
    "A1 00 30"  # mov ax, [3000h]
    "C7 06 04 30 34 12"  # mov word [3004h], 1234h
    "89 06 FF 4F"  # mov [4FFFh], ax (crosses a page)
    "8B 1E FF 4F"  # mov bx, [4FFFh]
    "BF 08 30 B9 20 00 F3 AB"  # mov di, 3008h; mov cx, 32; rep stosw
    "F4"
)


def watched(first: int, last: int, *, load: bool = True, store: bool = True) -> list[tuple[int, int, bool, int, int]]:
    engine = real_mode(TOUCH)
    engine.memory.write(0x3000, b"\x77\x66")
    seen: list[tuple[int, int, bool, int, int]] = []
    engine.watch(
        first, last, lambda address, size, store, value: seen.append((address, size, store, value, engine.regs.ip)),
        load, store,
    )  # fmt: skip
    run(engine)
    return seen


def test_loads_and_stores_are_told_with_their_instruction() -> None:
    assert watched(0x3000, 0x3007) == [
        (0x3000, 2, False, 0, ORIGIN),
        (0x3004, 2, True, 0x1234, ORIGIN + 3),
    ]


def test_only_what_is_asked_for() -> None:
    assert [entry[2] for entry in watched(0x3000, 0x3007, load=False)] == [True]
    assert [entry[2] for entry in watched(0x3000, 0x3007, store=False)] == [False]
    assert watched(0x3001, 0x3001)[0][0] == 0x3000
    assert watched(0x3002, 0x3003) == []


def test_accesses_across_pages_and_repeated_ones() -> None:
    assert [entry[:4] for entry in watched(0x5000, 0x5000)] == [(0x5000, 1, True, 0x66), (0x5000, 2, False, 0)] or [
        entry[2] for entry in watched(0x5000, 0x5000)
    ] == [True, False]
    assert [entry[0] for entry in watched(0x300A, 0x300D)] == [0x300A, 0x300C]


def test_a_watcher_changes_loads_and_stores_and_drops_stores() -> None:
    engine = real_mode(TOUCH)
    engine.watch(0x3000, 0x3001, lambda *access: 0xBEEF)
    engine.watch(0x3004, 0x3005, lambda address, size, store, value: value + 1)
    engine.watch(0x3008, 0x3009, lambda *access: -1)
    run(engine)
    assert engine.regs.ax == engine.regs.bx == 0xBEEF
    assert engine.memory.u16(0x3004) == 0x1235
    assert engine.memory.read(0x3008, 6) == b"\0\0\xef\xbe\xef\xbe"


def test_a_watch_that_ended_tells_nothing() -> None:
    engine = real_mode(TOUCH)
    seen: list[int] = []
    number = engine.watch(0x3000, 0x3FFF, lambda address, *rest: seen.append(address))
    other = engine.watch(0x3004, 0x3004, lambda address, *rest: seen.append(-address))
    engine.unwatch(number)
    engine.unwatch(number)
    run(engine)
    assert seen == [-0x3004]
    engine.unwatch(other)
    with pytest.raises(ValueError, match="empty"):
        engine.watch(5, 4, print)


def test_an_exception_in_a_watcher_comes_out_and_the_engine_goes_on() -> None:
    engine = real_mode(TOUCH)

    def bad(*access: int) -> None:
        raise LookupError("mine")

    number = engine.watch(0x3004, 0x3005, bad)
    with pytest.raises(LookupError, match="mine"):
        run(engine)
    engine.unwatch(number)
    assert run(engine) == "halted for ever"
    assert engine.memory.u16(0x3004) == 0x1234


def test_watching_changes_neither_the_machine_nor_its_time() -> None:
    plain, engine = busy(), busy()
    count = 0

    def seen(*access: int) -> None:
        nonlocal count
        count += 1

    engine.watch(0, 0xFFFFFFFF, seen)
    run(plain)
    run(engine)
    assert state(engine) == state(plain)
    assert engine.clock.cycles == plain.clock.cycles
    assert count > 9 * 17


# --- interrupts and modes -------------------------------------------------------------------------


def test_interrupts_of_the_guest_s_own_handlers_can_be_seen() -> None:
    engine = real_mode(bytes.fromhex("B8 01 00 CD 40 40 F4"))  # mov ax, 1; int 40h; inc ax; hlt
    handler(engine, 0x40, 0x700, bytes.fromhex("05 10 00 CF"))  # add ax, 10h; iret
    seen: list[tuple[int, str, bool, int]] = []

    def service(vector: int, kind: str) -> None:
        seen.append((vector, kind, engine.unclaimed, engine.regs.ip - ORIGIN))
        engine.interrupt(vector, kind)

    engine.on_service = service
    engine.see(0x40, True)
    run(engine)
    assert (seen, engine.regs.ax) == ([(0x40, "int", True, 5)], 0x12)


def test_changes_of_mode_are_told() -> None:
    # mov eax, cr0; or al, 1; mov cr0, eax; mov cr0, eax; and al, 0FEh; mov cr0, eax; hlt
    engine = real_mode(bytes.fromhex("0F 20 C0 0C 01 0F 22 C0 0F 22 C0 24 FE 0F 22 C0 F4"))
    seen: list[bool] = []
    engine.on_mode_change = seen.append
    run(engine)
    assert seen == [True, False]
