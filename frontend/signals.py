"""Ctrl-C, SIGTERM and SIGHUP end a run in order: output is flushed, the terminal restored, the status kept."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stopped(KeyboardInterrupt):
    """A signal asked for the end; ``status`` is 128 and its number."""

    def __init__(self, status: int) -> None:
        super().__init__(f"stopped with status {status}")
        self.status = status


@dataclass(slots=True)
class StopRequest:
    """``status`` is set once a signal has come."""

    status: int | None = None


@contextmanager
def stop_signals(*, interrupt: bool) -> Iterator[StopRequest]:
    """Catch the signals that end a run, for as long as the block runs.

    With ``interrupt`` the signal also raises Stopped where the program stands, which ends a blocking read of
    the host's stdin. Without it the loop looks at ``status`` once a frame; a second signal raises all the same.
    Outside the main thread Python delivers no signals, so nothing is installed.
    """
    request = StopRequest()

    def handle(number: int, _frame: FrameType | None) -> None:
        again = request.status is not None
        request.status = 128 + number
        if interrupt or again:
            raise Stopped(request.status)

    if threading.current_thread() is not threading.main_thread():
        yield request
        return
    before = {number: signal.signal(number, handle) for number in SIGNALS}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
