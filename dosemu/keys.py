"""Keys of a PC keyboard: their names, their scan codes, and text as keystrokes on a US layout.

Scan codes are set 1, as the 8042 hands them to INT 9 (IBM PS/2 Technical Reference, "Keyboard"; table 0006
of Ralf Brown's port list). A key of the grey block is written 0xE0xx, its release code is 0xE0xx | 0x80.

>>> scan_code("Enter"), hex(scan_code("Up"))
(28, '0xe048')
>>> [event.time for event in parse_keys("1.5:Enter 2:type=hi")]
[1.5, 2.0, 2.0]
"""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field

from dosemu.errors import KeyNameError

__all__ = ["KeyEvent", "KeyNameError", "Stroke", "chord", "parse_keys", "scan_code", "text_to_keys"]

RELEASE = 0x80
MODIFIERS = ("ctrl", "shift", "alt", "altgr", "rctrl", "rshift")

# The rows of the US keyboard, each from the scan code of its first key on: unshifted, then shifted.
_ROWS = (
    (0x02, "1234567890-=", "!@#$%^&*()_+"),
    (0x10, "qwertyuiop[]", "QWERTYUIOP{}"),
    (0x1E, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (0x2B, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (0x39, " ", " "),
)
_CONTROL_CHARACTERS = {"\n": 0x1C, "\r": 0x1C, "\t": 0x0F, "\b": 0x0E, "\x1b": 0x01}

_NAMED = {
    "esc": 0x01,
    "backspace": 0x0E,
    "tab": 0x0F,
    "enter": 0x1C,
    "ctrl": 0x1D,
    "shift": 0x2A,
    "rshift": 0x36,
    "kp_*": 0x37,
    "alt": 0x38,
    "space": 0x39,
    "capslock": 0x3A,
    **{f"f{number}": 0x3A + number for number in range(1, 11)},
    "numlock": 0x45,
    "scrolllock": 0x46,
    "kp_7": 0x47,
    "kp_8": 0x48,
    "kp_9": 0x49,
    "kp_-": 0x4A,
    "kp_4": 0x4B,
    "kp_5": 0x4C,
    "kp_6": 0x4D,
    "kp_+": 0x4E,
    "kp_1": 0x4F,
    "kp_2": 0x50,
    "kp_3": 0x51,
    "kp_0": 0x52,
    "kp_.": 0x53,
    "sysrq": 0x54,
    "<>": 0x56,  # the key beside the left shift of European keyboards
    "f11": 0x57,
    "f12": 0x58,
    "kp_enter": 0xE01C,
    "rctrl": 0xE01D,
    "kp_/": 0xE035,
    "printscreen": 0xE037,
    "altgr": 0xE038,
    "break": 0xE046,
    "home": 0xE047,
    "up": 0xE048,
    "pgup": 0xE049,
    "left": 0xE04B,
    "right": 0xE04D,
    "end": 0xE04F,
    "down": 0xE050,
    "pgdn": 0xE051,
    "insert": 0xE052,
    "delete": 0xE053,
    "lwin": 0xE05B,
    "rwin": 0xE05C,
    "menu": 0xE05D,
}
# Pause has a code of its own, E1h, and sends its release at once.
_PAUSE = (0xE11D, 0x45, 0xE19D, 0xC5)
_ALIASES = {
    "escape": "esc",
    "return": "enter",
    "bksp": "backspace",
    "control": "ctrl",
    "lctrl": "ctrl",
    "lshift": "shift",
    "lalt": "alt",
    "ralt": "altgr",
    "ins": "insert",
    "del": "delete",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "caps": "capslock",
    "num": "numlock",
    "scroll": "scrolllock",
    "prtsc": "printscreen",
}


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key of the main block for one character: its scan code and whether shift is held."""

    code: int
    shift: bool = False

    @property
    def codes(self) -> tuple[int, ...]:
        """The scan codes of the whole keystroke, presses and releases."""
        return chord(_NAMED["shift"], self.code) if self.shift else chord(self.code)


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """Scan codes to send at ``time`` (seconds of emulated time), one after the other.

    A code with bit 7 set is a release; codes above FFh are two bytes, the high one (E0h, E1h) first. A character
    of a text (``character``) is typed as the layout that the machine has by then asks for; ``codes`` are the US ones.
    """

    time: float
    codes: tuple[int, ...]
    character: str = field(default="", compare=False, repr=False)


def _characters() -> dict[str, Stroke]:
    strokes = {char: Stroke(code) for char, code in _CONTROL_CHARACTERS.items()}
    for first, plain, shifted in _ROWS:
        for place, (char, upper) in enumerate(zip(plain, shifted, strict=True)):
            strokes.setdefault(char, Stroke(first + place))
            strokes.setdefault(upper, Stroke(first + place, shift=True))
    return strokes


CHARACTERS = _characters()


def scan_code(name: str) -> int:
    """The scan code of a key by its name, upper or lower case: ``Enter``, ``F1``, ``a``, ``KP_5``, ``;``.

    Raises KeyNameError for a name no key has.

    >>> hex(scan_code("PgUp")), scan_code("a") == scan_code("A")
    ('0xe049', True)
    """
    key = name.lower()
    key = _ALIASES.get(key, key)
    if key in _NAMED:
        return _NAMED[key]
    stroke = CHARACTERS.get(key) if len(key) == 1 and key.isprintable() else None
    if stroke is None:
        raise KeyNameError(f"there is no key {name!r}: use names such as a, 7, Enter, Esc, F1, Up, KP_5, ctrl+c")
    return stroke.code


def _released(code: int) -> int:
    return code | RELEASE


def chord(*codes: int) -> tuple[int, ...]:
    """Presses in the order given, then the releases in the opposite one.

    >>> [hex(code) for code in chord(0x1D, 0x2E)]
    ['0x1d', '0x2e', '0xae', '0x9d']
    """
    return (*codes, *(_released(code) for code in reversed(codes)))


def _split_chord(name: str) -> list[str]:
    """``ctrl+alt+del`` as its keys; a plus sign at the end belongs to a key: ``ctrl++``, ``KP_+``."""
    return re.split(r"\+(?=.)", name)


def named_keys(name: str) -> tuple[int, ...]:
    """The scan codes of one keystroke by name, with modifiers: ``Enter``, ``ctrl+c``, ``alt+F4``, ``A``, ``!``.

    >>> named_keys("!") == named_keys("shift+1")
    True
    """
    *modifiers, key = _split_chord(name)
    if name.lower() == "pause":
        return _PAUSE
    held = []
    for modifier in modifiers:
        code = scan_code(modifier)
        if code not in {_NAMED[known] for known in MODIFIERS}:
            raise KeyNameError(f"{modifier!r} in {name!r} is no modifier: {', '.join(MODIFIERS)}")
        held.append(code)
    stroke = CHARACTERS.get(key)
    if stroke is not None and stroke.shift and _NAMED["shift"] not in held and not (held and key.isalpha()):
        held.append(_NAMED["shift"])
    return chord(*held, scan_code(key) if stroke is None else stroke.code)


def text_to_keys(text: str) -> list[Stroke]:
    """The keystrokes that type ``text`` on a US keyboard; a newline is Enter.

    Raises KeyNameError for a character a US keyboard has not.

    >>> text_to_keys("A\\n")
    [Stroke(code=30, shift=True), Stroke(code=28, shift=False)]
    """
    strokes = []
    for char in text.replace("\r\n", "\n"):
        stroke = CHARACTERS.get(char)
        if stroke is None:
            raise KeyNameError(f"a US keyboard cannot type {char!r}")
        strokes.append(stroke)
    return strokes


def _typed(text: str) -> Iterator[tuple[tuple[int, ...], str]]:
    """US keystrokes and the characters they are for; none for those that other keyboards or the keypad give."""
    for char in text:
        stroke = CHARACTERS.get(char)
        if stroke is None and not _can_be_typed(char):
            raise KeyNameError(f"keyboards cannot type {char!r}")
        yield () if stroke is None else stroke.codes, char


def _can_be_typed(char: str) -> bool:
    """Whether a code page has it, for Alt and the keypad, or a layout."""
    from dosemu.bios.layouts import LAYOUTS
    from int21.code_pages import NUMBERS

    if any(char.encode(f"cp{number}", "ignore") for number in NUMBERS):
        return True
    return any(
        char in keys.values() for each in LAYOUTS.values() if each for keys in (each.plain, each.shift, each.right_alt)
    )


def _event_keys(what: str, item: str) -> Iterator[tuple[tuple[int, ...], str]]:
    command, equals, text = what.partition("=")
    if equals and command:
        match command.lower():
            case "type":
                yield from _typed(text.replace("\\n", "\n").replace("\\t", "\t"))
            case "press":
                yield named_keys(text)[: len(_split_chord(text))], ""
            case "release":
                yield tuple(_released(scan_code(key)) for key in _split_chord(text)), ""
            case _:
                raise KeyNameError(f"{item!r}: {command!r} is none of type=, press=, release=")
        return
    yield named_keys(what), ""


def parse_keys(text: str) -> list[KeyEvent]:
    """What ``--keys`` takes, as events in the order of their times.

    Items are ``SECONDS:KEY`` with KEY a name or a chord, ``type=TEXT``, ``press=KEY`` or ``release=KEY``,
    separated by spaces. Quotes keep spaces together (``2:type='a b'``) and ``\\\\n`` in a text is Enter.
    An item without a time comes at the time of the one before it. One event is one keystroke.
    Raises KeyNameError with one line that names the item.

    >>> parse_keys("1:ctrl+c")
    [KeyEvent(time=1.0, codes=(29, 46, 174, 157))]
    """
    lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    lexer.commenters = ""
    lexer.escape = ""
    try:
        items = list(lexer)
    except ValueError:
        raise KeyNameError(f"--keys: a quote is not closed in {text!r}") from None
    events: list[KeyEvent] = []
    time = 0.0
    for item in items:
        before, colon, what = item.partition(":")
        if colon and what and before[:1] in "0123456789.-":
            try:
                time = float(before)
            except ValueError:
                raise KeyNameError(f"{item!r}: {before!r} is not a number of seconds") from None
            if not math.isfinite(time) or time < 0:
                raise KeyNameError(f"{item!r}: the time must be 0 or more seconds")
        else:
            what = item
        events.extend(KeyEvent(time, *keys) for keys in _event_keys(what, item))
    return sorted(events, key=lambda event: event.time)
