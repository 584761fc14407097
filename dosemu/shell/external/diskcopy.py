"""DISKCOPY: a floppy disk's image onto another one, sector by sector."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.image_drives import floppy_drive, new_serial
from dosemu.shell.registry import CommandError, external
from int21.errors import DosError, ErrorCode

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell
    from int21.fat.drive import FatDrive

_USAGE = """\
DISKCOPY [drive1: [drive2:]] [/1] [/V] [/M]

  /1  Copies only the first side of the disk.
  /V  Verifies that the information is copied correctly.
  /M  Is accepted: a disk is copied in one go.

Both drives must hold images of floppy disks of the same size. With one drive
you are asked to change disks: Ctrl+F4, or SWAP A: in another shell."""
_NO_ERROR, _READ_ERROR, _FATAL = 0, 1, 3
_AT_ONCE = 36  # sectors


@external("DISKCOPY", help="Copies the contents of one floppy disk to another.", usage=_USAGE)
def diskcopy(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    options = parse(arguments, "1VM", words=(0, 2))
    here = bytes((0x41 + shell.dos.drives.current,)) + b":"
    first, second = ([*options.words, here, here])[:2]
    while True:
        yield from _copy(shell, first, second, one_side="1" in options, verify="V" in options)
        answer = yield from shell.ask(b"\r\nCopy another disk (Y/N)?", b"YN")
        if answer == b"N":
            return _NO_ERROR


def _copy(shell: Shell, first: bytes, second: bytes, *, one_side: bool, verify: bool) -> Generator[Call, Answer, None]:
    letter, source = floppy_drive(shell, first)
    target_letter, target = floppy_drive(shell, second)
    alone = target_letter == letter
    yield from wait_for_disk(shell, b"SOURCE", letter)
    if not alone:
        yield from wait_for_disk(shell, b"TARGET", target_letter)
    _, source = floppy_drive(shell, first)
    disk = source.image.geometry
    shell.say(b"\r\nCopying %d tracks\r\n%d sectors per track, %d side(s)" % (disk.cylinders, disk.sectors, disk.heads))
    data = read_disk(source)
    if alone:
        yield from wait_for_disk(shell, b"TARGET", target_letter)
    _, target = floppy_drive(shell, second)
    if target.image.sectors != source.image.sectors or target.image.geometry != disk:
        raise CommandError("Drive types or disk types not compatible\r\nCopy process ended", _FATAL)
    try:
        for at in range(0, target.image.sectors, _AT_ONCE):
            if one_side and (at // disk.sectors) % disk.heads:
                continue
            piece = data[at * 512 : (at + _AT_ONCE) * 512]
            target.sectors.overwrite(at, piece)
            if verify and target.sectors.read(at, len(piece) // 512) != piece:
                raise DosError(ErrorCode.WRITE_FAULT)
            yield LOOK
        if source.image is not target.image:
            target.names(())
            target.serial = new_serial(shell)
    except DosError as error:
        protected = error.code is ErrorCode.WRITE_PROTECTED
        raise CommandError("Write protect error" if protected else "Write error: copy process ended", _FATAL) from None
    shell.say(b"\r\nVolume Serial Number is %04X-%04X" % (target.serial >> 16, target.serial & 0xFFFF))


def read_disk(drive: FatDrive) -> bytes:
    """All sectors. Raises CommandError."""
    try:
        return bytes(drive.sectors.read(0, drive.image.sectors))
    except DosError:
        raise CommandError("Unrecoverable read error", _READ_ERROR) from None


def wait_for_disk(shell: Shell, which: bytes, letter: bytes) -> Generator[Call, Answer, None]:
    """Ask for a disk."""
    shell.say(b"\r\nInsert " + which + b" disk in drive " + letter + b":")
    shell.write(b"Press any key to continue . . .")
    yield from shell.key()
    shell.say()
