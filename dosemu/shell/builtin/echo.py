"""ECHO: shows text, or says whether the lines of batch files are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("ECHO", help="Displays messages, or turns command-echoing on or off.", usage="ECHO [ON | OFF]\nECHO [message]",
         raw=True)  # fmt: skip
def echo(shell: Shell, arguments: bytes) -> None:
    word = arguments.strip().upper()
    if arguments[:1] in (b".", b":", b"+", b"[", b"]", b"\\", b'"', b"/") or (arguments[:1] in b",;=" and arguments):
        shell.say(arguments[1:] if arguments[:1] != b'"' else arguments)
    elif word == b"ON":
        shell.echo = True
    elif word == b"OFF":
        shell.echo = False
    elif not word:
        shell.say("ECHO is on" if shell.echo else "ECHO is off")
    else:
        shell.say(arguments[1:])
