"""The loop of ``--display sdl``: events to the windows they are for, frames when they are due.

``run_machines`` shows several machines, each in a window of its own::

    with Machine("ONE.EXE") as one, Machine("TWO.EXE") as two:
        run_machines([one, two])
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sdl2

from dosemu.errors import DosemuError
from dosemu.exit_status import ExitStatus
from frontend.sdl.window import Window, open_window
from frontend.session import Plan, say
from frontend.signals import Stopped, StopRequest, stop_signals

if TYPE_CHECKING:
    from dosemu.machine import Machine
    from frontend.sdl.window_size import Tile

    OpenMachine = Callable[[], contextlib.AbstractContextManager[Machine]]
    OpenDropped = Callable[[Path], Machine]

_MOST_WAIT_SECONDS = 1 / 30  # between looks at the events
_OF_A_WINDOW: dict[int, Callable[[Any], int]] = {
    sdl2.SDL_KEYDOWN: lambda event: event.key.windowID,
    sdl2.SDL_KEYUP: lambda event: event.key.windowID,
    sdl2.SDL_MOUSEMOTION: lambda event: event.motion.windowID,
    sdl2.SDL_MOUSEBUTTONDOWN: lambda event: event.button.windowID,
    sdl2.SDL_MOUSEBUTTONUP: lambda event: event.button.windowID,
    sdl2.SDL_WINDOWEVENT: lambda event: event.window.windowID,
    sdl2.SDL_DROPFILE: lambda event: event.drop.windowID,
}
# Who has the keyboard has the gamepads too.
_OF_THE_FOCUS = (
    sdl2.SDL_CONTROLLERBUTTONDOWN, sdl2.SDL_CONTROLLERBUTTONUP, sdl2.SDL_CONTROLLERAXISMOTION,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """What one of several windows is to show: who makes its machine, and the plan for it.

    ``open_dropped`` makes the machine for a program that is dropped onto the window, which runs in place of this one.
    """

    open_machine: OpenMachine
    plan: Plan = field(default_factory=Plan)
    open_dropped: OpenDropped | None = None
    title: str | None = None


def run(open_machine: Callable[[], Machine], plan: Plan, open_dropped: OpenDropped | None = None) -> int:
    """Run in a window to the end of the program, of the plan, or until it is closed; returns the exit status.

    ``open_dropped`` makes the machine for a program that is dropped onto the window, which runs in place of this one.
    """
    return run_parts([Part(open_machine, plan, open_dropped)])[0]


def run_machines(machines: Sequence[Machine], titles: Sequence[str] = ()) -> list[int]:
    """Run machines side by side until each has ended or its window was closed; returns their exit statuses.

    Each has a window, keyboard, mouse and sound of its own; the gamepads are those of the window with the keyboard.
    Closing a window ends its machine's run only. The machines stay open: they are the caller's. Raises DosemuError
    where no window can be opened.
    """
    parts = []
    for number, machine in enumerate(machines):

        def open_machine(machine: Machine = machine) -> contextlib.AbstractContextManager[Machine]:
            return contextlib.nullcontext(machine)

        parts.append(Part(open_machine, title=titles[number] if number < len(titles) else None))
    return [int(status) for status in run_parts(parts)]


def run_parts(parts: Sequence[Part]) -> list[int]:
    """Run all parts to their ends; returns their exit statuses. Raises what opening the first of them raises."""
    from frontend.sdl.window_size import Tile

    with contextlib.ExitStack() as stack:
        request = stack.enter_context(stop_signals(interrupt=False))
        seats = []
        for number, part in enumerate(parts):
            seat = _Seat(part, Tile(number, len(parts)))
            stack.callback(seat.leave)
            seat.open()
            seats.append(seat)
        with contextlib.suppress(Stopped):
            _loop(seats, request)
        for seat in seats:
            seat.stop(request.status)
        return [seat.status for seat in seats]


class _Seat:
    """One of the windows, the machine in it, and what that has ended with."""

    def __init__(self, part: Part, tile: Tile) -> None:
        self._part = part
        self._tile = tile
        self._stack = contextlib.ExitStack()
        self.window: Window | None = None  # None: it is closed
        self.status: int = ExitStatus.OK

    def open(self) -> None:
        """Make the machine and its window."""
        machine = self._stack.enter_context(self._part.open_machine())
        window = open_window(machine, self._part.plan, self._part.title, self._tile)
        self._stack.enter_context(contextlib.closing(window))
        if self._tile.of > 1:
            window.picture.do_not_wait()
        window.takes_programs = self._part.open_dropped is not None
        self.window = window

    def leave(self) -> None:
        """Close the window and the machine."""
        self.window = None
        self._stack.close()

    def tick(self) -> None:
        """Run the next frame; trouble with one machine is the end of that one."""
        assert self.window is not None
        try:
            self.window.tick()
        except DosemuError as error:
            self._fail(error)

    def settle(self) -> None:
        """What comes after the end: the last screen stays up, another program takes the place, or it is closed."""
        window = self.window
        if window is None or not window.over:
            return
        try:
            if not window.lingering:
                self._finish(window, None)
                if window.wants_to_be_read(self.status):
                    _tell_screen(window.machine)
                    window.linger()
                    return
            dropped, make = window.dropped, self._part.open_dropped
            self.leave()
            if dropped is not None and make is not None:
                path, opener = dropped, make
                self._part = Part(lambda: opener(path), open_dropped=make)
                self.open()
        except DosemuError as error:
            self._fail(error)

    def stop(self, status: int | None) -> None:
        """End it from outside: by a signal."""
        if self.window is not None and not self.window.lingering:
            self._finish(self.window, status)

    def _finish(self, window: Window, status: int | None) -> None:
        window.session.finish()
        self.status = window.session.status(status)

    def _fail(self, error: DosemuError) -> None:
        say(" ".join(str(error).splitlines()))
        self.status = error.exit_status
        self.leave()


def _tell_screen(machine: Machine) -> None:
    """The text that stays up goes to stderr too."""
    text = machine.screen.text().rstrip() if machine.screen.is_text else ""
    if text:
        print("\n".join(line.rstrip() for line in text.splitlines()), file=sys.stderr, flush=True)


def _loop(seats: Sequence[_Seat], request: StopRequest) -> None:
    """Until all windows are closed: events, and the frames that are due."""
    while request.status is None:
        _poll([seat.window for seat in seats if seat.window is not None])
        for seat in seats:
            seat.settle()
        waits = [(seat.window.wait_seconds, number) for number, seat in enumerate(seats) if seat.window is not None]
        if not waits:
            return
        wait, first = min(waits)
        if wait > 0:
            time.sleep(min(wait, _MOST_WAIT_SECONDS))
        if wait <= _MOST_WAIT_SECONDS:
            seats[first].tick()


def _poll(windows: Sequence[Window]) -> None:
    event = sdl2.SDL_Event()
    while sdl2.SDL_PollEvent(ctypes.byref(event)):
        for window in _meant(windows, event):
            window.handle(event)


def _meant(windows: Sequence[Window], event: Any) -> Sequence[Window]:
    if event.type in _OF_THE_FOCUS:
        focus = sdl2.SDL_GetKeyboardFocus()
        number = sdl2.SDL_GetWindowID(focus) if focus else 0
    else:
        number = _OF_A_WINDOW.get(event.type, lambda event: 0)(event)
    if number:
        return [window for window in windows if window.picture.number == number]
    # A file can be dropped onto no window in particular.
    return windows[:1] if event.type == sdl2.SDL_DROPFILE else windows
