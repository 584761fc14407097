"""Drives that cannot be written, over a tree that something else holds: an archive, a compact disc.

A kind of them says what is in a folder and how a file is opened; names, aliases and refusals are here. Hosts'
names get 8.3 aliases as in host folders (``names.assign_aliases``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from int21 import names
from int21.code_pages import CodePage
from int21.drive import Attribute, Entry, OpenFile, Path, Space
from int21.errors import DosError, ErrorCode
from int21.timestamps import Stamp, pack

_FOLDERS = 512  # listings kept
OLDEST: Stamp = pack(1980, 1, 1)


@dataclass(frozen=True, slots=True)
class Node:
    """A file or folder: its full name, and under ``key`` what the drive finds its contents by.

    ``short`` is the name it has beside the full one, where the tree itself says so.
    """

    name: str
    is_directory: bool
    key: Hashable = None
    size: int = 0
    stamp: Stamp = OLDEST
    hidden: bool = False
    short: str = ""


@dataclass(slots=True)
class _Listing:
    nodes: dict[bytes, Node] = field(default_factory=dict)
    names: tuple[bytes, ...] = ()


class ReadOnlyTree(ABC):
    """A drive of which nothing can be changed: every attempt is "access denied", as on a CD-ROM."""

    def __init__(self, label: bytes, serial: int, page: CodePage = names.DEFAULT) -> None:
        self.label = label
        self.serial = serial
        self.read_only = True
        self.removable = False
        self.remote = False
        self.media = 0xF8
        self.page = page
        self._listings: dict[Path, _Listing] = {}

    @abstractmethod
    def nodes_of(self, folder: Node) -> Sequence[Node]:
        """What is in a folder. Raises DosError when it cannot be read."""

    @abstractmethod
    def open_node(self, file: Node) -> OpenFile:
        """Open a file for reading. Raises DosError."""

    @abstractmethod
    def space(self) -> Space: ...

    @abstractmethod
    def close(self) -> None: ...

    @property
    @abstractmethod
    def root(self) -> Node: ...

    def node(self, path: Path) -> Node:
        """What a path stands for. Raises FILE_NOT_FOUND, PATH_NOT_FOUND."""
        if not path:
            return self.root
        node = self._listing(path[:-1]).nodes.get(path[-1])
        if node is None:
            raise DosError(ErrorCode.FILE_NOT_FOUND)
        return node

    def names(self, path: Path) -> Sequence[bytes]:
        return self._listing(path).names

    def entry(self, path: Path) -> Entry:
        node = self.node(path)
        kind = Attribute.DIRECTORY if node.is_directory else Attribute(0)
        attributes = kind | (Attribute.HIDDEN if node.hidden else Attribute(0)) | self.file_attributes(node)
        return Entry(path[-1] if path else b"", attributes, node.size, node.stamp)

    def file_attributes(self, node: Node) -> Attribute:
        """What every entry has beside hidden and directory."""
        return Attribute.READ_ONLY if not node.is_directory else Attribute(0)

    def identity(self, path: Path) -> Hashable | None:
        try:
            node = self.node(path)
        except DosError:
            return None
        return id(self), node.key, path[-1:] if node.key is None else ()

    def open(self, path: Path, *, writable: bool) -> OpenFile:
        node = self.node(path)
        if writable or node.is_directory:
            raise DosError(ErrorCode.ACCESS_DENIED)
        return self.open_node(node)

    def create(self, path: Path, attributes: Attribute, *, exclusive: bool = False) -> tuple[OpenFile, bool]:
        self._listing(path[:-1])
        raise DosError(ErrorCode.ACCESS_DENIED)

    def delete(self, path: Path) -> None:
        self._refuse(path)

    def rename(self, old: Path, new: Path) -> None:
        self._refuse(old)

    def make_directory(self, path: Path) -> None:
        self._listing(path[:-1])
        raise DosError(ErrorCode.ACCESS_DENIED)

    def remove_directory(self, path: Path) -> None:
        self._listing(path)
        raise DosError(ErrorCode.ACCESS_DENIED)

    def set_attributes(self, path: Path, attributes: Attribute) -> None:
        self._refuse(path)

    def long_names(self, path: Path) -> Mapping[bytes, str]:
        return {alias: node.name for alias, node in self._listing(path).nodes.items()}

    def alias_for(self, folder: Path, long: str) -> bytes:
        known = {name: alias for alias, name in self.long_names(folder).items()}
        return names.alias_for(long, known, self.page)

    def named(self, path: Path, long: str) -> AbstractContextManager[None]:
        return nullcontext()  # nothing can be made here

    def _refuse(self, path: Path) -> None:
        self.node(path)
        raise DosError(ErrorCode.ACCESS_DENIED)

    def _listing(self, path: Path) -> _Listing:
        listing = self._listings.get(path)
        if listing is not None:
            return listing
        folder = self.root
        if path:
            parent = self._listing(path[:-1]).nodes.get(path[-1])
            if parent is None or not parent.is_directory:
                raise DosError(ErrorCode.PATH_NOT_FOUND)
            folder = parent
        by_name = {node.name: node for node in self.nodes_of(folder)}
        known = {name: names.exact_alias(node.short, self.page) for name, node in by_name.items() if node.short}
        given = {name: alias for name, alias in known.items() if alias is not None}
        aliases = names.assign_aliases(by_name, given, self.page)
        listing = _Listing({alias: by_name[name] for alias, name in aliases.items()}, tuple(aliases))
        if len(self._listings) >= _FOLDERS:
            self._listings.clear()
        self._listings[path] = listing
        return listing


class BytesFile:
    """An open file whose bytes are all in memory, and stay as they are."""

    snapshot_kept = True

    def __init__(self, data: bytes, stamp: Stamp, identity: Hashable) -> None:
        self._data = data
        self._stamp = stamp
        self._identity = identity

    @property
    def identity(self) -> Hashable:
        return self._identity

    def read(self, position: int, count: int) -> bytes:
        return self._data[position : position + count]

    def write(self, position: int, data: bytes) -> int:
        raise DosError(ErrorCode.ACCESS_DENIED)

    def truncate(self, size: int) -> bool:
        raise DosError(ErrorCode.ACCESS_DENIED)

    def size(self) -> int:
        return len(self._data)

    def stamp(self) -> Stamp:
        return self._stamp

    def set_stamp(self, stamp: Stamp) -> None:
        raise DosError(ErrorCode.ACCESS_DENIED)

    def close(self) -> None:
        return
