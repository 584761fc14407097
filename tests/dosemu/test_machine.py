"""The machine as people drive it from Python."""

from __future__ import annotations

import gc
import hashlib
import io
import json
import resource
from pathlib import Path

import pytest

from dosemu import Machine, Trace
from dosemu.errors import MountError, NotDosProgram, ProgramNotFound, SettingsError
from tests.dosemu.guest import com, run

# AH=40h to handle 1: CX bytes at DS:DX; then 4Ch with AL = 7.
WRITE_AND_EXIT = """
    b4 40           ; mov ah, 40h
    bb 01 00        ; mov bx, 1
    b9 05 00        ; mov cx, 5
    ba 12 01        ; mov dx, text
    cd 21
    b8 07 4c        ; mov ax, 4C07h
    cd 21
"""
ENDLESS = "eb fe"
# Echo keys until Esc: AH=00h INT 16h, AH=0Eh INT 10h.
ECHO = """
    b4 00 cd 16     ; next: read a key
    3c 1b           ; cmp al, 1Bh
    74 09           ; je end
    b4 0e bb 07 00 cd 10
    eb ef           ; jmp next
    cd 20
"""


def test_stdout_and_exit_code(tmp_path: Path) -> None:
    with run(com(tmp_path, WRITE_AND_EXIT, b"abc\r\n")) as m:
        assert (m.stdout, m.stderr, m.exited, m.exit_code, m.exit_reason) == (b"abc\r\n", b"", True, 7, "terminated")


def test_time_limit_leaves_the_program_running(tmp_path: Path) -> None:
    with run(com(tmp_path, ENDLESS), seconds=0.25) as m:
        assert not m.exited
        assert m.exit_code is None
        assert m.clock.seconds == pytest.approx(0.25, abs=0.001)


def test_frames_are_those_of_the_video_mode(tmp_path: Path) -> None:
    with Machine(com(tmp_path, ENDLESS)) as m:
        m.run(frames=70)
        assert m.frame_rate == pytest.approx(70.086, abs=0.01)
        assert m.clock.seconds == pytest.approx(70 / 70.086, abs=0.016)


def test_until_stops_when_the_condition_holds(tmp_path: Path) -> None:
    with Machine(com(tmp_path, ENDLESS)) as m:
        start = m.memory.u32(0x46C)
        m.run(until=lambda m: m.memory.u32(0x46C) >= start + 9)
        assert 9 / 18.2065 <= m.clock.seconds < 9.5 / 18.2065


def test_typed_keys_reach_the_screen(tmp_path: Path) -> None:
    with Machine(com(tmp_path, ECHO)) as m:
        m.keyboard.type("Hello, DOS!")
        m.run(seconds=1)
        assert m.waiting_for_key
        assert m.screen.text().splitlines()[0] == "Hello, DOS!"
        m.keyboard.tap("esc")
        m.run(seconds=1)
        assert m.exit_code == 0


def test_registers_and_memory_are_live(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "b8 34 12 a3 00 02 eb fe")) as m:  # mov ax,1234h; mov [200h],ax; jmp $
        m.run(seconds=0.01)
        assert m.regs.ax == 0x1234
        assert m.memory.u16((m.regs.ds << 4) + 0x200) == 0x1234
        code = (m.regs.cs << 4) + m.regs.ip
        m.memory.write(code, bytes.fromhex("b8 09 4c cd 21"))  # over the loop that is running
        m.run(seconds=0.01)
        assert m.exit_code == 9


def test_many_machines_in_one_process(tmp_path: Path) -> None:
    program = com(tmp_path, ENDLESS)
    machines = [Machine(program) for _ in range(4)]
    for index, machine in enumerate(machines):
        machine.run(seconds=0.01 * (index + 1))
    assert [round(machine.clock.seconds, 3) for machine in machines] == [0.01, 0.02, 0.03, 0.04]
    for machine in machines:
        machine.close()


def test_closed_machines_give_their_memory_back(tmp_path: Path) -> None:
    program = com(tmp_path, WRITE_AND_EXIT, b"abc\r\n")

    def make(count: int) -> None:
        for _ in range(count):
            with run(program):
                pass
        gc.collect()

    make(5)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    make(25)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30 * 1024  # KB: one machine touches 3 MB


def test_the_same_run_gives_the_same_machine(tmp_path: Path) -> None:
    program = com(tmp_path, ECHO)

    def state(step: float) -> tuple[int, str, str]:
        with Machine(program) as m:
            m.keyboard.type("same again")
            while m.clock.seconds < 0.6:
                m.run(seconds=min(step, 0.6000001 - m.clock.seconds))
            return m.clock.cycles, hashlib.sha256(bytes(memoryview(m.memory)[:0x100000])).hexdigest(), m.screen.text()

    assert state(0.6) == state(0.6)
    assert state(0.6)[2] == state(0.007)[2]


def test_what_is_no_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProgramNotFound, match="no such file"):
        Machine(tmp_path / "NONE.EXE")
    for name, data in (("EMPTY.COM", b""), ("SHORT.EXE", b"MZ\0\1"), ("RUN", b"\x7fELF" + bytes(60))):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(NotDosProgram) as refused:
            Machine(tmp_path / name)
        assert "\n" not in str(refused.value)
    with pytest.raises(MountError):
        Machine(com(tmp_path, ENDLESS), mounts={"D": tmp_path / "missing"})
    with pytest.raises(SettingsError):
        Machine(com(tmp_path, ENDLESS), cycles=0)


