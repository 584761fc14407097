"""The mixer: all that sounds becomes one stream of stereo samples, in emulated time.

Sample k stands for the time from k/rate to (k+1)/rate seconds after power-on. All counts are made by integer
arithmetic from picoseconds, so a run of a given length always gives the same number of samples, and sound
cannot drift away from the picture. Nothing is rendered, and devices note nothing, before somebody listens.

>>> from hw.clock import Clock, SECOND
>>> clock, seen = Clock(), []
>>> mixer = Mixer(clock, rate=44100)
>>> mixer.listen(Collector(seen.append))
>>> clock.skip_to(SECOND)
>>> mixer.close()
>>> sum(len(block) for block in seen), seen[0].dtype, seen[0].shape[1]
(44100, dtype('int16'), 2)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hw.clock import SECOND, Clock, Event
from hw.mixing import add, to_16_bits

Block = NDArray[np.int16]  # (samples, 2): left, right
Samples = NDArray[np.float64]  # (samples, 2); full scale is -1 to 1
BLOCKS_PER_SECOND = 50
MAX_VOLUME = 4.0


@dataclass(frozen=True, slots=True)
class Span:
    """``count`` samples from number ``first`` on, at ``rate`` a second."""

    first: int
    count: int
    rate: int

    @property
    def start_ps(self) -> int:
        """When the first sample begins."""
        return sample_time_ps(self.first, self.rate)

    @property
    def end_ps(self) -> int:
        """When the last sample ends."""
        return sample_time_ps(self.first + self.count, self.rate)

    @property
    def edges_ps(self) -> NDArray[np.float64]:
        """The ``count + 1`` limits of the samples, relative to ``start_ps``."""
        edges: NDArray[np.float64] = np.arange(self.count + 1, dtype=np.float64) * (SECOND / self.rate)
        return edges


def sample_time_ps(sample: int, rate: int) -> int:
    """The first picosecond of a sample.

    >>> sample_time_ps(1, 48000)
    20833334
    """
    return -(-sample * SECOND // rate)


def samples_before(time_ps: int, rate: int) -> int:
    """How many samples have ended at ``time_ps``."""
    return time_ps * rate // SECOND


class Voice(Protocol):
    """Something that sounds."""

    def listen(self, on: bool) -> None:
        """Begin or cease to note what happens."""

    def render(self, span: Span) -> Samples | None:
        """The samples of ``span``, which follows the one before; None for silence."""


class Sink(Protocol):
    """Where the sound goes. Neither method may raise."""

    def play(self, block: Block) -> None:
        """Take the next samples."""

    def close(self) -> None:
        """There is no more."""


class Collector:
    """A sink that hands each block to a function."""

    def __init__(self, take: Callable[[Block], object]) -> None:
        self._take = take

    def play(self, block: Block) -> None:
        """Hand it on."""
        self._take(block)

    def close(self) -> None:
        """Nothing to do."""


class Channel:
    """One voice's place in the mix: ``volume`` 0 to 4 (1 as it comes), ``balance`` -1 left to 1 right, ``muted``."""

    def __init__(self, voice: Voice, volume: float) -> None:
        self.voice = voice
        self.muted = False
        self.balance = 0.0
        self.volume = volume

    @property
    def volume(self) -> float:
        """Factor of the samples."""
        return self._volume

    @volume.setter
    def volume(self, value: float) -> None:
        self._volume = min(max(value, 0.0), MAX_VOLUME)

    def place(self, left: float, right: float) -> None:
        """Set volume and balance from the volumes of both sides."""
        self.volume = max(left, right)
        self.balance = 0.0 if left == right else (1 - left / right if left < right else right / left - 1)

    @property
    def gains(self) -> tuple[float, float]:
        """Factors of left and right."""
        if self.muted:
            return 0.0, 0.0
        return self._volume * min(1.0, 1.0 - self.balance), self._volume * min(1.0, 1.0 + self.balance)


class Mixer:
    """Renders a fiftieth of a second at a time for every sink.

    ``channels`` by name; ``volume`` (left, right) and ``muted`` of all.
    """

    snapshot_skips = ("_sinks", "volume", "muted")

    def __init__(self, clock: Clock, rate: int = 48000) -> None:
        self.rate = rate
        self.volume = (1.0, 1.0)
        self.muted = False
        self.channels: dict[str, Channel] = {}
        self._clock = clock
        self._sinks: list[Sink] = []
        self._position = 0  # the next sample to render
        self._event: Event | None = None

    def add(self, name: str, voice: Voice, volume: float = 1.0) -> Channel:
        """Give a voice a channel."""
        channel = self.channels[name] = Channel(voice, volume)
        if self._sinks:
            voice.listen(True)
        return channel

    def listen(self, sink: Sink) -> None:
        """Play from now on to ``sink`` too."""
        if not self._sinks:
            self._position = samples_before(self._clock.now_ps, self.rate)
            for channel in self.channels.values():
                channel.voice.listen(True)
            self._schedule()
        else:
            self._catch_up()
        self._sinks.append(sink)

    def ignore(self, sink: Sink) -> None:
        """Render what is due, then close ``sink``; without any, the devices are not listened to any more."""
        if sink not in self._sinks:
            return
        self._catch_up()
        self._sinks.remove(sink)
        sink.close()
        if not self._sinks:
            if self._event is not None:
                self._clock.cancel(self._event)
            for channel in self.channels.values():
                channel.voice.listen(False)

    def flush(self) -> None:
        """Render the samples up to now, not only whole blocks."""
        if self._sinks:
            self._catch_up()

    def close(self) -> None:
        """Close all sinks, after the samples up to now."""
        for sink in list(self._sinks):
            self.ignore(sink)

    def restart(self) -> None:
        """The clock was put back to another time: go on from there."""
        if not self._sinks:
            return
        if self._event is not None:
            self._clock.cancel(self._event)
        self._position = samples_before(self._clock.now_ps, self.rate)
        for channel in self.channels.values():
            channel.voice.listen(True)
        self._schedule()

    def snapshot_save(self) -> bool:
        """Whether somebody listens."""
        return bool(self._sinks)

    def snapshot_load(self, listening: bool) -> None:
        """Those who listen here are others: begin for them, or cease, when nobody listened there or here."""
        if self._sinks and not listening:
            self.restart()
        elif listening and not self._sinks:
            self._clock.cancel(self._event)
            for channel in self.channels.values():
                channel.voice.listen(False)

    def _schedule(self) -> None:
        end = self._position + max(self.rate // BLOCKS_PER_SECOND, 1)
        self._event = self._clock.at(sample_time_ps(end, self.rate), self._due, "sound")

    def _due(self) -> None:
        self._catch_up()
        self._schedule()

    def _catch_up(self) -> None:
        """Render up to now, a block at a time."""
        goal = samples_before(self._clock.now_ps, self.rate)
        while self._position < goal:
            span = Span(self._position, min(goal - self._position, self.rate // BLOCKS_PER_SECOND or 1), self.rate)
            self._position += span.count
            block = self._mix(span)
            for sink in self._sinks:
                sink.play(block)

    def _mix(self, span: Span) -> Block:
        total: Samples | None = None
        for channel in self.channels.values():
            samples = channel.voice.render(span)
            if samples is None or channel.gains == (0.0, 0.0):
                continue
            if total is None:
                total = np.zeros((span.count, 2))
            add(total, samples, *channel.gains)
        if total is None or self.muted:
            return np.zeros((span.count, 2), np.int16)
        block: Block = np.empty((span.count, 2), np.int16)
        to_16_bits(total, block, *self.volume)
        return block
