"""Scan codes (set 1) to BIOS key codes for the US keyboard.

IBM PS/2 BIOS Interface Technical Reference, "Keyboard", scan code and character code combinations; Ralf
Brown's Interrupt List table 00006 (INT 16h/00h). A code is scan code * 256 + character; F0h as the
character marks Alt combinations that only the extended functions (10h, 11h) return, E0h grey keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Key:
    """What a key gives alone and with Shift, Ctrl, Alt; None: nothing."""

    plain: int | None
    shift: int | None
    ctrl: int | None
    alt: int | None
    letter: bool = False  # Caps Lock shifts it
    keypad: bool = False  # Num Lock shifts it


def _parse(text: str) -> dict[int, Key]:
    keys = {}
    for line in text.strip().splitlines():
        number, *codes = line.split()
        scan, flag = int(number[:2], 16), number[2:]
        plain, shift, ctrl, alt = (None if code == "-" else int(code, 16) for code in codes)
        keys[scan] = Key(plain, shift, ctrl, alt, letter=flag == "L", keypad=flag == "N")
    return keys


def _letters() -> dict[int, Key]:
    keys = {}
    for first, row in ((0x10, b"qwertyuiop"), (0x1E, b"asdfghjkl"), (0x2C, b"zxcvbnm")):
        for scan, character in enumerate(row, first):
            high = scan << 8
            keys[scan] = Key(high | character, high | character - 32, high | character & 0x1F, high, letter=True)
    return keys


# Scan code (N: keypad), plain, Shift, Ctrl, Alt.
KEYS: Final[dict[int, Key]] = _letters() | _parse("""
01 011B 011B 011B 01F0
02 0231 0221 -    7800
03 0332 0340 0300 7900
04 0433 0423 -    7A00
05 0534 0524 -    7B00
06 0635 0625 -    7C00
07 0736 075E 071E 7D00
08 0837 0826 -    7E00
09 0938 092A -    7F00
0A 0A39 0A28 -    8000
0B 0B30 0B29 -    8100
0C 0C2D 0C5F 0C1F 8200
0D 0D3D 0D2B -    8300
0E 0E08 0E08 0E7F 0EF0
0F 0F09 0F00 9400 A500
1A 1A5B 1A7B 1A1B 1AF0
1B 1B5D 1B7D 1B1D 1BF0
1C 1C0D 1C0D 1C0A 1CF0
27 273B 273A -    27F0
28 2827 2822 -    28F0
29 2960 297E -    29F0
2B 2B5C 2B7C 2B1C 2BF0
33 332C 333C -    33F0
34 342E 343E -    34F0
35 352F 353F -    35F0
37 372A 372A 9600 37F0
39 3920 3920 3920 3920
3B 3B00 5400 5E00 6800
3C 3C00 5500 5F00 6900
3D 3D00 5600 6000 6A00
3E 3E00 5700 6100 6B00
3F 3F00 5800 6200 6C00
40 4000 5900 6300 6D00
41 4100 5A00 6400 6E00
42 4200 5B00 6500 6F00
43 4300 5C00 6600 7000
44 4400 5D00 6700 7100
47N 4700 4737 7700 -
48N 4800 4838 8D00 -
49N 4900 4939 8400 -
4A 4A2D 4A2D 8E00 4AF0
4BN 4B00 4B34 7300 -
4CN 4CF0 4C35 8F00 -
4DN 4D00 4D36 7400 -
4E 4E2B 4E2B 9000 4EF0
4FN 4F00 4F31 7500 -
50N 5000 5032 9100 -
51N 5100 5133 7600 -
52N 5200 5230 9200 -
53N 5300 532E 9300 -
56 565C 567C -    -
57 8500 8700 8900 8B00
58 8600 8800 8A00 8C00
""")

# The same for keys whose scan code follows E0h.
GREY_KEYS: Final[dict[int, Key]] = _parse("""
1C E00D E00D E00A A600
35 E02F E02F 9500 A400
37 -    -    7200 -
47 47E0 47E0 77E0 9700
48 48E0 48E0 8DE0 9800
49 49E0 49E0 84E0 9900
4B 4BE0 4BE0 73E0 9B00
4D 4DE0 4DE0 74E0 9D00
4F 4FE0 4FE0 75E0 9F00
50 50E0 50E0 91E0 A000
51 51E0 51E0 76E0 A100
52 52E0 52E0 92E0 A200
53 53E0 53E0 93E0 A300
""")

# Keypad digits for Alt and a number, by scan code.
KEYPAD_DIGITS: Final = {
    0x52: 0, 0x4F: 1, 0x50: 2, 0x51: 3, 0x4B: 4, 0x4C: 5, 0x4D: 6, 0x47: 7, 0x48: 8, 0x49: 9,
}  # fmt: skip


def key_code(scan: int, *, grey: bool, shift: bool, ctrl: bool, alt: bool, caps: bool, num: bool) -> int | None:
    """The BIOS code of a key press, None where the BIOS stores nothing.

    >>> hex(key_code(0x1E, grey=False, shift=True, ctrl=False, alt=False, caps=False, num=False) or 0)
    '0x1e41'
    """
    key = (GREY_KEYS if grey else KEYS).get(scan)
    if key is None:
        return None
    if alt:
        return key.alt
    if ctrl:
        return key.ctrl
    if (key.letter and caps) or (key.keypad and num):
        shift = not shift
    return key.shift if shift else key.plain


def standard_key(key: int) -> int | None:
    """What INT 16h/00h and 01h make of a code of the buffer; None: they discard it.

    >>> [hex(standard_key(key) or 0) for key in (0x48E0, 0xE00D, 0xE02F, 0x8500, 0x01F0, 0x1E61)]
    ['0x4800', '0x1c0d', '0x352f', '0x0', '0x0', '0x1e61']
    """
    scan, character = key >> 8, key & 0xFF
    if scan == 0xE0:
        return (0x3500 if character == 0x2F else 0x1C00) | character
    if scan > 0x84 or (character == 0xF0 and scan):
        return None
    return scan << 8 if character == 0xE0 and scan else key


def extended_key(key: int) -> int:
    """What INT 16h/10h and 11h make of a code: the mark F0h is theirs to hide."""
    return key & 0xFF00 if key & 0xFF == 0xF0 and key >> 8 else key
