"""MORE: text a screenful at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.reading import Key, Whole
from dosemu.shell.redirection import Redirected
from dosemu.shell.registry import CommandError, external
from dosemu.shell.work import Work
from int21.errors import DosError
from int21.sharing import Access
from int21.stdio import STDIN, STDOUT, is_console

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


def open_input(shell: Shell, path: bytes, redirected: Redirected) -> None:
    """Put a file in place of handle 0. Raises CommandError."""
    files = shell.dos.files
    try:
        redirected.replace(shell.dos, STDIN, files.open_place(files.locate(path), Access.READ))
    except DosError:
        raise CommandError(b"File not found - " + path) from None


def _rows(text: bytes, columns: int) -> Iterator[bytes]:
    """The text as rows of a screen: lines that are longer than it take several."""
    for line in text.replace(b"\r\n", b"\n").split(b"\n"):
        line = line.expandtabs()
        for start in range(0, max(len(line), 1), columns):
            yield line[start : start + columns]


@dataclass(slots=True, eq=False)
class More(Work):
    """Reads handle 0 to its end, then shows it."""

    shell: Shell
    whole: Whole = field(default_factory=Whole)
    rows: deque[bytes] | None = None  # None: it is still read
    shown: int = 0
    key: Key | None = None  # that is waited for
    console: Redirected | None = None  # in place of handle 0 for it

    def resume(self, answer: Answer | None) -> Call | int | None:
        shell = self.shell
        if answer is None:
            return self.whole.first(shell)
        if self.rows is None:
            text = self.whole.take(shell, answer)
            if isinstance(text, Call):
                return text
            if not is_console(shell.dos, STDOUT):
                shell.write(text)
                return 0
            self.rows = deque(_rows(text.removesuffix(b"\n").removesuffix(b"\r"), shell.columns))
        elif self.key is not None:
            key = self.key.take(shell, answer)
            if isinstance(key, Call):
                return key
            self.close()
            shell.write(b"\r          \r")
        if not self.rows:
            return 0
        if self.shown == shell.rows - 1:
            self.shown = 0
            shell.write(b"-- More --")
            return self._key_of_console()
        row = self.rows.popleft()
        shell.write(row if len(row) == shell.columns else row + b"\r\n")
        self.shown += 1
        return LOOK

    def _key_of_console(self) -> Call:
        """A key from the console, though handle 0 is a file: read from handle 2, as MORE does."""
        dos = self.shell.dos
        if not is_console(dos, STDIN):
            self.console = Redirected(self.shell.segment)
            self.console.replace(dos, STDIN, dos.files.open_place(dos.files.locate(b"CON"), Access.READ))
        self.key = Key()
        return self.key.first(self.shell)

    def close(self) -> None:
        """Handle 0 is the file again."""
        self.key = None
        if self.console is not None:
            self.console.restore(self.shell.dos)
            self.console = None


@external("MORE", files=True, help="Displays output one screen at a time.",
          usage="MORE [drive:][path]filename\nMORE < [drive:][path]filename\n"
                "command-name | MORE [drive:][path][filename]")  # fmt: skip
def more(shell: Shell, arguments: bytes) -> More:
    for path in parse(arguments).words:
        open_input(shell, path, Redirected(shell.segment))
    return More(shell)
