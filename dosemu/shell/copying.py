"""Copying files for COPY, XCOPY and MOVE: a piece at a time, so that the machine goes on meanwhile."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from typing import TYPE_CHECKING

from dosemu.shell.calls import LOOK, Answer, Call
from dosemu.shell.long_words import carried
from dosemu.shell.registry import CommandError
from int21.errors import DosError
from int21.files import Files
from int21.sharing import Access
from int21.timestamps import Stamp

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

PIECE = 0x8000
_LARGEST_DEVICE_READ = 64 << 20
_FULL = "Insufficient disk space"


class Source:
    """An open file or device that is read from its beginning; ``text`` ends at the first ^Z."""

    def __init__(self, shell: Shell, path: bytes, *, text: bool = False) -> None:
        self._files: Files = shell.dos.files
        self._index = self._files.open_place(self._files.locate(path), Access.READ)
        self._text = text
        self.ended = False

    @property
    def is_device(self) -> bool:
        return self._files.table.file(self._index) is None

    @property
    def stamp(self) -> Stamp | None:
        """The date of the file; None for a device."""
        file = self._files.table.file(self._index)
        return None if file is None else file.stamp()

    def read(self) -> bytes:
        """The next piece; empty at the end. Raises DosError."""
        if self.ended:
            return b""
        data = self._files.table.read(self._index, PIECE)
        if self._text:
            data, mark, _ = data.partition(b"\x1a")
            self.ended = bool(mark)
        self.ended = self.ended or not data
        return data

    def whole(self, most: int) -> Generator[Call, Answer, bytes]:
        """What is left, up to the piece that reaches ``most`` bytes. Raises DosError."""
        pieces: list[bytes] = []
        size = 0
        while size < most and (piece := self.read()):
            pieces.append(piece)
            size += len(piece)
            yield LOOK
        return b"".join(pieces)

    def close(self) -> None:
        with contextlib.suppress(DosError):  # the machine itself may have been closed
            self._files.table.release(self._index)


class Target:
    """A file that is being made, or a device. A copy of ``source`` under the same name has its full name too."""

    def __init__(self, shell: Shell, path: bytes, *, append: bool = False, source: bytes | None = None) -> None:
        self._files: Files = shell.dos.files
        place = self._files.locate(path)
        if append and place.device is None:
            self._index = self._files.open_place(place, Access.BOTH)
            self._files.table.used(self._index).position = self._files.table.size(self._index)
        elif source is not None and place.device is None:
            with carried(shell.dos, self._files.locate(source), place) as named:
                self._index = self._files.create_place(named, 0, Access.BOTH)[0]
        else:
            self._index = self._files.create_place(place, 0, Access.BOTH)[0]

    @property
    def is_device(self) -> bool:
        return self._files.table.file(self._index) is None

    def write(self, data: bytes) -> None:
        """Write all of it. Raises CommandError when the disk is full, DosError."""
        if data and self._files.table.write(self._index, data) < len(data):
            raise CommandError(_FULL)

    def close(self, stamp: Stamp | None = None) -> None:
        """Close it; a file gets the date ``stamp``."""
        with contextlib.suppress(DosError):
            if stamp is not None and not self.is_device:
                self._files.table.set_stamp(self._index, stamp)
        with contextlib.suppress(DosError):
            self._files.table.release(self._index)


def copy_pieces(source: Source, target: Target) -> Generator[Call, Answer, int]:
    """Copy from one to the other, to the end of the source; the number of bytes."""
    size = 0
    while data := source.read():
        target.write(data)
        size += len(data)
        yield LOOK
        if source.is_device and size > _LARGEST_DEVICE_READ:
            break
    return size


def copy_file(shell: Shell, path: bytes, target_path: bytes) -> Generator[Call, Answer, int]:
    """Copy a whole file with its date. Raises DosError, CommandError; half a copy is removed."""
    source = Source(shell, path)
    try:
        target = Target(shell, target_path, source=path)
        stamp = None
        try:
            size = yield from copy_pieces(source, target)
            stamp = source.stamp
        finally:
            target.close(stamp)
            if stamp is None and not target.is_device:
                remove_quietly(shell, target_path)
    finally:
        source.close()
    return size


def remove_quietly(shell: Shell, path: bytes) -> None:
    """Delete a file, if that can be done."""
    try:
        place = shell.dos.drives.resolve(path)
        if place.device is None:
            place.drive.delete(place.path)
    except DosError:
        return


def same_file(shell: Shell, one: bytes, other: bytes) -> bool:
    """Whether two paths name the same existing file."""
    try:
        first, second = shell.dos.drives.resolve(one), shell.dos.drives.resolve(other)
        if first.device is not None or second.device is not None:
            return False
        identity = first.drive.identity(first.path)
        return identity is not None and identity == second.drive.identity(second.path)
    except DosError:
        return False
