"""An open file of a host folder: a file descriptor, no buffer in between.

What a program wrote is with the host's kernel when the service returns, so nothing is lost when the
emulator is killed. The descriptor keeps working when the file's name is gone.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Hashable

from int21.errors import DosError, ErrorCode
from int21.host_errors import FULL, dos_code, host_errors
from int21.timestamps import Stamp, from_seconds, to_seconds

LARGEST = 0xFFFFFFFF
"""The size field of DOS has 32 bits."""


class HostFile:
    """Owns the descriptor ``fd``; it is closed by ``close`` or when the object is dropped."""

    snapshot_kept = True

    def __init__(self, fd: int, status: os.stat_result | None = None) -> None:
        self._fd = fd
        if status is None:
            status = os.fstat(fd)
        self._identity = (status.st_dev, status.st_ino)

    def __del__(self) -> None:
        self.close()

    @classmethod
    def open(cls, name: str, flags: int, folder: int, mode: int = 0o666) -> HostFile:
        """Open ``name`` in the folder with descriptor ``folder``; only a regular file, never through a link.

        Raises OSError, and DosError ACCESS_DENIED for what is no regular file.
        """
        # O_NONBLOCK: opening a FIFO that took the file's place must not hang.
        fd = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY, mode, dir_fd=folder)
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            os.close(fd)
            raise DosError(ErrorCode.ACCESS_DENIED, "not a regular file")
        return cls(fd, status)

    @property
    def fd(self) -> int:
        """The host's file descriptor."""
        return self._fd

    @property
    def identity(self) -> Hashable:
        return self._identity

    def read(self, position: int, count: int) -> bytes:
        with host_errors():
            data = os.pread(self._fd, count, position)
            while data and len(data) < count:
                more = os.pread(self._fd, count - len(data), position + len(data))
                if not more:
                    break
                data += more
        return data

    def write(self, position: int, data: bytes) -> int:
        data = data[: max(0, LARGEST - position)]
        done = 0
        while done < len(data):
            try:
                done += os.pwrite(self._fd, data[done:] if done else data, position + done)
            except OSError as error:
                if error.errno in FULL:
                    break
                raise DosError(dos_code(error), error.strerror or "") from error
        return done

    def truncate(self, size: int) -> bool:
        try:
            os.ftruncate(self._fd, size)
        except OSError as error:
            if error.errno in FULL:
                return False
            raise DosError(dos_code(error), error.strerror or "") from error
        return True

    def size(self) -> int:
        with host_errors():
            return min(os.fstat(self._fd).st_size, LARGEST)

    def stamp(self) -> Stamp:
        with host_errors():
            return from_seconds(os.fstat(self._fd).st_mtime)

    def set_stamp(self, stamp: Stamp) -> None:
        seconds = to_seconds(stamp)
        with host_errors():
            os.utime(self._fd, (seconds, seconds))

    def close(self) -> None:
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)
