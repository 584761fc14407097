"""The debugger: breakpoints, watchpoints, steps; in real mode and under DPMI; the program runs as without it."""

from __future__ import annotations

import pytest

from dosemu import Machine
from dosemu.debug import Debugger, PointKind, StopKind
from tests.dosemu.debug.guests import HALT, LOOP, PROGRAMS, READ


def loop() -> Machine:
    machine = Machine.from_files({"T.COM": LOOP})
    machine.keyboard.schedule("0.2:a")
    return machine


def undisturbed() -> tuple[int, int, int | None]:
    with loop() as m:
        m.run()
        return m.clock.now_ps, m.clock.cycles, m.exit_code


def test_address_interrupt_port_and_memory_each_stop_where_they_should() -> None:
    with loop() as m:
        debugger = Debugger(m)
        points = [
            debugger.break_at("CS:0123"),
            debugger.break_port(0x80, reads=False),
            debugger.break_interrupt(0x16, 0),
            debugger.watch("DS:012E", 1, PointKind.WRITE),
        ]
        seen = []
        while (stop := debugger.run()).kind is StopKind.POINT:
            assert stop.point is not None
            seen.append((stop.point.number, m.regs.ip))
        assert seen == [*[(1, 0x123), (4, 0x10A), (2, 0x10E)] * 5, (4, 0x118), (3, 0x11C)]
        assert [p.hits for p in points] == [5, 5, 1, 6]
        assert stop.kind is StopKind.EXITED
        assert "errorlevel 5" in stop.text
        assert (m.clock.now_ps, m.clock.cycles, m.exit_code) == undisturbed()


def test_every_kind_of_stepping_ends_with_the_same_machine() -> None:
    for way in ("step", "next", "finish"):
        with loop() as m:
            debugger = Debugger(m)
            while getattr(debugger, way)().kind is StopKind.STEP:
                pass
            assert (m.clock.now_ps, m.clock.cycles, m.exit_code) == undisturbed()


def test_step_goes_into_calls_and_next_over_them_and_finish_behind_them() -> None:
    with loop() as m:
        debugger = Debugger(m)
        debugger.step(2)
        assert m.regs.ip == 0x123
        debugger.step()
        assert debugger.finish().kind is StopKind.STEP
        assert m.regs.ip == 0x106
        debugger.run_to("CS:0103")
        debugger.next()
        assert m.regs.ip == 0x106


def test_next_is_a_whole_repeated_instruction_and_step_a_single_round() -> None:
    with loop() as m:
        debugger = Debugger(m)
        debugger.run_to("CS:0118")
        debugger.step()
        assert (m.regs.ip, m.regs.cx) == (0x118, 2)
        debugger.next()
        assert (m.regs.ip, m.regs.cx) == (0x11A, 0)


def test_a_step_over_a_service_that_waits_ends_behind_it() -> None:
    with loop() as m:
        debugger = Debugger(m)
        debugger.run_to("CS:011C")
        assert debugger.step().kind is StopKind.STEP
        assert (m.regs.ip, m.regs.al) == (0x11E, ord("a"))


def test_steps_do_not_show_the_handlers_of_device_requests() -> None:
    with Machine.from_files({"T.COM": HALT}) as m:
        debugger = Debugger(m)
        debugger.step(2)
        debugger.step()  # the timer's interrupt has come and gone
        assert (m.regs.ip, m.regs.ax) == (0x103, 1)
        assert m.clock.seconds > 0.01


def test_a_change_is_told_from_a_store_of_the_same() -> None:
    code = bytes.fromhex("c606000200 c606000207 c606000207 c606000208 cd20")  # mov byte [200h], 0, 7, 7, 8
    with Machine.from_files({"T.COM": code}) as m:
        m.at("DS:0200").write(b"\0")
        debugger = Debugger(m)
        debugger.watch("DS:0200", 1, PointKind.CHANGE)
        places = []
        while debugger.run().kind is StopKind.POINT:
            places.append(m.regs.ip)
        assert places == [0x10A, 0x114]


