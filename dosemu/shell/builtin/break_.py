"""BREAK: whether DOS looks for Ctrl-C in every function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import CommandError, command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("BREAK", help="Sets or clears extended CTRL+C checking.", usage="BREAK [ON | OFF]")
def break_(shell: Shell, arguments: bytes) -> None:
    word = arguments.strip(b" \t=").upper()
    if not word:
        shell.say("BREAK is on" if shell.dos.data.break_checks else "BREAK is off")
    elif word in (b"ON", b"OFF"):
        shell.dos.data.break_checks = int(word == b"ON")
    else:
        raise CommandError("Must specify ON or OFF")
