"""A drive with other drives in place of some directories of its root, for JOIN."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from int21 import names
from int21.drive import Attribute, Drive, Entry, LargeSpace, LongNames, OpenFile, Path, Space
from int21.errors import DosError, ErrorCode


class JoinedDrive:
    """``drive`` with those of ``joined`` below a directory each; the number is the letter that such a drive had."""

    def __init__(self, drive: Drive) -> None:
        self.drive = drive
        self.joined: dict[bytes, tuple[int, Drive]] = {}
        self.read_only = drive.read_only
        self.removable = drive.removable
        self.remote = drive.remote
        self.media = drive.media

    @property
    def label(self) -> bytes:
        return self.drive.label

    @label.setter
    def label(self, label: bytes) -> None:
        self.drive.label = label

    @property
    def serial(self) -> int:
        return self.drive.serial

    @serial.setter
    def serial(self, serial: int) -> None:
        self.drive.serial = serial

    def _at(self, path: Path) -> tuple[Drive, Path]:
        """Which drive has a path, and what it is there."""
        other = self.joined.get(path[0]) if path else None
        return (self.drive, path) if other is None else (other[1], path[1:])

    def _inside(self, path: Path) -> tuple[Drive, Path]:
        """The same for what is to be changed. Raises ACCESS_DENIED for the directory of a joined drive itself."""
        drive, path = self._at(path)
        if drive is not self.drive and not path:
            raise DosError(ErrorCode.ACCESS_DENIED)
        return drive, path

    def names(self, path: Path) -> Sequence[bytes]:
        drive, inner = self._at(path)
        found = drive.names(inner)
        return found if path else [*found, *(name for name in self.joined if name not in found)]

    def entry(self, path: Path) -> Entry:
        drive, inner = self._at(path)
        if drive is not self.drive and not inner:
            return Entry(path[0], Attribute.DIRECTORY, 0, drive.entry(()).stamp)
        return drive.entry(inner)

    def identity(self, path: Path) -> Hashable | None:
        drive, inner = self._at(path)
        return drive.identity(inner)

    def open(self, path: Path, *, writable: bool) -> OpenFile:
        drive, inner = self._inside(path)
        return drive.open(inner, writable=writable)

    def create(self, path: Path, attributes: Attribute, *, exclusive: bool = False) -> tuple[OpenFile, bool]:
        drive, inner = self._inside(path)
        return drive.create(inner, attributes, exclusive=exclusive)

    def delete(self, path: Path) -> None:
        drive, inner = self._inside(path)
        drive.delete(inner)

    def rename(self, old: Path, new: Path) -> None:
        (drive, source), (other, target) = self._inside(old), self._inside(new)
        if drive is not other:
            raise DosError(ErrorCode.NOT_SAME_DEVICE)
        drive.rename(source, target)

    def make_directory(self, path: Path) -> None:
        drive, inner = self._inside(path)
        drive.make_directory(inner)

    def remove_directory(self, path: Path) -> None:
        drive, inner = self._inside(path)
        drive.remove_directory(inner)

    def set_attributes(self, path: Path, attributes: Attribute) -> None:
        drive, inner = self._inside(path)
        drive.set_attributes(inner, attributes)

    def long_names(self, path: Path) -> Mapping[bytes, str]:
        drive, inner = self._at(path)
        if isinstance(drive, LongNames):
            found = dict(drive.long_names(inner))
        else:
            found = {name: names.host_name(name) for name in drive.names(inner)}
        if not path:
            found |= {name: names.host_name(name) for name in self.joined}
        return found

    def alias_for(self, folder: Path, long: str) -> bytes:
        drive, inner = self._at(folder)
        if isinstance(drive, LongNames):
            return drive.alias_for(inner, long)
        return names.alias_for(long, {name: alias for alias, name in self.long_names(folder).items()})

    def named(self, path: Path, long: str) -> AbstractContextManager[None]:
        drive, inner = self._at(path)
        return drive.named(inner, long) if isinstance(drive, LongNames) and inner else nullcontext()

    def space(self) -> Space:
        return self.drive.space()

    def large_space(self) -> Space:
        return self.drive.large_space() if isinstance(self.drive, LargeSpace) else self.drive.space()

    def close(self) -> None:
        self.drive.close()
        for _, drive in self.joined.values():
            drive.close()
