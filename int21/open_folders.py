"""Descriptors of host folders, reached from a root without following a link.

The most used ones are kept open. Before one is used again its place is looked at: when another folder, or a
link, has taken it, the way is walked anew.
"""

from __future__ import annotations

import os
import weakref
from collections import OrderedDict
from dataclasses import dataclass

from int21.known_file import Epoch

HostParts = tuple[str, ...]

_KEPT = 128  # two paths of the longest kind, and then some
_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class _Kept:
    fd: int
    device: int
    inode: int


def _close_all(root: int, kept: OrderedDict[HostParts, _Kept]) -> None:
    for folder in kept.values():
        os.close(folder.fd)
    kept.clear()
    os.close(root)


class OpenFolders:
    """The open folders below ``root``, a descriptor that it owns."""

    def __init__(self, root: int) -> None:
        self.root = root
        self._kept: OrderedDict[HostParts, _Kept] = OrderedDict()
        self.epoch = Epoch()  # of the descriptors: another one when any was closed
        self._closer = weakref.finalize(self, _close_all, root, self._kept)

    def close(self) -> None:
        """Close everything."""
        self.epoch.number += 1
        self._closer()

    def folder(self, host: HostParts) -> int:
        """The descriptor of a folder; it stays good while few others are used. Raises OSError."""
        return self.look(host)[0]

    def look(self, host: HostParts) -> tuple[int, os.stat_result]:
        """The same, with its status now."""
        fd = self.root
        status = None
        kept = self._kept
        for depth, part in enumerate(host, 1):
            key = host[:depth]
            folder = kept.get(key)
            if folder is not None:
                status = os.stat(part, dir_fd=fd, follow_symlinks=False)
                if status.st_ino == folder.inode and status.st_dev == folder.device:
                    kept.move_to_end(key)
                    fd = folder.fd
                    continue
                self.forget_below(key)
            below = os.open(part, _FLAGS, dir_fd=fd)
            status = os.fstat(below)
            kept[key] = _Kept(below, status.st_dev, status.st_ino)
            fd = below
        while len(kept) > max(_KEPT, len(host)):
            _, oldest = kept.popitem(last=False)
            self.epoch.number += 1
            os.close(oldest.fd)
        return fd, os.fstat(fd) if status is None else status

    def kept(self, host: HostParts) -> int | None:
        """The descriptor of a folder, when it is open."""
        if not host:
            return self.root
        folder = self._kept.get(host)
        return None if folder is None else folder.fd

    def forget_below(self, host: HostParts) -> None:
        """Close a folder and all below it: something else may get its place."""
        size = len(host)
        self.epoch.number += 1
        for key in [key for key in self._kept if key[:size] == host]:
            os.close(self._kept.pop(key).fd)
