"""Where in a window the machine's picture goes, and what it is drawn there with.

- ``sharp``: every pixel is a rectangle with exact borders; where a border falls into a pixel of the window, both
  sides take their share of it.
- ``smooth``: linear between the centres of pixels.
- ``crt``: as a tube shows it, with dark gaps between scan lines that bright dots close, and a grille of stripes.

>>> scaler = Scaler((320, 200), (640, 400), "sharp")
>>> scaler.draw(np.full((200, 320, 3), 7, np.uint8)), hex(int(scaler.out[0, 0]))
((0, 399), '0xff070707')
>>> scaler.draw(np.full((200, 320, 3), 7, np.uint8)) is None  # nothing changed
True
"""

from __future__ import annotations

import math
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from frontend.scaling.resample import changed_rows, heighten, scan, widen

Filter = Literal["sharp", "smooth", "crt"]
Scaling = Literal["aspect", "integer", "stretch"]
FILTERS: tuple[Filter, ...] = ("sharp", "smooth", "crt")
SCALINGS: tuple[Scaling, ...] = ("aspect", "integer", "stretch")
ASPECT = (4, 3)
ONE = 256  # the weight of a whole pixel
_FARTHEST_SHAPE = math.log(1.4)  # whole factors that distort the picture more than this are not taken
_DARK_BEAM, _BRIGHT_BEAM = 0.30, 0.48  # half widths in scan lines
_SAMPLES = 8  # of the beam's profile for a row of the window
_STRIPE = 205  # what the stripes of the grille let through of the other two colours, of 255
_WIDE_ENOUGH = 2  # window pixels for each of the picture, for the grille to be seen as one

Words = NDArray[np.uint16]


