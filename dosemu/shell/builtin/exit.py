"""EXIT: leave the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("EXIT", help="Quits the COMMAND.COM program (command interpreter).",
         usage="EXIT [errorlevel]")  # fmt: skip
def exit_(shell: Shell, arguments: bytes) -> None:
    word = arguments.strip()
    if word.isdigit():
        shell.errorlevel = int(word[:5]) & 0xFF
    shell.exit()
