"""A window that shows pictures of the machine's screen, true to the shape they had on a monitor.

Every DOS video mode filled a screen of 4 to 3, whatever its pixels. The picture is brought to its size by native
code (``filters``), so that it looks alike with and without a GPU, and only the rows that changed are drawn again.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sdl2

from dosemu.errors import DosemuError
from dosemu.settings import DisplaySettings
from frontend.scaling.filters import ASPECT, Filter, Scaler, Scaling, next_filter, next_scaling, place, scan_lines
from frontend.sdl.overlay import draw
from frontend.sdl.window_size import Area, Tile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST_SIZE = (320, 240)
DEFAULT_SIZES = ((1280, 960), (960, 720), (800, 600), (640, 480), (480, 360))
_ALONE = Tile()
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


def usable() -> Area:
    """The part of the first display that windows may take: x, y, width, height."""
    room = sdl2.SDL_Rect()
    if sdl2.SDL_GetDisplayUsableBounds(0, ctypes.byref(room)) != 0:
        return 0, 0, 1280, 960
    return room.x, room.y, room.w, room.h


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


class Picture:
    """The window, its renderer and what is drawn; ``close`` gives all of it back."""

    def __init__(
        self,
        title: str,
        display: DisplaySettings | None = None,
        *,
        size: tuple[int, int] | None = None,
        frame: tuple[int, int] = (720, 400),
        tile: Tile = _ALONE,
    ) -> None:
        """Open a window of ``size``, by default as large as ``display.scale`` says or the desktop has room for.

        One of several stands where ``tile`` says.
        """
        start_video()
        display = display or DisplaySettings()
        self._scale = display.scale
        self.filter: Filter = display.filter
        self.scaling: Scaling = display.scaling
        self._frame: NDArray[np.uint8] | None = None
        self._doubled = False
        self._scaler: Scaler | None = None
        self._texture: Any = None
        self._page: _Page | None = None
        self._notice: _Page | None = None
        self._renderer: Any = None
        room = tile.within(usable())
        width, height = size or self._first_size(frame, room)
        flags = sdl2.SDL_WINDOW_RESIZABLE | sdl2.SDL_WINDOW_ALLOW_HIGHDPI
        left = top = sdl2.SDL_WINDOWPOS_CENTERED
        if tile.of > 1:
            left, top = room[0] + max(room[2] - width, 0) // 2, room[1] + max(room[3] - height, 0) // 2
        self.window = sdl2.SDL_CreateWindow(title.encode(), left, top, width, height, flags)
        if not self.window:
            problem = last_error()
            self.close()
            raise DosemuError(f"no window can be opened: {problem}")
        sdl2.SDL_SetWindowMinimumSize(self.window, *LEAST_SIZE)
        self._renderer = self._make_renderer(vsync=display.vsync)
        if not self._renderer:
            problem = last_error()
            self.close()
            raise DosemuError(f"the window cannot be drawn to: {problem}")

    def _make_renderer(self, *, vsync: bool) -> Any:
        """An accelerated renderer where there is one, which waits for the monitor, else SDL's own in software."""
        if vsync:
            renderer = sdl2.SDL_CreateRenderer(
                self.window, -1, sdl2.SDL_RENDERER_ACCELERATED | sdl2.SDL_RENDERER_PRESENTVSYNC
            )
            if renderer:
                return renderer
        return sdl2.SDL_CreateRenderer(self.window, -1, 0) or sdl2.SDL_CreateRenderer(
            self.window, -1, sdl2.SDL_RENDERER_SOFTWARE
        )

    def do_not_wait(self) -> None:
        """Show without waiting for the monitor: each of several windows would."""
        sdl2.SDL_RenderSetVSync(self._renderer, 0)

    @property
    def number(self) -> int:
        """What SDL's events call the window."""
        return int(sdl2.SDL_GetWindowID(self.window))

    def _first_size(self, frame: tuple[int, int], room: Area) -> tuple[int, int]:
        if self._scale != "auto":
            width = frame[0] * self._scale
            return width, width * ASPECT[1] // ASPECT[0]
        across, down = room[2] * UNDECORATED, room[3] * UNDECORATED
        fitting = [size for size in DEFAULT_SIZES if size[0] <= across and size[1] <= down]
        return fitting[0] if fitting else DEFAULT_SIZES[-1]

    def set_title(self, title: str) -> None:
        """Change the window's title."""
        sdl2.SDL_SetWindowTitle(self.window, title.encode("utf-8", "replace"))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the window, as the desktop counts them."""
        width, height = ctypes.c_int(), ctypes.c_int()
        sdl2.SDL_GetWindowSize(self.window, ctypes.byref(width), ctypes.byref(height))
        return width.value, height.value

    @property
    def free_size(self) -> bool:
        """The window has a size that the person chose: it is neither full screen nor maximized."""
        taken = sdl2.SDL_WINDOW_FULLSCREEN_DESKTOP | sdl2.SDL_WINDOW_MAXIMIZED | sdl2.SDL_WINDOW_MINIMIZED
        return not sdl2.SDL_GetWindowFlags(self.window) & taken

    @property
    def fullscreen(self) -> bool:
        """The window fills the screen."""
        return bool(sdl2.SDL_GetWindowFlags(self.window) & sdl2.SDL_WINDOW_FULLSCREEN_DESKTOP)

    def toggle_fullscreen(self) -> None:
        """Fill the screen, or go back to the window."""
        wanted = not self.fullscreen
        sdl2.SDL_SetWindowFullscreen(self.window, sdl2.SDL_WINDOW_FULLSCREEN_DESKTOP if wanted else 0)
        sdl2.SDL_ShowCursor(sdl2.SDL_DISABLE if wanted else sdl2.SDL_ENABLE)

    def next_filter(self) -> Filter:
        """Draw with the next filter; which one that is."""
        self.filter = next_filter(self.filter)
        self.redraw()
        return self.filter

    def next_scaling(self) -> Scaling:
        """Scale in the next way; which one that is."""
        self.scaling = next_scaling(self.scaling)
        self.redraw()
        return self.scaling

    def show_page(self, lines: Sequence[str]) -> None:
        """Lay a page of text over the middle of the picture; none without lines."""
        self._page = self._text(self._page, lines)
        self.redraw()

    def notify(self, text: str) -> None:
        """Lay a line of text over the picture's lower left corner, or take it away."""
        self._notice = self._text(self._notice, [text] if text else [])
        self.redraw()

    def _text(self, old: _Page | None, lines: Sequence[str]) -> _Page | None:
        if old is not None:
            old.close()
        return _Page(self._renderer, draw(lines)) if lines else None

    def show(self, frame: NDArray[np.uint8], doubled: bool = False) -> bool:
        """Show a frame (height, width, 3); False when it is the one that is shown already.

        ``doubled``: the monitor draws rows of low pictures twice.
        """
        self._frame, self._doubled = frame, doubled
        if not self._draw(frame):
            return False
        self._present()
        return True

    def _draw(self, frame: NDArray[np.uint8]) -> bool:
        """Scale the frame and hand what changed to the renderer."""
        height, width = frame.shape[:2]
        place_now = self._place
        key = ((width, height), place_now[2:], self.filter, scan_lines(height, self._doubled))
        if self._scaler is None or self._scaler.key != key:
            self._scaler = Scaler(*key)
            self._drop_texture()
        if self._texture is None:
            self._texture = make_texture(self._renderer, sdl2.SDL_TEXTUREACCESS_STREAMING, *place_now[2:])
        changed = self._scaler.draw(frame)
        if changed is None:
            return False
        first, last = changed
        pixels = self._scaler.out[first : last + 1]
        area = sdl2.SDL_Rect(0, first, place_now[2], last + 1 - first)
        sdl2.SDL_UpdateTexture(self._texture, area, pixels.ctypes.data_as(ctypes.c_void_p), pixels.strides[0])
        return True

    @property
    def _output(self) -> tuple[int, int]:
        width, height = ctypes.c_int(), ctypes.c_int()
        sdl2.SDL_GetRendererOutputSize(self._renderer, ctypes.byref(width), ctypes.byref(height))
        return max(width.value, 1), max(height.value, 1)

    @property
    def _place(self) -> tuple[int, int, int, int]:
        assert self._frame is not None
        height, width = self._frame.shape[:2]
        return place(self._output, (width, height), self._scale, self.scaling)

    def redraw(self) -> None:
        """Draw the last frame again (the window was uncovered or resized)."""
        if self._frame is not None:
            self._draw(self._frame)
            self._present()

    def _present(self) -> None:
        target = sdl2.SDL_Rect(*self._place)
        sdl2.SDL_SetRenderDrawColor(self._renderer, 0, 0, 0, 255)
        sdl2.SDL_RenderClear(self._renderer)
        sdl2.SDL_RenderCopy(self._renderer, self._texture, None, target)
        width, height = self._output
        for text, centred in ((self._page, True), (self._notice, False)):
            if text is not None:
                text.show((width, height), centred=centred)
        sdl2.SDL_RenderPresent(self._renderer)

    def lose_textures(self) -> None:
        """The renderer was reset (another display, a driver restart): make everything anew from the last frame."""
        self._drop_texture()
        self._scaler = None
        self.redraw()

    def _drop_texture(self) -> None:
        if self._texture is not None:
            sdl2.SDL_DestroyTexture(self._texture)
        self._texture = None

    def close(self) -> None:
        """Close the window and SDL's video."""
        if self._renderer:
            self._drop_texture()
            self._page = self._text(self._page, ())
            self._notice = self._text(self._notice, ())
            sdl2.SDL_DestroyRenderer(self._renderer)
            self._renderer = None
        if self.window:
            sdl2.SDL_DestroyWindow(self.window)
            self.window = None
        sdl2.SDL_QuitSubSystem(sdl2.SDL_INIT_VIDEO)


