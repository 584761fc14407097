"""The mouse pointer of graphics modes, drawn over the picture of the screen.

>>> from int21.mouse_cursor import ARROW
>>> picture = np.full((200, 320, 3), 100, np.uint8)
>>> with_pointer = draw_pointer(picture, Pointer(ARROW, 320, 100, 640, 200, 2))
>>> with_pointer[102, 161].tolist(), with_pointer[100, 160].tolist(), picture[102, 161].tolist()
([255, 255, 255], [0, 0, 0], [100, 100, 100])
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from int21.mouse_cursor import Pointer

Picture = NDArray[np.uint8]


def _bits(rows: tuple[int, ...], across: int, down: int) -> NDArray[np.bool_]:
    """Rows of 16 bits, the leftmost pixel highest, each pixel repeated."""
    words = np.array(rows, ">u2").view(np.uint8).reshape(len(rows), 2)
    return np.unpackbits(words, axis=1).astype(np.bool_).repeat(down, axis=0).repeat(across, axis=1)


def draw_pointer(frame: Picture, pointer: Pointer) -> Picture:
    """A copy of the frame with the pointer: black, white, the picture or its inverse for each pixel."""
    height, width = frame.shape[:2]
    across = max(width * pointer.step_x // pointer.width, 1)
    down = max(height // pointer.height, 1)
    screen = _bits(pointer.shape.screen, across, down)
    cursor = _bits(pointer.shape.cursor, across, down)
    left, top = pointer.x * width // pointer.width, pointer.y * height // pointer.height
    x, y = max(left, 0), max(top, 0)
    screen = screen[y - top : height - top, x - left : width - left]
    cursor = cursor[y - top : height - top, x - left : width - left]
    picture = frame.copy()
    area = picture[y : y + screen.shape[0], x : x + screen.shape[1]]
    area[~screen] = 0
    area[cursor] = 255 - area[cursor]
    return picture
