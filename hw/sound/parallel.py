"""The sound of converters on the parallel port: a level stays until the next, averaged over each sample."""

from __future__ import annotations

import numpy as np

from hw.mixer import Samples, Span
from hw.parallel import ParallelPort
from hw.sound.filters import DcBlocker

LEVEL = 0.5  # of full scale, from silence to the loudest sample


class ParallelVoice:
    """Renders what Covox and Sound Source on a ParallelPort were given."""

    def __init__(self, port: ParallelPort) -> None:
        self._port = port
        self._levels = port.levels  # here for snapshots, which cannot look into the port
        self._value = 0
        self._filter: DcBlocker | None = None

    def listen(self, on: bool) -> None:
        """Begin or cease."""
        self._levels.record(on)
        self._filter = None

    def render(self, span: Span) -> Samples | None:
        """The same on both sides; None when the level has rested."""
        if self._filter is None:
            self._filter = DcBlocker(span.rate)
        self._port.due()
        writes = self._levels.take()
        if not writes and self._filter.quiet:
            return None
        # The area under the levels up to each write, of which each sample is a difference.
        start = span.start_ps
        times = np.array([start, *(min(max(time, start), span.end_ps) for time, _, _ in writes), span.end_ps], float)
        times -= start
        values = np.array([self._value, *(value for _, _, value in writes)], float)
        area = np.concatenate(([0.0], np.cumsum(np.diff(times) * values)))
        means = np.diff(np.interp(span.edges_ps, times, area)) * (LEVEL / 255 * span.rate / 1e12)
        if writes:
            self._value = writes[-1][2]
        return np.repeat(self._filter.run(means[:, None]), 2, axis=1)
