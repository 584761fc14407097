"""Drives that are disk images, for the commands that work on whole disks: FORMAT, DISKCOPY, DISKCOMP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.shell.builtin.vol import drive_of
from dosemu.shell.registry import CommandError
from dosemu.shell.search import drive_text

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell
    from int21.fat.drive import FatDrive

INVALID_DRIVE = 4  # exit code


def image_drive(shell: Shell, word: bytes) -> tuple[bytes, FatDrive]:
    """The drive that a word names, and its letter. Raises CommandError for what is no disk image."""
    from int21.fat.drive import FatDrive  # takes its time to load

    try:
        number = drive_of(shell, [word])
    except CommandError as error:
        raise CommandError(error.text, INVALID_DRIVE) from None
    drive = shell.dos.drives.at(number)
    letter = drive_text(number)
    if not isinstance(drive, FatDrive):
        raise CommandError(b"Drive " + letter + b": is no disk image, so it is left as it is", INVALID_DRIVE)
    return letter, drive


def floppy_drive(shell: Shell, word: bytes) -> tuple[bytes, FatDrive]:
    """The same for a floppy disk."""
    letter, drive = image_drive(shell, word)
    if not drive.removable:
        raise CommandError(b"Drive " + letter + b": holds no floppy disk", INVALID_DRIVE)
    return letter, drive


def new_serial(shell: Shell) -> int:
    """A volume's serial number as DOS makes it, of the date and time."""
    now = shell.dos.time.now()
    date = (now.month << 8 | now.day) + (now.second << 8 | now.microsecond // 10_000)
    time = (now.hour << 8 | now.minute) + now.year
    return (date & 0xFFFF) << 16 | time & 0xFFFF
