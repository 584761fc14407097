"""DOS error codes, and the exception by which a service returns one.

Codes, classes, actions and loci are those of INT 21h/59h (MS-DOS Programmer's Reference, "Extended
Error Codes"; Ralf Brown's Interrupt List, tables 01680 to 01683).
"""

from __future__ import annotations

from enum import IntEnum


class ErrorCode(IntEnum):
    """What AX holds when a DOS function returns with carry set."""

    INVALID_FUNCTION = 0x01
    FILE_NOT_FOUND = 0x02
    PATH_NOT_FOUND = 0x03
    TOO_MANY_OPEN_FILES = 0x04
    ACCESS_DENIED = 0x05
    INVALID_HANDLE = 0x06
    MCB_DESTROYED = 0x07
    INSUFFICIENT_MEMORY = 0x08
    INVALID_MCB_ADDRESS = 0x09
    INVALID_ENVIRONMENT = 0x0A
    INVALID_FORMAT = 0x0B
    INVALID_ACCESS_CODE = 0x0C
    INVALID_DATA = 0x0D
    INVALID_DRIVE = 0x0F
    CANNOT_REMOVE_CURRENT_DIRECTORY = 0x10
    NOT_SAME_DEVICE = 0x11
    NO_MORE_FILES = 0x12
    WRITE_PROTECTED = 0x13
    UNKNOWN_UNIT = 0x14
    DRIVE_NOT_READY = 0x15
    UNKNOWN_COMMAND = 0x16
    CRC_ERROR = 0x17
    BAD_REQUEST_LENGTH = 0x18
    SEEK_ERROR = 0x19
    UNKNOWN_MEDIA = 0x1A
    SECTOR_NOT_FOUND = 0x1B
    OUT_OF_PAPER = 0x1C
    WRITE_FAULT = 0x1D
    READ_FAULT = 0x1E
    GENERAL_FAILURE = 0x1F
    SHARING_VIOLATION = 0x20
    LOCK_VIOLATION = 0x21
    INVALID_DISK_CHANGE = 0x22
    FCB_UNAVAILABLE = 0x23
    SHARING_BUFFER_OVERFLOW = 0x24
    DISK_FULL = 0x27
    FILE_EXISTS = 0x50
    CANNOT_MAKE_DIRECTORY = 0x52
    FAIL_ON_INT24 = 0x53
    INVALID_PARAMETER = 0x57


_HARDWARE = range(ErrorCode.WRITE_PROTECTED, ErrorCode.GENERAL_FAILURE + 1)


class DosError(Exception):
    """Ends a service: carry is set and AX holds ``code``; INT 21h/59h tells the rest.

    A ``critical`` one, as all of the hardware are, goes to the program's INT 24h handler first.

    >>> DosError(ErrorCode.DRIVE_NOT_READY).critical, DosError(ErrorCode.SHARING_VIOLATION).critical
    (True, False)
    """

    def __init__(self, code: ErrorCode, detail: str = "", *, critical: bool | None = None) -> None:
        super().__init__(f"{code.name} {detail}".rstrip())
        self.code = code
        self.critical = code in _HARDWARE if critical is None else critical
