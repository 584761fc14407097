"""When a file was made and read last: INT 21h/5704h to 5707h and 7143h/05h to 08h.

DOS 7 keeps these beside the time of the last change (RBIL, INT 21h/AX=5704h and following). Where a drive cannot,
its files are as old as their last change, and setting these times changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from int21.drive import KeepsOtherTimes, OpenFile, OtherTimes
from int21.errors import DosError, ErrorCode
from int21.registers import Registers
from int21.table import int21

if TYPE_CHECKING:
    from int21.dos import Dos

_MOST_10_MS = 199


def other_times(file: OpenFile) -> OtherTimes:
    """The times of an open file beside that of its last change."""
    if isinstance(file, KeepsOtherTimes):
        return file.other_times()
    return OtherTimes(file.stamp(), 0, file.stamp())


def set_accessed(file: OpenFile, date: int, time: int) -> None:
    """Set when it was read last, to a DOS date and time."""
    if isinstance(file, KeepsOtherTimes):
        file.set_other_times(replace(file.other_times(), accessed=(date, time)))


def set_created(file: OpenFile, date: int, time: int, units_10_ms: int) -> None:
    """Set when it was made, to a DOS date and time and the units of 10 ms (0 to 199) above them."""
    if isinstance(file, KeepsOtherTimes):
        units = min(units_10_ms, _MOST_10_MS)
        file.set_other_times(replace(file.other_times(), created=(date, time), created_10_ms=units))


def _file(dos: Dos, handle: int) -> OpenFile:
    """The file of a handle. Raises INVALID_HANDLE; INVALID_FUNCTION in a DOS without these functions."""
    if not dos.settings.long_names:
        raise DosError(ErrorCode.INVALID_FUNCTION)
    file = dos.files.table.file(dos.files.index(handle))
    if file is None:
        raise DosError(ErrorCode.INVALID_HANDLE)
    return file


@int21.service(0x57, 0x04, name="get last access time", takes="BX handle", gives="CX time, DX date")
def get_access_time(dos: Dos, regs: Registers) -> None:
    regs.dx, regs.cx = other_times(_file(dos, regs.bx)).accessed


@int21.service(0x57, 0x05, name="set last access time", takes="BX handle, CX time, DX date")
def set_access_time(dos: Dos, regs: Registers) -> None:
    set_accessed(_file(dos, regs.bx), regs.dx, regs.cx)


@int21.service(0x57, 0x06, name="get creation time", takes="BX handle", gives="CX time, DX date, SI 10 ms")
def get_creation_time(dos: Dos, regs: Registers) -> None:
    times = other_times(_file(dos, regs.bx))
    regs.dx, regs.cx = times.created
    regs.si = times.created_10_ms


@int21.service(0x57, 0x07, name="set creation time", takes="BX handle, CX time, DX date, SI 10 ms")
def set_creation_time(dos: Dos, regs: Registers) -> None:
    set_created(_file(dos, regs.bx), regs.dx, regs.cx, regs.si)
