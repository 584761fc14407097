"""HELP: the commands, with a line for each."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.calls import Answer, Call
from dosemu.shell.pager import Pager
from dosemu.shell.parser import words_of
from dosemu.shell.registry import BUILTINS, EXTERNALS, CommandError, external, help_text
from int21.stdio import STDIN, STDOUT, is_console

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@external("HELP", help="Provides Help information for MS-DOS commands.", usage="HELP [command]")
def help_(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    known = BUILTINS | EXTERNALS
    words = words_of(arguments)
    if words:
        entry = known.get(words[0].upper())
        if entry is None:
            raise CommandError(b"No help available for " + words[0])
        shell.write(help_text(entry))
        return 0
    paused = is_console(shell.dos, STDOUT) and is_console(shell.dos, STDIN)
    pager = Pager(shell, paused=paused)
    yield from pager.line(b"For more information on a specific command, type HELP command-name.")
    for name in sorted(known):
        if known[name].name == name:
            yield from pager.line(name.ljust(10) + known[name].help.replace("\n", " ").encode("cp437"))
    return 0
