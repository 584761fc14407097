"""Expanded memory: handles, pages of 16 KB and what the page frame shows.

Lotus, Intel, Microsoft, "Expanded Memory Specification, version 4.0" (October 1987), which this follows in
its words: logical pages belong to a handle, physical pages are the four of the page frame. Here every
page is 16 KB, raw pages too. The services are in ``int21.ems_functions``.

>>> from hw.memory import Memory
>>> memory = Memory(0x400000)
>>> ems = Ems(memory, memory.show_page, size_kb=1024)
>>> handle = ems.allocate(2)
>>> ems.map(0, 1, handle); ems.map(3, 1, handle)
>>> memory.write(0xE0000, b"shown"); memory.read(0xEC000, 5)
b'shown'
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import ClassVar

from hw.memory import Memory

PAGE = 0x4000
FRAME_SEGMENT = 0xE000
PHYSICAL_PAGES = 4
HANDLES = 255
NAME_SIZE = 8
UNMAPPED = 0xFFFF
ALTERNATE_SETS = 7  # besides set 0
SYSTEM_HANDLE = 0

_SMALL_PAGES = PAGE >> 12  # of 4 KB, in one of ours
_SEGMENTS_A_PAGE = PAGE >> 4

# What the frame shows: for each physical page the handle and the logical page, or None.
PageMap = tuple[tuple[int, int] | None, ...]


class Status(IntEnum):
    """AH of every function."""

    OK = 0x00
    SOFTWARE = 0x80
    HARDWARE = 0x81
    INVALID_HANDLE = 0x83
    UNDEFINED_FUNCTION = 0x84
    NO_HANDLES = 0x85
    SAVED_MAP_EXISTS = 0x86
    MORE_THAN_ALL = 0x87
    MORE_THAN_FREE = 0x88
    NO_PAGES = 0x89
    LOGICAL_PAGE = 0x8A
    PHYSICAL_PAGE = 0x8B
    NO_ROOM_FOR_MAP = 0x8C
    MAP_ALREADY_SAVED = 0x8D
    NO_SAVED_MAP = 0x8E
    UNDEFINED_SUBFUNCTION = 0x8F
    UNDEFINED_ATTRIBUTE = 0x90
    NOT_SUPPORTED = 0x91
    OVERLAPPED = 0x92
    REGION_TOO_LONG = 0x93
    MIXED_OVERLAP = 0x94
    OFFSET_OUTSIDE_PAGE = 0x95
    LONGER_THAN_1_MB = 0x96
    EXCHANGE_OVERLAP = 0x97
    MEMORY_TYPE = 0x98
    ALL_ALTERNATE_SETS_USED = 0x9B
    NO_ALTERNATE_SETS = 0x9C
    UNDEFINED_ALTERNATE_SET = 0x9D
    NAME_NOT_FOUND = 0xA0
    NAME_EXISTS = 0xA1
    WRAPS = 0xA2
    CORRUPT_MAP = 0xA3
    ACCESS_DENIED = 0xA4


class EmsError(Exception):
    """A function failed; ``status`` goes into AH."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.name)
        self.status = status


@dataclass(slots=True)
class Handle:
    """Pages of the pool that belong together, by their logical numbers; a name; the map saved by 47h."""

    pages: list[int] = field(default_factory=list)
    name: bytes = bytes(NAME_SIZE)
    saved: PageMap | None = None


@dataclass(slots=True)
class SystemFunctions:
    """The functions for operating systems (59h, 5Bh): whether they are on, and who may say so."""

    KEY: ClassVar[tuple[int, int]] = (0x4F53, 0x4B45)

    enabled: bool = True
    key_given: bool = False
    save_area: tuple[int, int] = (0, 0)  # far pointer of 5B01h

    def check(self) -> None:
        """Raises ACCESS_DENIED when they are off."""
        if not self.enabled:
            raise EmsError(Status.ACCESS_DENIED)

    def check_key(self, high: int, low: int) -> None:
        """Raises ACCESS_DENIED for another key, or when none was given out."""
        if not self.key_given or (high, low) != self.KEY:
            raise EmsError(Status.ACCESS_DENIED)


