"""A directory of one drive as another drive, for SUBST."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from int21.drive import Attribute, Drive, Entry, OpenFile, Path, Space
from int21.drives import Location


class SubstitutedDrive:
    """Everything of a drive below one of its directories."""

    def __init__(self, place: Location) -> None:
        self.text = place.text
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

    def space(self) -> Space:
        return self._drive.space()

    def close(self) -> None:
        return  # the other drive is closed by itself
