"""REN: renames files in their directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.registry import CommandError, command
from dosemu.shell.search import Pattern, entries, pattern_of, renamed
from int21 import names
from int21.drive import Attribute
from int21.drives import Location
from int21.errors import DosError
from int21.handles import rename

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_FAILED = "Duplicate file name or file not found"


@command("REN", "RENAME", files=True, beside=True, help="Renames a file or files.",
         usage="RENAME [drive:][path]filename1 filename2\nREN [drive:][path]filename1 filename2\n\n"
               "Note that you cannot specify a new drive or path for your destination file.")  # fmt: skip
def ren(shell: Shell, arguments: bytes) -> None:
    old, new = parse(arguments, words=(2, 2)).words
    if any(sign in new for sign in (b"\\", b":", b"/")):
        raise CommandError("Invalid parameter")
    name = names.normalise(new, wild=True)
    if name is None:
        raise CommandError("Invalid parameter")
    try:
        place = shell.dos.drives.resolve(old, wild=True)
        folder = Location(place.number, place.drive, place.path[:-1])
        pattern = Pattern(folder, place.path[-1]) if place.path else pattern_of(shell.dos, old)
        attributes = 0 if place.wild else int(Attribute.DIRECTORY)
        found = [entry.name for entry in entries(shell.dos, pattern, attributes)]
    except DosError:
        raise CommandError(_FAILED) from None
    if not found or place.device is not None:
        raise CommandError(_FAILED)
    for file in found:
        source = Location(folder.number, folder.drive, (*folder.path, file))
        target = Location(folder.number, folder.drive, (*folder.path, renamed(file, name)))
        try:
            rename(shell.dos, source, target)
        except DosError:
            raise CommandError(_FAILED) from None
