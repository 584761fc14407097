"""Functions of a line or two."""

from __future__ import annotations

import struct

import pytest

from int21.psp import Psp
from tests.covers import covers
from tests.int21.files_guest import BUFFER, created, error
from tests.int21.machine import Guest


@covers("21h/18h", "21h/1Dh", "21h/1Eh", "21h/20h", "21h/61h", "21h/6Bh")
@pytest.mark.parametrize("ah", [0x18, 0x1D, 0x1E, 0x20, 0x61, 0x6B])
def test_reserved_functions_give_zero(guest: Guest, ah: int) -> None:
    regs = guest.call(ah << 8 | 0x55)
    assert (regs.al, regs.cf) == (0, False)


@covers("21h/00h")
def test_function_0_ends_the_program(guest: Guest) -> None:
    guest.call(0x0012, cs=guest.dos.psp)
    assert (guest.dos.terminated, guest.dos.exit_code) == (True, 0)


@covers("21h/03h")
def test_the_auxiliary_device_gives_the_end_when_nothing_is_connected(guest: Guest) -> None:
    assert guest.call(0x0300).al == 0x1A


@covers("21h/26h", "21h/50h")
def test_a_new_psp_is_a_copy_with_the_present_vectors(guest: Guest) -> None:
    segment = (guest.scratch >> 4) + 0x100
    guest.memory.write(guest.dos.psp * 16 + 0x80, b"\x04 abc\r")
    guest.memory.set_u32(0x24 * 4, 0x12345678)
    files = guest.memory.read(guest.dos.psp * 16 + 0x18, 20)
    guest.call(0x4A00, es=guest.dos.psp, bx=0x1000)
    assert not guest.call(0x6700, bx=40).cf  # the handles move out of the PSP
    guest.memory.fill(guest.dos.psp * 16 + 0x18, 20, 0xEE)
    guest.call(0x2600, dx=segment, cs=guest.dos.psp)
    psp, current = Psp.at(guest.memory, segment), guest.dos.processes.current
    assert (psp.parent, psp.memory_top) == (current.parent, current.memory_top)
    assert (psp.job_file_table, psp.handle_count, psp.handle_table) == (files, 20, (segment, 0x18))
    assert (psp.terminate, psp.int21_code) == (0x20CD, b"\xcd\x21\xcb")
    assert guest.memory.read(segment * 16 + 0x80, 6) == b"\x04 abc\r"
    assert guest.memory.u32(segment * 16 + 0x12) == 0x12345678
    before = guest.dos.psp
    guest.call(0x5000, bx=segment)
    assert guest.call(0x6200).bx == segment
    guest.call(0x5000, bx=before)


@covers("21h/3303h", "21h/3304h", "21h/3307h", "21h/3701h", "21h/3702h", "21h/3703h", "21h/64h")
def test_switches_that_are_accepted_and_stay(guest: Guest) -> None:
    guest.call(0x3304, dx=1)
    assert guest.call(0x3303).dl == 0
    assert guest.call(0x3307).al == 0xFF, "of Windows 95"
    assert guest.call(0x3701, dx=0x2D).al == 0
    assert guest.call(0x3700).dl == 0x2F
    assert guest.call(0x3702).dl == 0xFF
    assert guest.call(0x3703, dx=0).al == 0
    assert not guest.call(0x6400).cf


@covers("21h/4B05h")
def test_a_program_that_was_loaded_by_hand_gets_the_version(guest: Guest) -> None:
    psp = guest.dos.psp
    guest.memory.set_u16(psp * 16 + 0x40, 0)
    segment, offset = guest.put(struct.pack("<HHHHHHHHI", 0, 1, 0, 0, psp, 0x100, psp, 0, 0))
    assert error(guest.call(0x4B05, ds=segment, dx=offset)) is None
    assert guest.memory.u16(psp * 16 + 0x40) == 5


@covers("21h/5D0Ah")
def test_the_extended_error_can_be_set(guest: Guest) -> None:
    segment, offset = guest.put(struct.pack("<11H", 0x21, 0x0A02, 0x0500, 0, 0, 0x1234, 0, 0, 0x5678, 0, 0))
    guest.call(0x5D0A, ds=segment, dx=offset)
    regs = guest.call(0x5900, bx=0)
    assert (regs.ax, regs.bx, regs.ch, regs.es, regs.di) == (0x21, 0x0A02, 5, 0x5678, 0x1234)


@covers("21h/63h", "21h/6301h", "21h/6302h")
def test_the_interim_console_flag(guest: Guest) -> None:
    assert error(guest.call(0x6301, dx=1)) is None
    assert guest.call(0x6302).dl == 1
    assert error(guest.call(0x6301, dx=2)) == 1
    assert error(guest.call(0x6303)) == 1


