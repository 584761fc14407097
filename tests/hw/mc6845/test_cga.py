"""The CGA by its ports: status, palettes, raster changes, scrolling, composite colours."""

from __future__ import annotations

import pytest

from tests.hw.mc6845.board import Board

LINES, SHOWN = 262, 200
BLACK, BLUE, CYAN, RED, MAGENTA, WHITE = (
    [0, 0, 0], [0, 0, 170], [0, 170, 170], [170, 0, 0], [170, 0, 170], [255, 255, 255]
)  # fmt: skip


def test_status_follows_the_beam() -> None:
    board = Board("cga", 3)
    assert board.adapter.refresh_hz == pytest.approx(59.92, abs=0.01)
    seen = []
    for line in (10, 100, 199, 205, 226, 250):
        board.to_line(line, LINES, SHOWN)
        seen.append(board.bus.read(0x3DA) & 9)
    assert seen == [0, 0, 0, 1, 9, 1]
    board.to_line(100, LINES, SHOWN)
    board.clock.skip_to(board.clock.now_ps + board.adapter.frame_ps // LINES * 8 // 10)
    assert board.bus.read(0x3DA) & 9 == 1  # beside the 80 columns


def test_registers_that_can_be_read_and_those_that_cannot() -> None:
    board = Board("cga", 3)
    board.crtc(14, 0xFF)
    assert board.bus.read(0x3D5) == 0x3F
    board.bus.write(0x3D4, 1)
    assert board.bus.read(0x3D5) == 0
    board.bus.write(0x3D0, 15)  # the whole group decodes
    board.bus.write(0x3D7, 0x21)
    assert board.bus.read(0x3D5) == 0x21
    assert board.adapter.cursor_address == 0x3F21


def test_the_memory_shows_twice_and_nothing_is_beside_it() -> None:
    board = Board("cga", 3)
    board.memory.write(0xB8000, b"A\x1f")
    assert board.memory.read(0xBC000, 2) == b"A\x1f"
    board.memory.write(0xBFFFF, b"\x42")
    assert board.memory.u8(0xBBFFF) == 0x42
    board.memory.write(0xB0000, b"\x55")
    assert board.memory.u8(0xB0000) == 0xFF
    assert board.memory.u8(0xA0000) == 0xFF


@pytest.mark.parametrize(
    ("mode", "select", "colours"),
    [
        (0x2A, 0x00, (BLACK, [0, 170, 0], RED, [170, 85, 0])),
        (0x2A, 0x31, (BLUE, [85, 255, 255], [255, 85, 255], WHITE)),
        (0x2E, 0x30, (BLACK, [85, 255, 255], [255, 85, 85], WHITE)),
        (0x2E, 0x00, (BLACK, CYAN, RED, [170, 170, 170])),
    ],
)
def test_palettes_of_320x200(mode: int, select: int, colours: tuple[list[int], ...]) -> None:
    board = Board("cga", 4)
    board.bus.write(0x3D8, mode)
    board.bus.write(0x3D9, select)
    board.memory.write(0xB8000, b"\x1b")
    board.memory.write(0xBA000, b"\xe4")
    frame = board.draw()
    assert frame.shape == (200, 320, 3)
    assert [frame[0, x].tolist() for x in range(4)] == list(colours)
    assert [frame[1, x].tolist() for x in range(4)] == list(reversed(colours))


def test_colour_select_changes_with_the_lines() -> None:
    board = Board("cga", 4)
    for _ in range(3):
        board.to_line(-10, LINES, SHOWN)
        board.bus.write(0x3D9, 0x01)
        board.to_line(60, LINES, SHOWN)
        board.bus.write(0x3D9, 0x04)
        board.to_line(120, LINES, SHOWN)
        board.bus.write(0x3D9, 0x05)
    board.to_line(SHOWN + 5, LINES, SHOWN)
    frame = board.draw()
    assert [frame[y, 0].tolist() for y in (0, 59, 60, 119, 120, 199)] == [BLUE, BLUE, RED, RED, MAGENTA, MAGENTA]


def test_the_start_address_shows_with_the_next_frame() -> None:
    board = Board("cga", 3)
    board.memory.write(0xB8000, b"\xdb\x01" * 80 + b"\xdb\x04" * 80)
    board.to_line(100, LINES, SHOWN)
    board.crtc(13, 80)
    assert board.draw()[0, 0].tolist() == BLUE
    board.to_line(100, LINES, SHOWN)
    assert board.draw()[0, 0].tolist() == RED


def test_160_by_100_in_16_colours() -> None:
    board = Board("cga", 3)
    board.bus.write(0x3D8, 0x09)
    for index, value in ((4, 0x7F), (6, 100), (7, 112), (9, 1)):
        board.crtc(index, value)
    board.memory.write(0xB8000, b"\xde\x4f" * 80 * 99 + b"\xde\xf1" * 80)
    frame = board.draw()
    assert frame.shape == (200, 640, 3)
    assert frame[0, ::4][:4].tolist() == [RED, WHITE, RED, WHITE]
    assert frame[199, ::4][:4].tolist() == [WHITE, BLUE, WHITE, BLUE]


def test_characters_blink_or_have_bright_backgrounds() -> None:
    board = Board("cga", 3)
    board.memory.write(0xB8000, b"\xdb\x9c")
    seen = set()
    for _ in range(33):
        seen.add(tuple(board.draw()[0, 0].tolist()))
        board.clock.skip_to(board.adapter.next_frame_ps(board.clock.now_ps))
    assert seen == {(255, 85, 85), (0, 0, 170)}
    board.bus.write(0x3D8, 0x09)
    board.memory.write(0xB8000, b"\x20\x9c")
    assert board.draw()[0, 0].tolist() == [85, 85, 255]


def test_the_light_pen_latches_where_the_beam_is() -> None:
    board = Board("cga", 3)
    assert board.bus.read(0x3DA) & 2 == 0
    board.to_line(80, LINES, SHOWN)
    board.bus.write(0x3DC, 0)
    assert board.bus.read(0x3DA) & 2
    board.bus.write(0x3D4, 16)
    high = board.bus.read(0x3D5)
    board.bus.write(0x3D4, 17)
    assert 800 <= high << 8 | board.bus.read(0x3D5) < 880
    board.bus.write(0x3DB, 0)
    assert board.bus.read(0x3DA) & 2 == 0
