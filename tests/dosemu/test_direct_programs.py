"""Files opened and programs started again without Python: all of memory ends as Python would have left it."""

from __future__ import annotations

import random
import struct
import time
from pathlib import Path

import pytest

from dosemu import Machine
from tests.dosemu.guest import com

NAMES, BLOCK, TAILS, BUFFER, LOG = 0x7000, 0x7200, 0x7300, 0x7400, 0x7800
FILES = (b"A.DAT", b"SUB\\B.DAT", b"C:\\SUB\\B.DAT", b"NONE.DAT", b"ONLY.DAT", b"HIDDEN.DAT")
CHILDREN = (b"CHILD.COM", b"C:\\SUB\\CHILD.EXE", b"HIGH.EXE", b"LEAK.COM", b"NONE.COM", b"PARENT.COM")
SETTLED_SECONDS = 0.08  # a file that has just changed is left to Python


class Program:
    """Straight code that calls DOS and notes what came back."""

    def __init__(self) -> None:
        self.code = bytearray()
        self.calls = 0

    def call(self, ax: int, bx: int = 0, cx: int = 0, dx: int = 0) -> None:
        at = LOG + self.calls * 8
        self.calls += 1
        self.code += struct.pack("<BHBHBHBH", 0xB8, ax, 0xBB, bx, 0xB9, cx, 0xBA, dx) + b"\xf9\xcd\x21"  # stc; int 21h
        self.code += struct.pack(
            "<BH2sH2sH3sH", 0xA3, at, b"\x89\x16", at + 2, b"\x89\x1e", at + 4, b"\x9c\x8f\x06", at + 6
        )


def program(seed: int) -> bytes:
    """Opens, uses and closes files, starts children, and moves around."""
    some = random.Random(seed)
    made = Program()
    made.code += b"\x8c\x0e" + struct.pack("<H", BLOCK + 4) + b"\x8c\x0e" + struct.pack("<H", BLOCK + 8)  # mov [], cs
    made.code += b"\x8c\x0e" + struct.pack("<H", BLOCK + 12)
    made.call(0x4A00, bx=0x1000)
    for _ in range(150):
        match some.randrange(12):
            case 0 | 1 | 2 | 3:
                made.call(
                    0x3D00 | some.choice((0, 0, 0, 1, 2, 2, 0x40, 0x80)), dx=NAMES + some.randrange(len(FILES)) * 16
                )
            case 4 | 5 | 6:
                made.call(0x3E00, some.randrange(4, 12))
            case 7:
                made.call(0x3F00, some.randrange(5, 9), 16, BUFFER)
            case 8 | 9 | 10:
                made.call(0x4B00, BLOCK, 0, NAMES + 0x100 + some.randrange(len(CHILDREN)) * 16)
                made.call(0x4D00)
            case _:
                extra = some.choice(((0x4500, 5), (0x5700, 5), (0x5801, 0), (0x5801, 1), (0x5801, 2), (0x4800, 3)))
                made.call(*extra)
    made.call(0x5801, 0)
    made.call(0x3B00, dx=NAMES + 0x1F0)  # CD SUB: from now on the same names mean other files
    for _ in range(4):
        made.call(0x3D00, dx=NAMES)
        made.call(0x3E00, 5)
    made.call(0x4C00)
    code = bytes(made.code)
    assert len(code) < NAMES - 0x100
    data = b"".join(name.ljust(16, b"\0") for name in FILES).ljust(0x100, b"\0")
    data += b"".join(name.ljust(16, b"\0") for name in CHILDREN).ljust(0xF0, b"\0") + b"SUB".ljust(16, b"\0")
    block = struct.pack("<7H", 0, TAILS, 0, TAILS + 0x20, 0, TAILS + 0x30, 0)
    data = data.ljust(BLOCK - NAMES, b"\0") + block
    tails = b"\x05 one\x0d".ljust(0x20, b"\0") + b"\0NAME    TXT".ljust(16, b"\0") + b"\x1aNAME    TXT"
    return code.ljust(NAMES - 0x100, b"\x90") + data.ljust(TAILS - NAMES, b"\0") + tails


def exe(code: bytes, least: int, most: int) -> bytes:
    """An .EXE whose first word names its own segment, by a relocation."""
    header = struct.pack("<2s13H", b"MZ", (32 + len(code)) % 512, 1, 1, 2, least, most, 0, 0x400, 0, 2, 0, 0x1C, 0)
    return header + struct.pack("<2H", 0, 0) + (b"\x01\0" + code)[: 512 - 32]


def write_files(folder: Path) -> None:
    (folder / "SUB").mkdir(parents=True)
    for name in ("A.DAT", "SUB/B.DAT", "SUB/A.DAT", "ONLY.DAT", "HIDDEN.DAT"):
        (folder / name).write_bytes(name.encode() * 9)
    (folder / "ONLY.DAT").chmod(0o444)
    (folder / "CHILD.COM").write_bytes(bytes.fromhex("b80700 50 58 b8034c cd21"))
    (folder / "LEAK.COM").write_bytes(
        bytes.fromhex("b8003d ba1801 cd21 b8003d ba1801 cd21 b44d cd21 c3 90 90 90 90 90") + b"A.DAT\0"
    )  # opens A.DAT twice and ends by the RET to PSP:0
    (folder / "SUB" / "CHILD.EXE").write_bytes(exe(bytes.fromhex("2ea10000 b8094c cd21"), 0x20, 0xFFFF))
    (folder / "HIGH.EXE").write_bytes(exe(bytes.fromhex("b80a4c cd21"), 0, 0))
    # Starts CHILD.COM itself, having shrunk its block.
    (folder / "PARENT.COM").write_bytes(
        bytes.fromhex("bc0008 b44a bb8000 cd21 8c0e4401 8c0e4801 8c0e4c01 ba3001 bb4001 b8004b cd21 b8054c cd21")
        .ljust(0x30, b"\x90") + b"CHILD.COM".ljust(16, b"\0") + struct.pack("<7H", 0, 0x80, 0, 0x5C, 0, 0x6C, 0)
    )  # fmt: skip


