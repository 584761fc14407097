"""Critical errors: INT 24h, which DOS calls when the hardware fails or a file is shared away.

Registers, stack and answers: MS-DOS Programmer's Reference, "Interrupt 24h"; RBIL, INT 24h. The handler finds its
own return frame, then the registers of the program as INT 21h saved them, then the frame of the INT 21h. Without a
handler of its own a program gets "fail": the shell asks nobody.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NoReturn

from int21 import frame, layout, vectors
from int21.drive_tables import parameter_block
from int21.errors import DosError, ErrorCode
from int21.processes import ExitKind
from int21.registers import Registers
from int21.service import CallGuest, Restart

if TYPE_CHECKING:
    from int21.dos import Dos

VECTOR = 0x24
_FIRST = ErrorCode.WRITE_PROTECTED  # DI is 0 for it, 1 for the next code and so on

# AH of INT 24h.
_WRITING = 0x01
_IN_DIRECTORY = 2 << 1
_IN_DATA = 3 << 1
_MAY_FAIL = 0x08
_MAY_RETRY = 0x10
_MAY_IGNORE = 0x20
_NO_DISK = 0x80

_DATA_FUNCTIONS = frozenset({0x3F, 0x40})
_HANDLE_FUNCTIONS = frozenset({0x3E, 0x3F, 0x40, 0x42, 0x57, 0x5C, 0x68, 0x6A})
_WRITING_FUNCTIONS = frozenset(
    {0x13, 0x15, 0x16, 0x17, 0x22, 0x28, 0x39, 0x3A, 0x3C, 0x40, 0x41, 0x43, 0x56, 0x57, 0x5A, 0x5B, 0x6C, 0x69}
)


class Answer(IntEnum):
    """AL that the handler returns."""

    IGNORE = 0
    RETRY = 1
    ABORT = 2
    FAIL = 3


def ask(dos: Dos, regs: Registers, function: int, error: DosError) -> None:
    """Call the program's INT 24h handler (CallGuest), which decides how the function ends; returns without one."""
    data = dos.data
    if data.critical_error or vectors.get(dos.memory, VECTOR) == layout.far_pointer(layout.CRITICAL_ERROR_CODE):
        return
    drive, header = _place(dos, regs, function)
    allowed = _MAY_FAIL | _MAY_RETRY
    if function in _DATA_FUNCTIONS:
        allowed |= _MAY_IGNORE
    flags = allowed | (_WRITING if function in _WRITING_FUNCTIONS else 0)
    if drive is None:
        flags |= _NO_DISK
    else:
        flags |= _IN_DATA if function in _DATA_FUNCTIONS else _IN_DIRECTORY
    number = error.code - _FIRST
    dos.errors.remember(error)
    data.critical_error = 1
    data.in_dos = 0
    data.error_drive = 0xFF if drive is None else drive

    def setup(at: Registers) -> None:
        at.sp = (at.sp - frame.SIZE) & 0xFFFF  # below the caller's registers
        at.ah, at.al = flags, drive or 0
        at.di = number
        at.bp, at.si = header

    def then(caller: Registers, left: dict[str, int]) -> None:
        data.critical_error = 0
        _answer(dos, caller, function, left["ax"] & 0xFF, allowed, error)

    raise CallGuest(then, vector=VECTOR, setup=setup)


def _place(dos: Dos, regs: Registers, function: int) -> tuple[int | None, tuple[int, int]]:
    """The drive that failed (None: a character device) and the header of its driver."""
    if function in _HANDLE_FUNCTIONS:
        entry = dos.files.entry(regs.bx)
        if entry.is_device:
            return None, entry.owner
        drive = entry.flags & 0x1F
    else:
        drive = dos.drives.touched
    return drive, parameter_block(dos.memory, drive).driver


def _answer(dos: Dos, regs: Registers, function: int, answer: int, allowed: int, error: DosError) -> None:
    """Do what the handler says; what is not allowed becomes "fail"."""
    match answer:
        case Answer.IGNORE if allowed & _MAY_IGNORE:
            regs.ax = regs.cx  # all of it was read or written, says DOS
            regs.cf = False
        case Answer.RETRY:
            raise Restart
        case Answer.ABORT:
            dos.processes.end(regs, 0, ExitKind.CRITICAL_ERROR)
        case _:
            _fail(error)


def _fail(error: DosError) -> NoReturn:
    raise DosError(ErrorCode.FAIL_ON_INT24, error.code.name)
