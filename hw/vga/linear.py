"""Mode 13h: 320 by 200 pixels, one byte each, straight from A0000h through the DAC."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hw.memory import Memory
from hw.vga.text import expand
from hw.vga.vga import Vga

WIDTH, HEIGHT, ADDRESS = 320, 200, 0xA0000


def render_13h(vga: Vga, memory: Memory) -> NDArray[np.uint8]:
    """The frame as (200, 320, 3) uint8; black while the display is off."""
    if not vga.display_enabled:
        return np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    window = np.frombuffer(memoryview(memory), np.uint8, 0x10000, ADDRESS)
    # The start address counts in units of four pixels; the window wraps at 64 KB.
    first = vga.start_address * 4
    pixels = window[(first + np.arange(WIDTH * HEIGHT)) & 0xFFFF]
    frame: NDArray[np.uint8] = expand(vga.dac())[pixels & vga.pel_mask].reshape(HEIGHT, WIDTH, 3)
    return frame
