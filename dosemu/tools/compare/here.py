"""Running a case here: in a process of its own, with the frames around each time compared as they come."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dosemu.batch import Limits, Row, supervise
from dosemu.machine import Machine
from dosemu.runs import outcome
from dosemu.settings import Settings
from dosemu.tools.compare.cases import Case, CompareError
from dosemu.tools.compare.files import changes, read_tree
from dosemu.tools.compare.pictures import Frame, Match, Nearest
from dosemu.tools.compare.results import Ending
from dosemu.tools.compare.sound import Mono
from hw.mixer import Collector

RATE = 44_100
WINDOW_SECONDS = 0.5  # emulated, before and behind the time of a picture
_SLICE_SECONDS = 0.1
_HOST_SECONDS, _HOST_SECONDS_EACH = 120.0, 30.0  # the host's for a run, and for each emulated second of it
_TEXT_MODES = (2, 3, 7)


@dataclass(frozen=True, slots=True)
class Run:
    """What a run here left; ``sound`` is mono at RATE."""

    ending: Ending
    matches: list[Match | None]
    sound: Mono
    text_only: bool  # it ended by itself and never left the usual text mode


def settings_of(case: Case, drive: Path) -> Settings:
    """The machine of a case, with ``drive`` as C:. Raises SettingsError."""
    changed: dict[str, Any] = {
        "machine.type": case.machine, "cpu.cycles": case.cycles, "sound.rate": RATE,
        "mounts": {"C": _mount(drive)}, **case.settings,
    }  # fmt: skip
    return Settings().with_(**changed)


def _mount(drive: Path) -> Any:
    from dosemu.mounts import MountSpec

    return MountSpec("C", drive)


def run(case: Case, program: Path, drive: Path, *, redirect: bool,
        pictures: Sequence[tuple[float, Sequence[Frame]]] = ()) -> Run:  # fmt: skip
    """Run a case; ``pictures`` are times and what DOSBox showed then. Raises what ``Machine`` raises."""
    before = read_tree(drive)
    nearest = [(seconds, Nearest(theirs)) for seconds, theirs in pictures]
    blocks: list[NDArray[np.int16]] = []
    cpu = 0.0
    text_only = True
    stdin = case.stdin.encode("cp437", "replace") if redirect else None
    with Machine(program, case.args, settings=settings_of(case, drive), stdio=redirect, stdin=stdin) as machine:
        if case.sound:
            machine.sound.mixer.listen(Collector(lambda block: blocks.append(block.copy())))
        machine.keyboard.schedule(case.keys)
        token = None
        frame: Frame | None = None
        while not machine.exited and (left := case.seconds - machine.clock.seconds) > 1e-9:
            near = [each for seconds, each in nearest if abs(seconds - machine.clock.seconds) <= WINDOW_SECONDS]
            began = time.process_time()
            if near:
                machine.run(frames=1, seconds=left)
            else:
                machine.run(seconds=min(left, _SLICE_SECONDS))
            cpu += time.process_time() - began
            text_only = text_only and machine.screen.mode in _TEXT_MODES
            if any(not each.perfect for each in near):
                if frame is None or machine.screen.changed_since(token):
                    token, frame = machine.screen.token(), machine.screen.frame.copy()
                _offer(near, frame, machine)
        # What is left on the screen at the end stands for all times behind it.
        late = [each for seconds, each in nearest if seconds >= machine.clock.seconds - WINDOW_SECONDS]
        _offer(late, machine.screen.frame, machine)
        if case.sound:
            machine.sound.mixer.close()
        status, reason = outcome(machine)
        ending = Ending(
            status if machine.exited else None, reason, machine.clock.seconds, cpu,
            machine.stdout if redirect else None, changes(before, read_tree(drive)), machine.screen.text(),
        )  # fmt: skip
        text_only = text_only and machine.exited
    sound = np.concatenate(blocks).astype(np.float64).mean(axis=1) if blocks else np.zeros(0)
    matches = [None if each.best is None else Match.of(each.best) for _, each in nearest]
    return Run(ending, matches, sound, text_only)


def _offer(nearest: Sequence[Nearest], frame: Frame, machine: Machine) -> None:
    for each in nearest:
        each.offer(frame, machine.clock.seconds, text=machine.screen.is_text)


def run_apart(case: Case, program: Path, drive: Path, *, redirect: bool,
              pictures: Sequence[tuple[float, Sequence[Frame]]] = ()) -> Run:  # fmt: skip
    """``run`` in a process of its own. Raises CompareError when that fails, runs out of time or dies."""
    job = partial(_job, case, drive=drive, redirect=redirect, pictures=pictures)
    row: Row = supervise(job, program, Limits(_HOST_SECONDS + _HOST_SECONDS_EACH * case.seconds, 4096))
    if not isinstance(row.value, Run):
        raise CompareError(f"{case.name}: not run here: {row.outcome.value} {row.detail}".rstrip())
    return row.value


def _job(case: Case, program: Path, **options: Any) -> Run:
    return run(case, program, **options)
