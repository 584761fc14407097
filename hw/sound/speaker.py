"""The sound of the PC speaker: the level of the cone, averaged over each sample.

The average of the square wave over the sample's time (a box filter) keeps the steps exact in time and weakens
what lies above the sample rate; programs that play samples by pulse width get just the average they count on. A cone
of 57 mm, as PCs had, does not follow much above 5 kHz: so the carrier of pulse widths, which is often one that people
would hear, is weakened as it was there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hw.clock import SECOND
from hw.mixer import Samples, Span
from hw.pit import PIT_HZ
from hw.sound.filters import DcBlocker, LowPass
from hw.speaker import Speaker, SpeakerChange

LEVEL = 0.5  # of full scale, from in to out
CUTOFF_HZ = 5000
_TICK_PS = SECOND / PIT_HZ
_ONE_SHOT, _SQUARE = (0, 1), 3


class SpeakerVoice:
    """Renders what a Speaker was told."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._state: SpeakerChange | None = None
        self._begun_ps = 0  # when the counter began the present period
        self._filter: DcBlocker | None = None
        self._cone: LowPass | None = None

    def listen(self, on: bool) -> None:
        """Begin with the speaker's present state."""
        self._speaker.record(on)
        self._state = self._filter = self._cone = None

    def render(self, span: Span) -> Samples | None:
        """The mean levels; None when the cone has rested."""
        changes = self._speaker.take()
        if self._filter is None or self._cone is None:
            self._filter, self._cone = DcBlocker(span.rate), LowPass(span.rate, CUTOFF_HZ)
        if self._state is None:
            self._enter(changes.pop(0) if changes else self._speaker.state())
        state = self._state
        assert state is not None
        if not changes and self._filter.quiet and not self._sounds(state):
            return None
        start, end = span.start_ps, span.end_ps
        edges = span.edges_ps
        high = np.zeros(span.count)  # picoseconds
        at = start
        for change in changes:
            until = min(max(change.time_ps, at), end)
            self._add(high, edges, at, until, start)
            at = until
            self._enter(change)
        self._add(high, edges, at, end, start)
        high *= LEVEL * span.rate / SECOND
        mono = self._filter.run(self._cone.run(high[:, None]))
        return np.repeat(mono, 2, axis=1)

    def _enter(self, change: SpeakerChange) -> None:
        old = self._state
        # Port 61h's speaker bit alone leaves the counter as it is; all else starts it anew.
        if old is None or replace(old, time_ps=change.time_ps, data=change.data) != change or old.data == change.data:
            self._begun_ps = change.time_ps
        self._state = change

    @staticmethod
    def _sounds(state: SpeakerChange) -> bool:
        return state.data and (state.mode in _ONE_SHOT or (state.mode == _SQUARE and state.gate))

    def _add(self, high: NDArray[np.float64], edges: NDArray[np.float64], at: int, until: int, start: int) -> None:
        """Add the time the cone is out between two times to the samples it falls in."""
        state = self._state
        assert state is not None
        if not state.data or at >= until:
            return
        first = int(np.searchsorted(edges, at - start, side="right")) - 1
        last = min(int(np.searchsorted(edges, until - start, side="left")), len(high)) - 1
        begun = self._begun_ps - start
        if last <= first:
            first = min(first, len(high) - 1)
            high[first] += _high_ps(state, until - start - begun) - _high_ps(state, at - start - begun)
            return
        limits = edges[first : last + 2].copy()
        limits[0], limits[-1] = at - start, until - start
        high[first : last + 1] += np.diff(_high_ps(state, limits - begun))


def _high_ps(state: SpeakerChange, passed: Any) -> Any:
    """For how long OUT2 was high in the ``passed`` picoseconds (a number or an array) since the count began."""
    period = state.period * _TICK_PS
    if state.mode in _ONE_SHOT:
        if state.mode == 1 and not state.gate:
            return passed  # not triggered
        return np.maximum(passed - period, 0) if period else passed * state.mode
    if state.mode == _SQUARE and state.gate and state.period > 1:
        half = (state.period + 1) // 2 * _TICK_PS
        whole = passed // period
        return whole * half + np.minimum(passed - whole * period, half)
    return passed
