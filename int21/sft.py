"""The system file table: what is open in the machine.

The entries are in guest memory in the layout of DOS 4 to 6 (RBIL, INT 21h/52h table 01641); use count,
mode, position and flags are what is written there. The host's side of an entry - file, device or stream -
is kept beside it under its number.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Protocol

from hw.memory import Memory
from hw.state import StateError
from int21 import layout, names
from int21.devices.device import IS_DEVICE, NOT_EOF, RAW, Device
from int21.direct import DirectFiles
from int21.drive import DatedAtClose, OpenFile
from int21.drive_tables import dpb_address
from int21.drives import Location
from int21.errors import DosError, ErrorCode
from int21.host_file import LARGEST, HostFile
from int21.host_stream import HostStream
from int21.sharing import ACCESSES, SHARES, Access, Share, Sharing
from int21.timestamps import Stamp
from int21.view import View, far, text, u8, u16, u32

FCB_MODE = 0x8000
NO_INHERIT = 0x1000  # in the flags
KEEP_DATE = 0x4000  # in the flags: do not change the date at close
CONTROL = 0x4000  # in a device's attribute word: takes IOCTL data


class SftEntry(View):
    """An entry of the system file table."""

    SIZE = layout.SFT_SIZE

    use_count = u16(0x00)
    mode = u16(0x02)
    attributes = u8(0x04)
    flags = u16(0x05)
    owner = far(0x07)  # device header, or DPB
    first_cluster = u16(0x0B)
    time = u16(0x0D)
    date = u16(0x0F)
    size = u32(0x11)
    position = u32(0x15)
    name = text(0x20, 11)
    machine = u16(0x2F)  # of the network that opened it; 0: this one
    psp = u16(0x31)

    @property
    def access(self) -> Access:
        """How it may be used; the guest may have written anything there."""
        return ACCESSES[min(self.mode & 7, 2)]

    @property
    def compatible(self) -> bool:
        """Whether it was opened without a sharing mode."""
        return not self.mode & 0x70

    @property
    def is_device(self) -> bool:
        return bool(self.flags & IS_DEVICE)


class Channel(Protocol):
    """A device or a stream: bytes without positions."""

    @property
    def information(self) -> int: ...

    def read(self, count: int, raw: bool) -> bytes: ...

    def write(self, data: bytes, raw: bool) -> int: ...

    def input_ready(self) -> bool: ...

    def output_ready(self) -> bool: ...


# An open file in a snapshot: number, place, whether it is written, itself if it is no host's, its identity and times.
_Saved = tuple[int, Location, bool, OpenFile | None, Hashable, tuple[Stamp, bool] | None]


class SystemFileTable:
    """The table at linear address ``address``, with room for ``entries`` open files (at most 255)."""

    snapshot_skips = ("_known_files", "_places", "_reopened", "direct")

    def __init__(self, memory: Memory, address: int, entries: int) -> None:
        if not 5 <= entries <= 255:
            raise ValueError(f"FILES={entries}: DOS has 5 to 255 file table entries")
        self.memory = memory
        self.count = entries
        self._sharing = Sharing()
        self._first = address + layout.SFT_HEADER_SIZE
        self.direct = DirectFiles(memory, self._first, entries)
        self._known_files: dict[int, OpenFile] = {}
        self._places: dict[int, Location] = {}  # of the files
        self._reopened: dict[int, OpenFile] = {}  # for a snapshot that is about to be restored
        self._channels: dict[int, Device | HostStream] = {}
        memory.fill(address, layout.SFT_HEADER_SIZE + entries * SftEntry.SIZE, 0)
        memory.set_u16(address, 0xFFFF)
        memory.set_u16(address + 2, 0xFFFF)
        memory.set_u16(address + 4, entries)

    @property
    def _files(self) -> dict[int, OpenFile]:
        if self.direct.fresh:
            self._adopt()
        return self._known_files

    @property
    def sharing(self) -> Sharing:
        """Which files are open how."""
        if self.direct.fresh:
            self._adopt()
        return self._sharing

    def _adopt(self) -> None:
        """Take over the files that were opened without Python."""
        for index, fd, place in self.direct.take_fresh():
            file = self._known_files[index] = HostFile(fd)
            self._places[index] = place
            self._sharing.add(file.identity, index, self.entry(index).access, Share.COMPATIBLE)

    def entry(self, index: int) -> SftEntry:
        """The entry with this number, in use or not. Raises INVALID_HANDLE outside the table."""
        if not 0 <= index < self.count:
            raise DosError(ErrorCode.INVALID_HANDLE)
        return SftEntry(self.memory, self._first + index * SftEntry.SIZE)

    def used(self, index: int) -> SftEntry:
        """The entry of something open. Raises INVALID_HANDLE."""
        entry = self.entry(index)
        if entry.use_count == 0 or (index not in self._files and index not in self._channels):
            raise DosError(ErrorCode.INVALID_HANDLE)
        return entry

    def file(self, index: int) -> OpenFile | None:
        """The open file of an entry; None when it is a device or stream."""
        return self._files.get(index)

    def channel(self, index: int) -> Device | HostStream | None:
        """The device or stream of an entry; None when it is a file."""
        return self._channels.get(index)

    def free(self) -> int:
        """The number of a free entry. Raises TOO_MANY_OPEN_FILES."""
        index = self.direct.free()
        if index < 0:
            raise DosError(ErrorCode.TOO_MANY_OPEN_FILES)
        if index in self._files or index in self._channels:
            self._drop(index)
        return index

    # Opening and closing

    def add_file(
        self,
        place: Location,
        file: OpenFile,
        mode: int,
        flags: int,
        psp: int,
        attributes: int,
        stamp: Stamp,
        size: int,
    ) -> int:
        """Enter an open file with use count 1; returns the number of its entry."""
        index = self.free()
        entry = self._start(index, place.path[-1], mode, psp)
        entry.attributes = attributes
        entry.flags = (flags & NO_INHERIT) | NOT_EOF | place.number
        entry.owner = dpb_address(place.number)
        entry.date, entry.time = stamp
        entry.size = size
        self._files[index] = file
        if isinstance(file, HostFile):
            self.direct.put(index, file.fd)
        else:
            self.direct.hold(index)
        self._places[index] = place
        share = SHARES[min(mode >> 4 & 7, 4)]
        self.sharing.add(file.identity, index, entry.access, share)
        if share is not Share.COMPATIBLE:
            self.direct.shared = True
        return index

    def add_channel(self, name: bytes, channel: Device | HostStream, mode: int, flags: int, psp: int) -> int:
        """Enter a device or stream with use count 1; returns the number of its entry."""
        index = self.free()
        entry = self._start(index, name, mode, psp)
        entry.flags = (flags & NO_INHERIT) | channel.information
        if any(name == known for known, _ in layout.DEVICES) or name == b"NUL":
            entry.owner = layout.far_pointer(layout.device_header(name))
        self._channels[index] = channel
        self.direct.hold(index)
        return index

    def _start(self, index: int, name: bytes, mode: int, psp: int) -> SftEntry:
        entry = self.entry(index)
        entry.clear()
        entry.use_count = 1
        entry.mode = mode
        entry.name = names.to_fcb(name)
        entry.psp = psp
        return entry

    def fcb_entries(self, psp: int | None = None) -> list[int]:
        """The entries opened by FCBs, of one program or of all."""
        found = []
        for index in sorted(self._files.keys() | self._channels.keys()):
            entry = self.entry(index)
            if entry.use_count and entry.mode & FCB_MODE and psp in (None, entry.psp):
                found.append(index)
        return found

    def opened(self) -> list[int]:
        """The numbers of all entries in use."""
        return sorted(self._files.keys() | self._channels.keys())

    def close_entry(self, index: int) -> None:
        """Close what an entry has open, however many use it: their handles become invalid."""
        self.used(index).use_count = 0
        self._drop(index)

    def release(self, index: int) -> None:
        """One user less; the last one closes. Raises INVALID_HANDLE."""
        entry = self.used(index)
        entry.use_count -= 1
        if entry.use_count == 0:
            self._drop(index)

    def _drop(self, index: int) -> None:
        channel = self._channels.pop(index, None)
        self._note_written(index)
        file = self._files.pop(index, None)
        self._places.pop(index, None)
        if channel is not None or file is not None:
            self.direct.drop(index)
        if file is not None:
            sharing = self._sharing
            sharing.remove(file.identity, index)
            if self.direct.locked:
                self.direct.locked = sharing.locks
            if self.direct.shared:
                self.direct.shared = sharing.strict
            file.close()

    # Dates

    def _note_written(self, index: int) -> None:
        """Tell the file of what was written to it without Python."""
        if self.direct.take_written(index) and isinstance(file := self._files.get(index), HostFile | DatedAtClose):
            file.dirty = True  # HostFile stands there for itself too, since protocols are slow to look for

    def set_stamp(self, index: int, stamp: Stamp) -> None:
        """Say when an open file was written, which holds until it is written again. Raises ACCESS_DENIED."""
        self._note_written(index)
        self._files[index].set_stamp(stamp)
        entry = self.used(index)
        entry.date, entry.time = stamp
        entry.flags |= KEEP_DATE

    def commit(self, index: int) -> None:
        """Let what was written so far be seen, with its date. Raises INVALID_HANDLE."""
        self.used(index)
        self._note_written(index)
        if isinstance(file := self._files.get(index), DatedAtClose):
            file.commit()

    # Locks

    def lock(self, index: int, start: int, size: int) -> None:
        """Lock a region of a file for this entry. Raises INVALID_HANDLE, LOCK_VIOLATION, SHARING_BUFFER_OVERFLOW."""
        self.sharing.lock(self._identity(index), index, start, size)
        self.direct.locked = True

    def unlock(self, index: int, start: int, size: int) -> None:
        """Unlock exactly what the entry locked. Raises INVALID_HANDLE, LOCK_VIOLATION."""
        self.sharing.unlock(self._identity(index), index, start, size)
        self.direct.locked = self.sharing.locks

    def _identity(self, index: int) -> Hashable:
        file = self._files.get(index)
        if file is None:
            raise DosError(ErrorCode.INVALID_HANDLE)
        return file.identity

    # Snapshots

    def snapshot_save(self) -> list[_Saved]:
        """The open files: a host's by name, others as they are."""
        self.direct.stop_characters()
        saved = []
        for index, file in self._files.items():
            kept = bool(getattr(file, "snapshot_kept", False))
            writable = self.entry(index).access is not Access.READ
            self._note_written(index)
            times = file.times_state() if isinstance(file, DatedAtClose) else None
            saved.append((index, self._places[index], writable, None if kept else file, file.identity, times))
        return saved

    def snapshot_check(self, state: list[_Saved]) -> None:
        """Open the files that are not open now. Raises StateError for one that cannot be."""
        self.direct.stop_characters()
        self._reopened = {}
        for index, place, writable, file, identity, _ in state:
            there = self._files.get(index)
            if file is None and (there is None or self._places[index] != place or there.identity != identity):
                try:
                    self._reopened[index] = place.drive.open(place.path, writable=writable)
                except DosError as error:
                    text = place.text.decode("ascii", "replace")
                    raise StateError(f"{text} was open and cannot be opened again: {error.code.name}") from None

    def snapshot_load(self, state: list[_Saved]) -> None:
        """What snapshot_check() opened takes its places."""
        before, self._known_files = self._files, {}
        for index, place, _, file, _, times in state:
            opened = self._files[index] = file or self._reopened.pop(index, None) or before.pop(index)
            self._places[index] = place
            if times is not None and isinstance(opened, DatedAtClose):
                opened.resume(times)
        for index in range(self.count):
            self.direct.drop(index)
            if isinstance(now := self._files.get(index), HostFile):
                self.direct.put(index, now.fd)
            elif now is not None or index in self._channels:
                self.direct.hold(index)
        for file in before.values():
            if not any(file is other for other in self._files.values()):
                file.close()
        self.sharing.rename([(index, identity, self._files[index].identity) for index, _, _, _, identity, _ in state])
        self.direct.locked = self.sharing.locks
        self.direct.shared = self.sharing.strict

    # Input and output

    def close(self) -> None:
        """Close every file, whoever has it open."""
        for index in list(self._files):
            self._drop(index)

    def read(self, index: int, count: int) -> bytes:
        """Read from where the entry stands. Raises Wait, ACCESS_DENIED, LOCK_VIOLATION."""
        entry = self.used(index)
        if entry.access is Access.WRITE:
            raise DosError(ErrorCode.ACCESS_DENIED)
        channel = self._channels.get(index)
        position = entry.position
        if channel is not None:
            data = channel.read(count, bool(entry.flags & RAW))
        else:
            file = self._files[index]
            if self.sharing.locked(file.identity, index, position, count):
                raise DosError(ErrorCode.LOCK_VIOLATION, critical=entry.compatible)
            data = file.read(position, count)
        if channel is None or not entry.is_device:
            entry.position = position + len(data)
        return data

    def write(self, index: int, data: bytes) -> int:
        """Write where the entry stands; fewer bytes when the disk is full. Raises ACCESS_DENIED, LOCK_VIOLATION."""
        entry = self.used(index)
        if entry.access is Access.READ:
            raise DosError(ErrorCode.ACCESS_DENIED)
        channel = self._channels.get(index)
        position = entry.position
        if channel is not None:
            done = channel.write(data, bool(entry.flags & RAW)) if data else 0
            if not entry.is_device:
                entry.position = position + done
            return done
        file = self._files[index]
        if self.sharing.locked(file.identity, index, position, len(data) or LARGEST):
            raise DosError(ErrorCode.LOCK_VIOLATION, critical=entry.compatible)
        entry.flags &= ~(NOT_EOF | KEEP_DATE)  # bit 6 of a file: not written to
        if not data:
            file.truncate(position)
            entry.size = file.size()
            return 0
        done = file.write(position, data)
        entry.position = position + done
        entry.size = max(entry.size, position + done)
        return done

    def size(self, index: int) -> int:
        """Size in bytes of an open file as it is now; 0 for devices."""
        entry = self.used(index)
        file = self._files.get(index)
        if file is None:
            return 0 if entry.is_device else entry.position
        entry.size = file.size()
        return entry.size
