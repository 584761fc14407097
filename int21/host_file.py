"""An open file of a host folder: a file descriptor, no buffer in between.

What a program wrote is with the host's kernel when the service returns, so nothing is lost when the
emulator is killed. The descriptor keeps working when the file's name is gone.

A host has no time of creation that could be set: it goes to the extended attribute ``user.dosemu.created``
(hexadecimal date, time and units of 10 ms). Where there is none for it, a file is as old as its last change.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress

from int21.drive import OtherTimes
from int21.errors import DosError, ErrorCode
from int21.host_errors import FULL, dos_code, host_errors
from int21.host_times import HostTimes
from int21.timestamps import Stamp, to_seconds

LARGEST = 0xFFFFFFFF
"""The size field of DOS has 32 bits."""
_CREATED = "user.dosemu.created"
_CREATED_VALUE = re.compile(rb"([0-9a-f]{4}) ([0-9a-f]{4}) ([0-9a-f]{2})")


class HostFile:
    """Owns the descriptor ``fd``; it is closed by ``close`` or when the object is dropped.

    ``times`` are those of its folder; ``dirty``: it was written since its time was last set.
    """

    snapshot_kept = True

    def __init__(
        self,
        fd: int,
        status: os.stat_result | None = None,
        times: HostTimes | None = None,
        *,
        writable: bool = False,
        new: bool = False,
    ) -> None:
        self._fd = fd
        if status is None:
            status = os.fstat(fd)
        self._identity = (status.st_dev, status.st_ino)
        self._times = HostTimes() if times is None else times
        self._writable = writable
        self.dirty = False
        if new:
            self._times.made(status)
        elif writable:
            self._times.opened(status)

    def __del__(self) -> None:
        self.close()

    @classmethod
    def open(cls, name: str, flags: int, folder: int, times: HostTimes) -> HostFile:
        """Open ``name`` in the folder with descriptor ``folder``; only a regular file, never through a link.

        Raises OSError, and DosError ACCESS_DENIED for what is no regular file.
        """
        # O_NONBLOCK: opening a FIFO that took the file's place must not hang.
        fd = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY, 0o666, dir_fd=folder)
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            os.close(fd)
            raise DosError(ErrorCode.ACCESS_DENIED, "not a regular file")
        return cls(fd, status, times, writable=bool(flags & os.O_RDWR), new=bool(flags & os.O_CREAT))

    @property
    def fd(self) -> int:
        """The host's file descriptor."""
        return self._fd

    @property
    def identity(self) -> tuple[int, int]:
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
        self.dirty = True
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
        self.dirty = True
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
            return self._times.stamp(os.fstat(self._fd))

    def set_stamp(self, stamp: Stamp) -> None:
        with host_errors():
            os.utime(self._fd, ns=(os.fstat(self._fd).st_atime_ns, _nanoseconds(stamp)))
        self._times.set(self._identity, stamp)
        self.dirty = False

    def commit(self) -> None:
        """The time of what was written is to be seen."""
        if self.dirty:
            self._times.wrote(self._identity)
            self.dirty = False

    def times_state(self) -> tuple[Stamp, bool]:
        """For snapshots: its time, and whether it is to get another when it is closed."""
        return self.stamp(), self.dirty

    def resume(self, state: tuple[Stamp, bool]) -> None:
        """Take back what times_state() gave, of the same file opened again."""
        stamp, self.dirty = state
        if self._writable:
            self._times.set(self._identity, stamp)

    def other_times(self) -> OtherTimes:
        with host_errors():
            status = os.fstat(self._fd)
        created, tenths = _read_created(self._fd) or (self._times.stamp(status), 0)
        return OtherTimes(created, tenths, self._times.accessed(status))

    def set_other_times(self, times: OtherTimes) -> None:
        with host_errors():
            status = os.fstat(self._fd)
            if times.accessed != self._times.accessed(status):
                os.utime(self._fd, ns=(_nanoseconds(times.accessed), status.st_mtime_ns))
                self._times.set_accessed(status, times.accessed)
            if (times.created, times.created_10_ms) != (_read_created(self._fd) or (self._times.stamp(status), 0)):
                _write_created(self._fd, times)

    def close(self) -> None:
        fd, self._fd = self._fd, -1
        if fd < 0:
            return
        if self._writable:
            self.commit()
            self._times.closed(self._identity, fd)
        os.close(fd)


def _nanoseconds(stamp: Stamp) -> int:
    return int(to_seconds(stamp)) * 1_000_000_000


def _read_created(fd: int) -> tuple[Stamp, int] | None:
    """When a file was made, if a program has said so."""
    try:
        found = _CREATED_VALUE.fullmatch(os.getxattr(fd, _CREATED))
    except (AttributeError, OSError):
        return None
    if found is None:
        return None
    date, clock, tenths = (int(part, 16) for part in found.groups())
    return (date, clock), tenths


def _write_created(fd: int, times: OtherTimes) -> None:
    date, clock = times.created
    with suppress(AttributeError, OSError):
        os.setxattr(fd, _CREATED, b"%04x %04x %02x" % (date, clock, times.created_10_ms))
