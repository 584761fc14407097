"""The prompt: $ codes, and the frame that asks for command lines and runs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dosemu.shell import stub
from dosemu.shell.calls import READ_KEY, Call
from dosemu.shell.completion import complete
from dosemu.shell.editor import Editor
from dosemu.shell.expand import expand
from dosemu.shell.formats import long_time, weekday_and_date
from dosemu.shell.screen import Screen
from int21 import lfn
from int21.devices.con import Con
from int21.drives import join
from int21.errors import DosError
from int21.stdio import STDIN, STDOUT, is_console

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_LONGEST = 126
_CODES: dict[bytes, bytes] = {
    b"B": b"|",
    b"E": b"\x1b",
    b"G": b">",
    b"H": b"\b \b",
    b"L": b"<",
    b"Q": b"=",
    b"_": b"\r\n",
    b"$": b"$",
    b"A": b"&",
    b"C": b"(",
    b"F": b")",
    b"S": b" ",
}


def current_directory(shell: Shell, number: int | None = None) -> bytes:
    """Drive and directory as CD shows them."""
    drives = shell.dos.drives
    if number is None:
        number = drives.current
    path = drives.directory(number)
    if shell.dos.settings.long_names:
        return lfn.with_drive(number, lfn.long_path(shell.dos, drives.at(number), path))
    return join(number, path)


def version_text(shell: Shell) -> bytes:
    """What VER shows."""
    major, minor = shell.dos.settings.version
    return b"MS-DOS Version %d.%02d" % (major, minor)


def _path(shell: Shell) -> bytes:
    try:
        return current_directory(shell)
    except DosError:
        return b"Current drive is no longer valid"


_LIVE: dict[bytes, Callable[[Shell], bytes]] = {
    b"P": _path,
    b"N": lambda shell: bytes((0x41 + shell.dos.drives.current,)),
    b"D": lambda shell: weekday_and_date(shell.dos, shell.dos.time.now()),
    b"T": lambda shell: long_time(shell.dos, shell.dos.time.now()),
    b"V": version_text,
}


def prompt_text(shell: Shell) -> bytes:
    """The prompt that PROMPT asks for."""
    pattern = shell.variables.get(b"PROMPT")
    pattern = b"$n$g" if pattern is None else pattern
    result = b""
    at = 0
    while at < len(pattern):
        if pattern[at] != 0x24:
            result += pattern[at : at + 1]
            at += 1
            continue
        code = pattern[at + 1 : at + 2].upper()
        result += _LIVE[code](shell) if code in _LIVE else _CODES.get(code, b"")
        at += 2
    return result


class Prompt:
    """The bottom of an interactive shell."""

    def __init__(self, *, greeting: bool) -> None:
        self._greeting = greeting
        self._editor: Editor | None = None
        self._asking = False
        self._line = bytearray()
        self._macro: list[bytes] = []  # commands of it that have still to be run

    def restart(self) -> None:
        """Drop what was typed."""
        self._editor = None
        self._asking = False
        self._line.clear()
        self._macro.clear()

    def close(self, shell: Shell) -> None:
        return

    def advance(self, shell: Shell) -> Call | None:
        if self._macro:
            self._run_macro(shell)
            return None
        if is_console(shell.dos, STDIN) and is_console(shell.dos, STDOUT):
            return self._by_keys(shell)
        return self._by_bytes(shell)

    def _show_prompt(self, shell: Shell) -> None:
        if self._greeting:
            self._greeting = False
            shell.say(b"\r\n" + version_text(shell) + b" (dosemu)")
        if shell.echo:
            shell.write(b"\r\n" + prompt_text(shell))

    def _run(self, shell: Shell, line: bytes) -> None:
        """A line was typed; a macro of DOSKEY is all of its commands, one behind the other."""
        shell.dos.doskey.remember(line)
        commands = shell.dos.doskey.expand(line)
        if commands is not None:
            self._macro = commands
        else:
            shell.run_line(expand(line, None, shell.variables.get))

    def _run_macro(self, shell: Shell) -> None:
        line = self._macro.pop(0)
        if shell.echo and not shell.shells.quiet:
            shell.write(b"\r\n" + prompt_text(shell) + line + b"\r\n")
        shell.run_line(expand(line, None, shell.variables.get))

    # From the keyboard

    def _by_keys(self, shell: Shell) -> Call | None:
        if self._editor is None:
            self._show_prompt(shell)
            screen = Screen(shell.bios, b"\r\n" + prompt_text(shell))
            doskey = shell.dos.doskey
            self._editor = Editor(
                screen, doskey.history, _LONGEST, lambda line, at: complete(shell, line, at),
                insert=doskey.insert, macros=doskey.macros,
            )  # fmt: skip
            return READ_KEY
        self._editor.feed(shell.answer.al)
        if not self._editor.done:
            return READ_KEY
        line = bytes(self._editor.line)
        self._editor = None
        shell.dos.output.column = 0
        self._run(shell, line)
        return None

    # From a file, or the host's terminal

    def _by_bytes(self, shell: Shell) -> Call | None:
        read = Call(0x3F00, bx=STDIN, cx=1, dx=stub.BUFFER)
        if not self._asking:
            self._asking = True
            self._line.clear()
            if not shell.shells.quiet:
                self._show_prompt(shell)
            return read
        at_end = shell.answer.carry or not shell.answer.ax
        code = shell.dos.memory.u8((shell.segment << 4) + stub.BUFFER)
        if not at_end and code != 0x1A and code != 0x0A:
            if code != 0x0D:
                self._line.append(code)
            if len(self._line) < 0x1000:
                return read
            self._take(shell)
            return None
        if (at_end or code == 0x1A) and not self._line:
            shell.exit()
            return None
        self._take(shell)
        return None

    def _take(self, shell: Shell) -> None:
        self._asking = False
        line = bytes(self._line)
        if not shell.shells.quiet and not _echoes(shell):
            shell.say(line)
        self._run(shell, line)


def _echoes(shell: Shell) -> bool:
    """Whether what is read from handle 0 has been shown as it was typed."""
    files = shell.dos.files
    try:
        channel = files.table.channel(files.index(STDIN))
    except DosError:
        return False
    return isinstance(channel, Con) or (channel is not None and bool(channel.information & 0x80))
