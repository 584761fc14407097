"""MORE: text a screenful at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from dosemu.shell import stub
from dosemu.shell.arguments import parse
from dosemu.shell.calls import LOOK, READ_KEY, Answer, Call
from dosemu.shell.redirection import Redirected
from dosemu.shell.registry import CommandError, external
from int21.errors import DosError
from int21.sharing import Access
from int21.stdio import STDIN, STDOUT, is_console

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


def read_pieces(shell: Shell, handle: int = STDIN) -> Generator[Call, Answer, bytes]:
    """All of a handle up to its end or ^Z, by the guest's own reads."""
    data = bytearray()
    base = (shell.segment << 4) + stub.BUFFER
    while len(data) < 16 << 20:
        answer = yield Call(0x3F00, bx=handle, cx=stub.BUFFER_SIZE, dx=stub.BUFFER)
        if answer.carry or not answer.ax:
            break
        piece, mark, _ = bytes(shell.dos.memory.read(base, min(answer.ax, stub.BUFFER_SIZE))).partition(b"\x1a")
        data += piece
        if mark:
            break
    return bytes(data)


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


@external("MORE", files=True, help="Displays output one screen at a time.",
          usage="MORE [drive:][path]filename\nMORE < [drive:][path]filename\n"
                "command-name | MORE [drive:][path][filename]")  # fmt: skip
def more(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    for path in parse(arguments).words:
        open_input(shell, path, Redirected(shell.segment))
    text = yield from read_pieces(shell)
    if not is_console(shell.dos, STDOUT):
        shell.write(text)
        return 0
    shown = 0
    for row in _rows(text.removesuffix(b"\n").removesuffix(b"\r"), shell.columns):
        if shown == shell.rows - 1:
            shown = 0
            shell.write(b"-- More --")
            yield from _key_of_console(shell)
            shell.write(b"\r          \r")
        shell.write(row if len(row) == shell.columns else row + b"\r\n")
        shown += 1
        yield LOOK
    return 0


def _key_of_console(shell: Shell) -> Generator[Call, Answer, None]:
    """A key from the console, though handle 0 is a file: read from handle 2, as MORE does."""
    if is_console(shell.dos, STDIN):
        yield from shell.key()
        return
    redirected = Redirected(shell.segment)
    dos = shell.dos
    console = dos.files.open_place(dos.files.locate(b"CON"), Access.READ)
    redirected.replace(dos, STDIN, console)
    answer = yield READ_KEY
    if not answer.al:
        yield READ_KEY
    redirected.restore(dos)
