"""--display sdl for real: a window on a virtual X server, keys from xdotool, pixels read back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from frontend.terminal.painter import PALETTE
from tests.frontend.desktop import ROOT, Desktop


def coloured(pixels: np.ndarray, colour: tuple[int, int, int]) -> int:
    return int((pixels == colour).all(axis=2).sum())


def text_at(desktop: Desktop, row: int, columns: int) -> np.ndarray:
    """Whether each cell of a row of the fake's screen is lit."""
    pixels = desktop.pixels()
    ys, xs = np.nonzero(pixels.any(axis=2))
    left, top, right, bottom = xs.min(), ys.min(), xs.max() + 1, ys.max() + 1
    width, height = (right - left) / 80, (bottom - top) / 25
    y = int(top + (row + 0.5) * height)
    return np.array([pixels[y, int(left + (column + 0.5) * width)].any() for column in range(columns)])


def typed(desktop: Desktop) -> int:
    return int(text_at(desktop, 3, 40).sum()) - len("typed:")


def test_the_picture_has_the_shape_of_a_monitor(desktop: Desktop) -> None:
    desktop.start("tests.frontend.fake_app", "sdl", "graphics")
    desktop.ready()
    desktop.until(lambda: coloured(desktop.pixels(), (255, 0, 0)))
    pixels = desktop.pixels()
    ys, xs = np.nonzero(pixels.any(axis=2))
    width, height = xs.max() + 1 - xs.min(), ys.max() + 1 - ys.min()
    assert width * 3 == height * 4
    assert coloured(pixels, (255, 0, 0)) == pytest.approx(width * height / 2, rel=0.01)
    assert coloured(pixels, (0, 0, 255)) == pytest.approx(width * height / 2, rel=0.01)


def test_keys_reach_the_machine_and_its_status_comes_back(desktop: Desktop) -> None:
    desktop.start("tests.frontend.fake_app", "sdl", "echo")
    desktop.ready()
    desktop.until(lambda: coloured(desktop.pixels(), (0, 170, 0)))
    desktop.key("a", "b", "7")
    desktop.until(lambda: typed(desktop) == 3)
    desktop.key("Escape")
    desktop.until(lambda: "ended" in desktop.title)  # status 3 is an error: the screen stays up
    assert coloured(desktop.pixels(), (0, 170, 0))
    desktop.key("space")
    status, errors = desktop.end()
    assert status == 3
    assert "typed:ab7" in errors
    assert "codes:1E 30 8 1" in errors
    assert "releases:3" in errors or "releases:4" in errors  # Esc may be up again before the machine's next frame


def test_a_held_key_is_pressed_once_and_released_when_the_focus_goes(desktop: Desktop) -> None:
    desktop.start("tests.frontend.fake_app", "sdl", "echo")
    desktop.ready()
    desktop.xdotool("keydown", "Up")
    time.sleep(1.2)  # the host's keyboard repeats after 660 ms
    desktop.xdotool("keyup", "Up")
    desktop.key("Escape")
    desktop.until(lambda: "ended" in desktop.title)
    desktop.key("space")
    _, errors = desktop.end()
    assert "codes:E048 1\n" in errors


def test_a_click_gives_the_mouse_to_the_machine_until_the_hot_key(desktop: Desktop) -> None:
    desktop.start("tests.frontend.fake_app", "sdl", "mouse")
    desktop.ready()
    desktop.xdotool("mousemove", "--window", desktop.window, "300", "300", "mousemove_relative", "40", "0")
    desktop.xdotool("click", "1")
    desktop.until(lambda: "frees the mouse" in desktop.title)
    time.sleep(0.3)
    desktop.xdotool("mousemove_relative", "--sync", "50", "20")
    desktop.xdotool("click", "1")
    desktop.key("ctrl+F10")
    desktop.until(lambda: "frees the mouse" not in desktop.title)
    desktop.xdotool("mousemove_relative", "--", "-90", "10")
    desktop.key("ctrl+F10")
    desktop.until(lambda: "frees the mouse" in desktop.title)
    desktop.xdotool("click", "3")
    desktop.until(lambda: "ended" in desktop.title)
    desktop.key("space")
    status, errors = desktop.end()
    assert status == 3
    assert "buttons: press0 release0 release-1 press1 release1\n" in errors
    assert "moved:[50, 20]" in errors


def test_a_program_that_ends_at_once_leaves_its_screen_and_words(desktop: Desktop) -> None:
    desktop.start("tests.frontend.fake_app", "sdl", "quit")
    desktop.ready()
    desktop.until(lambda: "ended" in desktop.title)
    time.sleep(0.3)
    desktop.key("shift")
    time.sleep(0.3)
    assert desktop.program is not None
    assert desktop.program.poll() is None
    desktop.key("Return")
    status, errors = desktop.end()
    assert (status, errors) == (2, "Out of memory\n")


