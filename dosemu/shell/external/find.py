"""FIND: the lines that hold a text."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.external.more import open_input
from dosemu.shell.reading import Whole, reading
from dosemu.shell.redirection import Redirected
from dosemu.shell.registry import CommandError, external

if TYPE_CHECKING:
    from dosemu.shell.arguments import Arguments
    from dosemu.shell.shell import Shell

_USAGE = """\
FIND [/V] [/C] [/N] [/I] "string" [[drive:][path]filename[ ...]]

  /V        Displays all lines NOT containing the specified string.
  /C        Displays only the count of lines containing the string.
  /N        Displays line numbers with the displayed lines.
  /I        Ignores the case of characters when searching for the string.
  "string"  Specifies the text string to find."""


@external("FIND", help="Searches for a text string in a file or files.", usage=_USAGE, raw=True)
def find(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    quoted = re.search(rb'"((?:[^"]|"")*)"', arguments)
    if quoted is None:
        raise CommandError("FIND: Parameter format not correct", 2)
    wanted = quoted.group(1).replace(b'""', b'"')
    options = parse(arguments[: quoted.start()] + b" " + arguments[quoted.end() :], "VCNI", words=(0, 100))
    matched = False
    paths: list[bytes | None] = [*options.words] or [None]
    for path in paths:
        if path is not None:
            try:
                open_input(shell, path, Redirected(shell.segment))
            except CommandError:
                shell.say(b"File not found - " + path.upper())
                continue
        text = yield from reading(shell, Whole())
        title = b"" if path is None else b"---------- " + path.upper()
        if (yield from _search(shell, text, wanted, options, title)):
            matched = True
    return 0 if matched else 1


def _search(shell: Shell, text: bytes, wanted: bytes, options: Arguments, title: bytes) -> Generator[Call, Answer, int]:
    """Show what fits; returns the number of lines."""
    fold = shell.dos.code_page.upper if "I" in options else bytes
    found = 0
    if title and "C" not in options:
        shell.say(b"\r\n" + title)
    lines = text.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n") if text else []
    for number, line in enumerate(lines, 1):
        if bool(wanted and fold(wanted) in fold(line)) is ("V" in options):
            continue
        found += 1
        if "C" not in options:
            shell.write((b"[%d]" % number if "N" in options else b"") + line + b"\r\n")
        if number % 16 == 0:
            yield LOOK
    if "C" in options:
        shell.say(b"\r\n" + title + b": %d" % found if title else b"%d" % found)
    return found
