"""JOIN: a drive as a directory of another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.registry import CommandError, external
from dosemu.shell.search import drive_text, is_directory
from int21.drives import Location, drive_letter, join
from int21.errors import DosError
from int21.joined import JoinedDrive
from int21.substituted import SubstitutedDrive

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell
    from int21.drive import Drive
    from int21.drives import Drives

_USAGE = """\
JOIN [drive1: [drive2:]path]
JOIN drive1: /D

  drive1:        Specifies a disk drive that will appear as a directory.
  [drive2:]path  Specifies that directory, which is in the root of a drive and
                 empty, or is made.
  /D             Cancels it: the drive has its letter again.

Type JOIN with no parameters to display what is joined."""


@external("JOIN", files=True, help="Joins a disk drive to a directory on another drive.", usage=_USAGE)
def join_(shell: Shell, arguments: bytes) -> int:
    options = parse(arguments, "D", words=(0, 2))
    drives = shell.dos.drives
    if not options.words:
        for number, host in _hosts(drives):
            for name, (other, _) in host.joined.items():
                shell.say(drive_text(other) + b": => " + join(number, (name,)))
        return 0
    word = options.words[0]
    if len(word) != 2 or word[1:] != b":" or not word[:1].isalpha():
        raise CommandError(b"Invalid parameter - " + word)
    letter = (word[0] & 0x1F) - 1
    if "D" in options:
        _release(drives, letter, word)
    elif len(options.words) < 2:
        raise CommandError("Required parameter missing")
    else:
        _join(drives, letter, options.words[1], word)
    return 0


def _hosts(drives: Drives) -> list[tuple[int, JoinedDrive]]:
    found = [(number, drives.at(number)) for number in drives.numbers()]
    return [(number, drive) for number, drive in found if isinstance(drive, JoinedDrive)]


def _join(drives: Drives, letter: int, path: bytes, word: bytes) -> None:
    if letter not in drives.numbers() or letter == drives.current:
        raise CommandError(b"Invalid parameter - " + word)
    drive = drives.at(letter)
    try:
        place = drives.resolve(path)
    except DosError:
        raise CommandError(b"Invalid path - " + path) from None
    if isinstance(drive, SubstitutedDrive | JoinedDrive) or isinstance(place.drive, SubstitutedDrive):
        raise CommandError("Cannot JOIN a SUBSTed or JOINed drive")
    if place.device is not None or len(place.path) != 1 or place.number == letter:
        raise CommandError(b"Invalid path - " + path)
    if isinstance(place.drive, JoinedDrive) and place.path[0] in place.drive.joined:
        raise CommandError("Directory is used already")
    _empty_directory(place)
    host = place.drive if isinstance(place.drive, JoinedDrive) else JoinedDrive(place.drive)
    host.joined[place.path[0]] = (letter, drive)
    if host is not place.drive:
        _replace(drives, place.number, host)
    drives.disable(letter)


def _empty_directory(place: Location) -> None:
    """Make the directory. Raises CommandError when it holds anything."""
    try:
        if not is_directory(place):
            place.drive.make_directory(place.path)
        elif place.drive.names(place.path):
            raise CommandError("Directory not empty")
    except DosError:
        raise CommandError("Unable to create directory") from None


def _release(drives: Drives, letter: int, word: bytes) -> None:
    for number, host in _hosts(drives):
        for name, (other, _) in list(host.joined.items()):
            if other == letter:
                del host.joined[name]
                drives.enable(letter)
                if not host.joined:
                    _replace(drives, number, host.drive)
                return
    raise CommandError(b"Invalid parameter - " + word)


def _replace(drives: Drives, number: int, drive: Drive) -> None:
    """Put a drive in place of one, whose current directory stays, if it is still there."""
    directory = drives.directory(number)
    drives.mount(drive_letter(number), drive)
    if is_directory(Location(number, drive, directory)):
        drives.set_directory(number, directory)
