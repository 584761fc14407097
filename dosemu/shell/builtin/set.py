"""SET: shows, sets and removes environment variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import CommandError, command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("SET", help="Displays, sets, or removes MS-DOS environment variables.",
         usage="SET [variable=[string]]", raw=True)  # fmt: skip
def set_(shell: Shell, arguments: bytes) -> None:
    text = arguments.lstrip(b" \t,;=")
    if not text:
        for string in shell.variables.strings():
            shell.say(string)
        return
    name, equals, value = text.partition(b"=")
    if not equals or not name.strip():
        raise CommandError("Syntax error")
    shell.variables.set(name, value)
