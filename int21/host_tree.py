"""The folders below a host folder as DOS names them: walking, listing, and keeping the guest inside.

A path is walked from the root's descriptor, one component at a time, each taken from a listing of its
folder and opened without following links. A symbolic link is shown when it leads to something inside the
root, and is then replaced by what it leads to; all others, and special files, are invisible.
"""

from __future__ import annotations

import os
import stat
import time
from bisect import bisect_left
from collections import OrderedDict
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path as HostPath

from int21 import names
from int21.code_pages import CodePage
from int21.drive import Path
from int21.errors import DosError, ErrorCode
from int21.host_errors import dos_code, host_errors
from int21.host_times import HostTimes
from int21.known_file import Epoch
from int21.open_folders import HostParts, OpenFolders
from int21.planned_names import PlannedNames

_FOLDERS = 512  # listings kept
# A folder that changed this short a time before it was listed may change again without a new time stamp.
_SETTLED_NS = 50_000_000


@dataclass(frozen=True, slots=True)
class Child:
    """What a DOS name stands for: where it is below the root, links replaced."""

    host: HostParts
    is_directory: bool


@dataclass(slots=True)
class Folder:
    """A listed folder."""

    host: HostParts
    stamp: tuple[int, int, int] = (0, 0, 0)  # device, inode, time of the last change
    settled: bool = False
    own: bool = False  # changed by the guest since it was listed, and kept right
    listed_ns: int = 0
    children: dict[bytes, Child] = field(default_factory=dict)
    names: tuple[bytes, ...] = ()
    aliases: dict[str, bytes] = field(default_factory=dict)  # by the host's names
    long_names: dict[bytes, str] = field(default_factory=dict)  # the host's names
    fd: int = -1  # good until another folder is looked at


Stamp = tuple[int, int, int]
_ROOT = Child((), True)


