"""CD: the current directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.prompt import current_directory
from dosemu.shell.registry import CommandError, command
from int21.errors import DosError

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("CD", "CHDIR", files=True, help="Displays the name of or changes the current directory.",
         usage="CHDIR [drive:][path]\nCHDIR[..]\nCD [drive:][path]\nCD[..]")  # fmt: skip
def cd(shell: Shell, arguments: bytes) -> None:
    words = parse(arguments).words
    drives = shell.dos.drives
    if not words:
        shell.say(current_directory(shell))
        return
    (path,) = words
    try:
        if len(path) == 2 and path[1:] == b":":
            number = (path[0] & 0x1F) - 1
            drives.at(number)
            shell.say(current_directory(shell, number))
            return
        place = drives.resolve(path)
        if place.device is not None:
            raise CommandError("Invalid directory")
        drives.set_directory(place.number, place.path)
    except DosError:
        if path[1:2] == b":" and ((path[0] & 0x1F) - 1) not in drives.numbers():
            raise CommandError("Invalid drive specification") from None
        raise CommandError("Invalid directory") from None
