"""The tracks of a disk image by IOCTL 440Dh: write, format, read and verify (minor codes 41h, 42h, 61h, 62h).

MS-DOS Programmer's Reference, "IOCTL function 0Dh"; RBIL tables 01560 and 01561. Cylinders are those of the whole
disk: of a partition the sectors in front of it are hidden. Folders have no tracks.
"""

from __future__ import annotations

from hw.memory import Memory
from int21.drive import Drive, SectorDrive, Tracks
from int21.errors import DosError, ErrorCode
from int21.view import View, far, linear, u8, u16

WRITE, FORMAT, READ, VERIFY = 0x41, 0x42, 0x61, 0x62
FUNCTIONS = frozenset({WRITE, FORMAT, READ, VERIFY})

_SECTOR = 512
_FORMATTED = b"\xf6"  # what the sectors of a track hold that was just formatted
_ONLY_ASK = 0x01  # special functions of 42h: can the drive format such tracks?
_CAN = 0x00
_CANNOT = 0x02


class TrackBlock(View):
    """The parameter block; format and verify end behind the cylinder."""

    SIZE = 13

    special = u8(0)
    head = u16(1)
    cylinder = u16(3)
    first = u16(5)
    count = u16(7)
    buffer = far(9)


def control(memory: Memory, drive: Drive, function: int, address: int) -> None:
    """Do what a minor code asks of a track. Raises INVALID_FUNCTION for drives without, and what sectors raise."""
    if not isinstance(drive, SectorDrive):
        raise DosError(ErrorCode.INVALID_FUNCTION)
    block, tracks = TrackBlock(memory, address), drive.tracks
    try:
        if function in (WRITE, READ):
            start = _start(block, tracks) + block.first
            if block.first + block.count > tracks.sectors:
                raise DosError(ErrorCode.SECTOR_NOT_FOUND)
            buffer = linear(*block.buffer)
            if function == WRITE:
                drive.sectors.overwrite(start, bytes(memory.read(buffer, block.count * _SECTOR)))
            else:
                memory.write(buffer, drive.sectors.read(start, block.count))
        elif function == FORMAT and block.special & _ONLY_ASK:
            block.special = _CAN if block.head < tracks.heads and block.cylinder < tracks.cylinders else _CANNOT
        else:
            start = _start(block, tracks)
            if function == FORMAT and drive.removable:  # a fixed disk is only verified, as DOS does
                drive.sectors.overwrite(start, _FORMATTED * tracks.sectors * _SECTOR)
            drive.sectors.read(start, tracks.sectors)
    except DosError as error:
        raise DosError(error.code, critical=False) from error


def _start(block: TrackBlock, tracks: Tracks) -> int:
    """The first sector of a track within the volume. Raises SECTOR_NOT_FOUND."""
    start = (block.cylinder * tracks.heads + block.head) * tracks.sectors - tracks.hidden
    if block.head >= tracks.heads or start < 0:
        raise DosError(ErrorCode.SECTOR_NOT_FOUND)
    return start
