"""The sound of CD-ROM drives: 44,100 frames a second, at the emulated times they are due."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hw.cd_audio import BYTES_A_SECTOR, FRAMES_A_SECTOR, HZ, CdOutput, Stretch
from hw.clock import SECOND
from hw.mixer import Samples, Span
from hw.sound.filters import cubic

_AROUND = 2  # frames that the cubic needs before and behind


class CdVoice:
    """Renders what a CdOutput was told; ``gains`` are the card's volumes of left and right."""

    snapshot_skips = ("_playing", "_restored")

    def __init__(self, output: CdOutput, gains: Callable[[], tuple[float, float]] = lambda: (1.0, 1.0)) -> None:
        self._output = output
        self._gains = gains
        self._playing: dict[int, Stretch] = {}
        self._restored = False

    def listen(self, on: bool) -> None:
        """Begin with what is playing."""
        self._output.record(on)
        self._playing = dict(self._output.present)

    def snapshot_save(self) -> None:
        """What is played is the drives' state."""

    def snapshot_load(self, state: None) -> None:
        """Begin with what drives play that were restored."""
        self._restored = True

    def render(self, span: Span) -> Samples | None:
        """All drives together; None when they rest."""
        changes = self._output.take()
        if self._restored:
            self._playing, changes, self._restored = dict(self._output.present), [], False
        if not changes and not self._playing:
            return None
        out = np.zeros((span.count, 2))
        done = 0
        for change in changes:
            until = min(max((change.time_ps - span.start_ps) * span.rate // SECOND, done), span.count)
            self._add(out, span, done, until)
            done = until
            if change.stretch is None:
                self._playing.pop(change.drive, None)
            else:
                self._playing[change.drive] = change.stretch
        self._add(out, span, done, span.count)
        for drive, stretch in list(self._playing.items()):
            if _frame(stretch, span.end_ps) >= stretch.end + _AROUND:
                del self._playing[drive]
        return out * self._gains()

    def _add(self, out: NDArray[np.float64], span: Span, begin: int, end: int) -> None:
        if end <= begin:
            return
        for stretch in self._playing.values():
            step = HZ / span.rate
            start = _frame(stretch, span.start_ps) + begin * step
            first = int(np.floor(start)) - _AROUND
            count = int(np.floor(start + (end - begin - 1) * step)) + 2 * _AROUND - first
            (left, left_gain), (right, right_gain) = stretch.sides
            part = np.empty((end - begin, 2))
            cubic(self._frames(stretch, first, count), start - first, step, part, left, right, left_gain, right_gain)
            out[begin:end] += part

    def _frames(self, stretch: Stretch, first: int, count: int) -> NDArray[np.float64]:
        """Frames of the disc, -1 to 1; silence outside of the stretch."""
        frames = np.zeros((count, 2))
        begin, end = max(first, stretch.first), min(first + count, stretch.end)
        if begin < end:
            sector = begin // FRAMES_A_SECTOR
            sectors = -(-end // FRAMES_A_SECTOR) - sector
            data = stretch.read(sector, sectors).ljust(sectors * BYTES_A_SECTOR, b"\0")
            samples = np.frombuffer(data, "<i2").reshape(-1, 2)
            skip = begin - sector * FRAMES_A_SECTOR
            frames[begin - first : end - first] = samples[skip : skip + end - begin] / 32768
        return frames


def _frame(stretch: Stretch, time_ps: int) -> float:
    """The frame of the disc that is due at a time."""
    return stretch.first + (time_ps - stretch.time_ps) * HZ / SECOND
