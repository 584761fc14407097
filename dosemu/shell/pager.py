"""Output a screenful at a time, as with the switch /P."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.reading import Key
from dosemu.shell.work import Work

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_LINES_A_LOOK = 8


@dataclass(slots=True, eq=False)
class Paged(Work):
    """Writes lines; every few of them DOS may look for Ctrl-C. With ``paused`` it waits for a key when the
    screen is full; ``heading`` is named when it goes on."""

    shell: Shell
    lines: deque[bytes] = field(default_factory=deque)
    paused: bool = False
    code: int | None = None  # the exit code
    heading: bytes = b""
    shown: int = 0  # lines since the last pause
    key: Key | None = None  # that is waited for

    def more(self) -> bool:
        """Put further lines into ``lines``; False: there are none. Raises CommandError."""
        return False

    def resume(self, answer: Answer | None) -> Call | int | None:
        if self.key is not None and answer is not None:
            key = self.key.take(self.shell, answer)
            if isinstance(key, Call):
                return key
            self.key = None
            self.shell.write(b"\r\n\r\n" + (b"(continuing " + self.heading + b")\r\n" if self.heading else b""))
        while self.lines:
            self.shell.write(self.lines.popleft() + b"\r\n")
            self.shown += 1
            if self.paused and self.shown >= self.shell.rows - 2:
                self.shown = 0
                self.shell.write(b"Press any key to continue . . .")
                self.key = Key()
                return self.key.first(self.shell)
            if not self.paused and self.shown % _LINES_A_LOOK == 0:
                return LOOK
        return LOOK if self.more() else self.code
