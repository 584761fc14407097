"""The benchmark programs and what each should reach: ``benchmarks/benchmarks.toml`` beside ``benchmarks/programs``.

>>> [p.title for p in load(FOLDER) if p.name == "sieve16"]
['16-bit byte sieve']
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from dosemu.errors import DosemuError

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
EMPTY = "empty"  # the program that ends at once: what starting and leaving costs
STARTUP_RATIO = 2.0  # DOSBox's wall time from start to exit over ours, at least
MEMORY_MB = 150.0  # peak resident set, at most


class BenchError(DosemuError):
    """The benchmarks cannot be run as asked."""


@dataclass(frozen=True, slots=True)
class Program:
    """One benchmark: its file, its name in the table, and its goals (None: only measured)."""

    name: str
    title: str
    path: Path
    dynamic: float | None = None  # times as fast as DOSBox core=dynamic, at least
    normal: float | None = None  # times as fast as DOSBox core=normal, at least
    seconds: float | None = None  # CPU seconds, at most
    client: bool = False  # of a DPMI host, which DOSBox must be given


def load(folder: Path) -> list[Program]:
    """The programs declared in ``folder``; raises BenchError when it holds none."""
    try:
        text = (folder / "benchmarks.toml").read_text(encoding="utf-8")
    except OSError:
        raise BenchError(
            "no benchmark programs here: they are in the source tree (--programs names their folder)"
        ) from None
    programs = []
    for name, entry in tomllib.loads(text).items():
        path = folder / "programs" / f"{name}.com"
        if not path.is_file():
            raise BenchError(f"{path.name} is missing in {folder.name}/programs")
        programs.append(Program(name, entry.pop("title"), path, **entry))
    return programs


def empty(folder: Path) -> Program:
    """The program that ends at once."""
    return Program(EMPTY, "start to exit", folder / "programs" / f"{EMPTY}.com")


def choose(programs: list[Program], names: list[str]) -> list[Program]:
    """Those named; raises BenchError for a name there is not."""
    known = {program.name for program in programs}
    for name in names:
        if name not in known:
            raise BenchError(f"{name}: no such benchmark; there are {', '.join(sorted(known))}")
    return [program for program in programs if not names or program.name in names]
