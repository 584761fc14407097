"""How fast the machine is to run: what the settings ask for, or since then the command CYCLES or a key.

A number is the clock's at once. ``auto`` and ``max`` are the matter of who paces the machine (frontend/speed.py);
where nobody does, they are a fixed number, so that a run gives the same each time.

>>> from hw.clock import Clock
>>> pace = Pace(Clock(3000), 3000)
>>> pace.choose(12_000); pace.clock.cycles_per_ms
12000
>>> pace.choose("max"); pace.cycles, pace.clock.cycles_per_ms
('max', 20000)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from hw.clock import Clock

FIXED_CYCLES = 20_000  # instructions per emulated millisecond where nothing paces the machine
Cycles = int | Literal["auto", "max"]


class Pace:
    """``cycles`` is what was asked for last; ``clock`` has what holds."""

    def __init__(self, clock: Clock, cycles: Cycles) -> None:
        self.clock = clock
        self.choose(cycles)

    def choose(self, cycles: Cycles) -> None:
        """Ask for another speed, from the present instruction on."""
        self.cycles: Cycles = cycles
        self.clock.cycles_per_ms = cycles if isinstance(cycles, int) else FIXED_CYCLES
