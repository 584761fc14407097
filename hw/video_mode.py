"""What a BIOS video mode is, whichever adapter has it; each adapter's own table adds its register values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """How a mode's memory holds its picture."""

    TEXT = auto()
    CGA4 = auto()  # two bits a pixel, even and odd lines apart
    CGA2 = auto()  # one bit a pixel, even and odd lines apart
    PLANAR = auto()  # four planes
    LINEAR = auto()  # a byte a pixel
    TANDY16 = auto()  # four bits a pixel, in two or four banks of lines
    TANDY4 = auto()  # two bits a pixel, the high bits in even bytes, the low ones in odd ones, in four banks
    PACKED = auto()  # a pixel after the other, 8 to 32 bits, more than the window shows
    PLANES = auto()  # four planes, more than the window shows


@dataclass(frozen=True, slots=True)
class VideoMode:
    """What INT 10h/00h sets, as the BIOS data area says it."""

    number: int
    kind: Kind
    columns: int
    rows: int
    cell_height: int
    width: int  # pixels
    height: int
    segment: int  # of the video memory
    page_size: int
    pages: int

    @property
    def is_text(self) -> bool:
        """Character and attribute cells."""
        return self.kind is Kind.TEXT
