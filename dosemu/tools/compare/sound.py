"""Two recordings of the same program: loudness over time, pitch and length of what sounds.

Emulators start a sound some milliseconds apart, so envelopes are shifted against each other for the best likeness.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mono = NDArray[np.float64]
SLICES = 50  # of the envelope, a second
_SHIFT = 25  # slices, for the best likeness
_LOWEST_HZ = 20
_SILENT = 60.0  # of 32768


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two recordings compare: tones in hertz, correlation of the envelopes (1: the same), sounding seconds."""

    tones: tuple[float, float]
    correlation: float
    seconds: tuple[float, float]


@dataclass(frozen=True, slots=True)
class SoundMatch:
    """What is shown: the likeness and both envelopes (loudness 0 to 1 of each fiftieth of a second)."""

    likeness: Likeness
    ours: list[float]
    theirs: list[float]
    silent: tuple[bool, bool]


def sounding(samples: Mono) -> Mono:
    """The part of a mono recording in which something is heard."""
    if not len(samples):
        return samples
    level = np.abs(samples - np.median(samples))
    loud = np.flatnonzero(level > level.max() / 50)
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]


def tone(samples: Mono, rate: int) -> float:
    """The loudest pitch that can be heard, in hertz: a slow drift of the level is none.

    >>> round(tone(np.sin(np.arange(44100) * 2 * np.pi * 440 / 44100), 44100))
    440
    """
    if len(samples) < rate // SLICES:
        return 0.0
    spectrum = np.abs(np.fft.rfft((samples - samples.mean()) * np.hanning(len(samples))))
    spectrum[: round(_LOWEST_HZ * len(samples) / rate)] = 0
    return float(spectrum.argmax() * rate / len(samples))


def envelope(samples: Mono, rate: int) -> Mono:
    """The loudness of each fiftieth of a second."""
    step = rate // SLICES
    count = len(samples) // step
    parts = samples[: count * step].reshape(count, step)
    loudness: Mono = np.sqrt(((parts - parts.mean(axis=1, keepdims=True)) ** 2).mean(axis=1)) if count else np.zeros(0)
    return loudness


def correlate(first: Mono, second: Mono) -> float:
    """How alike two envelopes run, at the best of some shifts: 1 the same, 0 nothing in common."""
    count = max(len(first), len(second)) + _SHIFT
    best = 0.0
    fixed = np.pad(first, (_SHIFT, count - len(first)))
    if not fixed.any() or not second.any():
        return 0.0
    for shift in range(2 * _SHIFT + 1):
        moved = (
            np.pad(second, (shift, count + _SHIFT - len(second) - shift))
            if len(second) + shift <= count + _SHIFT
            else None
        )
        if moved is not None:
            best = max(best, float(np.corrcoef(fixed, moved)[0, 1]))
    return best


def likeness(ours: Mono, theirs: Mono, rate: int) -> Likeness:
    """Compare what sounds in two mono recordings, with a fifth of a second of silence around it."""
    parts = [sounding(ours), sounding(theirs)]
    around = np.zeros(rate // 5)
    shapes = [envelope(np.concatenate([around, part, around]), rate) for part in parts]
    return Likeness(
        (tone(parts[0], rate), tone(parts[1], rate)),
        correlate(shapes[0], shapes[1]),
        (len(parts[0]) / rate, len(parts[1]) / rate),
    )


def match(ours: Mono, theirs: Mono, rate: int) -> SoundMatch:
    """Compare two whole recordings, silence and all."""
    shapes = [envelope(samples, rate) for samples in (ours, theirs)]
    silent = tuple(not len(shape) or bool(shape.max() < _SILENT) for shape in shapes)
    if any(silent):
        found = Likeness((0.0, 0.0), 1.0 if all(silent) else 0.0, (0.0, 0.0))
    else:
        found = likeness(ours, theirs, rate)
    first, second = ([round(float(value), 4) for value in shape / 32768] for shape in shapes)
    return SoundMatch(found, first, second, (silent[0], silent[1]))
