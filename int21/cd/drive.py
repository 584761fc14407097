"""The ISO 9660 file system of a disc as a drive (ECMA-119; High Sierra discs are not read).

Directories are read when they are looked at. Names are those of the primary volume descriptor, which are
the ones that MSCDEX shows.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Hashable, Sequence

from int21 import names
from int21.cd.disc import SECTOR
from int21.cd.image import ImageDisc
from int21.code_pages import CodePage
from int21.drive import Space
from int21.errors import DosError, ErrorCode
from int21.read_only_tree import OLDEST, Node, ReadOnlyTree
from int21.timestamps import Stamp, pack

_FIRST_DESCRIPTOR = 16
_MOST_DESCRIPTORS = 64
_PRIMARY = b"\x01CD001"
_TERMINATOR = 0xFF
_LARGEST_DIRECTORY = 4 << 20
_HIDDEN, _DIRECTORY = 0x01, 0x02
_RECORD = struct.Struct("<BBI4xI4x7sBBBHHB")


class IsoFile:
    """An open file: sectors behind each other."""

    def __init__(self, disc: ImageDisc, node: Node, identity: Hashable) -> None:
        assert isinstance(node.key, tuple)
        self._disc = disc
        self._first: int = node.key[0]
        self._node = node
        self._identity = identity

    @property
    def identity(self) -> Hashable:
        return self._identity

    def read(self, position: int, count: int) -> bytes:
        count = min(count, self._node.size - position)
        if count <= 0:
            return b""
        first, inside = divmod(position, SECTOR)
        data = self._disc.read_many(self._first + first, -(-(inside + count) // SECTOR))
        return data[inside : inside + count]

    def write(self, position: int, data: bytes) -> int:
        raise DosError(ErrorCode.ACCESS_DENIED)

    def truncate(self, size: int) -> bool:
        raise DosError(ErrorCode.ACCESS_DENIED)

    def size(self) -> int:
        return self._node.size

    def stamp(self) -> Stamp:
        return self._node.stamp

    def set_stamp(self, stamp: Stamp) -> None:
        raise DosError(ErrorCode.ACCESS_DENIED)

    def close(self) -> None:
        return


class CdDrive(ReadOnlyTree):
    """A disc as a CD-ROM drive; one without a file system (only music) is empty."""

    def __init__(self, disc: ImageDisc, page: CodePage = names.DEFAULT) -> None:
        descriptor = _descriptor(disc)
        label = descriptor[40:72].rstrip(b" \0")[:11] if descriptor else b"AUDIO CD"
        super().__init__(names.upper(label, page), zlib.crc32(descriptor), page)
        self.disc = disc
        self.remote = True
        self._root = Node("", True, (0, 0))
        if descriptor:
            _, _, extent, size, *_ = _RECORD.unpack_from(descriptor, 156)
            self._root = Node("", True, (extent, size))

    @property
    def root(self) -> Node:
        return self._root

    def close(self) -> None:
        self.disc.close()

    def space(self) -> Space:
        # In sectors of 2048 bytes, as MSCDEX tells it; never free.
        per = 1
        while self.disc.end // per > 65524 and per < 128:
            per *= 2
        return Space(per, SECTOR, min(max(self.disc.end // per, 1), 65524), 0)

    def open_node(self, file: Node) -> IsoFile:
        return IsoFile(self.disc, file, (id(self), file.key))

    def nodes_of(self, folder: Node) -> Sequence[Node]:
        assert isinstance(folder.key, tuple)
        extent, size = folder.key
        found: dict[str, Node] = {}
        for number in range(-(-min(size, _LARGEST_DIRECTORY) // SECTOR)):
            sector = self.disc.read(extent + number)
            at = 0
            # No record crosses into the next sector.
            while at + _RECORD.size < SECTOR and sector[at] >= _RECORD.size + 1:
                node = self._node(sector, at)
                if node is not None:
                    found.setdefault(node.name, node)
                at += sector[at]
        return list(found.values())

    def _node(self, sector: bytes, at: int) -> Node | None:
        _, _, extent, size, when, flags, _, _, _, _, length = _RECORD.unpack_from(sector, at)
        raw = sector[at + _RECORD.size : at + _RECORD.size + length]
        name = raw.partition(b";")[0].rstrip(b".").decode(self.page.codec, "replace")
        if raw in (b"\0", b"\1") or not name or not name.isprintable() or "/" in name or "\\" in name:
            return None
        directory = bool(flags & _DIRECTORY)
        return Node(name, directory, (extent, size), 0 if directory else size, _stamp(when), bool(flags & _HIDDEN))


def _descriptor(disc: ImageDisc) -> bytes:
    """The primary volume descriptor; none when there is no file system."""
    for sector in range(_FIRST_DESCRIPTOR, _FIRST_DESCRIPTOR + _MOST_DESCRIPTORS):
        try:
            data = disc.read(sector)
        except DosError:
            return b""
        if data.startswith(_PRIMARY):
            return data
        if data[1:6] != b"CD001" or data[0] == _TERMINATOR:
            return b""
    return b""


def _stamp(when: bytes) -> Stamp:
    year, month, day, hour, minute, second, _ = when
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60):
        return OLDEST
    return pack(1900 + year, month, day, hour, minute, second)
