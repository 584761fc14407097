"""The composite picture: artifact colours, the two boards, the burst, the monitor's hue."""

from __future__ import annotations

import numpy as np
import pytest

from tests.hw.mc6845.board import Board

LUMINANCE = np.array((0.299, 0.587, 0.114))


def hue(pattern: int) -> tuple[float, float]:
    """What a byte all over the screen looks like on a composite monitor: red and blue against green."""
    board = Board("cga", 6, composite=True)
    board.bus.write(0x3D8, 0x1A)
    board.memory.fill(0xB8000, 0x4000, pattern * 0x11)
    frame = board.draw()
    assert frame.shape == (200, 640, 3)
    red, green, blue = frame[100, 320].astype(float)
    assert (abs(frame[100, 100:500].astype(int) - frame[100, 100]) < 4).all()  # one colour, no stripes
    return red - green, blue - green


def test_artifact_colours() -> None:
    assert np.allclose([hue(pattern) for pattern in (0, 5, 10, 15)], 0, atol=4)  # black, two greys, white
    red, blue = hue(0b0100)
    assert red > 40
    assert red > blue
    red, blue = hue(0b0010)
    assert blue > 40
    assert blue > red
    red, blue = hue(0b0001)
    assert red < -40
    assert blue < 40
    red, blue = hue(0b1100)
    assert red > 20
    assert blue < -20


def test_no_burst_no_colour() -> None:
    board = Board("cga", 6, composite=True)
    board.memory.fill(0xB8000, 0x4000, 0x33)
    frame = board.draw()
    assert (frame == frame[:, :, :1]).all()


def test_composite_keeps_the_colours_order() -> None:
    """The eight colours of text on a composite monitor have the hues of their names."""
    board = Board("cga", 1, composite=True)
    board.memory.write(0xB8000, b"".join(bytes((0xDB, colour)) * 5 for colour in range(8)))
    frame = board.draw().astype(int)
    red, green, blue = (frame[4, 16 * 5 * colour + 40] for colour in (4, 2, 1))
    assert red.argmax() == 0
    assert green.argmax() == 1
    assert blue.argmax() == 2
    yellow = frame[4, 16 * 5 * 6 + 40]
    assert yellow.argmin() == 2


@pytest.mark.parametrize(("era", "alike"), [("old", True), ("new", False)])
def test_boards(era: str, alike: bool) -> None:
    """The colours of the first board have one luminance; the second one's that of their primaries."""
    board = Board("cga", 1, composite=True)
    board.adapter.set_monitor(True, era, 0)
    assert board.adapter.board == era
    board.memory.write(0xB8000, b"".join(bytes((0xDB, colour)) * 5 for colour in range(8)))
    colours = board.draw()[4, [16 * 5 * colour + 40 for colour in range(1, 7)]].astype(float)
    colours = np.minimum(colours, 254)
    blue, green, _, red, _, yellow = colours @ LUMINANCE
    assert (blue > 0.8 * green) == alike
    assert (red > 0.8 * yellow) == alike


def test_composite_where_dots_make_colours() -> None:
    """By itself the monitor is composite in 640x200 with the colour burst alone."""
    board = Board("cga", 6)
    board.adapter.set_monitor("auto", "auto", 0)
    assert board.adapter.composite == "auto"
    board.memory.fill(0xB8000, 0x4000, 0x33)
    plain = board.draw().copy()
    assert set(plain[0, :4, 0].tolist()) == {0, 255}
    board.bus.write(0x3D8, 0x1A)
    assert len(np.unique(board.draw()[:, 20:-20].reshape(-1, 3), axis=0)) == 1
    board.bus.write(0x3D8, 0x1E)
    assert np.array_equal(board.draw(), plain)
    board.set_mode(board.adapter.modes[4])
    assert board.draw().shape == (200, 320, 3)


def test_80_columns_have_the_border_for_a_burst() -> None:
    board = Board("cga", 3, composite=True)
    board.memory.write(0xB8000, b"\xdb\x04" * 2000)
    pictures = []
    for border in (0, 6, 4):
        board.bus.write(0x3D9, border)
        pictures.append(board.draw()[100, 320].astype(int))
    grey, red, turned = pictures
    assert grey.max() - grey.min() <= 1
    assert red.argmax() == 0
    assert red[0] > red[1] + 60
    assert turned.argmin() == 2  # red takes yellow's place
    board.bus.write(0x3D8, 0x2D)
    grey = board.draw()[100, 320].astype(int)
    assert grey.max() - grey.min() <= 1


def test_hue_turns_all_colours() -> None:
    board = Board("cga", 1, composite=True)
    board.memory.write(0xB8000, b"\xdb\x04" * 1000)
    colours = []
    for angle in (0, 120, -120):
        board.adapter.set_monitor(True, "old", angle)
        colours.append(int(board.draw()[100, 320].argmax()))
    assert sorted(colours) == [0, 1, 2]
    with pytest.raises(ValueError, match="era"):
        board.adapter.set_monitor(True, "newest", 0)
