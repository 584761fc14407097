"""A virtual X server with one program on it, for tests of the window."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import ImageGrab

ROOT = Path(__file__).resolve().parents[2]


class Desktop:
    """A virtual X server with one program on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x960x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=[writing], stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writing)
        with os.fdopen(reading) as pipe:
            self.name = ":" + pipe.readline().strip()
        kept = {name: value for name, value in os.environ.items() if name not in ("WAYLAND_DISPLAY", "DOSEMU_DEBUG")}
        self.environment = {
            **kept,
            "DISPLAY": self.name,
            "PYTHONPATH": str(ROOT),
            "SDL_RENDER_DRIVER": "software",
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CONFIG_HOME": str(folder / "config"),
        }
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

    def clipboard(self) -> str:
        """What another program gets from the clipboard."""
        code = """if True:
            import sdl2
            sdl2.SDL_Init(sdl2.SDL_INIT_VIDEO)
            window = sdl2.SDL_CreateWindow(b"reader", 0, 0, 9, 9, sdl2.SDL_WINDOW_HIDDEN)
            print((sdl2.SDL_GetClipboardText() or b"").decode(), end="")
        """
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code], env=self.environment, capture_output=True, text=True,
            timeout=60, check=True,
        )  # fmt: skip
        return done.stdout

    @contextmanager
    def clipboard_of_another(self, text: str) -> Iterator[None]:
        """Another program has put text into the clipboard, and is there to hand it out."""
        code = """if True:
            import sdl2, sys
            sdl2.SDL_Init(sdl2.SDL_INIT_VIDEO)
            window = sdl2.SDL_CreateWindow(b"owner", 0, 0, 9, 9, sdl2.SDL_WINDOW_HIDDEN)
            sdl2.SDL_SetClipboardText(sys.argv[1].encode())
            print("ready", flush=True)
            event = sdl2.SDL_Event()
            while True:
                sdl2.SDL_WaitEventTimeout(event, 50)
        """
        owner = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code, text], env=self.environment, stdout=subprocess.PIPE, text=True
        )
        try:
            assert owner.stdout is not None
            assert owner.stdout.readline() == "ready\n"
            yield
        finally:
            owner.kill()
            owner.communicate()

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
