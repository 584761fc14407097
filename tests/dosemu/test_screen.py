"""The screen as seen from outside of the machine."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from dosemu.bios.bios import Bios, make_bios
from dosemu.screen import CP437, Screen
from hw.clock import SECOND, Clock
from hw.memory import Memory


@pytest.fixture
def bios() -> Bios:
    return make_bios(Memory(0x200000), Clock())


@pytest.fixture
def screen(bios: Bios) -> Screen:
    return Screen(bios.adapter, bios.memory, bios.bda)


def test_every_character_has_a_picture() -> None:
    assert len(CP437) == 256
    assert CP437[0xB0:0xE2] == bytes(range(0xB0, 0xE2)).decode("cp437")
    assert CP437[1:7] == "☺☻♥♦♣♠"


def test_text_has_a_line_for_each_row(bios: Bios, screen: Screen) -> None:
    bios.console.write(b"C:\\>dir\r\n")
    assert screen.text() == "C:\\>dir" + "\n" * 24


def test_pictures(bios: Bios, screen: Screen) -> None:
    bios.console.write(b"\xdb")
    image = Image.open(BytesIO(screen._repr_png_()))
    assert image.size == (720, 400)
    assert image.getpixel((0, 0)) == (170, 170, 170)
    assert screen.image().tobytes() == image.convert("RGB").tobytes()


def test_changes_are_noticed(bios: Bios, screen: Screen) -> None:
    assert screen.changed_since(None)
    token = screen.token()
    assert not screen.changed_since(token)
    bios.console.write(b"x")
    assert screen.changed_since(token)
    token = screen.token()
    bios.vga.set_dac(1, b"\1\2\3")
    assert screen.changed_since(token)
    token = screen.token()
    bios.clock.skip_to(SECOND // 8)  # the cursor blinks
    assert screen.changed_since(token)


def test_changes_in_graphics(bios: Bios, screen: Screen) -> None:
    bios.set_mode(0x13)
    token = screen.token()
    bios.memory.set_u8(0xA1234, 5)
    assert screen.changed_since(token)
    assert screen.cells.shape == (0, 0, 2)
    assert not screen.cursor.visible


def test_a_picture_in_four_planes(bios: Bios, screen: Screen) -> None:
    bios.set_mode(0x12)
    assert screen.size == (640, 480)
    assert not screen.frame.any()
    bios.ports.write(0x3C4, 0x0402, 2)  # plane 2 is red
    bios.memory.set_u8(0xA0000 + 80, 0x40)
    assert screen.frame[1, 1].tolist() == [170, 0, 0]
    assert screen.frame.sum() == 170
