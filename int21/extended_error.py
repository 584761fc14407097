"""Extended errors: INT 21h/59h tells class, suggested action and place of the last error.

The table follows the MS-DOS Programmer's Reference, "Extended Error Codes", and RBIL tables 01680 to 01683.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from int21.errors import DosError, ErrorCode
from int21.registers import Registers
from int21.service import Service
from int21.swappable import SwappableData
from int21.table import int21
from int21.view import View, u16

if TYPE_CHECKING:
    from int21.dos import Dos


class ErrorClass(IntEnum):
    """BH of INT 21h/59h."""

    OUT_OF_RESOURCE = 1
    TEMPORARY = 2
    AUTHORIZATION = 3
    INTERNAL = 4
    HARDWARE = 5
    SYSTEM = 6
    APPLICATION = 7
    NOT_FOUND = 8
    BAD_FORMAT = 9
    LOCKED = 10
    MEDIA = 11
    ALREADY_EXISTS = 12
    UNKNOWN = 13


class Action(IntEnum):
    """BL of INT 21h/59h."""

    RETRY = 1
    RETRY_LATER = 2
    ASK_USER = 3
    ABORT_CLEANLY = 4
    ABORT_NOW = 5
    IGNORE = 6
    RETRY_AFTER_USER = 7


class Locus(IntEnum):
    """CH of INT 21h/59h."""

    UNKNOWN = 1
    BLOCK_DEVICE = 2
    NETWORK = 3
    SERIAL_DEVICE = 4
    MEMORY = 5


@dataclass(frozen=True, slots=True)
class Description:
    """What INT 21h/59h says of an error code."""

    kind: ErrorClass
    action: Action
    locus: Locus


_C, _A, _L = ErrorClass, Action, Locus

# As the ERR_TABLE of DOS has them. Where DOS takes the locus from the failing function, it is the usual one
# (errors of the hardware are those of disks), or that of _LOCI.
DESCRIPTIONS: dict[int, Description] = {
    ErrorCode.INVALID_FUNCTION: Description(_C.APPLICATION, _A.ABORT_CLEANLY, _L.UNKNOWN),
    ErrorCode.FILE_NOT_FOUND: Description(_C.NOT_FOUND, _A.ASK_USER, _L.BLOCK_DEVICE),
    ErrorCode.PATH_NOT_FOUND: Description(_C.NOT_FOUND, _A.ASK_USER, _L.BLOCK_DEVICE),
    ErrorCode.TOO_MANY_OPEN_FILES: Description(_C.OUT_OF_RESOURCE, _A.ABORT_CLEANLY, _L.UNKNOWN),
    ErrorCode.ACCESS_DENIED: Description(_C.AUTHORIZATION, _A.ASK_USER, _L.BLOCK_DEVICE),
    ErrorCode.INVALID_HANDLE: Description(_C.APPLICATION, _A.ABORT_CLEANLY, _L.UNKNOWN),
    ErrorCode.MCB_DESTROYED: Description(_C.APPLICATION, _A.ABORT_NOW, _L.MEMORY),
    ErrorCode.INSUFFICIENT_MEMORY: Description(_C.OUT_OF_RESOURCE, _A.ABORT_CLEANLY, _L.MEMORY),
    ErrorCode.INVALID_MCB_ADDRESS: Description(_C.APPLICATION, _A.ABORT_CLEANLY, _L.MEMORY),
    ErrorCode.INVALID_ENVIRONMENT: Description(_C.APPLICATION, _A.ABORT_CLEANLY, _L.MEMORY),
    ErrorCode.INVALID_FORMAT: Description(_C.BAD_FORMAT, _A.ASK_USER, _L.UNKNOWN),
    ErrorCode.INVALID_ACCESS_CODE: Description(_C.APPLICATION, _A.ABORT_CLEANLY, _L.UNKNOWN),
    ErrorCode.INVALID_DATA: Description(_C.BAD_FORMAT, _A.ABORT_CLEANLY, _L.UNKNOWN),
    ErrorCode.INVALID_DRIVE: Description(_C.NOT_FOUND, _A.ASK_USER, _L.BLOCK_DEVICE),
    ErrorCode.CANNOT_REMOVE_CURRENT_DIRECTORY: Description(_C.AUTHORIZATION, _A.ASK_USER, _L.BLOCK_DEVICE),
    ErrorCode.NOT_SAME_DEVICE: Description(_C.UNKNOWN, _A.ASK_USER, _L.BLOCK_DEVICE),
    ErrorCode.NO_MORE_FILES: Description(_C.NOT_FOUND, _A.ASK_USER, _L.BLOCK_DEVICE),
    ErrorCode.WRITE_PROTECTED: Description(_C.MEDIA, _A.RETRY_AFTER_USER, _L.BLOCK_DEVICE),
    ErrorCode.UNKNOWN_UNIT: Description(_C.INTERNAL, _A.ABORT_NOW, _L.UNKNOWN),
    ErrorCode.DRIVE_NOT_READY: Description(_C.HARDWARE, _A.RETRY_AFTER_USER, _L.BLOCK_DEVICE),
    ErrorCode.UNKNOWN_COMMAND: Description(_C.INTERNAL, _A.ABORT_NOW, _L.UNKNOWN),
    ErrorCode.CRC_ERROR: Description(_C.MEDIA, _A.ABORT_CLEANLY, _L.BLOCK_DEVICE),
    ErrorCode.BAD_REQUEST_LENGTH: Description(_C.INTERNAL, _A.ABORT_NOW, _L.UNKNOWN),
    ErrorCode.SEEK_ERROR: Description(_C.HARDWARE, _A.RETRY, _L.BLOCK_DEVICE),
    ErrorCode.UNKNOWN_MEDIA: Description(_C.MEDIA, _A.RETRY_AFTER_USER, _L.BLOCK_DEVICE),
    ErrorCode.SECTOR_NOT_FOUND: Description(_C.MEDIA, _A.ABORT_CLEANLY, _L.BLOCK_DEVICE),
    ErrorCode.OUT_OF_PAPER: Description(_C.TEMPORARY, _A.RETRY_AFTER_USER, _L.SERIAL_DEVICE),
    ErrorCode.WRITE_FAULT: Description(_C.HARDWARE, _A.ABORT_CLEANLY, _L.BLOCK_DEVICE),
    ErrorCode.READ_FAULT: Description(_C.HARDWARE, _A.ABORT_CLEANLY, _L.BLOCK_DEVICE),
    ErrorCode.GENERAL_FAILURE: Description(_C.UNKNOWN, _A.ABORT_CLEANLY, _L.BLOCK_DEVICE),
    ErrorCode.SHARING_VIOLATION: Description(_C.LOCKED, _A.RETRY_LATER, _L.BLOCK_DEVICE),
    ErrorCode.LOCK_VIOLATION: Description(_C.LOCKED, _A.RETRY_LATER, _L.BLOCK_DEVICE),
    ErrorCode.INVALID_DISK_CHANGE: Description(_C.MEDIA, _A.RETRY_AFTER_USER, _L.BLOCK_DEVICE),
    ErrorCode.FCB_UNAVAILABLE: Description(_C.APPLICATION, _A.ABORT_CLEANLY, _L.UNKNOWN),
    ErrorCode.SHARING_BUFFER_OVERFLOW: Description(_C.OUT_OF_RESOURCE, _A.ABORT_CLEANLY, _L.MEMORY),
    ErrorCode.DISK_FULL: Description(_C.OUT_OF_RESOURCE, _A.ASK_USER, _L.BLOCK_DEVICE),
    ErrorCode.FILE_EXISTS: Description(_C.ALREADY_EXISTS, _A.ASK_USER, _L.BLOCK_DEVICE),
    ErrorCode.CANNOT_MAKE_DIRECTORY: Description(_C.OUT_OF_RESOURCE, _A.ASK_USER, _L.BLOCK_DEVICE),
    ErrorCode.FAIL_ON_INT24: Description(_C.UNKNOWN, _A.ABORT_CLEANLY, _L.UNKNOWN),
    ErrorCode.INVALID_PARAMETER: Description(_C.BAD_FORMAT, _A.ASK_USER, _L.UNKNOWN),
}


# Where an invalid function is: 58h works on memory, IOCTL on a character device or on a drive.
_LOCI: dict[tuple[int, int | None], Locus] = {
    **{(0x58, function): _L.MEMORY for function in (None, 0, 1, 2, 3)},
    **{(0x44, function): _L.SERIAL_DEVICE for function in (0x02, 0x03, 0x0C, 0x10)},
    **{(0x44, function): _L.BLOCK_DEVICE for function in (0x04, 0x05, 0x08, 0x0D, 0x0E, 0x0F, 0x11)},
}


class ExtendedErrors:
    """The last error, kept in the swappable data area."""

    def __init__(self, data: SwappableData) -> None:
        self._data = data

    def remember(self, error: DosError, service: Service | None = None) -> None:
        """Keep an error, of a service of INT 21h, for INT 21h/59h."""
        description = DESCRIPTIONS[error.code]
        data = self._data
        data.error_code = error.code
        data.error_class = description.kind
        data.error_action = description.action
        data.error_locus = description.locus
        if service is not None and error.code is ErrorCode.INVALID_FUNCTION and service.function is not None:
            data.error_locus = _LOCI.get((service.function, service.subfunction), description.locus)


class ErrorRegisters(View):
    """What DS:DX points to for INT 21h/5D0Ah (RBIL table 01689)."""

    SIZE = 22

    ax = u16(0)
    bx = u16(2)
    cx = u16(4)
    di = u16(10)
    es = u16(16)


@int21.service(0x59, name="get extended error", takes="BX 0", gives="AX code, BH class, BL action, CH locus")
def get_extended_error(dos: Dos, regs: Registers) -> None:
    data = dos.data
    regs.ax = data.error_code
    regs.bx = data.error_class << 8 | data.error_action
    regs.ch = data.error_locus
    regs.es, regs.di = data.error_pointer
    regs.cf = False


@int21.service(0x5D, 0x0A, name="set extended error", takes="DS:DX registers of 59h")
def set_extended_error(dos: Dos, regs: Registers) -> None:
    block = ErrorRegisters(dos.memory, regs.address("ds", regs.dx))
    data = dos.data
    data.error_code = block.ax
    data.error_class = block.bx >> 8
    data.error_action = block.bx & 0xFF
    data.error_locus = block.cx >> 8
    data.error_pointer = (block.es, block.di)
