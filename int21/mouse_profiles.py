"""The mouse driver's acceleration profiles and the large pointer for liquid crystal displays: INT 33h/2Bh to 2Eh, 35h.

A profile says by how much the pointer is faster when the mouse is. Sources: Microsoft Mouse driver 8.2 as RBIL has it,
INT 33h/002Bh to 002Eh (table of acceleration curves), 0035h (tables of pointer styles and sizes). The profile at the
start is the one that changes nothing: a host's own pointer is accelerated already.

>>> Profiles().speed_up(100)
1.0
>>> fast = Profiles(active=3); fast.speed_up(1), fast.speed_up(30)
(1.0, 2.5)
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import ClassVar, Self

CURVES = 4
STEPS = 32
NAME_SIZE = 16
UNIT = 0x10  # of a factor: 1.0
_END = 0x7F  # a threshold that no movement reaches

# Thresholds (mickeys in one report of the mouse) and factors, as pairs.
_DEFAULTS: tuple[tuple[bytes, tuple[tuple[int, int], ...]], ...] = (
    (b"Slow", ((1, 0x10), (14, 0x14), (32, 0x18), (50, 0x1C))),
    (b"Moderate", ((1, 0x10), (9, 0x14), (14, 0x18), (20, 0x1C), (30, 0x20), (44, 0x28))),
    (b"Fast", ((1, 0x10), (4, 0x14), (9, 0x1C), (16, 0x20), (24, 0x28), (36, 0x30))),
    (b"Unaccelerated", ((1, 0x10),)),
)
DEFAULT_CURVE = 4


@dataclass(frozen=True, slots=True)
class Curve:
    """A profile: from each threshold on (mickeys in one report), a factor in sixteenths."""

    thresholds: bytes
    factors: bytes
    name: bytes

    @classmethod
    def of(cls, name: bytes, steps: tuple[tuple[int, int], ...]) -> Self:
        return cls(bytes(step[0] for step in steps), bytes(step[1] for step in steps), name.ljust(NAME_SIZE))

    def factor(self, mickeys: int) -> int:
        """The factor for so fast a movement."""
        found = UNIT
        for threshold, factor in zip(self.thresholds, self.factors, strict=True):
            if mickeys < threshold:
                break
            found = factor
        return found


DEFAULT_CURVES = tuple(Curve.of(name, steps) for name, steps in _DEFAULTS)


@dataclass(slots=True)
class Profiles:
    """The four profiles, and which of them (from 1) is in use."""

    DATA: ClassVar[struct.Struct] = struct.Struct(
        f"<{CURVES}B" + f"{STEPS}s" * 2 * CURVES + f"{NAME_SIZE}s" * CURVES
    )  # lengths, thresholds, factors, names

    active: int = DEFAULT_CURVE
    curves: list[Curve] = field(default_factory=lambda: list(DEFAULT_CURVES))

    def speed_up(self, mickeys: int) -> float:
        """By how much the pointer goes further for a movement of so many mickeys in one report."""
        return self.curves[self.active - 1].factor(mickeys) / UNIT

    def pack(self) -> bytes:
        """The 324 bytes that functions 2Bh, 2Ch and 33h know."""
        curves = self.curves
        return self.DATA.pack(
            *(len(curve.thresholds) for curve in curves),
            *(curve.thresholds.ljust(STEPS, bytes((_END,))) for curve in curves),
            *(curve.factors.ljust(STEPS, bytes((UNIT,))) for curve in curves),
            *(curve.name for curve in curves),
        )

    def unpack(self, data: bytes) -> None:
        """Take all four from such bytes. Raises ValueError for what are none."""
        fields = self.DATA.unpack(data)
        lengths, fields = fields[:CURVES], fields[CURVES:]
        if not all(0 < length <= STEPS for length in lengths):
            raise ValueError("a profile has 1 to 32 steps")
        self.curves = [
            Curve(fields[number][:length], fields[CURVES + number][:length], fields[2 * CURVES + number])
            for number, length in enumerate(lengths)
        ]


@dataclass(slots=True)
class LargePointer:
    """What function 35h keeps for laptops: the window shows the pointer at its size already."""

    STYLES: ClassVar[int] = 3  # normal, reverse, transparent
    SIZES: ClassVar[int] = 3  # small, medium, large
    MOST: ClassVar[int] = 100  # the threshold

    style: int = 0
    size: int = 0
    threshold: int = 0
    active: int = 0
    delay: int = 0
