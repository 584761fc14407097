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
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sdl2

from frontend.sdl.window import MODIFIER_KEYS, Window, open_window
from frontend.session import Plan
from frontend.signals import Stopped, StopRequest, stop_signals

if TYPE_CHECKING:
    from dosemu.machine import Machine

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


def run(open_machine: Callable[[], Machine], plan: Plan, open_dropped: Callable[[Path], Machine] | None = None) -> int:
    """Run in a window to the end of the program, of the plan, or until it is closed; returns the exit status.

    ``open_dropped`` makes the machine for a program that is dropped onto the window, which runs in place of this one.
    """
    with stop_signals(interrupt=False) as request:
        while True:
            status, dropped = _run_one(open_machine, plan, request)
            if dropped is None or open_dropped is None:
                return status
            plan = Plan()
            path, make = dropped, open_dropped

            def open_machine(path: Path = path, make: Callable[[Path], Machine] = make) -> Machine:
                return make(path)


def _run_one(open_machine: Callable[[], Machine], plan: Plan, request: StopRequest) -> tuple[int, Path | None]:
    with contextlib.ExitStack() as stack:
        machine = stack.enter_context(open_machine())
        window = open_window(machine, plan)
        stack.enter_context(contextlib.closing(window))
        with contextlib.suppress(Stopped):
            _loop([window], request)
        status = request.status
        window.session.finish()
        result = window.session.status(status)
        if status is None and window.wants_to_be_read(result):
            text = machine.screen.text().rstrip() if machine.screen.is_text else ""
            if text:
                print("\n".join(line.rstrip() for line in text.splitlines()), file=sys.stderr, flush=True)
            with contextlib.suppress(Stopped):
                _wait_for_key(window, request)
        return result, window.dropped


def run_machines(machines: Sequence[Machine], titles: Sequence[str] = ()) -> list[int]:
    """Run machines side by side until each has ended or its window was closed; returns their exit statuses.

    Each has a window, keyboard, mouse and sound of its own; the gamepads go to all of them. Closing a window ends
    its machine's run only. Raises DosemuError where no window can be opened.
    """
    with contextlib.ExitStack() as stack:
        request = stack.enter_context(stop_signals(interrupt=False))
        windows = []
        for number, machine in enumerate(machines):
            window = open_window(machine, title=titles[number] if number < len(titles) else None)
            stack.enter_context(contextlib.closing(window))
            windows.append(window)
            window.picture.do_not_wait()
        with contextlib.suppress(Stopped):
            _loop(windows, request)
        for window in windows:
            window.session.finish()
        return [window.session.status(request.status) for window in windows]


def _loop(windows: Sequence[Window], request: StopRequest) -> None:
    """Until all are over: events, and the frames that are due."""
    while request.status is None:
        _poll(windows)
        running = [window for window in windows if not window.over]
        if not running:
            return
        first = min(running, key=lambda window: window.wait_seconds)
        wait = first.wait_seconds
        if wait > 0:
            time.sleep(min(wait, _MOST_WAIT_SECONDS))
        if wait <= _MOST_WAIT_SECONDS:
            first.tick()


def _poll(windows: Sequence[Window]) -> None:
    event = sdl2.SDL_Event()
    while sdl2.SDL_PollEvent(ctypes.byref(event)):
        for window in _meant(windows, event):
            window.handle(event)


def _meant(windows: Sequence[Window], event: Any) -> Sequence[Window]:
    number = _OF_A_WINDOW.get(event.type)
    if number is None or not number(event):  # a file can be dropped onto no window in particular
        return windows if event.type != sdl2.SDL_DROPFILE else windows[:1]
    return [window for window in windows if window.picture.number == number(event)]


def _wait_for_key(window: Window, request: StopRequest) -> None:
    """Leave the last screen up until a key or the close button, or until another program is dropped onto it."""
    window.show_last()
    event = sdl2.SDL_Event()
    while request.status is None and not window.closed and window.dropped is None:
        if not sdl2.SDL_WaitEventTimeout(ctypes.byref(event), 100):
            continue
        if event.type == sdl2.SDL_KEYDOWN:
            if not event.key.repeat and event.key.keysym.scancode not in MODIFIER_KEYS:
                return
        elif event.type != sdl2.SDL_KEYUP:
            window.handle(event)
