"""What a comparison found: one mark for each thing that was compared, and all that is behind it; as JSON too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from dosemu.tools.compare.cases import Case
from dosemu.tools.compare.files import FileDifference
from dosemu.tools.compare.pictures import Match
from dosemu.tools.compare.sound import SLICES, SoundMatch

_STDOUT_CHARACTERS = 10_000  # in the JSON
SAME_DOTS, CLOSE_DOTS = 0.995, 0.9  # of all
SAME_DRAWN, CLOSE_DRAWN = 0.95, 0.5  # of those that are not background
SAME_SOUND, CLOSE_SOUND = 0.9, 0.6
_SHORTEST = 0.05  # CPU seconds that say something: DOSBox's are counted in hundredths
SAME_PITCH = 0.03  # DOSBox's disk driver is right to about 1 %


class Mark(StrEnum):
    """How alike the two are; the later is the worse."""

    NONE = "not compared"
    SAME = "same"
    CLOSE = "close"
    DIFFERENT = "different"
    FAILED = "failed"


def worst(marks: Sequence[Mark]) -> Mark:
    """The worst of some marks.

    >>> worst([Mark.SAME, Mark.DIFFERENT, Mark.NONE]).value
    'different'
    """
    order = list(Mark)
    return max(marks, key=order.index, default=Mark.NONE)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended in one emulator: ``status`` None when the limit came first; CPU seconds of the host."""

    status: int | None
    reason: str
    seconds: float  # emulated here, the host's in DOSBox
    cpu_seconds: float
    stdout: bytes | None = None  # None: it went to the screen
    changed: dict[str, bytes | None] = field(default_factory=dict)
    screen: str = ""  # of text modes, ours alone can tell
    status_known: bool = True


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture's time and the nearest frame here; None when there was nothing to compare."""

    seconds: float
    match: Match | None

    @property
    def mark(self) -> Mark:
        if self.match is None:
            return Mark.NONE
        equal, drawn = self.match.equal, self.match.drawn
        if equal >= SAME_DOTS and drawn >= SAME_DRAWN:
            return Mark.SAME
        return Mark.CLOSE if equal >= CLOSE_DOTS and drawn >= CLOSE_DRAWN else Mark.DIFFERENT


