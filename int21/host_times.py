"""What programs see as the times of a host folder's files.

A host's file carries the host's time, as users and their tools (``make``) expect. What the machine writes has, for its
programs, the time of the machine's own clock, so that the same run gives the same dates however fast the host is. Both
are one as long as the host's file stays as the machine left it: when it changes, its own time counts again.

As in DOS a file gets the time when it is closed (MS-DOS 4 source, CLOSE.ASM), and a directory keeps that of its making.
"""

from __future__ import annotations

import os
import stat
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from int21.timestamps import Stamp, from_seconds, to_seconds

_REMEMBERED = 65536  # files, and folders

_Identity = tuple[int, int]  # device and inode
_V = TypeVar("_V")


@dataclass(slots=True)
class _Open:
    """A file that is open for writing."""

    stamp: Stamp
    users: int = 1
    changed: bool = False


class HostTimes:
    """The times of one folder's files; ``now`` gives the stamp of the machine's clock, None where there is none."""

    def __init__(self) -> None:
        self.now: Callable[[], Stamp] | None = None
        self._open: dict[_Identity, _Open] = {}
        self._closed: OrderedDict[_Identity, tuple[int, Stamp]] = OrderedDict()  # with the host's time in ns
        self._folders: OrderedDict[_Identity, Stamp] = OrderedDict()
        self._accessed: OrderedDict[_Identity, Stamp] = OrderedDict()

    # Looking

    def stamp(self, status: os.stat_result) -> Stamp:
        """When the file with this status was written."""
        identity = status.st_dev, status.st_ino
        if self._open and (opened := self._open.get(identity)) is not None:
            return opened.stamp
        noted = self._closed.get(identity) if self._closed else None
        if noted is not None and noted[0] == status.st_mtime_ns:
            return noted[1]
        return from_seconds(status.st_mtime)

    def folder_stamp(self, status: os.stat_result) -> Stamp:
        """When the folder with this status was made: what it had when it was first seen."""
        return self._folders.get((status.st_dev, status.st_ino)) or from_seconds(status.st_mtime)

    def accessed(self, status: os.stat_result) -> Stamp:
        """When the file was read last, before this machine did."""
        return _remember(self._accessed, (status.st_dev, status.st_ino), from_seconds(status.st_atime))

    def modified_ns(self, status: os.stat_result) -> int:
        """A host time that says by itself what programs see now."""
        stamp = (self.folder_stamp if stat.S_ISDIR(status.st_mode) else self.stamp)(status)
        return status.st_mtime_ns if stamp == from_seconds(status.st_mtime) else int(to_seconds(stamp)) * 1_000_000_000

    def set_accessed(self, status: os.stat_result, stamp: Stamp) -> None:
        """A program says when it was read."""
        self._accessed[status.st_dev, status.st_ino] = stamp

    # What the machine does

    def see_folder(self, status: os.stat_result) -> None:
        """The folder is listed; it may be changed from now on."""
        _remember(self._folders, (status.st_dev, status.st_ino), from_seconds(status.st_mtime))

    def made_folder(self, status: os.stat_result) -> None:
        """The machine has made this folder."""
        self.forget(status)
        if self.now is not None:
            _remember(self._folders, (status.st_dev, status.st_ino), self.now())

    def made(self, status: os.stat_result) -> None:
        """The machine has made this file, and has it open."""
        self.forget(status)
        self.opened(status)
        if self.now is not None:
            opened = self._open[status.st_dev, status.st_ino]
            opened.stamp, opened.changed = self.now(), True
            self.set_accessed(status, opened.stamp)

    def opened(self, status: os.stat_result) -> None:
        """This file was opened for writing."""
        identity = status.st_dev, status.st_ino
        opened = self._open.get(identity)
        if opened is None:
            self._open[identity] = _Open(self.stamp(status))
        else:
            opened.users += 1

    def set(self, identity: _Identity, stamp: Stamp) -> None:
        """A program says when an open file was written."""
        opened = self._open.get(identity)
        if opened is not None:
            opened.stamp, opened.changed = stamp, True

    def wrote(self, identity: _Identity) -> None:
        """What was written to an open file is to be seen: it is closed or committed."""
        if self.now is not None:
            self.set(identity, self.now())

    def closed(self, identity: _Identity, fd: int) -> None:
        """One of the users of a file open for writing closes it, whose descriptor is ``fd``."""
        opened = self._open.get(identity)
        if opened is None:
            return
        opened.users -= 1
        if opened.users:
            return
        del self._open[identity]
        if opened.changed:
            self._closed.pop(identity, None)
            _remember(self._closed, identity, (os.fstat(fd).st_mtime_ns, opened.stamp))

    def forget(self, status: os.stat_result) -> None:
        """The file or folder is deleted: its inode number will be another's."""
        identity = status.st_dev, status.st_ino
        for known in (self._closed, self._folders, self._accessed):
            known.pop(identity, None)

    def show(self, status: os.stat_result, stamp: Stamp, accessed: Stamp) -> None:
        """Show these times for a file or folder in place of the host's."""
        self.forget(status)
        identity = status.st_dev, status.st_ino
        if stat.S_ISDIR(status.st_mode):
            _remember(self._folders, identity, stamp)
        else:
            _remember(self._closed, identity, (status.st_mtime_ns, stamp))
            _remember(self._accessed, identity, accessed)


def _remember(known: OrderedDict[_Identity, _V], identity: _Identity, value: _V) -> _V:
    value = known.setdefault(identity, value)
    if len(known) > _REMEMBERED:
        known.popitem(last=False)
    return value
