"""INT 13h, disks: the disk images that drives are made of; a floppy drive that is empty without one.

Folders as drives have no sectors and are not seen here. IBM PS/2 BIOS Interface Technical Reference,
"Interrupt 13h"; Ralf Brown's Interrupt List, INT 13h, status codes table 00234; functions 41h to 48h are
those of the Phoenix "Enhanced Disk Drive Specification" 1.1.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import TYPE_CHECKING

from dosemu.bios.rom import DISKETTE_PARAMETERS, SEGMENT
from int21.errors import DosError, ErrorCode
from int21.registers import Registers
from int21.service import ServiceTable

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from int21.fat.image import DiskImage

TABLE = ServiceTable(0x13, "disk")

FLOPPIES = 1
_MOST_FLOPPIES = 2
_HARD = 0x80
_TYPE_144 = 4
_SECTOR = 512
_FORMATTED = 0xF6
_PACKET = struct.Struct("<BBHHHQ")  # size, 0, sectors, offset, segment, first sector
_MOST_SECTORS = 127  # of one packet
_EDD_11 = 0x21
_PACKET_ACCESS = 0x01
_PARAMETERS = struct.Struct("<HHIIIQH")
_CHS_IS_VALID = 0x02


class DiskStatus(IntEnum):
    """What AH holds after a call."""

    OK = 0x00
    BAD_COMMAND = 0x01
    WRITE_PROTECTED = 0x03
    SECTOR_NOT_FOUND = 0x04
    CHANGED = 0x06
    PARAMETERS_FAILED = 0x07
    READ_FAILED = 0x10
    NOT_READY = 0x80
    WRITE_FAULT = 0xCC


_STATUSES = {
    ErrorCode.WRITE_PROTECTED: DiskStatus.WRITE_PROTECTED,
    ErrorCode.SECTOR_NOT_FOUND: DiskStatus.SECTOR_NOT_FOUND,
    ErrorCode.READ_FAULT: DiskStatus.READ_FAILED,
}


def _changed(bios: Bios, regs: Registers) -> bool:
    """Ends a call with "disk changed" when that is so; the drive has stepped then, and its change line goes down."""
    if regs.dl not in bios.changed_disks or regs.dl >= _HARD:
        return False
    bios.changed_disks.discard(regs.dl)
    regs.al = 0
    _end(bios, regs, DiskStatus.CHANGED)
    return True


def _end(bios: Bios, regs: Registers, status: DiskStatus) -> None:
    regs.ah = bios.disk_status = status
    regs.cf = status is not DiskStatus.OK
    if regs.dl < _HARD:
        bios.bda.floppy_status = status
    else:
        bios.bda.disk_status = status


def _floppies(bios: Bios) -> int:
    return next((n + 1 for n in reversed(range(_MOST_FLOPPIES)) if bios.find_disk(n)), FLOPPIES)


def _hard_disks(bios: Bios) -> int:
    number = 0
    while bios.find_disk(_HARD + number):
        number += 1
    return number


def _absent(bios: Bios, regs: Registers) -> DiskStatus:
    return DiskStatus.NOT_READY if regs.dl < _floppies(bios) else DiskStatus.BAD_COMMAND


@TABLE.service(0x00, name="reset disk system", takes="DL drive")
def reset(bios: Bios, regs: Registers) -> None:
    _end(bios, regs, DiskStatus.OK if regs.dl < _floppies(bios) or regs.dl >= _HARD else DiskStatus.BAD_COMMAND)


@TABLE.service(0x01, name="get status", takes="DL drive", gives="AH status of the last call")
def status(bios: Bios, regs: Registers) -> None:
    regs.ah = bios.disk_status
    regs.cf = bios.disk_status != 0


def _first_sector(disk: DiskImage, regs: Registers) -> int:
    """The sector that CH, CL and DH mean. Raises SECTOR_NOT_FOUND."""
    shape = disk.geometry
    sector, cylinder, head = regs.cl & 0x3F, regs.ch | (regs.cl & 0xC0) << 2, regs.dh
    if not sector or sector > shape.sectors or head >= shape.heads:
        raise DosError(ErrorCode.SECTOR_NOT_FOUND)
    return (cylinder * shape.heads + head) * shape.sectors + sector - 1


def _move(bios: Bios, disk: DiskImage, function: int, first: int, count: int, address: int) -> None:
    """Read, write or verify sectors. Raises DosError."""
    if function & 3 == 3:
        disk.overwrite(first, bios.read_guest(address, count * _SECTOR))
        return
    data = disk.read(first, count)
    if function & 3 == 2:
        bios.write_guest(address, data)


@TABLE.service(0x02, name="read sectors", takes="AL count, CX, DX, ES:BX", gives="AL count")
@TABLE.service(0x03, name="write sectors", takes="AL count, CX, DX, ES:BX", gives="AL count")
@TABLE.service(0x04, name="verify sectors", takes="AL count, CX, DX", gives="AL count")
def transfer(bios: Bios, regs: Registers) -> None:
    disk = bios.find_disk(regs.dl)
    function, count = regs.ah, regs.al
    if disk is None or not count:
        regs.al = 0
        _end(bios, regs, _absent(bios, regs) if disk is None else DiskStatus.BAD_COMMAND)
        return
    if _changed(bios, regs):
        return
    try:
        _move(bios, disk, function, _first_sector(disk, regs), count, regs.address("es", regs.bx))
    except DosError as error:
        regs.al = 0
        _end(bios, regs, _STATUSES.get(error.code, DiskStatus.WRITE_FAULT))
        return
    _end(bios, regs, DiskStatus.OK)


@TABLE.service(0x05, name="format track", takes="AL count, CX, DX, ES:BX", gives="AL 0")
def format_track(bios: Bios, regs: Registers) -> None:
    disk = bios.find_disk(regs.dl)
    regs.al = 0
    if disk is None or not disk.floppy:
        _end(bios, regs, _absent(bios, regs) if disk is None else DiskStatus.BAD_COMMAND)
        return
    if _changed(bios, regs):
        return
    try:
        regs_sector = regs.cl & 0xC0 | 1
        regs.cl = regs_sector
        disk.overwrite(_first_sector(disk, regs), bytes([_FORMATTED]) * (disk.geometry.sectors * _SECTOR))
    except DosError as error:
        _end(bios, regs, _STATUSES.get(error.code, DiskStatus.WRITE_FAULT))
        return
    _end(bios, regs, DiskStatus.OK)


@TABLE.service(0x08, name="get drive parameters", takes="DL drive", gives="BL type, CX, DX, ES:DI")
def parameters(bios: Bios, regs: Registers) -> None:
    disk = bios.find_disk(regs.dl)
    if regs.dl >= _HARD:
        if disk is None:
            _end(bios, regs, DiskStatus.PARAMETERS_FAILED)
            regs.cx = regs.dx = 0
            return
        _end(bios, regs, DiskStatus.OK)
        regs.ax = 0
        _show_geometry(regs, disk)
        regs.dl = _hard_disks(bios)
        return
    floppies = _floppies(bios)
    _end(bios, regs, DiskStatus.OK)
    there = regs.dl < floppies
    regs.ax = 0
    regs.bx = (disk.floppy_type if disk else _TYPE_144) if there else 0
    if disk is not None:
        _show_geometry(regs, disk)
    else:
        regs.cx = 79 << 8 | 18 if there else 0
        regs.dh = 1 if there else 0
    regs.dl = floppies
    regs.es, regs.di = (SEGMENT, DISKETTE_PARAMETERS) if there else (0, 0)


def _show_geometry(regs: Registers, disk: DiskImage) -> None:
    shape = disk.geometry
    last = shape.cylinders - 1
    regs.ch = last & 0xFF
    regs.cl = last >> 2 & 0xC0 | shape.sectors & 0x3F
    regs.dh = shape.heads - 1


@TABLE.service(0x0C, name="seek", takes="CX, DX")
@TABLE.service(0x0D, name="reset hard disk", takes="DL drive")
@TABLE.service(0x10, name="drive ready?", takes="DL drive")
@TABLE.service(0x11, name="recalibrate", takes="DL drive")
@TABLE.service(0x14, name="controller diagnostic", takes="DL drive")
def hard_disk_only(bios: Bios, regs: Registers) -> None:
    there = regs.dl >= _HARD and bios.find_disk(regs.dl) is not None
    _end(bios, regs, DiskStatus.OK if there else DiskStatus.BAD_COMMAND)


@TABLE.service(0x15, name="get disk type", takes="DL drive", gives="AH 0 none, 2 floppy with change line, 3 hard disk")
def disk_type(bios: Bios, regs: Registers) -> None:
    disk = bios.find_disk(regs.dl)
    regs.cf = False
    if regs.dl < _HARD:
        regs.ah = 2 if regs.dl < _floppies(bios) else 0
    elif disk is None:
        regs.ah = 0
    else:
        regs.ah = 3
        regs.cx, regs.dx = disk.sectors >> 16 & 0xFFFF, disk.sectors & 0xFFFF


@TABLE.service(0x16, name="disk changed?", takes="DL drive", gives="AH 0 no, 6 yes")
def changed(bios: Bios, regs: Registers) -> None:
    if regs.dl in bios.changed_disks and regs.dl < _HARD:
        _end(bios, regs, DiskStatus.CHANGED)
    else:
        _end(bios, regs, DiskStatus.OK if bios.find_disk(regs.dl) else _absent(bios, regs))


@TABLE.service(0x41, name="are there extensions?", takes="BX 55AAh, DL drive", gives="BX AA55h, AH version, CX 1")
def extensions(bios: Bios, regs: Registers) -> None:
    if regs.bx != 0x55AA or regs.dl < _HARD or bios.find_disk(regs.dl) is None:
        _end(bios, regs, DiskStatus.BAD_COMMAND)
        return
    _end(bios, regs, DiskStatus.OK)
    regs.bx = 0xAA55
    regs.ah = _EDD_11
    regs.cx = _PACKET_ACCESS


@TABLE.service(0x42, name="extended read", takes="DL drive, DS:SI packet")
@TABLE.service(0x43, name="extended write", takes="AL 0, DL drive, DS:SI packet")
@TABLE.service(0x44, name="extended verify", takes="DL drive, DS:SI packet")
def extended_transfer(bios: Bios, regs: Registers) -> None:
    disk = bios.find_disk(regs.dl) if regs.dl >= _HARD else None
    at = regs.address("ds", regs.si)
    size, _, count, offset, segment, first = _PACKET.unpack(bios.read_guest(at, _PACKET.size))
    if disk is None or size < _PACKET.size or count > _MOST_SECTORS:
        _end(bios, regs, DiskStatus.BAD_COMMAND)
        return
    try:
        _move(bios, disk, regs.ah, first, count, (segment << 4) + offset)
    except DosError as error:
        bios.write_guest(at + 2, b"\0\0")
        _end(bios, regs, _STATUSES.get(error.code, DiskStatus.WRITE_FAULT))
        return
    _end(bios, regs, DiskStatus.OK)


@TABLE.service(0x47, name="extended seek", takes="DL drive, DS:SI packet")
def extended_seek(bios: Bios, regs: Registers) -> None:
    hard_disk_only(bios, regs)


@TABLE.service(0x48, name="get extended parameters", takes="DL drive, DS:SI buffer", gives="sizes in the buffer")
def extended_parameters(bios: Bios, regs: Registers) -> None:
    disk = bios.find_disk(regs.dl) if regs.dl >= _HARD else None
    at = regs.address("ds", regs.si)
    room = int.from_bytes(bios.read_guest(at, 2), "little")
    if disk is None or room < _PARAMETERS.size:
        _end(bios, regs, DiskStatus.BAD_COMMAND)
        return
    shape = disk.geometry
    data = _PARAMETERS.pack(
        _PARAMETERS.size, _CHS_IS_VALID, shape.cylinders, shape.heads, shape.sectors, disk.sectors, _SECTOR
    )
    bios.write_guest(at, data)
    _end(bios, regs, DiskStatus.OK)


@TABLE.service(name="unsupported disk function")
def unsupported(bios: Bios, regs: Registers) -> None:
    _end(bios, regs, DiskStatus.BAD_COMMAND)
