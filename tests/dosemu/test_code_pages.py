"""Code pages as users see them: the characters of the screen, its text, what the keyboard gives."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from dosemu.machine import Machine
from hw.vga.fonts import HEIGHTS, font_bytes
from int21.code_pages import NUMBERS
from tests.covers import covers
from tests.dosemu.guest import com
from tests.fakes import call_2f

# Code page 866 by INT 21h/6602h, the Russian alphabet's first letters, a key.
RUSSIAN = "b80266 bb6203 cd21 b409 ba1501 cd21 b400 cd16 cd20"
LETTERS = "АБВГД"


def cell(machine: Machine, column: int) -> bytes:
    """The dots of a character of the first line."""
    frame = machine.screen.frame
    return np.packbits(frame[:16, column * 9 : column * 9 + 8].any(axis=2), axis=1).tobytes()


@covers("21h/6602h")
def test_a_program_changes_the_characters_of_the_screen(tmp_path: Path) -> None:
    path = com(tmp_path, RUSSIAN, LETTERS.encode("cp866") + b"$")
    with Machine(path) as machine:
        machine.run(seconds=0.5)
        assert machine.screen.text().startswith(LETTERS)
        font = font_bytes(16, 866)
        assert cell(machine, 0) == font[0x80 * 16 : 0x81 * 16] != font_bytes(16)[0x80 * 16 : 0x81 * 16]
        # The video BIOS has them too, and still is one; another mode brings them again.
        rom = machine.memory.read(0xC0000, 0x7600)
        assert font in rom
        assert sum(rom) & 0xFF == 0
        machine.bios.set_mode(3)
        machine.bios.console.write(b"\x80")
        assert cell(machine, 0) == font[0x80 * 16 : 0x81 * 16]


@pytest.mark.parametrize("machine_type", ["cga", "hercules", "ega"])
def test_other_adapters_show_text_in_the_code_page(tmp_path: Path, machine_type: str) -> None:
    path = com(tmp_path, RUSSIAN, LETTERS.encode("cp866") + b"$")
    with Machine(path, machine=machine_type) as machine:
        machine.run(seconds=0.5)
        assert machine.screen.text().startswith(LETTERS)
        segment, offset = machine.bios.vector(0x1F)
        if machine_type != "hercules":
            assert machine.memory.read((segment << 4) + offset, 8) == font_bytes(8, 866)[0x400:0x408]


def test_a_code_page_from_the_start(tmp_path: Path) -> None:
    path = com(tmp_path, "b402 b29b cd21 b400 cd16 cd20")
    with Machine(path, codepage=850) as machine:
        machine.run(seconds=0.5)
        assert machine.screen.text().startswith("ø")


def test_the_keyboard_gives_the_characters_of_the_code_page(tmp_path: Path) -> None:
    # ü is the same byte in both pages, Á is none in 437: with Alt and the keypad, 181 in 850.
    path = com(tmp_path, "b80266 bb5203 cd21 b400 cd16 a21401 b409 ba1401 cd21 ebfe 2e24".replace("a21401", "a21601")
               .replace("ba1401", "ba1601"))  # fmt: skip
    with Machine(path) as machine:
        machine.run(seconds=0.2)
        machine.keyboard.type("Á")
        machine.run(seconds=0.5)
        assert machine.screen.text().startswith("Á")


@pytest.mark.parametrize("page", NUMBERS)
def test_every_character_of_every_page_has_a_picture(page: int) -> None:
    text = bytes(range(0x80, 0x100)).decode(f"cp{page}")
    for height in HEIGHTS:
        font = font_bytes(height, page)
        assert len(font) == 256 * height
        assert font[: 128 * height] == font_bytes(height)[: 128 * height]
        blank = [char for code, char in enumerate(text, 0x80) if not any(font[code * height : (code + 1) * height])]
        assert set(blank) <= {"\xa0"}


def test_a_snapshot_keeps_the_code_page(tmp_path: Path) -> None:
    path = com(tmp_path, RUSSIAN, LETTERS.encode("cp866") + b"$")
    with Machine(path) as machine:
        before = machine.snapshot()
        machine.run(seconds=0.5)
        after = machine.snapshot()
        machine.restore(before)
        assert machine.bios.code_page == 437
        machine.restore(after)
        assert machine.screen.text().startswith(LETTERS)
        assert cell(machine, 0) == font_bytes(16, 866)[0x80 * 16 : 0x81 * 16]


@covers("2Fh/1400h", "2Fh/AD00h", "2Fh/AD01h", "2Fh/AD02h", "2Fh/AD80h", "2Fh/AD81h", "2Fh/AD82h", "2Fh/AD83h")
@covers("2Fh/B000h", "2Fh/B001h")
def test_programs_find_keyb_and_display_sys(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "ebfe")) as machine:
        machine.bios.set_keyboard("GR", "cp437")

        call = partial(call_2f, machine)

        assert call(0x1400).al == 0xFF
        assert (call(0xAD00).al, call(0xAD00).bx) == (0xFF, 0x0100)
        assert call(0xAD80).al == 0xFF
        assert not call(0xAD01, bx=850).cf
        assert call(0xAD02).bx == 850
        assert machine.bios.national is not None
        assert machine.bios.national.codec == "cp850"
        regs = call(0xAD81, bx=932)
        assert (regs.cf, regs.ax) == (True, 1)
        assert not call(0xAD82, bx=0).cf
        assert (call(0xAD83).bl, machine.bios.keyboard_layout()) == (0, None)
        assert not call(0xAD82, bx=0xFF).cf
        assert call(0xAD83).bl == 0xFF
        assert call(0xAD82, bx=0x55).cf
        machine.bios.set_keyboard("US", "cp437")
        assert call(0xAD80).al == 0
        assert call(0xAD82, bx=0xFF).cf
        assert call(0xB000).al == 0xFF
        call(0xB001, ds=0x3000, bx=0)
        assert machine.memory.read(0x30000, 4) == machine.memory.read(0x1F * 4, 4)
