"""What the hot keys of the window do: one declaration each, which feeds the window, its F1 page and ``--help``.

They are DOSBox's keys as far as they leave the guest its own. Ctrl+F9 ("run" in Borland's editors) is not among
them: the window is closed with its close button. Ctrl+F6 is for keyboards that have no Pause key. Linux takes
Ctrl+Alt+F1 to F12 for its consoles, so what is new here has Shift.

>>> find("ctrl+f5").text
'picture of the screen as a PNG file'
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from frontend.sdl.window import Window

SPEED_STEP = 1.25
VOLUME_STEP = 10  # percent
Handler = Callable[["Window"], None]


@dataclass(frozen=True, slots=True)
class Action:
    """A hot key (``keys`` are names as ``--keys`` has them) and what it does; ``let_go`` when the key comes up.

    ``after_end``: also while the last screen of a program that has ended is shown.
    """

    keys: tuple[str, ...]
    text: str
    run: Handler
    let_go: Handler | None = None
    after_end: bool = False

    @property
    def shown(self) -> str:
        """The keys as people write them.

        >>> find("alt+enter").shown
        'Alt+Enter'
        """
        names = ("+".join(word[:1].upper() + word[1:] for word in key.split("+")) for key in self.keys)
        return ", ".join(names)


ACTIONS: list[Action] = []


def action(
    *keys: str, text: str, let_go: Handler | None = None, after_end: bool = False
) -> Callable[[Handler], Handler]:
    """Declare what keys do."""

    def register(run: Handler) -> Handler:
        ACTIONS.append(Action(keys, text, run, let_go, after_end))
        return run

    return register


def find(key: str) -> Action:
    """The action of a key. Raises KeyError."""
    for each in ACTIONS:
        if key in each.keys:
            return each
    raise KeyError(key)


def described() -> Iterator[tuple[str, str]]:
    """Every hot key and what it does, in the order of the table."""
    for each in ACTIONS:
        yield each.shown, each.text


def table(indent: str = "  ") -> str:
    """The hot keys as lines of text."""
    width = max(len(shown) for shown, _ in described())
    return "\n".join(f"{indent}{shown:<{width}}  {text}" for shown, text in described())


# --- the table -----------------------------------------------------------------------------------


@action("ctrl+f1", text="this list, and away with it", after_end=True)
def show_help(window: Window) -> None:
    window.show_help(not window.help_shown)


@action("alt+enter", text="full screen, or back to the window", after_end=True)
def full_screen(window: Window) -> None:
    window.picture.toggle_fullscreen()


@action("ctrl+shift+f7", text="next filter: sharp, smooth, crt", after_end=True)
def next_filter(window: Window) -> None:
    window.notify(f"filter {window.picture.next_filter()}")


@action("ctrl+shift+f8", text="next scaling: aspect, integer, stretch", after_end=True)
def next_scaling(window: Window) -> None:
    window.notify(f"scaling {window.picture.next_scaling()}")


@action("ctrl+shift+f9", text="another monitor: composite (both boards), RGB; white, green, amber", after_end=True)
def next_monitor(window: Window) -> None:
    window.next_monitor()


@action("alt+shift+f9", text="turn the colours of a composite monitor", after_end=True)
def turn_hue(window: Window) -> None:
    window.turn_hue()


@action("ctrl+f6", "alt+pause", text="pause, and go on")
def pause(window: Window) -> None:
    window.pause(not window.paused)


@action("ctrl+shift+f6", text="one frame, then pause")
def step(window: Window) -> None:
    window.step()


def _slow_again(window: Window) -> None:
    window.fast = False


@action("alt+f12", text="as fast as the host can while it is held", let_go=_slow_again)
def fast(window: Window) -> None:
    window.fast = True


@action("alt+shift+f12", text="as fast as the host can, until the next time")
def keep_fast(window: Window) -> None:
    window.fast = not window.fast


@action("ctrl+f11", text="fewer instructions a millisecond")
def slower(window: Window) -> None:
    window.change_speed(1 / SPEED_STEP)


@action("ctrl+f12", text="more instructions a millisecond")
def faster(window: Window) -> None:
    window.change_speed(SPEED_STEP)


@action("ctrl+f10", text="the mouse to the program (as a click does), and back")
def mouse(window: Window) -> None:
    window.capture_mouse(not window.mouse.captured)


@action("ctrl+f4", text="the next disk into drives that have several")
def swap_disks(window: Window) -> None:
    window.notify(window.session.swap_disks())


@action("ctrl+shift+f1", text="another slot for states")
def next_slot(window: Window) -> None:
    window.next_slot()


@action("ctrl+shift+f2", text="save the state of the machine in the slot")
def save_state(window: Window) -> None:
    window.save_state()


@action("ctrl+shift+f3", text="go back to the state in the slot")
def load_state(window: Window) -> None:
    window.load_state()


@action("ctrl+shift+f4", text="some seconds back, and again further")
def rewind(window: Window) -> None:
    window.rewind()


@action("ctrl+f5", text="picture of the screen as a PNG file", after_end=True)
def screenshot(window: Window) -> None:
    window.screenshot()


@action("ctrl+shift+f5", text="record a GIF file, or an MP4 with display.record=mp4; end it")
def record(window: Window) -> None:
    window.toggle_recording()


@action("ctrl+shift+v", text="type what is in the clipboard")
def paste(window: Window) -> None:
    window.paste()


@action("ctrl+shift+c", text="the text of the screen into the clipboard", after_end=True)
def copy(window: Window) -> None:
    window.copy()


@action("ctrl+shift+f10", text="sound off and on")
def mute(window: Window) -> None:
    window.machine.sound.muted = not window.machine.sound.muted
    window.notify("sound off" if window.machine.sound.muted else "sound on")


@action("ctrl+shift+f11", text="quieter")
def quieter(window: Window) -> None:
    window.change_volume(-VOLUME_STEP)


@action("ctrl+shift+f12", text="louder")
def louder(window: Window) -> None:
    window.change_volume(VOLUME_STEP)
