"""The drives A: to Z:, their current directories, and paths.

A path may have a drive letter, ``\\`` or ``/``, ``.`` and ``..``; names are cut to 8.3 and put in upper
case (MS-DOS Programmer's Reference, "Directories" and "Valid characters"). A device name is a device in
every directory, with any extension.

>>> import tempfile
>>> from int21.host_folder import HostFolder
>>> drives = Drives()
>>> drives.mount("C", HostFolder(tempfile.mkdtemp()))
>>> drives.current = 2
>>> drives.resolve(b"readme.text").text
b'C:\\\\README.TEX'
>>> drives.resolve(b"c:con.txt").device
b'CON'
"""

from __future__ import annotations

from dataclasses import dataclass

from hw.memory import Memory
from int21 import layout, names
from int21.code_pages import CodePage
from int21.drive import Drive, OpenFile, Path
from int21.drive_tables import link_tables, write_current_directory, write_parameter_block
from int21.errors import DosError, ErrorCode
from int21.known_file import Epoch
from int21.swappable import SwappableData

LONGEST_DIRECTORY = 66  # with the drive: what a CDS holds
_REMEMBERED = 256  # paths
_LARGEST_PROGRAM = 1 << 28


def drive_letter(number: int) -> str:
    """A for 0, B for 1 and so on."""
    return chr(0x41 + number)


def drive_number(letter: str) -> int:
    """0 for A, 1 for B. Raises ValueError for what is no drive letter.

    >>> drive_number("c")
    2
    """
    number = ord(letter.upper()) - 0x41 if len(letter) == 1 else -1
    if not 0 <= number < layout.MAX_DRIVES:
        raise ValueError(f"{letter!r} is no drive letter: A to Z")
    return number


def join(number: int, path: Path) -> bytes:
    """A path as DOS writes it.

    >>> join(2, (b"DOS", b"EDIT.COM")), join(0, ())
    (b'C:\\\\DOS\\\\EDIT.COM', b'A:\\\\')
    """
    return drive_letter(number).encode() + b":\\" + b"\\".join(path)


@dataclass(frozen=True, slots=True)
class Location:
    """What a path means: a place on a drive, or a device (named as if it were a file there)."""

    number: int
    drive: Drive
    path: Path
    device: bytes | None = None
    folder: bool = False  # it ended in a separator, or was all of dots: it can only be a directory
    separator: bool = False  # it ended in a separator

    @property
    def text(self) -> bytes:
        return join(self.number, self.path)

    def sibling(self, name: bytes) -> Location:
        """The place of another name in the same directory."""
        return Location(self.number, self.drive, (*self.path[:-1], name))

    @property
    def wild(self) -> bool:
        return bool(self.path) and names.is_wild(self.path[-1])


