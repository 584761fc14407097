"""Scan code set 3: one code for each key, and for each key whether it repeats and whether its release is sent.

IBM PS/2 Hardware Interface Technical Reference, "Keyboard", "Scan Code Set 3" and "Set Key Type". A break code is F0h
and the make code. The 8042, when it translates, turns these codes by the same table as those of set 2.

>>> hex(SET_3[0x3B]), hex(SET_3[0xE01D])  # F1, right Ctrl
('0x7', '0x58')
>>> KeyType(DEFAULT_TYPES[SET_3[0x1E]]), KeyType(DEFAULT_TYPES[SET_3[0x2A]])
(<KeyType.TYPEMATIC: 1>, <KeyType.MAKE_BREAK: 2>)
>>> translated(b"\\x1c\\xf0\\x1c").hex(" ")
'1e 9e'
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from hw.scan_codes import BREAK_1, BREAK_2, TRANSLATION


class KeyType(IntEnum):
    """What a key sends; bit 0: it repeats, bit 1: its release."""

    MAKE = 0
    TYPEMATIC = 1
    MAKE_BREAK = 2
    ALL = 3  # typematic, make and break


# The keys by their set 1 codes, which a row counts up from the first, and their codes in set 3.
_ROWS: Final = (
    (0x01, "08 16 1e 26 25 2e 36 3d 3e 46 45 4e 55 66"),  # Esc, 1 to 0 - = Backspace
    (0x0F, "0d 15 1d 24 2d 2c 35 3c 43 44 4d 54 5b 5a"),  # Tab, Q to ], Enter
    (0x1D, "11 1c 1b 23 2b 34 33 3b 42 4b 4c 52 0e"),  # left Ctrl, A to ', `
    (0x2A, "12 5c 1a 22 21 2a 32 31 3a 41 49 4a 59"),  # left Shift, \, Z to /, right Shift
    (0x37, "7e 19 29 14"),  # keypad *, left Alt, space, Caps Lock
    (0x3B, "07 0f 17 1f 27 2f 37 3f 47 4f"),  # F1 to F10
    (0x45, "76 5f"),  # Num Lock, Scroll Lock
    (0x47, "6c 75 7d 84 6b 73 74 7c 69 72 7a 70 71"),  # keypad 7 to .
    (0x54, "57 00 13 56 5e"),  # SysRq, the key beside the left Shift, F11, F12
    (0xE01C, "79 58"),  # keypad Enter, right Ctrl
    (0xE035, "77 00 57 39"),  # keypad /, Print Screen, right Alt
    (0xE046, "62 6e 63 6f 00 61 00 6a 00 65 60 6d 67 64"),  # Break, the cursor keys, Insert, Delete
    (0xE05B, "8b 8c 8d"),  # the two Windows keys, Menu
    (0xE11D, "62"),  # Pause
)
SET_3: Final = {
    first + place: code for first, row in _ROWS for place, code in enumerate(bytes.fromhex(row)) if code
}  # fmt: skip
KEYS: Final = frozenset(SET_3.values())

# Types at power-on: the keys not named here send their make code only.
_TYPEMATIC_FIRST, _TYPEMATIC_LAST = 0x02, 0x39
_NOT_TYPEMATIC: Final = frozenset((0x1D, 0x2A, 0x36, 0x37, 0x38))
_TYPEMATIC_CURSOR: Final = frozenset((0xE048, 0xE04B, 0xE04D, 0xE050, 0xE053, 0x4E, 0x56))  # with Delete and keypad +
_MAKE_BREAK: Final = frozenset((0x1D, 0x2A, 0x36, 0x38, 0x3A))  # left Ctrl, Shifts, left Alt, Caps Lock


def _default_type(key: int) -> KeyType:
    if key in _MAKE_BREAK:
        return KeyType.MAKE_BREAK
    letters = _TYPEMATIC_FIRST <= key <= _TYPEMATIC_LAST and key not in _NOT_TYPEMATIC
    return KeyType.TYPEMATIC if letters or key in _TYPEMATIC_CURSOR else KeyType.MAKE


def _default_types() -> bytes:
    types = bytearray(0x90)
    for key, code in SET_3.items():
        types[code] = _default_type(key)
    return bytes(types)


DEFAULT_TYPES: Final = _default_types()  # by set 3 code

# The commands that set the type of all keys, and of the keys whose codes follow.
ALL_KEYS: Final = {0xF7: KeyType.TYPEMATIC, 0xF8: KeyType.MAKE_BREAK, 0xF9: KeyType.MAKE, 0xFA: KeyType.ALL}
SOME_KEYS: Final = {0xFB: KeyType.TYPEMATIC, 0xFC: KeyType.MAKE_BREAK, 0xFD: KeyType.MAKE}


def break_code(code: int) -> bytes:
    """What the release of a key is sent as."""
    return bytes((BREAK_2, code))


def translated(codes: bytes) -> bytes:
    """What the 8042 makes of these bytes: by its table, and bit 7 instead of the F0h before."""
    out = bytearray()
    released = 0
    for code in codes:
        if code == BREAK_2:
            released = BREAK_1
        else:
            out.append((TRANSLATION[code] if code < len(TRANSLATION) else code) | released)
            released = 0
    return bytes(out)
