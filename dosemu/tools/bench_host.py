"""What PC this computer is: instructions a host's millisecond, how cost grows with time and machines, and BYTEmark.

Instructions per CPU millisecond are the DOSBox "cycles" that can be held; each has a class of PC
(``dosemu.cpu_speeds``).

>>> Rate("integer", "sieve", 26_000).pc
'486dx2-66'
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dosemu.cpu_speeds import class_of
from dosemu.machine import Machine
from dosemu.pace import FIXED_CYCLES
from dosemu.tools.bench_programs import BenchError, Program

# Of the benchmark programs, those that are one kind of work alone.
KERNELS = {
    "integer, 16 bits": "sieve16",
    "integer, 32 bits": "flat32",
    "memory": "sieve32",
    "stack": "pushpop",
    "floating point": "float32",
    "mixed": "mix32",
}
SECONDS = (1, 10, 100, 1000)  # emulated
MACHINES = (1, 2, 4, 8, 16, 32)
_QUICK_SECONDS = (1, 2, 4)
_QUICK_MACHINES = (1, 2, 4)
_SLICE_SECONDS = 1 / 70
_NBENCH_SECONDS = 3600.0  # emulated, at most
# Counts in a loop between its reads of the timer tick, as a program does that computes and looks at the time.
_BUSY = bytes.fromhex("b84000 8ed8 b9e803 01c3 11d6 31de e2f8 a16c00 ebf0")
_INDEX = re.compile(rb"(memory|integer|floating[- ]point)\s+index\s*:\s*([0-9.]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rate:
    """How fast one kind of work is: instructions per CPU millisecond of the host, and the PC that is."""

    work: str
    program: str
    cycles: float

    @property
    def pc(self) -> str:
        return class_of(self.cycles)


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds for so many machines that each run so many emulated seconds; ``memory_mb`` is what they take."""

    machines: int
    seconds: float
    cpu_seconds: float
    memory_mb: float = 0.0

    @property
    def each(self) -> float:
        """CPU seconds for an emulated second of one machine."""
        return self.cpu_seconds / (self.machines * self.seconds)


@dataclass(frozen=True, slots=True)
class Indexes:
    """BYTEmark's indexes by name as a PC of this host's full speed would have them."""

    values: dict[str, float]
    emulated_seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class HostReport:
    """All of it; ``nbench`` None where no program was given."""

    rates: list[Rate]
    by_time: list[Cost]
    by_machines: list[Cost]
    nbench: Indexes | None = None

    @property
    def cycles(self) -> float:
        """Cycles that all kinds of work hold: those of the slowest."""
        return min(rate.cycles for rate in self.rates)

    def to_json(self) -> dict[str, Any]:
        return {
            "cycles": round(self.cycles),
            "pc": class_of(self.cycles),
            "kernels": [{**asdict(rate), "cycles": round(rate.cycles), "pc": rate.pc} for rate in self.rates],
            "by_time": [asdict(cost) | {"cpu_seconds_each": round(cost.each, 6)} for cost in self.by_time],
            "by_machines": [asdict(cost) | {"cpu_seconds_each": round(cost.each, 6)} for cost in self.by_machines],
            "nbench": None if self.nbench is None else asdict(self.nbench),
        }


def measure_rate(work: str, program: Program, *, quick: bool) -> Rate:
    """Run a benchmark program to its end. Raises BenchError when it gave a wrong result."""
    with Machine(program.path, ["q"] if quick else [], stdio=True) as machine:
        before = machine.clock.cycles
        began = time.process_time()
        machine.run()
        took = time.process_time() - began
        if not machine.stdout.strip().endswith(b" ok"):
            raise BenchError(f"{program.name}: {machine.stdout.decode('cp437').strip() or 'no output'}")
        return Rate(work, program.name, (machine.clock.cycles - before) / max(took, 1e-4) / 1000)


def _resident_mb() -> float:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def measure_cost(machines: int, seconds: float) -> Cost:
    """Run machines that compute all the time, one frame each in turn, at the fixed number of cycles."""
    before = _resident_mb()
    running: list[Machine] = []
    with tempfile.TemporaryDirectory(prefix="dosemu-bench-") as folder:
        program = Path(folder, "BUSY.COM")
        program.write_bytes(_BUSY)
        try:
            running += [Machine(program, cycles=FIXED_CYCLES) for _ in range(machines)]
            began = time.process_time()
            if machines == 1:
                running[0].run(seconds=seconds)
            else:
                for _ in range(round(seconds / _SLICE_SECONDS)):
                    for machine in running:
                        machine.run(seconds=_SLICE_SECONDS)
            took = time.process_time() - began
            return Cost(machines, seconds, took, round(max(_resident_mb() - before, 0.0), 1))
        finally:
            for machine in running:
                machine.close()


def run_nbench(path: Path) -> Indexes:
    """Run BYTEmark for DOS, whose indexes are by the guest's clock, and bring them to the host's full speed.

    Raises BenchError when it prints no index, and what ``Machine`` raises.
    """
    with Machine(path, stdio=True, overlay=True) as machine:
        began = time.process_time()
        machine.run(seconds=_NBENCH_SECONDS)
        took = max(time.process_time() - began, 1e-4)
        emulated = machine.clock.seconds
        output = machine.stdout
    faster = emulated / took
    found = {
        f"{name.decode().lower().replace('-', ' ')} index": round(float(value) * faster, 3)
        for name, value in _INDEX.findall(output)
    }
    if not found:
        said = output.decode("cp437").strip().splitlines()
        raise BenchError(f"{path.name}: no BYTEmark index in its output" + (f": {said[-1]}" if said else ""))
    return Indexes(found, emulated, took)


def measure_host(
    programs: Sequence[Program], say: Callable[[str], None], *, quick: bool, nbench: Path | None = None
) -> HostReport:
    """Measure all; ``programs`` are the benchmark programs. Raises BenchError."""
    by_name = {program.name: program for program in programs}
    rates, by_time, by_machines = [], [], []
    for work, name in KERNELS.items():
        if name in by_name:
            say(f"instructions a millisecond: {work}")
            rates.append(measure_rate(work, by_name[name], quick=quick))
    if not rates:
        raise BenchError(f"none of the programs {', '.join(KERNELS.values())} is there")
    measure_cost(1, 0.2)  # uncounted: what is loaded and translated once
    for seconds in _QUICK_SECONDS if quick else SECONDS:
        say(f"one machine for {seconds} emulated seconds")
        by_time.append(measure_cost(1, seconds))
    for count in _QUICK_MACHINES if quick else MACHINES:
        say(f"{count} machines")
        by_machines.append(measure_cost(count, 0.2 if quick else 5))
    if nbench is not None:
        say("BYTEmark")
    return HostReport(rates, by_time, by_machines, None if nbench is None else run_nbench(nbench))
