"""The environment variables of a program, in its environment block in guest memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import CommandError
from int21 import environment
from int21.errors import DosError
from int21.psp import Psp

if TYPE_CHECKING:
    from int21.dos import Dos

_LEAST = 1024  # bytes of a shell's environment
_GROW = 512
_OUT_OF_SPACE = "Out of environment space"


class Variables:
    """The strings that PSP:2Ch of the program at ``segment`` points to."""

    def __init__(self, dos: Dos, segment: int) -> None:
        self._dos = dos
        self.segment = segment
        self._psp = Psp.at(dos.memory, segment)

    def strings(self) -> list[bytes]:
        """All strings as they are; none when the block is damaged."""
        if not self._psp.environment:
            return []
        try:
            return environment.read(self._dos.memory, self._psp.environment)
        except (DosError, IndexError):
            return []

    def get(self, name: bytes) -> bytes | None:
        """The value of a variable."""
        name = name.upper()
        for string in self.strings():
            key, equals, value = string.partition(b"=")
            if equals and key.upper() == name:
                return value
        return None

    def set(self, name: bytes, value: bytes) -> None:
        """Set a variable; without a value it is removed. Raises CommandError."""
        name = name.upper()
        strings = [s for s in self.strings() if s.partition(b"=")[0].upper() != name]
        if value:
            strings.append(name + b"=" + value)
        self._write(strings)

    def own(self) -> None:
        """Give the program an environment block of its own with room to grow."""
        old, strings = self._psp.environment, self.strings()
        program = environment.program_path(self._dos.memory, old) if old else b""
        block = environment.build(strings, program)
        self._replace(block, max(_LEAST, len(block) + _GROW))

    def _write(self, strings: list[bytes]) -> None:
        segment = self._psp.environment
        program = environment.program_path(self._dos.memory, segment) if segment else b""
        block = environment.build(strings, program)
        if len(block) > environment.LIMIT:
            raise CommandError(_OUT_OF_SPACE)
        try:
            room = self._dos.arena.block(segment).size << 4
        except DosError:
            room = 0
        if len(block) > room:
            self._replace(block, len(block) + _GROW)
        else:
            self._dos.memory.write(segment << 4, block)

    def _replace(self, block: bytes, size: int) -> None:
        arena = self._dos.arena
        old = self._psp.environment
        try:
            segment = arena.allocate(size + 15 >> 4, self.segment)
        except DosError:
            raise CommandError(_OUT_OF_SPACE) from None
        self._dos.memory.fill(segment << 4, size + 15 & ~15, 0)
        self._dos.memory.write(segment << 4, block)
        self._psp.environment = segment
        try:
            if old and arena.block(old).owner == self.segment:
                arena.free(old)
        except DosError:
            return
