"""Batch files: read line by line from the file, which may change while it runs, as DOS does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dosemu.shell.calls import Call
from dosemu.shell.expand import LIMIT, expand
from dosemu.shell.parser import BLANKS, words_of
from dosemu.shell.registry import CommandError
from int21.errors import DosError

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell
    from int21.dos import Dos

_LABEL_LENGTH = 8
_CHUNK = 512


@dataclass(slots=True)
class Batch:
    """A batch file at work. ``arguments`` begin with %0; ``echo`` is what ECHO was before."""

    path: bytes
    arguments: list[bytes]
    echo: bool
    offset: int = 0
    ended: bool = False

    def advance(self, shell: Shell) -> Call | None:
        line = None if self.ended else self._next(shell)
        if line is None:
            shell.drop(self)
            shell.echo = self.echo
            return None
        text = line.lstrip(BLANKS)
        if not text or text.startswith(b":"):
            return None
        text = expand(text, self.arguments, shell.variables.get).lstrip(BLANKS)
        shell.show_command(text)
        shell.run_line(text)
        return None

    def close(self, shell: Shell) -> None:
        shell.echo = self.echo

    def shift(self) -> None:
        """Move the arguments down by one."""
        if self.arguments:
            del self.arguments[0]

    def go_to(self, dos: Dos, label: bytes) -> None:
        """Go on behind a label. Raises CommandError when there is none; the batch file is at its end then."""
        wanted = _label(label)
        try:
            for line, behind in _lines(dos, self.path):
                text = line.lstrip(BLANKS)
                if text.startswith(b":") and wanted and _label(text[1:]) == wanted:
                    self.offset = behind
                    return
        except DosError:
            self.ended = True
            raise CommandError("Batch file missing") from None
        self.ended = True
        raise CommandError("Label not found")

    def _next(self, shell: Shell) -> bytes | None:
        try:
            for line, behind in _lines(shell.dos, self.path, self.offset):
                self.offset = behind
                return line
        except DosError:
            shell.say("Batch file missing")
        return None


def _label(text: bytes) -> bytes:
    words = words_of(text)
    return words[0].lstrip(b":")[:_LABEL_LENGTH].upper() if words else b""


def _lines(dos: Dos, path: bytes, offset: int = 0) -> Iterator[tuple[bytes, int]]:
    """The lines of a file from ``offset`` on, each with the offset behind it; ^Z ends the file. Raises DosError."""
    file = dos.drives.open(path)
    try:
        data = b""
        while True:
            end = data.find(b"\n")
            if end < 0 and len(data) < LIMIT:
                more = file.read(offset + len(data), _CHUNK)
                data += more
                if more:
                    continue
            size = end + 1 if end >= 0 else len(data)
            line, mark, _ = data[:size].partition(b"\x1a")
            line = line.rstrip(b"\r\n")
            if line or (size and not mark):
                yield line, offset + (len(line) if mark else size)
            if not size or mark:
                return
            offset += size
            data = data[size:]
    finally:
        file.close()
