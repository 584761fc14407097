"""Directories: INT 21h functions 39h to 3Bh, 47h, and 60h (canonical path)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.drives import Location, join
from int21.errors import DosError, ErrorCode
from int21.handles import path_at
from int21.registers import Registers
from int21.substituted import SubstitutedDrive
from int21.table import int21

if TYPE_CHECKING:
    from int21.dos import Dos

_LONGEST = 66  # path of a directory with its drive: what a CDS holds


def _directory_at(dos: Dos, regs: Registers) -> Location:
    place = dos.drives.resolve(path_at(dos, regs, "ds", regs.dx))
    if place.device is not None:
        raise DosError(ErrorCode.ACCESS_DENIED)
    return place


@int21.service(0x39, name="make directory", takes="DS:DX path")
def make_directory(dos: Dos, regs: Registers) -> None:
    place = _directory_at(dos, regs)
    if len(place.text) > _LONGEST:
        raise DosError(ErrorCode.ACCESS_DENIED)
    place.drive.make_directory(place.path)


@int21.service(0x3A, name="remove directory", takes="DS:DX path")
def remove_directory(dos: Dos, regs: Registers) -> None:
    place = _directory_at(dos, regs)
    if dos.drives.directory(place.number) == place.path:
        raise DosError(ErrorCode.CANNOT_REMOVE_CURRENT_DIRECTORY)
    place.drive.remove_directory(place.path)


@int21.service(0x3B, name="change directory", takes="DS:DX path")
def change_directory(dos: Dos, regs: Registers) -> None:
    place = dos.drives.resolve(path_at(dos, regs, "ds", regs.dx))
    if place.device is not None:
        raise DosError(ErrorCode.PATH_NOT_FOUND)
    dos.drives.set_directory(place.number, place.path)


@int21.service(0x47, name="get current directory", takes="DL drive (0 current), DS:SI 64 bytes", gives="path")
def get_current_directory(dos: Dos, regs: Registers) -> None:
    number = dos.drives.one_based(regs.dl)
    path = b"\\".join(dos.drives.directory(number))
    dos.memory.write(regs.address("ds", regs.si), path + b"\0")
    regs.ax = 0x0100  # what DOS leaves there (RBIL), and some programs look at


@int21.service(0x60, name="canonical path", takes="DS:SI path, ES:DI canonical path")
def canonical_path(dos: Dos, regs: Registers) -> None:
    path = path_at(dos, regs, "ds", regs.si).lstrip(b" ")
    place = dos.drives.resolve(path, wild=True)
    if place.device is not None:
        text = join(place.number, ())[:2] + b"/" + place.device
    elif isinstance(place.drive, SubstitutedDrive):
        text = place.drive.real(place.path)
    else:
        text = place.text
    dos.memory.write(regs.address("es", regs.di), text + b"\0")
    regs.al = 0
