"""Long file names, the rest: INT 21h/71A0h, 71A2h, 71A6h to 71A8h and 71AAh.

Registers and layouts: RBIL, INT 21h/AX=71A0h and following, tables 01784 and 01785.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from int21 import layout, names
from int21.drives import Location, drive_letter
from int21.errors import DosError, ErrorCode
from int21.file_times import other_times
from int21.lfn import LONGEST_NAME, LONGEST_PATH, path_at, resolve
from int21.lfn_find import time_bytes
from int21.registers import Registers
from int21.substituted import SubstitutedDrive
from int21.table import int21
from int21.timestamps import from_file_time, to_file_time

if TYPE_CHECKING:
    from int21.dos import Dos

_KEEPS_CASE = 0x0002
_UNICODE = 0x0004
_LONG_NAMES = 0x4000


@int21.service(
    0x71, 0xA0, name="get volume information", takes="DS:DX root path, ES:DI buffer of CX bytes",
    gives="AX 0, BX flags, CX longest name, DX longest path, file system's name",
)  # fmt: skip
def volume_information(dos: Dos, regs: Registers) -> None:
    resolve(dos, path_at(dos, regs, "ds", regs.dx))
    dos.memory.write(regs.address("es", regs.di), b"FAT\0"[: regs.cx])
    regs.ax = 0
    regs.bx = _LONG_NAMES | _UNICODE | _KEEPS_CASE
    regs.cx = LONGEST_NAME
    regs.dx = LONGEST_PATH


@int21.service(0x71, 0xA2, name="(Windows 95 itself)")
def not_for_programs(dos: Dos, regs: Registers) -> None:
    raise DosError(ErrorCode.INVALID_FUNCTION)


@int21.service(
    0x71, 0xAA, name="SUBST of a drive", takes="BH 0 make, 1 end, 2 ask, BL drive (0 current), DS:DX path",
    gives="path for BH 2",
)  # fmt: skip
def substitute(dos: Dos, regs: Registers) -> None:
    drives = dos.drives
    number = drives.current if regs.bl == 0 else regs.bl - 1
    if number >= layout.MAX_DRIVES:
        raise DosError(ErrorCode.INVALID_DRIVE)
    mounted = drives.at(number) if number in drives.numbers() else None
    match regs.bh:
        case 0:
            if mounted is not None:
                raise DosError(ErrorCode.INVALID_DRIVE)
            found = resolve(dos, path_at(dos, regs, "ds", regs.dx))
            place = found.place
            if not found.exists or place.device is not None or not is_folder(place):
                raise DosError(ErrorCode.PATH_NOT_FOUND)
            drives.mount(drive_letter(number), SubstitutedDrive(place))
        case 1 | 2:
            if not isinstance(mounted, SubstitutedDrive):
                raise DosError(ErrorCode.INVALID_DRIVE)
            if regs.bh == 2:
                dos.memory.write(regs.address("ds", regs.dx), mounted.text + b"\0")
            elif number == drives.current:
                raise DosError(ErrorCode.ACCESS_DENIED)
            else:
                drives.unmount(drive_letter(number))
        case _:
            raise DosError(ErrorCode.INVALID_FUNCTION)


def is_folder(place: Location) -> bool:
    """Whether a place is a directory. Raises DosError."""
    return not place.path or place.drive.entry(place.path).is_directory


@int21.service(0x71, 0xA6, name="get information of open file", takes="BX handle, DS:DX 52 bytes")
def file_information(dos: Dos, regs: Registers) -> None:
    index = dos.files.index(regs.bx)
    file = dos.files.table.file(index)
    if file is None:
        raise DosError(ErrorCode.INVALID_HANDLE)
    entry = dos.files.table.used(index)
    other = other_times(file)
    stamps = b"".join(time_bytes(t, dos_times=False) for t in (other.created, other.accessed, file.stamp()))
    serial = dos.drives.at(entry.flags & 0x1F).serial
    number = hash(file.identity) & 0x7FFFFFFFFFFFFFFF
    links = struct.pack("<4I", 0, file.size(), 1, number >> 32) + struct.pack("<I", number & 0xFFFFFFFF)
    block = struct.pack("<I", entry.attributes) + stamps + struct.pack("<I", serial) + links
    dos.memory.write(regs.address("ds", regs.dx), block)


@int21.service(
    0x71, 0xA7, name="convert file time",
    takes="BL 0: DS:SI file time to CX time, DX date, BH 10 ms; BL 1: these to ES:DI", gives="the other",
)  # fmt: skip
def convert_time(dos: Dos, regs: Registers) -> None:
    match regs.bl:
        case 0:
            value = int.from_bytes(dos.memory.read(regs.address("ds", regs.si), 8), "little")
            (regs.dx, regs.cx), regs.bh = from_file_time(value)
        case 1:
            value = to_file_time((regs.dx, regs.cx)) + min(regs.bh, 199) * 100_000
            dos.memory.write(regs.address("es", regs.di), value.to_bytes(8, "little"))
        case _:
            raise DosError(ErrorCode.INVALID_FUNCTION)


@int21.service(
    0x71, 0xA8, name="generate short name", takes="DS:SI long name, ES:DI buffer, DH 0 as in a directory, 1 as text",
    gives="8.3 name",
)  # fmt: skip
def short_name(dos: Dos, regs: Registers) -> None:
    long = path_at(dos, regs, "ds", regs.si).decode(dos.drives.page.codec)
    if not long.strip(". "):
        raise DosError(ErrorCode.FILE_NOT_FOUND)
    alias = next(iter(names.assign_aliases([long], page=dos.drives.page)))
    text = alias + b"\0" if regs.dh else names.to_fcb(alias)
    dos.memory.write(regs.address("es", regs.di), text)