@dataclass(slots=True)
class Result:
    """All that was found for one case. With ``problem`` it could not be compared."""

    case: Case
    problem: str = ""
    redirected: bool = False
    ours: Ending | None = None
    theirs: Ending | None = None
    shots: list[Shot] = field(default_factory=list)
    sound: SoundMatch | None = None
    output_difference: str = ""
    files: list[FileDifference] = field(default_factory=list)
    lag_seconds: float | None = None  # the host's time less the ticks that DOSBox counted

    @property
    def pictures_mark(self) -> Mark:
        return worst([shot.mark for shot in self.shots])

    @property
    def ending_mark(self) -> Mark:
        if self.ours is None or self.theirs is None:
            return Mark.NONE
        ours, theirs = self.ours.status, self.theirs.status
        if None not in (ours, theirs) and not self.theirs.status_known:
            return Mark.NONE
        return Mark.SAME if ours == theirs else Mark.DIFFERENT

    @property
    def output_mark(self) -> Mark:
        if not self.redirected or self.ours is None or self.theirs is None:
            return Mark.NONE
        return Mark.SAME if self.ours.stdout == self.theirs.stdout else Mark.DIFFERENT

    @property
    def files_mark(self) -> Mark:
        if self.ours is None or self.theirs is None:
            return Mark.NONE
        return Mark.DIFFERENT if self.files else Mark.SAME

    @property
    def sound_mark(self) -> Mark:
        if self.sound is None:
            return Mark.NONE
        if all(self.sound.silent):
            return Mark.SAME
        first, second = self.sound.likeness.tones
        pitch = abs(first - second) <= SAME_PITCH * max(first, second, 1)
        if self.sound.likeness.correlation >= SAME_SOUND and pitch:
            return Mark.SAME
        return Mark.CLOSE if self.sound.likeness.correlation >= CLOSE_SOUND else Mark.DIFFERENT

    @property
    def worst_shot(self) -> Shot | None:
        """The picture that differs most."""
        return min((shot for shot in self.shots if shot.match), key=lambda shot: shot.match.equal, default=None)  # type: ignore[union-attr]

    @property
    def cpu_ratio(self) -> float | None:
        """How many times as many CPU seconds DOSBox took; None for runs too short to say."""
        if self.ours is None or self.theirs is None or min(self.ours.cpu_seconds, self.theirs.cpu_seconds) < _SHORTEST:
            return None
        return self.theirs.cpu_seconds / self.ours.cpu_seconds

    @property
    def marks(self) -> dict[str, Mark]:
        """By what was compared, in the order of the report."""
        return {
            "pictures": self.pictures_mark, "output": self.output_mark, "files": self.files_mark,
            "exit": self.ending_mark, "sound": self.sound_mark,
        }  # fmt: skip

    @property
    def mark(self) -> Mark:
        """The worst of all."""
        return Mark.FAILED if self.problem else worst(list(self.marks.values()))

    def to_json(self) -> dict[str, Any]:
        """All figures; pictures are left to the page."""
        case = self.case
        found: dict[str, Any] = {
            "name": case.name, "program": case.program.name, "args": list(case.args), "keys": case.keys,
            "machine": case.machine, "cycles": case.cycles, "seconds": case.seconds,
            "settings": dict(case.settings), "dosbox_settings": dict(case.dosbox), "stdin": case.stdin or None,
            "mark": self.mark.value, "problem": self.problem or None,
            "marks": {name: mark.value for name, mark in self.marks.items()}, "redirected": self.redirected,
            "dosbox_lag_seconds": None if self.lag_seconds is None else round(self.lag_seconds, 2),
            "cpu_ratio": None if self.cpu_ratio is None else round(self.cpu_ratio, 2),
        }  # fmt: skip
        for key, ending in (("dosemu", self.ours), ("dosbox", self.theirs)):
            found[key] = None if ending is None else {
                "status": ending.status if ending.status_known else None,
                "reason": ending.reason, "seconds": round(ending.seconds, 3),
                "cpu_seconds": round(ending.cpu_seconds, 3),
                "stdout": None if ending.stdout is None else ending.stdout.decode("cp437")[:_STDOUT_CHARACTERS],
                "changed": {name: None if data is None else len(data) for name, data in ending.changed.items()},
                "screen": ending.screen or None,
            }  # fmt: skip
        found["pictures"] = [
            {
                "seconds": shot.seconds, "mark": shot.mark.value,
                "equal": None if shot.match is None else round(shot.match.equal, 5),
                "drawn": None if shot.match is None else round(shot.match.drawn, 5),
                "our_seconds": None if shot.match is None else round(shot.match.seconds, 3),
                "size": None if shot.match is None else [shot.match.width, shot.match.height],
            }
            for shot in self.shots
        ]  # fmt: skip
        found["sound"] = None if self.sound is None else {
            "correlation": round(self.sound.likeness.correlation, 4),
            "tones_hz": [round(value, 1) for value in self.sound.likeness.tones],
            "sounding_seconds": [round(value, 2) for value in self.sound.likeness.seconds],
            "silent": list(self.sound.silent), "envelope_seconds": 1 / SLICES,
            "envelopes": {"dosemu": self.sound.ours, "dosbox": self.sound.theirs},
        }  # fmt: skip
        found["output_difference"] = self.output_difference or None
        found["files"] = [{"name": each.name, "difference": each.text} for each in self.files]
        return found


def count(results: Sequence[Result]) -> dict[Mark, int]:
    """How many programs have which mark, those that there are.

    >>> count([])
    {}
    """
    found = {mark: sum(result.mark is mark for result in results) for mark in Mark}
    return {mark: number for mark, number in found.items() if number}


def to_json(results: Sequence[Result], dosbox: str) -> dict[str, Any]:
    """A whole report: versions, totals, all figures."""
    try:
        release = version("dosemu")
    except PackageNotFoundError:
        release = "?"
    return {
        "dosemu": release, "dosbox": dosbox, "programs": len(results),
        "totals": {mark.value: number for mark, number in count(results).items()},
        "results": [result.to_json() for result in results],
    }  # fmt: skip
