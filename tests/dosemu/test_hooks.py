"""Hooks, places, runs to a goal, drives as objects: the machine as programs drive it."""

from __future__ import annotations

import asyncio
import gc
import weakref
from pathlib import Path

import pytest

from dosemu import Machine
from dosemu.errors import MountError
from dosemu.hooks import InterruptCall, MemoryAccess, PortAccess
from tests.dosemu.guest import com

# Prints "A", "B" with INT 21h/02h, and ends with AL = 3.
PRINT = "b402 b241 cd21 b242 cd21 b8034c cd21"
# Hooks INT 60h with its own handler (add ax, 10h; iret) and calls it twice.
OWN = """
    31c0 8ec0                   ; es = 0
    26c70680011c01              ; [0:180h] = 11Ch
    268c0e8201                  ; [0:182h] = cs
    b80100 cd60 cd60            ; ax = 1; int 60h twice
    a30002 ebfe                 ; [200h] = ax; jmp $
    051000 cf                   ; 11Ch: add ax, 10h; iret
"""


def test_a_hook_sees_changes_and_replaces_calls(tmp_path: Path) -> None:
    with Machine(com(tmp_path, PRINT), stdio=True) as m:
        seen: list[int] = []

        @m.hook(0x21, 0x02)
        def change(call: InterruptCall) -> None:
            seen.append(call.regs.dl)
            if call.regs.dl == ord("A"):
                call.regs.dl = ord("Z")
            else:
                call.skip()

        ends = m.hook(0x21, 0x4C, 3, call=lambda call: seen.append(call.function))
        never = m.hook(0x21, 0x4C, 4, call=seen.append)
        m.run()
        assert (m.stdout, m.exit_code, seen) == (b"Z", 3, [0x41, 0x42, 0x4C])
        assert (change.count, ends.count, never.count) == (2, 1, 0)


def test_after_hooks_see_results_of_services_that_waited(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "b400 cd16 b400 cd16 cd20")) as m:
        keys: list[int] = []
        order: list[str] = []
        m.hook(0x16, 0, after=True, call=lambda call: keys.append(call.regs.al))
        m.hook(0x16, 0, after=True, call=lambda call: order.append("after"))
        m.hook(0x16, 0, call=lambda call: order.append("before"))
        m.keyboard.type("xy")
        m.run(seconds=2)
        assert m.exited
        assert bytes(keys) == b"xy"
        assert order == ["before", "after"] * 2


def test_interrupts_with_handlers_of_the_program_are_hooked_too(tmp_path: Path) -> None:
    with Machine(com(tmp_path, OWN)) as m:
        seen: list[tuple[str, int]] = []
        m.hook(0x60, call=lambda call: seen.append(("before", call.regs.ax)))
        m.hook(0x60, after=True, call=lambda call: seen.append(("after", call.regs.ax)))
        m.run(seconds=0.01)
        assert seen == [("before", 1), ("after", 0x11), ("before", 0x11), ("after", 0x21)]
        assert m.at("DS:200").u16 == 0x21


def test_requests_of_devices_are_hooked_and_a_removed_hook_is_not_called(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "ebfe")) as m:
        ticks = m.hook(0x08, call=lambda call: None)
        m.run(seconds=0.5)
        counted = ticks.count
        assert 8 <= counted <= 10
        ticks.remove()
        ticks.remove()
        m.run(seconds=0.5)
        assert ticks.count == counted
        assert not ticks.active


def test_hooked_questions_are_not_answered_behind_the_hooks_back(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "b401 cd16 74fa cd20")) as m:  # until a key waits
        m.run(seconds=0.01)
        asked = m.hook(0x16, 1, call=lambda call: None)
        m.run(seconds=0.01)
        assert asked.count > 20


def test_a_hook_that_raises_ends_the_run_and_the_machine_goes_on(tmp_path: Path) -> None:
    def bad(event: object) -> None:
        raise LookupError("mine")

    with Machine(com(tmp_path, PRINT), stdio=True) as m:
        hook = m.hook(0x21, 0x02, call=bad)
        with pytest.raises(LookupError, match="mine"):
            m.run()
        hook.remove()
        m.run()
        assert (m.stdout, m.exit_code) == (b"AB", 3)
    with Machine(com(tmp_path, "e460 e460 a30002 cd20")) as m:
        for hooking in (m.hook_port(0x60, call=bad), m.hook_memory("DS:200", 2, call=bad)):
            with pytest.raises(LookupError):
                m.run()
            hooking.remove()
        m.run()
        assert m.exited


def test_ports_are_seen_answered_and_changed(tmp_path: Path) -> None:
    # in al, 60h; mov ah, al; in al, 61h; mov bx, ax; mov al, 34h; out 43h, al; in ax, 300h
    with Machine(com(tmp_path, "e460 88c4 e461 89c3 b034 e643 ba0003 ed ebfe")) as m:
        seen: list[tuple[int, bool, int | None]] = []

        @m.hook_port([0x60, 0x43, 0x300, 0x301])
        def before(access: PortAccess) -> None:
            seen.append((access.port, access.write, access.value))
            if access.port == 0x60:
                access.value = 0x1C

        @m.hook_port(0x61, after=True)
        def later(access: PortAccess) -> None:
            assert access.value is not None
            access.value |= 0x0F

        m.run(seconds=0.01)
        assert seen == [(0x60, False, None), (0x43, True, 0x34), (0x300, False, None), (0x301, False, None)]
        assert (m.regs.bh, m.regs.bl & 0x0F) == (0x1C, 0x0F)
        before.remove()
        assert m.ports.read(0x60) != 0x1C


