from __future__ import annotations

import struct
from pathlib import Path

import pytest

from int21 import frame
from int21.errors import ErrorCode
from int21.processes import ExitKind
from int21.psp import Psp
from int21.view import linear
from tests.covers import covers
from tests.int21.machine import Guest, exe


def free_memory(guest: Guest) -> None:
    """As programs do before EXEC: keep 64 KB."""
    guest.call(0x4A00, es=guest.dos.psp, bx=0x1000)
    assert not guest.regs.cf


def parameters(guest: Guest, name: bytes, tail: bytes = b"", environment: int = 0) -> dict[str, int]:
    segment, _ = guest.put(name + b"\0", 0)
    guest.put(bytes((len(tail),)) + tail + b"\r", 0x100)
    guest.put(b"\x00ONE     TXT" + b"\x1aTWO     TXT", 0x200)
    block = struct.pack("<7H", environment, 0x100, segment, 0x200, segment, 0x20C, segment)
    guest.put(block.ljust(22, b"\xee"), 0x300)
    return {"ds": segment, "dx": 0, "es": segment, "bx": 0x300}


def execute(guest: Guest, name: bytes, data: bytes, *, kind: int = 0, tail: bytes = b"") -> None:
    free_memory(guest)
    (guest.folder / name.decode()).write_bytes(data)
    guest.call(0x4B00 | kind, **parameters(guest, name, tail))


def test_the_first_program_has_a_complete_psp(tmp_path: Path):
    guest = Guest(tmp_path, tail=b" a:in.c out.obj /x")
    psp = guest.dos.psp
    raw = guest.memory.read(psp << 4, 256)
    assert raw[:2] == b"\xcd\x20"
    assert raw[2:4] == b"\x00\xa0"
    assert raw[5] == 0x9A
    assert raw[0x0A:0x0E] == struct.pack("<2H", 0x110, 0xF000)
    assert struct.unpack_from("<H", raw, 0x16)[0] == guest.dos.processes.shell.segment
    assert raw[0x18:0x1D] == guest.memory.read(guest.dos.processes.shell.base + 0x18, 5)
    assert raw[0x1D:0x2C] == b"\xff" * 15
    assert struct.unpack_from("<3H", raw, 0x32) == (20, 0x18, psp)
    assert raw[0x38:0x3C] == b"\xff\xff\xff\xff"
    assert raw[0x50:0x53] == b"\xcd\x21\xcb"
    assert raw[0x5C:0x68] == b"\x01IN      C  "
    assert raw[0x6C:0x78] == b"\x00OUT     OBJ"
    assert raw[0x80:0x94] == b"\x12 a:in.c out.obj /x\r"
    shell = guest.dos.processes.shell
    assert shell.parent == shell.segment


def test_call_5_leads_to_the_same_routine_with_a20_on_and_off(guest: Guest):
    segment, offset = Psp.at(guest.memory, guest.dos.psp).cpm_call
    address = linear(segment, offset)
    assert offset >= 0xFE00, "bytes that a CP/M program may use"
    assert address >= 0x100000
    assert guest.memory.read(address, 29) == guest.memory.read(address & 0xFFFFF, 29)
    assert guest.memory.read(address + 23, 3) == b"\xcd\x21\xcb"


def test_the_environment_ends_in_the_program_path(tmp_path: Path):
    from int21.settings import DosSettings

    guest = Guest(tmp_path, settings=DosSettings(environment={"BLASTER": "A220 I7 D1"}))
    environment = Psp.at(guest.memory, guest.dos.psp).environment
    block = guest.memory.read(environment << 4, 256)
    strings, _, rest = block.partition(b"\0\0")
    assert strings.split(b"\0") == [b"COMSPEC=C:\\COMMAND.COM", b"PATH=C:\\", b"PROMPT=$P$G", b"BLASTER=A220 I7 D1"]
    assert rest.startswith(b"\x01\0C:\\MAIN.COM\0")
    assert guest.dos.arena.block(environment).owner == guest.dos.psp


def test_a_com_program_begins_with_the_registers_of_dos_5(tmp_path: Path):
    guest = Guest(tmp_path, program=b"CODE", tail=b" Z:none c:yes")
    regs, psp = guest.regs, guest.dos.psp
    assert (regs.cs, regs.ds, regs.es, regs.ss) == (psp,) * 4
    assert (regs.ip, regs.sp, regs.si, regs.di) == (0x100, 0xFFFE, 0x100, 0xFFFE)
    assert (regs.ax, regs.bx, regs.cx, regs.dx, regs.bp) == (0x00FF, 0x00FF, 0x00FF, psp, 0x091C)
    assert regs.interrupts
    assert guest.memory.u16(linear(psp, 0xFFFE)) == 0
    assert guest.memory.read(linear(psp, 0x100), 4) == b"CODE"
    block = guest.dos.arena.block(psp)
    assert block.last, "a .COM program gets all of the memory"
    assert block.name == b"MAIN\0\0\0\0"
    assert guest.dos.dta == (psp, 0x80)


