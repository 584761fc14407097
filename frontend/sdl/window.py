"""The loop of ``--display sdl``: events, one frame of the machine, its picture, the wall clock."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import sdl2

from dosemu.errors import DosemuError
from frontend.capture import free_name, screenshot
from frontend.pacing import Pacer, SpeedMeter
from frontend.sdl.gamepad import Gamepads
from frontend.sdl.keyboard import scan_codes
from frontend.sdl.mouse import WindowMouse
from frontend.sdl.picture import Picture
from frontend.session import Plan, Session, say
from frontend.signals import Stopped, StopRequest, stop_signals

if TYPE_CHECKING:
    from dosemu.machine import Machine
    from dosemu.screen import ScreenToken

AT_ONCE_SECONDS = 2.0  # emulated; a program that ends sooner leaves its screen up
PAUSED_SECONDS = 1 / 30
MODIFIER_KEYS = range(sdl2.SDL_SCANCODE_LCTRL, sdl2.SDL_SCANCODE_RGUI + 1)
SPEED_STEP = 1.25
SPEED_LIMITS = (10, 1_000_000)  # cycles a millisecond


class Action(Enum):
    """What a hot key does."""

    FULLSCREEN = auto()
    PAUSE = auto()
    SCREENSHOT = auto()
    SLOWER = auto()
    FASTER = auto()
    MOUSE = auto()
    SWAP = auto()


# DOSBox's keys, as far as they leave the guest its own. Ctrl+F9 ("run" in Borland's editors) is not among them:
# the window is closed with its close button. Ctrl+F6 is for keyboards that have no Pause key.
HOT_KEYS = {
    (sdl2.KMOD_ALT, sdl2.SDL_SCANCODE_RETURN): Action.FULLSCREEN,
    (sdl2.KMOD_ALT, sdl2.SDL_SCANCODE_PAUSE): Action.PAUSE,
    (sdl2.KMOD_CTRL, sdl2.SDL_SCANCODE_F6): Action.PAUSE,
    (sdl2.KMOD_CTRL, sdl2.SDL_SCANCODE_F5): Action.SCREENSHOT,
    (sdl2.KMOD_CTRL, sdl2.SDL_SCANCODE_F11): Action.SLOWER,
    (sdl2.KMOD_CTRL, sdl2.SDL_SCANCODE_F12): Action.FASTER,
    (sdl2.KMOD_CTRL, sdl2.SDL_SCANCODE_F10): Action.MOUSE,
    (sdl2.KMOD_CTRL, sdl2.SDL_SCANCODE_F4): Action.SWAP,
}


def run(open_machine: Callable[[], Machine], plan: Plan, *, scale: int | Literal["auto"] = "auto") -> int:
    """Run in a window to the end of the program, of the plan, or until it is closed; returns the exit status."""
    with contextlib.ExitStack() as stack:
        request = stack.enter_context(stop_signals(interrupt=False))
        machine = stack.enter_context(open_machine())
        # The sound device may take its time: first, so that the window answers as soon as it is there.
        session = Session(machine, plan, paced=True)
        picture = stack.enter_context(contextlib.closing(Picture(machine.title, scale)))
        window = Window(session, picture, request)
        stack.enter_context(contextlib.closing(window.gamepads))
        status: int | None = None
        with contextlib.suppress(Stopped):
            window.run()
        status = request.status
        session.finish()
        result = session.status(status)
        if window.wants_to_be_read(result):
            text = machine.screen.text().rstrip() if machine.screen.is_text else ""
            if text:
                print("\n".join(line.rstrip() for line in text.splitlines()), file=sys.stderr, flush=True)
            with contextlib.suppress(Stopped):
                window.wait_for_key()
        return result


class Window:
    """One session in one window."""

    def __init__(self, session: Session, picture: Picture, request: StopRequest) -> None:
        self._session = session
        self._machine = session.machine
        self._picture = picture
        self._request = request
        self._pacer = Pacer()
        self._meter = SpeedMeter()
        self._held: set[int] = set()
        self._mouse = WindowMouse(session.machine.mouse)
        settings = session.machine.settings
        self._scan_codes = scan_codes(settings.keyboard.remap)
        self.gamepads = Gamepads(session.machine.joystick, session.machine.keyboard, settings.joystick.keys)
        self._shown: ScreenToken | None = None
        self.paused = False
        self.closed = False

    def run(self) -> None:
        """Run until the program or the plan ends, or the window is closed."""
        session = self._session
        self._show_title()
        self._pacer.restart()
        while not self._over:
            self._poll()
            if self.paused:
                sdl2.SDL_Delay(int(PAUSED_SECONDS * 1000))
                self._pacer.restart()
                continue
            session.run_frame()
            self._show()
            if self._meter.frame(session.frame_seconds):
                self._show_title()
            self._pacer.frame(session.frame_seconds)

    def _show(self) -> None:
        screen = self._machine.screen
        token = screen.token()
        if token != self._shown:
            self._shown = token
            self._picture.show(screen.frame)

    @property
    def _over(self) -> bool:
        return self._machine.exited or self.closed or self._session.limit_reached or self._request.status is not None

    def wants_to_be_read(self, status: int) -> bool:
        """The program ended at once or with an error, and a person may be there to read why."""
        if not self._machine.exited or self.closed or self._session.limited or self._request.status is not None:
            return False
        return status != 0 or self._machine.clock.seconds < AT_ONCE_SECONDS

    def wait_for_key(self) -> None:
        """Leave the last screen up until a key or the close button."""
        self._mouse.capture(False)
        self._picture.show(self._machine.screen.frame)
        self._picture.set_title(f"{self._machine.title} - ended, press a key")
        event = sdl2.SDL_Event()
        while self._request.status is None and not self.closed:
            if not sdl2.SDL_WaitEventTimeout(ctypes.byref(event), 100):
                continue
            if event.type == sdl2.SDL_KEYDOWN and not event.key.repeat and not _is_modifier(event.key.keysym.scancode):
                return
            if event.type in (
                sdl2.SDL_QUIT,
                sdl2.SDL_WINDOWEVENT,
                sdl2.SDL_RENDER_TARGETS_RESET,
                sdl2.SDL_RENDER_DEVICE_RESET,
            ):
                self._handle(event)

    def _poll(self) -> None:
        event = sdl2.SDL_Event()
        while sdl2.SDL_PollEvent(ctypes.byref(event)):
            self._handle(event)

    def _handle(self, event: Any) -> None:
        match event.type:
            case sdl2.SDL_QUIT:
                self.closed = True
            case sdl2.SDL_KEYDOWN if not event.key.repeat:  # the emulated keyboard repeats by itself
                self._key_down(event.key.keysym)
            case sdl2.SDL_KEYUP:
                self._key_up(event.key.keysym.scancode)
            case sdl2.SDL_MOUSEMOTION | sdl2.SDL_MOUSEBUTTONDOWN | sdl2.SDL_MOUSEBUTTONUP if not self.paused:
                if self._mouse.handle(event):
                    self._show_title()
            case sdl2.SDL_WINDOWEVENT:
                self._window_event(event.window.event)
            case sdl2.SDL_RENDER_TARGETS_RESET | sdl2.SDL_RENDER_DEVICE_RESET:
                self._picture.lose_textures()
            case _:
                self.gamepads.handle(event)

    def _window_event(self, kind: int) -> None:
        if kind == sdl2.SDL_WINDOWEVENT_FOCUS_LOST:
            # The releases go to another window: a key that stays down would repeat for ever.
            for scancode in sorted(self._held):
                self._key_up(scancode)
            self.gamepads.release_all()
            if self._mouse.captured:
                self._capture_mouse(False)
        elif kind in (sdl2.SDL_WINDOWEVENT_EXPOSED, sdl2.SDL_WINDOWEVENT_SIZE_CHANGED):
            self._picture.redraw()

    def _key_down(self, key: Any) -> None:
        for (modifier, scancode), action in HOT_KEYS.items():
            if key.scancode == scancode and key.mod & modifier:
                self._act(action)
                return
        code = self._scan_codes.get(key.scancode)
        if code is not None and not self.paused:
            self._held.add(key.scancode)
            self._machine.keyboard.press(code)

    def _key_up(self, scancode: int) -> None:
        if scancode in self._held:
            self._held.remove(scancode)
            self._machine.keyboard.release(self._scan_codes[scancode])

    def _act(self, action: Action) -> None:
        match action:
            case Action.FULLSCREEN:
                self._picture.toggle_fullscreen()
            case Action.PAUSE:
                self.paused = not self.paused
                self._mouse.capture(False)
                self._show_title()
            case Action.SCREENSHOT:
                self._screenshot()
            case Action.MOUSE:
                self._capture_mouse(not self._mouse.captured)
            case Action.SWAP:
                say(self._session.swap_disks())
            case Action.SLOWER:
                self._change_speed(1 / SPEED_STEP)
            case Action.FASTER:
                self._change_speed(SPEED_STEP)

    def _capture_mouse(self, wanted: bool) -> None:
        self._mouse.capture(wanted)
        self._show_title()

    def _screenshot(self) -> None:
        try:
            say(
                f"screenshot {screenshot(self._machine, free_name(Path.cwd(), Path(self._machine.title).stem.lower()))}"
            )
        except (DosemuError, OSError) as error:
            say(str(error))

    def _change_speed(self, factor: float) -> None:
        low, high = SPEED_LIMITS
        cycles = min(max(round(self._machine.clock.cycles_per_ms * factor), low), high)
        if self._session.speed is not None:
            self._session.speed.choose(cycles)
        self._show_title()

    def _show_title(self) -> None:
        state = "paused (Ctrl+F6)" if self.paused else f"{self._meter.percent} %"
        if self._mouse.captured:
            state += " - Ctrl+F10 frees the mouse"
        self._picture.set_title(f"{self._machine.title} - {self._machine.clock.cycles_per_ms} cycles/ms - {state}")


def _is_modifier(scancode: int) -> bool:
    return scancode in MODIFIER_KEYS
