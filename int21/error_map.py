"""Which error codes a function returns in AX.

Programs of DOS 2 know only the codes listed under each function (MS-DOS Programmer's Reference). A code that
came later, such as a sharing violation, is replaced in AX by the last one of the list; INT 21h/59h tells
the real one ("Extended Error Codes": programs should ask).

>>> in_ax(0x3D, ErrorCode.SHARING_VIOLATION), in_ax(0x3D, ErrorCode.FILE_NOT_FOUND)
(<ErrorCode.ACCESS_DENIED: 5>, <ErrorCode.FILE_NOT_FOUND: 2>)
"""

from __future__ import annotations

from int21.errors import ErrorCode as E

ErrorCode = E

_NAMED = (E.PATH_NOT_FOUND, E.FILE_NOT_FOUND)
_OPENING = (*_NAMED, E.TOO_MANY_OPEN_FILES)
_ARENA = (E.MCB_DESTROYED, E.INVALID_MCB_ADDRESS, E.INSUFFICIENT_MEMORY)

# The last code of a list stands for all others.
LISTED: dict[int, tuple[ErrorCode, ...]] = {
    0x39: (*_NAMED, E.ACCESS_DENIED),
    0x3A: (E.CANNOT_REMOVE_CURRENT_DIRECTORY, *_NAMED, E.ACCESS_DENIED),
    0x3B: (E.FILE_NOT_FOUND, E.PATH_NOT_FOUND),
    0x3C: (*_OPENING, E.ACCESS_DENIED),
    0x3D: (*_OPENING, E.INVALID_FUNCTION, E.INVALID_ACCESS_CODE, E.ACCESS_DENIED),
    0x3E: (E.INVALID_HANDLE,),
    0x3F: (E.INVALID_HANDLE, E.ACCESS_DENIED),
    0x40: (E.INVALID_HANDLE, E.ACCESS_DENIED),
    0x41: (*_NAMED, E.ACCESS_DENIED),
    0x42: (E.INVALID_HANDLE, E.INVALID_FUNCTION),
    0x43: (*_NAMED, E.INVALID_FUNCTION, E.ACCESS_DENIED),
    0x44: (
        E.INVALID_DRIVE, E.INVALID_DATA, E.INVALID_FUNCTION, E.INVALID_HANDLE, E.FILE_NOT_FOUND, E.ACCESS_DENIED,
    ),
    0x45: (E.INVALID_HANDLE, E.TOO_MANY_OPEN_FILES),
    0x46: (E.INVALID_HANDLE, E.TOO_MANY_OPEN_FILES),
    0x47: (E.INVALID_DRIVE,),
    0x48: _ARENA,
    0x49: (E.MCB_DESTROYED, E.INVALID_MCB_ADDRESS),
    0x4A: _ARENA,
    0x4B: (
        *_OPENING, E.INVALID_FUNCTION, E.INVALID_FORMAT, E.INVALID_ENVIRONMENT, E.INSUFFICIENT_MEMORY,
        E.MCB_DESTROYED, E.ACCESS_DENIED,
    ),
    0x4E: (*_NAMED, E.NO_MORE_FILES),
    0x4F: (E.NO_MORE_FILES,),
    0x56: (E.NOT_SAME_DEVICE, E.CANNOT_REMOVE_CURRENT_DIRECTORY, *_NAMED, E.ACCESS_DENIED),
    0x57: (E.INVALID_HANDLE, E.INVALID_DATA, E.INVALID_FUNCTION),
    0x58: (E.INVALID_FUNCTION,),
    0x5A: (*_OPENING, E.ACCESS_DENIED),
    0x5B: (E.FILE_EXISTS, *_OPENING, E.ACCESS_DENIED),
    0x5C: (E.INVALID_HANDLE, E.INVALID_FUNCTION, E.SHARING_BUFFER_OVERFLOW, E.LOCK_VIOLATION),
    0x60: (E.PATH_NOT_FOUND, E.FILE_NOT_FOUND),
    0x67: (E.TOO_MANY_OPEN_FILES, E.INSUFFICIENT_MEMORY),
    0x68: (E.INVALID_HANDLE,),
    0x6A: (E.INVALID_HANDLE,),
    0x6C: (*_OPENING, E.FILE_EXISTS, E.INVALID_FUNCTION, E.INVALID_ACCESS_CODE, E.ACCESS_DENIED),
}  # fmt: skip


def in_ax(function: int | None, code: ErrorCode) -> ErrorCode:
    """The code that the function (AH) returns for an error."""
    listed = LISTED.get(function) if function is not None else None
    return code if listed is None or code in listed else listed[-1]
