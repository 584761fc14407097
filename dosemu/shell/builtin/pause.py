"""PAUSE: wait for a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dosemu.shell.calls import Answer, Call
from dosemu.shell.reading import Key
from dosemu.shell.registry import command
from dosemu.shell.work import Work

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@dataclass(slots=True, eq=False)
class Pause(Work):
    """Shows a line and waits for a key."""

    shell: Shell
    key: Key = field(default_factory=Key)

    def resume(self, answer: Answer | None) -> Call | int | None:
        if answer is None:
            self.shell.write(b"Press any key to continue . . .")
            return self.key.first(self.shell)
        key = self.key.take(self.shell, answer)
        if isinstance(key, Call):
            return key
        self.shell.say()
        return None


@command("PAUSE", help="Suspends processing of a batch program and displays the message\n"
                       '"Press any key to continue . . ."', raw=True)  # fmt: skip
def pause(shell: Shell, arguments: bytes) -> Pause:
    return Pause(shell)
