"""RD: removes an empty directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.registry import CommandError, command
from int21.errors import DosError, ErrorCode

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("RD", "RMDIR", files=True, help="Removes (deletes) a directory.", usage="RMDIR [drive:]path\nRD [drive:]path")
def rd(shell: Shell, arguments: bytes) -> None:
    (path,) = parse(arguments, words=(1, 1)).words
    drives = shell.dos.drives
    try:
        place = drives.resolve(path)
        if place.path and drives.is_current(place.number, place.path):
            raise DosError(ErrorCode.CANNOT_REMOVE_CURRENT_DIRECTORY)
        place.drive.remove_directory(place.path)
    except DosError as error:
        if error.code is ErrorCode.CANNOT_REMOVE_CURRENT_DIRECTORY:
            raise CommandError(b"Attempt to remove current directory - " + path) from None
        raise CommandError("Invalid path, not directory,\r\nor directory not empty") from None
