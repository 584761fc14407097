"""A plain folder of the host as a CD-ROM: with a label, a volume descriptor, and full to the last sector."""

from __future__ import annotations

import os
import struct

from int21 import names
from int21.cd.disc import RAW, SECTOR, Track
from int21.code_pages import CodePage
from int21.drive import Entry, Space
from int21.errors import DosError, ErrorCode
from int21.host_folder import HostFolder

_SECTORS = 320_000  # a 74 minute disc holds 333,000
_DESCRIPTOR = 16


class FolderDisc:
    """The disc that a folder pretends to be: one track of data, of which the volume descriptor can be read."""

    def __init__(self, label: bytes) -> None:
        self.tracks = (Track(1, False, 0, _SECTORS),)
        self.upc = b""
        self._label = label

    @property
    def end(self) -> int:
        return _SECTORS

    def read(self, sector: int) -> bytes:
        if not 0 <= sector < _SECTORS:
            raise DosError(ErrorCode.SECTOR_NOT_FOUND)
        if sector == _DESCRIPTOR:
            return volume_descriptor(self._label)
        if sector == _DESCRIPTOR + 1:
            return b"\xffCD001\x01".ljust(SECTOR, b"\0")
        return bytes(SECTOR)

    def read_audio(self, sector: int, count: int) -> bytes:
        return bytes(RAW * count)

    def close(self) -> None:
        return


def volume_descriptor(label: bytes) -> bytes:
    """A primary volume descriptor (ECMA-119, 8.4) with no more than a label and a size."""
    data = bytearray(SECTOR)
    data[0:7] = b"\x01CD001\x01"
    data[8:40] = b"MS-DOS".ljust(32)
    data[40:72] = label.ljust(32)
    struct.pack_into("<I", data, 80, _SECTORS)
    struct.pack_into(">I", data, 84, _SECTORS)
    data[881] = 1
    return bytes(data)


def folder_record(entry: Entry) -> bytes:
    """The directory record that a file would have on a disc; where it is there nobody knows."""
    day, clock = entry.stamp
    when = (80 + (day >> 9), day >> 5 & 15, day & 31, clock >> 11, clock >> 5 & 63, (clock & 31) * 2, 0)
    flags = 2 if entry.is_directory else 0
    name = entry.name if entry.is_directory else entry.name + b";1"
    both = struct.pack("<I", 0) + struct.pack(">I", 0) + struct.pack("<I", entry.size) + struct.pack(">I", entry.size)
    data = bytes((0, 0)) + both + bytes(when) + bytes((flags, 0, 0, 1, 0, 0, 1, len(name))) + name
    data += bytes(len(data) % 2)
    return bytes([len(data)]) + data[1:]


class CdFolder(HostFolder):
    """The folder ``path`` as a CD-ROM drive; the label is the folder's name unless given.

    >>> import pathlib, tempfile
    >>> disc = pathlib.Path(tempfile.mkdtemp(), "Encyclopaedia 95")
    >>> disc.mkdir()
    >>> drive = CdFolder(disc)
    >>> drive.label, drive.remote, drive.space().free
    (b'ENCYCLOPAED', True, 0)
    >>> drive.close()
    """

    def __init__(self, path: str | os.PathLike[str], label: bytes = b"", page: CodePage = names.DEFAULT) -> None:
        super().__init__(path, True, label, page)
        if not label:
            name = os.path.basename(self.path)  # noqa: PTH119
            self.label = names.upper(name.encode(page.codec, "replace"), page)[:11].rstrip()
        self.remote = True
        self.disc = FolderDisc(self.label)

    def space(self) -> Space:
        # In sectors of 2048 bytes, as MSCDEX tells it; never free.
        return Space(16, SECTOR, _SECTORS // 16, 0)
