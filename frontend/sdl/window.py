"""One machine in one window: its events, its frames, and what the hot keys of ``frontend.actions`` do."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import sdl2

from dosemu.errors import DosemuError
from frontend import actions
from frontend.capture import free_name, screenshot
from frontend.pacing import Pacer, SpeedMeter
from frontend.scaling.filters import following
from frontend.scaling.tint import TINTS, Tint, tinted
from frontend.sdl import clipboard, window_size
from frontend.sdl.gamepad import Gamepads
from frontend.sdl.keyboard import hot_keys, modifiers, scan_codes
from frontend.sdl.mouse import WindowMouse
from frontend.sdl.picture import Picture
from frontend.sdl.window_size import Tile
from frontend.session import Plan, Session, say
from frontend.states import Slots
from hw.clock import SECOND

if TYPE_CHECKING:
    from dosemu.machine import Machine
    from dosemu.screen import ScreenToken
    from dosemu.snapshot import Snapshot
    from hw.mc6845.adapter import Adapter6845

AT_ONCE_SECONDS = 2.0  # emulated; a program that ends sooner leaves its screen up
PAUSED_SECONDS = 1 / 30
NOTICE_SECONDS = 2.5
FAST_SHOW_SECONDS = 1 / 30  # in fast forward only so many pictures are shown
SPEED_LIMITS = (10, 1_000_000)  # cycles a millisecond
VOLUME_LIMITS = (0, 400)  # percent
MODIFIER_KEYS = range(sdl2.SDL_SCANCODE_LCTRL, sdl2.SDL_SCANCODE_RGUI + 1)
REWIND_EVERY_SECONDS, REWIND_STATES = 1.0, 120  # emulated; with many seconds to keep, states are less often
REWIND_LEAST_SECONDS = 0.5
HUE_STEP = 15  # degrees
_DOUBLE_SCANNING = ("vga", "svga")
_COMPOSITE = ("cga", "tandy", "pcjr")
# In the order of the hot key: what the monitor is, and the board.
_MONITORS: Final[dict[str, tuple[bool | str, str]]] = {
    "composite monitor where dots make colours": ("auto", ""),
    "composite monitor, board of 1981": (True, "old"),
    "composite monitor, board of 1983": (True, "new"),
    "RGB monitor": (False, ""),
}
_ALONE = Tile()


class Window:
    """A session, the window it is shown in, and the person before it."""

    def __init__(self, session: Session, title: str | None = None, tile: Tile = _ALONE) -> None:
        self.session = session
        self.machine: Machine = session.machine
        settings = self.machine.settings
        self._title = title or self.machine.title
        self._remember = settings.display.remember and tile.of == 1
        size = window_size.remembered() if self._remember and settings.display.scale == "auto" else None
        self.picture = Picture(self._title, settings.display, size=size, tile=tile)
        self._doubled = settings.machine.type in _DOUBLE_SCANNING
        self._monochrome = settings.machine.type == "hercules"
        self._tint: Tint = settings.display.monochrome
        self._scan_codes = scan_codes(settings.keyboard.remap)
        self._hot_keys = hot_keys(actions.ACTIONS)
        self._held: set[int] = set()
        self._let_go: dict[int, actions.Handler] = {}  # what happens when the key of a held action comes up
        self.mouse = WindowMouse(self.machine.mouse)
        self.gamepads = Gamepads(self.machine.joystick, self.machine.keyboard, settings.joystick.keys)
        self._pacer = Pacer()
        self._meter = SpeedMeter()
        self._shown: ScreenToken | None = None
        self._shown_at = 0.0
        self._notice_until: float | None = None
        self._steps = 0
        self._past: deque[tuple[Snapshot, tuple[int, ...]]] = deque()  # and the keys that were held then
        self.help_shown = False
        self.paused = False
        self.fast = False
        self.closed = False
        self.lingering = False  # the program has ended, and its last screen is shown until a key
        self.takes_programs = True
        self.dropped: Path | None = None  # a program to run in place of this one
        self.show_title()

    # --- frames --------------------------------------------------------------------------------

    @property
    def over(self) -> bool:
        """There are no more frames: the program or the plan ended, or the person closed it or wants another one."""
        if self.closed or self.dropped is not None:
            return True
        return not self.lingering and (self.machine.exited or self.session.limit_reached)

    @property
    def wait_seconds(self) -> float:
        """How long until the next frame is due."""
        return 0.0 if self.fast and not self.paused else max(self._pacer.ahead_seconds, 0.0)

    def tick(self) -> None:
        """Run and show the next frame."""
        self._end_notice()
        if self.lingering or (self.paused and not self._steps):
            self._pacer.restart()
            self._pacer.advance(PAUSED_SECONDS)
            return
        self._steps = max(self._steps - 1, 0)
        clipboard.feed(self.machine.keyboard)
        self.session.run_frame()
        self._keep_past()
        self._show()
        if self._meter.frame(self.session.frame_seconds):
            self.show_title()
        if self.fast:
            self._pacer.restart()
        else:
            self._pacer.advance(self.session.frame_seconds)

    def _show(self) -> None:
        """Show the frame; one is left out where that is late, or in fast forward is not looked at."""
        now = time.monotonic()
        late = self._pacer.ahead_seconds < -self.session.frame_seconds / 2
        if (self.fast or late) and now - self._shown_at < FAST_SHOW_SECONDS:
            return
        screen = self.machine.screen
        token = screen.token()
        if token != self._shown:
            self._shown = token
            self._shown_at = now
            self._show_frame()

    def _show_frame(self) -> None:
        frame = self.machine.screen.frame
        self.picture.show(tinted(frame, self._tint) if self._monochrome else frame, self._doubled)

    def linger(self) -> None:
        """Show the screen as it is now, and say that the program has ended; a key closes the window."""
        self.lingering = True
        self._release_keys()
        self.mouse.capture(False)
        self._show_frame()
        self.show_title()

    def wants_to_be_read(self, status: int) -> bool:
        """The program ended at once or with an error, and a person may be there to read why."""
        if not self.machine.exited or self.closed or self.dropped is not None or self.session.limited:
            return False
        return status != 0 or self.machine.clock.seconds < AT_ONCE_SECONDS

    def close(self) -> None:
        """End what runs for the person, and close the window."""
        if self._remember and self.picture.free_size:
            window_size.remember(self.picture.size)
        self.mouse.capture(False)
        self.gamepads.close()
        self.picture.close()

    # --- events --------------------------------------------------------------------------------

    def handle(self, event: Any) -> None:
        """An event of this window, or of the gamepads."""
        match event.type:
            case sdl2.SDL_QUIT:
                self.closed = True
            case sdl2.SDL_KEYDOWN if not event.key.repeat:  # the emulated keyboard repeats by itself
                self._key_down(event.key.keysym)
            case sdl2.SDL_KEYUP:
                self._key_up(event.key.keysym.scancode)
            case sdl2.SDL_MOUSEMOTION | sdl2.SDL_MOUSEBUTTONDOWN | sdl2.SDL_MOUSEBUTTONUP:
                if not (self.paused or self.lingering) and self.mouse.handle(event):
                    self.show_title()
            case sdl2.SDL_WINDOWEVENT:
                self._window_event(event.window.event)
            case sdl2.SDL_DROPFILE:
                name = clipboard.taken(event.drop.file)
                self.drop(Path(name))
            case sdl2.SDL_RENDER_TARGETS_RESET | sdl2.SDL_RENDER_DEVICE_RESET:
                self.picture.lose_textures()
            case _:
                self.gamepads.handle(event)

    def _window_event(self, kind: int) -> None:
        if kind == sdl2.SDL_WINDOWEVENT_CLOSE:
            self.closed = True
        elif kind == sdl2.SDL_WINDOWEVENT_FOCUS_LOST:
            # The releases go to another window: a key that stays down would repeat for ever.
            self._release_keys()
            for handler in self._let_go.values():
                handler(self)
            self._let_go.clear()
            self.gamepads.release_all()
            if self.mouse.captured:
                self.capture_mouse(False)
        elif kind in (sdl2.SDL_WINDOWEVENT_EXPOSED, sdl2.SDL_WINDOWEVENT_SIZE_CHANGED):
            self.picture.redraw()

    def _release_keys(self) -> None:
        for scancode in sorted(self._held):
            self._key_up(scancode)

    def _key_down(self, key: Any) -> None:
        action = self._hot_keys.get((modifiers(key.mod), key.scancode))
        if action is not None and (action.after_end or not self.lingering):
            if action.let_go is not None:
                self._let_go[key.scancode] = action.let_go
            self._do(action.run)
            return
        if self.help_shown and key.scancode not in MODIFIER_KEYS:
            self.show_help(False)
            return
        if self.lingering:
            self.closed = key.scancode not in MODIFIER_KEYS
            return
        code = self._scan_codes.get(key.scancode)
        if code is not None and not self.paused:
            self._held.add(key.scancode)
            self.machine.keyboard.press(code)

    def _key_up(self, scancode: int) -> None:
        handler = self._let_go.pop(scancode, None)
        if handler is not None:
            handler(self)
            self.show_title()
        if scancode in self._held:
            self._held.remove(scancode)
            self.machine.keyboard.release(self._scan_codes[scancode])

    def _do(self, run: Callable[[Window], None]) -> None:
        """What a hot key does; what goes wrong is told and changes nothing."""
        try:
            run(self)
        except (DosemuError, OSError) as error:
            self.notify(str(error))
        self.show_title()

    # --- what hot keys do ----------------------------------------------------------------------

    def notify(self, text: str) -> None:
        """Tell the person: on the picture for a moment, and on stderr."""
        say(text)
        self.picture.notify(text)
        self._notice_until = time.monotonic() + NOTICE_SECONDS

    def _end_notice(self) -> None:
        if self._notice_until is not None and time.monotonic() > self._notice_until:
            self._notice_until = None
            self.picture.notify("")

    def show_help(self, wanted: bool) -> None:
        """Lay the list of hot keys over the picture, or take it away."""
        self.help_shown = wanted
        self.picture.show_page(["Keys of the window", "", *actions.table("").splitlines()] if wanted else [])

    def pause(self, wanted: bool) -> None:
        """Stop the machine, or let it go on."""
        self.paused = wanted
        self._steps = 0
        self._release_keys()
        self.mouse.capture(False)

    def step(self) -> None:
        """Run one frame, and stay paused."""
        self.pause(True)
        self._steps = 1

    def change_speed(self, factor: float) -> None:
        """Set the cycles to so many times what they are."""
        low, high = SPEED_LIMITS
        cycles = min(max(round(self.machine.clock.cycles_per_ms * factor), low), high)
        if self.session.speed is not None:
            self.session.speed.choose(cycles)

    def change_volume(self, percent: int) -> None:
        """Louder or quieter by so many percent of full volume."""
        low, high = VOLUME_LIMITS
        left, right = (min(max(side + percent, low), high) for side in self.machine.sound.master)
        self.machine.sound.master = left, right
        self.notify(f"volume {max(left, right)} %")

    def capture_mouse(self, wanted: bool) -> None:
        """Give the mouse to the program, or take it back."""
        self.mouse.capture(wanted)
        self.show_title()

    def next_monitor(self) -> None:
        """Look at the machine on another monitor, where its adapter can have one."""
        if self._monochrome:
            self._tint = cast("Tint", following(tuple(TINTS), self._tint))
            self.notify(f"{self._tint} monitor")
            self._show_frame()
        elif (adapter := self._composite_adapter()) is not None:
            now = adapter.composite, adapter.board if adapter.composite is True else ""
            names = {value: name for name, value in _MONITORS.items()}
            name = following(tuple(_MONITORS), names[now])
            composite, era = _MONITORS[name]
            adapter.set_monitor(composite, era or adapter.era, adapter.hue)
            self.notify(name)
            self._show_frame()

    def turn_hue(self) -> None:
        """Turn the colours of the composite monitor."""
        adapter = self._composite_adapter()
        if adapter is None:
            return
        if not adapter.composite:
            self.notify("an RGB monitor has no hue (Ctrl+Shift+F9)")
            return
        adapter.set_monitor(adapter.composite, adapter.era, (adapter.hue + 180 + HUE_STEP) % 360 - 180)
        self.notify(f"hue {adapter.hue}")
        self._show_frame()

    def _composite_adapter(self) -> Adapter6845 | None:
        """The adapter that can be on a composite monitor."""
        if self.machine.settings.machine.type not in _COMPOSITE:
            self.notify("a CGA, Tandy, PCjr or Hercules has other monitors (--machine)")
        elif self.machine.log is not None:
            self.notify("the monitor stays while input is recorded or replayed")
        else:
            return cast("Adapter6845", self.machine.adapter)
        return None

    def screenshot(self) -> None:
        """Write a picture of the screen to the current folder."""
        self.notify(f"screenshot {screenshot(self.machine, self._free_name('.png'))}")

    def toggle_recording(self) -> None:
        """Begin to record what is seen (and heard), or end that."""
        recording = self.session.recording
        if recording is not None:
            self.session.end_recording()
            self.notify(f"recorded {recording.path}")
            return
        path = self._free_name(f".{self.machine.settings.display.record}")
        self.session.record(path)
        self.notify(f"recording {path}")

    def _free_name(self, suffix: str) -> Path:
        return free_name(Path.cwd(), Path(self.machine.title).stem.lower(), suffix)

    def copy(self) -> None:
        """The text of the screen into the clipboard."""
        if not self.machine.screen.is_text:
            self.notify("nothing copied: the screen shows a picture")
            return
        clipboard.put(self.machine.screen.text())
        self.notify("text copied")

    def paste(self) -> None:
        """Type what is in the clipboard, as fast as the program reads it."""
        self._release_keys()  # else the keys of the hot key would be held with the text
        count = clipboard.paste(self.machine.keyboard)
        self.notify(f"typing {count} characters" if count else "no text in the clipboard")

    @cached_property
    def _slots(self) -> Slots:
        program = self.machine.made.program
        return Slots(None if program is None else Path(program))

    def next_slot(self) -> None:
        """Choose another slot for states."""
        self._slots.next()
        self.notify(self._slots.described())

    def save_state(self) -> None:
        """Save the state of the machine in the slot."""
        self._release_keys()  # else those of the hot key would be held in it
        self._slots.save(self.machine)
        self.notify(f"slot {self._slots.number}: saved at {self.machine.clock.seconds:.1f} s")

    def load_state(self) -> None:
        """Make the machine what it was when the slot's state was saved."""
        self._release_keys()
        self._slots.load(self.machine)
        self._is_back(f"slot {self._slots.number}: ")

    def rewind(self) -> None:
        """Go some seconds back."""
        now = self.machine.clock.seconds
        while self._past and self._past[-1][0].time_ps / SECOND > now - REWIND_LEAST_SECONDS:
            self._past.pop()
        if not self._past:
            self.notify("nothing to go back to" if self._rewind_seconds else "display.rewind says how far to go back")
            return
        self._release_keys()
        state, held = self._past[-1]
        self.machine.restore(state)
        for scancode in held:
            self.machine.keyboard.release(self._scan_codes[scancode])
        self._is_back()

    def _is_back(self, from_where: str = "") -> None:
        """The machine is what it was before: show that."""
        now_ps = self.machine.clock.now_ps
        self._past = deque(each for each in self._past if each[0].time_ps <= now_ps)
        self.machine.mouse.release_all()
        self._shown = None
        self._pacer.restart()
        self._show_frame()
        self.notify(f"{from_where}back at {self.machine.clock.seconds:.1f} s")

    @property
    def _rewind_seconds(self) -> int:
        return self.machine.settings.display.rewind

    def _keep_past(self) -> None:
        seconds = self._rewind_seconds
        if not seconds:
            return
        every = max(REWIND_EVERY_SECONDS, seconds / REWIND_STATES)
        now = self.machine.clock.seconds
        last = self._past[-1][0].time_ps / SECOND if self._past else self.session.started
        if now - last < every:
            return
        try:
            self._past.append((self.machine.snapshot(), tuple(sorted(self._held))))
        except DosemuError:
            return  # there are moments that cannot be kept; the next one may be
        while now - self._past[0][0].time_ps / SECOND > seconds:
            self._past.popleft()

    def drop(self, path: Path) -> None:
        """What was dropped onto the window: a program runs in place of this one, a folder or image becomes a drive."""
        from frontend.sdl.dropped import mount_dropped

        try:
            told = mount_dropped(self.machine, path)
        except DosemuError as error:
            self.notify(str(error))
            return
        if told is None and self.takes_programs:
            self.dropped = path
        else:
            self.notify(told or f"{path.name} cannot take the place of this program")

    def show_title(self) -> None:
        """The window's title: program, speed, and what is out of the ordinary."""
        if self.lingering:
            self.picture.set_title(f"{self._title} - ended, press a key")
            return
        state = "paused (Ctrl+F6)" if self.paused else f"{self._meter.percent} %"
        if self.fast:
            state += " - fast (Alt+F12)"
        if self.session.recording is not None:
            state += " - recording (Ctrl+Shift+F5)"
        if self.machine.sound.muted:
            state += " - muted"
        if self.mouse.captured:
            state += " - Ctrl+F10 frees the mouse"
        elif not self.paused:
            state += " - Ctrl+F1 keys"
        self.picture.set_title(f"{self._title} - {self.machine.clock.cycles_per_ms} cycles/ms - {state}")


def open_window(machine: Machine, plan: Plan | None = None, title: str | None = None, tile: Tile = _ALONE) -> Window:
    """A window for a machine, with a session that follows the host's clock."""
    # The sound device may take its time: first, so that the window answers as soon as it is there.
    return Window(Session(machine, plan or Plan(), paced=True), title, tile)
