"""``--cycles`` for a machine that a person watches: a number is exact, ``auto`` and ``max`` follow the host.

``auto`` is 3,000 instructions a millisecond, a fast 286, until the program enters protected mode or switches
to a 256-colour or SVGA mode; then, like ``max`` from the start, as many as the host holds: ``auto`` stops at
80,000, a Pentium 133. A step is taken after each frame from the share of the
frame's time that the host was busy with it.

>>> from hw.clock import Clock
>>> clock = Clock(20_000)
>>> speed = Speed(Pace(clock, "auto"))
>>> clock.cycles_per_ms
3000
>>> speed.fast = True
>>> for _ in range(200):
...     speed.frame(busy_seconds=0.001, frame_seconds=0.014)
>>> clock.cycles_per_ms
80000
"""

from __future__ import annotations

from dosemu.pace import Cycles, Pace

REAL_MODE = 3_000
AUTO_LIMIT = 80_000
MAX_LIMIT = 1_000_000
# The host is left some room, so that sound and picture stay even when it has other things to do.
BUSY_GOAL = 0.75
BUSY_LIMIT = 0.9
RISE = 1.1


class Speed:
    """Sets the cycles of a pace's clock. ``fast`` is set once the program shows that it wants a fast machine."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self._clock = pace.clock
        self._take_over()

    def _take_over(self) -> None:
        """Begin with what the pace asks for."""
        self.cycles: Cycles = self.pace.cycles
        self.fast = self.cycles == "max"
        if not isinstance(self.cycles, int):
            self._clock.cycles_per_ms = AUTO_LIMIT if self.fast else REAL_MODE

    def choose(self, cycles: int) -> None:
        """The person set a speed: it stays."""
        self.pace.choose(cycles)
        self._take_over()

    def frame(self, busy_seconds: float, frame_seconds: float) -> None:
        """One frame took the host ``busy_seconds`` of the ``frame_seconds`` there are for it."""
        if self.cycles != self.pace.cycles:  # by the command CYCLES
            self._take_over()
        if isinstance(self.cycles, int) or not self.fast:
            return
        busy = busy_seconds / frame_seconds
        now = self._clock.cycles_per_ms
        if busy > BUSY_LIMIT:
            wanted = now * BUSY_GOAL / busy
        elif busy < BUSY_GOAL / RISE:
            wanted = now * RISE
        else:
            return
        limit = AUTO_LIMIT if self.cycles == "auto" else MAX_LIMIT
        self._clock.cycles_per_ms = round(min(max(wanted, REAL_MODE), limit))
