"""INT 13h, disks: one empty floppy drive, no hard disk that the BIOS can see.

DOS drives are folders of the host and have no sectors. IBM PS/2 BIOS Interface Technical Reference,
"Interrupt 13h"; Ralf Brown's Interrupt List, INT 13h, status codes table 00234.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from dosemu.bios.rom import DISKETTE_PARAMETERS, SEGMENT
from int21.registers import Registers
from int21.service import ServiceTable

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TABLE = ServiceTable(0x13, "disk")

FLOPPIES = 1
_TYPE_144 = 4


class DiskStatus(IntEnum):
    """What AH holds after a call."""

    OK = 0x00
    BAD_COMMAND = 0x01
    PARAMETERS_FAILED = 0x07
    NOT_READY = 0x80


def _end(bios: Bios, regs: Registers, status: DiskStatus) -> None:
    regs.ah = bios.disk_status = status
    regs.cf = status is not DiskStatus.OK
    if regs.dl < 0x80:
        bios.bda.floppy_status = status
    else:
        bios.bda.disk_status = status


def _absent(regs: Registers) -> DiskStatus:
    return DiskStatus.NOT_READY if regs.dl < FLOPPIES else DiskStatus.BAD_COMMAND


@TABLE.service(0x00, name="reset disk system", takes="DL drive")
def reset(bios: Bios, regs: Registers) -> None:
    _end(bios, regs, DiskStatus.OK if regs.dl < FLOPPIES or regs.dl >= 0x80 else DiskStatus.BAD_COMMAND)


@TABLE.service(0x01, name="get status", takes="DL drive", gives="AH status of the last call")
def status(bios: Bios, regs: Registers) -> None:
    regs.ah = bios.disk_status
    regs.cf = bios.disk_status != 0


def _no_disk(bios: Bios, regs: Registers) -> None:
    regs.al = 0
    _end(bios, regs, _absent(regs))


for _function, _name in ((0x02, "read"), (0x03, "write"), (0x04, "verify"), (0x05, "format track")):
    TABLE.service(_function, name=_name + " sectors", takes="AL count, CX, DX, ES:BX", gives="AL 0: none")(_no_disk)


@TABLE.service(0x08, name="get drive parameters", takes="DL drive", gives="BL type, CX, DX, ES:DI")
def parameters(bios: Bios, regs: Registers) -> None:
    if regs.dl >= 0x80:
        _end(bios, regs, DiskStatus.PARAMETERS_FAILED)
        regs.cx = regs.dx = 0
        return
    _end(bios, regs, DiskStatus.OK)
    there = regs.dl < FLOPPIES
    regs.ax = 0
    regs.bx = _TYPE_144 if there else 0
    regs.cx = 79 << 8 | 18 if there else 0
    regs.dx = (1 << 8 if there else 0) | FLOPPIES
    regs.es, regs.di = (SEGMENT, DISKETTE_PARAMETERS) if there else (0, 0)


@TABLE.service(0x15, name="get disk type", takes="DL drive", gives="AH 0 none, 2 floppy with change line")
def disk_type(bios: Bios, regs: Registers) -> None:
    regs.ah = 2 if regs.dl < FLOPPIES else 0
    regs.cf = False


@TABLE.service(0x16, name="disk changed?", takes="DL drive")
def changed(bios: Bios, regs: Registers) -> None:
    _end(bios, regs, _absent(regs))


@TABLE.service(name="unsupported disk function")
def unsupported(bios: Bios, regs: Registers) -> None:
    _end(bios, regs, DiskStatus.BAD_COMMAND)
