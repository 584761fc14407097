"""The sound of the OPL chips, by ymfm: each write reaches the chip at its emulated time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import ymfm
from numpy.typing import NDArray

from hw.clock import SECOND
from hw.mixer import Samples, Span
from hw.opl import REGISTERS, OplChip, OplType
from hw.sound.filters import cubic

# Crystal and its ticks in a sample: 49716 samples a second both (Yamaha's manuals, "Clock").
_CLOCK_HZ = {OplType.OPL2: (3_579_545, 72), OplType.DUAL_OPL2: (3_579_545, 72), OplType.OPL3: (14_318_180, 288)}
# Full scale, as ymfm gives it: the loudest voice becomes a quarter. The OPL3 doubles each on both sides.
_LEVEL = {OplType.OPL2: 2 / 32768, OplType.DUAL_OPL2: 2 / 32768, OplType.OPL3: 1 / 32768}
_NEIGHBOURS = 4  # samples that one of the output is made from
_REST_BLOCKS = 100  # blocks without a sound or a write, after which the chip is not asked any more


class ChipVoice:
    """One chip at its own rate, resampled to the mixer's by a cubic through the four nearest samples."""

    snapshot_skips = ("_ymfm",)

    def __init__(self, chip: OplChip) -> None:
        self._chip = chip
        self._hz, self._divider = _CLOCK_HZ[chip.kind]
        self._restart()

    def _restart(self) -> None:
        opl3 = self._chip.kind is OplType.OPL3
        self._ymfm: Any = ymfm.YMF262(self._hz) if opl3 else ymfm.YM3812(self._hz)
        self._made = -1  # samples the chip has made since power-on, in emulated time
        self._kept: NDArray[np.float64] = np.zeros((_NEIGHBOURS, 2))
        self._resting = 0

    def listen(self, on: bool) -> None:
        """Begin with what is in the registers."""
        self._chip.record(on)
        self._restart()
        if on:
            # NEW and the pairs first: they say what the others mean.
            for register in (0x105, 0x104, *range(REGISTERS)):
                if register != 0x04 and (value := self._chip.registers[register]):
                    self._write(register, value)

    def snapshot_save(self) -> bytes:
        """All that the chip holds."""
        return bytes(self._ymfm.save_state())

    def snapshot_load(self, state: bytes) -> None:
        """Let the chip go on from there."""
        self._ymfm.load_state(state)

    def _write(self, register: int, value: int) -> None:
        bank = register >> 8 << 1
        self._ymfm.write(bank, register & 0xFF)
        self._ymfm.write(bank | 1, value)

    def _sample_at(self, time_ps: int) -> int:
        return time_ps * self._hz // (self._divider * SECOND)

    def _generate(self, count: int) -> NDArray[np.float64]:
        outputs = self._ymfm.outputs
        made = np.asarray(self._ymfm.generate(count)).reshape(count, outputs).astype(np.float64)
        return made[:, :2] if outputs > 1 else np.repeat(made, 2, axis=1)

    def render(self, span: Span) -> Samples | None:
        """Left and right; None while the chip rests."""
        writes = self._chip.take()
        end = self._sample_at(span.end_ps) + 1
        if self._made < 0:
            self._made = self._sample_at(span.start_ps)
        if not writes and self._resting >= _REST_BLOCKS:
            self._made = end
            return None
        parts = [self._kept]
        first = self._made - len(self._kept)  # number of parts' first sample
        for time_ps, register, value in writes:
            count = min(self._sample_at(time_ps), end) - self._made
            if count > 0:
                parts.append(self._generate(count))
                self._made += count
            if register not in (0x02, 0x03, 0x04):  # the timers are not the chip's here
                self._write(register, value)
        if end > self._made:
            parts.append(self._generate(end - self._made))
            self._made = end
        samples = np.concatenate(parts)
        self._kept = samples[-_NEIGHBOURS:]
        quiet = not writes and bool(np.all(samples[:, :] == samples[0]))
        self._resting = self._resting + 1 if quiet else 0
        # Where each output sample lies between the chip's, late by what the cubic must see ahead.
        start = span.start_ps * self._hz / (self._divider * SECOND) - first - 2
        at = start + np.arange(span.count, dtype=np.float64) * (self._hz / self._divider / span.rate)
        return cubic(samples, at) * _LEVEL[self._chip.kind]


class OplVoice:
    """All chips of a card; ``gains`` are the card's volumes of left and right."""

    def __init__(self, chips: Sequence[OplChip], gains: Callable[[], tuple[float, float]] = lambda: (1.0, 1.0)) -> None:
        self._voices = [ChipVoice(chip) for chip in chips]
        self._gains = gains

    def listen(self, on: bool) -> None:
        """Begin or cease."""
        for voice in self._voices:
            voice.listen(on)

    def render(self, span: Span) -> Samples | None:
        """One chip on both sides, or the first left and the second right."""
        parts = [voice.render(span) for voice in self._voices]
        if all(part is None for part in parts):
            return None
        silence = np.zeros((span.count, 2))
        left, right = (silence if part is None else part for part in (parts[0], parts[-1]))
        both = left if left is right else np.stack((left[:, 0], right[:, 1]), axis=1)
        return both * self._gains()
