"""What settings take: each kind checks a value and says in words what does.

>>> number(1, 9, "auto").check("7"), choice("red", "green").check("RED")
(7, 'red')
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dosemu.keys import scan_code


@dataclass(frozen=True, slots=True)
class Kind:
    """What a setting takes: ``check`` returns the value or raises ValueError; ``accepts`` says it in words."""

    accepts: str
    check: Callable[[Any], Any]


def choice(*choices: str) -> Kind:
    def check(value: Any) -> str:
        text = str(value).lower()
        if isinstance(value, bool) or text not in choices:
            raise ValueError
        return text

    return Kind(", ".join(choices), check)


def number(low: int, high: int, *words: str) -> Kind:
    def check(value: Any) -> int | str:
        if isinstance(value, str) and value.lower() in words:
            return value.lower()
        if not isinstance(value, int | str) or isinstance(value, bool):
            raise ValueError
        number = int(value)
        if not low <= number <= high:
            raise ValueError
        return number

    return Kind(", ".join([*words, f"{low} to {high}"]), check)


def number_of(*numbers: int) -> Kind:
    def check(value: Any) -> int:
        if not isinstance(value, int | str) or isinstance(value, bool) or int(value) not in numbers:
            raise ValueError
        return int(value)

    return Kind(", ".join(map(str, numbers)), check)


def _switch(value: Any) -> bool:
    if isinstance(value, str):
        value = {"true": True, "on": True, "false": False, "off": False}.get(value.lower())
    if not isinstance(value, bool):
        raise ValueError
    return value


SWITCH = Kind("true, false", _switch)
SWITCH_OR_AUTO = Kind("auto, true, false", lambda value: "auto" if value == "auto" else _switch(value))


def _version(value: Any) -> str:
    if isinstance(value, bool):
        raise ValueError
    text = str(value)
    major, _, minor = text.partition(".")
    if not (major.isdecimal() and minor.isdecimal() and text.isascii() and 1 <= int(major) <= 9 and len(minor) <= 2):
        raise ValueError
    return text


def _start_time(value: Any) -> str:
    if isinstance(value, date):  # TOML has dates of its own; a datetime is a date too
        value = value.isoformat()
    if not isinstance(value, str):
        raise ValueError
    if value.lower() == "now":
        return "now"
    # What a PC's clock and the DOS date functions can show.
    if not 1980 <= datetime.fromisoformat(value).year <= 2099:
        raise ValueError
    return value


def _drive(value: Any) -> str:
    if not isinstance(value, str) or len(value) != 1 or not "A" <= value.upper() <= "Z":
        raise ValueError
    return value.upper()


def _sound(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    if value.startswith("wav=") and len(value) > 4:
        return value
    if value not in ("auto", "sdl", "pyaudio", "none"):
        raise ValueError
    return value


def _port(value: Any) -> int:
    number = int(value, 16) if isinstance(value, str) else value
    if isinstance(number, bool) or number not in range(0x210, 0x290, 0x10):
        raise ValueError
    return int(number)


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    return value


def _line(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    if value not in ("none", "null", "mouse"):
        from dosemu.serial_peers import parse

        parse(value)
    return value


LINE = Kind("none, null, mouse, file=FILE, tcp:HOST:PORT or tcp-listen:[ADDRESS:]PORT", _line)


def _levels(value: Any) -> dict[str, tuple[int, int]]:
    """Percent of left and right by the name of a channel."""
    if not isinstance(value, Mapping):
        raise ValueError
    levels = {}
    for name, level in value.items():
        left, _, right = str(level).partition(":")
        sides = int(left), int(right or left)
        if isinstance(level, bool) or not all(0 <= side <= 400 for side in sides):
            raise ValueError
        levels[str(name).lower()] = sides
    return levels


def _variables(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError
    for name, text in value.items():
        if not isinstance(text, str | int) or not name or "=" in name or not f"{name}{text}".isprintable():
            raise ValueError
    return {name.upper(): str(text) for name, text in value.items()}


PAD_CONTROLS = (
    "a", "b", "x", "y", "back", "guide", "start", "left_stick", "right_stick", "left_shoulder", "right_shoulder",
    "up", "down", "left", "right", "left_trigger", "right_trigger",
    "stick_up", "stick_down", "stick_left", "stick_right",
)  # fmt: skip


def _named_keys(value: Any, known: Callable[[str], bool]) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise ValueError
    for name, key in value.items():
        if not isinstance(key, str) or not known(name):
            raise ValueError
        scan_code(key)
    return {name.lower(): key.lower() for name, key in value.items()}


def _pad_keys(value: Any) -> dict[str, str]:
    return _named_keys(value, lambda name: name.lower() in PAD_CONTROLS)


def _key_pairs(value: Any) -> dict[str, str]:
    return _named_keys(value, lambda name: bool(scan_code(name)))


def about(kind: Kind, help: str) -> dict[str, Any]:
    """A field's metadata."""
    return {"kind": kind, "help": help}


VERSION = Kind('a version such as "5.0" or "6.22"', _version)
DRIVE = Kind("a drive letter", _drive)
START_TIME = Kind("now or a time such as 1995-01-31T12:00, years 1980 to 2099", _start_time)
VARIABLES = Kind("a table of texts", _variables)
SOUND = Kind("auto, sdl, pyaudio, none or wav=FILE", _sound)
LEVELS = Kind("a table of percents from 0 to 400, or left:right", _levels)
SOUND_PORT = Kind("210 to 280, hexadecimal", _port)
DOS_PATH = Kind("a DOS path", _text)
FILE = Kind("a file name", _text)
PAD_KEYS = Kind('a table such as {a = "ctrl", up = "up"}', _pad_keys)
KEY_PAIRS = Kind('a table such as {capslock = "ctrl"}', _key_pairs)
