"""Drive Z: of the shell: COMMAND.COM and the external commands as files that are on no host.

Files in memory also carry what goes through a pipe, where DOS has temporary files.

>>> drive = VirtualDrive({b"COMMAND.COM": b"program"})
>>> drive.open((b"COMMAND.COM",), writable=False).read(0, 4)
b'prog'
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from int21.drive import Attribute, Entry, Path, Space
from int21.errors import DosError, ErrorCode
from int21.timestamps import Stamp, pack

_STAMP = pack(1994, 5, 31, 6, 22, 0)
_LARGEST_PIPE = 64 << 20  # bytes; then the "disk" is full
_CLUSTER = 512


class MemoryFile:
    """An open file whose bytes are here."""

    def __init__(self, data: bytearray, *, stamp: Stamp = _STAMP) -> None:
        self._data = data
        self._stamp = stamp

    @property
    def identity(self) -> Hashable:
        return id(self._data)

    def read(self, position: int, count: int) -> bytes:
        return bytes(self._data[position : position + count])

    def write(self, position: int, data: bytes) -> int:
        data = data[: max(0, _LARGEST_PIPE - position)]
        if not data:
            return 0
        if position > len(self._data):
            self._data.extend(bytes(position - len(self._data)))
        self._data[position : position + len(data)] = data
        return len(data)

    def truncate(self, size: int) -> bool:
        if size > _LARGEST_PIPE:
            return False
        del self._data[size:]
        self._data.extend(bytes(size - len(self._data)))
        return True

    def size(self) -> int:
        return len(self._data)

    def stamp(self) -> Stamp:
        return self._stamp

    def set_stamp(self, stamp: Stamp) -> None:
        self._stamp = stamp

    def close(self) -> None:
        return


class VirtualDrive:
    """A write-protected drive with ``files`` in its root, and nothing else."""

    def __init__(self, files: Mapping[bytes, bytes], label: bytes = b"DOSEMU") -> None:
        self.label = label
        self.serial = 0x19940531
        self.read_only = True
        self.removable = False
        self.remote = False
        self.media = 0xF8
        self._files = {name: bytearray(data) for name, data in sorted(files.items())}
        self._names: tuple[bytes, ...] = tuple(self._files)

    def names(self, path: Path) -> Sequence[bytes]:
        if path:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        return self._names

    def entry(self, path: Path) -> Entry:
        if not path:
            return Entry(b"", Attribute.DIRECTORY, 0, _STAMP)
        return Entry(path[-1], Attribute.READ_ONLY, len(self._find(path)), _STAMP)

    def identity(self, path: Path) -> Hashable | None:
        try:
            return id(self._find(path))
        except DosError:
            return None

    def open(self, path: Path, *, writable: bool) -> MemoryFile:
        if writable or not path:
            raise DosError(ErrorCode.ACCESS_DENIED)
        return MemoryFile(self._find(path))

    def create(self, path: Path, attributes: Attribute, *, exclusive: bool = False) -> tuple[MemoryFile, bool]:
        raise DosError(ErrorCode.ACCESS_DENIED)

    def delete(self, path: Path) -> None:
        self._refuse(path)

    def rename(self, old: Path, new: Path) -> None:
        self._refuse(old)

    def make_directory(self, path: Path) -> None:
        raise DosError(ErrorCode.ACCESS_DENIED)

    def remove_directory(self, path: Path) -> None:
        raise DosError(ErrorCode.ACCESS_DENIED if path == () else ErrorCode.PATH_NOT_FOUND)

    def set_attributes(self, path: Path, attributes: Attribute) -> None:
        self._refuse(path)

    def space(self) -> Space:
        used = sum(len(data) + _CLUSTER - 1 for data in self._files.values()) // _CLUSTER
        return Space(1, _CLUSTER, max(used, 1), 0)

    def close(self) -> None:
        return

    def _find(self, path: Path) -> bytearray:
        if len(path) != 1:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        try:
            return self._files[path[0]]
        except KeyError:
            raise DosError(ErrorCode.FILE_NOT_FOUND) from None

    def _refuse(self, path: Path) -> None:
        self._find(path)
        raise DosError(ErrorCode.ACCESS_DENIED)
