"""Draws a machine's screen in a terminal, writing only the cells that changed.

Text modes are drawn with the terminal's own characters in the 16 colours of the adapter; graphics modes as sixels
where the terminal has them, else with half blocks, two pixels to a cell. A screen larger than the terminal is clipped,
around the cursor.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from blessed import Terminal
from blessed.cursor_shape import CursorShape
from PIL import Image

from frontend.palette import indexed
from frontend.terminal.sixel import encode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dosemu.machine import Machine

Graphics = Literal["sixel", "blocks", "none"]
# The 16 colours of the IBM CGA and of the VGA's power-on palette.
PALETTE = (
    (0x00, 0x00, 0x00), (0x00, 0x00, 0xAA), (0x00, 0xAA, 0x00), (0x00, 0xAA, 0xAA),
    (0xAA, 0x00, 0x00), (0xAA, 0x00, 0xAA), (0xAA, 0x55, 0x00), (0xAA, 0xAA, 0xAA),
    (0x55, 0x55, 0x55), (0x55, 0x55, 0xFF), (0x55, 0xFF, 0x55), (0x55, 0xFF, 0xFF),
    (0xFF, 0x55, 0x55), (0xFF, 0x55, 0xFF), (0xFF, 0xFF, 0x55), (0xFF, 0xFF, 0xFF),
)  # fmt: skip
MIN_COLUMNS, MIN_ROWS = 20, 4
USUAL_CELL = (10, 20)  # pixels, of a terminal that does not tell
LARGEST_SIXELS = 1000  # pixels across and down: what is larger takes terminals too long, and xterm shows none of it
MOST_COLOURS = 256
UNDERLINE_SCAN_LINES = 4  # a cursor of up to this many lines is drawn as an underline, a larger one as a block


class Area(NamedTuple):
    """The cells of the terminal that show the screen."""

    left: int
    top: int
    width: int
    height: int


class Painter:
    """Turns the state of the screen into what has to be written to the terminal."""

    def __init__(self, term: Terminal, graphics: Graphics = "blocks", cell: tuple[int, int] = USUAL_CELL) -> None:
        """``cell`` is the width and height of the terminal's characters in pixels, which sixels have to fit."""
        self.term = term
        self.graphics = graphics
        self.cell = cell
        self.colours = MOST_COLOURS  # of sixels
        self.area = Area(0, 0, 1, 1)
        self.hint: str | None = None
        self._token: object = None
        self._size = (0, 0)
        self._layout: tuple[object, ...] = ()
        self._shown: NDArray[np.uint32] | None = None
        self._cursor: tuple[int, int, int] | None = None
        self._hint_shown: str | None = None
        self._sgr = cache(self._make_sgr)
        self._rgb = cache(self._make_rgb)

    def repaint(self) -> None:
        """Write everything the next time."""
        self._layout = ()

    def paint(self, machine: Machine) -> str:
        """What to write now; empty when nothing changed."""
        columns, rows = self.term.width, self.term.height
        if columns < MIN_COLUMNS or rows < MIN_ROWS:
            if self._layout == ("small", columns, rows):
                return ""
            self._layout = ("small", columns, rows)
            return self.term.home + self.term.clear + "too small"[:columns]
        if machine.screen.is_text:
            return self._paint_text(machine, columns, rows)
        paint = {"sixel": self._paint_sixels, "blocks": self._paint_picture, "none": self._paint_nothing}
        return paint[self.graphics](machine, columns, rows)

    def _begin(self, out: list[str], layout: tuple[object, ...], shape: tuple[int, int]) -> NDArray[np.uint32]:
        """What the terminal shows now, or, after a change of layout, a cleared terminal."""
        if self._shown is None or self._layout != layout or self._shown.shape != shape:
            out.append(self.term.normal + self.term.home + self.term.clear)
            self._shown = np.full(shape, 0xFFFFFFFF, np.uint32)
            self._layout = layout
            self._cursor = None
            self._hint_shown = None
        return self._shown

    def _paint_text(self, machine: Machine, columns: int, rows: int) -> str:
        cells = machine.screen.cells
        height, width = cells.shape[:2]
        row, column, visible, shape = machine.screen.cursor
        spare = rows - height
        top, left = max(spare // 2, 0), max((columns - width) // 2, 0)
        first_row, first_column = _window(row, height, rows), _window(column, width, columns)
        view = cells[first_row : first_row + rows, first_column : first_column + columns]
        self.area = Area(left - first_column, top - first_row, width, height)
        wanted = (view[:, :, 0].astype(np.uint32) | view[:, :, 1].astype(np.uint32) << 8).astype(np.uint32)

        out: list[str] = []
        names = machine.screen.characters
        layout = ("text", columns, rows, height, width, first_row, first_column, names)
        shown = self._begin(out, layout, wanted.shape)
        self._write_changes(out, wanted, shown, names, top, left)
        self._paint_hint(out, columns, rows, spare > 0)

        inside = visible and row < height and column < width
        cursor = (top + row - first_row, left + column - first_column, cursor_style(shape) if inside else 0)
        if out or cursor != self._cursor:
            out.append(self._place_cursor(cursor))
        return "".join(out)

    def _write_changes(
        self, out: list[str], wanted: NDArray[np.uint32], shown: NDArray[np.uint32], names: str, top: int, left: int
    ) -> None:
        attribute = -1
        for y in np.flatnonzero((wanted != shown).any(axis=1)).tolist():
            next_x = -1
            for x in np.flatnonzero(wanted[y] != shown[y]).tolist():
                if x != next_x:
                    out.append(self.term.move_yx(top + y, left + x))
                cell = int(wanted[y, x])
                if cell >> 8 != attribute:
                    attribute = cell >> 8
                    out.append(self._sgr(attribute))
                out.append(names[cell & 0xFF])
                next_x = x + 1
        if attribute >= 0:
            out.append(self.term.normal)
            shown[:] = wanted

    def _paint_hint(self, out: list[str], columns: int, rows: int, spare: bool) -> None:
        """The line that names the hot key: below the screen, or for a moment over its last line."""
        if self.hint == self._hint_shown:
            return
        if self.hint is None and not spare:
            assert self._shown is not None
            self._shown[-1] = 0xFFFFFFFF  # draw the covered line again
        elif self.hint is None:
            out.append(self.term.move_yx(rows - 1, 0) + self.term.clear_eol)
        else:
            out.append(self.term.move_yx(rows - 1, 0) + self.term.reverse(f" {self.hint} "[:columns]))
        self._hint_shown = self.hint

    def _place_cursor(self, cursor: tuple[int, int, int]) -> str:
        self._cursor = cursor
        row, column, style = cursor
        if not style:
            return self.term.hide_cursor
        return CursorShape.sequence(style) + self.term.move_yx(row, column) + self.term.normal_cursor

    def _paint_picture(self, machine: Machine, columns: int, rows: int) -> str:
        frame = machine.screen.frame
        width, height = fit(4, 3, columns, 2 * rows)
        picture = Image.fromarray(np.ascontiguousarray(frame)).resize((width, height), Image.Resampling.BOX)
        pixels = np.asarray(picture, np.uint32)
        packed = pixels[:, :, 0] << 16 | pixels[:, :, 1] << 8 | pixels[:, :, 2]
        out: list[str] = []
        shown = self._begin(out, ("picture", columns, rows), packed.shape)
        top, left = (rows - height // 2) // 2, (columns - width) // 2
        self.area = Area(left, top, width, height // 2)
        changed = (packed[0::2] != shown[0::2]) | (packed[1::2] != shown[1::2])
        for y in np.flatnonzero(changed.any(axis=1)).tolist():
            next_x = -1
            colours = (-1, -1)
            for x in np.flatnonzero(changed[y]).tolist():
                if x != next_x:
                    out.append(self.term.move_yx(top + y, left + x))
                pair = (int(packed[2 * y, x]), int(packed[2 * y + 1, x]))
                if pair != colours:
                    colours = pair
                    out.append(self._rgb(pair[0], False) + self._rgb(pair[1], True))
                out.append("▀")
                next_x = x + 1
        if out:
            shown[:] = packed
            out.append(self.term.normal)
        if self._cursor != (0, 0, 0):
            out.append(self._place_cursor((0, 0, 0)))
        return "".join(out)

    def _paint_sixels(self, machine: Machine, columns: int, rows: int) -> str:
        token = machine.screen.token()
        layout = ("sixel", columns, rows)
        if self._layout == layout and token == self._token:
            return ""
        self._token = token
        out: list[str] = []
        frame = machine.screen.frame
        self._begin(out, layout, (1, 1))
        # The last row stays free: sixels that end there scroll some terminals.
        room = min(columns * self.cell[0], LARGEST_SIXELS), min((rows - 1) * self.cell[1], LARGEST_SIXELS)
        width, height = fit(4, 3, *room)
        palette, places = indexed(frame, self.colours)
        down, across = (
            np.arange(size) * have // size for size, have in zip((height, width), places.shape, strict=True)
        )
        cells = -(-width // self.cell[0]), -(-height // self.cell[1])
        self.area = Area((columns - cells[0]) // 2, max((rows - 1 - cells[1]) // 2, 0), *cells)
        out.append(self.term.move_yx(self.area.top, self.area.left))
        out.append(encode(places[down[:, None], across], palette).decode("ascii"))
        if self._cursor != (0, 0, 0):
            out.append(self._place_cursor((0, 0, 0)))
        return "".join(out)

    def _paint_nothing(self, machine: Machine, columns: int, rows: int) -> str:
        width, height = machine.screen.size
        layout = ("none", columns, rows, width, height)
        out: list[str] = []
        if self._layout != layout:
            self._begin(out, layout, (1, 1))
            out.append(f"a picture of {width} by {height} (display.graphics=none)"[:columns])
        return "".join(out)

    def last_screen(self, machine: Machine) -> str:
        """The text screen as lines to leave behind in the terminal; empty in a graphics mode."""
        if not machine.screen.is_text:
            return ""
        lines = []
        names = machine.screen.characters
        for row in machine.screen.cells:
            line: list[str] = []
            attribute = -1
            blank = (row[:, 1] >> 4 == 0) & np.isin(row[:, 0], (0, 32))
            used = np.flatnonzero(~blank)
            for char, attr in row[: int(used[-1]) + 1 if used.size else 0]:
                if int(attr) != attribute:
                    attribute = int(attr)
                    line.append(self.term.normal if attribute == 7 else self._sgr(attribute))
                line.append(names[int(char)])
            lines.append("".join(line) + (self.term.normal if line else ""))
        while lines and not lines[-1]:
            lines.pop()
        return "".join(line + "\n" for line in lines)

    def _make_sgr(self, attribute: int) -> str:
        fore, back = PALETTE[attribute & 15], PALETTE[attribute >> 4 & 7]
        blink = self.term.blink if attribute & 0x80 else ""
        return str(self.term.normal + self.term.color_rgb(*fore) + self.term.on_color_rgb(*back) + blink)

    def _make_rgb(self, colour: int, background: bool) -> str:
        make = self.term.on_color_rgb if background else self.term.color_rgb
        return str(make(colour >> 16, colour >> 8 & 0xFF, colour & 0xFF))


def cursor_style(shape: tuple[int, int]) -> int:
    """The terminal's cursor for one from scan line ``shape[0]`` to ``shape[1]``.

    >>> cursor_style((13, 14)) == CursorShape.BLINKING_UNDERLINE
    True
    """
    lines = shape[1] - shape[0] + 1
    return int(CursorShape.BLINKING_UNDERLINE if lines <= UNDERLINE_SCAN_LINES else CursorShape.BLINKING_BLOCK)


def fit(wide: int, high: int, columns: int, lines: int) -> tuple[int, int]:
    """The largest ``wide`` to ``high`` picture of square pixels in ``columns`` by ``lines``; the height is even.

    >>> fit(4, 3, 80, 48)
    (64, 48)
    """
    width = min(columns, lines * wide // high)
    return max(width, 2), max(width * high // wide // 2 * 2, 2)


def _window(position: int, size: int, room: int) -> int:
    """The first row or column to show of ``size`` when only ``room`` fit, so that ``position`` is seen."""
    if size <= room:
        return 0
    return min(max(position - room + 1, 0), size - room)
