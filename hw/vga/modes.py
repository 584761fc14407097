"""The BIOS video modes as register values, and the colours they start with.

Register values: IBM PS/2 Hardware Interface Technical Reference, "Video Subsystem", BIOS parameter
tables; FreeVGA. Text modes have three forms: 400, 350 and 200 scan lines (INT 10h/12h, BL=30h).

>>> MODES[3].columns, MODES[3].cell_height, MODES[0x13].width
(80, 16, 320)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cache

from hw.vga.vga import Vga
from hw.video_mode import Kind, VideoMode


class Palette(Enum):
    """Which colours the DAC is loaded with."""

    EGA = auto()  # the 64 colours of an EGA with 350 lines
    CGA = auto()  # 16 colours by intensity, red, green, blue
    MONO = auto()
    VGA = auto()  # 256 colours of mode 13h


@dataclass(frozen=True, slots=True)
class Mode(VideoMode):
    """A video mode with what the registers of an EGA or VGA are set to."""

    palette: Palette
    misc: int
    sequencer: bytes
    crtc: bytes
    attribute: bytes
    graphics: bytes

    @property
    def crtc_port(self) -> int:
        """3D4h for colour, 3B4h for monochrome."""
        return 0x3D4 if self.misc & 1 else 0x3B4

    def program(self, vga: Vga, *, load_palette: bool = True) -> None:
        """Load all registers, and the colours unless the caller wants to keep them."""
        vga.program(self.misc, self.sequencer, self.crtc, self.attribute, self.graphics)
        if load_palette:
            vga.set_dac(0, palette_bytes(self.palette))
            vga.pel_mask = 0xFF


_SEQ_80 = bytes.fromhex("0300030002")
_SEQ_40 = bytes.fromhex("0308030002")
_ATTRIBUTE_TEXT = bytes.fromhex("00010203040514 07 38393a3b3c3d3e3f 0c000f0800")
_ATTRIBUTE_16 = bytes.fromhex("0001020304051407 38393a3b3c3d3e3f 01000f0000")
_ATTRIBUTE_16_200 = bytes.fromhex("0001020304050607 1011121314151617 01000f0000")
_ATTRIBUTE_MONO = bytes.fromhex("0008080808080808 1018181818181818 0e000f0800")
_ATTRIBUTE_CGA4 = bytes.fromhex("0013151702040607 1011121314151617 0100030000")
_ATTRIBUTE_CGA2 = bytes.fromhex("0017171717171717 1717171717171717 0100010000")
_ATTRIBUTE_PLANAR_MONO = bytes.fromhex("0008000018180000 0008000000180000 0b00050000")
_ATTRIBUTE_PLANAR_2 = bytes.fromhex("003f3f3f3f3f3f3f 3f3f3f3f3f3f3f3f 01000f0000")
_ATTRIBUTE_256 = bytes.fromhex("0001020304050607 08090a0b0c0d0e0f 41000f0000")
_GC_TEXT = bytes.fromhex("000000000010 0e 00ff")
_GC_MONO = bytes.fromhex("000000000010 0a 00ff")
_GC_CGA4 = bytes.fromhex("000000000030 0f 00ff")
_GC_CGA2 = bytes.fromhex("000000000000 0d 00ff")
_GC_PLANAR = bytes.fromhex("000000000000 05 0fff")
_GC_PLANAR_2 = bytes.fromhex("000000000000 05 01ff")
_GC_256 = bytes.fromhex("000000000040 05 0fff")

_CRTC_40X400 = bytes.fromhex("2d2728902ba0bf1f 004f0d0e00000000 9c8e8f141f96b9a3 ff")
_CRTC_80X400 = bytes.fromhex("5f4f50825581bf1f 004f0d0e00000000 9c8e8f281f96b9a3 ff")
_CRTC_MONO400 = bytes.fromhex("5f4f50825581bf1f 004f0d0e00000000 9c8e8f280f96b9a3 ff")
_CRTC_40X350 = bytes.fromhex("2d2728902ba0bf1f 004d0b0c00000000 83855d141f63baa3 ff")
_CRTC_80X350 = bytes.fromhex("5f4f50825581bf1f 004d0b0c00000000 83855d281f63baa3 ff")
_CRTC_MONO350 = bytes.fromhex("5f4f50825581bf1f 004d0b0c00000000 83855d280d63baa3 ff")
_CRTC_40X200 = bytes.fromhex("2d2728902ba0bf1f 00c7060700000000 9c8e8f141f96b9a3 ff")
_CRTC_80X200 = bytes.fromhex("5f4f50825581bf1f 00c7060700000000 9c8e8f281f96b9a3 ff")
_CRTC_CGA4 = bytes.fromhex("2d2728902b80bf1f 00c1000000000000 9c8e8f140096b9a2 ff")
_CRTC_CGA2 = bytes.fromhex("5f4f50825480bf1f 00c1000000000000 9c8e8f280096b9c2 ff")
_CRTC_320X200 = bytes.fromhex("2d2728902b80bf1f 00c0000000000000 9c8e8f140096b9e3 ff")
_CRTC_640X200 = bytes.fromhex("5f4f50825480bf1f 00c0000000000000 9c8e8f280096b9e3 ff")
_CRTC_640X350 = bytes.fromhex("5f4f50825480bf1f 0040000000000000 83855d280f63bae3 ff")
_CRTC_640X480_2 = bytes.fromhex("5f4f508254800b3e 0040000000000000 ea8cdf2800e704c3 ff")
_CRTC_640X480 = bytes.fromhex("5f4f508254800b3e 0040000000000000 ea8cdf2800e704e3 ff")
_CRTC_13H = bytes.fromhex("5f4f50825480bf1f 0041000000000000 9c8e8f284096b9a3 ff")


def _text(number: int, columns: int, crtc: bytes) -> Mode:
    wide = columns == 80
    return Mode(
        number, Kind.TEXT, columns, 25, 16, columns * 9, 400, 0xB800, 0x1000 if wide else 0x800, 8, Palette.EGA,
        0x67, _SEQ_80 if wide else _SEQ_40, crtc, _ATTRIBUTE_TEXT, _GC_TEXT,
    )  # fmt: skip


_SEQ_320, _SEQ_640 = bytes.fromhex("03090f0006"), bytes.fromhex("03010f0006")

# fmt: off
MODES: dict[int, Mode] = {
    mode.number: mode
    for mode in (
        _text(0x00, 40, _CRTC_40X400),
        _text(0x01, 40, _CRTC_40X400),
        _text(0x02, 80, _CRTC_80X400),
        _text(0x03, 80, _CRTC_80X400),
        Mode(0x04, Kind.CGA4, 40, 25, 8, 320, 200, 0xB800, 0x4000, 1, Palette.CGA,
             0x63, bytes.fromhex("0309030002"), _CRTC_CGA4, _ATTRIBUTE_CGA4, _GC_CGA4),
        Mode(0x05, Kind.CGA4, 40, 25, 8, 320, 200, 0xB800, 0x4000, 1, Palette.CGA,
             0x63, bytes.fromhex("0309030002"), _CRTC_CGA4, _ATTRIBUTE_CGA4, _GC_CGA4),
        Mode(0x06, Kind.CGA2, 80, 25, 8, 640, 200, 0xB800, 0x4000, 1, Palette.CGA,
             0x63, bytes.fromhex("0301010006"), _CRTC_CGA2, _ATTRIBUTE_CGA2, _GC_CGA2),
        Mode(0x07, Kind.TEXT, 80, 25, 16, 720, 400, 0xB000, 0x1000, 8, Palette.MONO,
             0x66, _SEQ_80, _CRTC_MONO400, _ATTRIBUTE_MONO, _GC_MONO),
        Mode(0x0D, Kind.PLANAR, 40, 25, 8, 320, 200, 0xA000, 0x2000, 8, Palette.CGA,
             0x63, _SEQ_320, _CRTC_320X200, _ATTRIBUTE_16_200, _GC_PLANAR),
        Mode(0x0E, Kind.PLANAR, 80, 25, 8, 640, 200, 0xA000, 0x4000, 4, Palette.CGA,
             0x63, _SEQ_640, _CRTC_640X200, _ATTRIBUTE_16_200, _GC_PLANAR),
        Mode(0x0F, Kind.PLANAR, 80, 25, 14, 640, 350, 0xA000, 0x8000, 2, Palette.MONO,
             0xA2, _SEQ_640, _CRTC_640X350, _ATTRIBUTE_PLANAR_MONO, _GC_PLANAR),
        Mode(0x10, Kind.PLANAR, 80, 25, 14, 640, 350, 0xA000, 0x8000, 2, Palette.EGA,
             0xA3, _SEQ_640, _CRTC_640X350, _ATTRIBUTE_16, _GC_PLANAR),
        Mode(0x11, Kind.PLANAR, 80, 30, 16, 640, 480, 0xA000, 0xA000, 1, Palette.EGA,
             0xE3, _SEQ_640, _CRTC_640X480_2, _ATTRIBUTE_PLANAR_2, _GC_PLANAR_2),
        Mode(0x12, Kind.PLANAR, 80, 30, 16, 640, 480, 0xA000, 0xA000, 1, Palette.EGA,
             0xE3, _SEQ_640, _CRTC_640X480, _ATTRIBUTE_16, _GC_PLANAR),
        Mode(0x13, Kind.LINEAR, 40, 25, 8, 320, 200, 0xA000, 0x2000, 1, Palette.VGA,
             0x63, bytes.fromhex("03010f000e"), _CRTC_13H, _ATTRIBUTE_256, _GC_256),
    )
}
# fmt: on

# CRTC values and cell height of the text modes with fewer scan lines, by (mode, lines).
_FEWER_LINES = {
    (mode, lines): (crtc, cell)
    for lines, cell, narrow, wide, mono in (
        (350, 14, _CRTC_40X350, _CRTC_80X350, _CRTC_MONO350),
        (200, 8, _CRTC_40X200, _CRTC_80X200, _CRTC_MONO350),
    )
    for mode, crtc in ((0, narrow), (1, narrow), (2, wide), (3, wide), (7, mono))
}


@cache
def mode_with_lines(number: int, lines: int) -> Mode:
    """Mode ``number`` with 400, 350 or 200 scan lines, where it is a text mode.

    >>> mode_with_lines(3, 350).cell_height, mode_with_lines(0x13, 350).height
    (14, 200)
    """
    mode = MODES[number]
    if (number, lines) not in _FEWER_LINES:
        return mode
    crtc, cell = _FEWER_LINES[number, lines]
    wide = mode.columns == 80
    if number == 7:
        return replace(mode, crtc=crtc, cell_height=14, height=350, misc=0xA6)
    # Eight dots a character: the EGA and CGA have no nine-dot cells.
    return replace(
        mode,
        crtc=crtc,
        cell_height=cell,
        height=lines,
        width=mode.columns * 8,
        misc=0xA3 if lines == 350 else 0x63,
        sequencer=bytes.fromhex("0301030002" if wide else "0309030002"),
        attribute=_ATTRIBUTE_TEXT[:16] + bytes((0x08, 0, 0x0F, 0, 0)),
    )


@cache
def palette_bytes(palette: Palette) -> bytes:
    """256 colours, three 6-bit bytes each.

    >>> palette_bytes(Palette.EGA)[0x14 * 3 :][:3].hex()  # brown
    '2a1500'
    """
    match palette:
        case Palette.EGA:
            colours = [_rgb_rgb(i) for i in range(64)]
        case Palette.CGA:
            colours = [_irgb((i & 7) | (i >> 1 & 8)) for i in range(64)]
        case Palette.MONO:
            # Black, normal and bright, by the bits 3 and 4 that the monochrome attributes use.
            colours = [(grey, grey, grey) for i in range(64) for grey in ((0, 0x2A, 0, 0x3F)[i >> 3 & 3],)]
        case Palette.VGA:
            colours = _vga_colours()
    flat = bytes(part for colour in colours for part in colour)
    return flat + bytes(768 - len(flat))


def _rgb_rgb(index: int) -> tuple[int, int, int]:
    """An EGA colour: bits 2 to 0 are two thirds of red, green, blue, bits 5 to 3 one third."""
    red, green, blue = ((index >> n & 1) * 0x2A + (index >> n + 3 & 1) * 0x15 for n in (2, 1, 0))
    return red, green, blue


def _irgb(index: int) -> tuple[int, int, int]:
    """A CGA colour: intensity, red, green, blue; dark yellow is brown."""
    if index == 6:
        return 0x2A, 0x15, 0
    light = 0x15 if index & 8 else 0
    red, green, blue = ((index >> n & 1) * 0x2A + light for n in (2, 1, 0))
    return red, green, blue


_GREYS = (0x00, 0x05, 0x08, 0x0B, 0x0E, 0x11, 0x14, 0x18, 0x1C, 0x20, 0x24, 0x28, 0x2D, 0x32, 0x38, 0x3F)
# Five levels for each of three saturations at each of three brightnesses.
_LEVELS = (
    (0x00, 0x10, 0x1F, 0x2F, 0x3F), (0x1F, 0x27, 0x2F, 0x37, 0x3F), (0x2D, 0x31, 0x36, 0x3A, 0x3F),
    (0x00, 0x07, 0x0E, 0x15, 0x1C), (0x0E, 0x11, 0x15, 0x18, 0x1C), (0x14, 0x16, 0x18, 0x1A, 0x1C),
    (0x00, 0x04, 0x08, 0x0C, 0x10), (0x08, 0x0A, 0x0C, 0x0E, 0x10), (0x0B, 0x0C, 0x0D, 0x0F, 0x10),
)  # fmt: skip
# The 24 hues from blue over red and green back to blue, as levels 0 to 4 of red; green is sixteen
# hues behind, blue eight ahead.
_HUE_RED = (0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0)


def _vga_colours() -> list[tuple[int, int, int]]:
    colours = [_irgb(i) for i in range(16)] + [(grey, grey, grey) for grey in _GREYS]
    for levels in _LEVELS:
        for hue in range(24):
            red, green, blue = (levels[_HUE_RED[(hue + shift) % 24]] for shift in (0, 16, 8))
            colours.append((red, green, blue))
    return colours
