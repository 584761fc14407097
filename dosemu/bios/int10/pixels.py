"""INT 10h: pixels (0Ch, 0Dh) and characters drawn as pixels in mode 13h.

The planar and CGA modes have no picture memory yet: there these functions do nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dosemu.bios.int10.modes import cell_height, columns, current_mode
from dosemu.bios.int10.table import TABLE
from hw.vga.modes import Kind
from int21.registers import Registers

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

_BASE: Final = 0xA0000
_WIDTH, _HEIGHT = 320, 200
# The eight dots of a font byte as eight bytes 0 or 1 of one number: times a colour, they are its pixels.
_DOTS: Final = tuple(sum((bits >> x & 1) << 8 * x for x in range(8)) for bits in range(256))


def _is_linear(bios: Bios) -> bool:
    return current_mode(bios).kind is Kind.LINEAR


def _glyph(bios: Bios, character: int) -> bytes:
    """The rows of a character, by the font vectors 43h (or 1Fh for the upper half of an 8x8 font)."""
    height = cell_height(bios)
    segment, offset = bios.vector(0x43)
    return bios.read_guest((segment << 4) + offset + character * height, height)


def write_characters(bios: Bios, row: int, column: int, text: bytes, colour: int) -> None:
    """Draw characters side by side."""
    if not _is_linear(bios):
        return
    height = cell_height(bios)
    for position, character in enumerate(text, column):
        if position >= columns(bios) or (row + 1) * height > _HEIGHT or (position + 1) * 8 > _WIDTH:
            return
        for y, bits in enumerate(_glyph(bios, character)):
            dots = (_DOTS[bits] * colour).to_bytes(8, "big")
            bios.memory.write(_BASE + (row * height + y) * _WIDTH + position * 8, dots)


def read_character(bios: Bios, row: int, column: int) -> int:
    """The character whose dots stand at a place, 0 when none fits."""
    height = cell_height(bios)
    if not _is_linear(bios) or (row + 1) * height > _HEIGHT or (column + 1) * 8 > _WIDTH:
        return 0
    rows = bytearray()
    for y in range(height):
        line = bios.memory.read(_BASE + (row * height + y) * _WIDTH + column * 8, 8)
        rows.append(sum(0x80 >> x for x in range(8) if line[x]))
    return next((character for character in range(256) if _glyph(bios, character) == rows), 0)


def scroll(bios: Bios, lines: int, colour: int, window: tuple[int, int, int, int]) -> None:
    """Scroll a window of character cells of mode 13h up by ``lines`` (down when negative, clear when 0)."""
    height = cell_height(bios)
    top, left, bottom, right = window
    first, last = top * height, min((bottom + 1) * height, _HEIGHT) - 1
    start, size = left * 8, min((right - left + 1) * 8, _WIDTH - left * 8)
    if size <= 0:
        return
    blank = bytes((colour,)) * size
    if size == _WIDTH:
        # Whole lines follow each other in memory: one move.
        total = (last - first + 1) * _WIDTH
        move = min(abs(lines) * height * _WIDTH, total) if lines else total
        address = _BASE + first * _WIDTH
        kept = bios.memory.read(address + move if lines > 0 else address, total - move)
        gap = bytes((colour,)) * move
        bios.memory.write(address, kept + gap if lines >= 0 else gap + kept)
        return
    order = range(first, last + 1) if lines >= 0 else range(last, first - 1, -1)
    for y in order:
        source = y + lines * height
        data = blank
        if lines and first <= source <= last:
            data = bios.memory.read(_BASE + source * _WIDTH + start, size)
        bios.memory.write(_BASE + y * _WIDTH + start, data)


@TABLE.service(0x0C, name="write pixel", takes="AL colour, CX column, DX row")
def write_pixel(bios: Bios, regs: Registers) -> None:
    if _is_linear(bios) and regs.cx < _WIDTH and regs.dx < _HEIGHT:
        bios.memory.set_u8(_BASE + regs.dx * _WIDTH + regs.cx, regs.al)


@TABLE.service(0x0D, name="read pixel", takes="CX column, DX row", gives="AL colour")
def read_pixel(bios: Bios, regs: Registers) -> None:
    inside = _is_linear(bios) and regs.cx < _WIDTH and regs.dx < _HEIGHT
    regs.al = bios.memory.u8(_BASE + regs.dx * _WIDTH + regs.cx) if inside else 0
