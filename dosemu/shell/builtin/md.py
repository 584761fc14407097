"""MD: makes a directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.registry import CommandError, command
from int21.errors import DosError

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("MD", "MKDIR", files=True, help="Creates a directory.", usage="MKDIR [drive:]path\nMD [drive:]path")
def md(shell: Shell, arguments: bytes) -> None:
    (path,) = parse(arguments, words=(1, 1)).words
    try:
        place = shell.dos.drives.resolve(path)
    except DosError:
        raise CommandError("Unable to create directory") from None
    if place.device is None and place.drive.identity(place.path) is not None:
        raise CommandError("Directory already exists")
    try:
        if place.device is not None:
            raise CommandError("Unable to create directory")
        place.drive.make_directory(place.path)
    except DosError:
        raise CommandError("Unable to create directory") from None
