"""A folder of the host as a drive. What keeps the guest inside is ``host_tree``."""

from __future__ import annotations

import os
import stat
import time
import zlib
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from int21 import names
from int21.code_pages import CodePage
from int21.drive import Attribute, Entry, Path, Space
from int21.errors import DosError, ErrorCode
from int21.host_attributes import HostAttributes
from int21.host_errors import host_errors
from int21.host_file import LARGEST, HostFile
from int21.host_times import HostTimes
from int21.host_tree import Child, HostTree, visible
from int21.known_file import Epoch, KnownFile
from int21.open_folders import HostParts
from int21.timestamps import Stamp

if TYPE_CHECKING:
    from int21.drives import Location

DEEPEST = 8  # folders, of a file that is opened without Python
_ARCHIVE = int(Attribute.ARCHIVE)  # what a new file has by itself
# What changed this short a time ago may change again without a new time stamp.
SETTLED_NS = 50_000_000
_SECTORS_PER_CLUSTER = 64
_SECTOR = 512
# 65,525 clusters and more would be FAT32; with 32 KB clusters the drive stays below 2 GB, the largest
# size that programs with signed 32-bit arithmetic understand.
_MOST_CLUSTERS = 65524
# About 500 MB: enough for any program, and the same answer on every host with that much room.
_MOST_FREE = 16000
# FAT32 counts sectors in 32 bits: 2 TB.
_MOST_LARGE = 0xFFFFFFFF // _SECTORS_PER_CLUSTER


