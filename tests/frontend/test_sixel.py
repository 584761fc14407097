"""Pictures as sixels, read back by a decoder."""

from __future__ import annotations

import numpy as np
import pytest

from frontend.palette import indexed
from frontend.terminal.sixel import encode
from tests.frontend.sixels import decode


@pytest.mark.parametrize("size", [(1, 1), (6, 9), (7, 5), (13, 300), (200, 320)])
@pytest.mark.parametrize("colours", [1, 2, 16, 256])
def test_every_dot_is_drawn_in_its_colour(size: tuple[int, int], colours: int) -> None:
    random = np.random.default_rng(colours)
    palette = random.integers(0, 256, (colours, 3)).astype(np.uint8)
    places = random.integers(0, colours, size).astype(np.uint8)
    places[:, size[1] // 2 :] = places[0, -1]  # runs to the end of the line
    picture = decode(encode(places, palette))
    assert picture.shape == (*size, 3)
    assert (picture >= 0).all()
    assert abs(picture - palette[places].astype(int)).max() <= 2  # levels are hundredths


def test_a_picture_of_the_machine() -> None:
    frame = np.zeros((48, 64, 3), np.uint8)
    frame[10:20, 5:40] = (255, 0, 0)
    frame[:, 63] = (0, 255, 255)
    palette, places = indexed(frame)
    assert (decode(encode(places, palette)) == frame).all()


def test_what_is_no_picture() -> None:
    for places, palette in (((0, 5), (1, 3)), ((5, 5), (1, 4)), ((5, 5), (257, 3))):
        with pytest.raises(ValueError, match="no picture"):
            encode(np.zeros(places, np.uint8), np.zeros(palette, np.uint8))
