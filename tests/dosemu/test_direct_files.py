"""What is done on files without Python is exactly what Python would have done; and what a killed emulator leaves."""

from __future__ import annotations

import os
import random
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dosemu import Machine
from tests.dosemu.guest import com

LOG = 0x8000
BUFFER = 0x7000
FILES = ("RW.DAT", "RO.DAT", "WO.DAT", "OUT.DAT")
# Handles of the program: 5 to 8 are the files, 9 another one of RW.DAT, 10 a duplicate of 5.
RW, _, _, OUT, _, _ = HANDLES = range(5, 11)
HOOK = bytes.fromhex(
    "b82135 cd21 891e 8000 8c06 8200"  # the vector, to 80h of the PSP
    "b82125 ba6000 c6 06 6000 2e c7 06 6100 ff2e c7 06 6300 8000 cd21"  # 60h: jmp far [cs:80h]
)


class Program:
    """Straight code that calls DOS and notes what came back."""

    def __init__(self, hooked: bool) -> None:
        self.code = bytearray(HOOK if hooked else b"")
        self.calls = 0

    def call(self, ax: int, bx: int = 0, cx: int = 0, dx: int = 0) -> None:
        at = LOG + self.calls * 6
        self.calls += 1
        self.code += struct.pack("<BHBHBHBH", 0xB8, ax, 0xBB, bx, 0xB9, cx, 0xBA, dx) + b"\xf9\xcd\x21"  # stc; int 21h
        self.code += struct.pack("<BH2sH3sH", 0xA3, at, b"\x89\x16", at + 2, b"\x9c\x8f\x06", at + 4)


def program(seed: int, *, hooked: bool) -> bytes:
    """Opens the files and uses them at random; then ends with the file that is standard output."""
    some = random.Random(seed)
    made = Program(hooked)
    names = 0x6F00
    for number, mode in ((0, 2), (1, 0), (2, 1), (3, 2), (0, 2)):
        made.call(0x3D00 | mode, dx=names + number * 8)
    made.call(0x4500, RW)
    made.call(0x4600, OUT, 1)
    for _ in range(250):
        match some.randrange(8):
            case 0 | 1:
                made.call(0x3F00, some.choice(HANDLES), some.choice((0, 1, 16, 700)), BUFFER + some.randrange(512))
            case 2 | 3:
                made.call(0x4000, some.choice(HANDLES), some.choice((0, 1, 16, 600)), BUFFER + some.randrange(512))
            case 4:
                origin = some.randrange(4)
                back = origin == 2 and some.random() < 0.5
                made.call(
                    0x4200 | origin,
                    some.choice(HANDLES),
                    -back & 0xFFFF,
                    some.randrange(1, 999) * (-1 if back else 1) & 0xFFFF,
                )
            case 5:
                made.call(some.choice((0x3F00, 0x4000, 0x4202, 0x3E00, 0x5700)), some.choice((0, 1, 11, 99)), 3, BUFFER)
            case _:
                for _ in range(some.randrange(1, 9)):
                    made.call(0x0200, dx=some.choice(b"abc\r\n\t\x08\x07"))
    made.call(0x5C00, RW, 0, 5)  # lock a region: now every access has to be looked at
    made.call(0x3F00, 9, 16, BUFFER)
    made.call(0x4C00)
    code = bytes(made.code)
    assert len(code) < names - 0x100
    return code.ljust(names - 0x100, b"\x90") + b"".join(name.encode().ljust(8, b"\0") for name in FILES)


def outcome(folder: Path, code: bytes, *, native: bool) -> tuple[bytes, int, dict[str, bytes]]:
    folder.mkdir()
    for number, name in enumerate(FILES):
        (folder / name).write_bytes(bytes((number,)) * 2000)
        os.utime(folder / name, (800_000_000, 800_000_000))
    (folder / "T.COM").write_bytes(code)
    with Machine(folder / "T.COM", stdio=True) as machine:
        machine.engine.native_services = native
        machine.run(seconds=5)
        assert machine.exit_code == 0
        assert machine.dos.files.table.direct.served > 100 if native else machine.dos.files.table.direct.served == 0
        memory = machine.memory[0 : machine.memory.size]
        cycles = machine.clock.cycles
    return memory, cycles, {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("hooked", [False, True])
def test_memory_and_files_end_as_without_the_shorter_way(tmp_path: Path, seed: int, hooked: bool) -> None:
    code = program(seed, hooked=hooked)
    assert outcome(tmp_path / "a", code, native=True) == outcome(tmp_path / "b", code, native=False)


def test_characters_are_in_the_file_when_another_handle_reads_it(tmp_path: Path) -> None:
    (tmp_path / "OUT").write_bytes(b"")
    code = """
        b8023d ba4601 cd21 89c6         ; open OUT twice: SI and DI
        b8003d ba4601 cd21 89c7
        89f3 b90100 b446 cd21           ; SI is standard output
        b402 b258 cd21 b402 b259 cd21 b402 b25a cd21   ; X Y Z
        89fb b43f b91000 ba5001 cd21    ; read by DI
        a24a01
        b44c a04a01 cd21
    """
    path = com(tmp_path, code)
    data = path.read_bytes().ljust(0x46, b"\x90") + b"OUT\0" + bytes(32)
    path.write_bytes(data)
    with Machine(path, stdio=True) as machine:
        machine.run(seconds=1)
        assert machine.exit_code == 3
    assert (tmp_path / "OUT").read_bytes() == b"XYZ"


def test_a_trace_hears_of_every_call(tmp_path: Path) -> None:
    from dosemu.trace import Trace

    class Counting(Trace):
        reads = 0

        def enter(self, vector, regs):  # type: ignore[no-untyped-def]
            if vector == 0x21 and regs.ah == 0x3F:
                self.reads += 1
            super().enter(vector, regs)

    (tmp_path / "RW").write_bytes(b"12345")
    code = "b8003d ba1b01 cd21 89c3 bd0500 b43f b90100 ba2001 cd21 4d 75f3 b8004c cd21"
    path = com(tmp_path, code)
    path.write_bytes(path.read_bytes().ljust(0x1B, b"\x90") + b"RW\0" + bytes(8))
    import io

    trace = Counting(io.StringIO())
    with Machine(path, stdio=True, trace=trace) as machine:
        machine.run(seconds=1)
        assert machine.exit_code == 0
    assert trace.reads == 5


WRITER = """
    b43c 31c9 ba5001 cd21 89c3          ; create A
    31ed                                ; numbers from 0 on
    892e6001 45 b440 b90200 ba6001 cd21
    ebef
"""


def test_a_killed_emulator_leaves_what_was_written_and_all_other_files(tmp_path: Path) -> None:
    path = com(tmp_path, WRITER)
    path.write_bytes(path.read_bytes().ljust(0x50, b"\x90") + b"A\0")
    other = bytes(range(256)) * 100
    (tmp_path / "OTHER.DAT").write_bytes(other)
    command = [sys.executable, "-m", "dosemu", "--display", "none", "--seconds", "60", os.fspath(path)]
    process = subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if (tmp_path / "A").exists() and (tmp_path / "A").stat().st_size > 1000:
                break
            time.sleep(0.005)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    written = (tmp_path / "A").read_bytes()
    count = len(written) // 2
    assert count > 500
    assert len(written) % 2 == 0
    assert struct.unpack(f"<{count}H", written) == tuple(number & 0xFFFF for number in range(count))
    assert (tmp_path / "OTHER.DAT").read_bytes() == other
    assert path.stat().st_size == 0x52
