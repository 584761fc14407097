"""The sound of a card's converters: samples at their emulated times, joined by straight lines."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hw.clock import MS
from hw.mixer import Samples, Span
from hw.sb.playback import Dac
from hw.sound.filters import DcBlocker
from hw.sound.lines import Lines

# Transfers are noted up to a portion (1 ms) and a byte (1 ms of ADPCM) late, and a line needs the next sample too.
DELAY_PS = 3 * MS


class DacVoice:
    """Renders what a Dac was given; ``gains`` are the card's volumes of left and right.

    ``catch_up`` is called before, for cards that work out what they played only when asked.
    """

    def __init__(
        self,
        dac: Dac,
        gains: Callable[[], tuple[float, float]] = lambda: (1.0, 1.0),
        catch_up: Callable[[], None] | None = None,
    ) -> None:
        self._dac = dac
        self._catch_up = catch_up
        self._gains = gains
        self._restart()

    def _restart(self) -> None:
        self._lines = Lines()
        self._filter: DcBlocker | None = None

    def listen(self, on: bool) -> None:
        """Begin or cease."""
        self._dac.record(on)
        self._restart()

    def render(self, span: Span) -> Samples | None:
        """Left and right; None for silence."""
        if self._catch_up is not None:
            self._catch_up()
        if self._filter is None:
            self._filter = DcBlocker(span.rate)
        pieces = self._dac.take()
        self._lines.begin(span.start_ps - DELAY_PS)
        if not pieces and (level := self._lines.resting) is not None and self._filter.rests_at(*level):
            return None
        for piece in pieces:
            self._lines.add(*piece)
        out = np.empty((span.count, 2))
        self._lines.render(span.rate, out)
        out = self._filter.run(out)
        out *= self._gains()
        return out