class _Page:
    """Text that lies over the picture."""

    def __init__(self, renderer: Any, pixels: NDArray[np.uint32]) -> None:
        self._renderer = renderer
        self._size = pixels.shape[1], pixels.shape[0]
        self._texture = make_texture(renderer, sdl2.SDL_TEXTUREACCESS_STATIC, *self._size)
        sdl2.SDL_SetTextureBlendMode(self._texture, sdl2.SDL_BLENDMODE_BLEND)
        sdl2.SDL_UpdateTexture(self._texture, None, pixels.ctypes.data_as(ctypes.c_void_p), pixels.strides[0])

    def show(self, window: tuple[int, int], *, centred: bool) -> None:
        """Draw it as large as whole factors allow (a smaller window shrinks it)."""
        width, height = self._size
        room = min(window[0] / width, window[1] / height)
        factor = min(int(room), 2 if centred else max(window[1] // 480, 1)) if room >= 1 else room
        width, height = int(width * factor), int(height * factor)
        left, top = ((window[0] - width) // 2, (window[1] - height) // 2) if centred else (0, window[1] - height)
        sdl2.SDL_RenderCopy(self._renderer, self._texture, None, sdl2.SDL_Rect(left, top, width, height))

    def close(self) -> None:
        """Give the texture back."""
        sdl2.SDL_DestroyTexture(self._texture)


def make_texture(renderer: Any, access: int, width: int, height: int) -> Any:
    """A texture of 32-bit pixels. Raises DosemuError."""
    texture = sdl2.SDL_CreateTexture(renderer, sdl2.SDL_PIXELFORMAT_ARGB8888, access, width, height)
    if not texture:
        raise DosemuError(f"the window cannot be drawn to: {last_error()}")
    return texture
