"""VER: the version of DOS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.prompt import version_text
from dosemu.shell.registry import command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("VER", help="Displays the MS-DOS version.")
def ver(shell: Shell, arguments: bytes) -> None:
    shell.say(b"\r\n" + version_text(shell) + b" (dosemu)\r\n")
