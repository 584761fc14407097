"""What CD-ROM drives play: stretches of a disc's sound with the emulated times at which they began.

The drive (int21/cd/audio.py) notes each change here while somebody listens; hw/sound/cd.py makes sound of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

HZ = 44_100
FRAMES_A_SECTOR = 588  # pairs of samples
BYTES_A_SECTOR = 2352
_MOST_CHANGES = 4096


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``time_ps`` on the frames (pairs of samples) from ``first`` to in front of ``end`` are played.

    ``read(sector, count)`` gives the bytes of sectors; ``sides`` are which of the disc's channels goes to left and
    right, and how loud.
    """

    time_ps: int
    first: int
    end: int
    read: Callable[[int, int], bytes]
    sides: tuple[tuple[int, float], tuple[int, float]] = ((0, 1.0), (1, 1.0))


@dataclass(frozen=True, slots=True)
class Change:
    """What one drive plays from ``time_ps`` on; None for nothing."""

    time_ps: int
    drive: int
    stretch: Stretch | None


class CdOutput:
    """Where the drives say what they play. ``present`` is what each plays now.

    In a snapshot it is empty: drives that are restored say what they play.
    """

    snapshot_skips = ("present", "_changes", "_recording")

    def __init__(self) -> None:
        self.present: dict[int, Stretch] = {}
        self._changes: list[Change] = []
        self._recording = False

    def play(self, time_ps: int, drive: int, stretch: Stretch | None) -> None:
        """A drive begins a stretch, or is silent from now on."""
        if stretch is None:
            self.present.pop(drive, None)
        else:
            self.present[drive] = stretch
        if self._recording and len(self._changes) < _MOST_CHANGES:
            self._changes.append(Change(time_ps, drive, stretch))

    def record(self, on: bool) -> None:
        """Note changes from now on, or no more."""
        self._recording = on
        self._changes = []

    def take(self) -> list[Change]:
        """The changes since the last call, oldest first."""
        changes, self._changes = self._changes, []
        return changes
