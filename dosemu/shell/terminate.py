"""What Ctrl-C asks when a batch file is at work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dosemu.shell.calls import Answer, Call
from dosemu.shell.reading import Question
from dosemu.shell.work import Work

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@dataclass(slots=True, eq=False)
class Terminate(Work):
    """Whether the batch files end."""

    shell: Shell
    question: Question = field(default_factory=lambda: Question(b"\r\nTerminate batch job (Y/N)?", b"YN"))

    def resume(self, answer: Answer | None) -> Call | int | None:
        if answer is None:
            return self.question.first(self.shell)
        key = self.question.take(self.shell, answer)
        if isinstance(key, Call):
            return key
        if key == b"Y":
            self.shell.unwind(1)
        return None
