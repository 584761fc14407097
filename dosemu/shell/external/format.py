"""FORMAT: an empty file system on a disk image."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.builtin.label import checked, read_label
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.formats import number
from dosemu.shell.image_drives import image_drive, new_serial
from dosemu.shell.registry import CommandError, external
from int21.errors import DosError, ErrorCode

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell
    from int21.fat.drive import FatDrive

_USAGE = """\
FORMAT drive: [/V[:label]] [/Q] [/U] [/F:size] [/AUTOTEST]
FORMAT drive: [/V[:label]] [/Q] [/U] [/T:tracks /N:sectors] [/1] [/4] [/8]

  /V[:label]   Specifies the volume label.
  /Q           Performs a quick format: what the files held stays on the disk.
  /U           Is accepted: nothing is kept for UNFORMAT.
  /F:size      Specifies the size of the disk, which has to be the image's:
               160, 180, 320, 360, 720, 1.2, 1.44, 2.88.
  /T /N /1 /4 /8  Specify tracks, sectors, sides, which have to be the image's.
  /S, /B       Are not carried out: no system files are copied to the disk,
               since dosemu starts programs without them.
  /AUTOTEST    Asks nothing.

Drives that are folders of the host are not formatted."""
_CANCELLED, _FAILED, _REFUSED = 3, 4, 5
_SWITCH = re.compile(rb"/(AUTOTEST|BACKUP|SELECT|[VQUSBFTN148])([:=]?)([^\s/]*)", re.IGNORECASE)


@external("FORMAT", help="Formats a disk for use with MS-DOS.", usage=_USAGE, raw=True)
def format_(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    switches = {found.group(1).upper(): found.group(3) for found in _SWITCH.finditer(arguments)}
    (word,) = parse(_SWITCH.sub(b" ", arguments), words=(1, 1)).words
    letter, drive = image_drive(shell, word)
    _check_size(drive, switches)
    quiet = b"AUTOTEST" in switches
    if drive.read_only:
        raise CommandError("Write protect error", _FAILED)
    if b"S" in switches or b"B" in switches:
        shell.say("System files are not copied: dosemu starts programs without them")
    while True:
        if not quiet and not (yield from _agreed(shell, letter, drive)):
            return _REFUSED
        yield from _format(shell, letter, drive, switches, quiet=quiet)
        if quiet or not drive.removable:
            return 0
        answer = yield from shell.ask(b"\r\nFormat another (Y/N)?", b"YN")
        if answer == b"N":
            return 0
        letter, drive = image_drive(shell, word)


def _check_size(drive: FatDrive, switches: dict[bytes, bytes]) -> None:
    """Raises CommandError when the disk is to become another one than it is."""
    disk = drive.image.geometry
    size = re.sub(rb"[KMB]+$", b"", switches.get(b"F", b"").upper())
    kilobytes = {b"1.2": 1200, b"1.44": 1440, b"2.88": 2880}.get(size, int(size) if size.isdigit() else 0)
    wanted = (
        not size or kilobytes == drive.image.sectors // 2,
        switches.get(b"T", b"%d" % disk.cylinders) == b"%d" % disk.cylinders,
        switches.get(b"N", b"%d" % disk.sectors) == b"%d" % disk.sectors,
        b"1" not in switches or disk.heads == 1,
        b"4" not in switches or drive.image.sectors // 2 in (180, 360),
        b"8" not in switches or disk.sectors == 8,
    )
    if not all(wanted):
        raise CommandError("The disk image has another size: parameters not supported by drive", _FAILED)


def _agreed(shell: Shell, letter: bytes, drive: FatDrive) -> Generator[Call, Answer, bool]:
    if drive.removable:
        shell.write(b"Insert the disk to be formatted in drive " + letter + b":\r\nand press ENTER when ready...")
        line = yield from shell.read_line()
        return line is not None
    text = b"\r\nAll data on the hard disk " + letter + b": will be lost!\r\nProceed with format (Y/N)?"
    answer = yield from shell.ask(text, b"YN")
    return answer == b"Y"


def _format(
    shell: Shell, letter: bytes, drive: FatDrive, switches: dict[bytes, bytes], *, quiet: bool
) -> Generator[Call, Answer, None]:
    from int21.fat.format import format_volume

    quick = b"Q" in switches
    kilobytes = drive.image.sectors // 2 if drive.removable else drive.volume.total_sectors // 2
    size = b"%dK" % kilobytes if kilobytes < 1000 else b"%.2fM" % (kilobytes / (1000 if drive.removable else 1024))
    shell.say((b"Quick formatting " if quick else b"Formatting ") + size)
    try:
        shown = -10
        for percent in format_volume(drive, new_serial(shell), erase=not quick):
            if percent >= shown + 10 or percent == 100:
                shown = percent
                shell.write(b"\r%3d percent completed." % percent)
            yield LOOK
        shell.say(b"\r\nFormat complete.")
        label = switches.get(b"V", b"")
        if not label and not quiet:
            label = yield from read_label(shell)
        drive.label = checked(shell, label)
    except DosError as error:
        full = error.code is ErrorCode.WRITE_PROTECTED
        raise CommandError("Write protect error" if full else "Disk error: format terminated", _FAILED) from None
    space = drive.large_space()
    unit = space.sectors_per_cluster * space.bytes_per_sector
    for value, text in (
        (space.clusters * unit, b"bytes total disk space"),
        (space.free * unit, b"bytes available on disk"),
        (unit, b"bytes in each allocation unit."),
        (space.free, b"allocation units available on disk."),
    ):
        shell.say(number(shell.dos, value).rjust(15) + b" " + text)
    shell.say(b"\r\nVolume Serial Number is %04X-%04X" % (drive.serial >> 16, drive.serial & 0xFFFF))
