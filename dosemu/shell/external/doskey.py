"""DOSKEY: macros for the prompt, and the lines typed before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dosemu.shell.registry import CommandError, external

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
DOSKEY [/REINSTALL] [/BUFSIZE=size] [/MACROS] [/HISTORY]
  [/INSERT | /OVERSTRIKE] [macroname=[text]]

  /REINSTALL    Forgets all macros and the lines typed before.
  /BUFSIZE=size Is accepted: 200 lines are kept.
  /MACROS, /M   Displays all macros.
  /HISTORY, /H  Displays the lines typed before.
  /INSERT       Specifies that what is typed is inserted.
  /OVERSTRIKE   Specifies that what is typed overwrites.
  macroname     Specifies a name for a macro.
  text          Specifies the commands; none takes the macro away.

In a macro $1 to $9 are the words behind its name and $* is all of them, $T
divides commands, $G $L $B are > < |, and $$ is a dollar sign.

UP and DOWN recall lines; F7 lists them, F8 looks for what was begun, F9 asks
for a number; ALT+F7 forgets the lines, ALT+F10 the macros. These keys and TAB,
which completes names, need no DOSKEY."""
_SWITCHES = re.compile(
    rb"\s*/(REINSTALL|BUFSIZE[=:]\s*\d+|MACROS|M|HISTORY|H|INSERT|OVERSTRIKE)(?=\s|/|$)", re.IGNORECASE
)


@external("DOSKEY", help="Edits command lines, recalls MS-DOS commands, and creates macros.", usage=_USAGE, raw=True)
def doskey(shell: Shell, arguments: bytes) -> int:
    state = shell.dos.doskey
    first = not state.installed
    state.installed = True
    quiet = False
    while (found := _SWITCHES.match(arguments)) is not None:
        arguments = arguments[found.end() :]
        quiet = True
        match found.group(1).upper().rstrip(b"0123456789=: "):
            case b"REINSTALL":
                state.macros.clear()
                state.history.clear()
                quiet = False
                first = True
            case b"MACROS" | b"M":
                for name, text in state.macros.items():
                    shell.say(name + b"=" + text)
            case b"HISTORY" | b"H":
                for line in state.history:
                    shell.say(line)
            case b"INSERT":
                state.insert = True
            case b"OVERSTRIKE":
                state.insert = False
    arguments = arguments.strip()
    if arguments.startswith(b"/"):
        raise CommandError(b"Invalid switch - " + arguments)
    name, equals, text = arguments.partition(b"=")
    if arguments:
        name = name.strip()
        if not equals or not name or re.search(rb"[\s<>|]", name):
            raise CommandError("Invalid macro definition")
        try:
            state.define(name, text)
        except ValueError:
            raise CommandError("Insufficient memory to store macro") from None
    elif first and not quiet:
        shell.say("DOSKEY installed")
    return 0
