"""A window that shows pictures of the machine's screen, true to the shape they had on a monitor.

Every DOS video mode filled a screen of 4 to 3, whatever its pixels. The picture is first enlarged by a whole
factor without filter, then scaled to its place with one: sharp, and of the right shape at every window size.
"""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import sdl2

from dosemu.errors import DosemuError

if TYPE_CHECKING:
    from numpy.typing import NDArray

ASPECT = (4, 3)
DEFAULT_SIZES = ((1280, 960), (960, 720), (800, 600), (640, 480))
UNDECORATED = 0.85  # the part of a desktop a new window may take, so that borders and panels fit


def start_video() -> None:
    """Open SDL's video; raises DosemuError when there is no display."""
    # The compositor stays on: this is one window among others. Screen savers are the user's business.
    os.environ.setdefault("SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR", "0")
    os.environ.setdefault("SDL_VIDEO_ALLOW_SCREENSAVER", "1")
    if os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        # Else SDL tries Wayland too, whose library complains on stderr.
        os.environ.setdefault("SDL_VIDEODRIVER", "x11")
    if sdl2.SDL_InitSubSystem(sdl2.SDL_INIT_VIDEO) != 0:
        raise DosemuError(f"no display can be opened: {last_error()} (try --display terminal or none)")


def reachable() -> bool:
    """Whether a window can be opened on a display someone sees."""
    try:
        start_video()
    except DosemuError:
        return False
    driver = (sdl2.SDL_GetCurrentVideoDriver() or b"").decode()
    sdl2.SDL_QuitSubSystem(sdl2.SDL_INIT_VIDEO)
    return driver not in ("", "dummy", "offscreen", "KMSDRM")


def sdl_version() -> str:
    """The version of the SDL library in use."""
    found = sdl2.SDL_version()
    sdl2.SDL_GetVersion(ctypes.byref(found))
    return f"{found.major}.{found.minor}.{found.patch}"


def drivers() -> list[str]:
    """The video drivers this SDL has."""
    return [sdl2.SDL_GetVideoDriver(number).decode() for number in range(sdl2.SDL_GetNumVideoDrivers())]


def sound_device() -> str | None:
    """SDL's sound driver and how many devices it finds; None where there are none."""
    if sdl2.SDL_InitSubSystem(sdl2.SDL_INIT_AUDIO) != 0:
        return None
    driver = (sdl2.SDL_GetCurrentAudioDriver() or b"").decode()
    devices = sdl2.SDL_GetNumAudioDevices(0)
    sdl2.SDL_QuitSubSystem(sdl2.SDL_INIT_AUDIO)
    return None if driver in ("", "dummy", "disk") or devices == 0 else f"{driver}, {max(devices, 0)} devices"


def last_error() -> str:
    """SDL's words for what went wrong."""
    return (sdl2.SDL_GetError() or b"").decode(errors="replace") or "SDL gives no reason"


