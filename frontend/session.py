"""One run of a machine under any front end: what was asked for beforehand, and what it ends with.

Keys are events on the machine's own clock, and runs are cut where pictures and states are due, so all of it comes
at the same instruction under every front end and however the run is sliced.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dosemu.errors import DosemuError
from dosemu.exit_status import ExitStatus
from frontend.audio import open_sink
from frontend.capture import screenshot
from frontend.speed import Speed
from hw.clock import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from dosemu.machine import Machine
    from frontend.looking import Looking
    from frontend.recording import Recording


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture to take or a state to save: at emulated ``seconds``, or at the end (None)."""

    path: Path
    seconds: float | None = None

    @classmethod
    def parse(cls, text: str) -> Shot:
        """Read ``FILE`` or ``FILE@SECONDS``.

        >>> Shot.parse("title.png@2.5").seconds
        2.5
        >>> Shot.parse("me@home.png").path.name
        'me@home.png'
        """
        name, at, tail = text.rpartition("@")
        if at and name:
            try:
                seconds = float(tail)
            except ValueError:
                return cls(Path(text))
            if seconds >= 0:
                return cls(Path(name), seconds)
        return cls(Path(text))


@dataclass(frozen=True, slots=True)
class Inside:
    """Who looks into the run: GDB on a port (that the program waits for), a MAP file's names, reports to be written."""

    gdb_port: int | None = None
    gdb_waits: bool = False
    map_file: Path | None = None
    coverage: Path | None = None  # "-": standard error
    profile: Path | None = None
    sample_cycles: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What the user asked for: limits in emulated time, keys, pictures, the text at the end."""

    seconds: float | None = None
    frames: int | None = None
    keys: str = ""
    shots: tuple[Shot, ...] = ()
    screen_text: Path | None = None  # "-": standard output
    inside: Inside | None = None
    record: Path | None = None
    states: tuple[Shot, ...] = ()  # states of the machine, to be saved


class Session:
    """A machine and the plan for it; ``paced`` where a person watches and the host's speed counts."""

    def __init__(self, machine: Machine, plan: Plan, *, paced: bool = False) -> None:
        self.machine = machine
        self.plan = plan
        self._log = machine.log
        self.replaying = self._log is not None and self._log.replaying
        # A replay has the speed of the recording.
        self.speed = Speed(machine.pace) if paced and not self.replaying else None
        self.frames = 0
        self.started = machine.clock.seconds
        self.recording: Recording | None = None
        self._shots, self._states = list(plan.shots), list(plan.states)  # still to come
        self._looking: Looking | None = None
        if plan.inside is not None:
            from frontend.looking import Looking

            self._looking = Looking(machine, plan.inside)
        self._run: Callable[..., None] = machine.run if self._looking is None else self._looking.run
        self._sink = open_sink(machine.settings.sound, paced=paced)
        if self._sink is not None:
            machine.sound.mixer.listen(self._sink)
        if plan.record is not None:
            self.record(plan.record)
        machine.keyboard.schedule(plan.keys)

    def _time_ps(self, shot: Shot) -> int:
        return round((self.started + (shot.seconds or 0)) * SECOND)

    def _seconds_until_due(self) -> float | None:
        """Until the next picture or state is to be taken; None where there is none."""
        times = [self._time_ps(shot) for shot in (*self._shots, *self._states) if shot.seconds is not None]
        return (min(times) - self.machine.clock.now_ps) / SECOND if times else None

    def _take_due(self) -> bool:
        """Take what is due now; False when there was nothing. Raises DosemuError."""
        now = self.machine.clock.now_ps
        for wanted, take in ((self._shots, screenshot), (self._states, self._save)):
            due = [shot for shot in wanted if shot.seconds is not None and self._time_ps(shot) <= now]
            for shot in due:
                wanted.remove(shot)
                take(self.machine, shot.path)
            if due:
                return True
        return False

    @staticmethod
    def _save(machine: Machine, path: Path) -> None:
        from frontend.states import save_state

        save_state(machine, path)

    def _advance(self, seconds: float | None = None, frames: int | None = None) -> None:
        """Run so far, and take on the way what is due."""
        if not (self._shots or self._states):
            self._run(seconds=seconds, frames=frames)
            return
        clock = self.machine.clock
        end_ps = None if seconds is None else clock.now_ps + round(seconds * SECOND)
        while True:
            while self._take_due():
                pass
            limits = [] if end_ps is None else [(end_ps - clock.now_ps) / SECOND]
            due = self._seconds_until_due()
            self._run(seconds=min((*limits, due)) if due is not None else limits[0] if limits else None, frames=frames)
            if self.machine.exited or not self._take_due() or (end_ps is not None and clock.now_ps >= end_ps):
                return

    @property
    def seconds_left(self) -> float | None:
        """Emulated seconds until ``--seconds``; None without a limit."""
        if self.plan.seconds is None:
            return None
        left = self.plan.seconds - (self.machine.clock.seconds - self.started)
        return left if left > 1e-9 else 0.0

    @property
    def frames_left(self) -> int | None:
        """Frames until ``--frames``; None without a limit."""
        return None if self.plan.frames is None else max(self.plan.frames - self.frames, 0)

    @property
    def limited(self) -> bool:
        """The run ends by itself: ``--seconds`` or ``--frames`` was given, or a recording is replayed."""
        return self.replaying or self.plan.seconds is not None or self.plan.frames is not None

    @property
    def limit_reached(self) -> bool:
        """The emulated time asked for is used up, or the recording that is replayed."""
        return self.replay_ended or self.seconds_left == 0 or self.frames_left == 0

    @property
    def replay_ended(self) -> bool:
        """The recording that is replayed is at its end, and all was as it had been."""
        return self._log is not None and self._log.done

    @property
    def keys_pending(self) -> bool:
        """Keys of ``--keys`` are still to come."""
        return self.machine.keyboard.pending > 0

    def run_frame(self) -> None:
        """Run one frame of the machine (less, when ``--seconds`` ends within it)."""
        left = self.seconds_left
        began = time.perf_counter()
        if left is not None and left < self.frame_seconds:
            self._advance(seconds=left)
        else:
            self._advance(frames=1)
        if self.speed is not None:
            self.speed.fast = self.speed.fast or self.machine.wants_speed
            self.speed.frame(time.perf_counter() - began, self.frame_seconds)
        self.frames += 1
        if self.recording is not None:
            self.recording.frame()
        self.check()

    def run_slice(self, seconds: float) -> None:
        """Run up to ``seconds`` emulated seconds: what a front end without pictures does."""
        if self.plan.frames is not None or self.recording is not None:
            self.run_frame()
            return
        left = self.seconds_left
        self._advance(seconds=seconds if left is None else min(left, seconds))
        self.check()

    @property
    def frame_seconds(self) -> float:
        """Emulated seconds of one frame of the present video mode."""
        return 1 / (self.machine.frame_rate or 70.086)

    def check(self) -> None:
        """Raise what the sound has to tell."""
        if self._sink is not None and self._sink.trouble:
            raise DosemuError(self._sink.trouble)

    def record(self, path: Path) -> None:
        """Record what is seen or heard from now on. Raises DosemuError."""
        from frontend.recording import open_recording

        self.recording = open_recording(self.machine, path)

    def end_recording(self) -> None:
        """Write the end of what is being recorded. Raises DosemuError."""
        recording, self.recording = self.recording, None
        if recording is not None:
            recording.close()

    def swap_disks(self) -> str:
        """Put the next disk into every drive that has several; what to tell the user."""
        try:
            changed = self.machine.swap()
        except DosemuError as error:
            return str(error)
        inside = ", ".join(f"{letter}: {path.name}" for letter, path in changed.items())
        return inside or "no drive has several disks (--mount A=1.img,2.img)"

    def finish(self) -> None:
        """Take pictures and states due at the end (also those the program did not live to see), end text and sound."""
        for shot in self._shots:
            screenshot(self.machine, shot.path)
            if shot.seconds is not None:
                say(f"{shot.path}: taken at the end, the program did not run for {shot.seconds:g} s")
        for shot in self._states:
            if self.machine.exited:
                say(f"{shot.path}: no state saved, the program has ended")
            else:
                self._save(self.machine, shot.path)
        self._shots, self._states = [], []
        self.end_recording()
        if self.plan.screen_text is not None:
            self._write_text(self.plan.screen_text)
        if self._looking is not None:
            self._looking.finish()
        if self._sink is not None:
            self.machine.sound.mixer.ignore(self._sink)
            self.check()

    def _write_text(self, path: Path) -> None:
        text = self.machine.screen.text()
        data = (text if text.endswith("\n") else text + "\n").encode("utf-8", "replace")
        if str(path) == "-":
            sys.stdout.buffer.write(data)
            sys.stdout.flush()
            return
        try:
            path.write_bytes(data)
        except OSError as error:
            raise DosemuError(f"cannot write the screen text {path}: {error.strerror or error}") from error

    def _needs_windows(self) -> str | None:
        """What the program is when it is one of Windows, whose stub ends with status 1."""
        from dosemu.loader.new_executable import windows_program

        path = self.machine.program_path
        try:
            with (path or Path()).open("rb") as file:
                return windows_program(file.read(0x1000))
        except OSError:  # there is none, it is a folder, or it is gone
            return None

    def status(self, stop: int | None = None) -> int:
        """The exit status, and the one line on stderr that explains it where one is needed."""
        machine = self.machine
        if self.replay_ended:
            say(f"{machine.title}: replayed {machine.clock.seconds:.1f} s, all as in the recording")
            if not machine.exited:
                return ExitStatus.OK
        if machine.exited:
            if machine.fault:
                say(f"{machine.title}: {machine.exit_reason}")
                print(machine.fault.rstrip("\n"), file=sys.stderr)
                return ExitStatus.GUEST_FAULT
            if machine.exit_code == 1 and (kind := self._needs_windows()):
                say(f"{machine.title}: {kind}; only what it says to DOS was run")
            return (machine.exit_code or 0) & 0xFF
        if stop is not None:
            return stop
        if self.limit_reached:
            limit = f"{self.plan.frames} frames" if self.frames_left == 0 else f"{self.plan.seconds:g} s"
            say(f"{machine.title}: stopped at the limit of {limit} of emulated time")
            return ExitStatus.TIME_LIMIT
        return ExitStatus.OK  # the window was closed, the hot key pressed: the user's own wish


def say(text: str) -> None:
    """One line on stderr, marked as the emulator's."""
    print(f"dosemu: {text}", file=sys.stderr, flush=True)
