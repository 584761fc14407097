"""The SVGA modes of VBE as register values of an S3 Trio64.

Numbers up to 11Fh: VESA BIOS Extension 1.2 and 2.0, "VBE Mode Numbers"; 24 and 32 bits a pixel have numbers of their
own where the standard leaves open which it is (112h and the like have 32 here). Timings: VESA Monitor Timing Standard,
60 Hz, and the VGA's own 70 Hz for 400 lines.

>>> SVGA_MODES[0x101].width, SVGA_MODES[0x101].bits, SVGA_MODES[0x118].stride
(640, 8, 4096)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hw.vga.modes import Palette, palette_bytes
from hw.vga.s3 import S3

REFERENCE_HZ: Final = 14_318_180
_ATTRIBUTE_PLANAR = bytes.fromhex("0001020304051407 38393a3b3c3d3e3f 01000f0000")
_ATTRIBUTE_PACKED = bytes.fromhex("0001020304050607 08090a0b0c0d0e0f 41000f0000")
_ATTRIBUTE_TEXT = bytes.fromhex("0001020304051407 38393a3b3c3d3e3f 0c000f0800")
# Bits 4 to 7 of register 67h by bits a pixel.
_COLOUR_MODE: Final = {4: 0, 8: 0, 15: 0x30, 16: 0x50, 24: 0x70, 32: 0xD0}


@dataclass(frozen=True, slots=True)
class Timing:
    """Dots a second, dots a line and lines a frame, where the retraces start; lines are shown twice when doubled."""

    clock_hz: int
    total: int
    sync: int
    lines: int
    line_sync: int
    doubled: bool = False


_TIMINGS: Final = {
    (320, 200): Timing(12_587_500, 400, 328, 449, 412, doubled=True),
    (640, 400): Timing(25_175_000, 800, 656, 449, 412),
    (640, 480): Timing(25_175_000, 800, 656, 525, 490),
    (800, 600): Timing(40_000_000, 1056, 840, 628, 601),
    (1024, 768): Timing(65_000_000, 1344, 1048, 806, 771),
    (1280, 1024): Timing(108_000_000, 1688, 1328, 1066, 1025),
    (1600, 1200): Timing(162_000_000, 2160, 1664, 1250, 1201),
    # Text.
    (640, 480, 8): Timing(25_175_000, 800, 656, 525, 490),
    (1056, 400): Timing(40_000_000, 1272, 1088, 449, 412),
    (1056, 344): Timing(40_000_000, 1272, 1088, 449, 387),
    (1056, 480): Timing(40_000_000, 1272, 1088, 525, 490),
}


@dataclass(frozen=True, slots=True)
class SvgaMode:
    """A mode of VBE; ``bits`` a pixel, 0 for text with ``cell_height`` lines a row."""

    number: int
    width: int
    height: int
    bits: int
    cell_height: int = 16

    @property
    def is_text(self) -> bool:
        """Character and attribute cells at B8000h."""
        return not self.bits

    @property
    def planar(self) -> bool:
        """Four planes, sixteen colours."""
        return self.bits == 4

    @property
    def packed(self) -> bool:
        """Pixels one after the other, in banks or in one piece."""
        return self.bits >= 8

    @property
    def columns(self) -> int:
        """Characters in a row."""
        return self.width // 8

    @property
    def rows(self) -> int:
        """Rows of characters."""
        return self.height // self.cell_height

    @property
    def stride(self) -> int:
        """Bytes from a line (of each plane) or row to the next."""
        return self.columns * 2 if self.is_text else self.width * ((self.bits + 7) // 8) // (8 if self.planar else 1)

    @property
    def size(self) -> int:
        """Bytes of video memory that the picture takes."""
        lines = self.rows if self.is_text else self.height
        return self.stride * lines * (4 if self.planar or self.is_text else 1)

    @property
    def timing(self) -> Timing:
        """When the lines start and end."""
        return _TIMINGS[self.width, self.height]

    @property
    def refresh_hz(self) -> float:
        """Frames a second."""
        timing = self.timing
        return timing.clock_hz / timing.total / timing.lines

    def program(self, s3: S3, out: Callable[[int, int], None], *, palette: bool = True) -> None:
        """Load all registers and the colours; ``out(port, value)`` writes a port."""
        planes = bytes.fromhex("0301030002") if self.is_text else bytes.fromhex("03010f000e")
        if self.planar:
            planes = bytes.fromhex("03010f0006")
        graphics = bytes.fromhex("000000000040 05 0fff")
        if self.bits <= 4:
            graphics = bytes.fromhex("000000000010 0e 00ff" if self.is_text else "000000000000 05 0fff")
        attribute = _ATTRIBUTE_PACKED if self.packed else _ATTRIBUTE_PLANAR if self.planar else _ATTRIBUTE_TEXT
        s3.program(0xEF, planes, _crtc(self), attribute, graphics)
        for index, value in _extensions(self):
            out(0x3D4, index)
            out(0x3D5, value)
        low, high = pll(self.timing.clock_hz)
        for index, value in ((0x08, 0x06), (0x12, low), (0x13, high)):
            out(0x3C4, index)
            out(0x3C5, value)
        if palette:
            s3.set_dac(0, palette_bytes(Palette.VGA if self.packed else Palette.EGA))
            s3.pel_mask = 0xFF


def _crtc(mode: SvgaMode) -> bytes:
    timing = mode.timing
    lines = mode.height * 2 if timing.doubled else mode.height
    chars, total, sync = mode.columns, timing.total // 8, timing.sync // 8
    last, end, blank = lines - 1, timing.lines - 2, lines
    overflow = (end >> 8 & 1) | (last >> 7 & 2) | (timing.line_sync >> 6 & 4) | (blank >> 5 & 8) | 0x10
    overflow |= (end >> 4 & 0x20) | (last >> 3 & 0x40) | (timing.line_sync >> 2 & 0x80)
    scan = 0x40 | (blank >> 4 & 0x20) | (0x80 if timing.doubled else 0) | (mode.cell_height - 1 if mode.is_text else 0)
    cursor = (mode.cell_height - 3, mode.cell_height - 2) if mode.is_text else (0, 0)
    units = mode.columns // 2 if mode.is_text else mode.stride // 2 if mode.planar else mode.stride // 8
    return bytes(
        value & 0xFF
        for value in (
            total - 5, chars - 1, chars, 0x80 | (total - 1) & 0x1F, sync, (total - 2) & 0x1F | (total - 1 & 0x20) << 2,
            end, overflow, 0, scan, *cursor, 0, 0, 0, 0,
            timing.line_sync, 0x80 | (timing.line_sync + 2) & 15, last, units,
            0x1F if mode.is_text else 0x40 if mode.packed else 0, blank, end, 0xA3 if mode.is_text else 0xE3, 0xFF,
        )
    )  # fmt: skip


def _extensions(mode: SvgaMode) -> list[tuple[int, int]]:
    """Registers that a VGA does not have, with the keys to them first."""
    timing = mode.timing
    lines = mode.height * 2 if timing.doubled else mode.height
    units = mode.stride // 8 if mode.packed else 0
    horizontal = (timing.total // 8 - 5) >> 8 & 1 | (mode.columns - 1) >> 7 & 2
    vertical = (timing.lines - 2) >> 10 & 1 | (lines - 1) >> 9 & 2 | (lines >> 8) & 4
    vertical |= timing.line_sync >> 6 & 0x10 | 0x40
    return [
        (0x38, 0x48),
        (0x39, 0xA5),
        (0x5D, horizontal),
        (0x5E, vertical),
        (0x31, 0x09 if mode.packed else 0x01 if mode.planar else 0),
        (0x3A, 0x15 if mode.packed else 0x05),
        (0x43, 0),
        (0x50, {15: 0x10, 16: 0x10, 24: 0x20, 32: 0x30}.get(mode.bits, 0)),
        (0x51, units >> 4 & 0x30),
        (0x58, 0x13 if mode.packed else 0),
        (0x67, _COLOUR_MODE.get(mode.bits, 0)),
        (0x69, 0),
        (0x6A, 0),
    ]


def pll(clock_hz: int) -> tuple[int, int]:
    """Sequencer registers 12h and 13h for a dot clock, as near as they come.

    >>> pll(25_175_000)
    (61, 107)
    """
    best = min(
        (abs(REFERENCE_HZ * (m + 2) / ((n + 2) << r) - clock_hz), r << 5 | n, m)
        for r in range(4)
        for n in range(1, 32)
        for m in (round(clock_hz * ((n + 2) << r) / REFERENCE_HZ) - 2,)
        if 1 <= m <= 127
    )
    return best[1], best[2]


def _table() -> dict[int, SvgaMode]:
    sizes = {(640, 480): 0x110, (800, 600): 0x113, (1024, 768): 0x116, (1280, 1024): 0x119, (320, 200): 0x10D}
    rows = [(0x100, 640, 400, 8), (0x101, 640, 480, 8), (0x102, 800, 600, 4), (0x103, 800, 600, 8)]
    rows += [(0x104, 1024, 768, 4), (0x105, 1024, 768, 8), (0x106, 1280, 1024, 4), (0x107, 1280, 1024, 8)]
    for (width, height), first in sizes.items():
        rows += [(first + i, width, height, bits) for i, bits in enumerate((15, 16, 32))]
    rows += [(0x11C + i, 1600, 1200, bits) for i, bits in enumerate((8, 15, 16, 32))]
    rows += [(0x120 + i, 640, 400, bits) for i, bits in enumerate((15, 16, 24, 32))]
    rows += [(0x124 + i, *size, 24) for i, size in enumerate(((640, 480), (800, 600), (1024, 768), (1280, 1024)))]
    rows += [(0x128, 320, 200, 8), (0x129, 320, 200, 24), (0x12A, 1600, 1200, 24)]
    modes = [SvgaMode(*row, 8 if row[2] == 200 else 16) for row in rows]
    text = ((0x108, 640, 480, 8), (0x109, 1056, 400, 16), (0x10A, 1056, 344, 8), (0x10B, 1056, 400, 8))
    modes += [SvgaMode(number, width, height, 0, cell) for number, width, height, cell in text]
    modes.append(SvgaMode(0x10C, 1056, 480, 0, 8))
    return {mode.number: mode for mode in sorted(modes, key=lambda mode: mode.number)}


SVGA_MODES: Final = _table()


def modes_for(video_bytes: int) -> dict[int, SvgaMode]:
    """The modes that so much video memory is enough for."""
    return {number: mode for number, mode in SVGA_MODES.items() if mode.size <= video_bytes}
