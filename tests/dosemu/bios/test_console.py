"""The console that DOS writes to and reads from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosemu.bios.bios import Bios, make_bios
from dosemu.screen import Screen
from hw.clock import Clock
from hw.memory import Memory
from tests.covers import covers
from tests.fakes import FakeRegisters


@pytest.fixture
def screen(bios: Bios) -> Screen:
    return Screen(bios.adapter, bios.memory, bios.bda)


def read_all(bios: Bios) -> bytes:
    seen = bytearray()
    while (byte := bios.console.peek()) is not None:
        assert bios.console.read() == byte
        seen.append(byte)
    return bytes(seen)


def test_lines_tabs_and_backspaces(bios: Bios, screen: Screen) -> None:
    bios.console.write(b"a\tb\r\n\tc\x08d\r\nlast")
    assert screen.text().splitlines()[:3] == ["a       b", "        d", "last"]
    assert screen.cursor[:2] == (2, 4)


def test_long_lines_wrap_and_the_screen_scrolls(bios: Bios, screen: Screen) -> None:
    bios.console.write(b"x" * 85 + b"\r\n" + b"".join(b"line %d\r\n" % n for n in range(40)))
    lines = screen.text().splitlines()
    assert lines[0] == "line 16"
    assert lines[23] == "line 39"
    assert screen.cursor[:2] == (24, 0)


def test_colours_that_are_there_stay(bios: Bios, screen: Screen) -> None:
    bios.memory.write(0xB8000, b"\x20\x1e" * 10)
    bios.console.write(b"Hi")
    assert screen.cells[0, :3].tolist() == [[0x48, 0x1E], [0x69, 0x1E], [0x20, 0x1E]]


def test_a_bell_rings(bios: Bios, screen: Screen) -> None:
    heard: list[int] = []
    bios.on_bell = lambda: heard.append(1)
    bios.console.write(b"a\x07b")
    assert heard == [1]
    assert screen.text().splitlines()[0] == "ab"


def test_other_control_codes_are_shown_as_their_pictures(bios: Bios, screen: Screen) -> None:
    bios.console.write(b"\x01\x1b\xe1\xdb")
    assert screen.text().splitlines()[0] == "☺←ß█"


def test_keys_come_as_bytes(bios: Bios) -> None:
    for key in (0x1E61, 0x3B00, 0x48E0, 0xE00D, 0x0000, 0x8500, 0x00E1, 0x00E0):
        bios.keys.put(key)
    assert read_all(bios) == b"a\0;\0H\r\x03\0\x85\xe1\xe0"
    assert bios.console.read() is None


def test_flush_drops_half_read_keys_too(bios: Bios) -> None:
    bios.keys.put(0x3B00)
    bios.keys.put(0x1E61)
    assert bios.console.read() == 0
    bios.console.flush()
    assert bios.console.read() is None


@covers("10h/0Eh")
@settings(deadline=None)
@given(st.binary(max_size=300))
def test_writing_in_one_go_is_writing_byte_by_byte(data: bytes) -> None:
    """The console's runs of characters and INT 10h/0Eh agree, but for tabs, which CON expands."""
    data = data.replace(b"\t", b"")
    console, teletype = (make_bios(Memory(0x100000), Clock()) for _ in range(2))
    console.console.write(data)
    for byte in data:
        teletype.call(0x10, FakeRegisters(ax=0x0E00 | byte))
    assert console.memory.read(0xB8000, 0x8000) == teletype.memory.read(0xB8000, 0x8000)
    assert console.bda.cursor(0) == teletype.bda.cursor(0)
    assert console.vga.cursor_address == teletype.vga.cursor_address
