"""Pixels and characters in the graphics modes of VBE: what INT 10h draws there with.

VBE says nothing of them; a video BIOS draws text in its own graphics modes as in the VGA's. A pixel of 15 bits and
more has the colour that the DAC has for the number. The picture is reached where all of it lies in one piece, whatever
bank is shown.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, cast

from dosemu.bios.int10.pixels import CANVASES, Canvas
from hw.video_mode import Kind, VideoMode

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from dosemu.bios.int10.svga import SvgaBios
    from hw.vga.svga_modes import SvgaMode

MODE_BASE: Final = 0x60  # what the BIOS data area calls mode 100h
_EXCLUSIVE: Final = 0x80
# Sizes and places of red, green and blue, by bits a pixel.
_FIELDS: Final = {
    15: ((5, 10), (5, 5), (5, 0)),
    16: ((5, 11), (6, 5), (5, 0)),
    24: ((8, 16), (8, 8), (8, 0)),
    32: ((8, 16), (8, 8), (8, 0)),
}


@cache
def video_mode(mode: SvgaMode) -> VideoMode:
    """The mode as INT 10h looks at it."""
    kind = Kind.TEXT if mode.is_text else Kind.PLANES if mode.planar else Kind.PACKED
    page_size = mode.rows * mode.columns * 2 if mode.is_text else 0
    return VideoMode(
        MODE_BASE + (mode.number & 0x1F), kind, mode.columns, mode.rows, mode.cell_height, mode.width, mode.height,
        0xB800 if mode.is_text else 0xA000, page_size, 1,
    )  # fmt: skip


class VbeCanvas(Canvas):
    """Video memory in one piece; what is not in it reads as zeros."""

    def __init__(self, bios: Bios, mode: VideoMode, page: int) -> None:
        super().__init__(bios, mode, page)
        vbe = cast("SvgaBios", bios.video).vbe
        assert vbe.mode is not None
        self._adapter = vbe.adapter
        self._bits = vbe.mode.bits
        self._stride = vbe.adapter.stride()
        self._bytes = vbe.adapter.memory.bytes
        self._base = vbe.adapter.memory.linear_base

    def _read(self, at: int, size: int) -> bytes:
        return self.memory.read(self._base + at, size) if at + size <= self._bytes else bytes(size)

    def _write(self, at: int, data: bytes) -> None:
        if at + len(data) <= self._bytes:
            self.memory.write(self._base + at, data)

    def copy(self, target: int, source: int, column: int, count: int) -> None:
        size = self._bytes_of(count)
        self._write(self._at(column * 8, target), self._read(self._at(column * 8, source), size))

    def copy_lines(self, target: int, source: int, lines: int, column: int, count: int) -> None:
        size = lines * self._stride
        if column or count * 8 < self.width or self._at(0, max(target, source)) + size > self._bytes:
            super().copy_lines(target, source, lines, column, count)
            return
        self._write(self._at(0, target), self._read(self._at(0, source), size))

    def _at(self, x: int, y: int) -> int:
        """Where the byte (or the cell) of a pixel is."""
        raise NotImplementedError

    def _bytes_of(self, columns: int) -> int:
        raise NotImplementedError


class PackedCanvas(VbeCanvas):
    """8 to 32 bits a pixel, one after the other. All eight bits of a colour are the colour."""

    def __init__(self, bios: Bios, mode: VideoMode, page: int) -> None:
        super().__init__(bios, mode, page)
        self._size = (self._bits + 7) // 8

    def _at(self, x: int, y: int) -> int:
        return y * self._stride + x * self._size

    def _bytes_of(self, columns: int) -> int:
        return columns * 8 * self._size

    def _pixel(self, colour: int) -> bytes:
        if self._bits == 8:
            return bytes((colour,))
        return self._packed(self._adapter.dac(colour, 1)).to_bytes(self._size, "little")

    def _packed(self, colour: bytes) -> int:
        """Red, green and blue of the DAC as a pixel."""
        most = (1 << self._adapter.dac_width) - 1
        return sum(
            part * ((1 << bits) - 1) // most << place
            for part, (bits, place) in zip(colour, _FIELDS[self._bits], strict=True)
        )

    def get(self, x: int, y: int) -> int:
        """Of direct colours the first number that the DAC has them for; 0 when there is none."""
        value = int.from_bytes(self._read(self._at(x, y), self._size), "little")
        if self._bits == 8:
            return value
        if self._bits == 15:
            value &= 0x7FFF
        elif self._bits == 32:
            value &= 0xFFFFFF
        dac = self._adapter.dac()
        return next((number for number in range(256) if self._packed(dac[3 * number : 3 * number + 3]) == value), 0)

    def put(self, x: int, y: int, colour: int) -> None:
        self._write(self._at(x, y), self._pixel(colour))

    def draw(self, column: int, y: int, glyph: bytes, colour: int) -> None:
        dot, blank = self._pixel(colour), bytes(self._size)
        for line, bits in enumerate(glyph, y):
            row = b"".join(dot if bits << x & 0x80 else blank for x in range(8))
            self._write(self._at(column * 8, line), row)

    def dots(self, column: int, y: int) -> int:
        size = self._size
        line = self._read(self._at(column * 8, y), 8 * size)
        return sum(0x80 >> x for x in range(8) if any(line[x * size : (x + 1) * size]))

    def fill(self, y: int, column: int, count: int, colour: int) -> None:
        self._write(self._at(column * 8, y), self._pixel(colour) * (count * 8))


class PlanesCanvas(VbeCanvas):
    """Four planes: the four bytes at a cell are eight pixels, a bit of each from every byte."""

    def _at(self, x: int, y: int) -> int:
        return y * self._stride + x // 8 * 4

    def _bytes_of(self, columns: int) -> int:
        return columns * 4

    def get(self, x: int, y: int) -> int:
        cell = self._read(self._at(x, y), 4)
        return sum((cell[plane] >> 7 - x % 8 & 1) << plane for plane in range(4))

    def put(self, x: int, y: int, colour: int) -> None:
        self._mix(self._at(x, y), 0x80 >> x % 8, 0x80 >> x % 8, colour)

    def draw(self, column: int, y: int, glyph: bytes, colour: int) -> None:
        for line, bits in enumerate(glyph, y):
            self._mix(self._at(column * 8, line), 0 if colour & _EXCLUSIVE else 0xFF, bits, colour)

    def _mix(self, at: int, mask: int, bits: int, colour: int) -> None:
        """Set pixels of a cell to a colour, those of ``mask`` that are not ``bits`` to black; or exclusive or."""
        cell = bytearray(self._read(at, 4))
        for plane in range(4):
            ink = bits if colour >> plane & 1 else 0
            cell[plane] = cell[plane] ^ ink if colour & _EXCLUSIVE else cell[plane] & ~mask | ink
        self._write(at, bytes(cell))

    def fill(self, y: int, column: int, count: int, colour: int) -> None:
        cell = bytes(0xFF if colour >> plane & 1 else 0 for plane in range(4))
        self._write(self._at(column * 8, y), cell * count)


CANVASES[Kind.PACKED] = PackedCanvas
CANVASES[Kind.PLANES] = PlanesCanvas
