"""APPEND: data files are found in other directories too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dosemu.shell.registry import CommandError, external
from dosemu.shell.variables import Variables

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
APPEND [[drive:]path[;...]] [/X[:ON | :OFF]] [/PATH:ON | /PATH:OFF] [/E]
APPEND ;

  [drive:]path  Specifies directories to append.
  /X:ON         Applies them to file searches and to starting programs, too.
  /X:OFF        Applies them only to requests to open files.
  /PATH:ON      Applies them to file requests that already specify a path.
  /PATH:OFF     Turns off the effect of /PATH:ON.
  /E            Keeps the list in an environment variable named APPEND.

APPEND ; clears the list; APPEND without parameters displays it."""
_VARIABLE = b"APPEND"
_SWITCH = re.compile(rb"/(X|PATH|E)(?:[:=](ON|OFF))?(?=[\s/]|$)", re.IGNORECASE)


@external("APPEND", raw=True, usage=_USAGE,
          help="Allows programs to open data files in specified directories as if they were in\n"
               "the current directory.")  # fmt: skip
def append(shell: Shell, arguments: bytes) -> int:
    state = shell.dos.append
    master = Variables(shell.dos, shell.shells.master())
    switches = {found.group(1).upper(): (found.group(2) or b"ON").upper() for found in _SWITCH.finditer(arguments)}
    text = _SWITCH.sub(b" ", arguments).strip(b" \t=")
    if b"/" in text:
        raise CommandError(b"Invalid switch - " + text[text.index(b"/") :])
    if re.search(rb"\s", text):
        raise CommandError(b"Too many parameters - " + text.split()[1])
    state.installed = True
    state.search = switches.get(b"X", b"ON" if state.search else b"OFF") == b"ON"
    state.path_on = switches.get(b"PATH", b"ON" if state.path_on else b"OFF") == b"ON"
    state.environment = state.environment or b"E" in switches
    if text:
        state.folders = tuple(shell.dos.code_page.upper(folder) for folder in text.split(b";") if folder)
        state.enabled = bool(state.folders)
        if state.environment:
            master.set(_VARIABLE, b";".join(state.folders))
    elif not switches:
        shell.say(b"APPEND=" + b";".join(state.folders) if state.folders else b"No Append")
    return 0
