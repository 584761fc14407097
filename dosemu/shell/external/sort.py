"""SORT: lines in order."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.external.more import open_input
from dosemu.shell.reading import Whole, reading
from dosemu.shell.redirection import Redirected
from dosemu.shell.registry import CommandError, external

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
SORT [/R] [/+n] [[drive1:][path1]filename1] [> [drive2:][path2]filename2]
[command |] SORT [/R] [/+n] [> [drive2:][path2]filename2]

  /R   Reverses the sort order; that is, sorts Z to A, then 9 to 0.
  /+n  Sorts the file according to characters in column n."""


@external(
    "SORT", files=True, help="Sorts input and writes results to the screen, a file, or another device.", usage=_USAGE
)
def sort(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    options = parse(arguments, "R", "+")
    column = options.switches.get("+", b"1")
    if not column.isdigit() or not int(column):
        raise CommandError(b"Invalid parameter - /+" + column)
    for path in options.words:
        open_input(shell, path, Redirected(shell.segment))
    text = yield from reading(shell, Whole())
    lines = text.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n") if text else []
    start = int(column) - 1
    collating = shell.dos.code_page.collating
    lines.sort(key=lambda line: line[start:].translate(collating), reverse="R" in options)
    for count, line in enumerate(lines):
        shell.write(line + b"\r\n")
        if count % 16 == 15:
            yield LOOK
    return 0