def outcome(folder: Path, *, native: bool) -> tuple[bytes, int, int]:
    with Machine(folder / "T.COM", stdio=True) as machine:
        machine.engine.native_services = native
        machine.run(seconds=5)
        assert machine.exit_code == 0
        served = machine.dos.files.table.direct.served
        memory = machine.memory[0 : machine.memory.size]
        return memory, machine.clock.cycles, served


@pytest.mark.parametrize("seed", range(4))
def test_memory_ends_as_without_the_shorter_way(tmp_path: Path, seed: int) -> None:
    write_files(tmp_path)
    (tmp_path / "T.COM").write_bytes(program(seed))
    time.sleep(SETTLED_SECONDS)
    slow = outcome(tmp_path, native=False)
    fast = outcome(tmp_path, native=True)
    assert slow[2] == 0
    assert fast[2] > 60
    assert fast[0] == slow[0]
    assert fast[1] == slow[1]


def repeat(folder: Path, times: int) -> Path:
    """Opens A.DAT, reads its first byte, closes it and appends that byte to OUT.DAT, at every tick."""
    path = com(
        folder,
        f"""
        b43c 31c9 ba6001 cd21 a35001        ; create OUT.DAT
        bd{times:02x}00
        b8003d ba5801 cd21 89c3             ; open A.DAT
        b43f b90100 ba7001 cd21
        b43e cd21
        8b1e5001 b440 b90100 ba7001 cd21    ; and copy its byte
        f4 4d 75d6                          ; at the next tick again
        b8004c cd21
        """,
    )
    path.write_bytes(path.read_bytes().ljust(0x58, b"\x90") + b"A.DAT\0\0\0OUT.DAT\0" + bytes(16))
    return path


def test_what_the_host_does_to_a_known_file_is_seen_at_the_next_open(tmp_path: Path) -> None:
    (tmp_path / "A.DAT").write_bytes(b"1")
    path = repeat(tmp_path, 200)
    time.sleep(SETTLED_SECONDS)
    with Machine(path, stdio=True) as machine:
        for number, change in enumerate(b"2345"):
            machine.run(seconds=1.5)
            if number % 2:
                (tmp_path / "NEW").write_bytes(bytes((change,)))
                (tmp_path / "NEW").rename(tmp_path / "A.DAT")  # another file by the same name
            else:
                (tmp_path / "A.DAT").write_bytes(bytes((change,)))
            last = (tmp_path / "OUT.DAT").stat().st_size
            time.sleep(SETTLED_SECONDS)
        machine.run(seconds=20)
        assert machine.exit_code == 0
        assert machine.dos.files.table.direct.served > 500
    data = (tmp_path / "OUT.DAT").read_bytes()
    assert len(data) == 200
    assert sorted(data) == list(data)
    assert set(data) == set(b"12345")
    assert data[last:] == b"5" * (200 - last)


def test_a_file_opened_without_python_is_protected_by_and_seen_through_the_file_table(tmp_path: Path) -> None:
    (tmp_path / "A.DAT").write_bytes(b"12")
    code = """
        bd0600
        b8003d ba5801 cd21 89c3 b43e cd21 4d 75ef    ; open and close until it is known
        b8023d ba5801 cd21 89c3                      ; open once more and keep it
        b8103d ba5801 cd21 7205 b8014c cd21   ; "deny all" is refused
        b441 ba5801 cd21                             ; deleting is not: compatibility mode
        b43f b90200 ba7001 cd21                      ; and the file is still readable
        b44c a07101 cd21
    """
    path = com(tmp_path, code)
    path.write_bytes(path.read_bytes().ljust(0x58, b"\x90") + b"A.DAT\0" + bytes(32))
    time.sleep(SETTLED_SECONDS)
    with Machine(path, stdio=True) as machine:
        machine.run(seconds=2)
        assert machine.exit_code == ord("2")
    assert not (tmp_path / "A.DAT").exists()


def test_open_files_are_given_back_with_the_machine(tmp_path: Path) -> None:

    (tmp_path / "A.DAT").write_bytes(b"12")
    path = com(tmp_path, "bd0600 b8003d ba1501 cd21 4d 75f5 ebfe 90 90 90")
    path.write_bytes(path.read_bytes().ljust(0x15, b"\x90") + b"A.DAT\0")
    time.sleep(SETTLED_SECONDS)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with Machine(path, stdio=True) as machine:
        machine.run(seconds=0.1)
        assert machine.dos.files.table.direct.served >= 4
    assert len(list(Path("/proc/self/fd").iterdir())) == before
