"""What a terminal sends for a key, as keystrokes of a PC keyboard.

Terminals send characters, not keys: Alt is an escape character before the key, Ctrl+letter is a control
character, and function keys are sequences that blessed knows for the terminal at hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from blessed.keyboard import Keystroke

from dosemu.errors import KeyNameError
from dosemu.keys import named_keys
from dosemu.keystrokes import character_codes

if TYPE_CHECKING:
    from dosemu.bios.layouts import Layout

EXIT_KEY = "\x1d"  # Ctrl+], as telnet has it
EXIT_KEY_NAME = "Ctrl+]"
SWAP_KEY = "\x1c"  # Ctrl+\; few terminals tell Ctrl+F4, the window's key, from F4

# Control characters that are keys of their own or have other names than ctrl+letter (ASCII, and xterm's habits).
_CONTROLS = {
    "\r": "enter", "\n": "enter", "\t": "tab", "\x1b": "esc", "\b": "backspace", "\x7f": "backspace",
    "\0": "ctrl+2", "\x1e": "ctrl+6", "\x1f": "ctrl+-",
}  # fmt: skip
# blessed's names of keys (curses') where they differ from ours.
_NAMES = {
    "pgdown": "pgdn", "escape": "esc", "btab": "shift+tab", "center": "kp_5", "begin": "kp_5", "kp_multiply": "kp_*",
    "kp_add": "kp_+", "kp_subtract": "kp_-", "kp_divide": "kp_/", "kp_decimal": "kp_.", "sup": "shift+up",
    "sdown": "shift+down", "sleft": "shift+left", "sright": "shift+right", "sdelete": "shift+delete",
    "shome": "shift+home", "send": "shift+end", "sinsert": "shift+insert", "kp_separator": "kp_.",
}  # fmt: skip
_MODIFIERS = ("ctrl", "alt", "shift")


def strokes(key: Keystroke, layout: Layout | None = None, codec: str = "cp437") -> Iterator[Sequence[int]]:
    """The keystrokes (scan codes, bit 7 is a release) for what the terminal sent; none for what no PC has."""
    text = str(key)
    if (name := control_name(text)) is None and len(text) > 1:
        name = sequence_name(key.name or "")
    if name is not None:
        try:
            yield named_keys(name)
        except KeyNameError:
            return
    elif len(text) == 1:
        yield from character_codes(text, layout, codec)


def control_name(text: str) -> str | None:
    """The name of a control character or of Alt with a key; None for anything else.

    >>> control_name("\\x03"), control_name("\\x1bf"), control_name("\\x1b\\r"), control_name("a")
    ('ctrl+c', 'alt+f', 'alt+enter', None)
    """
    if len(text) == 2 and text[0] == "\x1b":
        inner = control_name(text[1])
        return "alt+" + (inner or text[1])
    if text in _CONTROLS:
        return _CONTROLS[text]
    if len(text) == 1 and text < " ":
        return "ctrl+" + chr(ord(text) + 0x40).lower()
    return None


def sequence_name(name: str) -> str | None:
    """The name of a key that blessed calls ``KEY_CTRL_SHIFT_F5``.

    >>> sequence_name("KEY_CTRL_SHIFT_F5"), sequence_name("KEY_PGDOWN"), sequence_name("FOCUS_IN")
    ('ctrl+shift+f5', 'pgdn', None)
    """
    if not name.startswith("KEY_"):
        return None
    held = []
    rest = name.removeprefix("KEY_").lower()
    while (word := rest.partition("_"))[0] in _MODIFIERS and word[2]:
        held.append(word[0])
        rest = word[2]
    return "+".join([*held, _NAMES.get(rest, rest)])
