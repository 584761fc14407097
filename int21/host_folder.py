"""A folder of the host as a drive.

The guest is kept inside: a path is walked from the root's descriptor, one component at a time, each
taken from a listing of its folder and opened without following links. A symbolic link is shown when it
leads to something inside the root, and is then replaced by what it leads to; all others, and special
files, are invisible.
"""

from __future__ import annotations

import os
import stat
import time
import weakref
import zlib
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path as HostPath

from int21 import names
from int21.drive import Attribute, Entry, Path, Space
from int21.errors import DosError, ErrorCode
from int21.host_attributes import HostAttributes
from int21.host_errors import host_errors
from int21.host_file import LARGEST, HostFile
from int21.timestamps import from_seconds

HostParts = tuple[str, ...]

_FOLDERS = 512  # listings kept
# A folder that changed this short a time before it was listed may change again without a new time stamp.
_SETTLED_NS = 50_000_000

_SECTORS_PER_CLUSTER = 64
_SECTOR = 512
# 65,525 clusters and more would be FAT32; with 32 KB clusters the drive stays below 2 GB, the largest
# size that programs with signed 32-bit arithmetic understand.
_MOST_CLUSTERS = 65524
# About 500 MB: enough for any program, and the same answer on every host with that much room.
_MOST_FREE = 16000


@dataclass(frozen=True, slots=True)
class _Child:
    """What a DOS name stands for: where it is below the root, links replaced."""

    host: HostParts
    is_directory: bool


@dataclass(slots=True)
class _Folder:
    """A listed folder."""

    host: HostParts
    stamp: tuple[int, int, int] = (0, 0, 0)
    settled: bool = False
    children: dict[bytes, _Child] = field(default_factory=dict)
    names: tuple[bytes, ...] = ()
    aliases: dict[str, bytes] = field(default_factory=dict)


