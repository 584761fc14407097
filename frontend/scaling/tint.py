"""The colour of a monochrome monitor's screen, as the window shows it: white, green (phosphor P1) or amber (P3).

>>> tinted(np.full((1, 1, 3), 255, np.uint8), "amber").tolist(), tinted(np.zeros((1, 1, 3), np.uint8), "green").tolist()
([[[255, 176, 0]]], [[[0, 0, 0]]])
"""

from __future__ import annotations

from functools import cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Tint = Literal["white", "green", "amber"]
TINTS: Final[dict[Tint, tuple[int, int, int]]] = {
    "white": (255, 255, 255),
    "green": (65, 255, 0),
    "amber": (255, 176, 0),
}


@cache
def _levels(tint: Tint) -> NDArray[np.uint8]:
    """The colour of each of the 256 levels of grey."""
    levels = [[level * part // 255 for part in TINTS[tint]] for level in range(256)]
    return np.array(levels, np.uint8)


def tinted(frame: NDArray[np.uint8], tint: Tint) -> NDArray[np.uint8]:
    """A (height, width, 3) frame of greys in the colour of the screen."""
    coloured: NDArray[np.uint8] = frame if tint == "white" else _levels(tint)[frame[:, :, 1]]
    return coloured
