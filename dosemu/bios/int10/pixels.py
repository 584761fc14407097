"""INT 10h: pixels (0Ch, 0Dh), and characters drawn as pixels in graphics modes.

One canvas for each way a mode's memory holds its picture. Bit 7 of a colour means exclusive or, but not in
mode 13h. Characters 80h to FFh of the CGA modes come from vector 1Fh, all others from vector 43h.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dosemu.bios.int10.modes import cell_height, columns, current_mode
from dosemu.bios.int10.table import COMMON
from hw.video_mode import Kind, VideoMode
from int21.registers import Registers

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from dosemu.cpu.pixels import Pixels

_EXCLUSIVE: Final = 0x80
_ANY_PAGE: Final = -1
_CGA_BANK, _CGA_STRIDE = 0x2000, 80
# The eight dots of a font byte as eight bytes 0 or 1 of one number: times a colour, they are its pixels.
_DOTS: Final = tuple(sum((bits >> x & 1) << 8 * x for x in range(8)) for bits in range(256))
# The same as eight pairs of bits, for four colours.
_PAIRS: Final = tuple(sum((bits >> x & 1) << 2 * x for x in range(8)) for bits in range(256))
# And as eight groups of four, for sixteen.
_NIBBLES: Final = tuple(sum((bits >> x & 1) << 4 * x for x in range(8)) for bits in range(256))


class Canvas:
    """The picture of one mode and page; coordinates outside of it are the callers' business."""

    def __init__(self, bios: Bios, mode: VideoMode, page: int) -> None:
        self.bios = bios
        self.memory = bios.memory
        self.width, self.height = mode.width, mode.height
        self.page = page

    def glyph(self, character: int) -> bytes:
        """The rows of a character, top first."""
        height = cell_height(self.bios)
        segment, offset = self.bios.vector(0x43)
        return self.bios.read_guest((segment << 4) + offset + character * height, height)

    def get(self, x: int, y: int) -> int:
        """The colour of a pixel."""
        raise NotImplementedError

    def put(self, x: int, y: int, colour: int) -> None:
        """Set a pixel."""
        raise NotImplementedError

    def teach(self, pixels: Pixels, page: int) -> None:
        """Tell the engine how this picture lies in memory, for pixels with BH ``page``, -1: any; not at all here."""

    def draw(self, column: int, y: int, glyph: bytes, colour: int) -> None:
        """Draw a character, its rows from line ``y`` down."""
        raise NotImplementedError

    def dots(self, column: int, y: int) -> int:
        """Eight pixels as a font byte: those that are not black."""
        return sum(0x80 >> x for x in range(8) if self.get(column * 8 + x, y))

    def copy(self, target: int, source: int, column: int, count: int) -> None:
        """Copy ``count`` characters' width of line ``source`` to line ``target``."""
        raise NotImplementedError

    def fill(self, y: int, column: int, count: int, colour: int) -> None:
        """Set that much of a line to a colour."""
        raise NotImplementedError

    def copy_lines(self, target: int, source: int, lines: int, column: int, count: int) -> None:
        """Copy that much of some lines, which may overlap."""
        for line in range(lines) if target < source else range(lines - 1, -1, -1):
            self.copy(target + line, source + line, column, count)


class LinearCanvas(Canvas):
    """Mode 13h: a byte a pixel."""

    def _address(self, x: int, y: int) -> int:
        return 0xA0000 + y * self.width + x

    def get(self, x: int, y: int) -> int:
        return self.memory.u8(self._address(x, y))

    def put(self, x: int, y: int, colour: int) -> None:
        self.memory.set_u8(self._address(x, y), colour)

    def teach(self, pixels: Pixels, page: int) -> None:
        pixels.learn_packed(page, self.width, self.height, self._address(0, 0), 8, self.width)

    def draw(self, column: int, y: int, glyph: bytes, colour: int) -> None:
        for line, bits in enumerate(glyph, y):
            self.memory.write(self._address(column * 8, line), (_DOTS[bits] * colour).to_bytes(8, "big"))

    def dots(self, column: int, y: int) -> int:
        line = self.memory.read(self._address(column * 8, y), 8)
        return sum(0x80 >> x for x in range(8) if line[x])

    def copy(self, target: int, source: int, column: int, count: int) -> None:
        data = self.memory.read(self._address(column * 8, source), count * 8)
        self.memory.write(self._address(column * 8, target), data)

    def fill(self, y: int, column: int, count: int, colour: int) -> None:
        self.memory.fill(self._address(column * 8, y), count * 8, colour)


