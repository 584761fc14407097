"""What of a run is traced: ``file,!21h/3Fh,port=3C0-3DF,path=*.CFG``.

>>> wanted = TraceFilter.parse("file,!21h/3Fh")
>>> wanted.service(0x21, 0x3D00, "open file", "21h/3Dh"), wanted.service(0x21, 0x3F00, "read file", "21h/3Fh")
(True, False)
>>> wanted.ports
[]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Self

_FILES = frozenset(
    {*range(0x0F, 0x18), *range(0x21, 0x25), 0x27, 0x28, *range(0x39, 0x48), 0x4E, 0x4F, 0x56, 0x57, 0x5A, 0x5B, 0x5C}
    | {0x67, 0x68, 0x6C, 0x71}
)
# Functions of INT 21h in each group (None: whatever the function), and other vectors.
GROUPS: dict[str, dict[int, frozenset[int] | None]] = {
    "dos": dict.fromkeys((*range(0x20, 0x30), 0x31), None),
    "bios": dict.fromkeys((0x05, *range(0x10, 0x1D)), None),
    "file": {0x21: _FILES},
    "console": {0x21: frozenset(range(0x01, 0x0D)), 0x29: None},
    "process": {0x20: None, 0x27: None, 0x21: frozenset({0x00, 0x26, 0x31, 0x4B, 0x4C, 0x4D, 0x50, 0x51, 0x55, 0x62})},
    "memory": {0x21: frozenset({0x48, 0x49, 0x4A, 0x58}), 0x67: None, 0x2F4310: None},
    "disk": {0x13: None, 0x25: None, 0x26: None, 0x21: frozenset({0x0D, 0x0E, 0x19, 0x1B, 0x1C, 0x1F, 0x32, 0x36})},
    "time": {0x1A: None, 0x21: frozenset({0x2A, 0x2B, 0x2C, 0x2D})},
    "video": {0x10: None},
    "keyboard": {0x16: None},
    "mouse": {0x33: None, 0x74: None},
    "ems": {0x67: None},
    "xms": {0x2F4310: None},
    "dpmi": {0x31: None},
    "multiplex": {0x2F: None},
}
KINDS = ("ports", "interrupts", "modes")
_SERVICE = re.compile(r"^([0-9a-f]{1,2})h?(?:/([0-9a-f]{2,4})h?)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a filter."""

    kind: str  # "group", "service", "name", "path", "port", or one of KINDS
    value: str
    negated: bool


@dataclass(frozen=True, slots=True)
class TraceFilter:
    """Terms; a call is traced when one of them fits (or none is positive) and no negated one does.

    >>> wanted = TraceFilter.parse("21h/3Dh,port=3C8-3C9,modes")
    >>> wanted.service(0x21, 0x3D00, "open file", "21h/3Dh"), wanted.ports, wanted.interrupts, wanted.modes
    (True, [968, 969], [], True)
    """

    terms: tuple[Term, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read terms with commas between them. Raises ValueError for what is none.

        A term is a group (file, console, process, memory, disk, time, video, keyboard, mouse, ems, xms, dpmi,
        multiplex, dos, bios), a service (``21h``, ``21h/3Dh``), ``name=GLOB``, ``path=GLOB``, ``port=60`` or
        ``port=3C0-3DF``, ``ports``, ``interrupts`` (those of the program's own handlers) or ``modes``; ``!`` in front
        excludes.
        """
        return cls(tuple(_term(word.strip()) for word in text.split(",") if word.strip()))

    def service(self, vector: int, ax: int, name: str, number: str, path: str = "") -> bool:
        """Whether a call is traced."""
        fits = positive = False
        for term in self.terms:
            if term.kind in ("port", *KINDS):
                continue
            hit = _fits(term, vector, ax, name, number, path)
            if term.negated and hit:
                return False
            positive |= not term.negated
            fits |= hit and not term.negated
        return fits or not (positive or self._other_kinds)

    @property
    def _other_kinds(self) -> bool:
        return any(term.kind in ("port", *KINDS) and not term.negated for term in self.terms)

    @property
    def ports(self) -> list[int]:
        """The ports whose accesses are traced."""
        found: set[int] = set()
        for term in self.terms:
            if term.kind == "ports" and not term.negated:
                found |= set(range(0x10000))
            elif term.kind == "port":
                first, _, last = term.value.partition("-")
                some = set(range(int(first, 16), int(last or first, 16) + 1))
                found = found - some if term.negated else found | some
        return sorted(found)

    @property
    def interrupts(self) -> list[int]:
        """The vectors whose guest handlers are traced."""
        return list(range(256)) if self._has("interrupts") else []

    @property
    def modes(self) -> bool:
        """Changes of mode are traced: unless something else was asked for."""
        return self._has("modes") or not self.terms

    def _has(self, kind: str) -> bool:
        return any(term.kind == kind and not term.negated for term in self.terms)


def _term(word: str) -> Term:
    negated = word.startswith("!")
    word = word.removeprefix("!").strip()
    kind, equals, value = word.partition("=")
    low = word.lower()
    if equals and kind in ("name", "path") and value:
        return Term(kind, value.lower() if kind == "name" else value.upper(), negated)
    if equals and kind == "port" and re.fullmatch(r"[0-9a-fA-F]{1,4}(-[0-9a-fA-F]{1,4})?", value):
        return Term(kind, value, negated)
    if low in KINDS or low in GROUPS:
        return Term(low if low in KINDS else "group", low, negated)
    if match := _SERVICE.match(word):
        vector, function = match.groups()
        return Term("service", f"{int(vector, 16):02X}h" + (f"/{function.upper()}h" if function else ""), negated)
    raise ValueError(
        f"trace filter {word!r}: write a group ({', '.join(GROUPS)}), a service such as 21h/3Dh, name=, path=, port=, "
        f"or {', '.join(KINDS)}"
    )


def _fits(term: Term, vector: int, ax: int, name: str, number: str, path: str) -> bool:
    if term.kind == "group":
        functions = GROUPS[term.value].get(vector, frozenset())
        return functions is None or ax >> 8 in functions
    if term.kind == "service":
        return number == term.value or term.value in (f"{vector:02X}h", f"{vector:02X}h/{ax >> 8:02X}h")
    if term.kind == "name":
        return fnmatchcase(name.lower(), term.value)
    return bool(path) and fnmatchcase(path.upper(), term.value)
