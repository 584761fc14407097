"""PROMPT: what the shell shows before it reads a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
PROMPT [text]

The prompt can be made up of normal characters and the following special codes:
  $Q  = (equal sign)        $$  $ (dollar sign)
  $T  Current time          $D  Current date
  $P  Current drive and path
  $V  MS-DOS version number $N  Current drive
  $G  > (greater-than sign) $L  < (less-than sign)
  $B  | (pipe)              $H  Backspace
  $E  Escape code           $_  Carriage return and linefeed

Type PROMPT without parameters to reset the prompt to the default setting."""


@command("PROMPT", help="Changes the MS-DOS command prompt.", usage=_USAGE)
def prompt(shell: Shell, arguments: bytes) -> None:
    shell.variables.set(b"PROMPT", arguments.lstrip(b" \t,;").removeprefix(b"="))