def test_exec_of_an_exe_relocates_and_allocates_as_the_header_says(guest: Guest):
    body = b"\x00\x00\x10\x00" + bytes(60)
    execute(guest, b"CHILD.EXE", exe(body, cs=1, ip=2, ss=3, sp=0x80, least=4, most=0x10, relocation=2), tail=b" hi")
    regs, psp = guest.regs, guest.dos.psp
    start = psp + 0x10
    assert (regs.cs, regs.ip, regs.ss, regs.sp) == (start + 1, 2, start + 3, 0x80)
    assert guest.memory.u16(linear(start, 2)) == 0x10 + start
    assert guest.dos.arena.block(psp).size == 0x10 + 4 + 0x10
    assert Psp.at(guest.memory, psp).memory_top == psp + 0x24
    assert Psp.at(guest.memory, psp).tail == b" hi"
    assert guest.memory.read((psp << 4) + 0x5C, 12) == b"\x00ONE     TXT"
    assert regs.ax == 0xFF00, "the second FCB names a drive that is not there"


def test_an_exe_that_wants_nothing_is_loaded_high(guest: Guest):
    execute(guest, b"HIGH.EXE", exe(b"HIGHCODE" * 4, least=0, most=0))
    psp = guest.dos.psp
    assert guest.regs.cs == 0xA000 - 2
    assert guest.memory.read(guest.regs.cs << 4, 8) == b"HIGHCODE"
    assert guest.dos.arena.block(psp).last


def test_exec_without_enough_memory_is_error_8_and_changes_nothing(guest: Guest):
    before = None
    free_memory(guest)
    before = [(b.segment, b.owner) for b in guest.dos.arena.blocks()]
    (guest.folder / "BIG.EXE").write_bytes(exe(b"x", least=0xF000))
    guest.call(0x4B00, **parameters(guest, b"BIG.EXE"))
    assert (guest.regs.cf, guest.regs.ax) == (True, 8)
    guest.dos.arena.largest_free()  # joins free neighbours
    assert [(b.segment, b.owner) for b in guest.dos.arena.blocks()] == before


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        (b"NONE.EXE", None, ErrorCode.FILE_NOT_FOUND),
        (b"NO\\NONE.EXE", None, ErrorCode.PATH_NOT_FOUND),
        (b"*.EXE", None, ErrorCode.FILE_NOT_FOUND),
        (b"", None, ErrorCode.FILE_NOT_FOUND),
        (b"NUL", None, ErrorCode.FILE_NOT_FOUND),
        (b"BAD.EXE", b"BAD", ErrorCode.INVALID_FORMAT),
        (b"LARGE.COM", bytes(0xFF00), ErrorCode.INSUFFICIENT_MEMORY),
    ],
)
def test_exec_errors(guest: Guest, name: bytes, data: bytes | None, code: ErrorCode):
    free_memory(guest)
    if data is not None:
        (guest.folder / name.decode()).write_bytes(data)
    guest.call(0x4B00, **parameters(guest, name))
    assert (guest.regs.cf, guest.regs.ax) == (True, code)
    assert guest.call(0x5900, bx=0).ax == code


@covers("21h/4Ah", "21h/4B00h")
def test_an_environment_without_end_is_error_10(guest: Guest):
    free_memory(guest)
    guest.memory.fill(0x30000, 0x9000, 0x41)
    (guest.folder / "A.COM").write_bytes(b"x")
    guest.call(0x4B00, **parameters(guest, b"A.COM", environment=0x3000))
    assert guest.regs.ax == ErrorCode.INVALID_ENVIRONMENT


def test_a_child_ends_and_the_parent_goes_on_where_it_called(guest: Guest):
    free_memory(guest)
    (guest.folder / "CHILD.COM").write_bytes(b"x")
    parent = guest.dos.psp
    guest.regs.ss, guest.regs.sp = parent, 0x2000
    guest.regs.cs, guest.regs.ip = parent, 0x1234
    guest.memory.write(0x23 * 4, b"\x11\x11\x22\x22")
    registers = parameters(guest, b"CHILD.COM") | {"cx": 0xC0DE, "si": 0x51, "di": 0xD1, "bp": 0xB9}
    guest.call(0x4B00, **registers)
    child = guest.dos.psp
    assert child != parent
    assert frame.read(guest.memory, (parent, 0x2000 - 24))["cx"] == 0xC0DE
    assert guest.memory.read(0x22 * 4, 4) == struct.pack("<2H", 0x1234, parent)
    guest.call(0x2523, ds=0x9999, dx=0x9999)
    guest.call(0x4800, bx=1)
    guest.call(0x4C07)
    regs = guest.regs
    assert (guest.dos.psp, regs.cs, regs.ip, regs.ss, regs.sp) == (parent, parent, 0x1234, parent, 0x2000)
    assert (regs.cx, regs.si, regs.di, regs.bp) == (0xC0DE, 0x51, 0xD1, 0xB9)
    assert not regs.cf
    assert regs.interrupts
    assert guest.memory.read(0x23 * 4, 4) == b"\x11\x11\x22\x22", "INT 23h is the parent's again"
    assert not [b for b in guest.dos.arena.blocks() if b.owner == child]
    regs.cf = True
    assert guest.call(0x4D00).ax == 0x0007
    assert not regs.cf
    assert guest.call(0x4D00).ax == 0, "the code is told once"
    assert not guest.dos.terminated