def test_an_unhandled_fault_ends_the_program_with_a_dump(tmp_path: Path) -> None:
    with run(com(tmp_path, "b8 78 56 0f 0b")) as m:  # mov ax,5678h; ud2
        assert m.exited
        assert m.exit_code == 255
        assert m.exit_reason == "ended by: invalid opcode"
        assert m.fault is not None
        assert "EAX=00005678" in m.fault
        assert "code: 0f 0b" in m.fault


def test_a_fault_in_a_child_leaves_the_parent_running(tmp_path: Path) -> None:
    com(tmp_path, "0f 0b", name="CHILD.COM")
    parent = """
        bc 00 20              ; mov sp, 2000h
        b4 4a bb 00 03 cd 21  ; shrink to 300h paragraphs
        8c d8 a3 3c 01        ; parameter block: command tail in this segment
        ba 2e 01              ; mov dx, name
        bb 38 01              ; mov bx, block
        b8 00 4b cd 21        ; EXEC
        b4 4d cd 21           ; exit code
        88 e0 b4 4c cd 21     ; exit with the kind (AH)
        00 00 00 00 00 00
    """
    code = "".join(line.partition(";")[0] for line in parent.splitlines())
    name_at = len(bytes.fromhex(code)) + 0x100
    fixed = code.replace("ba 2e 01", f"ba {name_at & 255:02x} {name_at >> 8:02x}")
    block_at = name_at + 10
    fixed = fixed.replace("bb 38 01", f"bb {block_at & 255:02x} {block_at >> 8:02x}")
    fixed = fixed.replace("a3 3c 01", f"a3 {(block_at + 4) & 255:02x} {(block_at + 4) >> 8:02x}")
    block = b"\0\0" + b"\x80\0\0\0" + bytes(8)
    with run(com(tmp_path, fixed, b"CHILD.COM\0" + block)) as m:
        assert (m.exit_code, m.exit_reason) == (2, "terminated")  # critical error
        assert m.fault is None


def test_interrupts_off_and_halted_is_the_end(tmp_path: Path) -> None:
    with run(com(tmp_path, "fa f4")) as m:  # cli; hlt
        assert m.exit_reason == "halted with interrupts off"


def test_a_program_that_resets_the_machine_ends(tmp_path: Path) -> None:
    with run(com(tmp_path, "b0 fe e6 64 eb fe")) as m:  # 8042: pulse the reset line
        assert m.exit_reason == "the program reset the machine"


def test_trace_names_services_and_what_is_not_built(tmp_path: Path) -> None:
    out = io.StringIO()
    program = com(tmp_path, "b4 30 cd 21 b4 ff cd 21 cd 20")
    with Machine(program, stdio=True, trace=Trace(out, form="json")) as m:
        m.run(seconds=1)
    records = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(r["service"], r["built"]) for r in records[:2]] == [("21h/30h", True), ("21h/FF05h", False)]
    assert records[0]["gives"]["ax"] == 5
    assert records[-1]["name"] == "terminate program"


def test_here_makes_the_current_folder_current(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools, work = tmp_path / "tools", tmp_path / "work"
    tools.mkdir()
    work.mkdir()
    (work / "data.txt").write_bytes(b"here!")
    # Open DATA.TXT, read 5 bytes, write them to handle 1.
    program = com(
        tools,
        """
        ba 25 01 b8 00 3d cd 21 89 c3 ba 00 02 b9 05 00 b4 3f cd 21
        bb 01 00 b4 40 ba 00 02 b9 05 00 cd 21 b4 4c cd 21
        """,
        b"DATA.TXT\0",
    )
    monkeypatch.chdir(work)
    with Machine(program, stdio=True, here=True) as m:
        m.run(seconds=1)
        assert m.stdout == b"here!"


def test_a_coprocessor_error_reaches_int_2_once(tmp_path: Path) -> None:
    # Count INT 2 (the default handler of IRQ 13 calls it) in [200h]; unmask division by zero, divide, wait.
    code = """
        b8 02 25 ba 40 01 cd 21          ; hook INT 2
        c7 06 00 02 00 00                ; mov word [200h], 0
        e4 a1 24 df e6 a1 e4 21 24 fb e6 21   ; open IRQ 13 and IRQ 2
        fb db e3 d9 2e 50 01             ; sti; fninit; fldcw [150h]
        d9 ee d9 e8 de f1                ; fldz; fld1; fdivrp
        9b 9b                            ; fwait; fwait
        b9 00 10 e2 fe                   ; some time
        a1 00 02 b4 4c cd 21             ; exit with the count
    """
    body = bytes.fromhex("".join(line.partition(";")[0] for line in code.splitlines()))
    handler = bytes.fromhex("2e ff 06 00 02 db e3 cf")  # inc word [cs:200h]; fninit; iret
    data = body.ljust(0x40, b"\x90") + handler.ljust(0x10, b"\x90") + b"\x7b\x03"  # ZM clear
    path = tmp_path / "FPU.COM"
    path.write_bytes(data)
    with Machine(path) as m:
        m.run(seconds=1)
        assert m.exit_code == 1
