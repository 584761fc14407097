"""Handles 0 and 1 put elsewhere for the time of a command.

As COMMAND.COM does, the numbers in the shell's own job file table are exchanged: programs that it runs
inherit the new ones, and the old ones stay open without a handle.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dosemu.shell.parser import Redirection
from dosemu.shell.registry import CommandError
from dosemu.shell.virtual_drive import MemoryFile
from int21.drives import Location
from int21.errors import DosError, ErrorCode
from int21.psp import NO_HANDLE
from int21.sharing import Access
from int21.stdio import STDIN, STDOUT

if TYPE_CHECKING:
    from dosemu.shell.virtual_drive import VirtualDrive
    from int21.dos import Dos

_MESSAGES = {
    ErrorCode.FILE_NOT_FOUND: "File not found",
    ErrorCode.PATH_NOT_FOUND: "Path not found",
    ErrorCode.ACCESS_DENIED: "Access denied",
    ErrorCode.WRITE_PROTECTED: "Write protect error",
}


@dataclass(slots=True)
class Redirected:
    """What handles 0 and 1 were, to be put back."""

    psp: int
    saved: dict[int, int] = field(default_factory=dict)

    def replace(self, dos: Dos, handle: int, index: int) -> None:
        """Let ``handle`` be an open file of the system file table."""
        table = dos.files.handles(self.psp)
        before = _index(dos, self.psp, handle)
        if handle in self.saved:
            _release(dos, before)
        else:
            self.saved[handle] = before
        table.set(handle, index)

    def restore(self, dos: Dos) -> None:
        """Close what took the handles, and put the old files back."""
        table = dos.files.handles(self.psp)
        while self.saved:
            handle, index = self.saved.popitem()
            try:
                _release(dos, _index(dos, self.psp, handle))
                table.set(handle, index)
            except DosError:
                continue  # the program changed its own table


def redirect(dos: Dos, redirection: Redirection, redirected: Redirected) -> None:
    """Open the files of a redirection and put them in place. Raises CommandError; then nothing has changed."""
    files = dos.files
    name = redirection.source
    try:
        if redirection.source is not None:
            redirected.replace(dos, STDIN, files.open_place(files.locate(redirection.source), Access.READ))
        name = redirection.target
        if redirection.target is not None:
            redirected.replace(dos, STDOUT, _open_target(dos, redirection.target, redirection.append))
    except DosError as error:
        redirected.restore(dos)
        if name == redirection.target and error.code in (ErrorCode.PATH_NOT_FOUND, ErrorCode.FILE_NOT_FOUND):
            raise CommandError("File creation error") from None
        raise CommandError(_MESSAGES.get(error.code, "File creation error")) from None


def _open_target(dos: Dos, path: bytes, append: bool) -> int:
    files = dos.files
    place = files.locate(path)
    if append and place.device is None:
        try:
            index = files.open_place(place, Access.BOTH)
        except DosError as error:
            if error.code is not ErrorCode.FILE_NOT_FOUND:
                raise
        else:
            _seek_end(dos, index)
            return index
    return files.create_place(place, 0, Access.BOTH)[0]


def _seek_end(dos: Dos, index: int) -> None:
    """To the end of the file; a ^Z that ends a text is written over."""
    entry = dos.files.table.used(index)
    size = dos.files.table.size(index)
    file = dos.files.table.file(index)
    if size and file is not None and file.read(size - 1, 1) == b"\x1a":
        size -= 1
    entry.position = size


def open_pipe(dos: Dos, drive: VirtualDrive, number: int, data: bytearray, access: Access) -> int:
    """A file in memory as one of the system file table, at its beginning. Raises DosError."""
    place = Location(number, drive, (b"PIPE.$$$",))
    file = MemoryFile(data)
    return dos.files.table.add_file(place, file, access, 0, dos.psp, 0, file.stamp(), file.size())


def _index(dos: Dos, psp: int, handle: int) -> int:
    try:
        return dos.files.handles(psp).get(handle)
    except DosError:
        return NO_HANDLE


def _release(dos: Dos, index: int) -> None:
    if index == NO_HANDLE:
        return
    try:
        dos.files.table.release(index)
    except DosError:
        return
