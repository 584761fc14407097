"""TRUENAME: the full path that a name stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.registry import CommandError, command
from int21.drives import join
from int21.errors import DosError

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command(
    "TRUENAME",
    files=True,
    help="Displays the full path of a file or directory.",
    usage="TRUENAME [drive:][path][filename]",
)
def truename(shell: Shell, arguments: bytes) -> None:
    words = parse(arguments).words
    try:
        place = shell.dos.drives.resolve(words[0] if words else b".", wild=True)
    except DosError:
        raise CommandError("Invalid path") from None
    shell.say()
    shell.say(place.text if place.device is None else join(place.number, ())[:2] + b"/" + place.device)
