"""The character generator ROM: code page 437 in cells of 8x16, 8x14 and 8x8 dots.

>>> font = font_bytes(16)
>>> len(font), font[0x41 * 16 + 7].to_bytes().hex()  # the bar of the A
(4096, 'fe')
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

HEIGHTS = (8, 14, 16)


@cache
def font_bytes(height: int) -> bytes:
    """The 256 glyphs of ``height`` (8, 14 or 16) rows, one byte a row, most significant bit left."""
    if height not in HEIGHTS:
        raise ValueError(f"no ROM font is {height} rows high")
    return files("hw.vga").joinpath("data", f"cp437_8x{height}.bin").read_bytes()
