"""Searches in directories: find first/next by handle functions and by FCBs share this.

DOS keeps a search in the caller's memory, as the number of a directory entry to go on from. Host folders
have no entry numbers, so each directory that is searched gets a list of slots: names keep their slot,
deleted names leave theirs empty and new names fill the holes or go to the end, as in a FAT directory. A
program can so delete, create and rename while it searches, keep any number of searches, and forget them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from int21 import names
from int21.drive import Attribute, Drive, Entry, Path
from int21.drives import Drives, Location
from int21.errors import DosError, ErrorCode

_SPECIAL = int(Attribute.HIDDEN | Attribute.SYSTEM | Attribute.DIRECTORY | Attribute.VOLUME)
_VOLUME = int(Attribute.VOLUME)

# Slots in front of those of the names.
_LABEL = 0
_SELF = 1
_PARENT = 2
_FIRST_NAME = 3

_NUMBERED = 4096  # directories that have a number
_ORDERED = 256  # directories whose slots are kept


@dataclass(frozen=True, slots=True)
class Search:
    """A search as it is kept in guest memory: where it goes on, and what it looks for."""

    drive: int  # 0 is A:
    pattern: bytes  # 11 bytes
    attributes: int
    directory: int  # its number
    slot: int  # the next one to look at


@dataclass(slots=True)
class _Slots:
    """The names of a directory in their slots."""

    source: Sequence[bytes] = ()
    names: list[bytes | None] = field(default_factory=list)

    def update(self, listed: Sequence[bytes]) -> None:
        if listed is self.source:
            return
        present = set(listed)
        kept = set()
        holes = []
        for slot, name in enumerate(self.names):
            if name in present:
                kept.add(name)
            else:
                self.names[slot] = None
                holes.append(slot)
        holes.reverse()
        for name in listed:
            if name in kept:
                continue
            if holes:
                self.names[holes.pop()] = name
            else:
                self.names.append(name)
        while self.names and self.names[-1] is None:
            self.names.pop()
        self.source = listed


class Searches:
    """The directories that searches refer to by number; both tables are bounded."""

    def __init__(self, drives: Drives) -> None:
        self._drives = drives
        self._next = 0
        self._numbers: OrderedDict[tuple[int, Path], int] = OrderedDict()
        self._paths: dict[int, tuple[int, Path]] = {}
        self._slots: OrderedDict[tuple[int, Path], _Slots] = OrderedDict()

    def first(self, place: Location, attributes: int) -> tuple[Entry, Search]:
        """The first entry that fits, and how to go on. Raises PATH_NOT_FOUND, NO_MORE_FILES."""
        if not place.path:
            raise DosError(ErrorCode.NO_MORE_FILES)  # a root has no entry that could be found
        if place.separator:
            raise DosError(ErrorCode.PATH_NOT_FOUND)  # nothing to look for behind it
        folder = place.path[:-1]
        place.drive.names(folder)  # raises when there is no such directory
        number = self._number(place.number, folder)
        return self.next(Search(place.number, names.to_fcb(place.path[-1]), attributes, number, 0))

    def next(self, search: Search) -> tuple[Entry, Search]:
        """The next entry that fits, and how to go on. Raises NO_MORE_FILES."""
        try:
            drive = self._drives.at(search.drive)
            number, folder = self._paths[search.directory]
            listed = drive.names(folder)
        except (DosError, KeyError):
            raise DosError(ErrorCode.NO_MORE_FILES) from None
        if number != search.drive:
            raise DosError(ErrorCode.NO_MORE_FILES)
        slots = self._order((number, folder))
        slots.update(listed)
        for slot, entry in _entries(drive, folder, slots, search):
            if wanted(entry, search.attributes):
                going_on = Search(search.drive, search.pattern, search.attributes, search.directory, slot + 1)
                return entry, going_on
        raise DosError(ErrorCode.NO_MORE_FILES)

    def _number(self, drive: int, folder: Path) -> int:
        key = (drive, folder)
        number = self._numbers.get(key)
        if number is None:
            if len(self._numbers) >= _NUMBERED:
                _, oldest = self._numbers.popitem(last=False)
                del self._paths[oldest]
            while True:
                self._next = self._next % 0xFFFF + 1
                if self._next not in self._paths:
                    break
            number = self._numbers[key] = self._next
            self._paths[number] = key
        self._numbers.move_to_end(key)
        return number

    def _order(self, key: tuple[int, Path]) -> _Slots:
        slots = self._slots.setdefault(key, _Slots())
        self._slots.move_to_end(key)
        if len(self._slots) > _ORDERED:
            self._slots.popitem(last=False)
        return slots


def _entries(drive: Drive, folder: Path, slots: _Slots, search: Search) -> Iterator[tuple[int, Entry]]:
    """The entries that fit the pattern, from the search's slot on."""
    pattern = search.pattern
    start = max(search.slot, 0)
    if search.attributes == _VOLUME or (search.attributes & _VOLUME and not folder):
        # Label searches give the label from whatever directory they start, as in DOS.
        if start <= _LABEL and drive.label:
            label = drive.label[:11].ljust(11)
            if names.matches_fcb(pattern, label):
                yield _LABEL, Entry(label, Attribute.VOLUME, 0, drive.entry(()).stamp)
        if search.attributes == _VOLUME:
            return
    if folder:
        for slot, dots in ((_SELF, b"."), (_PARENT, b"..")):
            if start <= slot and names.matches_fcb(pattern, names.to_fcb(dots)):
                yield slot, Entry(dots, Attribute.DIRECTORY, 0, drive.entry(folder).stamp)
    for index in range(max(start - _FIRST_NAME, 0), len(slots.names)):
        name = slots.names[index]
        if name is None or not names.matches_fcb(pattern, names.to_fcb(name)):
            continue
        try:
            entry = drive.entry((*folder, name))
        except DosError:
            continue  # gone since the directory was listed
        yield index + _FIRST_NAME, entry


def wanted(entry: Entry, attributes: int) -> bool:
    """Whether an entry is found by a search for these attributes (RBIL, INT 21h/4Eh).

    Files are always found; hidden, system, directory and label entries only when asked for; a search for
    the label alone finds nothing else.
    """
    return not int(entry.attributes) & _SPECIAL & ~attributes
