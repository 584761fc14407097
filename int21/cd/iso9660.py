"""The file systems of compact discs: ISO 9660, High Sierra, and the long names of Joliet and Rock Ridge.

ECMA-119 (volume descriptors 8, directory records 9); High Sierra Group working paper of 28 May 1986 (records with
a date of six bytes, the flags behind it); Microsoft, "Joliet Specification"; IEEE P1282 "Rock Ridge Interchange
Protocol" (NM) over P1281 "System Use Sharing Protocol" (SP, CE, ST). Everything a disc says may be wrong.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from int21.cd.disc import SECTOR, SectorReader
from int21.code_pages import CodePage
from int21.errors import DosError
from int21.read_only_tree import OLDEST
from int21.timestamps import Stamp, pack

_FIRST_DESCRIPTOR = 16
_MOST_DESCRIPTORS = 64
_PRIMARY, _SUPPLEMENTARY, _TERMINATOR = 1, 2, 0xFF
_JOLIET = (b"%/@", b"%/C", b"%/E")  # UCS-2 of level 1, 2 and 3
_ESCAPES_AT = 88
_LARGEST_DIRECTORY = 4 << 20
_HIDDEN, _DIRECTORY = 0x01, 0x02
_RECORD = struct.Struct("<BBI4xI4x7sBBBHHB")
_NAME_AT = _RECORD.size
_MOST_AREAS = 16  # continuation areas of one record
_LONGEST_NAME = 255


class Kind(Enum):
    """A file system."""

    ISO = "CD001"
    HIGH_SIERRA = "CDROM"


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a file or directory is: its first sector and its bytes."""

    sector: int
    size: int


@dataclass(frozen=True, slots=True)
class Record:
    """A directory record. ``raw`` is as it is on the disc, ``long`` the Rock Ridge name, if there is one."""

    identifier: bytes
    extent: Extent
    stamp: Stamp
    is_directory: bool
    hidden: bool
    long: str
    raw: bytes

    def name(self, page: CodePage) -> str:
        """The file's name without its version; empty when it is none."""
        return _sound(self.identifier.partition(b";")[0].rstrip(b".").decode(page.codec, "replace"))

    @property
    def joliet_name(self) -> str:
        """The name of a record of Joliet's tree."""
        return _sound(self.identifier.decode("utf-16-be", "replace").partition(";")[0])


@dataclass(frozen=True, slots=True)
class FileSystem:
    """What the descriptors of a disc say: the root directory, and that of Joliet's tree."""

    kind: Kind
    descriptor: bytes
    label: bytes
    root: Extent
    joliet: Extent | None = None


def find(disc: SectorReader) -> FileSystem | None:
    """The file system of a disc; None when there is none (only music)."""
    found: FileSystem | None = None
    for sector in range(_FIRST_DESCRIPTOR, _FIRST_DESCRIPTOR + _MOST_DESCRIPTORS):
        try:
            data = disc.read(sector)
        except DosError:
            break
        if data[9:14] == Kind.HIGH_SIERRA.value.encode():
            if data[8] == _PRIMARY and found is None:
                found = FileSystem(Kind.HIGH_SIERRA, data, data[48:80].rstrip(b" \0"), _extent(data[180:]))
            if data[8] == _TERMINATOR:
                break
            continue
        if data[1:6] != Kind.ISO.value.encode() or data[0] == _TERMINATOR:
            break
        if data[0] == _PRIMARY and found is None:
            found = FileSystem(Kind.ISO, data, data[40:72].rstrip(b" \0"), _extent(data[156:]))
        elif data[0] == _SUPPLEMENTARY and found is not None and data[_ESCAPES_AT : _ESCAPES_AT + 3] in _JOLIET:
            found = FileSystem(found.kind, found.descriptor, found.label, found.root, _extent(data[156:]))
    return found


def _extent(record: bytes) -> Extent:
    sector, size = struct.unpack_from("<I4xI", record, 2)
    return Extent(sector + record[1], size)


def records(disc: SectorReader, folder: Extent, kind: Kind) -> Iterator[Record]:
    """The records of a directory but for itself and its parent. Raises DosError."""
    for number in range(-(-min(folder.size, _LARGEST_DIRECTORY) // SECTOR)):
        sector = disc.read(folder.sector + number)
        at = 0
        # No record crosses into the next sector.
        while at + _NAME_AT < SECTOR and sector[at] > _NAME_AT:
            raw = sector[at : at + sector[at]]
            if raw[_NAME_AT : _NAME_AT + raw[_NAME_AT - 1]] not in (b"", b"\0", b"\1"):
                yield _record(disc, raw, kind)
            at += sector[at]


def _record(disc: SectorReader, raw: bytes, kind: Kind) -> Record:
    _, attributes, sector, size, when, flags, _, _, _, _, length = _RECORD.unpack_from(raw)
    if kind is Kind.HIGH_SIERRA:
        flags = when[6]
    behind = _NAME_AT + length + (length + 1) % 2
    return Record(
        raw[_NAME_AT : _NAME_AT + length],
        Extent(sector + attributes, size),  # an extended attribute record is in front of the file
        _stamp(when),
        bool(flags & _DIRECTORY),
        bool(flags & _HIDDEN),
        _sound(_rock_ridge_name(disc, raw[behind:])) if kind is Kind.ISO else "",
        raw,
    )


def _rock_ridge_name(disc: SectorReader, area: bytes) -> str:
    """The name in a record's system use area, which may go on elsewhere."""
    name = b""
    following: tuple[int, int, int] | None = None
    for _ in range(_MOST_AREAS):
        at = 0
        while at + 4 <= len(area):
            signature, length = area[at : at + 2], area[at + 2]
            if length < 4 or signature == b"ST":
                break
            if signature == b"NM" and length >= 5 and not area[at + 4] & 0x06:  # not "." and ".."
                name += area[at + 5 : at + length]
            elif signature == b"CE" and length >= 28:
                following = struct.unpack_from("<I4xI4xI", area.ljust(at + 28, b"\0"), at + 4)
            at += length
        if following is None or len(name) > _LONGEST_NAME:
            break
        sector, offset, size = following
        following = None
        try:
            area = disc.read(sector)[offset : offset + size]
        except DosError:
            break
    return name[:_LONGEST_NAME].decode("utf-8", "replace")


def _sound(name: str) -> str:
    """A name that a file can have; none for what cannot be one."""
    return name if name.isprintable() and "/" not in name and "\\" not in name and name not in (".", "..") else ""


def _stamp(when: bytes) -> Stamp:
    year, month, day, hour, minute, second = when[:6]
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second < 60):
        return OLDEST
    return pack(1900 + year, month, day, hour, minute, second)
