"""INT 10h in graphics modes: pixels, characters and scrolling in every way a mode holds its picture."""

from __future__ import annotations

import numpy as np
import pytest

from dosemu.bios.bios import Bios, make_bios
from dosemu.screen import Screen
from hw.clock import Clock
from hw.memory import Memory
from hw.vga.fonts import font_bytes
from hw.vga.modes import MODES
from hw.video_mode import Kind
from tests.fakes import FakeRegisters

GRAPHICS = [number for number, mode in sorted(MODES.items()) if mode.kind is not Kind.TEXT]
# The highest colour of each kind that is not an exclusive or.
COLOURS = {Kind.CGA2: 1, Kind.CGA4: 3, Kind.PLANAR: 15, Kind.LINEAR: 31}


@pytest.fixture
def bios() -> Bios:
    return make_bios(Memory(0x200000), Clock())


@pytest.fixture
def screen(bios: Bios) -> Screen:
    return Screen(bios.adapter, bios.memory, bios.bda)


def call(bios: Bios, **registers: int) -> FakeRegisters:
    regs = FakeRegisters(**registers)
    assert bios.call(0x10, regs)
    return regs


def lit(screen: Screen) -> list[list[int]]:
    places: list[list[int]] = np.argwhere(screen.frame.any(axis=2)).tolist()
    return places


@pytest.mark.parametrize("mode", GRAPHICS)
def test_pixels(bios: Bios, screen: Screen, mode: int) -> None:
    call(bios, ax=mode)
    kind, width, height = MODES[mode].kind, MODES[mode].width, MODES[mode].height
    top = COLOURS[kind]
    places = [(0, 0), (1, 3), (height // 2, width // 2 + 5), (height - 1, width - 1)]
    for y, x in places:
        call(bios, ax=0x0C00 | top, cx=x, dx=y)
        assert call(bios, ax=0x0D00, cx=x, dx=y).al == top
    assert lit(screen) == [list(place) for place in places]
    call(bios, ax=0x0C00 | top, cx=width, dx=0)  # outside
    call(bios, ax=0x0C00 | top, cx=0, dx=height)
    assert lit(screen) == [list(place) for place in places]
    if kind is not Kind.LINEAR:
        call(bios, ax=0x0C80 | top, cx=3, dx=1)  # exclusive or
        assert call(bios, ax=0x0D00, cx=3, dx=1).al == 0


@pytest.mark.parametrize("mode", GRAPHICS)
def test_characters_scroll_and_are_found_again(bios: Bios, screen: Screen, mode: int) -> None:
    call(bios, ax=mode)
    height = MODES[mode].cell_height
    call(bios, ax=0x0200, dx=0x0203)
    call(bios, ax=0x0941, bx=0x0001, cx=2)
    font = font_bytes(height)
    expected = [
        [2 * height + y, column * 8 + x]
        for y in range(height)
        for column in (3, 4)
        for x in range(8)
        if font[0x41 * height + y] >> 7 - x & 1
    ]
    assert lit(screen) == expected
    assert call(bios, ax=0x0800).al == 0x41
    call(bios, ax=0x0601, bx=0, cx=0x0000, dx=0x0527)  # up by a line
    assert lit(screen) == [[y - height, x] for y, x in expected]
    call(bios, ax=0x0702, bx=0, cx=0x0000, dx=0x0503)  # the left part down by two
    assert lit(screen) == sorted([y + height if x < 32 else y - height, x] for y, x in expected)
    call(bios, ax=0x0600, bx=0, cx=0, dx=0x1D4F)
    assert lit(screen) == []


def test_pages_of_mode_0dh(bios: Bios, screen: Screen) -> None:
    call(bios, ax=0x0D)
    call(bios, ax=0x0C0F, bx=0x0300, cx=9, dx=4)
    assert lit(screen) == []
    call(bios, ax=0x0503)
    assert lit(screen) == [[4, 9]]


def test_upper_characters_of_the_cga_modes_come_from_vector_1fh(bios: Bios, screen: Screen) -> None:
    call(bios, ax=0x06)
    bios.memory.write(0x50000, b"\x80" + bytes(7))
    bios.set_vector(0x1F, 0x5000, 0)
    call(bios, ax=0x0980, bx=1, cx=1)
    assert lit(screen) == [[0, 0]]


@pytest.mark.parametrize("mode", GRAPHICS)
def test_setting_a_mode_empties_all_memory_unless_it_is_told_to_keep_it(bios: Bios, screen: Screen, mode: int) -> None:
    call(bios, ax=mode)
    call(bios, ax=0x0C01, cx=5, dx=5)
    call(bios, ax=mode | 0x80)
    assert lit(screen) == [[5, 5]]
    call(bios, ax=mode)
    assert lit(screen) == []


def test_a_font_stays_in_plane_2_when_text_is_set_again(bios: Bios, screen: Screen) -> None:
    bios.ports.write(0x3C4, 0x0402, 2)
    bios.ports.write(0x3C4, 0x0704, 2)
    for value in (0x0005, 0x0406):
        bios.ports.write(0x3CE, value, 2)
    bios.memory.write(0xA0000 + 0x41 * 32, b"\xff" + bytes(15))  # a program's own A
    for value in (0x1005, 0x0E06):
        bios.ports.write(0x3CE, value, 2)
    bios.ports.write(0x3C4, 0x0302, 2)
    bios.ports.write(0x3C4, 0x0304, 2)
    call(bios, ax=0x0100, cx=0x2000)
    call(bios, ax=0x0941, bx=7, cx=1)
    assert lit(screen) == [[0, x] for x in range(8)]
    assert screen.text()[0] == "A"
