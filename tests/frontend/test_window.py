"""--display sdl for real: a window on a virtual X server, keys from xdotool, pixels read back."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageGrab

from frontend.terminal.painter import PALETTE

ROOT = Path(__file__).resolve().parents[2]


class Desktop:
    """A virtual X server with one program on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x960x24", "-nolisten", "tcp"],
            pass_fds=[writing], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writing)
        with os.fdopen(reading) as pipe:
            self.name = ":" + pipe.readline().strip()
        kept = {name: value for name, value in os.environ.items() if name not in ("WAYLAND_DISPLAY", "DOSEMU_DEBUG")}
        self.environment = {**kept, "DISPLAY": self.name, "PYTHONPATH": str(ROOT), "SDL_RENDER_DRIVER": "software"}
        self.program: subprocess.Popen[str] | None = None

    def start(self, *words: str) -> None:
        self.program = subprocess.Popen(
            [sys.executable, "-m", *words], env=self.environment, cwd=self.folder, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def xdotool(self, *words: str) -> str:
        done = subprocess.run(
            ["xdotool", *words], env=self.environment, capture_output=True, text=True, timeout=20, check=False
        )
        return done.stdout.strip()

    def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            assert self.program is None or self.program.poll() is None, f"ended: {self.end()}"
            assert time.monotonic() < deadline, f"never came; title {self.title!r}"
            time.sleep(0.05)

    @property
    def window(self) -> str:
        assert self.program is not None
        return self.xdotool("search", "--onlyvisible", "--pid", str(self.program.pid)).split("\n")[0]

    @property
    def title(self) -> str:
        return self.xdotool("getwindowname", self.window) if self.window else ""

    def ready(self) -> None:
        self.until(lambda: self.window and self.title)
        self.xdotool("windowfocus", "--sync", self.window)

    def key(self, *names: str) -> None:
        self.xdotool("key", "--delay", "30", *names)

    def press_close_button(self) -> None:
        """Send what a window manager sends (ICCCM 4.2.8.1, WM_DELETE_WINDOW)."""
        code = """if True:
            import ctypes, sys
            x = ctypes.CDLL("libX11.so.6")
            for name in ("XOpenDisplay", "XInternAtom"):
                getattr(x, name).restype = ctypes.c_void_p
            display = ctypes.c_void_p(x.XOpenDisplay(None))
            atom = lambda name: x.XInternAtom(display, name, 0)
            window = int(sys.argv[1])
            class Message(ctypes.Structure):
                _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("sent", ctypes.c_int),
                            ("display", ctypes.c_void_p), ("window", ctypes.c_ulong), ("kind", ctypes.c_ulong),
                            ("format", ctypes.c_int), ("data", ctypes.c_long * 5), ("rest", ctypes.c_long * 12)]
            message = Message(33, 0, 1, display, window, atom(b"WM_PROTOCOLS"), 32)
            message.data[0] = atom(b"WM_DELETE_WINDOW")
            x.XSendEvent(display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message))
            x.XSync(display, 0)
        """
        subprocess.run([sys.executable, "-c", code, self.window], env=self.environment, timeout=20, check=True)

    def pixels(self) -> np.ndarray:
        return np.asarray(ImageGrab.grab(xdisplay=self.name).convert("RGB"))

    def end(self) -> tuple[int, str]:
        assert self.program is not None
        _, errors = self.program.communicate(timeout=30)
        return self.program.returncode, errors

    def close(self) -> None:
        if self.program is not None and self.program.poll() is None:
            self.program.kill()
            self.program.communicate()
        self._server.terminate()
        self._server.wait(10)


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    assert shutil.which("Xvfb"), "the window's tests need Xvfb"
    assert shutil.which("xdotool"), "the window's tests need xdotool"
    running = Desktop(tmp_path)
    yield running
    running.close()


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
    assert "releases:3" in errors


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
    from frontend.sdl.picture import place

    assert place(window, (720, 400), scale) == expected  # type: ignore[arg-type]


def test_every_key_of_a_101_key_keyboard_has_its_own_code() -> None:
    from frontend.sdl.keyboard import SCAN_CODES

    codes = [code for code in SCAN_CODES.values() if code != 0x2B]  # one key with two places, by country
    assert len(set(codes)) == len(codes)
    assert len(set(SCAN_CODES.values())) == 105
