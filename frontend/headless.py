"""``--display none``: no picture, no clock; handles 0, 1 and 2 are the host's streams byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dosemu.errors import DosemuError
from dosemu.exit_status import ExitStatus
from frontend.session import Plan, Session
from frontend.signals import Stopped, stop_signals
from frontend.streams import StandardStreams

if TYPE_CHECKING:
    from dosemu.machine import Machine

SLICE_SECONDS = 0.05  # emulated; between slices signals and a broken pipe are looked at
HOPELESS_SECONDS = 60.0  # emulated; a program that waits this long for a key which nobody can press is ended


def run(open_machine: Callable[[StandardStreams], Machine], plan: Plan) -> int:
    """Run to the end of the program or of the plan, as fast as the host can; returns the exit status."""
    streams = StandardStreams()
    stopped: int | None = None
    with stop_signals(interrupt=True) as request:
        try:
            with open_machine(streams) as machine:
                session = Session(machine, plan)
                try:
                    stopped = _loop(session, streams, lambda: request.status)
                except Stopped as stop:
                    stopped = stop.status
                streams.flush()
                if streams.broken_pipe and not machine.exited:
                    return ExitStatus.BROKEN_PIPE
                if streams.trouble:
                    raise DosemuError(streams.trouble)
                session.finish()
                return session.status(stopped)
        except Stopped as stop:  # while the machine was being made or closed
            return stop.status
        finally:
            streams.flush()


def _loop(session: Session, streams: StandardStreams, stop_status: Callable[[], int | None]) -> int | None:
    """Slices until something ends the run; returns the status of a signal."""
    machine = session.machine
    waiting_since: float | None = None
    while not machine.exited and not session.limit_reached:
        session.run_slice(SLICE_SECONDS)
        streams.flush()
        if (status := stop_status()) is not None:
            return status
        if streams.broken_pipe or streams.trouble:
            return None
        if not machine.waiting_for_key or session.keys_pending:
            waiting_since = None
        elif waiting_since is None:
            waiting_since = machine.clock.seconds
        elif not session.limited and machine.clock.seconds - waiting_since > HOPELESS_SECONDS:
            raise DosemuError(
                f"{machine.title} waits for a key, and nobody can press one: "
                "give --keys, or use --display terminal or sdl"
            )
    return None
