"""A ZIP archive as a read-only drive.

What an archive can be made to do harm with is left out: names that lead upwards or start at a root, and
files that would need more memory than ``LARGEST`` (PKWARE APPNOTE, 4.4.17 for the names).
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Sequence

from int21 import names
from int21.code_pages import CodePage
from int21.drive import Attribute, Space
from int21.errors import DosError, ErrorCode
from int21.read_only_tree import BytesFile, Node, ReadOnlyTree
from int21.timestamps import Stamp, pack

LARGEST = 64 << 20
"""Bytes of a file that is unpacked; larger ones are shown and cannot be opened."""
_MOST_ENTRIES = 100_000
_CACHED = 64 << 20  # bytes of unpacked files kept
_DEEPEST = 32  # folders; no longer path can be said in DOS
_HIDDEN = 0x02  # of the DOS attributes in the low byte of the external ones
_ENCRYPTED = 0x01
_CLUSTER = 32768
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, MemoryError)


class ZipFolder(ReadOnlyTree):
    """The archive ``path`` as a drive. Raises OSError, and ValueError for what is no archive.

    >>> import pathlib, tempfile
    >>> archive = pathlib.Path(tempfile.mkdtemp(), "GAME.ZIP")
    >>> with zipfile.ZipFile(archive, "w") as made:
    ...     made.writestr("docs/Read me.txt", "hello")
    ...     made.writestr("../../etc/passwd", "bad")
    >>> drive = ZipFolder(archive)
    >>> drive.names(()), drive.open((b"DOCS", b"README~1.TXT"), writable=False).read(0, 9)
    ((b'DOCS',), b'hello')
    >>> drive.close()
    """

    snapshot_kept = True

    def __init__(self, path: str | os.PathLike[str], page: CodePage = names.DEFAULT) -> None:
        label = os.path.splitext(os.path.basename(path))[0]  # noqa: PTH119, PTH122
        super().__init__(
            names.upper(label.encode(page.codec, "replace"), page)[:11], zlib.crc32(os.fsencode(label)), page
        )
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, ValueError, RuntimeError, EOFError) as error:
            raise ValueError(f"not a ZIP archive: {error}") from None
        self._folders: dict[tuple[str, ...], dict[str, Node]] = {(): {}}
        self._size = 0
        for info in self._archive.infolist()[:_MOST_ENTRIES]:
            self._enter(info)
        self._cache: OrderedDict[str, bytes] = OrderedDict()

    @property
    def root(self) -> Node:
        return Node("", True, ())

    def nodes_of(self, folder: Node) -> Sequence[Node]:
        assert isinstance(folder.key, tuple)
        return list(self._folders[folder.key].values())

    def file_attributes(self, node: Node) -> Attribute:
        return Attribute(0)  # it is the disk that is protected; programs ask for the attribute before they copy

    def open_node(self, file: Node) -> BytesFile:
        return BytesFile(self._unpacked(file), file.stamp, (id(self), file.key))

    def space(self) -> Space:
        return Space(_CLUSTER // 512, 512, min(max(self._size // _CLUSTER, 1), 65524), 0)

    def close(self) -> None:
        self._archive.close()

    def _enter(self, info: zipfile.ZipInfo) -> None:
        parts = _safe_parts(info.filename)
        if not parts or len(parts) > _DEEPEST:
            return
        stamp = _stamp(info)
        for depth in range(1, len(parts)):
            self._folder(parts[:depth], stamp)
        if info.is_dir() or info.filename.endswith("\\"):
            self._folder(parts, stamp)
            return
        folder = self._folders.get(parts[:-1])
        if folder is None or parts in self._folders:
            return  # a file and a folder by one name: the one that came first
        folder[parts[-1]] = Node(
            parts[-1], False, info, min(info.file_size, 0xFFFFFFFF), stamp, bool(info.external_attr & _HIDDEN)
        )
        self._size += info.file_size

    def _folder(self, parts: tuple[str, ...], stamp: Stamp) -> None:
        parent = self._folders.get(parts[:-1])
        if parent is None or parts in self._folders or parts[-1] in parent:
            return
        self._folders[parts] = {}
        parent[parts[-1]] = Node(parts[-1], True, parts, 0, stamp)

    def _unpacked(self, file: Node) -> bytes:
        info = file.key
        assert isinstance(info, zipfile.ZipInfo)
        data = self._cache.get(info.filename)
        if data is not None:
            self._cache.move_to_end(info.filename)
            return data
        if info.file_size > LARGEST or info.flag_bits & _ENCRYPTED:
            raise DosError(ErrorCode.ACCESS_DENIED, "too large, or encrypted")
        try:
            with self._archive.open(info) as packed:
                data = packed.read(LARGEST)
        except _DAMAGED as error:
            raise DosError(ErrorCode.CRC_ERROR, str(error)) from error
        self._cache[info.filename] = data
        while sum(map(len, self._cache.values())) > _CACHED:
            self._cache.popitem(last=False)
        return data


def _safe_parts(name: str) -> tuple[str, ...]:
    """The names a member's path is made of; none when it would lead out of the archive.

    >>> _safe_parts("a/./b.txt"), _safe_parts("a\\\\..\\\\b"), _safe_parts("/etc/passwd"), _safe_parts("C:x")
    (('a', 'b.txt'), (), (), ())
    """
    name = name.replace("\\", "/")
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    hostile = name.startswith("/") or any(part == ".." or part[1:2] == ":" or not part.isprintable() for part in parts)
    return () if hostile else parts


def _stamp(info: zipfile.ZipInfo) -> Stamp:
    year, month, day, hour, minute, second = info.date_time
    return pack(year, min(max(month, 1), 12), min(max(day, 1), 31), min(hour, 23), min(minute, 59), second)