def test_memory_is_watched_by_place(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "b83412 a30002 a30202 a10002 cd20")) as m:
        seen: list[tuple[int, bool, int | None, int]] = []

        @m.hook_memory("DS:200", 2)
        def touched(access: MemoryAccess) -> None:
            seen.append((access.address, access.write, access.value, access.regs.ip))
            if not access.write:
                access.value = 0x4CFF

        m.run(seconds=1)
        at = m.at((m.dos.psp, 0x200)).address if not m.exited else seen[0][0]
        assert seen == [(at, True, 0x1234, 0x103), (at, False, None, 0x109)]
        with pytest.raises(ValueError, match="empty"):
            m.hook_memory(0x500, 0, call=print)


def test_addresses_and_symbols(tmp_path: Path) -> None:
    program = com(tmp_path, "b90300 e80500 e2fb b8004c cd21 43 c3".replace("b8004c cd21", "ebfe"))
    # 100 mov cx,3; 103 call 10Bh; 106 loop 103h; 108 jmp $; 10A inc bx; 10B ret
    (tmp_path / "T.MAP").write_text(
        " Start  Stop   Length Name               Class\n 00000H 0010CH 0010DH _TEXT              CODE\n\n"
        "  Address         Publics by Name\n\n 0000:010B       _step\n 0000:0100  Abs  start\n\n"
        "Program entry point at 0000:0100\n"
    )
    with Machine(program) as m:
        assert m.load_map(tmp_path / "T.MAP") == 1
        hits = m.hook_address("_step", call=lambda event: None)
        m.run(address="_step")
        assert m.stopped_by is not None
        assert (m.stopped_by.value, m.regs.ip, m.symbols.name(m.address("CS:IP"))) == ("address", 0x10B, "_step")
        m.run(seconds=0.1)
        assert hits.count == 3
        for wrong in ("nothing", "ZZ:00", "DS:ZZ", ""):
            with pytest.raises(ValueError, match="no place"):
                m.address(wrong)


def test_runs_end_where_they_are_told_to(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "40ebfd")) as m:  # inc ax; jmp
        m.run(instructions=1001)
        assert (m.clock.cycles, m.regs.ax, m.stopped_by) == (1001, 501, "instructions")
        m.run(frames=2)
        assert m.stopped_by == "frames"
        m.run(seconds=0.001)
        assert m.stopped_by == "seconds"
        m.run(until=lambda m: True)
        assert m.stopped_by == "until"
        asyncio.run(m.run_async(seconds=0.1))
        assert m.stopped_by == "seconds"


def test_several_machines_take_turns_in_one_event_loop(tmp_path: Path) -> None:
    program = com(tmp_path, "ebfe")
    order: list[int] = []

    async def drive(number: int, m: Machine) -> None:
        async for _ in m.frames(frames=3):
            order.append(number)

    async def both() -> None:
        with Machine(program) as one, Machine(program) as two:
            await asyncio.gather(drive(1, one), drive(2, two))

    asyncio.run(both())
    assert sorted(order) == [1, 1, 1, 2, 2, 2]
    assert order != sorted(order)


def test_an_overlay_keeps_the_program_s_folder_as_it_is(tmp_path: Path) -> None:
    # create OUT.TXT, delete OLD.TXT
    code = "b43c 31c9 ba1301 cd21 b441 ba1b01 cd21 cd20 90"
    program = com(tmp_path, code, b"OUT.TXT\0OLD.TXT\0")
    (tmp_path / "OLD.TXT").write_bytes(b"old")
    with Machine(program, overlay=True) as m:
        m.run()
        drive = m.fs["c:"]
        assert drive.changes() == {"OLD.TXT": "deleted", "OUT.TXT": "written"}
        assert (tmp_path / "OLD.TXT").exists()
        assert drive.list() == ["OUT.TXT", "T.COM"]
        drive.commit()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["OUT.TXT", "T.COM"]
        assert drive.changes() == {}


def test_drives_refuse_what_is_wrong(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "cd20")) as m:
        for name in ("NO.TXT", "NO\\A.TXT", "..\\..\\X"):
            with pytest.raises(FileNotFoundError):
                m.fs["C"].read(name)
        with pytest.raises(KeyError):
            m.fs["Q"]
        with pytest.raises(FileNotFoundError):
            m.fs.read("Q:\\A.TXT")
        for letter, source in (("D", {"../x": b""}), ("D", tmp_path / "none"), ("DD", tmp_path)):
            with pytest.raises((MountError, KeyError)):
                m.fs.mount(letter, source)
        with pytest.raises(ValueError, match="no overlay"):
            m.fs["C"].commit()
        assert "Q" not in m.fs
        assert "C" in list(m.fs)
        assert not m.fs.exists("C:\\NO.TXT")


def test_closing_twice_and_dropping_machines_leaves_nothing(tmp_path: Path) -> None:
    m = Machine.from_files({"T.COM": b"\xeb\xfe"})
    m.hook(0x08, call=lambda call: None)
    m.hook_port(0x60, call=lambda access: None)
    m.hook_memory(0x500, call=lambda access: None)
    m.hook_address("CS:IP", call=lambda event: None)
    m.run(frames=2)
    folder = m._program.parent if m._program else tmp_path
    m.close()
    m.close()
    assert not folder.exists()
    gone = weakref.ref(m)
    del m
    gc.collect()
    assert gone() is None