class TwoFontsCanvas(Canvas):
    """The modes of CGA and Tandy: the upper 128 characters are in a font of their own."""

    def glyph(self, character: int) -> bytes:
        if character < 0x80:
            return super().glyph(character)
        segment, offset = self.bios.vector(0x1F)
        return self.bios.read_guest((segment << 4) + offset + (character - 0x80) * 8, 8)


class CgaCanvas(TwoFontsCanvas):
    """Modes 4 to 6: one or two bits a pixel, even lines in the first 8 KB, odd ones in the second."""

    def __init__(self, bios: Bios, mode: VideoMode, page: int) -> None:
        super().__init__(bios, mode, page)
        self._bits = 2 if mode.kind is Kind.CGA4 else 1

    def _address(self, column: int, y: int) -> int:
        return 0xB8000 + (y & 1) * _CGA_BANK + (y >> 1) * _CGA_STRIDE + column * self._bits

    def _place(self, x: int, y: int) -> tuple[int, int]:
        per_byte = 8 // self._bits
        return self._address(0, y) + x // per_byte, 8 - self._bits * (x % per_byte + 1)

    def get(self, x: int, y: int) -> int:
        address, shift = self._place(x, y)
        return self.memory.u8(address) >> shift & (1 << self._bits) - 1

    def put(self, x: int, y: int, colour: int) -> None:
        address, shift = self._place(x, y)
        mask, old = (1 << self._bits) - 1, self.memory.u8(address)
        value = (colour & mask) << shift
        self.memory.set_u8(address, old ^ value if colour & _EXCLUSIVE else old & ~(mask << shift) | value)

    def teach(self, pixels: Pixels, page: int) -> None:
        pixels.learn_packed(page, self.width, self.height, self._address(0, 0), self._bits, _CGA_STRIDE, 2)

    def draw(self, column: int, y: int, glyph: bytes, colour: int) -> None:
        for line, bits in enumerate(glyph, y):
            pattern = bits * (colour & 1) if self._bits == 1 else _PAIRS[bits] * (colour & 3)
            address, data = self._address(column, line), pattern.to_bytes(self._bits, "big")
            if colour & _EXCLUSIVE:
                data = bytes(a ^ b for a, b in zip(self.memory.read(address, self._bits), data, strict=True))
            self.memory.write(address, data)

    def copy(self, target: int, source: int, column: int, count: int) -> None:
        data = self.memory.read(self._address(column, source), count * self._bits)
        self.memory.write(self._address(column, target), data)

    def fill(self, y: int, column: int, count: int, colour: int) -> None:
        value = (colour & 1) * 0xFF if self._bits == 1 else (colour & 3) * 0x55
        self.memory.fill(self._address(column, y), count * self._bits, value)


