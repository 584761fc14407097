"""Absolute disk read and write, INT 25h and 26h, and INT 21h/7305h: the sectors of a drive.

Disk images have them. Folders do not: a request fails as it does on a drive with an open door. INT 25h
and 26h return with the caller's flags still on the stack (MS-DOS Programmer's Reference, "Absolute Disk Read";
error codes RBIL table 02546).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from int21.drive import SectorDrive
from int21.errors import DosError, ErrorCode
from int21.registers import Registers
from int21.table import int21, int25, int26, leaves_flags

if TYPE_CHECKING:
    from int21.dos import Dos

_SECTOR = 512
_PACKET = struct.Struct("<IHHH")  # first sector, sectors, offset and segment of the buffer
_BY_PACKET = 0xFFFF
_MOST_SECTORS = 128  # a buffer is in one segment
_INVALID_DRIVE = 0x0201  # AH: bad command, AL: unknown unit
_NOT_READY = 0x8002  # AH: time-out, AL: drive not ready
_USE_PACKET = 0x0207  # AL: unknown media, as DOS says it of drives with more than 65536 sectors
_LARGEST_OLD = 0x10000
_ERRORS = {
    ErrorCode.WRITE_PROTECTED: 0x0300,
    ErrorCode.SECTOR_NOT_FOUND: 0x0408,
    ErrorCode.WRITE_FAULT: 0x100A,
    ErrorCode.READ_FAULT: 0x100B,
}
_GENERAL_FAILURE = 0x800C


def _access(dos: Dos, regs: Registers, number: int, *, write: bool) -> None:
    if not dos.drive_exists(number + 1):
        _fail(regs, _INVALID_DRIVE)
        return
    drive = dos.drives.at(number)
    if not isinstance(drive, SectorDrive):
        _fail(regs, _NOT_READY)
        return
    first, count, address = regs.dx, regs.cx, regs.address("ds", regs.bx)
    if count == _BY_PACKET:
        first, count, offset, segment = _PACKET.unpack(dos.memory.read(address, _PACKET.size))
        address = (segment << 4) + offset
    elif getattr(drive.sectors, "count", 0) > _LARGEST_OLD:
        _fail(regs, _USE_PACKET)
        return
    try:
        if count > _MOST_SECTORS:
            raise DosError(ErrorCode.SECTOR_NOT_FOUND)
        if write:
            drive.sectors.overwrite(first, dos.memory.read(address, count * _SECTOR))
        else:
            dos.memory.write(address, drive.sectors.read(first, count))
    except DosError as error:
        _fail(regs, _ERRORS.get(error.code, _GENERAL_FAILURE))
        return
    regs.ax = 0
    regs.cf = False


def _fail(regs: Registers, code: int) -> None:
    regs.ax = code
    regs.cf = True


@int25.service(
    name="absolute disk read", takes="AL drive (0 A), CX sectors, DX first, DS:BX buffer", gives="CF, AX error"
)
@leaves_flags
def absolute_read(dos: Dos, regs: Registers) -> None:
    _access(dos, regs, regs.al, write=False)


@int26.service(
    name="absolute disk write", takes="AL drive (0 A), CX sectors, DX first, DS:BX data", gives="CF, AX error"
)
@leaves_flags
def absolute_write(dos: Dos, regs: Registers) -> None:
    _access(dos, regs, regs.al, write=True)


@int21.service(
    0x73,
    0x05,
    name="extended absolute disk access",
    takes="DL drive, CX FFFFh, SI bit 0 write, DS:BX packet",
    gives="CF, AX error",
)
def extended_access(dos: Dos, regs: Registers) -> None:
    if regs.cx != _BY_PACKET:
        raise DosError(ErrorCode.INVALID_PARAMETER)
    _access(dos, regs, dos.drives.one_based(regs.dl), write=bool(regs.si & 1))
