"""The size of the window, kept from one run to the next beside the user's other state, and where several stand."""

from __future__ import annotations

import contextlib
import json
import math
from typing import NamedTuple

from platformdirs import user_state_path

Area = tuple[int, int, int, int]
_FILE = "window.json"
_LEAST, _MOST = 200, 16_384


def remembered() -> tuple[int, int] | None:
    """Width and height of the last window; None when there was none."""
    try:
        width, height = json.loads((user_state_path("dosemu") / _FILE).read_text(encoding="utf-8"))["size"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not (isinstance(width, int) and isinstance(height, int)):
        return None
    return (width, height) if _LEAST <= width <= _MOST and _LEAST <= height <= _MOST else None


def remember(size: tuple[int, int]) -> None:
    """Keep a size; where that cannot be written, the next window has the usual one."""
    if size == remembered():
        return
    with contextlib.suppress(OSError):
        folder = user_state_path("dosemu")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _FILE).write_text(json.dumps({"size": size}), encoding="utf-8")


class Tile(NamedTuple):
    """Which one of so many windows that are opened together this is: they stand side by side."""

    number: int = 0
    of: int = 1

    def within(self, room: Area) -> Area:
        """Its part of the desktop: x, y, width, height.

        >>> [Tile(number, 3).within((0, 0, 1000, 600)) for number in range(3)]
        [(0, 0, 500, 300), (500, 0, 500, 300), (0, 300, 500, 300)]
        """
        columns = math.ceil(math.sqrt(self.of))
        rows = -(-self.of // columns)
        left, top, width, height = room
        width, height = width // columns, height // rows
        row, column = divmod(self.number, columns)
        return left + column * width, top + row * height, width, height
