"""What a text screen is, whichever adapter shows it: its size, its cells, its cursor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextLayout:
    """The text screen as the registers describe it; ``start`` and ``cursor`` count characters.

    >>> layout = TextLayout(80, 25, 8, 8, 200, 0x100, 80, 0x100 + 2 * 80 + 3, 6, 7, True)
    >>> layout.cursor_position
    (2, 3)
    """

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

    @property
    def cursor_position(self) -> tuple[int, int] | None:
        """Row and column of the cursor, None when it is outside of what is shown."""
        offset = (self.cursor - self.start) & 0xFFFF
        row, column = divmod(offset, self.stride or self.columns)
        return (row, column) if row < self.rows and column < self.columns else None
