"""Where the attributes live that a host file does not have.

Read-only is the host's write permission. Hidden, system and archive go to the extended attribute
``user.DOSATTRIB`` (text, "0x23"), the one Samba and others use; where the file system has none, they are
remembered as long as the drive is mounted.
"""

from __future__ import annotations

import errno
import os
import re
import time
from collections import OrderedDict

from int21.drive import ATTRIBUTES, Attribute

_NAME = "user.DOSATTRIB"
_VALUE = re.compile(rb"0x([0-9a-fA-F]{1,8})")
_KEPT = Attribute.HIDDEN | Attribute.SYSTEM | Attribute.ARCHIVE
_REMEMBERED = 65536  # files
_ARCHIVE, _DIRECTORY, _READ_ONLY = int(Attribute.ARCHIVE), int(Attribute.DIRECTORY), int(Attribute.READ_ONLY)
# A file changed this short a time ago may change again without a new time stamp.
_SETTLED_NS = 50_000_000


class HostAttributes:
    """The attributes of the files of one host folder."""

    def __init__(self, *, use_xattr: bool = True) -> None:
        self._use_xattr = use_xattr and hasattr(os, "getxattr")
        self._remembered: OrderedDict[tuple[int, int], Attribute] = OrderedDict()
        # What was read, with the time of the file's last change: a new mark is a change.
        self._seen: OrderedDict[tuple[int, int], tuple[int, int]] = OrderedDict()

    def get(self, status: os.stat_result, path: str | int, *, directory: bool) -> Attribute:
        """Attributes of the file or folder at ``path`` (or of a descriptor) with this status."""
        key = (status.st_dev, status.st_ino)
        found: int | None = self._remembered.get(key) if self._remembered else None
        if found is None and self._use_xattr:
            seen = self._seen.get(key)
            if seen is not None and seen[0] == status.st_ctime_ns:
                found = seen[1]
            else:
                found = self._read(path)
                if found is None:
                    found = 0 if directory else _ARCHIVE
                self._see(key, status.st_ctime_ns, int(found))
        kept = int(found) if found is not None else 0 if directory else _ARCHIVE
        if directory:
            return ATTRIBUTES[kept | _DIRECTORY]
        return ATTRIBUTES[kept if status.st_mode & 0o200 else kept | _READ_ONLY]

    def _see(self, key: tuple[int, int], changed_ns: int, kept: int) -> None:
        if abs(time.time_ns() - changed_ns) > _SETTLED_NS:
            self._seen[key] = changed_ns, kept
            if len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)

    def set(self, status: os.stat_result, path: str | int, attributes: Attribute, *, directory: bool) -> None:
        """Remember hidden, system and archive; a file with the usual attributes gets no mark."""
        key = (status.st_dev, status.st_ino)
        kept = attributes & _KEPT
        usual = Attribute(0) if directory else Attribute.ARCHIVE
        self._remembered.pop(key, None)
        self._seen.pop(key, None)
        if self._use_xattr:
            if kept == usual and self._read(path) is None:
                return
            if self._write(path, kept):
                return
        if kept != usual:
            self._remembered[key] = kept
            if len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)

    def made(self, key: tuple[int, int]) -> None:
        """A new file has this device and inode number: it has the usual attributes."""
        self._remembered.pop(key, None)
        self._seen.pop(key, None)

    def forget(self, status: os.stat_result) -> None:
        """The file is deleted: its inode number will be another file's."""
        if status.st_nlink <= 1:
            self._remembered.pop((status.st_dev, status.st_ino), None)

    def _read(self, path: str | int) -> Attribute | None:
        try:
            if isinstance(path, int):
                value = os.getxattr(path, _NAME)
            else:
                value = os.getxattr(path, _NAME, follow_symlinks=False)
        except OSError as error:
            if error.errno == errno.ENOTSUP:
                self._use_xattr = False
            return None
        match = _VALUE.search(value[:64])
        return Attribute(int(match[1], 16) & _KEPT) if match else None

    def _write(self, path: str | int, kept: Attribute) -> bool:
        try:
            value = f"0x{int(kept):02x}".encode()
            if isinstance(path, int):
                os.setxattr(path, _NAME, value)
            else:
                os.setxattr(path, _NAME, value, follow_symlinks=False)
        except OSError as error:
            if error.errno == errno.ENOTSUP:
                self._use_xattr = False
            return False
        return True
