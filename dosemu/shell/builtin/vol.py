"""VOL: a drive's label and serial number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.registry import CommandError, command
from dosemu.shell.search import drive_text
from int21.errors import DosError

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell


def volume_lines(shell: Shell, number: int) -> list[bytes]:
    """The two lines that VOL and DIR begin with. Raises DosError."""
    drive = shell.dos.drives.at(number)
    letter = drive_text(number)
    label = b" is " + drive.label if drive.label else b" has no label"
    serial = b"%04X-%04X" % (drive.serial >> 16 & 0xFFFF, drive.serial & 0xFFFF)
    return [b" Volume in drive " + letter + label, b" Volume Serial Number is " + serial]


def drive_of(shell: Shell, words: list[bytes]) -> int:
    """The drive that an argument names, by default the current one. Raises CommandError."""
    if not words:
        return shell.dos.drives.current
    word = words[0]
    if len(word) != 2 or word[1:] != b":" or not word[:1].isalpha():
        raise CommandError("Invalid drive specification")
    number = (word[0] & 0x1F) - 1
    try:
        shell.dos.drives.at(number)
    except DosError:
        raise CommandError("Invalid drive specification") from None
    return number


@command("VOL", help="Displays the disk volume label and serial number, if they exist.", usage="VOL [drive:]")
def vol(shell: Shell, arguments: bytes) -> None:
    number = drive_of(shell, parse(arguments).words)
    shell.say()
    for line in volume_lines(shell, number):
        shell.say(line)
