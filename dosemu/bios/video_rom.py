"""The video BIOS of EGA and VGA at C000h: fonts, parameter tables, and the pointers of 0040:00A8 that lead to them.

IBM PS/2 BIOS Interface Technical Reference, "Video": save pointer table, secondary save pointer table, display
combination codes, video parameter table; Ralf Brown's Interrupt List, MEMORY.LST (0040:00A8).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dosemu.bios.rom import ALTERNATE_FONT, FONT_OFFSETS, VIDEO_SEGMENT
from hw.memory import Memory
from hw.vga.fonts import font_bytes
from hw.vga.modes import MODES, Mode, mode_with_lines

PARAMETERS: Final = 0x4000
VIDEO_ROM_SIZE: Final = 0x7600  # DOS has a table behind it (int21/layout.py)
SAVE_POINTERS: Final = 0x4800
SECONDARY_POINTERS: Final = 0x4820
COMBINATIONS: Final = 0x4840
# Which displays may stand side by side: entries, version, highest code, then pairs of codes.
_COMBINATIONS: Final = bytes.fromhex(
    "10010800 0000 0001 0002 0201 0004 0401 0005 0205 0006 0106 0506 0008 0108 0007 0207 0607"
)
_UNUSED: Final = (0x08, 0x09, 0x0A, 0x0B, 0x0C)


def vga_parameters() -> tuple[Mode, ...]:
    """The 29 entries of a VGA's table, in its order: 200 lines, EGA modes for 64 KB and more, 350 lines, 400 lines."""
    old = [mode_with_lines(number, 200) for number in range(4)] + [MODES[number] for number in (4, 5, 6)]
    old.append(mode_with_lines(7, 350))
    graphics = [MODES[number] for number in (0x0D, 0x0E, 0x0F, 0x10, 0x0F, 0x10)]
    lines_350 = [mode_with_lines(number, 350) for number in range(4)]
    lines_400 = [MODES[number] for number in (0x01, 0x03, 0x07, 0x11, 0x12, 0x13)]
    return (*old, *[MODES[3]] * len(_UNUSED), *graphics, *lines_350, *lines_400)


def ega_parameters() -> tuple[Mode, ...]:
    """The 23 entries of an EGA's table: those of the VGA without its own."""
    from hw.vga.ega_modes import ega_modes

    small, large = ega_modes(64), ega_modes(256)
    first = [large[number] for number in range(8)]
    graphics = [large[0x0D], large[0x0E], small[0x0F], small[0x10], large[0x0F], large[0x10]]
    return (*first, *[large[3]] * len(_UNUSED), *graphics, *first[:4])


def build_video_rom(memory: Memory, parameters: Sequence[Mode], *, secondary: bool = True) -> None:
    """Write it; ``secondary``: with the tables that came with the VGA."""
    base = VIDEO_SEGMENT << 4
    memory.fill(base, VIDEO_ROM_SIZE)
    memory.write(base, bytes((0x55, 0xAA, VIDEO_ROM_SIZE >> 9, 0xCB)))  # an option ROM whose entry returns
    memory.write(base + 0x1E, b"IBM VGA Compatible BIOS\0" if secondary else b"IBM EGA Compatible BIOS\0")
    for height, offset in FONT_OFFSETS.items():
        memory.write(base + offset, font_bytes(height))
    memory.write(base + ALTERNATE_FONT, b"\0")
    memory.write(base + PARAMETERS, b"".join(map(_register_table, parameters)))
    pointers = [PARAMETERS, 0, 0, 0, SECONDARY_POINTERS if secondary else 0, 0, 0]
    memory.write(base + SAVE_POINTERS, b"".join(map(_far, pointers)))
    if secondary:
        pointers = [COMBINATIONS, 0, 0, 0, 0, 0]
        memory.write(base + SECONDARY_POINTERS, b"\x1a\x00" + b"".join(map(_far, pointers)))
        memory.write(base + COMBINATIONS, _COMBINATIONS)
    seal(memory)


def seal(memory: Memory) -> None:
    """Set the last byte so that all of them add up to 0, as a BIOS that looks for option ROMs wants it."""
    base, last = VIDEO_SEGMENT << 4, VIDEO_ROM_SIZE - 1
    memory.write(base + last, bytes((-sum(memory.read(base, last)) & 0xFF,)))


def _far(offset: int) -> bytes:
    """A far pointer into the video BIOS; 0: none."""
    return offset.to_bytes(2, "little") + (VIDEO_SEGMENT if offset else 0).to_bytes(2, "little")


def _register_table(mode: Mode) -> bytes:
    """The 64 bytes that the table has for each mode: columns, rows, cell, page size, registers."""
    head = bytes((mode.columns, mode.rows - 1, mode.cell_height)) + (mode.page_size & 0xFFFF).to_bytes(2, "little")
    return head + mode.sequencer[1:] + bytes((mode.misc,)) + mode.crtc + mode.attribute[:20] + mode.graphics
