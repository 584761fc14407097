"""Small filters on blocks of samples."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_CUTOFF_HZ = 10
_SILENCE = 1e-5  # a third of the smallest step of 16 bits


class DcBlocker:
    """A high-pass of 10 Hz, the capacitor at a card's output: a level that stays becomes silence.

    >>> blocker = DcBlocker(1000)
    >>> blocker.run(np.ones((10, 1)))[:2].round(3).tolist()
    [[1.0], [0.937]]
    """

    def __init__(self, rate: int) -> None:
        self._keep = 1 - 2 * np.pi * _CUTOFF_HZ / rate
        self._powers: NDArray[np.float64] = np.empty((0, 1))
        self._in: NDArray[Any] | float = 0.0
        self._out: NDArray[Any] | float = 0.0

    def run(self, samples: NDArray[np.float64]) -> NDArray[np.float64]:
        """The filtered block (samples, channels); blocks are at most some hundredths of a second."""
        # y[n] = k y[n-1] + x[n] - x[n-1], solved for the whole block.
        if len(samples) != len(self._powers):
            self._powers = np.power(self._keep, np.arange(1, len(samples) + 1, dtype=np.float64))[:, None]
        powers = self._powers
        steps = np.diff(samples, axis=0, prepend=np.broadcast_to(self._in, (1, samples.shape[1])))
        out: NDArray[np.float64] = powers * (self._out + np.cumsum(steps / powers, axis=0))
        self._in, self._out = samples[-1].copy(), out[-1].copy()
        return out

    @property
    def input(self) -> NDArray[Any] | float:
        """The last samples that went in."""
        return self._in

    @property
    def quiet(self) -> bool:
        """Nothing can be heard of what went through."""
        return bool(np.all(np.abs(self._out) < _SILENCE))


def cubic(samples: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Catmull-Rom interpolation at fractional indices."""
    index = np.clip(np.floor(at).astype(np.int64), 1, len(samples) - 3)
    t = (at - index)[:, None]
    a, b, c, d = (samples[index + i] for i in (-1, 0, 1, 2))
    result: NDArray[np.float64] = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    return result
