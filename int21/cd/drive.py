"""A compact disc as a drive: files under their 8.3 names, which MSCDEX shows, and under their long ones.

The long names are those of Rock Ridge, else those of Joliet, a second tree of directories on the same disc: its files
are known by their place, its directories by their name or by what is in them. Directories are read when they are
looked at.
"""

from __future__ import annotations

import zlib
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from int21 import names
from int21.cd import iso9660
from int21.cd.disc import SECTOR
from int21.cd.image import ImageDisc
from int21.cd.iso9660 import Extent, FileSystem, Record
from int21.code_pages import CodePage
from int21.drive import Path, Space
from int21.errors import DosError, ErrorCode
from int21.read_only_tree import Node, ReadOnlyTree
from int21.timestamps import Stamp

_LABEL = 11


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a file or directory is; ``joliet`` is the same directory in Joliet's tree."""

    extent: Extent
    joliet: Extent | None = None


class IsoFile:
    """An open file: sectors behind each other."""

    snapshot_kept = True

    def __init__(self, disc: ImageDisc, node: Node, identity: Hashable) -> None:
        assert isinstance(node.key, _Place)
        self._disc = disc
        self._first = node.key.extent.sector
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

    snapshot_kept = True

    def __init__(self, disc: ImageDisc, page: CodePage = names.DEFAULT) -> None:
        self.file_system: FileSystem | None = iso9660.find(disc)
        system = self.file_system
        label = system.label[:_LABEL] if system else b"AUDIO CD"
        super().__init__(names.upper(label, page), zlib.crc32(system.descriptor if system else b""), page)
        self.disc = disc
        self.remote = True
        self._root = Node("", True, _Place(system.root, system.joliet) if system else _Place(Extent(0, 0)))

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

    def record(self, path: Path) -> Record:
        """The directory record of a file or directory. Raises FILE_NOT_FOUND, PATH_NOT_FOUND."""
        node = self.node(path)
        if path and self.file_system is not None:
            for record in self._records(self.node(path[:-1])):
                if record.extent == _place(node).extent and record.is_directory == node.is_directory:
                    return record
        raise DosError(ErrorCode.FILE_NOT_FOUND)

    def nodes_of(self, folder: Node) -> Sequence[Node]:
        found: dict[str, Node] = {}
        plain = [record for record in self._records(folder) if record.name(self.page)]
        twins = self._joliet(folder, plain)
        for record in plain:
            twin = twins.get(record.raw)
            short = record.name(self.page)
            name = record.long or (twin.joliet_name if twin else "") or short
            if name in found:
                name = short
            size = 0 if record.is_directory else record.extent.size
            place = _Place(record.extent, twin.extent if twin and record.is_directory else None)
            found.setdefault(name, Node(name, record.is_directory, place, size, record.stamp, record.hidden, short))
        return list(found.values())

    def _records(self, folder: Node) -> list[Record]:
        system = self.file_system
        return list(iso9660.records(self.disc, _place(folder).extent, system.kind)) if system else []

    def _joliet(self, folder: Node, plain: Sequence[Record]) -> dict[bytes, Record]:
        """The record of Joliet's tree for each plain one, by the bytes of that."""
        place = _place(folder)
        if place.joliet is None or self.file_system is None:
            return {}
        try:
            others = list(iso9660.records(self.disc, place.joliet, self.file_system.kind))
        except DosError:
            return {}
        others = [other for other in others if other.joliet_name]
        files = {other.extent: other for other in others if not other.is_directory}
        found = {one.raw: files[one.extent] for one in plain if not one.is_directory and one.extent in files}
        return found | self._directories([one for one in plain if one.is_directory], others)

    def _directories(self, plain: Iterable[Record], others: Iterable[Record]) -> dict[bytes, Record]:
        left = {other.joliet_name.upper(): other for other in others if other.is_directory}
        found: dict[bytes, Record] = {}
        unknown: list[Record] = []
        for one in plain:
            other = left.pop(one.name(self.page).upper(), None)
            if other is not None:
                found[one.raw] = other
            else:
                unknown.append(one)
        if unknown:
            inside = {self._contents(other): other for other in left.values()}
            for one in unknown:
                other = inside.pop(self._contents(one), None)
                if other is not None:
                    found[one.raw] = other
        return found

    def _contents(self, folder: Record) -> Hashable:
        """What tells a directory in one tree from others, and is the same in the other tree."""
        assert self.file_system is not None
        try:
            inside = list(iso9660.records(self.disc, folder.extent, self.file_system.kind))
        except DosError:
            return folder.extent
        files = frozenset(record.extent for record in inside if not record.is_directory)
        # Directories without files are told by their names' beginning, as far as both trees have it.
        start = "" if files else (folder.identifier.replace(b"\0", b"").decode("latin-1")[:4].upper())
        return files, sum(record.is_directory for record in inside), start


def _place(node: Node) -> _Place:
    assert isinstance(node.key, _Place)
    return node.key
