"""SWAP: changes the disk in a drive for which several images were given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.errors import MountError
from dosemu.shell.arguments import parse
from dosemu.shell.registry import CommandError, external

if TYPE_CHECKING:
    from dosemu.disk_changer import DiskChanger
    from dosemu.shell.shell import Shell

_USAGE = """\
SWAP [drive: [number]]

  drive:   Specifies the drive whose disk is changed for its next one.
  number   Specifies which disk, the first being 1.

Type SWAP with no parameters to list the disks. They are chosen when dosemu is
started, with --mount A=DISK1.IMG,DISK2.IMG."""


@external("SWAP", help="Changes the floppy disk or compact disc in a drive.", usage=_USAGE)
def swap(shell: Shell, arguments: bytes) -> int:
    words = parse(arguments, words=(0, 2)).words
    changer = shell.shells.disks
    if not words:
        _list(shell, changer)
        return 0
    letter = words[0].removesuffix(b":").decode("latin-1").upper()
    if len(letter) != 1 or not "A" <= letter <= "Z":
        raise CommandError(b"Invalid drive specification - " + words[0])
    if len(words) > 1 and not words[1].isdigit():
        raise CommandError(b"Invalid parameter - " + words[1])
    number = int(words[1][:4]) - 1 if len(words) > 1 else None
    try:
        path = changer.swap(letter, number)[letter]
    except MountError as error:
        raise CommandError(str(error)) from None
    shell.say(f"{letter}: {path.name}")
    return 0


def _list(shell: Shell, changer: DiskChanger) -> None:
    if not changer.letters:
        shell.say("No drive has several disks")
    for letter in changer.letters:
        for number, path in enumerate(changer.disks(letter)):
            mark = "*" if number == changer.inside(letter) else " "
            shell.say(f"{letter}: {mark}{number + 1} {path.name}")
