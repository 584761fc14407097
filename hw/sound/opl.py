"""The sound of the OPL chips, by ymfm: each write reaches the chip at its emulated time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import ymfm
from numpy.typing import NDArray

from hw.clock import SECOND
from hw.mixer import Samples, Span
from hw.opl import OplType
from hw.opl_chip import REGISTERS
from hw.sound.filters import constant, cubic

# Crystal and its ticks in a sample: 49716 samples a second both (Yamaha's manuals, "Clock").
_CLOCK_HZ = {OplType.OPL2: (3_579_545, 72), OplType.DUAL_OPL2: (3_579_545, 72), OplType.OPL3: (14_318_180, 288)}
# Full scale, as ymfm gives it: the loudest voice becomes a quarter. The OPL3 doubles each on both sides.
_LEVEL = {OplType.OPL2: 2 / 32768, OplType.DUAL_OPL2: 2 / 32768, OplType.OPL3: 1 / 32768}
_NEIGHBOURS = 4  # samples that one of the output is made from
_REST_BLOCKS = 100  # blocks without a sound or a write, after which the chip is not asked any more


class Written(Protocol):
    """A chip as its sound sees it: its registers, and the writes as they come."""

    @property
    def kind(self) -> OplType: ...
    @property
    def registers(self) -> bytes | bytearray: ...
    def record(self, on: bool) -> None:
        """Note writes from now on, or no more."""

    def take(self) -> list[tuple[int, int, int]]:
        """(time in ps, register, value) of the writes since the last call, oldest first."""
        ...


class ChipVoice:
    """One chip at its own rate, resampled to the mixer's by a cubic through the four nearest samples."""

    snapshot_skips = ("_ymfm",)

    def __init__(self, chip: Written) -> None:
        self._chip = chip
        self._hz, self._divider = _CLOCK_HZ[chip.kind]
        self._restart()

    def _restart(self) -> None:
        opl3 = self._chip.kind is OplType.OPL3
        self._ymfm: Any = ymfm.YMF262(self._hz) if opl3 else ymfm.YM3812(self._hz)
        self._made = -1  # samples the chip has made since power-on, in emulated time
        self._kept: NDArray[np.int32] = np.zeros((_NEIGHBOURS, self._ymfm.outputs), np.int32)
        self._resting = 0

    def listen(self, on: bool) -> None:
        """Begin with what is in the registers."""
        self._chip.record(on)
        self._restart()
        if on:
            registers = self._chip.registers
            # NEW and the pairs first: they say what the others mean.
            for register in (0x105, 0x104, *range(REGISTERS)):
                if register != 0x04 and (value := registers[register]):
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

    def render(self, span: Span, gains: tuple[float, float] = (1.0, 1.0)) -> Samples | None:
        """Left and right; None while the chip rests."""
        writes = self._chip.take()
        end = self._sample_at(span.end_ps) + 1
        if self._made < 0:
            self._made = self._sample_at(span.start_ps)
        if not writes and self._resting >= _REST_BLOCKS:
            self._made = end
            return None
        first = self._made - _NEIGHBOURS  # number of the buffer's first sample
        samples: NDArray[np.int32] = np.empty((max(end - first, _NEIGHBOURS), self._ymfm.outputs), np.int32)
        samples[:_NEIGHBOURS] = self._kept
        for time_ps, register, value in writes:
            self._generate(samples, first, min(self._sample_at(time_ps), end))
            if register not in (0x02, 0x03, 0x04):  # the timers are not the chip's here
                self._write(register, value)
        self._generate(samples, first, end)
        self._kept = samples[-_NEIGHBOURS:].copy()
        quiet = not writes and constant(samples)
        self._resting = self._resting + 1 if quiet else 0
        # Where each output sample lies between the chip's, late by what the cubic must see ahead.
        start = span.start_ps * self._hz / (self._divider * SECOND) - first - 2
        out = np.empty((span.count, 2))
        left_gain, right_gain = (gain * _LEVEL[self._chip.kind] for gain in gains)
        right = 1 if self._ymfm.outputs > 1 else 0
        cubic(samples, start, self._hz / self._divider / span.rate, out, 0, right, left_gain, right_gain)
        return out

    def _generate(self, samples: NDArray[np.int32], first: int, end: int) -> None:
        """Let the chip make what it has made when sample ``end`` is due."""
        if end > self._made:
            self._ymfm.generate_into(samples[self._made - first : end - first])
            self._made = end


class OplVoice:
    """All chips of a card; ``gains`` are the card's volumes of left and right."""

    def __init__(self, chips: Sequence[Written], gains: Callable[[], tuple[float, float]] = lambda: (1.0, 1.0)) -> None:
        self._voices = [ChipVoice(chip) for chip in chips]
        self._gains = gains

    def listen(self, on: bool) -> None:
        """Begin or cease."""
        for voice in self._voices:
            voice.listen(on)

    def render(self, span: Span) -> Samples | None:
        """One chip on both sides, or the first left and the second right."""
        left, *others = (voice.render(span, self._gains()) for voice in self._voices)
        if not others:
            return left
        right = others[0]
        if left is None and right is None:
            return None
        out = np.zeros((span.count, 2))
        for side, part in enumerate((left, right)):
            if part is not None:
                out[:, side] = part[:, side]
        return out
