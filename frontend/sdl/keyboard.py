"""SDL scan codes as set 1 scan codes of a PC keyboard: keys by their place, whatever the host's layout.

SDL's scan codes are the usages of the USB keyboard page (HID Usage Tables, page 07h); the translation to set 1
is Microsoft's "USB HID to PS/2 Scan Code Translation Table". A key of the grey block is written 0xE0xx.

>>> hex(SCAN_CODES[sdl2.SDL_SCANCODE_UP])
'0xe048'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import sdl2

from dosemu.keys import scan_code
from hw.keyboard import PAUSE

if TYPE_CHECKING:
    from frontend.actions import Action

_S = sdl2

_LETTERS = dict(zip(
    range(_S.SDL_SCANCODE_A, _S.SDL_SCANCODE_Z + 1),
    (0x1E, 0x30, 0x2E, 0x20, 0x12, 0x21, 0x22, 0x23, 0x17, 0x24, 0x25, 0x26, 0x32,
     0x31, 0x18, 0x19, 0x10, 0x13, 0x1F, 0x14, 0x16, 0x2F, 0x11, 0x2D, 0x15, 0x2C), strict=True,
))  # fmt: skip
_DIGITS = dict(zip(range(_S.SDL_SCANCODE_1, _S.SDL_SCANCODE_0 + 1), range(0x02, 0x0C), strict=True))
_FUNCTION = dict(zip(range(_S.SDL_SCANCODE_F1, _S.SDL_SCANCODE_F12 + 1), (*range(0x3B, 0x45), 0x57, 0x58), strict=True))

SCAN_CODES: dict[int, int] = {
    **_LETTERS,
    **_DIGITS,
    **_FUNCTION,
    _S.SDL_SCANCODE_RETURN: 0x1C,
    _S.SDL_SCANCODE_ESCAPE: 0x01,
    _S.SDL_SCANCODE_BACKSPACE: 0x0E,
    _S.SDL_SCANCODE_TAB: 0x0F,
    _S.SDL_SCANCODE_SPACE: 0x39,
    _S.SDL_SCANCODE_MINUS: 0x0C,
    _S.SDL_SCANCODE_EQUALS: 0x0D,
    _S.SDL_SCANCODE_LEFTBRACKET: 0x1A,
    _S.SDL_SCANCODE_RIGHTBRACKET: 0x1B,
    _S.SDL_SCANCODE_BACKSLASH: 0x2B,
    _S.SDL_SCANCODE_NONUSHASH: 0x2B,
    _S.SDL_SCANCODE_SEMICOLON: 0x27,
    _S.SDL_SCANCODE_APOSTROPHE: 0x28,
    _S.SDL_SCANCODE_GRAVE: 0x29,
    _S.SDL_SCANCODE_COMMA: 0x33,
    _S.SDL_SCANCODE_PERIOD: 0x34,
    _S.SDL_SCANCODE_SLASH: 0x35,
    _S.SDL_SCANCODE_NONUSBACKSLASH: 0x56,
    _S.SDL_SCANCODE_CAPSLOCK: 0x3A,
    _S.SDL_SCANCODE_LCTRL: 0x1D,
    _S.SDL_SCANCODE_LSHIFT: 0x2A,
    _S.SDL_SCANCODE_LALT: 0x38,
    _S.SDL_SCANCODE_LGUI: 0xE05B,
    _S.SDL_SCANCODE_RCTRL: 0xE01D,
    _S.SDL_SCANCODE_RSHIFT: 0x36,
    _S.SDL_SCANCODE_RALT: 0xE038,
    _S.SDL_SCANCODE_RGUI: 0xE05C,
    _S.SDL_SCANCODE_APPLICATION: 0xE05D,
    _S.SDL_SCANCODE_PRINTSCREEN: 0xE037,
    _S.SDL_SCANCODE_SCROLLLOCK: 0x46,
    _S.SDL_SCANCODE_PAUSE: PAUSE,
    _S.SDL_SCANCODE_INSERT: 0xE052,
    _S.SDL_SCANCODE_HOME: 0xE047,
    _S.SDL_SCANCODE_PAGEUP: 0xE049,
    _S.SDL_SCANCODE_DELETE: 0xE053,
    _S.SDL_SCANCODE_END: 0xE04F,
    _S.SDL_SCANCODE_PAGEDOWN: 0xE051,
    _S.SDL_SCANCODE_RIGHT: 0xE04D,
    _S.SDL_SCANCODE_LEFT: 0xE04B,
    _S.SDL_SCANCODE_DOWN: 0xE050,
    _S.SDL_SCANCODE_UP: 0xE048,
    _S.SDL_SCANCODE_NUMLOCKCLEAR: 0x45,
    _S.SDL_SCANCODE_KP_DIVIDE: 0xE035,
    _S.SDL_SCANCODE_KP_MULTIPLY: 0x37,
    _S.SDL_SCANCODE_KP_MINUS: 0x4A,
    _S.SDL_SCANCODE_KP_PLUS: 0x4E,
    _S.SDL_SCANCODE_KP_ENTER: 0xE01C,
    _S.SDL_SCANCODE_KP_1: 0x4F,
    _S.SDL_SCANCODE_KP_2: 0x50,
    _S.SDL_SCANCODE_KP_3: 0x51,
    _S.SDL_SCANCODE_KP_4: 0x4B,
    _S.SDL_SCANCODE_KP_5: 0x4C,
    _S.SDL_SCANCODE_KP_6: 0x4D,
    _S.SDL_SCANCODE_KP_7: 0x47,
    _S.SDL_SCANCODE_KP_8: 0x48,
    _S.SDL_SCANCODE_KP_9: 0x49,
    _S.SDL_SCANCODE_KP_0: 0x52,
    _S.SDL_SCANCODE_KP_PERIOD: 0x53,
}


_HELD = {"ctrl": _S.KMOD_CTRL, "shift": _S.KMOD_SHIFT, "alt": _S.KMOD_ALT}


def modifiers(held: int) -> int:
    """SDL's modifiers, whichever side they are on.

    >>> modifiers(sdl2.KMOD_LCTRL | sdl2.KMOD_NUM) == modifiers(sdl2.KMOD_RCTRL) == sdl2.KMOD_CTRL
    True
    """
    return sum(mask for mask in _HELD.values() if held & mask)


def hot_keys(actions: Iterable[Action]) -> dict[tuple[int, int], Action]:
    """Modifiers and SDL's scan code of every action. Raises KeyNameError for what is no key."""
    places = {code: key for key, code in reversed(SCAN_CODES.items())}
    found = {}
    for action in actions:
        for name in action.keys:
            *held, key = name.split("+")
            code = PAUSE if key == "pause" else scan_code(key)
            found[sum(_HELD[each] for each in held), places[code]] = action
    return found


def scan_codes(remap: Mapping[str, str]) -> dict[int, int]:
    """The table with keys that are other keys, by their names: ``{"capslock": "ctrl"}``.

    >>> hex(scan_codes({"capslock": "ctrl"})[sdl2.SDL_SCANCODE_CAPSLOCK])
    '0x1d'
    """
    other = {scan_code(name): scan_code(key) for name, key in remap.items()}
    return {key: other.get(code, code) for key, code in SCAN_CODES.items()}
