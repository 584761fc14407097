"""Text over the picture: the page of hot keys, and short notices, in the letters of a PC.

>>> page = draw(["Hi"])
>>> page.shape, hex(int(page[0, 0])), bool((page == WHITE).any())
((32, 32), '0xd0101018', True)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dosemu.screen import CP437
from hw.vga.fonts import font_bytes

CELL = (8, 16)
BORDER = 8
WHITE, GROUND = 0xFFFFFFFF, 0xD0101018  # alpha, red, green, blue


def draw(lines: Sequence[str]) -> NDArray[np.uint32]:
    """The lines as (height, width) pixels of 32 bits with alpha; what code page 437 has not is a question mark."""
    font = np.unpackbits(np.frombuffer(font_bytes(CELL[1]), np.uint8).reshape(256, CELL[1], 1), axis=2)
    columns = max((len(line) for line in lines), default=0)
    codes = np.full((len(lines), columns), 32, np.int64)
    for row, line in enumerate(lines):
        found = [CP437.find(char, 1) for char in line]
        codes[row, : len(line)] = [32 if char == " " else code if code > 0 else ord("?")
                                   for char, code in zip(line, found, strict=True)]  # fmt: skip
    dots = font[codes].transpose(0, 2, 1, 3).reshape(len(lines) * CELL[1], columns * CELL[0])
    page = np.full((dots.shape[0] + 2 * BORDER, dots.shape[1] + 2 * BORDER), GROUND, np.uint32)
    page[BORDER : page.shape[0] - BORDER, BORDER : page.shape[1] - BORDER][dots != 0] = WHITE
    return page
