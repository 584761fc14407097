"""What is on a compact disc, apart from its files: tracks, and sectors of data.

A sector is addressed by its number from the start of the first track (an "HSG" address) or by minute,
second and frame, of which the first two seconds are in front of that (Red Book; MSCDEX specification 2.1).

>>> to_msf(0), from_msf(0, 2, 16)
((0, 2, 0), 16)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

SECTOR = 2048
"""Bytes of user data in a sector of data."""
RAW = 2352
"""Bytes of a sector of audio, or of data with its header and error correction."""
FRAMES_A_SECOND = 75
_LEAD = 2 * FRAMES_A_SECOND


def to_msf(sector: int) -> tuple[int, int, int]:
    """Minute, second and frame of a sector."""
    seconds, frame = divmod(max(sector + _LEAD, 0), FRAMES_A_SECOND)
    return seconds // 60, seconds % 60, frame


def from_msf(minute: int, second: int, frame: int) -> int:
    """The sector at a minute, second and frame; less than 0 in front of the first one."""
    return (minute * 60 + second) * FRAMES_A_SECOND + frame - _LEAD


@dataclass(frozen=True, slots=True)
class Track:
    """A track: its first sector and how many there are."""

    number: int
    audio: bool
    start: int
    length: int

    @property
    def end(self) -> int:
        return self.start + self.length


class SectorReader(Protocol):
    """Something with sectors of data."""

    def read(self, sector: int) -> bytes:
        """The 2048 bytes of a sector of data. Raises SECTOR_NOT_FOUND, READ_FAULT."""
        ...


class Disc(SectorReader, Protocol):
    """A compact disc. ``upc`` is its catalogue number, thirteen digits or none."""

    tracks: tuple[Track, ...]
    upc: bytes

    @property
    def end(self) -> int:
        """The first sector of the lead-out."""
        ...

    def read_audio(self, sector: int, count: int) -> bytes:
        """The 2352 bytes each of sectors of audio; zeros where there is none."""
        ...

    def close(self) -> None: ...
