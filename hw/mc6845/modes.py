"""The BIOS modes of CGA, monochrome adapter, Tandy 1000 and PCjr, as register values.

IBM PC and PCjr Technical References (BIOS listings, video parameters); Tandy 1000 Technical Reference Manual.

>>> CGA_MODES[4].width, TANDY_MODES[9].kind, sorted(MONO_MODES)
(320, <Kind.TANDY16: 6>, [7])
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hw.video_mode import Kind, VideoMode


@dataclass(frozen=True, slots=True)
class Mode6845(VideoMode):
    """A mode with what the 6845 and the mode registers are set to."""

    crtc: bytes
    mode: int  # 3D8h, 3B8h; the PCjr's mode control 1
    colour: int = 0x30  # 3D9h
    gate: int = 0  # register 3 of the gate array
    page: int = 0x3F  # 3DFh
    palette: bytes = bytes(range(16))


TEXT_40: Final = bytes.fromhex("38282d0a1f06191c0207060700000000")
TEXT_80: Final = bytes.fromhex("71505a0a1f06191c0207060700000000")
GRAPHICS: Final = bytes.fromhex("38282d0a7f0664700201060700000000")
MONO: Final = bytes.fromhex("6150520f19061919020d0b0c00000000")
_GRAPHICS_FAST: Final = bytes.fromhex("71505a0a3f0632380203060700000000")

# Bit 2 of the mode register is "no burst", black and white on a composite monitor.
_TEXT: Final = (
    Mode6845(0x00, Kind.TEXT, 40, 25, 8, 320, 200, 0xB800, 0x800, 8, TEXT_40, 0x2C),
    Mode6845(0x01, Kind.TEXT, 40, 25, 8, 320, 200, 0xB800, 0x800, 8, TEXT_40, 0x28),
    Mode6845(0x02, Kind.TEXT, 80, 25, 8, 640, 200, 0xB800, 0x1000, 4, TEXT_80, 0x2D),
    Mode6845(0x03, Kind.TEXT, 80, 25, 8, 640, 200, 0xB800, 0x1000, 4, TEXT_80, 0x29),
)
_CGA_GRAPHICS: Final = (
    Mode6845(0x04, Kind.CGA4, 40, 25, 8, 320, 200, 0xB800, 0x4000, 1, GRAPHICS, 0x2A, page=0x7F),
    Mode6845(0x05, Kind.CGA4, 40, 25, 8, 320, 200, 0xB800, 0x4000, 1, GRAPHICS, 0x2E, page=0x7F),
    Mode6845(0x06, Kind.CGA2, 80, 25, 8, 640, 200, 0xB800, 0x4000, 1, GRAPHICS, 0x1E, 0x3F, page=0x7F),
)


def _table(*groups: Iterable[Mode6845]) -> dict[int, Mode6845]:
    return {mode.number: mode for group in groups for mode in group}


CGA_MODES: Final = _table(_TEXT, _CGA_GRAPHICS)
MONO_MODES: Final = _table((Mode6845(0x07, Kind.TEXT, 80, 25, 14, 720, 350, 0xB000, 0x1000, 1, MONO, 0x29),))
TANDY_MODES: Final = _table(
    _TEXT,
    _CGA_GRAPHICS,
    (
        Mode6845(0x08, Kind.TANDY16, 20, 25, 8, 160, 200, 0xB800, 0x4000, 1, GRAPHICS, 0x0A, gate=0x10, page=0x7F),
        Mode6845(
            0x09, Kind.TANDY16, 40, 25, 8, 320, 200, 0xB800, 0x8000, 1, _GRAPHICS_FAST, 0x0B, gate=0x10, page=0xF6
        ),
        Mode6845(0x0A, Kind.TANDY4, 80, 25, 8, 640, 200, 0xB800, 0x8000, 1, _GRAPHICS_FAST, 0x0B, gate=0x08, page=0xF6),
    ),
)
_BLINK = 0x02
_TWO_COLOURS: Final = bytes((0, 15)) + bytes(14)
_FOUR: Final = bytes((0, 11, 13, 15)) + bytes(range(4, 16))
_FOUR_GREY: Final = bytes((0, 8, 7, 15)) + bytes(range(4, 16))
PCJR_MODES: Final = _table(
    (
        Mode6845(0x00, Kind.TEXT, 40, 25, 8, 320, 200, 0xB800, 0x800, 8, TEXT_40, 0x0C, gate=_BLINK),
        Mode6845(0x01, Kind.TEXT, 40, 25, 8, 320, 200, 0xB800, 0x800, 8, TEXT_40, 0x08, gate=_BLINK),
        Mode6845(0x02, Kind.TEXT, 80, 25, 8, 640, 200, 0xB800, 0x1000, 4, TEXT_80, 0x0D, gate=_BLINK),
        Mode6845(0x03, Kind.TEXT, 80, 25, 8, 640, 200, 0xB800, 0x1000, 4, TEXT_80, 0x09, gate=_BLINK),
        Mode6845(
            0x04, Kind.CGA4, 40, 25, 8, 320, 200, 0xB800, 0x4000, 1, GRAPHICS, 0x0A, page=0x7F, palette=_FOUR
        ),
        Mode6845(
            0x05, Kind.CGA4, 40, 25, 8, 320, 200, 0xB800, 0x4000, 1, GRAPHICS, 0x0E, page=0x7F, palette=_FOUR_GREY
        ),
        Mode6845(
            0x06, Kind.CGA2, 80, 25, 8, 640, 200, 0xB800, 0x4000, 1, GRAPHICS, 0x0E, 0x3F, gate=0x08, page=0x7F,
            palette=_TWO_COLOURS,
        ),
        Mode6845(0x08, Kind.TANDY16, 20, 25, 8, 160, 200, 0xB800, 0x4000, 1, GRAPHICS, 0x1A, page=0x7F),
        Mode6845(0x09, Kind.TANDY16, 40, 25, 8, 320, 200, 0xB800, 0x8000, 1, _GRAPHICS_FAST, 0x1B, page=0xF6),
        Mode6845(
            0x0A, Kind.TANDY4, 80, 25, 8, 640, 200, 0xB800, 0x8000, 1, _GRAPHICS_FAST, 0x0B, page=0xF6
        ),
    ),
)  # fmt: skip