@covers("20h", "21h/31h", "27h")
@pytest.mark.parametrize(
    ("end", "keep", "kind"), [((0x3105, 0x21, 0x30), 0x30, 3), ((0, 0x27, 0x201), 0x21, 3), ((0, 0x20, 0), None, 0)]
)
def test_ways_to_end_a_program(guest: Guest, end: tuple[int, int, int], keep: int | None, kind: int):
    execute(guest, b"CHILD.COM", b"x")
    child = guest.dos.psp
    ax, vector, dx = end
    guest.call(ax, vector, dx=dx)
    owned = {b.segment: b.size for b in guest.dos.arena.blocks() if b.owner == child}
    assert owned.get(child) == keep
    assert guest.call(0x4D00).ax == kind << 8 | (ax & 0xFF)


def test_a_child_inherits_handles_and_its_own_are_closed(guest: Guest):
    (guest.folder / "DATA.TXT").write_bytes(b"0123456789")
    segment, offset = guest.put(b"DATA.TXT\0", 0x500)
    handle = guest.call(0x3D00, ds=segment, dx=offset).ax
    execute(guest, b"CHILD.COM", b"x")
    assert guest.dos.files.read(handle, 4) == b"0123"
    own = guest.call(0x3D00, ds=segment, dx=offset).ax
    assert own == handle + 1
    guest.call(0x4C00)
    assert guest.dos.files.read(handle, 2) == b"45"
    assert guest.call(0x3F00, bx=own, cx=1).ax == ErrorCode.INVALID_HANDLE


def test_the_last_program_stops_dos(guest: Guest):
    psp = guest.dos.psp
    guest.call(0x4C2A)
    assert guest.dos.terminated
    assert (guest.dos.exit_code, guest.dos.exit_kind) == (0x2A, ExitKind.NORMAL)
    assert (guest.regs.cs, guest.regs.ip) == guest.dos.settings.terminate_address
    assert not [b for b in guest.dos.arena.blocks() if b.owner == psp]


@covers("21h/4Ch")
def test_a_program_whose_parent_is_gone_returns_to_the_shell(guest: Guest):
    Psp.at(guest.memory, guest.dos.psp).parent = 0xBEEF
    guest.call(0x4C01)
    assert guest.dos.terminated


@covers("21h/4B01h")
def test_load_only_gives_entry_and_stack(guest: Guest):
    execute(guest, b"CHILD.EXE", exe(bytes(32), cs=1, ip=5, ss=2, sp=0x100), kind=1)
    assert not guest.regs.cf
    child = guest.dos.psp
    sp, ss, ip, cs = struct.unpack("<4H", guest.memory.read(guest.scratch + 0x30E, 8))
    assert (cs, ip, ss, sp) == (child + 0x11, 5, child + 0x12, 0xFE)
    assert guest.memory.u16(linear(ss, sp)) == 0xFF00
    assert guest.regs.cs != cs, "nothing runs yet"


@covers("21h/4B03h")
def test_an_overlay_is_relocated_by_the_factor(guest: Guest):
    (guest.folder / "OVL.EXE").write_bytes(exe(b"\x00\x00\x05\x00", relocation=2))
    guest.put(b"OVL.EXE\0", 0)
    guest.put(struct.pack("<2H", 0x5000, 0x0100), 0x80)
    guest.memory.write(0x50004, b"\xaa" * 16)
    segment = guest.scratch >> 4
    psp = guest.dos.psp
    guest.call(0x4B03, ds=segment, dx=0, es=segment, bx=0x80)
    assert not guest.regs.cf
    assert guest.memory.read(0x50000, 20) == b"\x00\x00\x05\x01" + b"\xaa" * 16, "nothing behind the file's end"
    assert guest.dos.psp == psp


@covers("21h/4Bh")
def test_unknown_kinds_of_exec(guest: Guest):
    guest.call(0x4B02)
    assert (guest.regs.cf, guest.regs.ax) == (True, ErrorCode.INVALID_FUNCTION)


@covers("21h/55h")
def test_child_psp_of_a_debugger_returns_to_its_creator(guest: Guest):
    parent = guest.dos.psp
    guest.regs.ss, guest.regs.sp = parent, 0x1F00
    guest.call(0x5500, dx=0x4000, si=0x5000)
    assert guest.dos.psp == 0x4000
    child = Psp.at(guest.memory, 0x4000)
    assert (child.parent, child.memory_top, child.terminate) == (parent, 0x5000, 0x20CD)
    guest.call(0x4C03)
    assert guest.dos.psp == parent
    assert (guest.regs.ss, guest.regs.sp) == (parent, 0x1F00)


@covers("2Eh")
def test_the_command_back_door_needs_a_shell(guest: Guest):
    guest.put(b"\x03dir\r", 0)
    assert guest.call(0, 0x2E, ds=guest.scratch >> 4, si=0).ax == 0xFFFF
