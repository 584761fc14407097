"""The part of the text screen that a line is edited on: it knows where the line begins, and follows its scrolling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.bios.int10.modes import columns, place_cursor, rows

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios


class Screen:
    """Shows a line from where the cursor is now, over as many rows as it takes; ``prompt`` stands before it."""

    def __init__(self, bios: Bios, prompt: bytes = b"") -> None:
        self._bios = bios
        self._prompt = prompt
        self._page = bios.bda.active_page & 7
        self._row, self._column = bios.bda.cursor(self._page)
        self._shown = 0  # cells

    def show(self, text: bytes, cursor: int) -> None:
        """Show ``text`` (without control characters) in place of what was shown, the cursor ``cursor`` cells in."""
        self._move(0)
        self._bios.console.write(text + b" " * (self._shown - len(text)))
        cells = max(self._shown, len(text))
        width, height = columns(self._bios), rows(self._bios)
        below = self._row + (self._column + cells) // width
        self._row -= max(below - (height - 1), 0)  # so far it has scrolled
        self._shown = len(text)
        self._move(cursor)

    def leave(self) -> None:
        """To the beginning of the line behind what is shown."""
        self._move(self._shown)
        self._bios.console.write(b"\r\n")

    def list_lines(self, lines: bytes) -> None:
        """Write lines below, and begin anew behind them."""
        self.leave()
        self._bios.console.write(lines + self._prompt)
        self._row, self._column = self._bios.bda.cursor(self._page)
        self._shown = 0

    def bell(self) -> None:
        self._bios.console.write(b"\x07")

    def _move(self, cell: int) -> None:
        width = columns(self._bios)
        at = self._column + cell
        row = min(max(self._row + at // width, 0), rows(self._bios) - 1)
        self._bios.bda.set_cursor(self._page, row, at % width)
        place_cursor(self._bios, self._page)
