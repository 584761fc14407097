"""Breakpoints of a debugger: on an address, an interrupt, ports, memory.

>>> Point(2, PointKind.INTERRUPT, vector=0x21, function=0x3D).what
'INT 21h AH=3Dh'
>>> Point(3, PointKind.CHANGE, first=0x46C, last=0x46F).what
'change of 0046C to 0046F'
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class PointKind(StrEnum):
    """What a breakpoint waits for."""

    ADDRESS = "address"
    INTERRUPT = "interrupt"
    PORT = "port"
    WRITE = "write"
    READ = "read"
    ACCESS = "access"
    CHANGE = "change"


MEMORY_KINDS = frozenset({PointKind.WRITE, PointKind.READ, PointKind.ACCESS, PointKind.CHANGE})


@dataclass(slots=True, eq=False)
class Point:
    """A breakpoint. ``first`` and ``last`` are linear addresses, or port numbers.

    ``condition`` is an expression (dosemu/debug/expressions.py) that has to be true, ``skip`` how many times it is to
    be passed first, ``hits`` how often it was met. ``temporary``: gone when it has stopped the program.

    >>> point = Point(2, PointKind.INTERRUPT, vector=0x21, function=0x3D)
    >>> point.what, point.kind_name, point.hits
    ('INT 21h AH=3Dh', 'breakpoint', 0)
    """

    number: int
    kind: PointKind
    first: int = 0
    last: int = 0
    vector: int = 0
    function: int | None = None
    subfunction: int | None = None
    reads: bool = True  # of a port
    writes: bool = True
    label: str = ""
    condition: str = ""
    skip: int = 0
    hits: int = 0
    enabled: bool = True
    temporary: bool = False
    commands: tuple[str, ...] = ()
    armed: list[Any] = field(default_factory=list, repr=False)  # what is to be removed to disarm it

    @property
    def kind_name(self) -> str:
        """Its kind of point, for messages."""
        return "watchpoint" if self.kind in MEMORY_KINDS else "breakpoint"

    @property
    def what(self) -> str:
        """What it waits for, in one line."""
        match self.kind:
            case PointKind.ADDRESS:
                return self.label or f"{self.first:05X}"
            case PointKind.INTERRUPT:
                text = f"INT {self.vector:02X}h"
                if self.function is not None:
                    text += f" AH={self.function:02X}h"
                if self.subfunction is not None:
                    text += f" AL={self.subfunction:02X}h"
                return text
            case PointKind.PORT:
                way = "use" if self.reads and self.writes else "read" if self.reads else "write"
                return f"{way} of port {span(self.first, self.last, 3)}"
            case _:
                return f"{self.kind} of {self.label or span(self.first, self.last, 5)}"


def span(first: int, last: int, digits: int) -> str:
    """A range of numbers as hexadecimal text."""
    return f"{first:0{digits}X}" if first == last else f"{first:0{digits}X} to {last:0{digits}X}"