class Tandy16Canvas(TwoFontsCanvas):
    """Modes 08h and 09h: four bits a pixel, the lines by turns in two or four banks of 8 KB."""

    def __init__(self, bios: Bios, mode: VideoMode, page: int) -> None:
        super().__init__(bios, mode, page)
        self._stride = mode.width // 2
        self._banks = mode.page_size // _CGA_BANK

    def _address(self, x: int, y: int) -> int:
        return 0xB8000 + y % self._banks * _CGA_BANK + y // self._banks * self._stride + x // 2

    def get(self, x: int, y: int) -> int:
        byte = self.memory.u8(self._address(x, y))
        return byte & 15 if x & 1 else byte >> 4

    def put(self, x: int, y: int, colour: int) -> None:
        address, shift = self._address(x, y), 0 if x & 1 else 4
        old, value = self.memory.u8(address), (colour & 15) << shift
        self.memory.set_u8(address, old ^ value if colour & _EXCLUSIVE else old & ~(15 << shift) | value)

    def teach(self, pixels: Pixels, page: int) -> None:
        pixels.learn_packed(page, self.width, self.height, self._address(0, 0), 4, self._stride, self._banks)

    def draw(self, column: int, y: int, glyph: bytes, colour: int) -> None:
        for line, bits in enumerate(glyph, y):
            address = self._address(column * 8, line)
            data = (_NIBBLES[bits] * (colour & 15)).to_bytes(4, "big")
            if colour & _EXCLUSIVE:
                data = bytes(a ^ b for a, b in zip(self.memory.read(address, 4), data, strict=True))
            self.memory.write(address, data)

    def copy(self, target: int, source: int, column: int, count: int) -> None:
        data = self.memory.read(self._address(column * 8, source), count * 4)
        self.memory.write(self._address(column * 8, target), data)

    def fill(self, y: int, column: int, count: int, colour: int) -> None:
        self.memory.fill(self._address(column * 8, y), count * 4, (colour & 15) * 0x11)


