"""Frame pacing by the host's clock: the only place where a front end sleeps.

A deadline moves by exactly one frame each time, so rounding and late wake-ups do not add up. When the host
cannot keep up, the deadline is moved to now: the machine slows down evenly and does not rush afterwards.

>>> now = [0.0]
>>> def sleep(seconds): now[0] += seconds
>>> pacer = Pacer(lambda: now[0], sleep)
>>> for _ in range(70):
...     pacer.frame(1 / 70)
>>> round(now[0], 6)
1.0
"""

from __future__ import annotations

import time
from collections.abc import Callable


class Pacer:
    """Keeps a loop of frames to the wall clock.

    ``clock`` gives seconds and ``sleep`` passes them (tests hand in their own). ``late_seconds`` is how far
    behind the loop may be and still catch up; beyond that the time is given up.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], None] = time.sleep,
        *,
        late_seconds: float = 0.1,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._late_seconds = late_seconds
        self._due = clock()

    @property
    def ahead_seconds(self) -> float:
        """Seconds until the frame is due; negative when the host is behind."""
        return self._due - self._clock()

    def advance(self, frame_seconds: float) -> float:
        """One frame is done: move the deadline and return the seconds to wait (0 when late)."""
        self._due += frame_seconds
        ahead = self.ahead_seconds
        if ahead < -self._late_seconds:
            self._due = self._clock()
            return 0.0
        return max(ahead, 0.0)

    def frame(self, frame_seconds: float) -> None:
        """One frame is done: sleep until its time is over."""
        wait = self.advance(frame_seconds)
        if wait > 0:
            self._sleep(wait)

    def restart(self) -> None:
        """Time stood still (a pause, a dragged window): begin anew from now."""
        self._due = self._clock()


class SpeedMeter:
    """How fast the machine runs against the wall clock, in percent, over the last second or so."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._began = clock()
        self._emulated = 0.0
        self.percent = 100

    def frame(self, frame_seconds: float) -> bool:
        """Count one frame; True when ``percent`` has a new value (about once a second)."""
        self._emulated += frame_seconds
        wall = self._clock() - self._began
        if wall < 1.0:
            return False
        self.percent = round(100 * self._emulated / wall)
        self._began += wall
        self._emulated = 0.0
        return True
