"""Where the attributes live that a host file does not have.

Read-only is the host's write permission. Hidden, system and archive go to the extended attribute
``user.DOSATTRIB`` (text, "0x23"), the one Samba and others use; where the file system has none, they are
remembered as long as the drive is mounted.
"""

from __future__ import annotations

import errno
import os
import re
from collections import OrderedDict

from int21.drive import Attribute

_NAME = "user.DOSATTRIB"
_VALUE = re.compile(rb"0x([0-9a-fA-F]{1,8})")
_KEPT = Attribute.HIDDEN | Attribute.SYSTEM | Attribute.ARCHIVE
_REMEMBERED = 65536  # files


class HostAttributes:
    """The attributes of the files of one host folder."""

    def __init__(self, *, use_xattr: bool = True) -> None:
        self._use_xattr = use_xattr and hasattr(os, "getxattr")
        self._remembered: OrderedDict[tuple[int, int], Attribute] = OrderedDict()

    def get(self, status: os.stat_result, path: str | int, *, directory: bool) -> Attribute:
        """Attributes of the file or folder at ``path`` (or of a descriptor) with this status."""
        kept = Attribute(0) if directory else Attribute.ARCHIVE
        found = self._remembered.get((status.st_dev, status.st_ino)) if self._remembered else None
        if found is None and self._use_xattr:
            found = self._read(path)
        if found is not None:
            kept = found & _KEPT
        if directory:
            return kept | Attribute.DIRECTORY
        return kept if status.st_mode & 0o200 else kept | Attribute.READ_ONLY

    def set(self, status: os.stat_result, path: str | int, attributes: Attribute, *, directory: bool) -> None:
        """Remember hidden, system and archive; a file with the usual attributes gets no mark."""
        key = (status.st_dev, status.st_ino)
        kept = attributes & _KEPT
        usual = Attribute(0) if directory else Attribute.ARCHIVE
        self._remembered.pop(key, None)
        if self._use_xattr:
            if kept == usual and self._read(path) is None:
                return
            if self._write(path, kept):
                return
        if kept != usual:
            self._remembered[key] = kept
            if len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)

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
