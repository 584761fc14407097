"""The FAT32 functions of Windows 95 OSR2: INT 21h/7302h to 7304h (7305h is in ``absolute_disk``).

Registers and layouts: RBIL, INT 21h/AX=7302h and following, tables 01787 to 01791.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from int21.drive import LargeSpace
from int21.drive_tables import parameter_block
from int21.errors import DosError, ErrorCode
from int21.lfn import path_at, split
from int21.registers import Registers
from int21.table import int21

if TYPE_CHECKING:
    from int21.dos import Dos

_PARAMETERS_SIZE = 0x3D
_FREE_SPACE_SIZE = 0x2C


@int21.service(0x73, 0x02, name="get extended parameter block", takes="DL drive, ES:DI buffer of CX bytes", gives="DPB")
def extended_parameters(dos: Dos, regs: Registers) -> None:
    if regs.cx < _PARAMETERS_SIZE + 2:
        raise DosError(ErrorCode.BAD_REQUEST_LENGTH, critical=False)
    number = dos.drives.one_based(regs.dl)
    space = dos.drives.at(number).space()
    block = parameter_block(dos.memory, number)
    tail = struct.pack(
        "<IHHHHIIIII", space.free, 0, 0, 0xFFFF, 0, block.first_data_sector, space.clusters + 1,
        block.sectors_per_fat, 0, 0,
    )  # fmt: skip
    body = (block.raw() + tail)[:_PARAMETERS_SIZE]
    dos.memory.write(regs.address("es", regs.di), struct.pack("<H", _PARAMETERS_SIZE) + body)


@int21.service(0x73, 0x03, name="get extended free space", takes="DS:DX path, ES:DI buffer of CX bytes", gives="sizes")
def extended_free_space(dos: Dos, regs: Registers) -> None:
    if regs.cx < _FREE_SPACE_SIZE:
        raise DosError(ErrorCode.BAD_REQUEST_LENGTH, critical=False)
    number, _, _ = split(dos, path_at(dos, regs, "ds", regs.dx))
    drive = dos.drives.at(number)
    space = drive.large_space() if isinstance(drive, LargeSpace) else drive.space()
    per, free, total = space.sectors_per_cluster, space.free, space.clusters
    data = struct.pack(
        "<HH10I", _FREE_SPACE_SIZE, 0, per, space.bytes_per_sector, free, total, free * per, total * per, free, total,
        0, 0,
    )  # fmt: skip
    dos.memory.write(regs.address("es", regs.di), data)


@int21.service(0x73, 0x04, name="set parameter block for formatting", takes="DL drive, ES:DI block")
def set_for_formatting(dos: Dos, regs: Registers) -> None:
    dos.drives.one_based(regs.dl)
    raise DosError(ErrorCode.ACCESS_DENIED)
