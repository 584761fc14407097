"""Files opened by FCBs.

A program may move its FCBs, forget them, or open the same one for ever; so an open FCB holds its entry
of the system file table only until others need it. What was closed that way is opened again by its path
when its FCB is used (as DOS does without SHARE; FCBS= in the MS-DOS User's Guide).
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from int21 import names
from int21.drives import Location
from int21.errors import DosError, ErrorCode
from int21.fcb import Fcb
from int21.sft import FCB_MODE
from int21.sharing import Access

if TYPE_CHECKING:
    from int21.files import Files

_MOST_OPEN = 16
_MOST_PATHS = 1024
_CLOSED = 0xFF


class FcbFiles:
    """Which system file table entries belong to FCBs, and the paths of the files they were opened for."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._open: OrderedDict[int, int] = OrderedDict()  # entry: number of its path; least used first
        self._places: OrderedDict[int, Location] = OrderedDict()
        self._next = 0

    def open(self, fcb: Fcb, place: Location) -> int:
        """Open an existing file for an FCB; returns the entry. Raises what opening does."""
        if place.wild:
            raise DosError(ErrorCode.FILE_NOT_FOUND)
        return self._attach(fcb, place, self._open_place(place))

    def create(self, fcb: Fcb, place: Location, attributes: int) -> int:
        """Create or empty a file for an FCB; returns the entry. Raises what creating does."""
        if place.wild:
            raise DosError(ErrorCode.FILE_NOT_FOUND)
        self._make_room()
        index, _ = self._files.create_place(place, attributes, Access.BOTH | FCB_MODE)
        return self._attach(fcb, place, index)

    def find(self, fcb: Fcb) -> int:
        """The entry of an open FCB, opened again where needed. Raises INVALID_HANDLE when it is not open."""
        number = fcb.path
        place = self._places.get(number)
        name = names.upper(fcb.name)
        if place is None:
            raise DosError(ErrorCode.INVALID_HANDLE)
        told_by = 8 if place.device is not None else 11  # a device has any extension
        if names.to_fcb(place.path[-1])[:told_by] != name[:told_by]:
            raise DosError(ErrorCode.INVALID_HANDLE)
        index = fcb.entry
        if self._open.get(index) == number and self._is_open(index):
            self._open.move_to_end(index)
            return index
        index = self._open_place(place)
        self._open[index] = number
        fcb.entry = index
        return index

    def close(self, fcb: Fcb) -> None:
        """Close an FCB; closing it again does nothing, as in DOS."""
        index, number = fcb.entry, fcb.path
        if self._open.get(index) == number and self._is_open(index):
            self._files.table.release(index)
            del self._open[index]
        fcb.path = 0
        fcb.entry = _CLOSED

    def _attach(self, fcb: Fcb, place: Location, index: int) -> int:
        number = self._remember(place)
        self._open[index] = number
        self._open.move_to_end(index)
        fcb.entry = index
        fcb.path = number
        return index

    def _remember(self, place: Location) -> int:
        while True:
            self._next = self._next % 0xFFFF + 1
            if self._next not in self._places:
                break
        self._places[self._next] = place
        if len(self._places) > _MOST_PATHS:
            self._places.popitem(last=False)
        return self._next

    def _open_place(self, place: Location) -> int:
        self._make_room()
        try:
            return self._files.open_place(place, Access.BOTH | FCB_MODE)
        except DosError as error:
            if error.code is not ErrorCode.ACCESS_DENIED:
                raise
        return self._files.open_place(place, Access.READ | FCB_MODE)

    def _make_room(self) -> None:
        """Close what was not used for the longest time when there is no room for one more."""
        for index in [index for index in self._open if not self._is_open(index)]:
            del self._open[index]
        while self._open:
            if len(self._open) < _MOST_OPEN:
                try:
                    self._files.table.free()
                except DosError:
                    pass
                else:
                    return
            index, _ = self._open.popitem(last=False)
            self._files.table.release(index)

    def _is_open(self, index: int) -> bool:
        try:
            return bool(self._files.table.used(index).mode & FCB_MODE)
        except DosError:
            return False
