from __future__ import annotations

from pathlib import Path

import pytest

from int21.settings import DosSettings
from tests.covers import covers
from tests.int21.machine import Guest


@covers("21h/3306h")
def test_version_and_serial_number(tmp_path: Path):
    guest = Guest(tmp_path, settings=DosSettings(version=(6, 22), serial_number=0x123456))
    regs = guest.call(0x3000)
    assert (regs.ax, regs.bx, regs.cx) == (0x1606, 0xFF12, 0x3456)
    regs = guest.call(0x3306)
    assert (regs.bx, regs.dx) == (0x1606, 0)
    assert guest.memory.u16((guest.dos.psp << 4) + 0x40) == 0x1606


@covers("21h/30h")
def test_version_5_is_the_default(guest: Guest):
    assert guest.call(0x3000).ax == 0x0005


@covers("21h/35h")
def test_vectors(guest: Guest):
    guest.call(0x2560, ds=0x1234, dx=0x5678)
    assert guest.memory.read(0x60 * 4, 4) == b"\x78\x56\x34\x12"
    regs = guest.call(0x3560)
    assert (regs.es, regs.bx) == (0x1234, 0x5678)


@covers("21h/3300h", "21h/3302h", "21h/3305h", "21h/33h")
def test_break_checking(guest: Guest):
    assert guest.call(0x3300).dl == 0
    guest.call(0x3301, dx=1)
    assert guest.call(0x3302, dx=0).dl == 1
    assert guest.call(0x3300).dl == 0
    assert guest.call(0x3305).dl == 3
    assert guest.call(0x3399).al == 0xFF


@covers("21h/3700h", "21h/37h")
def test_verify_and_switch_character(guest: Guest):
    guest.call(0x2E01)
    assert guest.call(0x5400).al == 1
    assert guest.call(0x3700).dl == ord("/")
    assert guest.call(0x3705).al == 0xFF


@covers("21h/48h", "21h/49h")
def test_memory_functions_tell_sizes(guest: Guest):
    psp = guest.dos.psp
    regs = guest.call(0x4800, bx=0x10)
    assert (regs.cf, regs.ax, regs.bx) == (True, 8, 0)
    assert not guest.call(0x4A00, es=psp, bx=0x1000).cf
    segment = guest.call(0x4800, bx=0x10).ax
    assert segment == psp + 0x1001
    assert guest.dos.arena.block(segment).owner == psp
    regs = guest.call(0x4A00, es=psp, bx=0x1001)
    assert (regs.cf, regs.ax, regs.bx) == (True, 8, 0x1000)
    assert not guest.call(0x4900, es=segment).cf
    assert (guest.call(0x4900, es=0x7777).cf, guest.regs.ax) == (True, 9)
    assert (guest.call(0x4A00, es=0x7777, bx=1).cf, guest.regs.ax) == (True, 7), "as if the chain were broken"


@covers("21h/5800h", "21h/58h")
def test_allocation_strategy(guest: Guest):
    guest.call(0x4A00, es=guest.dos.psp, bx=0x1000)
    assert not guest.call(0x5801, bx=2).cf
    assert guest.call(0x5800).ax == 2
    assert guest.call(0x4800, bx=0x10).ax == 0xA000 - 0x10
    assert guest.call(0x5802).al == 0
    for ax, bx in ((0x5801, 3), (0x5803, 1), (0x5899, 0)):
        assert (guest.call(ax, bx=bx).cf, guest.regs.ax) == (True, 1)


@covers(
    "2Fh/0100h",
    "2Fh/1000h",
    "2Fh/1200h",
    "2Fh/1203h",
    "2Fh/1500h",
    "2Fh/1600h",
    "2Fh/1680h",
    "2Fh/1687h",
    "2Fh/AE00h",
    "2Fh/B700h",
)
@pytest.mark.parametrize(
    ("ax", "register", "value"),
    [
        (0x1000, "al", 0xFF),
        (0x1600, "al", 0x00),
        (0x1680, "al", 0x00),
        (0x1687, "ax", 0x1687),
        (0x4300, "al", 0x00),
        (0x1500, "bx", 0x0000),
        (0x1A00, "al", 0x00),
        (0x4A01, "bx", 0x0000),
        (0x4A02, "di", 0xFFFF),
        (0xAE00, "al", 0x00),
        (0xB700, "al", 0x00),
        (0x0100, "al", 0x00),
        (0x1200, "al", 0xFF),
        (0x1203, "ds", 0x0060),
    ],
)
def test_multiplex(guest: Guest, ax: int, register: str, value: int):
    assert getattr(guest.call(ax, 0x2F, bx=0xBEEF), register) == value


@covers("2Fh/1216h", "2Fh/1220h", "2Fh/1221h", "2Fh/1225h")
def test_internal_functions_of_the_multiplex_interrupt(guest: Guest):
    segment, offset = guest.put(b"c:/main.com\0")
    guest.regs.ds, guest.regs.si = segment, offset
    assert guest.call(0x1225, 0x2F).cx == 12
    guest.call(0x1221, 0x2F, es=segment, di=0x80)
    assert guest.memory.asciiz(guest.scratch + 0x80) == b"C:\\MAIN.COM"
    regs = guest.call(0x1220, 0x2F, bx=1)
    assert not regs.cf
    number = guest.memory.u8((regs.es << 4) + regs.di)
    regs = guest.call(0x1216, 0x2F, bx=number)
    assert guest.memory.read((regs.es << 4) + regs.di + 0x20, 3) == b"CON"
    assert guest.call(0x1220, 0x2F, bx=99).cf
