"""Where the picture goes, and that every filter keeps its colours and its shape."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontend.scaling.filters import FILTERS, SCALINGS, Filter, Scaler, Scaling, place, scan_lines

RED, BLUE = (255, 0, 0), (0, 0, 255)


def rgb(scaler: Scaler) -> np.ndarray:
    height, width = scaler.out.shape
    return scaler.out.view(np.uint8).reshape(height, width, 4)[:, :, 2::-1]


def halves(width: int, height: int) -> np.ndarray:
    frame = np.zeros((height, width, 3), np.uint8)
    frame[:, : width // 2] = RED
    frame[:, width // 2 :] = BLUE
    return frame


@pytest.mark.parametrize(
    ("window", "frame", "scaling", "size"),
    [
        ((1280, 960), (320, 200), "integer", (1280, 800)), ((1920, 1200), (320, 200), "integer", (1600, 1200)),
        ((1920, 1200), (720, 400), "integer", (1440, 1200)), ((1280, 960), (640, 480), "integer", (1280, 960)),
        ((1280, 960), (640, 200), "integer", (1280, 800)), ((300, 200), (640, 480), "integer", (266, 199)),
        ((1000, 300), (320, 200), "stretch", (1000, 300)), ((1000, 300), (320, 200), "aspect", (400, 300)),
    ],
)  # fmt: skip
def test_the_size_of_the_picture(
    window: tuple[int, int], frame: tuple[int, int], scaling: Scaling, size: tuple[int, int]
) -> None:
    assert place(window, frame, scaling=scaling)[2:] == size


@given(
    st.tuples(st.integers(1, 3000), st.integers(1, 3000)),
    st.tuples(st.integers(1, 1600), st.integers(1, 1200)),
    st.sampled_from(SCALINGS),
)
def test_the_picture_is_always_inside_the_window(
    window: tuple[int, int], frame: tuple[int, int], scaling: Scaling
) -> None:
    x, y, width, height = place(window, frame, scaling=scaling)
    assert width >= 1
    assert height >= 1
    assert 0 <= x + width <= max(window[0], 1)
    assert 0 <= y + height <= max(window[1], 1)


def test_sharp_pixels_are_rectangles_and_a_border_within_a_pixel_is_shared() -> None:
    scaler = Scaler((2, 1), (5, 3), "sharp")
    scaler.draw(halves(2, 1))
    assert rgb(scaler)[1].tolist() == [list(RED), list(RED), [127, 0, 127], list(BLUE), list(BLUE)]


def test_whole_factors_repeat_pixels() -> None:
    frame = np.random.default_rng(1).integers(0, 256, (10, 12, 3), np.uint8)
    scaler = Scaler((12, 10), (36, 20), "sharp")
    scaler.draw(frame)
    assert (rgb(scaler) == frame.repeat(2, axis=0).repeat(3, axis=1)).all()


def test_smooth_goes_from_one_colour_to_the_other() -> None:
    scaler = Scaler((2, 2), (40, 40), "smooth")
    scaler.draw(halves(2, 2))
    blues = rgb(scaler)[20, :, 2].astype(int)
    assert blues[0] == 0
    assert blues[-1] == 255
    assert (np.diff(blues) >= 0).all()
    assert len(set(blues.tolist())) > 10


def test_a_tube_has_dark_gaps_between_scan_lines_that_bright_ones_close() -> None:
    def contrast(level: int) -> float:
        scaler = Scaler((32, 20), (64, 160), "crt")
        scaler.draw(np.full((20, 32, 3), level, np.uint8))
        column = rgb(scaler)[16:144].max(axis=(1, 2)).astype(float)
        return float(column.min() / column.max())

    assert contrast(60) < contrast(255) < 0.9


def test_a_vga_draws_low_rows_twice() -> None:
    scaler = Scaler((32, 20), (64, 160), "crt", scan_lines(20, doubled=True))
    scaler.draw(np.full((20, 32, 3), 255, np.uint8))
    column = rgb(scaler)[:, 30].max(axis=1).astype(int)
    tops = sum(column[y - 1] < column[y] >= column[y + 1] for y in range(1, 159))
    assert tops in (39, 40)  # the first may be at the border


@pytest.mark.parametrize("kind", FILTERS)
def test_what_is_drawn_in_parts_is_what_is_drawn_at_once(kind: Filter) -> None:
    random = np.random.default_rng(2)
    scaler = Scaler((40, 30), (133, 101), kind)
    frame = random.integers(0, 256, (30, 40, 3), np.uint8)
    assert scaler.draw(frame) == (0, 100)
    for rows in (slice(3, 5), slice(29, 30), slice(0, 1)):
        frame[rows] = random.integers(0, 256, frame[rows].shape, np.uint8)
        first, last = scaler.draw(frame) or (0, -1)
        assert last - first < 20
        whole = Scaler((40, 30), (133, 101), kind)
        whole.draw(frame)
        assert (scaler.out == whole.out).all()
    assert scaler.draw(frame) is None


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(1, 70), st.integers(1, 70)),
    st.tuples(st.integers(1, 150), st.integers(1, 150)),
    st.sampled_from(FILTERS),
    st.integers(0, 255),
)
def test_any_size_at_any_size_keeps_a_colour(
    source: tuple[int, int], target: tuple[int, int], kind: Filter, level: int
) -> None:
    scaler = Scaler(source, target, kind, scan_lines(source[1], doubled=True))
    scaler.draw(np.full((source[1], source[0], 3), level, np.uint8))
    shown = rgb(scaler)
    assert shown.max() <= level
    if kind != "crt":
        assert (shown == level).all()
