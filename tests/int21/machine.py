"""A DOS without a CPU: calls to services by their registers, as the machine makes them."""

from __future__ import annotations

import struct
from collections import deque
from pathlib import Path

from hw.clock import Clock
from hw.memory import Memory
from int21 import dispatch, services
from int21.dos import Dos
from int21.errors import DosError, ErrorCode
from int21.host_folder import HostFolder
from int21.image import Image
from int21.service import CallGuest
from int21.settings import DosSettings
from int21.table import tables
from tests.fakes import FakeRegisters

services.load_all()


class FakeConsole:
    """Keys from a queue, and what was shown."""

    watches = (0x41A, 0x41C)

    def __init__(self) -> None:
        self.keys: deque[int] = deque()
        self.shown = bytearray()

    def type(self, keys: bytes) -> None:
        self.keys.extend(keys)

    def write(self, data: bytes) -> None:
        self.shown += data

    def read(self) -> int | None:
        return self.keys.popleft() if self.keys else None

    def peek(self) -> int | None:
        return self.keys[0] if self.keys else None

    def flush(self) -> None:
        self.keys.clear()


def load_image(data: bytes) -> Image:
    """A loader for tests: "MZ" and the fields of Image, or a .COM file."""
    if data.startswith(b"BAD"):
        raise DosError(ErrorCode.INVALID_FORMAT)
    if not data.startswith(b"MZ"):
        return Image("com", data)
    cs, ip, ss, sp, least, most, relocation = struct.unpack_from("<7H", data, 2)
    return Image(
        "exe",
        data[16:],
        relocations=[(0, relocation)] if relocation != 0xFFFF else [],
        cs=cs,
        ip=ip,
        ss=ss,
        sp=sp,
        min_paragraphs=least,
        max_paragraphs=most,
        load_high=least == most == 0,
    )


def exe(body: bytes, *, cs=0, ip=0, ss=0, sp=0, least=0, most=0xFFFF, relocation=0xFFFF) -> bytes:
    """A program file for ``load_image``."""
    return b"MZ" + struct.pack("<7H", cs, ip, ss, sp, least, most, relocation) + body


class Guest:
    """A running first program, C:\\MAIN.COM, and its registers."""

    def __init__(self, folder: Path, program: bytes = b"\x90", tail: bytes = b"", settings: DosSettings | None = None):
        (folder / "MAIN.COM").write_bytes(program)
        self.folder = folder
        self.memory = Memory(0x200000)
        self.clock = Clock()
        self.console = FakeConsole()
        self.dos = Dos(self.memory, self.clock, self.console, settings or DosSettings(), load_image)
        self.dos.drives.mount("C", HostFolder(folder, page=self.dos.drives.page))
        self.regs = FakeRegisters()
        self.dos.start(b"C:\\MAIN.COM", tail, self.regs)
        # The program's own stack and data, out of the way of what tests put at small offsets.
        self.scratch = (self.dos.psp + 0x400) << 4
        self._tables = {table.vector: table for table in tables()}

    def call(self, ax: int, vector: int = 0x21, **registers: int) -> FakeRegisters:
        """INT ``vector`` with AX and other registers."""
        self.regs.ax = ax
        for name, value in registers.items():
            setattr(self.regs, name, value)
        dispatch.call(self.dos, self._tables[vector], self.regs)
        return self.regs

    def answer(self, guest: CallGuest, *, far: bool = False, carry: bool = False) -> None:
        """What the machine does when the handler is back: IRET, or RETF with the flags left."""
        sp = (self.regs.sp - 2) & 0xFFFF if far else self.regs.sp
        guest.then(self.regs, {"sp": sp, "flags": int(carry), "ax": 0})

    def put(self, data: bytes, offset: int = 0) -> tuple[int, int]:
        """Data in the program's segment; returns (segment, offset)."""
        self.memory.write(self.scratch + offset, data)
        return self.scratch >> 4, offset
