"""What a shell has still to do: a stack of frames, of which the top one is advanced.

A frame is plain data where it can be, so that what runs from a batch file does not hang on Python's own stack.
"""

from __future__ import annotations

import contextlib
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import GeneratorType
from typing import TYPE_CHECKING, Protocol

from dosemu.shell.calls import Call, Steps
from dosemu.shell.redirection import Redirected, open_pipe
from dosemu.shell.registry import CommandError
from int21.errors import DosError, ErrorCode
from int21.processes import ExitKind
from int21.psp import TAIL_LIMIT
from int21.sharing import Access
from int21.stdio import STDIN, STDOUT

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


class Frame(Protocol):
    """``advance`` does the next piece of work and returns the call it needs, or None; the shell's ``answer`` is
    that of the frame's last call. ``close`` gives back what the frame holds when it is dropped."""

    def advance(self, shell: Shell) -> Call | None: ...

    def close(self, shell: Shell) -> None: ...


@dataclass(slots=True)
class Running:
    """A command that takes several steps; ``planned`` is given back when it ends."""

    steps: Steps
    external: bool = False
    planned: ExitStack | None = None
    begun: bool = False

    def advance(self, shell: Shell) -> Call | None:
        try:
            if not self.begun:
                self.begun = True
                return next(self.steps)
            return self.steps.send(shell.answer)
        except StopIteration as end:
            self._ended(shell)
            if self.external:
                shell.errorlevel = end.value or 0
        except CommandError as error:
            self._ended(shell)
            shell.fail(error, external=self.external)
        except DosError as error:
            self._ended(shell)
            shell.fail(CommandError(message_of(error.code)), external=self.external)
        except IndexError:
            self._ended(shell)
            shell.fail(CommandError("Invalid pointer"), external=self.external)
        return None

    def close(self, shell: Shell) -> None:
        if not (isinstance(self.steps, GeneratorType) and self.steps.gi_running):  # which may drop the frames itself
            self.steps.close()
        self._give_back()

    def _ended(self, shell: Shell) -> None:
        shell.drop(self)
        self._give_back()

    def _give_back(self) -> None:
        if self.planned is not None:
            self.planned.close()


@dataclass(slots=True)
class Program:
    """A program that is started and waited for."""

    path: bytes
    tail: bytes
    started: bool = False
    long: bool = False  # CMDLINE was set

    def advance(self, shell: Shell) -> Call | None:
        if not self.started:
            self.started = True
            if len(self.tail) > TAIL_LIMIT:
                shell.variables.set(COMMAND_LINE, self.path + self.tail)
                self.long = True
            return shell.exec_call(self.path, self.tail)
        shell.drop(self)
        self.close(shell)
        if shell.answer.carry:
            shell.say(_NOT_STARTED.get(shell.answer.ax, "Cannot execute " + self.path.decode("cp437")))
            return None
        data = shell.dos.data
        kind, shell.errorlevel = data.return_code >> 8, data.return_code & 0xFF
        if shell.dos.output.column:
            shell.dos.output.column = 0
        if kind == ExitKind.CTRL_C:
            shell.break_off()
        return None

    def close(self, shell: Shell) -> None:
        if self.long:
            self.long = False
            with contextlib.suppress(CommandError):
                shell.variables.set(COMMAND_LINE, b"")


COMMAND_LINE = b"CMDLINE"
_NOT_STARTED: dict[int, str] = {
    ErrorCode.FILE_NOT_FOUND: "Bad command or file name",
    ErrorCode.PATH_NOT_FOUND: "Bad command or file name",
    ErrorCode.TOO_MANY_OPEN_FILES: "Too many open files",
    ErrorCode.ACCESS_DENIED: "Access denied",
    ErrorCode.INSUFFICIENT_MEMORY: "Program too big to fit in memory",
    ErrorCode.INVALID_FORMAT: "Error in EXE file",
}


@dataclass(slots=True)
class Restore:
    """The end of a redirection."""

    redirected: Redirected

    def advance(self, shell: Shell) -> Call | None:
        shell.drop(self)
        self.redirected.restore(shell.dos)
        return None

    def close(self, shell: Shell) -> None:
        self.redirected.restore(shell.dos)


@dataclass(slots=True)
class Pipeline:
    """Commands that hand their output on: each is run to its end, then the next one reads what it wrote."""

    commands: list[bytes]
    data: bytearray | None = None  # what the last command wrote

    def advance(self, shell: Shell) -> Call | None:
        if not self.commands:
            shell.drop(self)
            return None
        command = self.commands.pop(0)
        dos = shell.dos
        redirected = Redirected(shell.segment)
        number, drive = shell.shells.drive_number, shell.shells.drive
        try:
            if self.data is not None:
                redirected.replace(dos, STDIN, open_pipe(dos, drive, number, self.data, Access.READ))
            if self.commands:
                self.data = bytearray()
                redirected.replace(dos, STDOUT, open_pipe(dos, drive, number, self.data, Access.BOTH))
        except DosError as error:
            redirected.restore(dos)
            shell.drop(self)
            shell.say(message_of(error.code))
            return None
        shell.push(Restore(redirected))
        shell.run_command(command)
        return None

    def close(self, shell: Shell) -> None:
        return


@dataclass(slots=True)
class For:
    """FOR: the command once for each item."""

    variable: bytes  # one character
    items: list[bytes]
    command: bytes

    def advance(self, shell: Shell) -> Call | None:
        if not self.items:
            shell.drop(self)
            return None
        item = self.items.pop(0)
        line = self.command
        for name in {self.variable.upper(), self.variable.lower()}:
            line = line.replace(b"%" + name, item)
        shell.show_command(line)
        shell.run_line(line)
        return None

    def close(self, shell: Shell) -> None:
        return


@dataclass(slots=True)
class Once:
    """The bottom of a shell that has one command to run (/C), or none: an external command."""

    lines: list[bytes] = field(default_factory=list)

    def advance(self, shell: Shell) -> Call | None:
        if self.lines:
            shell.run_line(self.lines.pop(0))
        else:
            shell.exit()
        return None

    def close(self, shell: Shell) -> None:
        return


_MESSAGES = {
    ErrorCode.FILE_NOT_FOUND: "File not found",
    ErrorCode.PATH_NOT_FOUND: "Path not found",
    ErrorCode.TOO_MANY_OPEN_FILES: "Too many open files",
    ErrorCode.ACCESS_DENIED: "Access denied",
    ErrorCode.INVALID_HANDLE: "Invalid handle",
    ErrorCode.INSUFFICIENT_MEMORY: "Insufficient memory",
    ErrorCode.INVALID_DRIVE: "Invalid drive specification",
    ErrorCode.CANNOT_REMOVE_CURRENT_DIRECTORY: "Attempt to remove current directory",
    ErrorCode.NOT_SAME_DEVICE: "Not same device",
    ErrorCode.NO_MORE_FILES: "File not found",
    ErrorCode.WRITE_PROTECTED: "Write protect error",
    ErrorCode.DRIVE_NOT_READY: "Not ready",
    ErrorCode.SHARING_VIOLATION: "Sharing violation",
    ErrorCode.LOCK_VIOLATION: "Lock violation",
    ErrorCode.DISK_FULL: "Insufficient disk space",
    ErrorCode.FILE_EXISTS: "File exists",
}


def message_of(code: ErrorCode) -> str:
    """A DOS error in words."""
    return _MESSAGES.get(code, f"Error {int(code)}")
