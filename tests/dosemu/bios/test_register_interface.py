"""INT 10h/F0h to FAh on EGA and VGA, and the tables that 0040:00A8 leads to."""

from __future__ import annotations

import pytest

from dosemu.bios.bios import Bios, make_bios
from hw.clock import Clock
from hw.memory import Memory
from hw.vga.modes import MODES
from tests.covers import covers
from tests.fakes import FakeRegisters

CRTC, SEQUENCER, GRAPHICS, ATTRIBUTE, MISCELLANEOUS = 0x00, 0x08, 0x10, 0x18, 0x20
BUFFER = 0x30000


@pytest.fixture(params=["ega", "vga"])
def bios(request: pytest.FixtureRequest) -> Bios:
    return make_bios(Memory(0x200000), Clock(), request.param)


def call(bios: Bios, ax: int, **registers: int) -> FakeRegisters:
    regs = FakeRegisters(ax=ax, es=BUFFER >> 4, **{"bx": 0, **registers})
    assert bios.call(0x10, regs)
    return regs


@covers("10h/FAh")
def test_it_is_there(bios: Bios) -> None:
    regs = call(bios, 0xFA00, bx=0)
    assert regs.bx != 0
    assert bios.memory.u8((regs.es << 4) + regs.bx) > 0
    cga = make_bios(Memory(0x200000), Clock(), "cga")
    absent = FakeRegisters(ax=0xFA00, bx=0)
    assert not cga.call(0x10, absent)
    assert absent.bx == 0


@covers("10h/F0h", "10h/F1h")
def test_single_registers(bios: Bios) -> None:
    call(bios, 0x0010)
    assert call(bios, 0xF100, dx=GRAPHICS, bx=0x0503).bl == 5
    assert bios.vga.graphics(3) == 5
    assert call(bios, 0xF000, dx=GRAPHICS, bx=3).bl == 5
    misc = call(bios, 0xF000, dx=MISCELLANEOUS).bl
    call(bios, 0xF100, dx=MISCELLANEOUS, bx=misc & ~2)
    assert bios.vga.misc_output == misc & ~2


@covers("10h/F2h", "10h/F3h")
def test_ranges(bios: Bios) -> None:
    call(bios, 0x0010)
    bios.memory.write(BUFFER, bytes(range(0x30, 0x3A)))
    call(bios, 0xF300, dx=ATTRIBUTE, cx=0x030A)
    assert [bios.vga.attribute(index) for index in range(3, 13)] == list(range(0x30, 0x3A))
    call(bios, 0xF200, dx=ATTRIBUTE, cx=0x0404, bx=0x100)
    assert bios.memory.read(BUFFER + 0x100, 4) == bytes(range(0x31, 0x35))


@covers("10h/F4h", "10h/F5h")
def test_sets(bios: Bios) -> None:
    call(bios, 0x000D)
    bios.memory.write(BUFFER, bytes((SEQUENCER, 0, 2, 7, CRTC, 0, 0x13, 40, GRAPHICS, 0, 8, 0x55)))
    call(bios, 0xF500, cx=3)
    assert (bios.vga.sequencer(2), bios.vga.crtc(0x13), bios.vga.graphics(8)) == (7, 40, 0x55)
    bios.vga.set_graphics(8, 0x66)
    call(bios, 0xF400, cx=3)
    assert bios.memory.read(BUFFER, 12) == bytes((SEQUENCER, 0, 2, 7, CRTC, 0, 0x13, 40, GRAPHICS, 0, 8, 0x66))


@covers("10h/F6h", "10h/F7h")
def test_defaults(bios: Bios) -> None:
    call(bios, 0x0010)
    before = [bios.vga.graphics(index) for index in range(9)]
    call(bios, 0xF100, dx=GRAPHICS, bx=0x2208)
    call(bios, 0xF600)
    assert [bios.vga.graphics(index) for index in range(9)] == before
    bios.memory.write(BUFFER, bytes((0, 1, 2, 0, 0, 0, 5, 15, 0x77)))
    call(bios, 0xF700, dx=GRAPHICS)
    call(bios, 0xF600)
    assert bios.vga.graphics(8) == 0x77


def test_registers_that_are_not_there(bios: Bios) -> None:
    for group in (0x05, 0x28, 0x30, 0x99, 0xFFFF):
        call(bios, 0xF000, dx=group, bx=0xFF)
        call(bios, 0xF100, dx=group, bx=0xFFFF)
        call(bios, 0xF200, dx=group, cx=0xFFFF, bx=0x1000)
        call(bios, 0xF300, dx=group, cx=0xFFFF)
        call(bios, 0xF700, dx=group)
    for group in (CRTC, SEQUENCER, GRAPHICS, ATTRIBUTE):
        call(bios, 0xF300, dx=group, cx=0xF0FF, bx=0x8000)
    call(bios, 0xF400, cx=0xFFFF)
    call(bios, 0xF600)


def far(bios: Bios, address: int) -> int:
    return (bios.memory.u16(address + 2) << 4) + bios.memory.u16(address)


def test_the_save_pointers_lead_to_the_parameters(bios: Bios) -> None:
    pointers = far(bios, 0x4A8)
    table = far(bios, pointers)
    for entry, (columns, rows, cell) in {
        2: (80, 24, 14 if bios.adapter.name == "ega" else 8),
        0x12: (80, 24, 14),
    }.items():
        assert tuple(bios.memory.read(table + 64 * entry, 3)) == (columns, rows, cell)
    secondary = far(bios, pointers + 16)
    if bios.adapter.name == "ega":
        assert secondary == 0
        return
    assert bios.memory.u16(secondary) == 0x1A
    combinations = far(bios, secondary + 2)
    assert bios.memory.read(combinations + 4 + 2 * bios.bda.combination_code, 2) == b"\x00\x08"
    mode_13h = bios.memory.read(table + 64 * 0x1C, 64)
    assert mode_13h[10:35] == MODES[0x13].crtc
    assert mode_13h[55:64] == MODES[0x13].graphics
