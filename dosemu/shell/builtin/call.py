"""CALL: run a batch file and come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.parser import SEPARATORS, split_name
from dosemu.shell.registry import BUILTINS, CommandError, command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("CALL", help="Calls one batch program from another.",
         usage="CALL [drive:][path]filename [batch-parameters]", raw=True)  # fmt: skip
def call(shell: Shell, arguments: bytes) -> None:
    arguments = arguments.lstrip(SEPARATORS)
    if not arguments:
        raise CommandError("Required parameter missing")
    name, rest = split_name(arguments, BUILTINS)
    if name in BUILTINS:
        shell.run_command(arguments)
    else:
        shell.run_program(name, rest, call=True)
