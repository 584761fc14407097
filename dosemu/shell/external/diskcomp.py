"""DISKCOMP: compares two floppy disks, track by track."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.arguments import parse
from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.external.diskcopy import read_disk, wait_for_disk
from dosemu.shell.image_drives import floppy_drive
from dosemu.shell.registry import CommandError, external

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_USAGE = """\
DISKCOMP [drive1: [drive2:]] [/1] [/8]

  /1  Compares the first side of the disks.
  /8  Compares only the first eight sectors of each track.

Both drives must hold images of floppy disks of the same size."""
_SAME, _DIFFERENT, _FATAL = 0, 1, 3
_BOOT_SERIAL = slice(39, 43)  # of the boot sector, which copies have of their own


@external("DISKCOMP", help="Compares the contents of two floppy disks.", usage=_USAGE)
def diskcomp(shell: Shell, arguments: bytes) -> Generator[Call, Answer, int]:
    options = parse(arguments, "18", words=(0, 2))
    here = bytes((0x41 + shell.dos.drives.current,)) + b":"
    first, second = ([*options.words, here, here])[:2]
    while True:
        letter, _ = floppy_drive(shell, first)
        other_letter, _ = floppy_drive(shell, second)
        yield from wait_for_disk(shell, b"FIRST", letter)
        _, one = floppy_drive(shell, first)
        disk, data = one.image.geometry, bytearray(read_disk(one))
        yield from wait_for_disk(shell, b"SECOND", other_letter)
        _, other = floppy_drive(shell, second)
        if other.image.geometry != disk:
            raise CommandError("Drive types or disk types not compatible\r\nCompare process ended", _FATAL)
        other_data = bytearray(read_disk(other))
        data[_BOOT_SERIAL] = other_data[_BOOT_SERIAL] = bytes(4)
        shell.say(b"\r\nComparing %d tracks\r\n%d sectors per track, %d side(s)\r\n"
                  % (disk.cylinders, disk.sectors, disk.heads))  # fmt: skip
        sectors = min(disk.sectors, 8) if "8" in options else disk.sectors
        result = _SAME
        for track in range(disk.cylinders):
            for head in range(1 if "1" in options else disk.heads):
                start = (track * disk.heads + head) * disk.sectors * 512
                if data[start : start + sectors * 512] != other_data[start : start + sectors * 512]:
                    result = _DIFFERENT
                    shell.say(b"Compare error on side %d, track %d" % (head, track))
            yield LOOK
        if result == _SAME:
            shell.say("Compare OK")
        answer = yield from shell.ask(b"\r\nCompare another disk (Y/N) ?", b"YN")
        if answer == b"N":
            return result