@covers("21h/65A0h", "21h/65A1h", "21h/65A2h", "21h/66h")
def test_names_in_upper_case(guest: Guest) -> None:
    assert guest.call(0x65A0, dx=0x81).dl == 0x9A
    segment, offset = guest.put(b"ab\x81cd\0ef")
    guest.call(0x65A1, ds=segment, dx=offset, cx=2)
    assert guest.memory.read(guest.scratch, 8) == b"AB\x81cd\0ef"
    guest.call(0x65A2, ds=segment, dx=offset)
    assert guest.memory.read(guest.scratch, 8) == b"AB\x9aCD\0ef"
    assert error(guest.call(0x6603)) == 1


@covers("21h/6Ah")
def test_6ah_commits_as_68h_does(guest: Guest) -> None:
    assert error(guest.call(0x6A00, bx=created(guest, b"F"))) is None
    assert error(guest.call(0x6A00, bx=77)) == 6


@covers("28h", "2Ah", "2Ah/00h")
def test_idle_and_network_interrupts_do_nothing(guest: Guest) -> None:
    assert guest.call(0x1234, vector=0x28).ax == 0x1234
    assert guest.call(0x0012, vector=0x2A).ah == 0
    assert guest.call(0x8101, vector=0x2A).ax == 0x8101


@covers(
    "2Fh/0500h", "2Fh/0600h", "2Fh/0800h", "2Fh/1100h", "2Fh/1900h", "2Fh/AD80h", "2Fh/B800h"
)  # fmt: skip
@pytest.mark.parametrize("ax", [0x0500, 0x0600, 0x0800, 0x1100, 0x1900, 0xAD80, 0xB800])
def test_what_is_not_installed(guest: Guest, ax: int) -> None:
    assert guest.call(ax, vector=0x2F).al == 0


@covers("2Fh/1689h")
def test_the_idle_call_of_windows(guest: Guest) -> None:
    assert guest.call(0x1689, vector=0x2F).al == 0


@covers("2Fh/1204h", "2Fh/1205h", "2Fh/120Dh", "2Fh/1211h", "2Fh/1212h", "2Fh/1213h", "2Fh/1214h")
def test_dos_internal_texts(guest: Guest) -> None:
    guest.regs.ss, guest.regs.sp = guest.scratch >> 4, 0x3000
    segment, offset = guest.put(b"a/\x81.c\0")

    def internal(function: int, pushed: int = 0, **registers: int) -> None:
        guest.memory.set_u16(guest.scratch + 0x3000, pushed)
        guest.call(0x1200 | function, vector=0x2F, **registers)

    internal(0x04, ord("/"))
    assert (guest.regs.al, guest.regs.zf) == (0x5C, True)
    internal(0x05, ord("!"))
    assert guest.console.shown == b"!"
    internal(0x0D)
    assert guest.regs.ax == 15 << 9 | 1 << 5 | 1
    internal(0x11, ds=segment, si=offset, es=segment, di=BUFFER)
    assert guest.memory.asciiz(guest.scratch + BUFFER) == b"A\\\x9a.C"
    internal(0x12, es=segment, di=offset)
    assert guest.regs.cx == 6
    internal(0x13, 0x81)
    assert guest.regs.al == 0x9A
    internal(0x14, ds=1, si=2, es=1, di=2)
    assert (guest.regs.zf, guest.regs.cf) == (True, False)
    internal(0x14, ds=1, si=2, es=1, di=3)
    assert (guest.regs.zf, guest.regs.cf) == (False, True)


@covers("2Fh/1217h", "2Fh/1218h", "2Fh/122Eh")
def test_dos_internal_tables(guest: Guest) -> None:
    guest.regs.ss, guest.regs.sp = guest.scratch >> 4, 0x3000
    guest.memory.set_u16(guest.scratch + 0x3000, 2)
    regs = guest.call(0x1217, vector=0x2F)
    assert not regs.cf
    assert guest.memory.read((regs.ds << 4) + regs.si, 3) == b"C:\\"
    guest.memory.set_u16(guest.scratch + 0x3000, 99)
    assert guest.call(0x1217, vector=0x2F).cf
    guest.call(0x3000, ds=0x4321)
    regs = guest.call(0x1218, vector=0x2F)
    assert guest.memory.u16((regs.ds << 4) + regs.si) == 0x3000, "AX of the last call"
    regs = guest.call(0x122E, vector=0x2F, dx=0)
    assert (regs.es, regs.di) == (1, 0)


@covers("25h", "26h")
def test_folders_have_no_sectors(guest: Guest) -> None:
    for vector in (0x25, 0x26):
        regs = guest.call(2, vector=vector, cx=1, dx=0)
        assert regs.cf
        assert guest.call(25, vector=vector, cx=1, dx=0).ax & 0xFF == 1, "unknown unit"


@covers("33h/002Fh")
def test_the_mouse_is_reset(guest: Guest) -> None:
    assert guest.call(0x002F, vector=0x33).ax == 0xFFFF


@covers("2Fh/5582h")
def test_ctrl_c_outside_the_shell(guest: Guest) -> None:
    assert guest.call(0x5582, vector=0x2F).cf
