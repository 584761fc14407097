"""Installable commands: resident programs that add commands to the shell, by INT 2Fh/AE00h and AE01h (RBIL).

DS:SI is the name, counted; DS:BX the line as for INT 21h/0Ah. A command that is executed by AE01h may leave another
name there, which the shell runs then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dosemu.shell import stub
from dosemu.shell.calls import Call
from int21 import vectors

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_VECTOR = 0x2F
_ASK, _EXECUTE = 0xAE00, 0xAE01
_IS_MINE = 0xFF
_MAGIC = 0xFFFF
_NAME = stub.BUFFER + 0xA0
_NAME_SIZE = 11
_LONGEST = 126


def may_be(shell: Shell, name: bytes) -> bool:
    """Whether a resident program could know this name: it has INT 2Fh."""
    return len(name) <= _NAME_SIZE and vectors.get(shell.dos.memory, _VECTOR) != shell.shells.multiplex


@dataclass(slots=True)
class Installable:
    """A command that is offered to the resident programs first."""

    name: bytes
    rest: bytes
    asked: bool = False
    executed: bool = False

    def advance(self, shell: Shell) -> Call | None:
        memory, base = shell.dos.memory, shell.segment << 4
        if not self.asked:
            self.asked = True
            line = (self.name + self.rest)[:_LONGEST]
            memory.write(base + stub.BUFFER, bytes((_LONGEST + 2, len(line))) + line + b"\r\0")
            name = self.name.upper()[:_NAME_SIZE]
            memory.write(base + _NAME, bytes((len(name),)) + name.ljust(_NAME_SIZE, b" "))
            return self._call(_ASK)
        if not self.executed:
            if shell.answer.al == _IS_MINE:
                self.executed = True
                return self._call(_EXECUTE)
            shell.drop(self)
            shell.run_known(self.name, self.rest)
            return None
        shell.drop(self)
        length = min(memory.u8(base + _NAME), _NAME_SIZE)
        if length:
            name = bytes(memory.read(base + _NAME + 1, length)).rstrip(b" ")
            line = bytes(memory.read(base + stub.BUFFER + 2, min(memory.u8(base + stub.BUFFER + 1), _LONGEST)))
            shell.run_known(name, line.partition(b"\r")[0][len(self.name) :])
        return None

    def close(self, shell: Shell) -> None:
        return

    def _call(self, ax: int) -> Call:
        return Call(ax, bx=stub.BUFFER, cx=-len(self.rest) & 0xFFFF, dx=_MAGIC, si=_NAME, multiplex=True)
