"""Scan code set 2, which AT keyboards send, and set 1, into which the 8042 translates it.

IBM PC AT Technical Reference, "Keyboard Controller": the translation turns each byte of set 2 into the one at its place
in a table; a break code is F0h and the make code in set 2, and the make code with bit 7 in set 1.

>>> set_2(bytes.fromhex("1e 9e e0 48 e0 c8")).hex(" ")
'1c f0 1c e0 75 e0 f0 75'
"""

from __future__ import annotations

BREAK_1, BREAK_2 = 0x80, 0xF0
_PREFIXES = (0xE0, 0xE1)

# The controller's table: the set 1 code for each set 2 code.
TRANSLATION = bytes.fromhex(
    "ff 43 41 3f 3d 3b 3c 58 64 44 42 40 3e 0f 29 59"
    "65 38 2a 70 1d 10 02 5a 66 71 2c 1f 1e 11 03 5b"
    "67 2e 2d 20 12 05 04 5c 68 39 2f 21 14 13 06 5d"
    "69 31 30 23 22 15 07 5e 6a 72 32 24 16 08 09 5f"
    "6b 33 25 17 18 0b 0a 60 6c 34 35 26 27 19 0c 61"
    "6d 73 28 74 1a 0d 62 6e 3a 36 1c 1b 75 2b 63 76"
    "55 56 77 78 79 7a 0e 7b 7c 4f 7d 4b 47 7e 7f 6f"
    "52 53 50 4c 4d 48 01 45 57 4e 51 4a 37 49 46 54"
    "80 81 82 41 54"
)
# Of two set 2 codes for one key the later one is what the keyboard sends: F7 is 83h, SysRq 84h.
_SET_2 = {code: place for place, code in enumerate(TRANSLATION)}


def set_2(codes: bytes) -> bytes:
    """What a keyboard in set 2 sends for these bytes of set 1; others, such as answers, stay."""
    sent = bytearray()
    for code in codes:
        place = _SET_2.get(code & ~BREAK_1)
        if code in _PREFIXES or place is None:
            sent.append(code)
        elif code & BREAK_1:
            sent += bytes((BREAK_2, place))
        else:
            sent.append(place)
    return bytes(sent)
