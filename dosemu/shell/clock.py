"""What DATE and TIME have in common: show the clock, ask for another setting until there is one or none is wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dosemu.shell.calls import Answer, Call
from dosemu.shell.reading import Line
from dosemu.shell.work import Work

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell
    from int21.dos import Dos


@dataclass(slots=True, eq=False)
class SetClock(Work):
    """Sets the clock to what ``read`` (which is resumable) makes of ``text``, or of the answers to ``question``
    behind ``shown``."""

    shell: Shell
    text: bytes | None
    shown: bytes
    question: bytes
    read: Callable[[Dos, bytes], datetime | None]
    invalid: str
    line: Line | None = None  # that is waited for

    def resume(self, answer: Answer | None) -> Call | int | None:
        if self.line is not None and answer is not None:
            step = self.line.take(self.shell, answer)
            if isinstance(step, Call):
                return step
            self.text = step
            if not self.text or not self.text.strip():
                return None
        elif not self.text:
            self.shell.say(self.shown)
            return self._ask()
        moment = self.read(self.shell.dos, self.text.strip())
        if moment is not None:
            self.shell.dos.time.set(moment)
            return None
        self.shell.say(self.invalid)
        return self._ask()

    def _ask(self) -> Call:
        self.shell.write(self.question)
        self.line = Line()
        return self.line.first(self.shell)


def set_clock(
    shell: Shell, arguments: bytes, shown: bytes, question: bytes, read: Callable[[Dos, bytes], datetime | None],
    invalid: str,
) -> SetClock:  # fmt: skip
    """What DATE and TIME do with their arguments."""
    return SetClock(shell, arguments.strip(b" \t,;="), shown, question, read, invalid)
