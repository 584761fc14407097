"""CTTY: another device as the console; CTTY NUL in batch files hides what programs write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.registry import CommandError, command
from int21.errors import DosError
from int21.sharing import Access

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@command("CTTY", help="Changes the terminal device used to control your system.", usage="CTTY device")
def ctty(shell: Shell, arguments: bytes) -> None:
    (name,) = parse(arguments, words=(1, 1)).words
    dos = shell.dos
    try:
        place = dos.files.locate(name)
        if place.device is None:
            raise CommandError("Invalid device")
        if place.device == b"CON" and shell.console.saved:
            shell.console.restore(dos)  # what the shell began with, which may be streams of the host
            return
        for handle in range(3):
            shell.console.replace(dos, handle, dos.files.open_place(place, Access.BOTH))
    except DosError:
        raise CommandError("Invalid device") from None
