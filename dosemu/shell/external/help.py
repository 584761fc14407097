"""HELP: the commands, with a line for each."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from dosemu.shell.pager import Paged
from dosemu.shell.parser import words_of
from dosemu.shell.registry import BUILTINS, EXTERNALS, CommandError, external, help_text
from int21.stdio import STDIN, STDOUT, is_console

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@external("HELP", help="Provides Help information for MS-DOS commands.", usage="HELP [command]")
def help_(shell: Shell, arguments: bytes) -> Paged:
    known = BUILTINS | EXTERNALS
    words = words_of(arguments)
    if words:
        entry = known.get(words[0].upper())
        if entry is None:
            raise CommandError(b"No help available for " + words[0])
        shell.write(help_text(entry))
        return Paged(shell, code=0)
    lines = [b"For more information on a specific command, type HELP command-name."]
    for name in sorted(known):
        if known[name].name == name:
            lines.append(name.ljust(10) + known[name].help.replace("\n", " ").encode("cp437"))
    return Paged(shell, deque(lines), paused=is_console(shell.dos, STDOUT) and is_console(shell.dos, STDIN), code=0)
