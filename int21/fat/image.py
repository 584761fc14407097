"""A disk image: a file of 512-byte sectors, with the geometry that a BIOS would find.

What is written is with the host's kernel at once, as in host folders. A fixed VHD is a raw image with a
footer (Microsoft, "Virtual Hard Disk Image Format Specification"); the other kinds of VHD are refused.
"""

from __future__ import annotations

import fcntl
import os
import stat
import struct
import weakref
from dataclasses import dataclass

from int21.errors import DosError, ErrorCode
from int21.fat.layout import BOOT_SECTOR, BOOT_SIGNATURE, PARTITION_TABLE, SECTOR
from int21.host_errors import FULL

_KB = 1024
_VHD_COOKIE = b"conectix"
_FIXED = 2
_MOST_CYLINDERS = 1024  # that INT 13h/02h can say


@dataclass(frozen=True, slots=True)
class Geometry:
    """Cylinders, heads, sectors per track."""

    cylinders: int
    heads: int
    sectors: int


# Size in KB to geometry and the type that INT 13h/08h tells.
_FLOPPIES = {
    160: (Geometry(40, 1, 8), 1),
    180: (Geometry(40, 1, 9), 1),
    320: (Geometry(40, 2, 8), 1),
    360: (Geometry(40, 2, 9), 1),
    640: (Geometry(80, 2, 8), 3),
    720: (Geometry(80, 2, 9), 3),
    800: (Geometry(80, 2, 10), 3),
    1200: (Geometry(80, 2, 15), 2),
    1440: (Geometry(80, 2, 18), 4),
    1680: (Geometry(80, 2, 21), 4),
    1722: (Geometry(82, 2, 21), 4),
    2880: (Geometry(80, 2, 36), 5),
}


class DiskImage:
    """The image file ``path``. Raises OSError, and ValueError for what is no disk image.

    ``changes`` counts what was written by sectors, past the file system on the disk.
    """

    def __init__(self, path: str | os.PathLike[str], read_only: bool = False) -> None:
        self.path = os.path.realpath(path)
        flags = os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
        try:
            self._fd = os.open(self.path, flags | (os.O_RDONLY if read_only else os.O_RDWR))
        except PermissionError:
            if read_only:
                raise
            read_only = True
            self._fd = os.open(self.path, flags | os.O_RDONLY)
        self._closer = weakref.finalize(self, os.close, self._fd)
        self.read_only = read_only
        self.changes = 0
        try:
            self.sectors = self._size() // SECTOR
            if not self.sectors:
                raise ValueError("no disk image: it is empty")
            self._lock()
        except (OSError, ValueError):
            self.close()
            raise
        floppy = _FLOPPIES.get(self.sectors * SECTOR // _KB)
        self.floppy = floppy is not None
        self.floppy_type = floppy[1] if floppy else 0
        self.geometry = floppy[0] if floppy else self._hard_disk()

    def read(self, first: int, count: int) -> bytes:
        """Sectors from ``first`` on. Raises SECTOR_NOT_FOUND, READ_FAULT."""
        if not 0 <= first <= first + count <= self.sectors:
            raise DosError(ErrorCode.SECTOR_NOT_FOUND)
        try:
            data = os.pread(self._fd, count * SECTOR, first * SECTOR)
        except OSError as error:
            raise DosError(ErrorCode.READ_FAULT, error.strerror or "") from error
        if len(data) < count * SECTOR:  # it was cut meanwhile
            raise DosError(ErrorCode.SECTOR_NOT_FOUND)
        return data

    def write(self, first: int, data: bytes | bytearray | memoryview) -> None:
        """Write whole sectors. Raises WRITE_PROTECTED, SECTOR_NOT_FOUND, WRITE_FAULT."""
        if self.read_only:
            raise DosError(ErrorCode.WRITE_PROTECTED)
        if not 0 <= first <= first + len(data) // SECTOR <= self.sectors:
            raise DosError(ErrorCode.SECTOR_NOT_FOUND)
        try:
            done = os.pwrite(self._fd, data, first * SECTOR)
        except OSError as error:
            code = ErrorCode.DISK_FULL if error.errno in FULL else ErrorCode.WRITE_FAULT
            raise DosError(code, error.strerror or "") from error
        if done < len(data):
            raise DosError(ErrorCode.WRITE_FAULT)

    def overwrite(self, first: int, data: bytes) -> None:
        """``write`` for those who do not know the file systems on the disk."""
        self.write(first, data)
        self.changes += 1

    def close(self) -> None:
        """Give the file back; files that are open on it meet read and write faults."""
        self._fd = -1  # its number may be another file's soon
        self._closer()

    def _size(self) -> int:
        status = os.fstat(self._fd)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("no disk image: not a file")
        size = status.st_size
        footer = os.pread(self._fd, SECTOR, max(size - SECTOR, 0))
        if footer.startswith(_VHD_COOKIE):
            if struct.unpack_from(">I", footer, 60)[0] != _FIXED:
                raise ValueError("only fixed VHD images can be mounted")
            return size - SECTOR
        return size

    def _lock(self) -> None:
        # Two programs that both keep a file allocation table in memory would ruin it.
        kind = fcntl.LOCK_SH if self.read_only else fcntl.LOCK_EX
        try:
            fcntl.flock(self._fd, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError("the image is in use") from None

    def _hard_disk(self) -> Geometry:
        """What the partition table or the boot sector was written for; else what large disks are made to look like."""
        data = self.read(0, 1)
        boot = BOOT_SECTOR.parse(data)
        heads, sectors = 0, 0
        if boot.bytes_per_sector == SECTOR and boot.heads and 0 < boot.sectors_per_track < 64:
            heads, sectors = boot.heads, boot.sectors_per_track
        else:
            table = PARTITION_TABLE.parse(data)
            used = [part for part in table.partitions if part.kind and part.last_sector & 63]
            if table.signature == BOOT_SIGNATURE and used:
                heads, sectors = used[0].last_head + 1, used[0].last_sector & 63
        if not 0 < heads <= 255 or not sectors:
            sectors = 63
            heads = next((n for n in (16, 32, 64, 128) if self.sectors <= _MOST_CYLINDERS * n * sectors), 255)
        return Geometry(min(max(self.sectors // (heads * sectors), 1), _MOST_CYLINDERS), heads, sectors)


@dataclass(frozen=True, slots=True)
class Sectors:
    """The sectors of a volume: a disk, or a partition of one."""

    image: DiskImage
    start: int
    count: int

    @property
    def read_only(self) -> bool:
        return self.image.read_only

    def read(self, first: int, count: int = 1) -> bytes:
        """Sectors from ``first`` on. Raises SECTOR_NOT_FOUND, READ_FAULT."""
        if not 0 <= first <= first + count <= self.count:
            raise DosError(ErrorCode.SECTOR_NOT_FOUND)
        return self.image.read(self.start + first, count)

    def write(self, first: int, data: bytes | bytearray | memoryview) -> None:
        """Write whole sectors. Raises WRITE_PROTECTED, SECTOR_NOT_FOUND, WRITE_FAULT."""
        if not 0 <= first <= first + len(data) // SECTOR <= self.count:
            raise DosError(ErrorCode.SECTOR_NOT_FOUND)
        self.image.write(self.start + first, data)

    def overwrite(self, first: int, data: bytes) -> None:
        """``write`` for those who do not know the file system in them."""
        self.write(first, data)
        self.image.changes += 1