def test_pause_speed_screenshot_and_full_screen_by_hot_key(desktop: Desktop) -> None:
    desktop.start("tests.frontend.fake_app", "sdl", "echo")
    desktop.ready()
    desktop.until(lambda: "3000 cycles" in desktop.title)
    desktop.key("ctrl+F12")
    desktop.until(lambda: "3750 cycles" in desktop.title)
    desktop.key("ctrl+F11")
    desktop.until(lambda: "3000 cycles" in desktop.title)
    desktop.key("ctrl+F6")
    desktop.until(lambda: "paused" in desktop.title)
    desktop.key("x")
    desktop.key("ctrl+F6")
    desktop.until(lambda: "paused" not in desktop.title)
    desktop.key("ctrl+F5")
    picture = desktop.folder / "fake-001.png"
    desktop.until(picture.exists)
    time.sleep(0.2)
    with Image.open(picture) as image:
        assert image.size == (720, 400)
    desktop.key("alt+Return")  # nothing more to see: an X server without a window manager has no full screen
    desktop.key("Escape")
    desktop.until(lambda: "ended" in desktop.title)
    desktop.key("space")
    _, errors = desktop.end()
    assert "typed:\n" in errors  # the x was pressed while paused
    assert "codes:1D 1D 1D 1D 38 1\n" in errors  # and no hot key reached the program
    assert "screenshot" in errors


def test_a_resized_window_is_filled_and_closing_it_ends_the_run(desktop: Desktop) -> None:
    desktop.start("tests.frontend.fake_app", "sdl", "echo")
    desktop.ready()
    desktop.xdotool("windowsize", "--sync", desktop.window, "700", "400")
    desktop.xdotool("windowmove", "--sync", desktop.window, "0", "0")

    def filled() -> bool:
        pixels = desktop.pixels()
        xs = np.nonzero(pixels[:400].any(axis=(0, 2)))[0]
        return bool(xs.size) and (xs.min(), xs.max()) == (83, 615)  # 533 of 700, as 400 is high

    desktop.until(filled)
    desktop.press_close_button()
    status, errors = desktop.end()
    assert (status, errors) == (0, "")


def test_a_signal_closes_the_window(desktop: Desktop) -> None:
    desktop.start("tests.frontend.fake_app", "sdl", "echo")
    desktop.ready()
    assert desktop.program is not None
    desktop.program.send_signal(signal.SIGTERM)
    assert desktop.end() == (143, "")


def test_the_demo_runs_and_ends_by_itself_without_waiting(desktop: Desktop) -> None:
    desktop.start("dosemu", "--display", "sdl", "--screenshot", "three.png@3", "demo")
    desktop.ready()
    desktop.until(lambda: all(coloured(desktop.pixels(), colour) for colour in PALETTE))
    assert desktop.end() == (0, "")
    with Image.open(desktop.folder / "three.png") as image:
        assert image.size == (720, 400)
        assert {colour for _, colour in image.getcolors()} == set(PALETTE)


def test_a_key_ends_the_demo(desktop: Desktop) -> None:
    desktop.start("dosemu", "--display", "sdl", "demo")
    desktop.ready()
    desktop.until(lambda: coloured(desktop.pixels(), (255, 255, 85)))
    desktop.key("x")
    desktop.until(lambda: (desktop.program and desktop.program.poll() is not None) or "ended" in desktop.title)
    desktop.key("x")  # ended at once: the last screen stays
    assert desktop.end()[0] == 0


def test_without_a_display_it_says_what_to_do(tmp_path: Path) -> None:
    environment = {**os.environ, "DISPLAY": ":4242", "PYTHONPATH": str(ROOT)}
    environment.pop("WAYLAND_DISPLAY", None)
    command = [sys.executable, "-m", "tests.frontend.fake_app", "sdl", "echo"]
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 125
    assert done.stderr.startswith("dosemu: no display can be opened: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("window", "scale", "expected"),
    [((960, 720), "auto", (0, 0, 960, 720)),
     ((1920, 1080), "auto", (240, 0, 1440, 1080)), ((1920, 1080), 2, (240, 0, 1440, 1080)),
     ((1920, 1200), 1, (600, 330, 720, 540)), ((1, 1), "auto", (0, 0, 1, 1))],
)  # fmt: skip
def test_the_place_of_the_picture(window: tuple[int, int], scale: str, expected: tuple[int, int, int, int]) -> None:
    from frontend.scaling.filters import place

    assert place(window, (720, 400), scale) == expected  # type: ignore[arg-type]


def test_every_key_of_a_101_key_keyboard_has_its_own_code() -> None:
    from frontend.sdl.keyboard import SCAN_CODES

    codes = [code for code in SCAN_CODES.values() if code != 0x2B]  # one key with two places, by country
    assert len(set(codes)) == len(codes)
    assert len(set(SCAN_CODES.values())) == 105