@dataclass(slots=True)
class AlternateSets:
    """Map register sets (5Bh): the maps of those that are allocated, by their number from 1; ``active`` is in use."""

    sets: dict[int, PageMap] = field(default_factory=dict)
    active: int = 0
    outside: PageMap = (None,) * PHYSICAL_PAGES  # set 0 while another one is in use

    def allocate(self, shown: PageMap) -> int:
        """A new set with this map. Raises ALL_ALTERNATE_SETS_USED."""
        number = next((number for number in range(1, ALTERNATE_SETS + 1) if number not in self.sets), None)
        if number is None:
            raise EmsError(Status.ALL_ALTERNATE_SETS_USED)
        self.sets[number] = shown
        return number

    def release(self, number: int) -> None:
        """Raises UNDEFINED_ALTERNATE_SET, for the one in use too."""
        if number not in self.sets or number == self.active:
            raise EmsError(Status.UNDEFINED_ALTERNATE_SET)
        del self.sets[number]

    def change_to(self, number: int, shown: PageMap) -> PageMap:
        """Keep what is shown now and use another set: its map. Raises UNDEFINED_ALTERNATE_SET."""
        if number and number not in self.sets:
            raise EmsError(Status.UNDEFINED_ALTERNATE_SET)
        if self.active:
            self.sets[self.active] = shown
        else:
            self.outside = shown
        self.active = number
        return self.sets[number] if number else self.outside

    def forget(self, handle: int, first: int) -> None:
        """The pages of a handle from a logical one on are about to belong to others."""

        def left(pages: PageMap) -> PageMap:
            return tuple(None if page and page[0] == handle and page[1] >= first else page for page in pages)

        self.sets = {number: left(pages) for number, pages in self.sets.items()}
        self.outside = left(self.outside)