def place(
    window: tuple[int, int],
    frame: tuple[int, int],
    scale: int | Literal["auto"] = "auto",
    scaling: Scaling = "aspect",
) -> tuple[int, int, int, int]:
    """Where in the window (width, height) the frame (width, height) goes: x, y, width, height.

    ``aspect`` is 4 to 3, as on a monitor; ``integer`` the whole factors that come closest to that; ``stretch`` the
    whole window. ``scale`` is the most window pixels for one of the frame.

    >>> place((1000, 720), (720, 400))
    (20, 0, 960, 720)
    >>> place((1000, 720), (720, 400), 1)
    (140, 90, 720, 540)
    >>> place((1920, 1200), (320, 200), scaling="integer")
    (160, 0, 1600, 1200)
    """
    wide, high = ASPECT
    if scaling == "stretch":
        width, height = max(window[0], 1), max(window[1], 1)
    else:
        width = min(window[0], window[1] * wide // high)
        if scale != "auto":
            width = min(width, frame[0] * scale)
        width = max(width, 1)
        height = max(width * high // wide, 1)
        if scaling == "integer":
            width, height = _whole(window, frame, (width, height))
    return (window[0] - width) // 2, (window[1] - height) // 2, width, height


def _whole(window: tuple[int, int], frame: tuple[int, int], true: tuple[int, int]) -> tuple[int, int]:
    """The whole multiple of the frame that covers the true place best; that place where the frame does not fit."""

    def cover(size: tuple[int, int]) -> float:
        common = min(size[0], true[0]) * min(size[1], true[1])
        return common / (size[0] * size[1] + true[0] * true[1] - common)

    def distorted(size: tuple[int, int]) -> bool:
        return abs(math.log(size[0] * ASPECT[1] / (size[1] * ASPECT[0]))) > _FARTHEST_SHAPE

    sizes = [
        (frame[0] * across, frame[1] * down)
        for across in range(1, window[0] // max(frame[0], 1) + 1)
        for down in range(1, window[1] // max(frame[1], 1) + 1)
    ]
    return max([size for size in sizes if not distorted(size)] or sizes[:1] or [true], key=cover)


def area_taps(source: int, target: int) -> tuple[Words, Words]:
    """For each pixel of the target the first of the source that it covers, and the weights from there on."""
    edges = np.arange(target + 1) * (source / target)
    count = max(min(math.ceil(source / target) + 1, source), 2)
    first = np.minimum(np.floor(edges[:-1] + 1e-9), max(source - count, 0) if count > 2 else source - 1).astype(
        np.int64
    )
    at = first[:, None] + np.arange(count)
    covered = np.minimum(at + 1, edges[1:, None]) - np.maximum(at, edges[:-1, None])
    return _as_words(first, np.clip(covered, 0, None))


def linear_taps(source: int, target: int, *, steep: bool = False) -> tuple[Words, Words]:
    """The same, by linear interpolation of the centres (``steep``: with narrow steps); by area where it shrinks."""
    if source > target:
        return area_taps(source, target)
    centres = np.clip((np.arange(target) + 0.5) * (source / target) - 0.5, 0, source - 1)
    first = np.floor(centres).astype(np.int64)
    part = centres - first
    if steep:
        part = part * part * (3 - 2 * part)
    return _as_words(first, np.stack([1 - part, part], axis=1))


def _as_words(first: NDArray[np.int64], weights: NDArray[np.float64]) -> tuple[Words, Words]:
    parts = np.rint(weights / weights.sum(axis=1, keepdims=True) * ONE).astype(np.int64)
    # The sum has to be exact, so that white stays white.
    parts[np.arange(len(parts)), parts.argmax(axis=1)] += ONE - parts.sum(axis=1)
    return first.astype(np.uint16), parts.astype(np.uint16)


def beams(rows: int, lines: int, target: int) -> tuple[Words, Words]:
    """For each row of the window the two rows of the picture whose scan lines light it, and how much of them.

    ``lines`` are the scan lines of the monitor: a double-scanned row of the picture is two of them.
    """
    at = (np.arange(target * _SAMPLES) + 0.5) / _SAMPLES * (lines / target) - 0.5  # in scan lines
    middle = at.reshape(target, _SAMPLES).mean(axis=1)
    one = np.clip(np.floor(middle), 0, lines - 1).astype(np.int64)
    both = np.stack([one, np.minimum(one + 1, lines - 1)], axis=1)
    distance = np.abs(at.reshape(target, 1, _SAMPLES) - both[:, :, None])
    dark, bright = (np.exp(-((distance / width) ** 2)).mean(axis=2) for width in (_DARK_BEAM, _BRIGHT_BEAM))
    same = both[:, 0] == both[:, 1]
    dark[same, 1] = bright[same, 1] = 0
    dark, bright = (255 * part / max(part.sum(axis=1).max(), 1e-9) for part in (dark, bright))
    more = np.clip(bright - dark, 0, 255)
    shares = np.stack([dark[:, 0], more[:, 0], dark[:, 1], more[:, 1]], axis=1)
    shares *= 255 / max(shares.sum(axis=1).max(), 255)  # no row gives more light than the picture has
    return (both * rows // lines).astype(np.uint16), np.floor(shares).astype(np.uint16)


def grille(width: int, stripes: bool) -> NDArray[np.uint8]:
    """What the mask before the tube lets through of blue, green and red (and nothing) at each pixel, of 255."""
    mask = np.full((width, 4), 255, np.uint8)
    if stripes:
        for colour in range(3):
            mask[:, colour] = np.where(np.arange(width) % 3 == 2 - colour, 255, _STRIPE)
    return mask.reshape(-1)


class Scaler:
    """Draws frames of one size at another; ``out`` is the result, (height, width) pixels of 32 bits."""

    def __init__(
        self, source: tuple[int, int], target: tuple[int, int], kind: Filter, lines: int | None = None
    ) -> None:
        self.key = (source, target, kind, lines)
        (width, height), (wide, high) = source, target
        self.out = np.zeros((high, wide), np.uint32)
        self._kept = np.zeros((height, 3 * width), np.uint8)
        self._dirty = np.ones(height, np.uint8)
        self._wide = np.zeros((height, wide), np.uint32)
        self._line = np.zeros(width + 1, np.uint32)
        self._all = True  # nothing is drawn yet
        # Scan lines that share a row of the window cannot be seen.
        self._tube = kind == "crt" and high > height
        if self._tube:
            self._columns = linear_taps(width, wide, steep=True)
            lines = lines if lines is not None and lines < high else height
            self._rows = beams(height, lines, high)
            self._mask = grille(wide, wide >= _WIDE_ENOUGH * width)
        else:
            make = area_taps if kind == "sharp" else linear_taps
            self._columns, self._rows = make(width, wide), make(height, high)

    def draw(self, frame: NDArray[np.uint8]) -> tuple[int, int] | None:
        """Draw a (height, width, 3) frame: the first and the last row of ``out`` that changed, or None."""
        rows = np.ascontiguousarray(frame).reshape(self._kept.shape)
        if not changed_rows(rows, self._kept, self._dirty) and not self._all:
            return None
        if self._all:
            self._dirty[:] = 1
            self._all = False
        widen(self._kept, self._dirty, *self._columns, self._line, self._wide)
        if self._tube:
            return scan(self._wide, self._dirty, *self._rows, self._mask, self.out)
        return heighten(self._wide, self._dirty, *self._rows, self.out)


def scan_lines(rows: int, doubled: bool) -> int:
    """Scan lines of the monitor for so many rows of a picture: a VGA draws rows of its low modes twice.

    >>> scan_lines(200, doubled=True), scan_lines(480, doubled=True), scan_lines(200, doubled=False)
    (400, 480, 200)
    """
    return 2 * rows if doubled and rows <= 300 else rows


def following(choices: tuple[str, ...], now: str) -> str:
    """The one after ``now``, round and round."""
    return choices[(choices.index(now) + 1) % len(choices)]


def next_filter(now: Filter) -> Filter:
    """The filter after this one."""
    return cast("Filter", following(FILTERS, now))


def next_scaling(now: Scaling) -> Scaling:
    """The scaling after this one."""
    return cast("Scaling", following(SCALINGS, now))
