"""INT 2Fh/12xx, what DOS does for its own extensions."""

from __future__ import annotations

from pathlib import Path

from dosemu.bios.bios import make_bios
from int21 import layout
from int21.ansi import AnsiConsole
from tests.covers import covers
from tests.fakes import FakeRegisters
from tests.int21.files_guest import BUFFER, opened
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


@covers(
    "2Fh/1206h", "2Fh/1207h", "2Fh/1209h", "2Fh/120Ah", "2Fh/120Bh", "2Fh/120Eh", "2Fh/120Fh", "2Fh/1210h",
    "2Fh/1215h", "2Fh/122Ah",
)  # fmt: skip
def test_buffers_and_errors_of_others(guest: Guest) -> None:
    for function in (0x07, 0x09, 0x0E, 0x0F, 0x15):
        assert internal(guest, function, di=0x1234).di == 0x1234
    assert internal(guest, 0x10).zf, "no buffer is in memory"
    for function in (0x06, 0x0A, 0x0B):
        regs = internal(guest, function)
        assert (regs.al, regs.cf) == (3, True)
    assert internal(guest, 0x2A).cf


@covers("2Fh/1208h", "2Fh/1216h", "2Fh/1230h")
def test_entries_of_the_file_table(guest: Guest) -> None:
    (guest.folder / "F").write_bytes(b"")
    handle = opened(guest, b"F")
    number = guest.dos.files.index(handle)
    entry = internal(guest, 0x16, bx=number)
    at = {"es": entry.es, "di": entry.di}
    assert internal(guest, 0x30, bx=0, **at).bx == number
    assert internal(guest, 0x30, es=entry.es, di=entry.di + 1).cf
    guest.call(0x4500, bx=handle)
    assert internal(guest, 0x08, **at).ax == 2
    assert internal(guest, 0x08, **at).ax == 1
    assert internal(guest, 0x08, **at).ax == 0xFFFF, "it waits for being closed"


@covers("2Fh/1219h", "2Fh/121Fh")
def test_drives(guest: Guest) -> None:
    assert not internal(guest, 0x19, pushed=3).cf
    assert not internal(guest, 0x19, pushed=0).cf
    assert internal(guest, 0x19, pushed=1).cf
    regs = internal(guest, 0x1F, pushed=ord("c"))
    assert guest.memory.read((regs.es << 4) + regs.di, 3) == b"C:\\"
    assert internal(guest, 0x1F, pushed=ord("1")).cf


@covers("2Fh/121Dh")
def test_days_are_found_among_months(guest: Guest) -> None:
    segment, offset = guest.put(bytes([31, 28, 31, 30]))
    regs = internal(guest, 0x1D, ds=segment, si=offset, cx=0, dx=70)
    assert (regs.al, regs.cx, regs.dx) == (31, 2, 11)


@covers("2Fh/1222h")
def test_an_error_is_described(guest: Guest) -> None:
    guest.call(0x3E00, bx=99)
    guest.memory.write(guest.scratch + 0x2000, bytes([5, 1, 1, 1, 6, 9, 0xFF, 4, 0xFF, 13, 5, 1]))
    action = guest.call(0x5900).bl
    internal(guest, 0x22, si=0x2000)
    regs = guest.call(0x5900)
    assert (regs.ax, regs.bh, regs.bl, regs.ch) == (6, 9, action, 4)


@covers("2Fh/16h")
def test_nobody_answers_for_windows(guest: Guest) -> None:
    for ax in (0x1605, 0x1607, 0x160A, 0x1681, 0x1683, 0x1684, 0x1686, 0x168A):
        regs = guest.call(ax, vector=0x2F, bx=0x1234, es=0x55, di=0x66)
        assert (regs.ax, regs.bx, regs.es, regs.di) == (ax, 0x1234, 0x55, 0x66)


@covers("2Fh/1A01h", "2Fh/1A02h")
def test_ansi_sys_tells_of_the_display(tmp_path: Path) -> None:
    guest = Guest(tmp_path)
    assert guest.call(0x1A01, vector=0x2F, cx=0x7F).ax == 0x1A01, "without it nobody answers"
    assert guest.call(0x1A02, vector=0x2F).ax == 0x1A02
    guest.dos.console = AnsiConsole(make_bios(guest.memory, guest.clock).console)
    segment, offset = guest.put(b"\x01\x00\x09")
    guest.call(0x1A02, vector=0x2F, ds=segment, dx=offset)
    assert guest.memory.u8(guest.scratch + 2) == 0
    assert not guest.call(0x1A01, vector=0x2F, cx=0x7F, ds=segment, dx=offset + 16).cf
    assert guest.memory.u16(guest.scratch + 16 + 14) == 80
    assert not guest.call(0x1A01, vector=0x2F, cx=0x5F, ds=segment, dx=offset + 16).cf
    assert guest.call(0x1A01, vector=0x2F, cx=0x11).cf
