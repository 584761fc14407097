"""The text screen by the registers: its size, its cells, its cursor.

IBM PS/2 Hardware Interface Technical Reference ("Alphanumeric Modes"); FreeVGA ("Text Mode").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hw.text_screen import TextLayout
from hw.vga.vga import Vga

Bytes = NDArray[np.uint8]

_MAX_COLUMNS, _MAX_LINES = 256, 1024


def layout_of(vga: Vga) -> TextLayout:
    """Read it from the registers; whatever a program wrote, the sizes stay within limits."""
    overflow = vga.crtc(0x07)
    height = (vga.crtc(0x12) | (overflow & 2) << 7 | (overflow & 0x40) << 3) + 1
    if vga.crtc(0x09) & 0x80:
        height = (height + 1) // 2
    height = min(height, _MAX_LINES)
    cell = (vga.crtc(0x09) & 0x1F) + 1
    columns = min(vga.crtc(0x01) + 1, _MAX_COLUMNS)
    return TextLayout(
        columns=columns,
        rows=-(-height // cell),
        cell_width=8 if vga.sequencer(0x01) & 1 else 9,
        cell_height=cell,
        height=height,
        start=vga.start_address,
        stride=vga.crtc(0x13) * 2,
        cursor=vga.cursor_address,
        cursor_start=vga.crtc(0x0A) & 0x1F,
        cursor_end=vga.crtc(0x0B) & 0x1F,
        cursor_on=not vga.crtc(0x0A) & 0x20,
    )


def read_cells(vga: Vga, layout: TextLayout) -> Bytes:
    """The (rows, columns, 2) characters and attributes shown; a copy."""
    vga.memory.sync()
    planes = np.frombuffer(vga.memory.part(0, 0x40000), np.uint8).reshape(-1, 4)
    counters = layout.start + np.arange(layout.rows)[:, None] * layout.stride + np.arange(layout.columns)
    # Characters are at even addresses (word mode), unless a program made it byte mode.
    cells: Bytes = planes[(counters if vga.crtc(0x17) & 0x40 else counters << 1) & 0xFFFF][:, :, :2].copy()
    return cells
