"""Guest programs that do random operations on files, and what they left in DOSBox.

``N.com`` is made from the number N; ``N.txt`` is the tree that it leaves in DOSBox 0.74-3: a line for each directory
and file, with size and check sum. LOG, which the program writes last, holds whether each call succeeded, so that it
is compared too (``CD ..`` in a root is left out: DOSBox allows it, DOS does not).

``python -m tests.trees.operations 6`` makes programs 0 to 5 again where DOSBox is installed.
"""

from __future__ import annotations

import os
import random
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

HERE = Path(__file__).parent
LOG, TEXT, NAMES = 0x4000, 0x4800, 0x4A00
FOLDERS = ("", "D1\\", "D1\\E\\", "D2\\", "\\D2\\", "D3\\..\\D1\\")
FILES = ("A.TXT", "B.DAT", "LONGNAME.C", "X", "abc.def")
DIRECTORIES = ("D1", "D2", "D1\\E", "D3", "\\D1\\F", "D2\\G")
OPERATIONS = 150
CONFIGURATION = """\
[sdl]
output=surface
[cpu]
core=dynamic
cputype=auto
cycles=max
[mixer]
nosound=true
[autoexec]
mount c "{folder}"
c:
{program}
exit
"""


class Operations:
    """Straight code; each call notes its carry flag, or AL for functions that take an FCB."""

    def __init__(self, seed: int) -> None:
        self.some = random.Random(seed)
        self.code = bytearray()
        self.names = bytearray()
        self.known: dict[bytes, int] = {}
        self.calls = 0

    def place(self, data: bytes) -> int:
        """The address of some data."""
        if data not in self.known:
            self.known[data] = NAMES + len(self.names)
            self.names += data
        return self.known[data]

    def name(self, name: str) -> int:
        return self.place(name.encode() + b"\0")

    def file(self) -> int:
        return self.name(self.some.choice(FOLDERS) + self.some.choice(FILES))

    def registers(self, **values: int) -> None:
        opcodes = {"ax": 0xB8, "bx": 0xBB, "cx": 0xB9, "dx": 0xBA, "di": 0xBF}
        for register, value in values.items():
            self.code += struct.pack("<BH", opcodes[register], value & 0xFFFF)

    def call(self, **values: int) -> None:
        self.registers(**values)
        self.code += b"\xcd\x21\x0f\x92\x06" + struct.pack("<H", LOG + self.calls)  # int 21h; setc [log]
        self.calls += 1

    def fcb_call(self, **values: int) -> None:
        self.registers(**values)
        self.code += b"\xcd\x21\xa2" + struct.pack("<H", LOG + self.calls)  # int 21h; mov [log],al
        self.calls += 1

    def if_it_worked(self, body: Operations) -> None:
        self.code += b"\x72" + bytes((len(body.code) + 2,)) + b"\x89\xc3" + body.code  # jc behind; mov bx,ax
        self.calls = body.calls

    def within(self) -> Operations:
        body = Operations(0)
        body.some, body.names, body.known, body.calls = self.some, self.names, self.known, self.calls
        return body

    def use(self) -> Operations:
        """What is done with the handle in BX; then it is closed."""
        body = self.within()
        for _ in range(self.some.randrange(3)):
            match self.some.randrange(4):
                case 0:
                    body.call(ax=0x4200, cx=0, dx=self.some.randrange(300))
                case 1:
                    body.call(ax=0x4202, cx=0, dx=self.some.randrange(40))
                case 2:
                    body.call(ax=0x4000, cx=0, dx=TEXT)
                case _:
                    body.call(ax=0x4000, cx=self.some.randrange(1, 200), dx=TEXT + self.some.randrange(50))
        body.call(ax=0x3E00)
        return body

    def fcb(self, name: str) -> bytes:
        base, _, extension = name.partition(".")
        return b"\0" + base.ljust(8).encode() + extension.ljust(3).encode() + bytes(25)

    def operation(self) -> None:
        some = self.some
        match some.randrange(12):
            case 0 | 1:
                self.call(ax=0x3900, dx=self.name(some.choice(DIRECTORIES)))
            case 2:
                self.call(ax=0x3A00, dx=self.name(some.choice(DIRECTORIES)))
            case 3 | 4:
                self.call(ax=0x3C00, cx=0, dx=self.file())
                self.if_it_worked(self.use())
            case 5:
                self.call(ax=0x5B00, cx=0, dx=self.file())
                self.if_it_worked(self.use())
            case 6 | 7:
                self.call(ax=0x3D02, dx=self.file())
                self.if_it_worked(self.use())
            case 8:
                self.call(ax=0x4100, dx=self.file())
            case 9:
                self.call(ax=0x5600, dx=self.file(), di=self.file())
            case 10:
                fcb = self.place(self.fcb(some.choice(("A.TXT", "NEW.FCB", "X"))))
                self.fcb_call(ax=0x1600, dx=fcb)
                self.fcb_call(ax=0x1500, dx=fcb)
                self.fcb_call(ax=0x1000, dx=fcb)
                self.known.clear()  # the FCB has changed
            case _:
                self.call(ax=0x3B00, dx=self.name(some.choice(("\\", "\\D1", "\\D2", "D2"))))


def program(seed: int) -> bytes:
    """The program with this number."""
    made = Operations(seed)
    made.registers(ax=0x1A00, dx=TEXT)
    made.code += b"\xcd\x21"
    for _ in range(OPERATIONS):
        made.operation()
    made.call(ax=0x3C00, cx=0, dx=made.name("\\LOG"))
    last = made.within()
    last.registers(ax=0x4000, cx=made.calls, dx=LOG)
    last.code += b"\xcd\x21"
    made.if_it_worked(last)
    made.registers(ax=0x4C00)
    made.code += b"\xcd\x21"
    assert len(made.code) < LOG - 0x100
    assert len(made.names) < 0x1000
    text = bytes(0x20 + number % 95 for number in range(NAMES - TEXT))
    return bytes(made.code).ljust(TEXT - 0x100, b"\0") + text + bytes(made.names)


def tree(folder: Path) -> str:
    """What a folder holds, but for the program."""
    lines = []
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix().upper()):
        name = path.relative_to(folder).as_posix().upper()
        if path.is_dir():
            lines.append(f"{name}/")
        elif name != "P.COM":
            data = path.read_bytes()
            lines.append(f"{name} {len(data)} {zlib.crc32(data):08x}")
    return "\n".join(lines) + "\n"


def in_dosbox(code: bytes) -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "c")
        folder.mkdir()
        (folder / "P.COM").write_bytes(code)
        configuration = Path(name, "dosbox.conf")
        configuration.write_text(CONFIGURATION.format(folder=folder, program="P.COM"))
        environment = {**os.environ, "SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "HOME": name}
        subprocess.run(
            ["dosbox", "-conf", configuration, "-exit"], env=environment, check=True, timeout=60, capture_output=True
        )
        return tree(folder)


if __name__ == "__main__":
    for number in range(int(sys.argv[1])):
        made = program(number)
        (HERE / f"{number}.com").write_bytes(made)
        (HERE / f"{number}.txt").write_text(in_dosbox(made))
