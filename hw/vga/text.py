"""Text pictures: characters and attributes of text memory, drawn as the VGA draws them.

IBM PS/2 Hardware Interface Technical Reference ("Alphanumeric Modes"); FreeVGA ("Text Mode"). Cells of 8 or
9 dots, two fonts, blinking, underlining, the cursor, the palette through attribute controller and DAC.
The frame has the adapter's own resolution (720x400 for mode 3); only rows that changed are drawn again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hw.memory import Memory
from hw.vga.vga import Vga

Bytes = NDArray[np.uint8]

# Frames of one phase: a character blinks at 1/32, the cursor at 1/16 of the frame rate.
CHARACTER_BLINK_FRAMES: Final = 16
CURSOR_BLINK_FRAMES: Final = 8

# Attribute controller, mode control register (10h).
_LINE_GRAPHICS, _BLINK, _PALETTE_54 = 0x04, 0x08, 0x80
_WINDOWS = ((0xA0000, 0x20000), (0xA0000, 0x10000), (0xB0000, 0x8000), (0xB8000, 0x8000))
_MAX_COLUMNS, _MAX_LINES = 256, 1024


def window(vga: Vga) -> tuple[int, int]:
    """Address and size of the video memory window (graphics controller 06h, memory map)."""
    return _WINDOWS[vga.graphics(0x06) >> 2 & 3]


def colour_table(vga: Vga) -> Bytes:
    """The sixteen attribute colours as (16, 3) uint8, through the palette and the DAC.

    Overscan and the 256 colours of mode 13h do not go through here.
    """
    dac = expand(vga.dac())
    control, select = vga.attribute(0x10), vga.attribute(0x14)
    table = np.empty((16, 3), np.uint8)
    for index in range(16):
        colour = vga.attribute(index) & 0x3F | (select & 0x0C) << 4
        if control & _PALETTE_54:
            colour = colour & ~0x30 | (select & 3) << 4
        table[index] = dac[colour & vga.pel_mask]
    return table


def expand(colours: bytes) -> Bytes:
    """6-bit DAC bytes as (n, 3) uint8, 63 becoming 255."""
    six = np.frombuffer(colours, np.uint8).reshape(-1, 3)
    return (six << 2 | six >> 4).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class TextLayout:
    """The text screen as the registers describe it; ``start`` and ``cursor`` count characters."""

    columns: int
    rows: int
    cell_width: int
    cell_height: int
    height: int  # scan lines shown
    start: int
    stride: int  # characters from one row to the next
    cursor: int
    cursor_start: int
    cursor_end: int
    cursor_on: bool

    @classmethod
    def of(cls, vga: Vga) -> TextLayout:
        """Read it from the registers; whatever a program wrote, the sizes stay within limits."""
        overflow = vga.crtc(0x07)
        height = (vga.crtc(0x12) | (overflow & 2) << 7 | (overflow & 0x40) << 3) + 1
        if vga.crtc(0x09) & 0x80:
            height = (height + 1) // 2
        height = min(height, _MAX_LINES)
        cell = (vga.crtc(0x09) & 0x1F) + 1
        columns = min(vga.crtc(0x01) + 1, _MAX_COLUMNS)
        return cls(
            columns=columns,
            rows=-(-height // cell),
            cell_width=8 if vga.sequencer(0x01) & 1 else 9,
            cell_height=cell,
            height=height,
            start=vga.start_address,
            stride=vga.crtc(0x13) * 2,
            cursor=vga.cursor_address,
            cursor_start=vga.crtc(0x0A) & 0x1F,
            cursor_end=vga.crtc(0x0B) & 0x1F,
            cursor_on=not vga.crtc(0x0A) & 0x20,
        )

    @property
    def cursor_position(self) -> tuple[int, int] | None:
        """Row and column of the cursor, None when it is outside of what is shown."""
        offset = (self.cursor - self.start) & 0xFFFF
        row, column = divmod(offset, self.stride or self.columns)
        return (row, column) if row < self.rows and column < self.columns else None


def read_cells(vga: Vga, memory: Memory, layout: TextLayout) -> Bytes:
    """The (rows, columns, 2) characters and attributes shown; a copy."""
    base, size = window(vga)
    ram = np.frombuffer(memoryview(memory), np.uint8, size, base).reshape(-1, 2)
    offsets = layout.start + np.arange(layout.rows)[:, None] * layout.stride + np.arange(layout.columns)
    cells: Bytes = ram[offsets % len(ram)]
    return cells


class TextRenderer:
    """Draws the text screen; keeps its picture, so that a call that finds nothing new is cheap."""

    def __init__(self, vga: Vga, memory: Memory) -> None:
        self._vga = vga
        self._memory = memory
        self._revision = -1
        self._layout: TextLayout | None = None
        self._cells: Bytes = np.zeros((0, 0, 2), np.uint8)
        self._cursor: tuple[int, int] | None = None
        self._blink_on = True
        self._picture: Bytes = np.zeros((0, 0, 3), np.uint8)
        self._glyphs = np.zeros((2, 256, 1, 8), bool)
        self._colours: Bytes = np.zeros((16, 3), np.uint8)
        self._control = (0, 0)
        self.rows_drawn = 0  # in all, for tests and measurements

    def render(self) -> Bytes:
        """The frame, (height, width, 3) uint8; valid until the next call, to be copied if kept."""
        vga = self._vga
        frame = vga.frame_number
        blink_on = not frame // CHARACTER_BLINK_FRAMES & 1
        everything = self._prepare()
        layout = self._layout
        assert layout is not None
        cells = read_cells(vga, self._memory, layout)
        cursor = None
        if layout.cursor_on and layout.cursor_start <= layout.cursor_end and not frame // CURSOR_BLINK_FRAMES & 1:
            cursor = layout.cursor_position
        if everything:
            rows = np.arange(layout.rows)
        else:
            changed = (cells != self._cells).any(axis=(1, 2))
            if blink_on != self._blink_on and vga.attribute(0x10) & _BLINK:
                changed |= (cells[:, :, 1] & 0x80).any(axis=1)
            if cursor != self._cursor:
                for position in (cursor, self._cursor):
                    if position is not None:
                        changed[position[0]] = True
            rows = np.flatnonzero(changed)
        self._cells, self._cursor, self._blink_on = cells, cursor, blink_on
        if len(rows):
            self._draw(rows)
        return self._picture[: layout.height]

    def _prepare(self) -> bool:
        """Take over changed registers; True when everything has to be drawn."""
        vga = self._vga
        if vga.revision == self._revision:
            return False
        self._revision = vga.revision
        layout = TextLayout.of(vga)
        shape = (layout.rows * layout.cell_height, layout.columns * layout.cell_width, 3)
        if self._picture.shape != shape:
            self._picture = np.zeros(shape, np.uint8)
        before = (self._glyphs, self._colours, self._layout, self._control)
        self._layout = layout
        self._glyphs = self._read_fonts(layout)
        self._colours = colour_table(vga) if vga.display_enabled else np.zeros((16, 3), np.uint8)
        self._control = (vga.attribute(0x10), vga.crtc(0x14))
        old = before[2]
        # Moving the start address or the cursor alone leaves what the cells look like as it is.
        return not (
            old is not None
            and before[3] == self._control
            and _drawn_alike(old, layout)
            and np.array_equal(before[0], self._glyphs)
            and np.array_equal(before[1], self._colours)
        )

    def _read_fonts(self, layout: TextLayout) -> NDArray[np.bool_]:
        """Both selected fonts as (2, 256, cell_height, cell_width) dots; [1] is for attribute bit 3 set."""
        select = self._vga.sequencer(0x03)
        blocks = (select & 3 | select >> 2 & 4, select >> 2 & 3 | select >> 3 & 4)
        memory = np.frombuffer(self._vga.fonts, np.uint8)
        fonts = np.empty((2, 256, layout.cell_height, layout.cell_width), bool)
        for which, block in enumerate(blocks):
            base = (block & 3) * 16384 + (block >> 2) * 8192
            rows = memory[base : base + 8192].reshape(256, 32)[:, : layout.cell_height]
            dots = np.unpackbits(rows, axis=1).reshape(256, layout.cell_height, 8)
            fonts[which, :, :, :8] = dots
            if layout.cell_width == 9:
                # The ninth dot repeats the eighth for the line graphics, C0h to DFh.
                fonts[which, :, :, 8] = False
                if self._vga.attribute(0x10) & _LINE_GRAPHICS:
                    fonts[which, 0xC0:0xE0, :, 8] = dots[0xC0:0xE0, :, 7]
        return fonts

    def _draw(self, rows: NDArray[np.intp]) -> None:
        layout, vga = self._layout, self._vga
        assert layout is not None
        self.rows_drawn += len(rows)
        characters = self._cells[rows, :, 0]
        attributes = self._cells[rows, :, 1]
        ink, paper = attributes & 0x0F, attributes >> 4
        second_font = ink >> 3
        dots = self._glyphs[second_font, characters]  # (rows, columns, height, width)
        if vga.attribute(0x10) & _BLINK:
            paper = paper & 7
            if not self._blink_on:
                dots &= (attributes & 0x80 == 0)[:, :, None, None]
        underline = vga.crtc(0x14) & 0x1F
        if underline < layout.cell_height:
            dots[:, :, underline, :] |= (attributes & 0x77 == 0x01)[:, :, None]
        if self._cursor is not None and self._cursor[0] in rows:
            index = int(np.searchsorted(rows, self._cursor[0]))
            dots[index, self._cursor[1], layout.cursor_start : layout.cursor_end + 1, :] = True
        colours = np.where(dots, ink[:, :, None, None], paper[:, :, None, None])
        lines = colours.transpose(0, 2, 1, 3).reshape(len(rows), layout.cell_height, -1)
        shown = self._picture.reshape(layout.rows, layout.cell_height, -1, 3)
        shown[rows] = self._colours[lines]


def _drawn_alike(old: TextLayout, new: TextLayout) -> bool:
    """The layouts differ in nothing but where the picture starts and where the cursor is."""
    return (
        (old.columns, old.rows, old.cell_width, old.cell_height, old.height)
        == (new.columns, new.rows, new.cell_width, new.cell_height, new.height)
    ) and (old.cursor_start, old.cursor_end) == (new.cursor_start, new.cursor_end)
