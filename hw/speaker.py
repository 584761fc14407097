"""The PC speaker: what it should sound like, from port 61h and counter 2 of the timer.

IBM PC AT Technical Reference, "Speaker": the cone follows OUT2 of the timer AND bit 1 of port 61h. Here
each change is noted with its emulated time; making sound of it is the mixer's work.

>>> from hw.clock import Clock
>>> from hw.pic import Pic
>>> from hw.pit import Pit
>>> from hw.ports import PortBus
>>> bus, clock = PortBus(), Clock()
>>> speaker = Speaker(Pit(bus, clock, Pic(bus)), clock)
>>> for port, value in ((0x43, 0xB6), (0x42, 0xA9), (0x42, 0x04), (0x61, 3)):
...     bus.write(port, value)
>>> round(speaker.tone_hz)
1000
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from hw.clock import Clock
from hw.pit import PIT_HZ, Pit

_GATE, _DATA = 0x01, 0x02
_SQUARE = 3


@dataclass(frozen=True, slots=True)
class SpeakerChange:
    """The state of the speaker from ``time_ps`` on."""

    time_ps: int
    gate: bool  # counter 2 counts
    data: bool  # the cone follows OUT2
    mode: int  # of counter 2
    period: int  # of counter 2, in ticks of 1/1193182 s


class Speaker:
    """Keeps the last changes (4096, or 65536 while they are played); whoever plays them takes them with ``take``."""

    def __init__(self, pit: Pit, clock: Clock) -> None:
        self._pit = pit
        self._clock = clock
        self._changes: deque[SpeakerChange] = deque(maxlen=4096)
        pit.add_listener(self._changed)

    def state(self) -> SpeakerChange:
        """What holds now."""
        port = self._pit.port_61
        return SpeakerChange(
            self._clock.now_ps, bool(port & _GATE), bool(port & _DATA), self._pit.mode(2), self._pit.period(2)
        )

    def _changed(self) -> None:
        self._changes.append(self.state())

    def record(self, on: bool) -> None:
        """Somebody plays the changes from now on (the first is the present state), or no more."""
        self._changes = deque([self.state()] if on else [], maxlen=65536 if on else 4096)

    def take(self) -> list[SpeakerChange]:
        """The changes since the last call, oldest first."""
        changes = list(self._changes)
        self._changes.clear()
        return changes

    def restored(self) -> None:
        """Timer and clock were put back to another time: what was noted is past, the present state holds."""
        self._changes.clear()
        self._changes.append(self.state())

    @property
    def tone_hz(self) -> float:
        """The tone being played, in hertz; 0.0 when the speaker is quiet."""
        state = self.state()
        if not (state.gate and state.data and state.period) or state.mode != _SQUARE:
            return 0.0
        return float(PIT_HZ / state.period)