class Drives:
    """What is mounted where. ``last_drive`` is the number of drive letters DOS says it has, ``page`` that of names."""

    snapshot_skips = ("_resolved", "_resolved_in")

    def __init__(self, last_drive: int = 5, page: CodePage = names.DEFAULT) -> None:
        self.last_drive = last_drive
        self.page = page
        self.verify = False
        self.device_names: set[bytes] = set(names.RESERVED)
        self.changed: set[int] = set()  # discs that were changed since MSCDEX was asked
        self.closed: set[int] = set()  # drives to which IOCTL 440Dh/47h denies access
        self.epoch = Epoch()  # another one when a drive or a current directory changed
        self._resolved: dict[tuple[int, bytes, bool], Location] = {}  # what paths without devices meant in an epoch
        self._resolved_in = self.epoch.number
        self._drives: dict[int, Drive] = {}
        self._directories: dict[int, Path] = {}
        self._disabled: dict[int, tuple[Drive, Path]] = {}
        self._current = 2
        self.touched = 2  # the drive that was meant last
        self._memory: Memory | None = None

    def attach(self, memory: Memory) -> None:
        """Write the CDS array, the DPBs and the current drive to guest memory and keep them right."""
        current = self.current
        self._memory = memory
        self.current = current
        self._write_tables()

    def rewrite_tables(self) -> None:
        """Write the tables again, after a drive's size has changed."""
        self._write_tables()

    # Drives

    def mount(self, letter: str, drive: Drive) -> None:
        """Put a drive in place of what had the letter. Raises ValueError for what is no letter."""
        number = drive_number(letter)
        self._disabled.pop(number, None)
        self._drives[number] = drive
        self._directories[number] = ()
        self._write_tables()

    def change(self, letter: str, drive: Drive) -> None:
        """Put another disk into a drive. Its current directory stays, if the new disk has one of this name."""
        number = drive_number(letter)
        old, directory = self._drives.get(number), self._directories.get(number, ())
        self._drives[number] = drive
        self._directories[number] = directory if _is_directory(drive, directory) else ()
        self.changed.add(number)
        self._write_tables()
        if old is not None:
            old.close()

    def unmount(self, letter: str) -> None:
        """Take a drive away; files open on it stay usable."""
        self._drives.pop(drive_number(letter), None)
        self._disabled.pop(drive_number(letter), None)
        self._directories.pop(drive_number(letter), None)
        self._write_tables()

    def disable(self, number: int) -> None:
        """Hide a drive until ``enable`` (INT 21h/5F08h). Raises INVALID_DRIVE."""
        self._disabled[number] = self.at(number), self._directories.get(number, ())
        del self._drives[number], self._directories[number]
        self._write_tables()

    def enable(self, number: int) -> None:
        """Show a hidden drive again. Raises INVALID_DRIVE when there is none."""
        if number in self._disabled:
            self._drives[number], self._directories[number] = self._disabled.pop(number)
            self._write_tables()
        self.at(number)

    def close(self) -> None:
        """Take all drives away and give their folders back."""
        for number in list(self._disabled):
            self.enable(number)
        mounted = [(number, self._drives[number]) for number in self.numbers()]
        for number, _ in mounted:
            self.unmount(drive_letter(number))
        for _, drive in mounted:
            drive.close()  # only now: some are directories of others

    def get(self, letter: str) -> Drive | None:
        """The drive with this letter, or None."""
        return self._drives.get(drive_number(letter))

    def at(self, number: int) -> Drive:
        """The drive with this number (0 is A:). Raises INVALID_DRIVE."""
        drive = self._drives.get(number)
        if drive is None:
            raise DosError(ErrorCode.INVALID_DRIVE)
        return drive

    def one_based(self, number: int) -> int:
        """The number of a drive as most functions take it: 0 the current one, 1 A:. Raises INVALID_DRIVE."""
        number = self.touched = self.current if number == 0 else number - 1
        self.at(number)
        return number

    def numbers(self) -> list[int]:
        """The mounted drives, A: first."""
        return sorted(self._drives)

    @property
    def count(self) -> int:
        """The number of drive letters: LASTDRIVE, or what is mounted if that is more."""
        return min(max(self.last_drive, *(n + 1 for n in self._drives), 1), layout.MAX_DRIVES)

    @property
    def current(self) -> int:
        """Number of the current drive, 0 is A:; in guest memory it is in the swappable data area."""
        if self._memory is not None:
            number = SwappableData(self._memory).current_drive
            if number < layout.MAX_DRIVES:
                return number
        return self._current

    @current.setter
    def current(self, number: int) -> None:
        self._current = number
        if self._memory is not None:
            SwappableData(self._memory).current_drive = number

    # Directories

    def directory(self, number: int) -> Path:
        """Current directory of a drive. Raises INVALID_DRIVE."""
        self.at(number)
        return self._directories[number]

    def set_directory(self, number: int, path: Path) -> None:
        """Make a directory current. Raises PATH_NOT_FOUND when it is none, or too long for a CDS."""
        drive = self.at(number)
        if len(join(number, path)) > LONGEST_DIRECTORY or (path and not _is_directory(drive, path)):
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        self._directories[number] = path
        self.epoch.number += 1
        if self._memory is not None:
            write_current_directory(self._memory, number, join(number, path), drive)

    def is_current(self, number: int, path: Path) -> bool:
        """Whether this is the current directory of its drive, or above it."""
        return self._directories.get(number, ())[: len(path)] == path

    # Paths

    def resolve(self, path: bytes, *, wild: bool = False) -> Location:
        """What a path means now. Raises PATH_NOT_FOUND for what is no path or names no drive.

        With ``wild`` the last name may hold wildcards; ``*`` is then written as question marks.
        """
        number, rest = self._split_drive(path)
        self.touched = number
        if self._resolved_in != self.epoch.number:
            self._resolved.clear()
            self._resolved_in = self.epoch.number
        known = self._resolved.get((number, path, wild))
        if known is not None:
            return known
        drive = self._drives.get(number)
        if drive is None or not path:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        parts = rest.replace(b"/", b"\\").split(b"\\")
        components: list[bytes] = [] if rest[:1] in (b"\\", b"/") else list(self._directories[number])
        last = len(parts) - 1
        folder = parts[-1].strip(b". ") == b""
        for index, part in enumerate(parts):
            if part in (b"", b"."):
                continue
            if part == b"..":
                if not components:
                    raise DosError(ErrorCode.PATH_NOT_FOUND)
                components.pop()
                continue
            if index == last:
                device = self._device(part)
                if device is not None and self._holds_devices(drive, components):
                    return Location(number, drive, (*components, device), device)
            name = names.normalise(part, wild=wild and index == last, page=self.page)
            if name is None:
                raise DosError(ErrorCode.PATH_NOT_FOUND)
            components.append(name)
        if len(join(number, tuple(components[:-1]))) > LONGEST_DIRECTORY:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        place = Location(number, drive, tuple(components), None, folder, not parts[-1])
        if len(self._resolved) >= _REMEMBERED:
            self._resolved.clear()
        self._resolved[number, path, wild] = place
        return place

    def _split_drive(self, path: bytes) -> tuple[int, bytes]:
        if path[1:2] != b":":
            return self.current, path
        letter = path[0]
        if not (0x41 <= letter <= 0x5A or 0x61 <= letter <= 0x7A):
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        return (letter & 0x1F) - 1, path[2:]

    def _device(self, part: bytes) -> bytes | None:
        base = names.upper(part).partition(b".")[0].removesuffix(b":").rstrip(b" ")[:8]
        return base if base in self.device_names else None

    @staticmethod
    def _holds_devices(drive: Drive, directory: list[bytes]) -> bool:
        # \DEV needs not exist (as AVAILDEV wants it); any other directory must.
        if not directory or directory == [b"DEV"]:
            return True
        if not _is_directory(drive, tuple(directory)):
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        return True

    # Files

    def open(self, path: bytes, *, writable: bool = False) -> OpenFile:
        """Open a file by its path, outside the handles of any program.

        Raises FILE_NOT_FOUND, PATH_NOT_FOUND, ACCESS_DENIED.
        """
        place = self.resolve(path)
        if place.device is not None or place.folder:
            raise DosError(ErrorCode.ACCESS_DENIED if place.device else ErrorCode.PATH_NOT_FOUND)
        return place.drive.open(place.path, writable=writable)

    def read_whole(self, path: bytes) -> bytes:
        """All bytes of a file. Raises what ``open`` does; INSUFFICIENT_MEMORY when it is no program by its size."""
        file = self.open(path)
        try:
            if file.size() > _LARGEST_PROGRAM:
                raise DosError(ErrorCode.INSUFFICIENT_MEMORY)
            return file.read(0, file.size())
        finally:
            file.close()

    def _write_tables(self) -> None:
        self.epoch.number += 1
        if self._memory is None:
            return
        mounted = self.numbers()
        for number in range(layout.MAX_DRIVES):
            path = join(number, self._directories.get(number, ()))
            write_current_directory(self._memory, number, path, self._drives.get(number))
        for number, following in zip(mounted, [*mounted, None][1:], strict=True):
            drive = self._drives[number]
            write_parameter_block(self._memory, number, drive, drive.space(), following)
        link_tables(self._memory, mounted, self.count)


def _is_directory(drive: Drive, path: Path) -> bool:
    if not path:
        return True
    try:
        return drive.entry(path).is_directory
    except DosError:
        return False
