"""Files: what programs hold as handles, over the system file table.

A handle is an index into the program's job file table (PSP:18h, or where PSP:34h points), whose bytes
are numbers of system file table entries, FFh meaning free (MS-DOS Programmer's Reference, "Program
Segment Prefix"; RBIL table 01378). Errors are those of the INT 21h functions.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from int21.devices import Devices
from int21.direct_exec import DirectPrograms
from int21.direct_open import DirectOpen
from int21.drive import ATTRIBUTES, Attribute
from int21.drives import Location
from int21.errors import DosError, ErrorCode
from int21.fcb_open import FcbFiles
from int21.host_file import LARGEST
from int21.host_folder import HostFolder
from int21.host_stream import HostStream
from int21.job_file_table import JobFileTable
from int21.known_file import KnownFile
from int21.psp import HANDLES, NO_HANDLE, Psp
from int21.search import Searches
from int21.sft import NO_INHERIT, SftEntry, SystemFileTable
from int21.sharing import Access, Share
from int21.view import linear

if TYPE_CHECKING:
    from int21.dos import Dos

NO_INHERIT_MODE = 0x80  # bit 7 of an open mode
_TABLE_OFFSET = 0x18
_REMEMBERED = 256
# As numbers: flags are slow to combine.
_SETTABLE, _ARCHIVE = int(Attribute.settable()), int(Attribute.ARCHIVE)
_NO_FILE = 0xFF & ~_SETTABLE
_MOST_HANDLES = 0xFFFF
_RESERVED_ACTIONS = 0xFE00  # of 6Ch; bit 8 asks not to look at the file's code page


class Outcome(IntEnum):
    """What an extended open (6Ch) did; CX at its end."""

    OPENED = 1
    CREATED = 2
    REPLACED = 3


class Origin(IntEnum):
    """AL of INT 21h/42h."""

    START = 0
    CURRENT = 1
    END = 2


class Files:
    """The open files of the machine; handles are those of the current program (``dos.psp``)."""

    snapshot_skips = ("opening", "programs", "_asked")

    def __init__(self, dos: Dos, sft_address: int, entries: int) -> None:
        self.dos = dos
        self.table = SystemFileTable(dos.memory, sft_address, entries)
        self.opening = DirectOpen(self.table.direct)
        arena = dos.arena
        self.programs = DirectPrograms(
            self.table.direct, arena.allocation, arena.first, arena.upper, dos.processes.shell.segment
        )
        self.table.direct.add_services(self.opening, self.programs)
        self.devices = Devices(dos)
        self.searches = Searches(dos.drives)
        self.fcbs = FcbFiles(self)
        self.host_input: HostStream | None = None  # what feeds handle 0, and CON while no keys come
        self._temporary = 0
        self._asked: set[bytes] = set()  # paths

    def handles(self, psp: int | None = None) -> JobFileTable:
        """The handles of a program, by default the current one."""
        return JobFileTable(self.dos, self.dos.psp if psp is None else psp)

    def index(self, handle: int) -> int:
        """The system file table number behind a handle of the current program. Raises INVALID_HANDLE."""
        index = self.handles().get(handle)
        self.table.used(index)
        return index

    def entry(self, handle: int) -> SftEntry:
        """The system file table entry behind a handle. Raises INVALID_HANDLE."""
        return self.table.used(self.handles().get(handle))

    # Opening

    def open(self, path: bytes, mode: int = 0) -> int:
        """Open an existing file or a device; ``mode`` is AL of INT 21h/3Dh. Returns the handle.

        Raises TOO_MANY_OPEN_FILES, INVALID_ACCESS_CODE, FILE_NOT_FOUND, PATH_NOT_FOUND, ACCESS_DENIED,
        SHARING_VIOLATION.
        """
        handle = self._reserve()
        check_mode(mode)
        append = self.dos.append
        if append.enabled:
            return self._give(handle, append.tried(path, lambda path: self.open_place(self.locate(path), mode)))
        place = self.locate(path)
        index = self.open_place(place, mode)
        if mode == Access.READ and (known := self._known(path, place)) is not None:
            self.opening.learn(known)
        return self._give(handle, index)

    def known(self, path: bytes) -> KnownFile | None:
        """What finds the file without Python from now on; None when it is asked for the first time, or changes."""
        try:
            return self._known(path, self.locate(path))
        except DosError:
            return None

    def _known(self, path: bytes, place: Location) -> KnownFile | None:
        if not isinstance(place.drive, HostFolder) or place.device is not None:
            return None
        if path in self._asked:
            return place.drive.known(place, path, self.dos.drives.epoch)
        if len(self._asked) >= _REMEMBERED:
            self._asked.clear()
        self._asked.add(path)
        return None

    def create(self, path: bytes, attributes: int = 0, mode: int = Access.BOTH, *, exclusive: bool = False) -> int:
        """Create a file, or empty the one that is there. Returns the handle.

        With ``exclusive`` an existing file is FILE_EXISTS. Raises TOO_MANY_OPEN_FILES, PATH_NOT_FOUND,
        ACCESS_DENIED, SHARING_VIOLATION.
        """
        handle = self._reserve()
        return self._give(handle, self.create_place(self.locate(path), attributes, mode, exclusive=exclusive)[0])

    def open_extended(self, path: bytes | Location, mode: int, attributes: int, action: int) -> tuple[int, Outcome]:
        """INT 21h/6Ch: open or create, as ``action`` (DX) says; returns the handle and what was done."""
        exists, missing = action & 0xF, action >> 4 & 0xF
        if exists > 2 or missing > 1 or not exists | missing or action & _RESERVED_ACTIONS:
            raise DosError(ErrorCode.INVALID_FUNCTION)
        handle = self._reserve()
        check_mode(mode & 0xFF)
        place = path if isinstance(path, Location) else self.locate(path)
        if place.device is not None or place.drive.identity(place.path) is not None:
            if exists == 0:
                raise DosError(ErrorCode.FILE_EXISTS)
            if exists == 1 or place.device is not None:
                return self._give(handle, self.open_place(place, mode)), (
                    Outcome.OPENED if exists == 1 else Outcome.REPLACED
                )
        elif missing == 0:
            raise DosError(ErrorCode.FILE_NOT_FOUND)
        index, new = self.create_place(place, attributes, mode)
        return self._give(handle, index), Outcome.CREATED if new else Outcome.REPLACED

    def create_temporary(self, folder: bytes, attributes: int) -> tuple[int, bytes]:
        """A new file with a name of its own in a directory; returns the handle and the full path."""
        if folder and folder[-1:] not in (b"\\", b"/", b":"):
            folder += b"\\"
        for _ in range(0x10000):
            self._temporary = (self._temporary + 1) & 0xFFFFFFFF
            path = folder + self._temporary_name()
            try:
                return self.create(path, attributes, exclusive=True), path
            except DosError as error:
                if error.code is not ErrorCode.FILE_EXISTS:
                    raise
        raise DosError(ErrorCode.ACCESS_DENIED)

    def _temporary_name(self) -> bytes:
        # Eight letters A to P, as DOS makes them from its clock.
        return bytes(0x41 + (self._temporary >> shift & 15) for shift in range(28, -4, -4))

    def locate(self, path: bytes, wild_error: ErrorCode = ErrorCode.FILE_NOT_FOUND) -> Location:
        """The place of a file that a program names.

        No name or a wildcard is ``wild_error``, a directory's form PATH_NOT_FOUND.
        """
        if not path or path[1:] == b":":
            raise DosError(wild_error)
        place = self.dos.drives.resolve(path, wild=True)
        if place.wild:
            raise DosError(wild_error)
        names_folder = place.folder and place.device is None
        if names_folder and (path[-1:] in (b"\\", b"/") or not place.drive.entry(place.path).is_directory):
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        return place

    def open_place(self, place: Location, mode: int) -> int:
        """Open what is at a place; returns the system file table number."""
        flags = NO_INHERIT if mode & NO_INHERIT_MODE else 0
        mode &= ~NO_INHERIT_MODE
        if place.device is not None:
            device = self.devices.get(place.device)
            return self.table.add_channel(place.device, device, mode, flags, self.dos.psp)
        self.table.free()
        entry = place.drive.entry(place.path)
        if entry.is_directory:
            raise DosError(ErrorCode.ACCESS_DENIED)
        self._check_sharing(place, mode, bool(int(entry.attributes) & 0x01))
        file = place.drive.open(place.path, writable=mode & 7 != Access.READ)
        return self.table.add_file(
            place, file, mode, flags, self.dos.psp, int(entry.attributes), entry.stamp, entry.size
        )

    def create_place(self, place: Location, attributes: int, mode: int, *, exclusive: bool = False) -> tuple[int, bool]:
        """Create a file at a place; returns the system file table number and whether the file is new."""
        if place.device is not None:
            if exclusive:
                raise DosError(ErrorCode.FILE_EXISTS)
            return self.open_place(place, mode), False
        if attributes & _NO_FILE or not place.path:
            raise DosError(ErrorCode.ACCESS_DENIED)
        self.table.free()
        flags = NO_INHERIT if mode & NO_INHERIT_MODE else 0
        mode &= ~NO_INHERIT_MODE
        if not exclusive:
            self._check_sharing(place, mode, False)
        kept = ATTRIBUTES[attributes & _SETTABLE | _ARCHIVE]
        file, new = place.drive.create(place.path, kept, exclusive=exclusive)
        return self.table.add_file(place, file, mode, flags, self.dos.psp, int(kept), file.stamp(), 0), new

    def check_changeable(self, place: Location) -> None:
        """Raise SHARING_VIOLATION when a file that is open under a sharing mode is to be deleted or renamed."""
        if self.table.sharing:
            identity = place.drive.identity(place.path)
            if identity is not None and not self.table.sharing.may_change(identity):
                raise DosError(ErrorCode.SHARING_VIOLATION)

    def _check_sharing(self, place: Location, mode: int, read_only: bool) -> None:
        if not self.table.sharing:
            return
        identity = place.drive.identity(place.path)
        access, share = Access(mode & 7), Share(mode >> 4 & 7)
        if identity is not None and not self.table.sharing.allows(identity, access, share, read_only=read_only):
            # A program that opens in compatibility mode may know nothing of sharing: its user is asked.
            raise DosError(ErrorCode.SHARING_VIOLATION, critical=share is Share.COMPATIBLE)

    def _reserve(self) -> int:
        """A free handle, and the certainty of a free entry: DOS looks for both before it looks at the name."""
        self.table.free()
        return self.handles().free()

    def _give(self, handle: int, index: int) -> int:
        self.handles().set(handle, index)
        return handle

    # Using

    def read(self, handle: int, count: int) -> bytes:
        """Up to ``count`` bytes. Raises Wait, INVALID_HANDLE, ACCESS_DENIED, LOCK_VIOLATION."""
        return self.table.read(self.handles().get(handle), count)

    def write(self, handle: int, data: bytes) -> int:
        """Write; the number of bytes written, fewer when the disk is full. No data: the file ends here.

        Raises INVALID_HANDLE, ACCESS_DENIED, LOCK_VIOLATION.
        """
        return self.table.write(self.handles().get(handle), data)

    def seek(self, handle: int, offset: int, origin: int = Origin.START) -> int:
        """Move to ``offset`` (signed) from an origin; returns the new position. Raises INVALID_FUNCTION."""
        index = self.index(handle)
        entry = self.table.used(index)
        match origin:
            case Origin.START:
                base = 0
            case Origin.CURRENT:
                base = entry.position
            case Origin.END:
                base = self.table.size(index)
            case _:
                raise DosError(ErrorCode.INVALID_FUNCTION)
        if entry.is_device:
            return 0
        entry.position = (base + offset) & LARGEST
        return entry.position

    def close(self, handle: int) -> None:
        """Close a handle. Raises INVALID_HANDLE."""
        table = self.handles()
        self.table.release(self.index(handle))
        table.set(handle, NO_HANDLE)

    def dup(self, handle: int) -> int:
        """A second handle for the same open file. Raises INVALID_HANDLE, TOO_MANY_OPEN_FILES."""
        index = self.index(handle)
        return self._share(index, self.handles().free())

    def dup2(self, handle: int, target: int) -> None:
        """Make ``target`` a handle for the same open file, closing what it was."""
        index = self.index(handle)
        table = self.handles()
        if target == handle:
            return
        if not 0 <= target < table.size:
            raise DosError(ErrorCode.INVALID_HANDLE)
        self._close_quietly(table, target)
        self._share(index, target)

    def _share(self, index: int, handle: int) -> int:
        self.handles().set(handle, index)
        self.table.used(index).use_count += 1
        return handle

    def input_ready(self, handle: int) -> bool:
        """Whether a read gives something at once; False at the end of a file."""
        index = self.index(handle)
        channel = self.table.channel(index)
        if channel is not None:
            return channel.input_ready()
        return self.table.used(index).position < self.table.size(index)

    # Programs

    def close_all(self, psp: int) -> None:
        """Close every handle of a program that ends, and the FCB files it left open."""
        table = self.handles(psp)
        for handle, index in enumerate(table.raw()):
            if index != NO_HANDLE:
                self._close_quietly(table, handle)
        for index in self.table.fcb_entries(psp):
            self._release_quietly(self.table, index)

    @staticmethod
    def _release_quietly(table: SystemFileTable, index: int) -> None:
        try:
            table.release(index)
        except DosError:
            return  # the program had written something else there

    def _close_quietly(self, table: JobFileTable, handle: int) -> None:
        try:
            index = table.get(handle)
        except DosError:
            return
        self._release_quietly(self.table, index)
        table.set(handle, NO_HANDLE)

    def inherit(self, parent: int, child: int) -> None:
        """Give a new program the first 20 handles of its parent, but those opened with "no inherit"."""
        handles = bytearray(b"\xff" * HANDLES)
        for handle, index in enumerate(self.handles(parent).raw()[:HANDLES]):
            if index == NO_HANDLE:
                continue
            try:
                entry = self.table.used(index)
            except DosError:
                continue
            if not entry.flags & NO_INHERIT:
                entry.use_count += 1
                handles[handle] = index
        psp = Psp.at(self.dos.memory, child)
        psp.job_file_table = bytes(handles)
        psp.handle_count = HANDLES
        psp.handle_table = (child, _TABLE_OFFSET)

    def open_stdio(
        self, stdin: HostStream | None = None, stdout: HostStream | None = None, stderr: HostStream | None = None
    ) -> None:
        """Handles 0 to 4 of the first program: CON three times, AUX, PRN; a stream takes CON's place."""
        add = self.table.add_channel
        psp = self.dos.psp
        standard = {name: add(name, self.devices.get(name), Access.BOTH, 0, psp) for name in (b"AUX", b"CON", b"PRN")}
        table = self.handles()
        self.host_input = stdin
        for handle, stream in enumerate((stdin, stdout, stderr)):
            if stream is None:
                index = standard[b"CON"]
                self.table.used(index).use_count += 1
            else:
                index = add(b"CON", stream, Access.BOTH, 0, psp)
            table.set(handle, index)
        for handle, name in ((3, b"AUX"), (4, b"PRN")):
            table.set(handle, standard[name])
            self.table.used(standard[name]).use_count += 1

    def set_handle_count(self, count: int) -> None:
        """INT 21h/67h: room for ``count`` handles. Raises TOO_MANY_OPEN_FILES, INSUFFICIENT_MEMORY."""
        count = min(max(count, HANDLES), _MOST_HANDLES)
        table = self.handles()
        before = table.raw()
        if any(index != NO_HANDLE for index in before[count:]):
            raise DosError(ErrorCode.TOO_MANY_OPEN_FILES)
        psp = Psp.at(self.dos.memory, self.dos.psp)
        old_segment, old_offset = psp.handle_table
        if count <= HANDLES:
            segment, offset = psp.segment, _TABLE_OFFSET
        else:
            segment, offset = self.dos.arena.allocate(count + 15 >> 4, psp.segment), 0
        self.dos.memory.write(linear(segment, offset), before[:count].ljust(count, b"\xff"))
        psp.handle_table = (segment, offset)
        psp.handle_count = count
        if (old_segment, old_offset) != (psp.segment, _TABLE_OFFSET) and old_segment != segment:
            try:
                self.dos.arena.free(old_segment)
            except DosError:
                return  # the table was not in a block of its own

    def read_whole(self, path: bytes) -> bytes:
        """All bytes of a file, for EXEC; raises what opening gives, FILE_NOT_FOUND for a device."""
        if self.locate(path).device is not None:
            raise DosError(ErrorCode.FILE_NOT_FOUND)
        return self.dos.drives.read_whole(path)


def check_mode(mode: int) -> None:
    """Raise INVALID_ACCESS_CODE for an open mode that DOS has not."""
    if mode & 7 > Access.BOTH or mode & 8 or mode >> 4 & 7 > Share.DENY_NONE:
        raise DosError(ErrorCode.INVALID_ACCESS_CODE)