class HostFolder:
    """The folder ``path`` as a drive. Raises OSError when it cannot be opened.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (HostPath(folder) / "Read me first.txt").write_bytes(b"hello")
    ...     drive = HostFolder(folder)
    ...     print(drive.names(()), drive.open((b"README~1.TXT",), writable=False).read(0, 100))
    ...     drive.close()
    (b'README~1.TXT',) b'hello'
    """

    def __init__(self, path: str | os.PathLike[str], read_only: bool = False, label: bytes = b"") -> None:
        self.path = os.path.realpath(path)
        self.read_only = read_only
        self.label = label
        self.serial = zlib.crc32(os.fsencode(os.path.basename(self.path)))  # noqa: PTH119
        self.removable = False
        self.remote = False
        self.media = 0xF8
        self._root = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._closer = weakref.finalize(self, os.close, self._root)
        self._folders: OrderedDict[Path, _Folder] = OrderedDict()
        self._attributes = HostAttributes(use_xattr=True)

    def __repr__(self) -> str:
        return f"HostFolder({self.path!r}{', read_only=True' if self.read_only else ''})"

    def close(self) -> None:
        """Give the folder back; open files stay open."""
        self._closer()

    # Looking

    def guest_path(self, parts: Iterable[str]) -> Path | None:
        """What a host path below the root (its names) is called here; None when it is not visible."""
        path: Path = ()
        for part in parts:
            try:
                alias = self._folder(path).aliases.get(part)
            except DosError:
                return None
            if alias is None:
                return None
            path = (*path, alias)
        return path

    def names(self, path: Path) -> Sequence[bytes]:
        return self._folder(path).names

    def entry(self, path: Path) -> Entry:
        child = self._child(path)
        with self._place(child.host) as (folder, name):
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if child.is_directory != stat.S_ISDIR(status.st_mode) or not _visible(status):
                raise DosError(ErrorCode.FILE_NOT_FOUND)
            attributes = self._attributes.get(status, _by_descriptor(folder, name), directory=child.is_directory)
        size = 0 if child.is_directory else min(status.st_size, LARGEST)
        return Entry(path[-1] if path else b"", attributes, size, from_seconds(status.st_mtime))

    def identity(self, path: Path) -> Hashable | None:
        try:
            child = self._child(path)
            with self._place(child.host) as (folder, name):
                status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except DosError:
            return None
        return status.st_dev, status.st_ino

    def space(self) -> Space:
        with host_errors():
            host = os.statvfs(self._root)
        cluster = _SECTORS_PER_CLUSTER * _SECTOR
        clusters = min(host.f_blocks * host.f_frsize // cluster, _MOST_CLUSTERS)
        free = min(host.f_bavail * host.f_frsize // cluster, clusters, _MOST_FREE)
        return Space(_SECTORS_PER_CLUSTER, _SECTOR, clusters, free)

    # Files

    def open(self, path: Path, *, writable: bool) -> HostFile:
        child = self._child(path)
        if child.is_directory:
            raise DosError(ErrorCode.ACCESS_DENIED)
        with self._place(child.host) as (folder, name):
            if writable:
                self._check_writable(os.stat(name, dir_fd=folder, follow_symlinks=False))
            return HostFile.open(name, os.O_RDWR if writable else os.O_RDONLY, folder)

    def create(self, path: Path, attributes: Attribute, *, exclusive: bool = False) -> tuple[HostFile, bool]:
        child = self._find(path)
        if child is not None and exclusive:
            raise DosError(ErrorCode.FILE_EXISTS)
        self._check_volume()
        if child is None:
            return self._create_new(path, attributes), True
        file = self.open(path, writable=True)
        with host_errors():
            os.ftruncate(file.fd, 0)
        self._set_attributes(file.fd, file.fd, attributes | Attribute.ARCHIVE, directory=False)
        return file, False

    def delete(self, path: Path) -> None:
        self._check_volume()
        child = self._child(path)
        if child.is_directory:
            raise DosError(ErrorCode.ACCESS_DENIED)
        with self._place(self._own(path, child)) as (folder, name):
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if stat.S_ISREG(status.st_mode):
                self._check_writable(status)
                self._attributes.forget(status)
            os.unlink(name, dir_fd=folder)

    def rename(self, old: Path, new: Path) -> None:
        self._check_volume()
        child = self._child(old)
        if self._find(new) is not None:
            raise DosError(ErrorCode.ACCESS_DENIED)
        target = (*self._folder(new[:-1]).host, names.host_name(new[-1]))
        source = self._own(old, child)
        if child.is_directory and old[:-1] != new[:-1]:
            raise DosError(ErrorCode.ACCESS_DENIED)  # DOS renames directories, but moves only files
        with self._place(source) as (from_folder, from_name), self._place(target) as (to_folder, to_name):
            _check_free(to_name, to_folder)
            os.rename(from_name, to_name, src_dir_fd=from_folder, dst_dir_fd=to_folder)
        self._forget_below(old)

    # Directories

    def make_directory(self, path: Path) -> None:
        self._check_volume()
        if not path or self._find(path) is not None:
            raise DosError(ErrorCode.ACCESS_DENIED)
        with self._place((*self._folder(path[:-1]).host, names.host_name(path[-1]))) as (folder, name):
            os.mkdir(name, dir_fd=folder)

    def remove_directory(self, path: Path) -> None:
        self._check_volume()
        child = self._find(path)
        if child is None:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        if not path or not child.is_directory:
            raise DosError(ErrorCode.ACCESS_DENIED)
        with self._place(self._own(path, child)) as (folder, name):
            os.rmdir(name, dir_fd=folder)
        self._forget_below(path)

    def set_attributes(self, path: Path, attributes: Attribute) -> None:
        self._check_volume()
        child = self._child(path)
        if not path:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
        with self._place(child.host) as (folder, name):
            fd = os.open(name, flags | (os.O_DIRECTORY if child.is_directory else 0), dir_fd=folder)
            try:
                self._set_attributes(fd, fd, attributes, directory=child.is_directory)
            finally:
                os.close(fd)

    # Inside

    def _check_volume(self) -> None:
        if self.read_only:
            raise DosError(ErrorCode.ACCESS_DENIED)

    def _check_writable(self, status: os.stat_result) -> None:
        # Root may write everything: the permission is checked, not tried.
        if self.read_only or not status.st_mode & 0o200:
            raise DosError(ErrorCode.ACCESS_DENIED)

    def _create_new(self, path: Path, attributes: Attribute) -> HostFile:
        if not path:
            raise DosError(ErrorCode.ACCESS_DENIED)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
        with self._place((*self._folder(path[:-1]).host, names.host_name(path[-1]))) as (folder, name):
            file = HostFile.open(name, flags, folder)
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

    def _find(self, path: Path) -> _Child | None:
        """What the path stands for; None when only its last name is missing."""
        if not path:
            return _Child((), True)
        return self._folder(path[:-1]).children.get(path[-1])

    def _child(self, path: Path) -> _Child:
        child = self._find(path)
        if child is None:
            raise DosError(ErrorCode.FILE_NOT_FOUND)
        return child

    def _own(self, path: Path, child: _Child) -> HostParts:
        """Where the name itself is: of a link the link, not what it leads to."""
        folder = self._folder(path[:-1])
        for host, alias in folder.aliases.items():
            if alias == path[-1]:
                return (*folder.host, host)
        return child.host

    def _folder(self, path: Path) -> _Folder:
        """The up-to-date listing of a directory. Raises PATH_NOT_FOUND."""
        folder = self._list((), ())
        for depth, name in enumerate(path, 1):
            child = folder.children.get(name)
            if child is None or not child.is_directory:
                raise DosError(ErrorCode.PATH_NOT_FOUND)
            folder = self._list(path[:depth], child.host)
        return folder

    def _list(self, path: Path, host: HostParts) -> _Folder:
        with _path_errors(), self._descend(host) as fd:
            status = os.fstat(fd)
            stamp = (status.st_dev, status.st_ino, status.st_mtime_ns)
            folder = self._folders.get(path)
            if folder is None or folder.host != host:
                folder = _Folder(host)
            elif folder.settled and folder.stamp == stamp:
                self._folders.move_to_end(path)
                return folder
            settled = abs(time.time_ns() - status.st_mtime_ns) > _SETTLED_NS
            self._scan(folder, fd)
            folder.stamp, folder.settled = stamp, settled
        self._folders[path] = folder
        self._folders.move_to_end(path)
        if len(self._folders) > _FOLDERS:
            self._folders.popitem(last=False)
        return folder

    def _scan(self, folder: _Folder, fd: int) -> None:
        found: dict[str, _Child] = {}
        with os.scandir(fd) as entries:
            for entry in entries:
                child = self._look(folder.host, entry)
                if child is not None:
                    found[entry.name] = child
        aliases = names.assign_aliases(found, folder.aliases)
        folder.aliases = {host: alias for alias, host in aliases.items()}
        folder.children = {alias: found[host] for alias, host in aliases.items()}
        listed = tuple(folder.children)
        if listed != folder.names:
            folder.names = listed

    def _look(self, host: HostParts, entry: os.DirEntry[str]) -> _Child | None:
        if entry.is_dir(follow_symlinks=False):
            return _Child((*host, entry.name), True)
        if entry.is_file(follow_symlinks=False):
            return _Child((*host, entry.name), False)
        if not entry.is_symlink():
            return None
        real = os.path.realpath(os.path.join(self.path, *host, entry.name))  # noqa: PTH118
        root = HostPath(self.path)
        if not HostPath(real).is_relative_to(root):
            return None
        parts = HostPath(real).relative_to(root).parts
        if parts == host[: len(parts)]:
            return None  # a folder that holds itself: programs that walk the tree would never end
        try:
            status = HostPath(real).lstat()
        except OSError:
            return None
        if not _visible(status):
            return None
        return _Child(parts, stat.S_ISDIR(status.st_mode))

    @contextmanager
    def _descend(self, host: HostParts) -> Iterator[int]:
        """A descriptor of the folder, reached from the root without following a link."""
        fd = self._root
        try:
            for part in host:
                flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
                below = os.open(part, flags, dir_fd=fd)
                if fd != self._root:
                    os.close(fd)
                fd = below
            yield fd
        finally:
            if fd != self._root:
                os.close(fd)

    @contextmanager
    def _place(self, host: HostParts) -> Iterator[tuple[int, str]]:
        """The folder's descriptor and the name in it; the root itself is ``.``. Host errors become DOS errors."""
        with host_errors(), self._descend(host[:-1]) as fd:
            yield fd, host[-1] if host else "."

    def _forget_below(self, path: Path) -> None:
        for known in [known for known in self._folders if known[: len(path)] == path]:
            del self._folders[known]


def _visible(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)


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


@contextmanager
def _path_errors() -> Iterator[None]:
    """In the folders of a path, whatever is wrong is "path not found"; but too many files stay that."""
    try:
        with host_errors():
            yield
    except DosError as error:
        if error.code is ErrorCode.FILE_NOT_FOUND:
            raise DosError(ErrorCode.PATH_NOT_FOUND) from error
        raise
