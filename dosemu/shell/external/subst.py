"""SUBST: a drive letter for a directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.registry import CommandError, external
from dosemu.shell.search import drive_text, is_directory
from int21.drives import drive_letter
from int21.errors import DosError
from int21.substituted import SubstitutedDrive

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
SUBST [drive1: [drive2:]path]
SUBST drive1: /D

  drive1:        Specifies a virtual drive to which you want to assign a path.
  [drive2:]path  Specifies a physical drive and path you want to assign to
                 a virtual drive.
  /D             Deletes a substituted (virtual) drive.

Type SUBST with no parameters to display a list of current virtual drives."""


@external("SUBST", files=True, help="Associates a path with a drive letter.", usage=_USAGE)
def subst(shell: Shell, arguments: bytes) -> int:
    options = parse(arguments, "D", words=(0, 2))
    drives = shell.dos.drives
    if not options.words:
        for number in drives.numbers():
            drive = drives.at(number)
            if isinstance(drive, SubstitutedDrive):
                shell.say(drive_text(number) + b": => " + drive.text)
        return 0
    letter = options.words[0]
    if len(letter) != 2 or letter[1:] != b":" or not letter[:1].isalpha():
        raise CommandError(b"Invalid parameter - " + letter)
    number = (letter[0] & 0x1F) - 1
    mounted = number in drives.numbers()
    if "D" in options:
        if not mounted or not isinstance(drives.at(number), SubstitutedDrive) or number == drives.current:
            raise CommandError(b"Invalid parameter - " + letter)
        drives.unmount(drive_letter(number))
        return 0
    if len(options.words) < 2:
        raise CommandError("Required parameter missing")
    if mounted:
        raise CommandError("Drive already SUBSTed" if isinstance(drives.at(number), SubstitutedDrive) else
                           "Invalid parameter - " + letter.decode("cp437"))  # fmt: skip
    try:
        place = drives.resolve(options.words[1])
    except DosError:
        raise CommandError(b"Path not found - " + options.words[1]) from None
    if not is_directory(place):
        raise CommandError(b"Path not found - " + options.words[1])
    drives.mount(drive_letter(number), SubstitutedDrive(place))
    return 0
