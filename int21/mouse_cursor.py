"""The mouse pointer: in text modes a changed cell or the adapter's own cursor, in graphics modes a picture.

Microsoft Mouse Programmer's Reference, "The graphics and text cursors". The cell is changed in video memory, as
the driver does. The picture of graphics modes is for the machine to draw over what the adapter shows; video
memory stays as the program left it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Self

from hw.memory import Memory

_TEXT_MODES = frozenset({0, 1, 2, 3, 7})
_MONOCHROME = 7
# Height of the virtual screen; 200 for all others.
_HEIGHTS = {0x0F: 350, 0x10: 350, 0x11: 480, 0x12: 480}
_WIDE_PIXELS = frozenset({0x04, 0x05, 0x08, 0x09, 0x0D, 0x13})  # 320 pixels across (or 160): two steps each
_CURSOR_START, _CURSOR_END, _CURSOR_HIGH, _CURSOR_LOW = 0x0A, 0x0B, 0x0E, 0x0F  # of the 6845
_CURSOR_OFF = 0x20

# The arrow that points up and to the left: 16 rows of the screen mask, 16 of the cursor mask.
_ARROW_SCREEN = (
    0x3FFF, 0x1FFF, 0x0FFF, 0x07FF, 0x03FF, 0x01FF, 0x00FF, 0x007F,
    0x003F, 0x001F, 0x01FF, 0x00FF, 0x30FF, 0xF87F, 0xF87F, 0xFCFF,
)  # fmt: skip
_ARROW_CURSOR = (
    0x0000, 0x4000, 0x6000, 0x7000, 0x7800, 0x7C00, 0x7E00, 0x7F00,
    0x7F80, 0x7C00, 0x6C00, 0x4600, 0x0600, 0x0300, 0x0300, 0x0000,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Geometry:
    """The virtual screen of a video mode."""

    MODE: ClassVar[int] = 0x449  # BIOS data: mode, columns, page start, rows less one
    COLUMNS: ClassVar[int] = 0x44A
    PAGE_START: ClassVar[int] = 0x44E
    ROWS: ClassVar[int] = 0x484

    mode: int
    width: int
    height: int
    step_x: int  # positions are multiples of it
    step_y: int
    columns: int = 80
    rows: int = 25

    @classmethod
    def of(cls, memory: Memory) -> Self:
        """That of the present mode, as the BIOS data area tells it.

        >>> memory = Memory(0x1000)
        >>> memory.set_u8(0x449, 0x13)
        >>> Geometry.of(memory).stepped(321, 100)
        (320, 100)
        """
        mode = memory.u8(cls.MODE) & 0x7F
        if mode in _TEXT_MODES:
            columns = 40 if memory.u16(cls.COLUMNS) == 40 else memory.u16(cls.COLUMNS) or 80
            rows = memory.u8(cls.ROWS) + 1 if memory.u8(cls.ROWS) else 25
            step = 16 if columns == 40 else 8
            return cls(mode, columns * step, rows * 8, step, 8, columns, rows)
        return cls(mode, 640, _HEIGHTS.get(mode, 200), 2 if mode in _WIDE_PIXELS else 1, 1)

    @property
    def text(self) -> bool:
        return self.mode in _TEXT_MODES

    def stepped(self, x: int, y: int) -> tuple[int, int]:
        """The position as programs get it."""
        return x - x % self.step_x, y - y % self.step_y


@dataclass(frozen=True, slots=True)
class Shape:
    """A graphics cursor: 16 by 16; a pixel is (screen AND screen mask) XOR cursor mask."""

    SIZE: ClassVar[int] = 64  # bytes, as function 09h has it

    hot_x: int
    hot_y: int
    screen: tuple[int, ...]
    cursor: tuple[int, ...]

    @classmethod
    def unpack(cls, hot_x: int, hot_y: int, data: bytes) -> Self:
        words = struct.unpack("<32H", data)
        return cls(hot_x, hot_y, words[:16], words[16:])

    def pack(self) -> bytes:
        return struct.pack("<32H", *self.screen, *self.cursor)


ARROW = Shape(0, 0, _ARROW_SCREEN, _ARROW_CURSOR)


@dataclass(frozen=True, slots=True)
class Pointer:
    """A graphics cursor to be drawn: its shape, where its top left corner is, and on which virtual screen."""

    shape: Shape
    x: int
    y: int
    width: int
    height: int
    step_x: int = 1  # of the virtual screen for a pixel


@dataclass(frozen=True, slots=True)
class TextShape:
    """A text cursor: masks for a cell, or scan lines of the adapter's cursor."""

    hardware: bool = False
    screen: int = 0x77FF
    cursor: int = 0x7700


@dataclass(frozen=True, slots=True)
class Exclusion:
    """The area of function 10h in which the pointer is not shown."""

    left: int
    top: int
    right: int
    bottom: int

    def holds(self, x: int, y: int) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


class Cursor:
    """Shows and hides the pointer. ``set_crtc(index, value)`` moves the adapter's own cursor, when assigned."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.set_crtc: Callable[[int, int], None] | None = None
        self._drawn: tuple[int, int, int] | None = None  # address, what was there, what is
        self.reset()

    def reset(self) -> None:
        """Hidden, with the shapes of power-on."""
        self._erase()
        self.hidden = 1
        self.page = 0
        self.shape = ARROW
        self.text_shape = TextShape()
        self.exclusion: Exclusion | None = None
        self.pointer: Pointer | None = None

    def forget(self) -> None:
        """The screen was cleared by a change of mode: nothing is drawn, and the pointer is hidden."""
        self._drawn = None
        self.hidden = 1
        self.exclusion = None
        self.pointer = None

    def draw(self, geometry: Geometry, x: int, y: int) -> None:
        """Show the pointer at a position, if it is to be shown."""
        self._erase()
        if self.hidden or (self.exclusion is not None and self.exclusion.holds(x, y)):
            self.pointer = None
        elif geometry.text:
            self.pointer = None
            self._draw_text(geometry, x // geometry.step_x, y // geometry.step_y)
        else:
            self.pointer = Pointer(
                self.shape,
                x - self.shape.hot_x * geometry.step_x,
                y - self.shape.hot_y,
                geometry.width,
                geometry.height,
            )

    def _draw_text(self, geometry: Geometry, column: int, row: int) -> None:
        cell = self._memory.u16(Geometry.PAGE_START) // 2 + row * geometry.columns + column
        shape = self.text_shape
        if shape.hardware:
            self._set(_CURSOR_HIGH, cell >> 8)
            self._set(_CURSOR_LOW, cell)
            self._set(_CURSOR_START, shape.screen & 0x1F)
            self._set(_CURSOR_END, shape.cursor & 0x1F)
            return
        address = (0xB0000 if geometry.mode == _MONOCHROME else 0xB8000) + (2 * cell & 0x7FFF)
        before = self._memory.u16(address)
        after = before & shape.screen ^ shape.cursor
        self._memory.set_u16(address, after)
        self._drawn = address, before, after

    def _erase(self) -> None:
        if self._drawn is not None:
            address, before, after = self._drawn
            # What the program wrote there meanwhile stays.
            if self._memory.u16(address) == after:
                self._memory.set_u16(address, before)
            self._drawn = None

    def hide_hardware(self) -> None:
        """Take the adapter's cursor off the screen, when it is the pointer."""
        if self.text_shape.hardware:
            self._set(_CURSOR_START, _CURSOR_OFF)

    def _set(self, index: int, value: int) -> None:
        if self.set_crtc is not None:
            self.set_crtc(index, value & 0xFF)
