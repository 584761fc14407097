"""DELTREE: deletes directories with all that is in them."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.registry import CommandError, external
from dosemu.shell.search import ALL, ANYTHING, Pattern, entries
from int21.drive import Attribute
from int21.drives import Location
from int21.errors import DosError

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


@external("DELTREE", files=True, help="Deletes a directory and all the subdirectories and files in it.",
          usage="DELTREE [/Y] [drive:]path [[drive:]path[...]]\n\n"
                "  /Y  Suppresses prompting to confirm you want to delete the subdirectory.")  # fmt: skip
def deltree(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    options = parse(arguments, "Y", words=(1, 50))
    for word in options.words:
        place = shell.dos.drives.resolve(word, wild=True)
        if not place.path or place.device is not None:
            raise CommandError(b"Invalid path - " + word)
        folder = Pattern(Location(place.number, place.drive, place.path[:-1]), place.path[-1])
        found = [e for e in entries(shell.dos, folder, ALL) if e.name not in (b".", b"..")]
        if not found:
            raise CommandError(b"File not found - " + word.upper())
        for entry in found:
            target = Location(place.number, place.drive, (*place.path[:-1], entry.name))
            kind = b"directory \"" + target.text + b"\" and all its subdirectories" if entry.is_directory else (
                b"file \"" + target.text + b"\""
            )  # fmt: skip
            if "Y" not in options:
                answer = yield from shell.ask(b"Delete " + kind + b"? [yn] ", b"YN")
                if answer == b"N":
                    continue
            shell.say(b"Deleting " + target.text.lower() + b"...")
            yield from _delete(shell, target, directory=entry.is_directory)
    return 0


def _delete(shell: Shell, place: Location, *, directory: bool) -> Generator[Call, Answer, None]:
    yield LOOK
    try:
        if not directory:
            if place.drive.entry(place.path).attributes & Attribute.READ_ONLY:
                place.drive.set_attributes(place.path, Attribute(0))
            place.drive.delete(place.path)
            return
        for entry in list(entries(shell.dos, Pattern(place, ANYTHING), ALL)):
            if entry.name not in (b".", b".."):
                inside = Location(place.number, place.drive, (*place.path, entry.name))
                yield from _delete(shell, inside, directory=entry.is_directory)
        if shell.dos.drives.is_current(place.number, place.path):
            raise CommandError(b"Cannot delete the current directory")
        place.drive.remove_directory(place.path)
    except DosError:
        raise CommandError(b"Access denied - " + place.text) from None
