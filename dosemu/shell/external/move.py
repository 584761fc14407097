"""MOVE: moves files, renames directories."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.copying import copy_file, remove_quietly, same_file
from dosemu.shell.long_words import carried
from dosemu.shell.registry import CommandError, external
from dosemu.shell.search import entries, is_directory, pattern_of
from int21.drives import Location
from int21.errors import DosError, ErrorCode
from int21.names import is_wild

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
To move one or more files:
MOVE [/Y | /-Y] [drive:][path]filename1[,...] destination

To rename a directory:
MOVE [/Y | /-Y] [drive:][path]dirname1 dirname2"""


@external("MOVE", files=True, help="Moves files and renames files and directories.", usage=_USAGE)
def move(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    text = arguments.replace(b"/-Y", b"").replace(b"/-y", b"")
    options = parse(text, "Y", words=(2, 50))
    *sources, target_text = options.words
    drives = shell.dos.drives
    try:
        target = drives.resolve(target_text)
    except DosError:
        raise CommandError("Invalid destination path") from None
    into = is_directory(target)
    if not into and target_text[-1:] == b"\\":
        raise CommandError("Unable to create destination")
    several = len(sources) > 1 or is_wild(sources[0])
    if several and not into:
        raise CommandError("Cannot move multiple files to a single file")
    moved = 0
    for source in sources:
        place = drives.resolve(source, wild=True)
        if not place.wild and is_directory(place) and place.path:
            yield from _rename_directory(shell, place, target, into=into)
            moved += 1
            continue
        pattern = pattern_of(shell.dos, source)
        for entry in list(entries(shell.dos, pattern)):
            old = pattern.path(entry.name)
            new = Location(target.number, target.drive, (*target.path, entry.name)) if into else target
            if same_file(shell, old, new.text):
                continue
            if "Y" not in options and new.drive.identity(new.path) is not None and not shell.shells.quiet:
                answer = yield from shell.ask(b"Overwrite " + new.text + b" (Yes/No)?", b"YN")
                if answer == b"N":
                    continue
            try:
                yield from _move_file(shell, old, new)
            except DosError:
                shell.say(old.lower() + b" => " + new.text.lower() + b" [Permission denied]")
                return 1
            shell.say(old.lower() + b" => " + new.text.lower() + b" [ok]")
            moved += 1
    if not moved:
        raise CommandError(b"Cannot move " + sources[0] + b" - No such file or directory")
    return 0


def _move_file(shell: Shell, old: bytes, new: Location) -> Generator[Call, Answer, None]:
    place = shell.dos.drives.resolve(old)
    shell.dos.files.check_changeable(place)
    if place.number == new.number:
        if new.drive.identity(new.path) is not None:
            new.drive.delete(new.path)
        try:
            with carried(shell.dos, place, new) as named:
                place.drive.rename(place.path, named.path)
        except DosError as error:
            if error.code is not ErrorCode.NOT_SAME_DEVICE:  # a drive that was joined is another one
                raise
        else:
            return
    yield LOOK
    yield from copy_file(shell, old, new.text)
    remove_quietly(shell, old)


def _rename_directory(shell: Shell, place: Location, target: Location, *, into: bool) -> Generator[Call, Answer, None]:
    yield LOOK
    if into or place.number != target.number or place.path[:-1] != target.path[:-1]:
        raise CommandError(b"Unable to open source")
    try:
        place.drive.rename(place.path, target.path)
    except DosError:
        raise CommandError(b"Unable to create destination") from None
    shell.say(place.text.lower() + b" => " + target.text.lower() + b" [ok]")
