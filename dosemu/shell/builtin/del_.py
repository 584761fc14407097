"""DEL: deletes files."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.registry import CommandError, command
from dosemu.shell.search import entries, pattern_of
from int21.drive import Attribute
from int21.drives import Location
from int21.errors import DosError, ErrorCode

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
DEL [drive:][path]filename [/P]
ERASE [drive:][path]filename [/P]

  [drive:][path]filename  Specifies the file(s) to delete.  Specify multiple
                          files by using wildcards.
  /P            Prompts for confirmation before deleting each file."""


@command("DEL", "ERASE", help="Deletes one or more files.", usage=_USAGE, files=True)
def del_(shell: Shell, arguments: bytes) -> Generator[Call, Answer, None]:
    options = parse(arguments, "P", words=(1, 1))
    try:
        pattern = pattern_of(shell.dos, options.words[0])
    except DosError as error:
        if error.code is ErrorCode.PATH_NOT_FOUND:
            raise CommandError("Path not found") from None
        raise CommandError("Invalid parameter") from None
    if pattern.everything and "P" not in options:
        answer = yield from shell.ask(b"All files in directory will be deleted!\r\nAre you sure (Y/N)?", b"YN")
        if answer == b"N":
            return
    found = list(entries(shell.dos, pattern))
    if not found:
        raise CommandError("File not found")
    for count, entry in enumerate(found):
        path = pattern.path(entry.name)
        if "P" in options:
            answer = yield from shell.ask(path + b",    Delete (Y/N)?", b"YN")
            if answer == b"N":
                continue
        place = Location(pattern.place.number, pattern.place.drive, (*pattern.folder, entry.name))
        try:
            if entry.attributes & Attribute.READ_ONLY:
                raise DosError(ErrorCode.ACCESS_DENIED)
            shell.dos.files.check_changeable(place)
            place.drive.delete(place.path)
        except DosError as error:
            if error.code is ErrorCode.ACCESS_DENIED:
                shell.say(path + b"\r\nAccess denied")
                continue
            raise
        if count % 16 == 15:
            yield LOOK
