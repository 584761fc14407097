"""What the samples say: medians net of start-up, ratios with their range, goals; as a table and as JSON.

>>> spread = Spread.of([2.0, 1.0, 4.0])
>>> str(spread), spread.median
('2.00 (1.00 to 4.00)', 2.0)
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from dosemu.tools.bench_programs import MEMORY_MB, STARTUP_RATIO, Program
from dosemu.tools.bench_run import Sample

OURS = "dosemu"
DYNAMIC, NORMAL = "dosbox_dynamic", "dosbox_normal"
_SHORTEST = 0.05  # CPU seconds; below it a difference to the start-up says nothing


@dataclass(frozen=True, slots=True)
class Spread:
    """A median with the least and the greatest value."""

    median: float
    least: float
    greatest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread | None:
        """None for no values."""
        return cls(median(values), min(values), max(values)) if values else None

    def __str__(self) -> str:
        if self.least == self.greatest:
            return f"{self.median:.2f}"
        return f"{self.median:.2f} ({self.least:.2f} to {self.greatest:.2f})"

    def to_json(self) -> dict[str, float]:
        return {"median": round(self.median, 4), "min": round(self.least, 4), "max": round(self.greatest, 4)}


@dataclass(frozen=True, slots=True)
class Goal:
    """What was wanted and what came: ``reached`` is None when it could not be measured."""

    text: str
    reached: bool | None


@dataclass(slots=True)
class Report:
    """All samples of a run of the benchmarks: ``samples[program name][emulator key]``, in the order they were taken."""

    programs: list[Program]
    startup: Program
    titles: dict[str, str]  # emulator key: title
    runs: int
    quick: bool = False
    versions: dict[str, str] = field(default_factory=dict)
    samples: dict[str, dict[str, list[Sample]]] = field(default_factory=dict)

    def add(self, program: str, emulator: str, sample: Sample) -> None:
        self.samples.setdefault(program, {}).setdefault(emulator, []).append(sample)

    def of(self, program: str, emulator: str) -> list[Sample]:
        return self.samples.get(program, {}).get(emulator, [])

    # --- what went wrong -------------------------------------------------------------------------

    def problem(self, program: str) -> str:
        """Why a program's figures do not count: a failed run, a wrong result, results that differ; else empty."""
        seen: dict[str, str] = {}
        for emulator, samples in self.samples.get(program, {}).items():
            for sample in samples:
                if sample.problem:
                    return f"{self.titles[emulator]}: {sample.problem}"
                if program != self.startup.name and not sample.output.endswith(" ok"):
                    return f"{self.titles[emulator]}: {sample.output or 'no output'}"
                seen.setdefault(sample.output, emulator)
        if len(seen) > 1:
            return "results differ: " + ", ".join(f"{self.titles[key]}: {text}" for text, key in seen.items())
        return ""

    @property
    def problems(self) -> list[str]:
        """One line for each program that failed."""
        names = [self.startup.name, *(program.name for program in self.programs)]
        return [f"{name}: {text}" for name in names if (text := self.problem(name))]

    @property
    def warnings(self) -> list[str]:
        """What makes the comparison doubtful."""
        ratios = [
            theirs.median / slow.median
            for program in self.programs
            if (theirs := self.net(program.name, DYNAMIC))
            and (slow := self.net(program.name, NORMAL))
            and slow.median > 0
        ]
        if ratios and min(ratios) > 0.8 and not self.quick:
            return ["DOSBox's dynamic core is nowhere faster than its normal core: it was probably not used"]
        return []

    # --- figures ---------------------------------------------------------------------------------

    def startup_cpu(self, emulator: str) -> float:
        """Median CPU seconds of the program that ends at once."""
        return median([sample.cpu_seconds for sample in self.of(self.startup.name, emulator)] or [0.0])

    def net(self, program: str, emulator: str) -> Spread | None:
        """CPU seconds less the emulator's own start-up."""
        start = self.startup_cpu(emulator)
        return Spread.of([max(sample.cpu_seconds - start, 0.0) for sample in self.of(program, emulator)])

    def ratio(self, program: str, emulator: str) -> Spread | None:
        """How many times as fast as ``emulator`` we are: run by run, CPU seconds less start-up."""
        ours, theirs = self.startup_cpu(OURS), self.startup_cpu(emulator)
        values = []
        for mine, other in zip(self.of(program, OURS), self.of(program, emulator), strict=False):
            if mine.cpu_seconds - ours < _SHORTEST or other.cpu_seconds - theirs < _SHORTEST:
                return None
            values.append((other.cpu_seconds - theirs) / (mine.cpu_seconds - ours))
        return Spread.of(values)

    def wall(self, emulator: str) -> Spread | None:
        """Wall seconds from start to exit of the program that ends at once."""
        return Spread.of([sample.wall_seconds for sample in self.of(self.startup.name, emulator)])

    def startup_ratio(self, emulator: str) -> Spread | None:
        """How many times as fast as ``emulator`` we start and leave: run by run, wall seconds."""
        pairs = zip(self.of(self.startup.name, OURS), self.of(self.startup.name, emulator), strict=False)
        return Spread.of([theirs.wall_seconds / ours.wall_seconds for ours, theirs in pairs if ours.wall_seconds > 0])

    def peak_mb(self, emulator: str) -> float:
        """The most memory any run took."""
        found = [sample.peak_mb for by_emulator in self.samples.values() for sample in by_emulator.get(emulator, [])]
        return max(found, default=0.0)

    # --- goals -----------------------------------------------------------------------------------

    def goals(self, program: Program) -> list[Goal]:
        """The goals of a program, with whether they were reached; none in quick sizes, which measure nothing."""
        if self.quick:
            return []
        goals = []
        for wanted, emulator in ((program.dynamic, DYNAMIC), (program.normal, NORMAL)):
            if wanted is not None:
                got = self.ratio(program.name, emulator)
                name = emulator.removeprefix("dosbox_")
                goals.append(Goal(f"{wanted:g} x {name}", None if got is None else got.median >= wanted))
        if program.seconds is not None:
            took = self.net(program.name, OURS)
            goals.append(Goal(f"under {program.seconds:g} s", None if took is None else took.median < program.seconds))
        return goals

    def startup_goals(self) -> list[Goal]:
        """Those of start-up time and memory."""
        got = self.startup_ratio(DYNAMIC)
        peak = self.peak_mb(OURS)
        return [
            Goal(f"start to exit {STARTUP_RATIO:g} x DOSBox", None if got is None else got.median >= STARTUP_RATIO),
            Goal(f"peak memory under {MEMORY_MB:g} MB", peak < MEMORY_MB if peak else None),
        ]

    def to_json(self) -> dict[str, Any]:
        """Everything, for a file: machine, versions, each sample, medians, ratios, goals."""

        def figures(program: Program) -> dict[str, Any]:
            emulators: dict[str, Any] = {}
            for key in self.titles:
                samples = self.of(program.name, key)
                net = self.net(program.name, key)
                ratio = self.ratio(program.name, key) if key != OURS else None
                emulators[key] = {
                    "cpu_seconds": [round(sample.cpu_seconds, 4) for sample in samples],
                    "wall_seconds": [round(sample.wall_seconds, 4) for sample in samples],
                    "peak_mb": round(max((sample.peak_mb for sample in samples), default=0.0), 1),
                    "net_cpu_seconds": net.to_json() if net else None,
                    **({"ratio": ratio.to_json() if ratio else None} if key != OURS else {}),
                }
            outputs = {sample.output for key in self.titles for sample in self.of(program.name, key)}
            return {
                "title": program.title,
                "result": outputs.pop() if len(outputs) == 1 else None,
                "problem": self.problem(program.name) or None,
                "emulators": emulators,
                "goals": [{"goal": goal.text, "reached": goal.reached} for goal in self.goals(program)],
            }

        return {
            "machine": describe_machine(),
            "versions": self.versions,
            "runs": self.runs,
            "quick": self.quick,
            "startup": {
                **figures(self.startup),
                "ratio": {
                    key: spread.to_json() for key in self.titles if key != OURS and (spread := self.startup_ratio(key))
                },
                "peak_mb": {key: round(self.peak_mb(key), 1) for key in self.titles},
                "goals": [{"goal": goal.text, "reached": goal.reached} for goal in self.startup_goals()],
            },
            "programs": {program.name: figures(program) for program in self.programs if program.name in self.samples},
            "warnings": self.warnings,
        }


def describe_machine() -> dict[str, Any]:
    """The processor, the system and Python; nothing that names this computer."""
    processor = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            processor = value.strip()
            break
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
    }