class HostTree:
    """The tree below the folder ``path``. Raises OSError when it cannot be opened."""

    def __init__(self, path: str, times: HostTimes, page: CodePage = names.DEFAULT) -> None:
        self.path = path
        self._times = times
        self.page = page
        self.root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._open = OpenFolders(self.root)
        self._folders: OrderedDict[Path, Folder] = OrderedDict()
        self._planned = PlannedNames()

    def close(self) -> None:
        """Give the folder back."""
        self._open.close()

    def find(self, path: Path) -> Child | None:
        """What the path stands for; None when only its last name is missing."""
        if not path:
            return _ROOT
        return self.folder(path[:-1]).children.get(path[-1])

    def child(self, path: Path) -> Child:
        return self._named(path)[0] if path else _ROOT

    def _named(self, path: Path) -> tuple[Child, Folder]:
        folder = self.folder(path[:-1])
        child = folder.children.get(path[-1])
        if child is None:
            raise DosError(ErrorCode.FILE_NOT_FOUND)
        return child, folder

    def at(self, path: Path) -> tuple[Child, _Place]:
        """What the path stands for, and where it is, by one look at the folders. Raises FILE_NOT_FOUND."""
        if not path:
            return _ROOT, self.place(())
        child, folder = self._named(path)
        host = child.host
        return child, _Place(self._open, host, folder.fd if host[:-1] == folder.host else None)

    def new_place(self, path: Path) -> tuple[HostParts, _Place] | None:
        """Where something new at ``path`` is to be, by one look at the folders; None: there is something.

        Raises PATH_NOT_FOUND.
        """
        if not path:
            return None
        folder = self.folder(path[:-1])
        if path[-1] in folder.children:
            return None
        host = (*folder.host, self.new_name(path))
        return host, _Place(self._open, host, folder.fd)

    def own_place(self, path: Path) -> tuple[Child, _Place]:
        """What the path stands for, and where its name is: of a link the link. Raises FILE_NOT_FOUND."""
        if not path:
            return _ROOT, self.place(())
        child, folder = self._named(path)
        return child, _Place(self._open, (*folder.host, folder.long_names.get(path[-1], child.host[-1])), folder.fd)

    def way(self, path: Path) -> tuple[list[tuple[int, str, Stamp]], int, str] | None:
        """What ``KnownFile`` wants to know of the folders, while they are settled and no link leads through them."""
        host: HostParts = ()
        parent = self.root
        steps: list[tuple[int, str, Stamp]] = []
        name = ""
        for depth, part in enumerate(path):
            folder = self._folders.get(path[:depth])
            if folder is None or not folder.settled or folder.host[:-1] != host:
                return None
            host = folder.host
            below = self._open.kept(host)
            child = folder.children.get(part)
            if len(host) != depth or below is None or child is None or child.host[:-1] != host:
                return None
            steps.append((parent, host[-1] if host else "", folder.stamp))
            parent, name = below, child.host[-1]
        return steps, parent, name

    @property
    def epoch(self) -> Epoch:
        """Another one when a listing was made anew, or a descriptor closed."""
        return self._open.epoch

    def own(self, path: Path, child: Child) -> HostParts:
        """Where the name itself is: of a link the link, not what it leads to."""
        folder = self.folder(path[:-1])
        host = folder.long_names.get(path[-1])
        return child.host if host is None else (*folder.host, host)

    def folder(self, path: Path) -> Folder:
        """The up-to-date listing of a directory. Raises PATH_NOT_FOUND."""
        folder = self._list((), ())
        for depth, name in enumerate(path, 1):
            child = folder.children.get(name)
            if child is None or not child.is_directory:
                raise DosError(ErrorCode.PATH_NOT_FOUND)
            folder = self._list(path[:depth], child.host)
        return folder

    def alias_for(self, path: Path, long: str) -> bytes:
        """The DOS name that a new file of this name will have."""
        return names.alias_for(long, self.folder(path).aliases, self.page)

    def named(self, path: Path, long: str) -> AbstractContextManager[None]:
        """What is made at ``path`` meanwhile gets the long name on the host."""
        return self._planned.named(path, long)

    def new_name(self, path: Path) -> str:
        """What the host is to call something that the guest makes."""
        return self._planned.get(path) or names.host_name(path[-1], self.page)

    def _list(self, path: Path, host: HostParts) -> Folder:
        with _PATH_ERRORS:
            fd, status = self._open.look(host)
            stamp = (status.st_dev, status.st_ino, status.st_mtime_ns)
            folder = self._folders.get(path)
            if folder is None or folder.host != host:
                folder = Folder(host)
            elif folder.stamp == stamp and (folder.settled or (folder.own and _recent(folder.listed_ns))):
                folder.fd = fd
                self._folders.move_to_end(path)
                return folder
            self.epoch.number += 1
            self._times.see_folder(status)
            settled = abs(time.time_ns() - status.st_mtime_ns) > _SETTLED_NS
            listed = time.monotonic_ns()
            self._scan(folder, fd)
            folder.fd = fd
            folder.stamp, folder.settled, folder.own, folder.listed_ns = stamp, settled, False, listed
        self._folders[path] = folder
        self._folders.move_to_end(path)
        if len(self._folders) > _FOLDERS:
            self._folders.popitem(last=False)
        return folder

    def _scan(self, folder: Folder, fd: int) -> None:
        found: dict[str, Child] = {}
        known, aliases = folder.children, folder.aliases
        changed = False
        with os.scandir(fd) as entries:
            for entry in entries:
                name = entry.name
                child = known.get(aliases.get(name, b""))
                if child is None or entry.is_symlink() or entry.is_dir(follow_symlinks=False) != child.is_directory:
                    looked = self._look(folder.host, entry)
                    if looked is None:
                        continue
                    changed |= looked != child
                    child = looked
                found[name] = child
        if not changed and len(found) == len(aliases):
            return
        folder.long_names = names.assign_aliases(found, aliases, self.page)
        folder.aliases = {host: alias for alias, host in folder.long_names.items()}
        folder.children = {alias: found[host] for alias, host in folder.long_names.items()}
        listed = tuple(folder.children)
        if listed != folder.names:
            folder.names = listed

    def note(self, path: Path, child: Child | None) -> None:
        """Enter a name the guest made, or strike out one it deleted, without listing the folder again.

        So a program may fill a folder with thousands of files. The folder is listed anew before long, for
        what the host may have done in the same moment.
        """
        self.epoch.number += 1
        folder = self._folders.get(path[:-1])
        if folder is None:
            return
        name = path[-1]
        before = folder.long_names.pop(name, None)
        if before is not None:
            folder.aliases.pop(before, None)
        at = bisect_left(folder.names, name)
        behind = at + (folder.names[at : at + 1] == (name,))
        if child is None:
            folder.children.pop(name, None)
            folder.names = folder.names[:at] + folder.names[behind:]
        else:
            folder.children[name] = child
            folder.aliases[child.host[-1]] = name
            folder.long_names[name] = child.host[-1]
            folder.names = (*folder.names[:at], name, *folder.names[behind:])
        try:
            _, status = self._open.look(folder.host)
        except OSError:
            return
        folder.stamp = (status.st_dev, status.st_ino, status.st_mtime_ns)
        folder.settled, folder.own = False, True

    def _look(self, host: HostParts, entry: os.DirEntry[str]) -> Child | None:
        if entry.is_dir(follow_symlinks=False):
            return Child((*host, entry.name), True)
        if entry.is_file(follow_symlinks=False):
            return Child((*host, entry.name), False)
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
        if not visible(status):
            return None
        return Child(parts, stat.S_ISDIR(status.st_mode))

    def place(self, host: HostParts) -> _Place:
        """The folder's descriptor and the name in it; the root itself is ``.``. Host errors become DOS errors."""
        return _Place(self._open, host)

    def forget_below(self, path: Path) -> None:
        self.epoch.number += 1
        for known in [known for known in self._folders if known[: len(path)] == path]:
            self._open.forget_below(self._folders[known].host)
            del self._folders[known]


def _recent(moment_ns: int) -> bool:
    return time.monotonic_ns() - moment_ns < _SETTLED_NS


def visible(status: os.stat_result) -> bool:
    return stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)


class _PathErrors:
    """In the folders of a path, whatever is wrong is "path not found"; but too many files stay that."""

    __slots__ = ()

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            code = dos_code(error)
            raise DosError(ErrorCode.PATH_NOT_FOUND if code is ErrorCode.FILE_NOT_FOUND else code) from error


_PATH_ERRORS = _PathErrors()


class _Place:
    """The context of ``HostTree.place``."""

    __slots__ = ("_folder", "_host", "_open")

    def __init__(self, folders: OpenFolders, host: HostParts, folder: int | None = None) -> None:
        self._open = folders
        self._host = host
        self._folder = folder  # its descriptor, when it has just been looked at

    def __enter__(self) -> tuple[int, str]:
        host = self._host
        if not host:
            return self._open.root, "."
        if self._folder is not None:
            return self._folder, host[-1]
        with host_errors():
            return self._open.folder(host[:-1]), host[-1]

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        host_errors().__exit__(kind, error, trace)
