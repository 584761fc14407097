"""CHCP: the code page."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.calls import Answer, Call
from dosemu.shell.registry import CommandError, command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("CHCP", help="Displays or sets the active code page number.", usage="CHCP [nnn]")
def chcp(shell: Shell, arguments: bytes) -> Generator[Call, Answer, None]:
    words = parse(arguments).words
    if not words:
        shell.say(b"Active code page: %d" % shell.dos.code_page.number)
        return
    if not words[0].isdigit() or len(words[0]) > 4:
        raise CommandError(b"Parameter value not allowed - " + words[0])
    answer = yield Call(0x6602, bx=int(words[0]))
    if answer.carry:
        raise CommandError("Invalid code page")
