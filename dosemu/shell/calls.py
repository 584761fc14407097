"""What a step of the shell asks of DOS, and what it gets back."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """Registers of an INT 21h call that the shell's guest program makes; DS and ES are its own segment.

    ``multiplex``: it is an INT 2Fh.
    """

    ax: int
    bx: int = 0
    cx: int = 0
    dx: int = 0
    si: int = 0
    multiplex: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call gave."""

    ax: int = 0
    carry: bool = False

    @property
    def al(self) -> int:
        return self.ax & 0xFF


# What a command that waits, reads or takes long is written as: it yields calls and gets answers; the
# exit code of an external command is what it returns.
Steps = Generator[Call, Answer, int | None]

READ_KEY = Call(0x0800)  # with Ctrl-C
LOOK = Call(0x0B00)  # lets DOS look for Ctrl-C and Ctrl-S, and the machine go on
EXECUTE = 0x4B00
EXIT = 0x4C00
