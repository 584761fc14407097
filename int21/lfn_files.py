"""Long file names, files: INT 21h/7139h, 713Ah, 713Bh, 7141h, 7143h, 7147h, 7156h, 7160h, 716Ch and 71A9h.

Registers: RBIL, INT 21h/AX=7139h and following.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from int21 import handles
from int21.drive import Attribute, OpenFile, OtherTimes
from int21.drives import join
from int21.errors import DosError, ErrorCode
from int21.file_times import other_times, set_accessed, set_created
from int21.files import NO_INHERIT_MODE, Outcome, check_mode
from int21.lfn import LongPlace, long_path, path_at, resolve, split, with_drive
from int21.lfn_find import matching
from int21.registers import Registers
from int21.substituted import SubstitutedDrive
from int21.table import int21
from int21.timestamps import Stamp

if TYPE_CHECKING:
    from int21.dos import Dos

_KEEPS_SUBSTITUTED = 0x80  # CH of 7160h: the letter of a SUBST stays in the path


def _existing(dos: Dos, regs: Registers, segment: str = "ds", offset: int | None = None) -> LongPlace:
    found = resolve(dos, path_at(dos, regs, segment, regs.dx if offset is None else offset))
    if found.place.device is not None or not found.exists:
        raise DosError(ErrorCode.FILE_NOT_FOUND)
    return found


@int21.service(0x71, 0x0D, name="reset drive (long names)", takes="CX action, DX drive")
def reset_drive(dos: Dos, regs: Registers) -> None:
    dos.drives.one_based(regs.dx)


@int21.service(0x71, 0x39, name="make directory (long names)", takes="DS:DX path")
def make_directory(dos: Dos, regs: Registers) -> None:
    wanted = resolve(dos, path_at(dos, regs, "ds", regs.dx))
    if wanted.place.device is not None or wanted.exists:
        raise DosError(ErrorCode.ACCESS_DENIED)
    with wanted.named() as place:
        place.drive.make_directory(place.path)


@int21.service(0x71, 0x3A, name="remove directory (long names)", takes="DS:DX path")
def remove_directory(dos: Dos, regs: Registers) -> None:
    place = resolve(dos, path_at(dos, regs, "ds", regs.dx)).place
    if dos.drives.is_current(place.number, place.path):
        raise DosError(ErrorCode.CANNOT_REMOVE_CURRENT_DIRECTORY)
    place.drive.remove_directory(place.path)


@int21.service(0x71, 0x3B, name="change directory (long names)", takes="DS:DX path")
def change_directory(dos: Dos, regs: Registers) -> None:
    place = resolve(dos, path_at(dos, regs, "ds", regs.dx)).place
    dos.drives.set_directory(place.number, place.path)


@int21.service(
    0x71, 0x41, name="delete file (long names)", takes="DS:DX path, SI 1: wildcards, CL and CH attributes as 714Eh"
)
def delete_file(dos: Dos, regs: Registers) -> None:
    path = path_at(dos, regs, "ds", regs.dx)
    if regs.si > 1:
        raise DosError(ErrorCode.INVALID_FUNCTION)
    if regs.si == 0:
        found = _existing(dos, regs).place
        dos.files.check_changeable(found)
        found.drive.delete(found.path)
        return
    place = resolve(dos, path, wild=True).place
    doomed = matching(dos, place, regs.cl & ~int(Attribute.DIRECTORY | Attribute.VOLUME), regs.ch)
    if not doomed:
        raise DosError(ErrorCode.FILE_NOT_FOUND)
    for found_name in doomed:
        one = place.sibling(found_name.alias)
        dos.files.check_changeable(one)
        one.drive.delete(one.path)


def _stamp_of(dos: Dos, found: LongPlace) -> Stamp:
    return found.place.drive.entry(found.place.path).stamp


@contextmanager
def _opened(found: LongPlace) -> Iterator[OpenFile]:
    """The file, for its times. Raises ACCESS_DENIED for a directory."""
    file = found.place.drive.open(found.place.path, writable=False)
    try:
        yield file
    finally:
        file.close()


def _other_times(dos: Dos, found: LongPlace) -> OtherTimes:
    entry = found.place.drive.entry(found.place.path)
    if entry.is_directory:
        return OtherTimes(entry.stamp, 0, entry.stamp)
    with _opened(found) as file:
        return other_times(file)


@int21.service(
    0x71, 0x43, name="attributes and times (long names)", takes="DS:DX path, BL function, CX, DI", gives="CX, DI, DX:AX"
)
def attributes(dos: Dos, regs: Registers) -> None:
    found = _existing(dos, regs)
    place = found.place
    function = regs.bl
    if not place.path:
        raise DosError(ErrorCode.PATH_NOT_FOUND)
    match function:
        case 0:
            regs.cx = int(place.drive.entry(place.path).attributes)
        case 1:
            handles.change_attributes(dos, place, regs.cx)
        case 2:  # its size on the disk: it is not compressed
            size = place.drive.entry(place.path).size
            regs.dx, regs.ax = size >> 16, size & 0xFFFF
        case 3:
            with _opened(found) as file:
                file.set_stamp((regs.di, regs.cx))
        case 4:
            regs.di, regs.cx = _stamp_of(dos, found)
        case 5:
            with _opened(found) as file:
                set_accessed(file, regs.di, other_times(file).accessed[1])
        case 6:
            regs.di = _other_times(dos, found).accessed[0]
        case 7:
            with _opened(found) as file:
                set_created(file, regs.di, regs.cx, regs.si)
        case 8:
            times = _other_times(dos, found)
            regs.di, regs.cx = times.created
            regs.si = times.created_10_ms
        case _:
            raise DosError(ErrorCode.INVALID_FUNCTION)


@int21.service(0x71, 0x47, name="get current directory (long names)", takes="DL drive, DS:SI 260 bytes", gives="path")
def get_current_directory(dos: Dos, regs: Registers) -> None:
    number = dos.drives.one_based(regs.dl)
    path = long_path(dos, dos.drives.at(number), dos.drives.directory(number))
    dos.memory.write(regs.address("ds", regs.si), path + b"\0")


@int21.service(0x71, 0x56, name="rename file (long names)", takes="DS:DX path, ES:DI new path")
def rename_file(dos: Dos, regs: Registers) -> None:
    old = _existing(dos, regs).place
    target = resolve(dos, path_at(dos, regs, "es", regs.di))
    if target.exists and target.place.path != old.path:
        raise DosError(ErrorCode.ACCESS_DENIED)
    if not target.place.path or target.place.device is not None:
        raise DosError(ErrorCode.ACCESS_DENIED)
    if target.place.number != old.number:
        raise DosError(ErrorCode.NOT_SAME_DEVICE)
    with target.renamed() as new:
        handles.rename(dos, old, new)


@int21.service(
    0x71, 0x60, name="true name (long names)",
    takes="CL 0 full, 1 short, 2 long, CH 80h: with SUBST, DS:SI path, ES:DI 261 bytes",
    gives="path",
)  # fmt: skip
def true_name(dos: Dos, regs: Registers) -> None:
    path = path_at(dos, regs, "ds", regs.si)
    kept = bool(regs.ch & _KEEPS_SUBSTITUTED)
    match regs.cl:
        case 0:
            text = _full(dos, path, kept)
        case 1 | 2:
            found = _existing(dos, regs, "ds", regs.si).place
            if not kept and isinstance(found.drive, SubstitutedDrive):
                found = found.drive.behind(found.path)
            if regs.cl == 1:
                text = join(found.number, found.path)
            else:
                text = with_drive(found.number, long_path(dos, found.drive, found.path))
        case _:
            raise DosError(ErrorCode.INVALID_FUNCTION)
    dos.memory.write(regs.address("es", regs.di), text + b"\0")


def _full(dos: Dos, path: bytes, kept: bool) -> bytes:
    """A path from its root; what it names need not be there. ``kept``: a directory's letter stays."""
    number, start, parts = split(dos, path)
    done = long_path(dos, dos.drives.at(number), tuple(start)).split(b"\\") if start else []
    for part in parts:
        if part == b".":
            continue
        if part.strip(b".") == b"":
            if len(part) - 1 > len(done):
                raise DosError(ErrorCode.PATH_NOT_FOUND)
            del done[len(done) - len(part) + 1 :]
            continue
        done.append(part)
    drive = dos.drives.at(number)
    if not kept and isinstance(drive, SubstitutedDrive):
        place = drive.behind(())
        number, done = place.number, [*place.path, *done]
    # Windows 95 leaves the last name as it was asked for.
    return with_drive(number, b"\\".join([*map(dos.drives.page.upper, done[:-1]), *done[-1:]]))


@int21.service(
    0x71, 0x6C, name="create or open file (long names)", takes="BX mode, CX attributes, DX action, DS:SI path",
    gives="AX handle, CX what was done",
)  # fmt: skip
@int21.service(
    0x71, 0xA9, name="create or open file for a server", takes="BX mode, CX attributes, DX action, DS:SI path",
    gives="AX handle, CX what was done",
)  # fmt: skip
def open_file(dos: Dos, regs: Registers) -> None:
    mode = regs.bx & 0xFF
    check_mode(mode & ~NO_INHERIT_MODE)
    found = resolve(dos, path_at(dos, regs, "ds", regs.si))
    with found.named() as place:
        handle, outcome = dos.files.open_extended(place, mode, regs.cl, regs.dx & 0xFF)
    regs.ax, regs.cx = handle, Outcome(outcome)
