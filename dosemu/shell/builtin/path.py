"""PATH: where programs are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("PATH", help="Displays or sets a search path for executable files.",
         usage="PATH [[drive:]path[;...]]\nPATH ;\n\nType PATH ; to clear all search-path settings.")  # fmt: skip
def path(shell: Shell, arguments: bytes) -> None:
    text = arguments.strip(b" \t")
    text = text.removeprefix(b"=").strip()
    if text:
        shell.variables.set(b"PATH", b"" if text == b";" else text.upper())
        return
    value = shell.variables.get(b"PATH")
    shell.say(b"PATH=" + value if value else b"No Path")
