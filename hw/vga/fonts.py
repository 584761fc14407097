"""Character generators in cells of 8x16, 8x14 and 8x8 dots: that of the ROM, code page 437, and those of other pages.

>>> font = font_bytes(16)
>>> len(font), font[0x41 * 16 + 7].to_bytes().hex()  # the bar of the A
(4096, 'fe')
>>> font_bytes(16, 850)[0x41 * 16 : 0x42 * 16] == font[0x41 * 16 : 0x42 * 16]
True
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from importlib.resources import files

HEIGHTS = (8, 14, 16)
ROM_PAGE = 437
_GLYPHS = struct.Struct("<H16s14s8s")  # of characters.bin: the character, its rows


@cache
def font_bytes(height: int, page: int = ROM_PAGE) -> bytes:
    """The 256 glyphs of ``height`` (8, 14 or 16) rows, one byte a row, most significant bit left.

    ``page`` is the code page of the characters from 80h on. One that no glyph is known of looks like its letter
    without the accent, or is blank.
    """
    if height not in HEIGHTS:
        raise ValueError(f"no ROM font is {height} rows high")
    rom = files("hw.vga").joinpath("data", f"cp437_8x{height}.bin").read_bytes()
    if page == ROM_PAGE:
        return rom
    glyphs = _glyphs(height)
    return rom[: 0x80 * height] + b"".join(
        _glyph(glyphs, char, height) for char in bytes(range(0x80, 0x100)).decode(f"cp{page}", "replace")
    )


@cache
def _glyphs(height: int) -> dict[str, bytes]:
    """All that are known, by character; those of the ROM first."""
    rom = font_bytes(height)
    known = {
        chr(fields[0]): fields[1 + (16, 14, 8).index(height)]
        for fields in _GLYPHS.iter_unpack(files("hw.vga").joinpath("data", "characters.bin").read_bytes())
    }
    pictures = {bytes((code,)).decode("cp437"): code for code in range(0x20, 0x100)} | {"¶": 0x14, "§": 0x15}
    return known | {char: rom[code * height : (code + 1) * height] for char, code in pictures.items()}


def _glyph(glyphs: dict[str, bytes], char: str, height: int) -> bytes:
    base = unicodedata.normalize("NFKD", char)[0]
    return glyphs.get(char) or glyphs.get(base) or bytes(height)
