"""VERIFY: the flag that INT 21h/2Eh sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.registry import CommandError, command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("VERIFY", help="Directs MS-DOS to verify that your files are written correctly to a disk, and\n"
                        "displays the status of verification.", usage="VERIFY [ON | OFF]")  # fmt: skip
def verify(shell: Shell, arguments: bytes) -> None:
    word = arguments.strip(b" \t=").upper()
    if not word:
        shell.say("VERIFY is on" if shell.dos.drives.verify else "VERIFY is off")
    elif word in (b"ON", b"OFF"):
        shell.dos.drives.verify = word == b"ON"
    else:
        raise CommandError("Must specify ON or OFF")
