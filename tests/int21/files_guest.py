"""Calls of the file functions, with their arguments put into guest memory."""

from __future__ import annotations

import contextlib
from pathlib import Path

from int21.service import Wait
from tests.fakes import FakeRegisters
from tests.int21.machine import Guest

PATH = 0
OTHER = 0x200
BUFFER = 0x1000
DTA = 0x800
FCB = 0x900


def held(folder: Path) -> int:
    """How many descriptors of this process are files below a folder."""
    count = 0
    for descriptor in list(Path("/proc/self/fd").iterdir()):
        # The one that listed them is gone by now.
        with contextlib.suppress(FileNotFoundError):
            count += descriptor.readlink().is_relative_to(folder) and descriptor.readlink() != folder
    return count


def with_path(guest: Guest, ax: int, path: bytes, **registers: int) -> FakeRegisters:
    """A function that takes a path at DS:DX."""
    segment, offset = guest.put(path + b"\0", PATH)
    return guest.call(ax, ds=segment, dx=offset, **registers)


def opened(guest: Guest, path: bytes, mode: int = 2) -> int:
    """The handle of an existing file."""
    regs = with_path(guest, 0x3D00 | mode, path)
    assert not regs.cf, f"open {path!r}: error {regs.ax:02X}h"
    return int(regs.ax)


def created(guest: Guest, path: bytes, attributes: int = 0) -> int:
    """The handle of a new file."""
    regs = with_path(guest, 0x3C00, path, cx=attributes)
    assert not regs.cf, f"create {path!r}: error {regs.ax:02X}h"
    return int(regs.ax)


def error(regs: FakeRegisters) -> int | None:
    """The error code of a call, None when it succeeded."""
    return int(regs.ax) if regs.cf else None


def real_error(guest: Guest, regs: FakeRegisters) -> tuple[int, int]:
    """The error code in AX of a call that failed, and the one that INT 21h/59h tells."""
    assert regs.cf
    code = int(regs.ax)
    return code, int(guest.call(0x5900, bx=0).ax)


def write(guest: Guest, handle: int, data: bytes) -> FakeRegisters:
    segment, offset = guest.put(data, BUFFER)
    return guest.call(0x4000, bx=handle, cx=len(data), ds=segment, dx=offset)


def read(guest: Guest, handle: int, count: int) -> bytes:
    """What a read gives. Raises Wait as the service does."""
    regs = guest.call(0x3F00, bx=handle, cx=count, ds=guest.scratch >> 4, dx=BUFFER)
    assert not regs.cf, f"read: error {regs.ax:02X}h"
    return bytes(guest.memory.read(guest.scratch + BUFFER, regs.ax))


def waits(guest: Guest, handle: int, count: int) -> bool:
    """Whether a read would wait."""
    try:
        read(guest, handle, count)
    except Wait:
        return True
    return False


def close(guest: Guest, handle: int) -> FakeRegisters:
    return guest.call(0x3E00, bx=handle)


def seek(guest: Guest, handle: int, offset: int, origin: int = 0) -> int:
    offset &= 0xFFFFFFFF
    regs = guest.call(0x4200 | origin, bx=handle, cx=offset >> 16, dx=offset & 0xFFFF)
    assert not regs.cf
    return int(regs.dx << 16 | regs.ax)


def use_dta(guest: Guest, offset: int = DTA) -> None:
    guest.call(0x1A00, ds=guest.scratch >> 4, dx=offset)


def found(guest: Guest, offset: int = DTA) -> tuple[bytes, int, int]:
    """Name, attributes and size from the disk transfer area."""
    at = guest.scratch + offset
    return guest.memory.asciiz(at + 0x1E), guest.memory.u8(at + 0x15), guest.memory.u32(at + 0x1A)


def find_all(guest: Guest, pattern: bytes, attributes: int = 0) -> list[bytes]:
    """The names that find first and find next give, and that both end with "no more files"."""
    use_dta(guest)
    regs = with_path(guest, 0x4E00, pattern, cx=attributes)
    names = []
    while not regs.cf:
        names.append(found(guest)[0])
        regs = guest.call(0x4F00)
    assert regs.ax == 0x12
    return names


def put_fcb(
    guest: Guest, name: bytes, drive: int = 0, attributes: int | None = None, offset: int = FCB
) -> dict[str, int]:
    """An FCB for an 11-byte name; returns DS and DX."""
    fcb = bytes([drive]) + name + bytes(25)
    if attributes is not None:
        fcb = bytes([0xFF, 0, 0, 0, 0, 0, attributes]) + fcb
    segment, at = guest.put(fcb, offset)
    return {"ds": segment, "dx": at}