class Tandy4Canvas(TwoFontsCanvas):
    """Mode 0Ah: eight pixels in two bytes, their low bits and their high bits; four banks of lines."""

    def _address(self, column: int, y: int) -> int:
        return 0xB8000 + y % 4 * _CGA_BANK + y // 4 * 160 + column * 2

    def get(self, x: int, y: int) -> int:
        low, high = self.memory.read(self._address(x // 8, y), 2)
        shift = 7 - x % 8
        return low >> shift & 1 | (high >> shift & 1) << 1

    def put(self, x: int, y: int, colour: int) -> None:
        self._mix(x // 8, y, 0x80 >> x % 8, colour)

    def draw(self, column: int, y: int, glyph: bytes, colour: int) -> None:
        for line, bits in enumerate(glyph, y):
            if not colour & _EXCLUSIVE:
                self.memory.write(self._address(column, line), b"\0\0")
            self._mix(column, line, bits, colour)

    def _mix(self, column: int, y: int, bits: int, colour: int) -> None:
        address = self._address(column, y)
        for plane, old in enumerate(self.memory.read(address, 2)):
            ink = bits if colour >> plane & 1 else 0
            self.memory.set_u8(address + plane, old ^ ink if colour & _EXCLUSIVE else old & ~bits | ink)

    def copy(self, target: int, source: int, column: int, count: int) -> None:
        self.memory.write(self._address(column, target), self.memory.read(self._address(column, source), count * 2))

    def fill(self, y: int, column: int, count: int, colour: int) -> None:
        pair = bytes(0xFF if colour >> plane & 1 else 0 for plane in range(2))
        self.memory.write(self._address(column, y), pair * count)


class PlanarCanvas(Canvas):
    """Modes 0Dh to 12h: eight pixels at an address of four planes."""

    def __init__(self, bios: Bios, mode: VideoMode, page: int) -> None:
        super().__init__(bios, mode, page)
        self._video = bios.vga.memory
        self._stride = mode.width // 8
        self._base = page * bios.bda.page_size & 0xFFFF

    def _address(self, column: int, y: int) -> int:
        return self._base + y * self._stride + column & 0xFFFF

    def get(self, x: int, y: int) -> int:
        return self._video.pixel(self._address(x // 8, y), 7 - x % 8)

    def put(self, x: int, y: int, colour: int) -> None:
        self._video.put(self._address(x // 8, y), 0x80 >> x % 8, colour & 15, bool(colour & _EXCLUSIVE))

    def teach(self, pixels: Pixels, page: int) -> None:
        pixels.learn_planes(page, self.width, self.height, self._base)

    def draw(self, column: int, y: int, glyph: bytes, colour: int) -> None:
        self._video.draw(self._address(column, y), self._stride, glyph, colour & 15, bool(colour & _EXCLUSIVE))

    def copy(self, target: int, source: int, column: int, count: int) -> None:
        self._video.move(self._address(column, target), self._address(column, source), count)

    def fill(self, y: int, column: int, count: int, colour: int) -> None:
        self._video.fill(self._address(column, y), count, colour & 15)


# Those of VBE are in vbe_canvas.py.
CANVASES: Final[dict[Kind, type[Canvas]]] = {
    Kind.LINEAR: LinearCanvas,
    Kind.CGA4: CgaCanvas,
    Kind.CGA2: CgaCanvas,
    Kind.PLANAR: PlanarCanvas,
    Kind.TANDY16: Tandy16Canvas,
    Kind.TANDY4: Tandy4Canvas,
}


def canvas(bios: Bios, page: int) -> Canvas | None:
    """The picture of a page, None in text modes; modes with one page have that one only."""
    mode = current_mode(bios)
    kind = CANVASES.get(mode.kind)
    return None if kind is None else kind(bios, mode, page if page < mode.pages else 0)


def write_characters(bios: Bios, page: int, row: int, column: int, text: bytes, colour: int) -> None:
    """Draw characters side by side."""
    picture = canvas(bios, page)
    height = cell_height(bios)
    if picture is None or (row + 1) * height > picture.height:
        return
    for position, character in enumerate(text, column):
        if position >= columns(bios) or (position + 1) * 8 > picture.width:
            return
        picture.draw(position, row * height, picture.glyph(character), colour)


def read_character(bios: Bios, page: int, row: int, column: int) -> int:
    """The character whose dots stand at a place, 0 when none fits."""
    picture = canvas(bios, page)
    height = cell_height(bios)
    if picture is None or (row + 1) * height > picture.height or (column + 1) * 8 > picture.width:
        return 0
    rows = bytes(picture.dots(column, row * height + y) for y in range(height))
    return next((character for character in range(256) if picture.glyph(character) == rows), 0)


def scroll(bios: Bios, page: int, lines: int, colour: int, window: tuple[int, int, int, int]) -> None:
    """Scroll a window of character cells up by ``lines`` (down when negative, clear when 0)."""
    picture = canvas(bios, page)
    if picture is None:
        return
    height = cell_height(bios)
    top, left, bottom, right = window
    first, last = top * height, min((bottom + 1) * height, picture.height) - 1
    count = min(right - left + 1, picture.width // 8 - left)
    if count <= 0:
        return
    window_height = last + 1 - first
    away = min(abs(lines) * height, window_height) if lines else window_height
    kept = window_height - away
    up = lines >= 0
    if kept:
        picture.copy_lines(first if up else first + away, first + away if up else first, kept, left, count)
    for y in range(first + kept, last + 1) if up else range(first, first + away):
        picture.fill(y, left, count, colour)


def _goes_on(bios: Bios, regs: Registers) -> None:
    """Where one pixel was drawn many follow: the engine serves those."""
    picture = canvas(bios, regs.bh)
    if picture is not None and bios.pixels is not None:
        picture.teach(bios.pixels, regs.bh if current_mode(bios).pages > 1 else _ANY_PAGE)


@COMMON.service(
    0x0C, name="write pixel", takes="AL colour (bit 7: exclusive or), BH page, CX column, DX row", polled=_goes_on
)
def write_pixel(bios: Bios, regs: Registers) -> None:
    picture = canvas(bios, regs.bh)
    if picture is not None and regs.cx < picture.width and regs.dx < picture.height:
        picture.put(regs.cx, regs.dx, regs.al)


@COMMON.service(0x0D, name="read pixel", takes="BH page, CX column, DX row", gives="AL colour", polled=_goes_on)
def read_pixel(bios: Bios, regs: Registers) -> None:
    picture = canvas(bios, regs.bh)
    inside = picture is not None and regs.cx < picture.width and regs.dx < picture.height
    regs.al = picture.get(regs.cx, regs.dx) if picture is not None and inside else 0
