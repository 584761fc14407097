"""Host errors as DOS errors."""

from __future__ import annotations

import errno

from int21.errors import DosError, ErrorCode

_CODES = {
    errno.ENOENT: ErrorCode.FILE_NOT_FOUND,
    errno.ESTALE: ErrorCode.FILE_NOT_FOUND,
    errno.ENOTDIR: ErrorCode.PATH_NOT_FOUND,
    errno.ELOOP: ErrorCode.PATH_NOT_FOUND,
    errno.ENAMETOOLONG: ErrorCode.PATH_NOT_FOUND,
    errno.EMFILE: ErrorCode.TOO_MANY_OPEN_FILES,
    errno.ENFILE: ErrorCode.TOO_MANY_OPEN_FILES,
    errno.EXDEV: ErrorCode.NOT_SAME_DEVICE,
    errno.EBADF: ErrorCode.INVALID_HANDLE,
}

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a write meets when nothing more fits: DOS reports these as a short count, not as an error."""


def dos_code(error: OSError) -> ErrorCode:
    """The DOS error for a host error; everything without its own code is "access denied".

    >>> dos_code(FileNotFoundError(errno.ENOENT, "gone")).name
    'FILE_NOT_FOUND'
    >>> dos_code(OSError(errno.EROFS, "read-only")).name
    'ACCESS_DENIED'
    """
    return _CODES.get(error.errno or 0, ErrorCode.ACCESS_DENIED)


class HostErrors:
    """A context that turns an OSError into the DosError of the same meaning."""

    __slots__ = ()

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise DosError(dos_code(error), error.strerror or "") from error


_HOST_ERRORS = HostErrors()


def host_errors() -> HostErrors:
    """Turn an OSError of the block into the DosError of the same meaning."""
    return _HOST_ERRORS
