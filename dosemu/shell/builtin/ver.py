"""VER: the version of DOS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.prompt import version_text
from dosemu.shell.registry import command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("VER", help="Displays the MS-DOS version.", usage="VER [/R]\n\n  /R  Displays where DOS is, too.")
def ver(shell: Shell, arguments: bytes) -> None:
    options = parse(arguments, "R", words=(0, 9))
    shell.say(b"\r\n" + version_text(shell) + b" (dosemu)")
    if "R" in options:
        shell.say(b"Revision A\r\nDOS is in " + (b"HMA" if shell.dos.settings.high else b"low memory"))
    shell.say()
