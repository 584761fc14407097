"""Two pictures of a screen: brought to the same dots, compared dot by dot, and what differs as a picture.

DOSBox doubles lines and columns that a monitor shows doubled, and draws characters of a VGA with eight dots where
the adapter has nine; both are undone before dots are counted.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Frame = NDArray[np.uint8]  # (height, width, 3)
TOLERANCE = 8  # of 255 a channel: 6-bit colours are widened in more than one way


@dataclass(frozen=True, slots=True)
class Pair:
    """A frame of ours beside a picture of theirs, of the same size: ``equal`` is the share of equal dots.

    ``drawn`` is their share among those that one of the pictures has in another colour than its commonest: a word on
    an empty screen counts.
    """

    equal: float
    ours: Frame
    theirs: Frame
    seconds: float  # emulated, of our frame

    @property
    def drawn(self) -> float:
        drawn = _foreground(self.ours) | _foreground(self.theirs)
        return float(equal_dots(self.ours, self.theirs)[drawn].mean()) if drawn.any() else self.equal

    @property
    def difference(self) -> Frame:
        """What differs in red over the picture in dark grey."""
        mask = ~equal_dots(self.ours, self.theirs)
        grey = (self.ours.mean(axis=2) * 0.35).astype(np.uint8)
        shown = np.repeat(grey[:, :, None], 3, axis=2)
        shown[mask] = (255, 64, 64)
        return shown


@dataclass(frozen=True, slots=True)
class Match:
    """The nearest pair of pictures as a report keeps it: figures, and the pictures as PNG.

    ``difference`` is empty where no dot differs.
    """

    equal: float
    drawn: float
    seconds: float
    width: int
    height: int
    ours: bytes
    theirs: bytes
    difference: bytes

    @classmethod
    def of(cls, pair: Pair) -> Match:
        height, width = pair.ours.shape[:2]
        difference = b"" if pair.equal == 1.0 else png(pair.difference)
        return cls(pair.equal, pair.drawn, pair.seconds, width, height, png(pair.ours), png(pair.theirs), difference)


def reduce_to(picture: Frame, width: int, height: int) -> Frame:
    """Bring a picture to a size by taking every n-th dot, or the nearest ones where the sizes do not divide."""
    if picture.shape[1] == width and picture.shape[0] == height:
        return picture
    rows = (np.arange(height) * picture.shape[0]) // height
    columns = (np.arange(width) * picture.shape[1]) // width
    reduced: Frame = picture[rows][:, columns]
    return reduced


def without_ninth_dots(picture: Frame) -> Frame:
    """Text with nine dots a character as text with eight."""
    return np.delete(picture, np.s_[8::9], axis=1)


def alike(ours: Frame, theirs: Frame, *, text: bool) -> tuple[Frame, Frame]:
    """Both at the size that they share: ours, with characters of eight dots where theirs have eight."""
    eighths = ours.shape[1] // 9 * 8
    if text and ours.shape[1] % 9 == 0 and theirs.shape[1] in (eighths, 2 * eighths):
        ours = without_ninth_dots(ours)
    return ours, reduce_to(theirs, ours.shape[1], ours.shape[0])


def equal_dots(ours: Frame, theirs: Frame) -> NDArray[np.bool_]:
    """Where two pictures of the same size show the same colour."""
    far = np.abs(ours.astype(np.int16) - theirs.astype(np.int16)).max(axis=2)
    same: NDArray[np.bool_] = far <= TOLERANCE
    return same


def share_equal(ours: Frame, theirs: Frame) -> float:
    """The share of equal dots, 0 to 1.

    >>> share_equal(np.zeros((2, 2, 3), np.uint8), np.array([[[0] * 3, [0] * 3], [[0] * 3, [99] * 3]], np.uint8))
    0.75
    """
    return float(equal_dots(ours, theirs).mean()) if ours.size else 1.0


def _foreground(picture: Frame) -> NDArray[np.bool_]:
    """The dots that are not of the commonest colour."""
    packed = picture.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    colours, counts = np.unique(packed, return_counts=True)
    other: NDArray[np.bool_] = packed != colours[counts.argmax()]
    return other


class Nearest:
    """Finds among many of our frames the one that is most like any of the pictures taken there."""

    def __init__(self, theirs: Iterable[Frame]) -> None:
        self._theirs = list(theirs)
        self._seen: bytes | None = None
        self.best: Pair | None = None

    def offer(self, frame: Frame, seconds: float, *, text: bool) -> None:
        """Look at a frame; those that are like the one before cost little."""
        content = frame.tobytes()
        if content == self._seen or self.perfect:
            return
        self._seen = content
        for theirs in self._theirs:
            ours, reduced = alike(frame, theirs, text=text)
            equal = share_equal(ours, reduced)
            if self.best is None or equal > self.best.equal:
                self.best = Pair(equal, ours.copy(), reduced.copy(), seconds)

    @property
    def perfect(self) -> bool:
        """Nothing can be nearer."""
        return self.best is not None and self.best.equal == 1.0


def png(picture: Frame) -> bytes:
    """A picture as a small PNG: with a palette where 256 colours do."""
    image = Image.fromarray(picture)
    if image.getcolors(256) is not None:
        image = image.quantize(256, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()
