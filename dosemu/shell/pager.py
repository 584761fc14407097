"""Output a screenful at a time, as with the switch /P."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.calls import LOOK, Answer, Call

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_LINES_A_LOOK = 8


class Pager:
    """Writes lines; every few of them DOS may look for Ctrl-C. With ``paused`` it waits for a key when the
    screen is full; ``heading`` is named when it goes on."""

    def __init__(self, shell: Shell, *, paused: bool = False) -> None:
        self.heading = b""
        self._shell = shell
        self._paused = paused
        self._lines = 0

    def line(self, text: bytes = b"") -> Generator[Call, Answer, None]:
        """Write a line."""
        shell = self._shell
        shell.write(text + b"\r\n")
        self._lines += 1
        if self._paused and self._lines >= shell.rows - 2:
            self._lines = 0
            shell.write(b"Press any key to continue . . .")
            yield from shell.key()
            shell.write(b"\r\n\r\n" + (b"(continuing " + self.heading + b")\r\n" if self.heading else b""))
        elif not self._paused and self._lines % _LINES_A_LOOK == 0:
            yield LOOK
