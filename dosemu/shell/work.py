"""Commands that a user may leave waiting: written as objects whose place is in their attributes.

A generator's place in its work cannot be written down, so a machine with one at work cannot be in a snapshot.
``Work`` is used as a generator is (``frames.Running``) and can.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from dosemu.shell.calls import Answer, Call

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


class Work(Generator[Call, Answer, "int | None"]):
    """A command at work. Only plain values, the shell and what the machine holds are its attributes.

    Names that were planned for what a command makes are gone when it begins: it is for commands that make no files.
    """

    __slots__ = ()
    shell: Shell

    @abstractmethod
    def resume(self, answer: Answer | None) -> Call | int | None:
        """Go on with the answer to the last call, None at first: the next call, or at the end the exit code.

        Raises CommandError, DosError.
        """

    def send(self, value: Answer | None) -> Call:
        result = self.resume(value)
        if isinstance(result, Call):
            return result
        raise StopIteration(result)

    def throw(self, *error: Any) -> Call:
        """Is never done."""
        raise NotImplementedError

    def close(self) -> None:
        """There is nothing to give back."""