def place(
    window: tuple[int, int], frame: tuple[int, int], scale: int | Literal["auto"] = "auto"
) -> tuple[int, int, int, int]:
    """Where in the window (width, height) the frame (width, height) goes: x, y, width, height.

    >>> place((1000, 720), (720, 400))
    (20, 0, 960, 720)
    >>> place((1000, 720), (720, 400), 1)
    (140, 90, 720, 540)
    """
    wide, high = ASPECT
    width = min(window[0], window[1] * wide // high)
    if scale != "auto":
        width = min(width, frame[0] * scale)
    width = max(width, 1)
    height = max(width * high // wide, 1)
    return (window[0] - width) // 2, (window[1] - height) // 2, width, height


class Picture:
    """The window, its renderer and the texture; ``close`` gives all of it back."""

    def __init__(self, title: str, scale: int | Literal["auto"] = "auto", frame: tuple[int, int] = (720, 400)) -> None:
        start_video()
        self._scale = scale
        self._frame: NDArray[np.uint8] | None = None
        self._texture: Any = None
        self._sharp: Any = None
        self._size = (0, 0)
        self._renderer: Any = None
        width, height = self._first_size(frame)
        flags = sdl2.SDL_WINDOW_RESIZABLE | sdl2.SDL_WINDOW_ALLOW_HIGHDPI
        centred = sdl2.SDL_WINDOWPOS_CENTERED
        self.window = sdl2.SDL_CreateWindow(title.encode(), centred, centred, width, height, flags)
        if not self.window:
            problem = last_error()
            self.close()
            raise DosemuError(f"no window can be opened: {problem}")
        sdl2.SDL_SetWindowMinimumSize(self.window, 320, 240)
        # An accelerated renderer where there is one, else SDL's own in software.
        self._renderer = sdl2.SDL_CreateRenderer(self.window, -1, sdl2.SDL_RENDERER_TARGETTEXTURE)
        if not self._renderer:
            self._renderer = sdl2.SDL_CreateRenderer(self.window, -1, sdl2.SDL_RENDERER_SOFTWARE)
        if not self._renderer:
            problem = last_error()
            self.close()
            raise DosemuError(f"the window cannot be drawn to: {problem}")

    def _first_size(self, frame: tuple[int, int]) -> tuple[int, int]:
        if self._scale != "auto":
            width = frame[0] * self._scale
            return width, width * ASPECT[1] // ASPECT[0]
        room = sdl2.SDL_Rect()
        if sdl2.SDL_GetDisplayUsableBounds(0, ctypes.byref(room)) != 0:
            return DEFAULT_SIZES[1]
        fitting = [
            size for size in DEFAULT_SIZES if size[0] <= room.w * UNDECORATED and size[1] <= room.h * UNDECORATED
        ]
        return fitting[0] if fitting else DEFAULT_SIZES[-1]

    def set_title(self, title: str) -> None:
        """Change the window's title."""
        sdl2.SDL_SetWindowTitle(self.window, title.encode("utf-8", "replace"))

    @property
    def fullscreen(self) -> bool:
        """The window fills the screen."""
        return bool(sdl2.SDL_GetWindowFlags(self.window) & sdl2.SDL_WINDOW_FULLSCREEN_DESKTOP)

    def toggle_fullscreen(self) -> None:
        """Fill the screen, or go back to the window."""
        wanted = not self.fullscreen
        sdl2.SDL_SetWindowFullscreen(self.window, sdl2.SDL_WINDOW_FULLSCREEN_DESKTOP if wanted else 0)
        sdl2.SDL_ShowCursor(sdl2.SDL_DISABLE if wanted else sdl2.SDL_ENABLE)

    def show(self, frame: NDArray[np.uint8]) -> bool:
        """Show a frame (height, width, 3); False when it is the one that is shown already."""
        if self._frame is not None and frame.shape == self._frame.shape and np.array_equal(frame, self._frame):
            return False
        self._frame = np.array(frame, np.uint8, order="C", copy=True)
        self._upload(self._frame)
        self.redraw()
        return True

    def _upload(self, frame: NDArray[np.uint8]) -> None:
        height, width = frame.shape[:2]
        if self._texture is None or self._size != (width, height):
            self._drop_textures()
            sdl2.SDL_SetHint(sdl2.SDL_HINT_RENDER_SCALE_QUALITY, b"nearest")
            self._texture = self._make_texture(sdl2.SDL_TEXTUREACCESS_STREAMING, width, height)
            self._size = (width, height)
        sdl2.SDL_UpdateTexture(self._texture, None, frame.ctypes.data_as(ctypes.c_void_p), width * 3)

    def _make_texture(self, access: int, width: int, height: int) -> Any:
        texture = sdl2.SDL_CreateTexture(self._renderer, sdl2.SDL_PIXELFORMAT_RGB24, access, width, height)
        if not texture:
            raise DosemuError(f"the window cannot be drawn to: {last_error()}")
        return texture

    def redraw(self) -> None:
        """Draw the last frame again (the window was uncovered or resized)."""
        if self._texture is None:
            return
        width, height = ctypes.c_int(), ctypes.c_int()
        sdl2.SDL_GetRendererOutputSize(self._renderer, ctypes.byref(width), ctypes.byref(height))
        target = sdl2.SDL_Rect(*place((width.value, height.value), self._size, self._scale))
        source = self._enlarged(target.w, target.h)
        sdl2.SDL_SetRenderDrawColor(self._renderer, 0, 0, 0, 255)
        sdl2.SDL_RenderClear(self._renderer)
        sdl2.SDL_RenderCopy(self._renderer, source, None, target)
        sdl2.SDL_RenderPresent(self._renderer)

    def _enlarged(self, width: int, height: int) -> Any:
        """The frame enlarged by the next whole factors, for the filtered last step down; or the frame itself."""
        across, down = -(-width // self._size[0]), -(-height // self._size[1])
        size = (self._size[0] * across, self._size[1] * down)
        if size == (width, height) or not sdl2.SDL_RenderTargetSupported(self._renderer):
            return self._texture
        if self._sharp is None or self._sharp[1] != size:
            if self._sharp is not None:
                sdl2.SDL_DestroyTexture(self._sharp[0])
            sdl2.SDL_SetHint(sdl2.SDL_HINT_RENDER_SCALE_QUALITY, b"linear")
            self._sharp = (self._make_texture(sdl2.SDL_TEXTUREACCESS_TARGET, *size), size)
        sdl2.SDL_SetRenderTarget(self._renderer, self._sharp[0])
        sdl2.SDL_RenderCopy(self._renderer, self._texture, None, None)
        sdl2.SDL_SetRenderTarget(self._renderer, None)
        return self._sharp[0]

    def lose_textures(self) -> None:
        """The renderer was reset (another display, a driver restart): make everything anew from the last frame."""
        self._drop_textures()
        if self._frame is not None:
            self._upload(self._frame)
            self.redraw()

    def _drop_textures(self) -> None:
        if self._texture is not None:
            sdl2.SDL_DestroyTexture(self._texture)
        if self._sharp is not None:
            sdl2.SDL_DestroyTexture(self._sharp[0])
        self._texture = self._sharp = None

    def close(self) -> None:
        """Close the window and SDL's video."""
        if self._renderer:
            self._drop_textures()
            sdl2.SDL_DestroyRenderer(self._renderer)
            self._renderer = None
        if self.window:
            sdl2.SDL_DestroyWindow(self.window)
            self.window = None
        sdl2.SDL_QuitSubSystem(sdl2.SDL_INIT_VIDEO)
