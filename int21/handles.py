"""INT 21h functions on files by path and by handle: 3Ch to 46h, 56h, 57h, 5Ah to 5Ch, 67h, 68h, 6Ah, 6Ch.

MS-DOS Programmer's Reference, the pages of each function; RBIL INT 21h for what is not written there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.drive import Attribute
from int21.errors import DosError, ErrorCode
from int21.files import Origin
from int21.registers import Registers
from int21.table import int21

if TYPE_CHECKING:
    from int21.dos import Dos
    from int21.drives import Location

_LONGEST_PATH = 128
_SETTABLE_BY_43 = Attribute.settable()
_NO_CRITICAL_ERRORS = 0x2000  # BX of 6Ch: an error is returned, INT 24h is not called


def path_at(dos: Dos, regs: Registers, segment: str, offset: int) -> bytes:
    """The ASCIZ path at ``segment:offset``."""
    return bytes(dos.memory.asciiz(regs.address(segment, offset), _LONGEST_PATH))


def place_at(dos: Dos, regs: Registers, segment: str, offset: int) -> Location:
    """The place of the file whose path is at ``segment:offset``; wildcards are PATH_NOT_FOUND."""
    return dos.files.locate(path_at(dos, regs, segment, offset), ErrorCode.PATH_NOT_FOUND)


def _signed(high: int, low: int) -> int:
    value = high << 16 | low
    return value - 0x1_0000_0000 if high & 0x8000 else value


@int21.service(0x3C, name="create file", takes="DS:DX path, CX attributes", gives="AX handle")
def create_file(dos: Dos, regs: Registers) -> None:
    regs.ax = dos.files.create(path_at(dos, regs, "ds", regs.dx), regs.cl)


@int21.service(0x3D, name="open file", takes="DS:DX path, AL mode", gives="AX handle")
def open_file(dos: Dos, regs: Registers) -> None:
    regs.ax = dos.files.open(path_at(dos, regs, "ds", regs.dx), regs.al)


@int21.service(0x3E, name="close file", takes="BX handle")
def close_file(dos: Dos, regs: Registers) -> None:
    dos.files.close(regs.bx)


@int21.service(0x3F, name="read file", takes="BX handle, CX bytes, DS:DX buffer", gives="AX bytes read")
def read_file(dos: Dos, regs: Registers) -> None:
    buffer = regs.address("ds", regs.dx)
    room = len(dos.memory) - buffer
    count = regs.cx
    if count > room:
        dos.files.index(regs.bx)
        raise DosError(ErrorCode.ACCESS_DENIED)
    data = dos.files.read(regs.bx, count)
    dos.memory.write(buffer, data)
    regs.ax = len(data)


@int21.service(
    0x40, name="write file", takes="BX handle, CX bytes (0: the file ends here), DS:DX buffer", gives="AX bytes written"
)
def write_file(dos: Dos, regs: Registers) -> None:
    data = dos.memory.read(regs.address("ds", regs.dx), regs.cx) if regs.cx else b""
    regs.ax = dos.files.write(regs.bx, bytes(data))


@int21.service(0x41, name="delete file", takes="DS:DX path")
def delete_file(dos: Dos, regs: Registers) -> None:
    place = place_at(dos, regs, "ds", regs.dx)
    if place.device is not None:
        raise DosError(ErrorCode.ACCESS_DENIED)
    dos.files.check_changeable(place)
    place.drive.delete(place.path)


@int21.service(0x42, name="seek", takes="BX handle, CX:DX distance, AL origin", gives="DX:AX position")
def seek(dos: Dos, regs: Registers) -> None:
    origin = regs.al
    offset = regs.cx << 16 | regs.dx if origin == Origin.START else _signed(regs.cx, regs.dx)
    position = dos.files.seek(regs.bx, offset, origin)
    regs.dx = position >> 16
    regs.ax = position & 0xFFFF


@int21.service(0x43, 0x00, name="get file attributes", takes="DS:DX path", gives="CX attributes")
def get_attributes(dos: Dos, regs: Registers) -> None:
    place = place_at(dos, regs, "ds", regs.dx)
    if place.device is not None:
        raise DosError(ErrorCode.FILE_NOT_FOUND)
    if not place.path:
        # A root has no entry. DOS 5 gives PATH_NOT_FOUND too (RBIL, INT 21h/4300h).
        raise DosError(ErrorCode.PATH_NOT_FOUND)
    attributes = int(place.drive.entry(place.path).attributes)
    regs.cx = attributes
    regs.ax = attributes  # RBIL: DR DOS and MS-DOS leave them in AX too


@int21.service(0x43, 0x01, name="set file attributes", takes="DS:DX path, CX attributes")
def set_attributes(dos: Dos, regs: Registers) -> None:
    change_attributes(dos, place_at(dos, regs, "ds", regs.dx), regs.cx & 0xFF)


def change_attributes(dos: Dos, place: Location, wanted: int) -> None:
    """Set the attributes of a file or directory."""
    if place.device is not None:
        raise DosError(ErrorCode.FILE_NOT_FOUND)
    entry = place.drive.entry(place.path)
    if entry.is_directory:
        # DOS 5: the directory bit may be given with a directory's other attributes.
        wanted &= ~Attribute.DIRECTORY
    if wanted & ~_SETTABLE_BY_43:
        raise DosError(ErrorCode.ACCESS_DENIED)
    if not entry.is_directory:
        dos.files.check_changeable(place)
    place.drive.set_attributes(place.path, Attribute(wanted))


@int21.service(0x45, name="duplicate handle", takes="BX handle", gives="AX new handle")
def duplicate(dos: Dos, regs: Registers) -> None:
    regs.ax = dos.files.dup(regs.bx)


@int21.service(0x46, name="force duplicate handle", takes="BX handle, CX handle to replace")
def force_duplicate(dos: Dos, regs: Registers) -> None:
    dos.files.dup2(regs.bx, regs.cx)


@int21.service(0x56, name="rename file", takes="DS:DX path, ES:DI new path")
def rename_file(dos: Dos, regs: Registers) -> None:
    new = place_at(dos, regs, "es", regs.di)
    old = place_at(dos, regs, "ds", regs.dx)
    rename(dos, old, new)


def rename(dos: Dos, old: Location, new: Location) -> None:
    """Rename or move within a drive."""
    if old.device is not None or new.device is not None:
        raise DosError(ErrorCode.ACCESS_DENIED)
    if old.number != new.number:
        raise DosError(ErrorCode.NOT_SAME_DEVICE)
    if not old.path or not new.path:
        raise DosError(ErrorCode.ACCESS_DENIED)
    entry = old.drive.entry(old.path)
    if entry.is_directory and dos.drives.is_current(old.number, old.path):
        raise DosError(ErrorCode.CANNOT_REMOVE_CURRENT_DIRECTORY)
    dos.files.check_changeable(old)
    old.drive.rename(old.path, new.path)


@int21.service(0x57, 0x00, name="get file date and time", takes="BX handle", gives="CX time, DX date")
def get_file_time(dos: Dos, regs: Registers) -> None:
    index = dos.files.index(regs.bx)
    file = dos.files.table.file(index)
    if file is not None:
        regs.dx, regs.cx = file.stamp()
    else:
        now = dos.time.now()
        regs.dx = (now.year - 1980) << 9 | now.month << 5 | now.day
        regs.cx = now.hour << 11 | now.minute << 5 | now.second >> 1


@int21.service(0x57, 0x01, name="set file date and time", takes="BX handle, CX time, DX date")
def set_file_time(dos: Dos, regs: Registers) -> None:
    index = dos.files.index(regs.bx)
    file = dos.files.table.file(index)
    if file is None:
        return
    dos.files.table.set_stamp(index, (regs.dx, regs.cx))


@int21.service(0x57, name="file date and time, unknown function")
def file_time_otherwise(dos: Dos, regs: Registers) -> None:
    raise DosError(ErrorCode.INVALID_FUNCTION)


@int21.service(0x43, name="file attributes, unknown function")
def attributes_otherwise(dos: Dos, regs: Registers) -> None:
    place_at(dos, regs, "ds", regs.dx)  # DOS looks at the path first
    raise DosError(ErrorCode.INVALID_FUNCTION)


@int21.service(
    0x5A, name="create temporary file", takes="DS:DX directory (13 bytes of room), CX attributes", gives="AX handle"
)
def create_temporary(dos: Dos, regs: Registers) -> None:
    if regs.ch:
        raise DosError(ErrorCode.ACCESS_DENIED)
    address = regs.address("ds", regs.dx)
    handle, path = dos.files.create_temporary(path_at(dos, regs, "ds", regs.dx), regs.cl)
    dos.memory.write(address, path + b"\0")
    regs.ax = handle


@int21.service(0x5B, name="create new file", takes="DS:DX path, CX attributes", gives="AX handle")
def create_new(dos: Dos, regs: Registers) -> None:
    regs.ax = dos.files.create(path_at(dos, regs, "ds", regs.dx), regs.cl, exclusive=True)


@int21.service(0x5C, name="lock or unlock region", takes="AL 0 lock, 1 unlock, BX handle, CX:DX start, SI:DI bytes")
def lock_region(dos: Dos, regs: Registers) -> None:
    if regs.al > 1:
        raise DosError(ErrorCode.INVALID_FUNCTION)
    index = dos.files.index(regs.bx)
    table = dos.files.table
    act = table.unlock if regs.al else table.lock
    act(index, regs.cx << 16 | regs.dx, regs.si << 16 | regs.di)


@int21.service(0x67, name="set handle count", takes="BX handles")
def set_handle_count(dos: Dos, regs: Registers) -> None:
    dos.files.set_handle_count(regs.bx)


@int21.service(0x68, name="commit file", takes="BX handle")
def commit_file(dos: Dos, regs: Registers) -> None:
    dos.files.table.commit(dos.files.index(regs.bx))


@int21.service(0x6A, name="commit file", takes="BX handle")
def commit_file_6a(dos: Dos, regs: Registers) -> None:
    dos.files.table.commit(dos.files.index(regs.bx))


@int21.service(
    0x6C,
    name="extended open or create",
    takes="BX mode, CX attributes, DX action, DS:SI path",
    gives="AX handle, CX 1 opened, 2 created, 3 replaced",
)
def extended_open(dos: Dos, regs: Registers) -> None:
    path = path_at(dos, regs, "ds", regs.si)
    try:
        regs.ax, regs.cx = dos.files.open_extended(path, regs.bx & 0xFF, regs.cl, regs.dx)
    except DosError as error:
        if error.critical and regs.bx & _NO_CRITICAL_ERRORS:
            raise DosError(error.code, critical=False) from error
        raise
