"""Modes that programs make of mode 13h: sizes, rates, and each pixel of their first and last lines.

The register values are those of the published tables (Michael Abrash's Graphics Programming Black Book, chapter 47;
"TWEAK" by Robert Schmidt).
"""

from __future__ import annotations

import numpy as np
import pytest

from tests.hw.vga.test_render import Board

# Registers of the CRT controller that differ from mode 13h's, by index.
LINES_480 = {6: 0x0D, 7: 0x3E, 9: 0x40, 0x10: 0xEA, 0x11: 0xAC, 0x12: 0xDF, 0x15: 0xE7, 0x16: 0x06}
COLUMNS_360 = {0: 0x6B, 1: 0x59, 2: 0x5A, 3: 0x8E, 4: 0x5E, 5: 0x8A, 0x13: 0x2D}
COLUMNS_376 = {0: 0x6E, 1: 0x5D, 2: 0x5E, 3: 0x91, 4: 0x62, 5: 0x8F, 0x13: 0x2F}
LINES_564 = {6: 0x62, 7: 0xF0, 9: 0x60, 0x10: 0x37, 0x11: 0x89, 0x12: 0x33, 0x15: 0x3C, 0x16: 0x5C}
COLUMNS_400 = {0: 0x70, 1: 0x63, 2: 0x64, 3: 0x92, 4: 0x65, 5: 0x82, 0x13: 0x32}
LINES_600 = {6: 0x70, 7: 0xF0, 9: 0x60, 0x10: 0x5B, 0x11: 0x8C, 0x12: 0x57, 0x15: 0x58, 0x16: 0x70}
COLUMNS_256 = {0: 0x5F, 1: 0x3F, 2: 0x40, 3: 0x82, 4: 0x4A, 5: 0x9A, 0x13: 0x20}
LINES_256 = {6: 0x23, 7: 0xB2, 9: 0x61, 0x10: 0x0A, 0x11: 0xAC, 0x12: 0xFF, 0x15: 0x07, 0x16: 0x1A}


@pytest.mark.parametrize(
    ("size", "misc", "registers", "rate_hz"),
    [
        ((320, 240), 0xE3, LINES_480 | {9: 0x41}, 59.71),
        ((320, 400), 0x63, {9: 0x40}, 70.09),
        ((320, 480), 0xE3, LINES_480, 59.71),
        ((360, 400), 0x67, COLUMNS_360 | {9: 0x40}, 70.40),
        ((360, 480), 0xE7, COLUMNS_360 | LINES_480, 59.98),
        ((376, 282), 0xE7, COLUMNS_376 | LINES_564 | {9: 0x61}, 50.30),
        ((376, 564), 0xE7, COLUMNS_376 | LINES_564, 50.30),
        ((400, 600), 0xE7, COLUMNS_400 | LINES_600, 48.34),
        ((256, 256), 0xE3, COLUMNS_256 | LINES_256, 57.32),
    ],
)
def test_unchained(size: tuple[int, int], misc: int, registers: dict[int, int], rate_hz: float) -> None:
    board = Board(0x13)
    width, height = size
    for index, value in ((4, 0x06), (0, 0x01)):
        board.out(0x3C4, index, value)
    board.bus.write(0x3C2, misc)
    board.out(0x3C4, 0, 3)
    board.out(0x3D4, 0x11, 0x0E)
    for index, value in ({0x14: 0, 0x17: 0xE3} | registers).items():
        board.out(0x3D4, index, value)
    stride = registers.get(0x13, 0x28) * 2
    numbers = np.arange(width) * 7 % 251
    for plane in range(4):
        board.out(0x3C4, 2, 1 << plane)
        for line in (0, height - 1):
            board.memory.write(0xA0000 + line * stride, bytes(numbers[plane::4].astype(np.uint8)))
    assert board.renderer.size == size
    assert round(board.vga.refresh_hz, 2) == rate_hz
    colours = np.frombuffer(board.vga.dac(), np.uint8).reshape(256, 3)
    frame = board.frame()
    for line in (0, height - 1):
        assert (frame[line] >> 2 == colours[numbers]).all()
