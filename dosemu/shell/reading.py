"""What commands read by calls of DOS: a key, one of some keys, a line, a whole input.

Each reader says which call it makes first (``first``), and takes the answer to each: it gives another call or
what was read. Its attributes are plain values, so that a command that waits can be in a snapshot (``work.Work``).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from dosemu.shell import stub
from dosemu.shell.calls import READ_KEY, Answer, Call
from int21.stdio import STDIN, is_console

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_T_co = TypeVar("_T_co", covariant=True)
_LONGEST_LINE = stub.BUFFER_SIZE * 4
_MOST = 16 << 20  # bytes of a whole input
_END = 0x1A  # ^Z


class Reader(Protocol[_T_co]):
    """Something that is read by one call or several."""

    def first(self, shell: Shell) -> Call:
        """The call that begins it."""

    def take(self, shell: Shell, answer: Answer) -> Call | _T_co:
        """What the last call's answer leads to."""


def reading(shell: Shell, reader: Reader[_T_co]) -> Generator[Call, Answer, _T_co]:
    """A reader's work as a part of a generator."""
    step: Call | _T_co = reader.first(shell)
    while isinstance(step, Call):
        step = reader.take(shell, (yield step))
    return step


@dataclass(slots=True)
class Key:
    """A key; an extended one is a zero byte and its scan code."""

    extended: bool = False

    def first(self, shell: Shell) -> Call:
        return READ_KEY

    def take(self, shell: Shell, answer: Answer) -> Call | bytes:
        if self.extended:
            self.extended = False
            return bytes((0, answer.al))
        if answer.al or not is_console(shell.dos, STDIN):
            return bytes((answer.al,))
        self.extended = True
        return READ_KEY


@dataclass(slots=True)
class Question:
    """A question, answered by one of some keys (capital letters), which is shown and ends the line."""

    text: bytes
    keys: bytes
    key: Key = field(default_factory=Key)

    def first(self, shell: Shell) -> Call:
        shell.write(self.text)
        return self.key.first(shell)

    def take(self, shell: Shell, answer: Answer) -> Call | bytes:
        key = self.key.take(shell, answer)
        if isinstance(key, Call):
            return key
        key = key.upper()
        if key in (b"\x1a", b""):
            key = self.keys[-1:]  # the input has ended
        if len(key) == 1 and key in self.keys:
            shell.write(key + b"\r\n")
            return key
        return self.key.first(shell)


@dataclass(slots=True)
class Line:
    """A line from handle 0, without its end; None at the end of a file."""

    text: bytearray = field(default_factory=bytearray)
    edited: bool = False  # by DOS, on the console

    def first(self, shell: Shell) -> Call:
        self.edited = is_console(shell.dos, STDIN)
        if self.edited:
            shell.dos.memory.write((shell.segment << 4) + stub.BUFFER, b"\x80\0")
            return Call(0x0A00, dx=stub.BUFFER)
        return self._read()

    def take(self, shell: Shell, answer: Answer) -> Call | bytes | None:
        memory, address = shell.dos.memory, (shell.segment << 4) + stub.BUFFER
        if self.edited:
            shell.write(b"\r\n")
            return bytes(memory.read(address + 2, min(memory.u8(address + 1), 0x80)))
        if answer.carry or not answer.ax:
            return bytes(self.text) or None
        code = memory.u8(address)
        if code == _END:
            return bytes(self.text) or None
        if code == 0x0A:
            return bytes(self.text)
        if code != 0x0D:
            self.text.append(code)
        return self._read() if len(self.text) < _LONGEST_LINE else bytes(self.text)

    @staticmethod
    def _read() -> Call:
        return Call(0x3F00, bx=STDIN, cx=1, dx=stub.BUFFER)


@dataclass(slots=True)
class Whole:
    """All of handle 0 up to its end or ^Z, by the guest's own reads."""

    data: bytearray = field(default_factory=bytearray)

    def first(self, shell: Shell) -> Call:
        return Call(0x3F00, bx=STDIN, cx=stub.BUFFER_SIZE, dx=stub.BUFFER)

    def take(self, shell: Shell, answer: Answer) -> Call | bytes:
        if answer.carry or not answer.ax:
            return bytes(self.data)
        base = (shell.segment << 4) + stub.BUFFER
        size = min(answer.ax, stub.BUFFER_SIZE)
        piece, mark, _ = bytes(shell.dos.memory.read(base, size)).partition(bytes((_END,)))
        self.data += piece
        return bytes(self.data) if mark or len(self.data) >= _MOST else self.first(shell)
