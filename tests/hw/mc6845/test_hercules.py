"""The Hercules card by its ports: what 3BFh allows, both pages, the MDA's attributes."""

from __future__ import annotations

import pytest

from tests.hw.mc6845.board import Board

GRAPHICS = (0x35, 0x2D, 0x2E, 0x07, 0x5B, 0x02, 0x57, 0x57, 0x02, 0x03, 0x00, 0x00)


def graphics(allowed: int, mode: int) -> Board:
    board = Board("hercules", 7)
    board.bus.write(0x3BF, allowed)
    board.bus.write(0x3B8, mode)
    for index, value in enumerate(GRAPHICS):
        board.crtc(index, value)
    return board


def test_graphics_only_where_allowed() -> None:
    assert not graphics(3, 0x0A).adapter.is_text
    assert graphics(0, 0x0A).adapter.is_text


def test_the_upper_half_answers_only_where_allowed() -> None:
    board = Board("hercules", 7)
    board.memory.write(0xB8000, b"\x12")
    assert board.memory.u8(0xB8000) == 0xFF
    board.bus.write(0x3BF, 2)
    board.memory.write(0xB8000, b"\x12")
    assert board.memory.u8(0xB8000) == 0x12


def test_two_pages_of_720_by_348() -> None:
    board = graphics(3, 0x0A)
    board.memory.write(0xB0000, b"\x80")
    board.memory.write(0xB2000 + 89, b"\x01")  # line 1
    board.memory.write(0xB6000, b"\x80")  # line 3
    board.memory.write(0xB8000 + 90, b"\x80")  # page 1, line 4
    frame = board.draw()
    assert frame.shape == (348, 720, 3)
    lit = {(y, x) for y, x in zip(*frame[:, :, 0].nonzero(), strict=True)}
    assert lit == {(0, 0), (1, 719), (3, 0)}
    board.bus.write(0x3B8, 0x8A)
    assert {(y, x) for y, x in zip(*board.draw()[:, :, 0].nonzero(), strict=True)} == {(4, 0)}


def test_vertical_retrace_is_low_and_found_by_detection() -> None:
    board = Board("hercules", 7)
    assert board.adapter.refresh_hz == pytest.approx(49.8, abs=0.1)
    seen = set()
    for _ in range(500):
        seen.add(board.bus.read(0x3BA) & 0xF0)
        board.clock.skip_to(board.clock.now_ps + 40_000_000)
    assert seen == {0x00, 0x80}


def cell(attribute: int, mode: int = 0x29) -> tuple[set[int], set[int], set[int]]:
    """Grey levels of an underline's line, of a line of the letter's body, and of the gap above it."""
    board = Board("hercules", 7)
    board.bus.write(0x3B8, mode)
    board.crtc(10, 0x20)
    board.memory.write(0xB0000, bytes((0x41, attribute)))
    frame = board.draw()
    assert frame.shape == (350, 720, 3)
    return tuple({int(level) for level in frame[y, :9, 0]} for y in (12, 7, 0))  # type: ignore[return-value]


def test_attributes() -> None:
    assert cell(0x07) == ({0}, {0, 170}, {0})
    assert cell(0x0F) == ({0}, {0, 255}, {0})
    assert cell(0x01) == ({170}, {0, 170}, {0})
    assert cell(0x09) == ({255}, {0, 255}, {0})
    assert cell(0x70) == ({170}, {0, 170}, {170})
    assert cell(0x00) == cell(0x08) == ({0}, {0}, {0})
    assert cell(0xF0, 0x09) == ({255}, {0, 255}, {255})
