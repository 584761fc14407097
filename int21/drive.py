"""What DOS asks of a drive: names and files by their path from the drive's root.

A host folder is one kind (``host_folder``); disc images and others fulfil the same protocol. Paths are
tuples of normalised names (``names.normalise``); the root is the empty tuple. All methods raise
``DosError`` with the code a DOS function would return, and nothing else.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import IntFlag
from typing import Protocol, runtime_checkable

from int21.timestamps import Stamp

Path = tuple[bytes, ...]
_LARGEST_SIGNED = 0x7FFFFFFF


class Attribute(IntFlag):
    """The attribute byte of a directory entry."""

    READ_ONLY = 0x01
    HIDDEN = 0x02
    SYSTEM = 0x04
    VOLUME = 0x08
    DIRECTORY = 0x10
    ARCHIVE = 0x20
    DEVICE = 0x40  # only in what a search for a device name returns

    @classmethod
    def settable(cls) -> Attribute:
        """What a program can change about a file."""
        return cls.READ_ONLY | cls.HIDDEN | cls.SYSTEM | cls.ARCHIVE


# Python's own operators of flags take a microsecond each, which counts where thousands of files are looked at:
# there attributes are combined as numbers, and made attributes again by this table.
ATTRIBUTES = tuple(Attribute(number) for number in range(0x80))
_DIRECTORY = int(Attribute.DIRECTORY)


@dataclass(frozen=True, slots=True)
class Entry:
    """A directory entry."""

    name: bytes
    attributes: Attribute
    size: int
    stamp: Stamp

    @property
    def is_directory(self) -> bool:
        return bool(int(self.attributes) & _DIRECTORY)


@dataclass(frozen=True, slots=True)
class Space:
    """Size and free space of a drive, in clusters, as a 16-bit FAT would have them."""

    sectors_per_cluster: int
    bytes_per_sector: int
    clusters: int
    free: int

    @property
    def below_2_gb(self) -> Space:
        """The same with no more than programs can hold that count bytes in signed 32 bits."""
        most = _LARGEST_SIGNED // (self.sectors_per_cluster * self.bytes_per_sector)
        return Space(self.sectors_per_cluster, self.bytes_per_sector, min(self.clusters, most), min(self.free, most))


@dataclass(frozen=True, slots=True)
class FatLayout:
    """Where things are on a FAT12 or FAT16 volume, in sectors."""

    sectors_per_cluster: int
    reserved_sectors: int
    fats: int
    sectors_per_fat: int
    root_entries: int
    first_root_sector: int
    first_data_sector: int
    clusters: int


@dataclass(frozen=True, slots=True)
class OtherTimes:
    """When a file was made, with the units of 10 ms (0 to 199) above its stamp, and when it was read last."""

    created: Stamp
    created_10_ms: int
    accessed: Stamp


@runtime_checkable
class KeepsOtherTimes(Protocol):
    """An open file that knows more than when it was written (INT 21h/5704h to 5707h)."""

    def other_times(self) -> OtherTimes: ...

    def set_other_times(self, times: OtherTimes) -> None: ...


@runtime_checkable
class DatedAtClose(Protocol):
    """An open file that gets the time of what was written to it when it is closed, as DOS does."""

    dirty: bool

    def commit(self) -> None:
        """Let what was written so far be dated now."""
        ...

    def times_state(self) -> tuple[Stamp, bool]:
        """For snapshots: its time, and whether it is to get another when it is closed."""
        ...

    def resume(self, state: tuple[Stamp, bool]) -> None:
        """Take back what times_state() gave, of the same file opened again."""
        ...


@runtime_checkable
class LargeSpace(Protocol):
    """A drive that knows its size beyond what a 16-bit FAT has room for."""

    def large_space(self) -> Space:
        """Its size and free space with as many clusters as there are (INT 21h/7303h)."""
        ...


class OpenFile(Protocol):
    """An open file. Positions and counts are in bytes."""

    @property
    def identity(self) -> Hashable:
        """Equal for two open files exactly when they are the same file."""
        ...

    def read(self, position: int, count: int) -> bytes:
        """Up to ``count`` bytes; fewer at the end of the file only."""
        ...

    def write(self, position: int, data: bytes) -> int:
        """Bytes written: fewer than given when the disk is full."""
        ...

    def truncate(self, size: int) -> bool:
        """Cut or lengthen the file; False when the disk is full."""
        ...

    def size(self) -> int: ...

    def stamp(self) -> Stamp: ...

    def set_stamp(self, stamp: Stamp) -> None: ...

    def close(self) -> None: ...


@runtime_checkable
class LongNames(Protocol):
    """A drive whose entries have names of their own beside their 8.3 ones (INT 21h/71xx)."""

    def long_names(self, path: Path) -> Mapping[bytes, str]:
        """The full names in a directory by their 8.3 names. Raises PATH_NOT_FOUND."""
        ...

    def alias_for(self, folder: Path, long: str) -> bytes:
        """The 8.3 name that a new entry with this full name will get."""
        ...

    def named(self, path: Path, long: str) -> AbstractContextManager[None]:
        """What is created at ``path`` or renamed to it inside the context has this full name."""
        ...


@dataclass(frozen=True, slots=True)
class Tracks:
    """The tracks of the disk that a volume is on; ``hidden`` sectors are in front of the volume.

    ``device_type`` is that of IOCTL 440Dh/60h: 0 360 KB, 1 1.2 MB, 2 720 KB, 5 fixed disk, 7 1.44 MB, 9 2.88 MB.
    """

    cylinders: int
    heads: int
    sectors: int
    hidden: int
    device_type: int


class SectorAccess(Protocol):
    """The 512-byte sectors of a volume or disk. Both methods raise DosError for what is not there."""

    def read(self, first: int, count: int) -> bytes: ...

    def overwrite(self, first: int, data: bytes) -> None:
        """Write whole sectors past the file system, which looks at the disk anew afterwards."""
        ...


@runtime_checkable
class SectorDrive(Protocol):
    """A drive with sectors: a disk image."""

    @property
    def sectors(self) -> SectorAccess: ...

    @property
    def fat(self) -> FatLayout | None:
        """What programs that read the sectors need to know; None: FAT32."""
        ...

    @property
    def tracks(self) -> Tracks: ...


class Drive(Protocol):
    """A drive. ``media`` is the media descriptor byte, ``serial`` the volume's 32-bit serial number."""

    label: bytes
    serial: int
    read_only: bool
    removable: bool
    remote: bool
    media: int

    def names(self, path: Path) -> Sequence[bytes]:
        """The names in a directory, without ``.`` and ``..``; the same object while nothing changed."""
        ...

    def entry(self, path: Path) -> Entry:
        """The entry of a file or directory. Raises FILE_NOT_FOUND, PATH_NOT_FOUND."""
        ...

    def identity(self, path: Path) -> Hashable | None:
        """What ``OpenFile.identity`` would be, or None when there is no such file."""
        ...

    def open(self, path: Path, *, writable: bool) -> OpenFile:
        """Open an existing file. Raises ACCESS_DENIED for directories and protected files."""
        ...

    def create(self, path: Path, attributes: Attribute, *, exclusive: bool = False) -> tuple[OpenFile, bool]:
        """Create or empty a file; also says whether it is new. ``exclusive``: FILE_EXISTS when it exists."""
        ...

    def delete(self, path: Path) -> None: ...

    def rename(self, old: Path, new: Path) -> None:
        """Rename or move. Raises ACCESS_DENIED when the new name exists."""
        ...

    def make_directory(self, path: Path) -> None: ...

    def remove_directory(self, path: Path) -> None: ...

    def set_attributes(self, path: Path, attributes: Attribute) -> None: ...

    def space(self) -> Space: ...

    def close(self) -> None: ...
