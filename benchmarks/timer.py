"""What 1,000 timer interrupts a second cost: tests/programs/tick_1000 counts them and rests in between.

    python benchmarks/timer.py [--seconds N] [--runs N]

CPU seconds of the emulator for each emulated second with the timer at 1,000 Hz, less those with it at 18.2 Hz: as fast
as it can, in a window at the pace of real time (SDL's dummy driver), and in DOSBox, which always keeps that pace. No
figure is asserted; docs/benchmarks.md holds what was measured.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from dosemu.tools.bench_run import Dosemu, Sample, measure
from dosemu.tools.dosbox import BARE, DUMMY_DRIVERS, configuration, merged, mount

PROGRAM = Path(__file__).resolve().parent.parent / "tests" / "programs" / "tick_1000" / "main.com"
CYCLES = 3000


def in_dosbox(argument: str, folder: Path) -> Sample:
    """Run the program in DOSBox."""
    cpu = {"cpu": {"core": "dynamic", "cycles": f"fixed {CYCLES}"}}
    conf = folder / "dosbox.conf"
    conf.write_text(configuration(merged(BARE, cpu), [mount("c", folder), "c:", f"main.com {argument}", "exit"]))
    return measure(["dosbox", "-conf", conf], folder, os.environ | DUMMY_DRIVERS)


def ways(folder: Path) -> dict[str, Callable[[str], Sample]]:
    """How the program is run, by title."""

    def here(display: str) -> Callable[[str], Sample]:
        emulator = Dosemu(("--cycles", str(CYCLES), "--sound", "none"), display=display)
        return lambda argument: emulator.run(PROGRAM, argument)

    return {
        "dosemu, no window": here("none"),
        "dosemu, real time": here("sdl"),
        "DOSBox, real time": lambda argument: in_dosbox(argument, folder),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    seconds = min(options.seconds, 60)
    costs: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        shutil.copy(PROGRAM, folder)
        for _ in range(options.runs):
            for title, run in ways(folder).items():
                samples = [run(f"{seconds}{pace}") for pace in ("", "s")]
                if problem := samples[0].problem or samples[1].problem:
                    raise SystemExit(f"{title}: {problem}")
                fast, slow = (sample.cpu_seconds for sample in samples)
                costs.setdefault(title, []).append((fast / seconds, (fast - slow) / seconds))
    for title, pairs in costs.items():
        whole, more = (median(values) * 100 for values in zip(*pairs, strict=True))
        print(f"{title:<20}{whole:>7.2f} % of a core, of which {more:.2f} for the interrupts")


if __name__ == "__main__":
    main()
