"""XCOPY: copies directories with all that is in them."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dosemu.shell.arguments import Arguments, parse
from dosemu.shell.builtin.date import read_date
from dosemu.shell.calls import Answer, Call
from dosemu.shell.copying import copy_file, same_file
from dosemu.shell.registry import CommandError, external
from dosemu.shell.search import Pattern, entries, folders, is_directory, pattern_of, renamed
from int21.drive import Attribute, Entry
from int21.drives import Location
from int21.errors import DosError, ErrorCode
from int21.names import is_wild

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
XCOPY source [destination] [/A | /M] [/D:date] [/P] [/S [/E]] [/V] [/W]
  [/Y | /-Y]

  source       Specifies the file(s) to copy.
  destination  Specifies the location and/or name of new files.
  /A           Copies files with the archive attribute set,
               doesn't change the attribute.
  /M           Copies files with the archive attribute set,
               turns off the archive attribute.
  /D:date      Copies files changed on or after the specified date.
  /P           Prompts you before creating each destination file.
  /S           Copies directories and subdirectories except empty ones.
  /E           Copies any subdirectories, even if empty.
  /V           Verifies each new file.
  /W           Prompts you to press a key before copying.
  /Y           Suppresses prompting to overwrite an existing destination file."""
_TOO_DEEP = "Cannot perform a cyclic copy"


@dataclass(slots=True)
class Work:
    """An XCOPY under way."""

    options: Arguments
    target: Location
    name: bytes
    since: int = 0
    copied: int = 0
    everything: bool = True


@external("XCOPY", files=True, help="Copies files (except hidden and system files) and directory trees.", usage=_USAGE)
def xcopy(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    options = parse(arguments.replace(b"/-Y", b"").replace(b"/-y", b""), "AMPSEVWY", "D", words=(1, 2))
    try:
        pattern = pattern_of(shell.dos, options.words[0])
    except DosError as error:
        raise CommandError(
            "Path not found" if error.code is ErrorCode.PATH_NOT_FOUND else "File not found", 4
        ) from None
    work = yield from _work(shell, pattern, options)
    if "D" in options:
        moment = read_date(shell.dos, options.switches["D"])
        if moment is None:
            raise CommandError("Invalid date", 4)
        work.since = (moment.year - 1980) << 9 | moment.month << 5 | moment.day
    if "W" in options:
        shell.write(b"Press any key to begin copying file(s)")
        yield from shell.key()
        shell.say()
    if "S" in options and pattern.place.number == work.target.number:
        depth = len(pattern.folder)
        if work.target.path[:depth] == pattern.folder and len(work.target.path) > depth:
            raise CommandError(_TOO_DEEP, 4)
    yield from _copy_folder(shell, pattern, work, work.target)
    if not work.copied and "E" not in options:
        shell.say(b"File not found - " + options.words[0].upper())
    shell.say(b"%9d File(s) copied" % work.copied)
    return 0 if work.copied else 1


def _work(shell: Shell, pattern: Pattern, options: Arguments) -> Generator[Call, Answer, Work]:
    """Where the copies go: a directory, or a new name; asks which, when there is neither."""
    drives = shell.dos.drives
    everything = "?" * 8 + "." + "???"
    if len(options.words) < 2:
        return Work(options, drives.resolve(b"."), everything.encode())
    text = options.words[1]
    try:
        place = drives.resolve(text, wild=True)
    except DosError:
        raise CommandError("Invalid path", 4) from None
    if place.device is not None:
        raise CommandError("Invalid path", 4)
    if is_directory(place):
        return Work(options, place, everything.encode())
    parent = Location(place.number, place.drive, place.path[:-1])
    several = "S" in options or is_wild(pattern.name)
    folder = text[-1:] == b"\\"
    if not folder and not place.wild and several:
        answer = yield from shell.ask(
            b"Does " + text.upper() + b" specify a file name\r\nor directory name on the target\r\n"
            b"(F = file, D = directory)?", b"FD")  # fmt: skip
        folder = answer == b"D"
    return Work(options, place, everything.encode()) if folder else Work(options, parent, place.path[-1])


def _make(place: Location) -> None:
    """A directory with all above it. Raises CommandError."""
    for depth in range(1, len(place.path) + 1):
        part = Location(place.number, place.drive, place.path[:depth])
        if not is_directory(part):
            try:
                part.drive.make_directory(part.path)
            except DosError:
                raise CommandError(b"Unable to create directory - " + part.text, 4) from None


def _wanted(shell: Shell, pattern: Pattern, work: Work) -> Iterator[Entry]:
    archive = "A" in work.options or "M" in work.options
    for entry in list(entries(shell.dos, pattern)):
        if (not archive or entry.attributes & Attribute.ARCHIVE) and entry.stamp[0] >= work.since:
            yield entry


def _copy_folder(shell: Shell, pattern: Pattern, work: Work, target: Location) -> Generator[Call, Answer, None]:
    if "E" in work.options:
        _make(target)
    for entry in _wanted(shell, pattern, work):
        source = pattern.path(entry.name)
        place = Location(target.number, target.drive, (*target.path, renamed(entry.name, work.name)))
        if same_file(shell, source, place.text):
            raise CommandError("File cannot be copied onto itself", 4)
        if "P" in work.options:
            answer = yield from shell.ask(source + b" (Y/N)?", b"YN")
            if answer == b"N":
                continue
        else:
            shell.say(source if pattern.folder else source[2:].lstrip(b"\\"))
        _make(target)
        try:
            yield from copy_file(shell, source, place.text)
        except DosError as error:
            raise CommandError(b"Access denied" if error.code is ErrorCode.ACCESS_DENIED else b"File creation error - "
                               + place.text, 4) from None  # fmt: skip
        if "M" in work.options:
            kept = entry.attributes & Attribute.settable() & ~Attribute.ARCHIVE
            pattern.place.drive.set_attributes((*pattern.folder, entry.name), kept)
        work.copied += 1
    if "S" in work.options:
        for name in folders(shell.dos, pattern):
            below = Location(target.number, target.drive, (*target.path, name))
            yield from _copy_folder(shell, pattern.inside(name), work, below)