class Ems:
    """The pool is the last ``size_kb`` of ``memory``; ``show_page(page, target)`` changes what 4 KB show."""

    def __init__(self, memory: Memory, show_page: Callable[[int, int], None], size_kb: int) -> None:
        self._memory = memory
        self._show_page = show_page
        self.total = size_kb >> 4
        self._base = len(memory) - self.total * PAGE
        if self._base < 0x110000:
            raise ValueError(f"{size_kb} KB of expanded memory do not fit behind the first megabyte")
        self._free = list(range(self.total))
        self.handles: dict[int, Handle] = {SYSTEM_HANDLE: Handle()}
        self.system = SystemFunctions()
        self.alternate = AlternateSets()
        self.shown: PageMap = (None,) * PHYSICAL_PAGES

    # Pages and handles

    @property
    def free(self) -> int:
        """Pages that no handle has."""
        return len(self._free)

    def handle(self, number: int) -> Handle:
        """Raises INVALID_HANDLE."""
        handle = self.handles.get(number)
        if handle is None:
            raise EmsError(Status.INVALID_HANDLE)
        return handle

    def allocate(self, pages: int) -> int:
        """A new handle with so many pages, perhaps none. Raises NO_HANDLES, MORE_THAN_ALL, MORE_THAN_FREE."""
        number = next((number for number in range(1, HANDLES) if number not in self.handles), None)
        if number is None:
            raise EmsError(Status.NO_HANDLES)
        self.handles[number] = Handle(self._take(pages, 0))
        return number

    def _take(self, pages: int, has: int) -> list[int]:
        if pages + has > self.total:
            raise EmsError(Status.MORE_THAN_ALL)
        if pages > len(self._free):
            raise EmsError(Status.MORE_THAN_FREE)
        taken, self._free = self._free[:pages], self._free[pages:]
        return taken

    def _give_back(self, pages: list[int]) -> None:
        self._free = sorted(self._free + pages)

    def release(self, number: int) -> None:
        """Free a handle. The system's own stays and loses its pages. Raises INVALID_HANDLE, SAVED_MAP_EXISTS."""
        handle = self.handle(number)
        if handle.saved is not None:
            raise EmsError(Status.SAVED_MAP_EXISTS)
        self._drop_from_frame(number, 0)
        self._give_back(handle.pages)
        if number == SYSTEM_HANDLE:
            self.handles[number] = Handle()
        else:
            del self.handles[number]

    def resize(self, number: int, pages: int) -> None:
        """Give a handle more or fewer pages. Raises INVALID_HANDLE, MORE_THAN_ALL, MORE_THAN_FREE."""
        handle = self.handle(number)
        more = pages - len(handle.pages)
        if more > 0:
            handle.pages += self._take(more, len(handle.pages))
        else:
            self._drop_from_frame(number, pages)
            self._give_back(handle.pages[pages:])
            del handle.pages[pages:]

    def rename(self, number: int, name: bytes) -> None:
        """Set a handle's name; zeros: none. Raises INVALID_HANDLE, NAME_EXISTS."""
        handle = self.handle(number)
        if any(name) and self.find(name) not in (None, number):
            raise EmsError(Status.NAME_EXISTS)
        handle.name = name

    def find(self, name: bytes) -> int | None:
        """The handle with this name."""
        return next((number for number in sorted(self.handles) if self.handles[number].name == name), None)

    def address(self, number: int, logical: int) -> int:
        """Where in the RAM a logical page is. Raises INVALID_HANDLE, LOGICAL_PAGE."""
        pages = self.handle(number).pages
        if logical >= len(pages):
            raise EmsError(Status.LOGICAL_PAGE)
        return self._base + pages[logical] * PAGE

    # The page frame

    @staticmethod
    def segment(physical: int) -> int:
        """The segment at which a physical page is seen.

        >>> hex(Ems.segment(1))
        '0xe400'
        """
        return FRAME_SEGMENT + physical * _SEGMENTS_A_PAGE

    @staticmethod
    def physical(segment: int) -> int:
        """The physical page at a segment. Raises PHYSICAL_PAGE."""
        physical, rest = divmod(segment - FRAME_SEGMENT, _SEGMENTS_A_PAGE)
        if rest or not 0 <= physical < PHYSICAL_PAGES:
            raise EmsError(Status.PHYSICAL_PAGE)
        return physical

    def check(self, physical: int, logical: int, number: int) -> None:
        """Whether ``map`` would work. Raises INVALID_HANDLE, PHYSICAL_PAGE, LOGICAL_PAGE."""
        self.handle(number)
        if physical >= PHYSICAL_PAGES:
            raise EmsError(Status.PHYSICAL_PAGE)
        if logical != UNMAPPED:
            self.address(number, logical)

    def map(self, physical: int, logical: int, number: int) -> None:
        """Show a logical page (FFFFh: none) at a physical one. Raises what ``check`` raises."""
        self.check(physical, logical, number)
        self._show(physical, None if logical == UNMAPPED else (number, logical))

    def map_all(self, pairs: list[tuple[int, int]], number: int) -> None:
        """Show pages, as (physical, logical); all of them or, when one is wrong, none."""
        self.handle(number)
        for physical, logical in pairs:
            self.check(physical, logical, number)
        for physical, logical in pairs:
            self.map(physical, logical, number)

    def restore(self, pages: PageMap) -> None:
        """Show what a map says; pages that are not there any more are not shown."""
        for physical, page in enumerate(pages):
            known = page is not None and page[0] in self.handles and page[1] < len(self.handles[page[0]].pages)
            self._show(physical, page if known else None)

    def _show(self, physical: int, page: tuple[int, int] | None) -> None:
        first = (self.segment(physical) >> 8) & 0xFF
        target = first if page is None else self.address(*page) >> 12
        self.shown = (*self.shown[:physical], page, *self.shown[physical + 1 :])
        for small in range(_SMALL_PAGES):
            self._show_page(first + small, target + small)

    def _drop_from_frame(self, number: int, first: int) -> None:
        """Show no pages of a handle from the logical one on: they are about to belong to others."""
        self.alternate.forget(number, first)
        for physical, page in enumerate(self.shown):
            if page is not None and page[0] == number and page[1] >= first:
                self._show(physical, None)
