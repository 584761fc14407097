"""BIOS functions that no other test names."""

from __future__ import annotations

import pytest

from dosemu.bios.bios import Bios
from tests.covers import covers
from tests.fakes import FakeRegisters


def call(bios: Bios, vector: int, ax: int = 0, **registers: int) -> FakeRegisters:
    regs = FakeRegisters(ax=ax, **registers)
    assert bios.call(vector, regs)
    return regs


@covers("10h/1018h", "10h/1019h")
def test_the_pixel_mask(bios: Bios) -> None:
    call(bios, 0x10, 0x1018, bx=0x0F)
    assert call(bios, 0x10, 0x1019).bl == 0x0F


@covers("10h/1013h", "10h/101Ah")
def test_colour_pages(bios: Bios) -> None:
    call(bios, 0x10, 0x1013, bx=0x0100)
    call(bios, 0x10, 0x1013, bx=0x0301)
    assert call(bios, 0x10, 0x101A).bx == 0x0301


@covers("10h/1101h", "10h/1102h", "10h/1104h", "10h/1110h")
def test_fonts_in_text_mode(bios: Bios) -> None:
    for function in (0x1101, 0x1102, 0x1104):
        call(bios, 0x10, function)
        assert (bios.bda.rows_less_1, bios.bda.cell_height) == (24, 16), "the screen stays as it is"
    bios.memory.write(0x5000, b"\xaa" * 8)
    call(bios, 0x10, 0x1110, bx=0x0800, cx=1, dx=0x41, es=0x500, bp=0)
    assert (bios.bda.rows_less_1, bios.bda.cell_height) == (49, 8)


@covers("10h/1120h", "10h/1121h", "10h/1122h", "10h/1123h", "10h/1124h")
def test_fonts_in_graphics_modes(bios: Bios) -> None:
    call(bios, 0x10, 0x0012)
    call(bios, 0x10, 0x1120, es=0x1234, bp=0x10)
    assert bios.vector(0x1F) == (0x1234, 0x10)
    call(bios, 0x10, 0x1121, es=0x2345, bp=0x20, cx=12, bx=2)
    assert bios.vector(0x43) == (0x2345, 0x20)
    for function, height in ((0x1122, 14), (0x1123, 8), (0x1124, 16)):
        call(bios, 0x10, function, bx=2)
        assert call(bios, 0x10, 0x1130, bx=0).cx == height


@covers("10h/EFh", "10h/FEh", "10h/FFh")
def test_drivers_that_are_not_there_change_nothing(bios: Bios) -> None:
    assert call(bios, 0x10, 0xEF00, dx=0x1234).dx in (0x1234, 0xFFFF)
    regs = call(bios, 0x10, 0xFE00, es=0xB800, di=0)
    assert (regs.es, regs.di) == (0xB800, 0)
    call(bios, 0x10, 0xFF00, es=0xB800, di=0, cx=10)


@covers("13h/04h", "13h/05h", "13h/16h")
def test_disk_functions_without_a_disk(bios: Bios) -> None:
    for function in (0x0401, 0x0501, 0x1600):
        assert call(bios, 0x13, function, dx=0x00, cx=1).cf


@covers("14h/02h", "14h/04h", "17h/01h", "17h/02h")
def test_ports(bios: Bios) -> None:
    for function in (0x0200, 0x0400):
        call(bios, 0x14, function, dx=0)
    for function in (0x0100, 0x0200):
        call(bios, 0x17, function, dx=0)


@covers("15h/84h")
def test_joystick(bios: Bios) -> None:
    port = bios.game_port
    assert port is not None
    port.plug(0b0111)
    port.set_axis(1, 0)
    port.set_axis(2, 100_000)
    port.set_button(2, True)
    regs = call(bios, 0x15, 0x8400, dx=1)
    assert (regs.ax, regs.bx, regs.cx, regs.dx, regs.cf) == (128, 1, 255, 0, False)
    assert call(bios, 0x15, 0x8400, dx=0).al == 0b1011_0000
    assert call(bios, 0x15, 0x8400, dx=2).cf


@covers("15h/85h", "15h/90h", "15h/C4h")
def test_system_services(bios: Bios) -> None:
    assert not call(bios, 0x15, 0x8500).cf
    assert not call(bios, 0x15, 0x9000).cf
    assert call(bios, 0x15, 0xC400).cf


@covers("16h/09h", "16h/0Ah", "16h/55h", "1Bh")
@pytest.mark.parametrize(("vector", "ax"), [(0x16, 0x0900), (0x16, 0x0A00), (0x16, 0x5500), (0x1B, 0)])
def test_keyboard_questions(bios: Bios, vector: int, ax: int) -> None:
    call(bios, vector, ax)
    assert bios.keys.peek() is None