class HostFolder:
    """The folder ``path`` as a drive. Raises OSError when it cannot be opened.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (pathlib.Path(folder) / "Read me first.txt").write_bytes(b"hello")
    ...     drive = HostFolder(folder)
    ...     print(drive.names(()), drive.open((b"README~1.TXT",), writable=False).read(0, 100))
    ...     drive.close()
    (b'README~1.TXT',) b'hello'
    """

    snapshot_kept = True

    def __init__(
        self,
        path: str | os.PathLike[str],
        read_only: bool = False,
        label: bytes = b"",
        page: CodePage = names.DEFAULT,
    ) -> None:
        self.path = os.path.realpath(path)
        self.read_only = read_only
        self.label = label
        self.serial = zlib.crc32(os.fsencode(os.path.basename(self.path)))  # noqa: PTH119
        self.removable = False
        self.remote = False
        self.media = 0xF8
        self.times = HostTimes()
        self.spaces: tuple[Space, Space] | None = None  # what space() and large_space() say, whatever the host has
        self._tree = HostTree(self.path, self.times, page)
        self._attributes = HostAttributes(use_xattr=True)

    def __repr__(self) -> str:
        return f"HostFolder({self.path!r}{', read_only=True' if self.read_only else ''})"

    def close(self) -> None:
        """Give the folder back; open files stay open."""
        self._tree.close()

    @property
    def now(self) -> Callable[[], Stamp] | None:
        """What gives the stamp of files that are made or changed; without it they have that of the host."""
        return self.times.now

    @now.setter
    def now(self, now: Callable[[], Stamp] | None) -> None:
        self.times.now = now

    # Looking

    def times_of(self, host: str) -> tuple[Stamp, Stamp]:
        """When the file with this path below the root was written and read, or the folder was made. Raises OSError."""
        status = os.lstat(os.path.join(self.path, host))  # noqa: PTH118
        if stat.S_ISDIR(status.st_mode):
            return (self.times.folder_stamp(status),) * 2
        return self.times.stamp(status), self.times.accessed(status)

    def show_times(self, host: str, stamp: Stamp, accessed: Stamp) -> None:
        """Show these times for it in place of the host's, until it is changed. Raises OSError."""
        self.times.show(os.lstat(os.path.join(self.path, host)), stamp, accessed)  # noqa: PTH118

    def guest_path(self, parts: Iterable[str]) -> Path | None:
        """What a host path below the root (its names) is called here; None when it is not visible."""
        path: Path = ()
        for part in parts:
            try:
                alias = self._tree.folder(path).aliases.get(part)
            except DosError:
                return None
            if alias is None:
                return None
            path = (*path, alias)
        return path

    def names(self, path: Path) -> Sequence[bytes]:
        return self._tree.folder(path).names

    def entry(self, path: Path) -> Entry:
        child, place = self._tree.at(path)
        with place as (folder, name):
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if child.is_directory != stat.S_ISDIR(status.st_mode) or not visible(status):
                raise DosError(ErrorCode.FILE_NOT_FOUND)
            attributes = self._attributes.get(status, _by_descriptor(folder, name), directory=child.is_directory)
        name_here = path[-1] if path else b""
        if child.is_directory:
            return Entry(name_here, attributes, 0, self.times.folder_stamp(status))
        return Entry(name_here, attributes, min(status.st_size, LARGEST), self.times.stamp(status))

    def identity(self, path: Path) -> Hashable | None:
        try:
            _, place = self._tree.at(path)
            with place as (folder, name):
                status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except DosError:
            return None
        return status.st_dev, status.st_ino

    def known(self, place: Location, asked: bytes, drives: Epoch) -> KnownFile | None:
        """What opens the file at ``place`` again by the path ``asked``; None while it changes."""
        path = place.path
        way = self._tree.way(path) if 0 < len(path) <= DEEPEST else None
        if way is None:
            return None
        folders, folder, name = way
        try:
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError:
            return None
        if abs(time.time_ns() - status.st_ctime_ns) <= SETTLED_NS or not stat.S_ISREG(status.st_mode):
            return None
        attributes = self._attributes.get(status, _by_descriptor(folder, name), directory=False)
        return KnownFile(
            asked, place.number, drives, self._tree.epoch, folders, folder, name, names.to_fcb(path[-1]), status,
            int(attributes), self.times.stamp(status), place,
        )  # fmt: skip

    def space(self) -> Space:
        if self.spaces is not None:
            return self.spaces[0]
        with host_errors():
            host = os.statvfs(self._tree.root)
        cluster = _SECTORS_PER_CLUSTER * _SECTOR
        clusters = min(host.f_blocks * host.f_frsize // cluster, _MOST_CLUSTERS)
        free = min(host.f_bavail * host.f_frsize // cluster, clusters, _MOST_FREE)
        return Space(_SECTORS_PER_CLUSTER, _SECTOR, clusters, free)

    def large_space(self) -> Space:
        if self.spaces is not None:
            return self.spaces[1]
        with host_errors():
            host = os.statvfs(self._tree.root)
        cluster = _SECTORS_PER_CLUSTER * _SECTOR
        total, free = (min(blocks * host.f_frsize // cluster, _MOST_LARGE) for blocks in (host.f_blocks, host.f_bavail))
        return Space(_SECTORS_PER_CLUSTER, _SECTOR, total, min(free, total))

    def long_names(self, path: Path) -> Mapping[bytes, str]:
        return dict(self._tree.folder(path).long_names)

    def alias_for(self, folder: Path, long: str) -> bytes:
        return self._tree.alias_for(folder, long)

    def named(self, path: Path, long: str) -> AbstractContextManager[None]:
        return self._tree.named(path, long)

    # Files

    def open(self, path: Path, *, writable: bool) -> HostFile:
        child, place = self._tree.at(path)
        if child.is_directory:
            raise DosError(ErrorCode.ACCESS_DENIED)
        with place as (folder, name):
            if writable:
                self._check_writable(os.stat(name, dir_fd=folder, follow_symlinks=False))
            return HostFile.open(name, os.O_RDWR if writable else os.O_RDONLY, folder, self.times)

    def create(self, path: Path, attributes: Attribute, *, exclusive: bool = False) -> tuple[HostFile, bool]:
        new = self._tree.new_place(path)
        if new is None and exclusive:
            raise DosError(ErrorCode.FILE_EXISTS)
        self._check_volume()
        if new is not None:
            return self._create_new(path, *new, attributes), True
        file = self.open(path, writable=True)
        with host_errors():
            file.truncate(0)
            file.commit()
        self._set_attributes(file.fd, file.fd, attributes | Attribute.ARCHIVE, directory=False)
        return file, False

    def delete(self, path: Path) -> None:
        self._check_volume()
        child, place = self._tree.own_place(path)
        if child.is_directory:
            raise DosError(ErrorCode.ACCESS_DENIED)
        with place as (folder, name):
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if stat.S_ISREG(status.st_mode):
                self._check_writable(status)
                self._attributes.forget(status)
                self.times.forget(status)
            os.unlink(name, dir_fd=folder)
        self._tree.note(path, None)

    def rename(self, old: Path, new: Path) -> None:
        self._check_volume()
        child = self._tree.child(old)
        if new != old and self._tree.find(new) is not None:
            raise DosError(ErrorCode.ACCESS_DENIED)
        target = (*self._tree.folder(new[:-1]).host, self._tree.new_name(new))
        source = self._tree.own(old, child)
        if child.is_directory and old[:-1] != new[:-1]:
            raise DosError(ErrorCode.ACCESS_DENIED)  # DOS renames directories, but moves only files
        with self._tree.place(source) as (from_folder, from_name), self._tree.place(target) as (to_folder, to_name):
            _check_free(to_name, to_folder)
            os.rename(from_name, to_name, src_dir_fd=from_folder, dst_dir_fd=to_folder)
        self._tree.forget_below(old)

    # Directories

    def make_directory(self, path: Path) -> None:
        self._check_volume()
        if not path or self._tree.find(path) is not None:
            raise DosError(ErrorCode.ACCESS_DENIED)
        host = (*self._tree.folder(path[:-1]).host, self._tree.new_name(path))
        with self._tree.place(host) as (folder, name):
            os.mkdir(name, dir_fd=folder)
            self.times.made_folder(os.stat(name, dir_fd=folder, follow_symlinks=False))
        self._tree.note(path, Child(host, True))

    def remove_directory(self, path: Path) -> None:
        self._check_volume()
        child = self._tree.find(path)
        if child is None:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        if not path or not child.is_directory:
            raise DosError(ErrorCode.ACCESS_DENIED)
        with self._tree.place(self._tree.own(path, child)) as (folder, name):
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            os.rmdir(name, dir_fd=folder)
            self.times.forget(status)
        self._tree.forget_below(path)
        self._tree.note(path, None)

    def set_attributes(self, path: Path, attributes: Attribute) -> None:
        self._check_volume()
        child = self._tree.child(path)
        if not path:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
        with self._tree.place(child.host) as (folder, name):
            fd = os.open(name, flags | (os.O_DIRECTORY if child.is_directory else 0), dir_fd=folder)
            try:
                self._set_attributes(fd, fd, attributes, directory=child.is_directory)
            finally:
                os.close(fd)

    # Inside

    def _check_volume(self) -> None:
        if self.read_only:
            # MSCDEX, as any redirector, knows no write protection.
            raise DosError(ErrorCode.ACCESS_DENIED if self.remote else ErrorCode.WRITE_PROTECTED)

    def _check_writable(self, status: os.stat_result) -> None:
        # Root may write everything: the permission is checked, not tried.
        if self.read_only or not status.st_mode & 0o200:
            raise DosError(ErrorCode.ACCESS_DENIED)

    def _create_new(
        self, path: Path, host: HostParts, place: AbstractContextManager[tuple[int, str]], attributes: Attribute
    ) -> HostFile:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
        with place as (folder, name):
            file = HostFile.open(name, flags, folder, self.times)
        self._tree.note(path, Child(host, False))
        if int(attributes) == _ARCHIVE:
            self._attributes.made(file.identity)
        else:
            self._set_attributes(file.fd, file.fd, attributes | Attribute.ARCHIVE, directory=False)
        return file

    def _set_attributes(self, fd: int, path: str | int, attributes: Attribute, *, directory: bool) -> None:
        with host_errors():
            status = os.fstat(fd)
            # The mark first: a file without write permission takes none.
            writable = bool(status.st_mode & 0o200)
            if not directory and not writable:
                os.fchmod(fd, stat.S_IMODE(status.st_mode) | 0o200)
            self._attributes.set(status, path, attributes, directory=directory)
            if directory:
                return
            if attributes & Attribute.READ_ONLY:
                os.fchmod(fd, stat.S_IMODE(status.st_mode) & ~0o222)
            elif not writable:
                os.fchmod(fd, stat.S_IMODE(status.st_mode) | 0o200)


def _by_descriptor(folder: int, name: str) -> str:
    # There is no getxattr relative to a descriptor; this path is one, with nothing to be swapped in it.
    return f"/proc/self/fd/{folder}/{name}"


def _check_free(name: str, folder: int) -> None:
    """Raise ACCESS_DENIED when the host has something by this name that the guest does not see."""
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return
    raise DosError(ErrorCode.ACCESS_DENIED)
