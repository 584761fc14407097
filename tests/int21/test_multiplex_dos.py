"""INT 2Fh/12xx, what DOS does for its own extensions."""

from __future__ import annotations

from int21 import layout
from tests.covers import covers
from tests.fakes import FakeRegisters
from tests.int21.files_guest import BUFFER
from tests.int21.machine import Guest


def internal(guest: Guest, function: int, pushed: int = 0, **registers: int) -> FakeRegisters:
    """INT 2Fh/12xx with a word on the stack."""
    guest.regs.ss, guest.regs.sp = guest.scratch >> 4, 0x3000
    guest.memory.set_u16(guest.scratch + 0x3000, pushed)
    return guest.call(0x1200 | function, vector=0x2F, **registers)


@covers("2Fh/1226h", "2Fh/1227h", "2Fh/1228h", "2Fh/1229h", "2Fh/122Dh")
def test_files(guest: Guest) -> None:
    (guest.folder / "F").write_bytes(b"0123456789")
    segment, offset = guest.put(b"F\0")
    handle = internal(guest, 0x26, cx=0, ds=segment, dx=offset).ax
    assert not guest.regs.cf
    regs = internal(guest, 0x28, bp=0x4202, bx=handle, cx=0xFFFF, dx=0xFFFC)
    assert (regs.dx, regs.ax) == (0, 6)
    assert internal(guest, 0x29, bx=handle, cx=10, ds=segment, dx=BUFFER).ax == 4
    assert guest.memory.read(guest.scratch + BUFFER, 4) == b"6789"
    assert not internal(guest, 0x27, bx=handle).cf
    assert internal(guest, 0x27, bx=handle).cf
    assert guest.regs.ax == 6
    assert internal(guest, 0x2D).ax == 6


@covers("21h/44h")
@covers("2Fh/122Bh")
def test_ioctl(guest: Guest) -> None:
    assert internal(guest, 0x2B, bp=0x4400, bx=1).dx & 0x80
    assert internal(guest, 0x2B, bp=0x44EE, bx=1).cf


@covers("2Fh/1202h", "2Fh/121Ah", "2Fh/121Bh", "2Fh/121Ch", "2Fh/121Eh", "2Fh/1223h", "2Fh/1224h", "2Fh/122Ch")
def test_helpers(guest: Guest) -> None:
    regs = internal(guest, 0x02, pushed=0x21)
    assert (regs.es, regs.bx) == (0, 0x84)
    segment, offset = guest.put(b"b:x")
    regs = internal(guest, 0x1A, ds=segment, si=offset)
    assert (regs.al, regs.si) == (2, offset + 2)
    regs = internal(guest, 0x1A, ds=segment, si=offset + 2)
    assert (regs.al, regs.si) == (0, offset + 2)
    guest.put(b"1:")
    assert internal(guest, 0x1A, ds=segment, si=offset).al == 0xFF
    assert internal(guest, 0x1B, cx=15).al == 28
    assert internal(guest, 0x1B, cx=16).al == 29
    guest.put(bytes([200, 100]))
    regs = internal(guest, 0x1C, ds=segment, si=offset, cx=2, dx=5)
    assert (regs.dx, regs.si) == (305, offset + 2)
    guest.put(b"a/b\0A\\B\0")
    assert internal(guest, 0x1E, ds=segment, si=offset, es=segment, di=offset + 4).zf
    assert not internal(guest, 0x1E, ds=segment, si=offset, es=segment, di=offset + 5).zf
    assert internal(guest, 0x23).cf
    internal(guest, 0x24)
    regs = internal(guest, 0x2C)
    assert (regs.bx, regs.ax) == layout.far_pointer(layout.DEVICE_HEADERS)


@covers("2Fh/122Fh")
def test_the_version_may_be_another_for_a_while(guest: Guest) -> None:
    internal(guest, 0x2F, dx=0x1E03)
    assert guest.call(0x3000).ax == 0x1E03
    assert guest.call(0x3306).bx == 5
    internal(guest, 0x2F, dx=0)
    assert guest.call(0x3000).ax == 5
