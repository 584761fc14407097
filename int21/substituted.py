"""A directory of one drive as another drive, for SUBST and INT 21h/71AAh."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from int21 import names
from int21.drive import Attribute, Drive, Entry, LargeSpace, LongNames, OpenFile, Path, Space

if TYPE_CHECKING:
    from int21.drives import Location


class SubstitutedDrive:
    """Everything of a drive below one of its directories; ``text`` is that directory's path."""

    def __init__(self, place: Location) -> None:
        self.text = place.text
        self._place = place
        self._drive: Drive = place.drive
        self._root: Path = place.path

    @property
    def label(self) -> bytes:
        return self._drive.label

    @label.setter
    def label(self, label: bytes) -> None:
        self._drive.label = label

    @property
    def serial(self) -> int:
        return self._drive.serial

    @serial.setter
    def serial(self, serial: int) -> None:
        self._drive.serial = serial

    @property
    def read_only(self) -> bool:
        return self._drive.read_only

    @read_only.setter
    def read_only(self, read_only: bool) -> None:
        raise AttributeError("it is the other drive's")

    @property
    def removable(self) -> bool:
        return self._drive.removable

    @removable.setter
    def removable(self, removable: bool) -> None:
        raise AttributeError("it is the other drive's")

    @property
    def remote(self) -> bool:
        return self._drive.remote

    @remote.setter
    def remote(self, remote: bool) -> None:
        raise AttributeError("it is the other drive's")

    @property
    def media(self) -> int:
        return self._drive.media

    @media.setter
    def media(self, media: int) -> None:
        raise AttributeError("it is the other drive's")

    def names(self, path: Path) -> Sequence[bytes]:
        return self._drive.names(self._root + path)

    def entry(self, path: Path) -> Entry:
        return self._drive.entry(self._root + path)

    def identity(self, path: Path) -> Hashable | None:
        return self._drive.identity(self._root + path)

    def open(self, path: Path, *, writable: bool) -> OpenFile:
        return self._drive.open(self._root + path, writable=writable)

    def create(self, path: Path, attributes: Attribute, *, exclusive: bool = False) -> tuple[OpenFile, bool]:
        return self._drive.create(self._root + path, attributes, exclusive=exclusive)

    def delete(self, path: Path) -> None:
        self._drive.delete(self._root + path)

    def rename(self, old: Path, new: Path) -> None:
        self._drive.rename(self._root + old, self._root + new)

    def make_directory(self, path: Path) -> None:
        self._drive.make_directory(self._root + path)

    def remove_directory(self, path: Path) -> None:
        self._drive.remove_directory(self._root + path)

    def set_attributes(self, path: Path, attributes: Attribute) -> None:
        self._drive.set_attributes(self._root + path, attributes)

    def real(self, path: Path) -> bytes:
        """A path of this drive as one of the other drive."""
        return b"\\".join((self.text.rstrip(b"\\"), *path)) if path or self._root else self.text

    def behind(self, path: Path) -> Location:
        """The place of a path of this drive on the drive that it is a part of, whose own nature does not matter."""
        place = replace(self._place, path=self._root + path)
        return place.drive.behind(place.path) if isinstance(place.drive, SubstitutedDrive) else place

    def long_names(self, path: Path) -> Mapping[bytes, str]:
        drive = self._drive
        if isinstance(drive, LongNames):
            return drive.long_names(self._root + path)
        return {name: names.host_name(name) for name in drive.names(self._root + path)}

    def alias_for(self, folder: Path, long: str) -> bytes:
        drive = self._drive
        if isinstance(drive, LongNames):
            return drive.alias_for(self._root + folder, long)
        return names.alias_for(long, {name: alias for alias, name in self.long_names(folder).items()})

    def named(self, path: Path, long: str) -> AbstractContextManager[None]:
        drive = self._drive
        return drive.named(self._root + path, long) if isinstance(drive, LongNames) else nullcontext()

    def space(self) -> Space:
        return self._drive.space()

    def large_space(self) -> Space:
        drive = self._drive
        return drive.large_space() if isinstance(drive, LargeSpace) else drive.space()

    def close(self) -> None:
        return  # the other drive is closed by itself