def test_what_a_service_writes_is_seen_too() -> None:
    with Machine.from_files({"T.COM": READ}, stdio=True, stdin=b"xyz") as m:
        debugger = Debugger(m)
        debugger.watch("DS:0201", 1, PointKind.CHANGE)
        stop = debugger.run()
        assert "by INT 21h" in stop.detail
        assert m.at("DS:0200").read(3) == b"xyz"
        assert m.regs.ip == 0x10D


def test_conditions_counts_and_temporary_points() -> None:
    with loop() as m:
        debugger = Debugger(m)
        debugger.break_at("CS:0123", condition="cx == 2")
        debugger.run()
        assert m.regs.cx == 2
    with loop() as m:
        debugger = Debugger(m)
        debugger.break_at("CS:0123", skip=3, temporary=True)
        debugger.run()
        assert m.regs.cx == 2
        assert debugger.points == {}


def test_points_can_be_switched_off_and_on() -> None:
    with loop() as m:
        debugger = Debugger(m)
        point = debugger.break_at("CS:0123")
        debugger.run()
        debugger.enable(point, on=False)
        other = debugger.break_at("CS:0110")
        assert debugger.run().point is other
        debugger.enable(point)
        debugger.close()
        m.run()
        assert m.exit_code == 5


def test_an_interrupt_held_up_happens_when_the_debugger_goes() -> None:
    with Machine.from_files({"T.COM": bytes.fromhex("b402 b241 cd21 cd20")}, stdio=True) as m:
        debugger = Debugger(m)
        debugger.break_interrupt(0x21)
        debugger.run()
        assert m.stdout == b""
        debugger.close()
        m.run()
        assert m.stdout == b"A"


def test_exceptions_can_be_broken_on() -> None:
    with Machine.from_files({"T.COM": bytes.fromhex("31c9 f7f1 cd20")}) as m:  # xor cx, cx; div cx
        debugger = Debugger(m)
        debugger.break_interrupt(0)
        assert "exception" in debugger.run().text
        assert m.regs.ip == 0x102


def test_a_time_limit_and_a_wait_for_keys_end_a_run() -> None:
    with Machine.from_files({"T.COM": LOOP}) as m:
        debugger = Debugger(m)
        assert debugger.run(0.5).kind is StopKind.LIMIT
        debugger.stop_for_keys = True
        assert debugger.run().kind is StopKind.KEY


@pytest.mark.parametrize("name", ["dpmi_16", "dpmi_32"])
def test_a_dpmi_client_is_stepped_and_broken_in_protected_mode(name: str) -> None:
    program = next((PROGRAMS / name).glob("*.com"))
    with Machine(program, stdio=True) as m:
        m.run()
        expected = m.stdout, m.exit_code, m.clock.cycles
    with Machine(program, stdio=True) as m:
        debugger = Debugger(m)
        point = debugger.break_interrupt(0x31)
        stop = debugger.run()
        assert stop.point is point
        assert debugger.mode.endswith("protected")
        assert debugger.code()[:2] == b"\xcd\x31"
        before = debugger.address
        assert debugger.next().kind is StopKind.STEP
        assert debugger.address == before + 2
        debugger.remove(point)
        for _ in range(50):
            assert debugger.step().kind is StopKind.STEP
        assert debugger.run().kind is StopKind.EXITED
        assert (m.stdout, m.exit_code, m.clock.cycles) == expected


def test_code_of_32_bits_in_ring_0() -> None:
    program = PROGRAMS.parents[1] / "benchmarks" / "programs" / "flat32.com"
    with Machine(program) as m:
        debugger = Debugger(m)
        while not debugger.wide:
            assert debugger.step().kind is StopKind.STEP
        assert debugger.mode == "32-bit protected"
        address = debugger.address
        debugger.step()
        assert debugger.address == address + 4  # mov ax, 10h
        debugger.watch(0x200000, 1 << 20, PointKind.WRITE)
        debugger.break_at(address + 0x1C)
        assert debugger.run(1).kind is StopKind.POINT
