"""What all outputs have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from hw.mixer import Block

BYTES_PER_FRAME = 4  # two channels of 16 bits


class AudioSink(Protocol):
    """A sink of the mixer; what goes wrong after it was opened stands in ``trouble``, for the session to report."""

    trouble: str

    def play(self, block: Block) -> None:
        """Take the next samples; does not wait."""

    def close(self) -> None:
        """There is no more."""


def frames(milliseconds: int, rate: int) -> int:
    """Samples in a time.

    >>> frames(60, 48000)
    2880
    """
    return milliseconds * rate // 1000
