"""What 1,000 timer interrupts a second cost: tests/programs/tick_1000 counts them and rests in between.

    python benchmarks/timer.py [--seconds N] [--runs N]

CPU seconds of the emulator for each emulated second with the timer at 1,000 Hz, less those with it at 18.2 Hz: as fast
as it can, in a window at the pace of real time (SDL's dummy driver), and in DOSBox, which always keeps that pace. No
figure is asserted; docs/benchmarks.md holds what was measured.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import median

from dosemu.tools.bench_run import DosBox, Dosemu, Emulator

PROGRAM = Path(__file__).resolve().parent.parent / "tests" / "programs" / "tick_1000" / "main.com"
CYCLES = 3000
HERE = ("--cycles", str(CYCLES), "--sound", "none")
WAYS: dict[str, Emulator] = {
    "dosemu, no window": Dosemu(HERE),
    "dosemu, real time": Dosemu(HERE, display="sdl"),
    "DOSBox, real time": DosBox(Path("dosbox"), "dynamic", cycles=f"fixed {CYCLES}"),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    seconds = min(options.seconds, 60)
    costs: dict[str, list[tuple[float, float]]] = {}
    for _ in range(options.runs):
        for title, emulator in WAYS.items():
            samples = [emulator.run(PROGRAM, f"{seconds}{pace}") for pace in ("", "s")]
            if problem := samples[0].problem or samples[1].problem:
                raise SystemExit(f"{title}: {problem}")
            fast, slow = (sample.cpu_seconds for sample in samples)
            costs.setdefault(title, []).append((fast / seconds, (fast - slow) / seconds))
    for title, pairs in costs.items():
        whole, more = (median(values) * 100 for values in zip(*pairs, strict=True))
        print(f"{title:<20}{whole:>7.2f} % of a core, of which {more:.2f} for the interrupts")


if __name__ == "__main__":
    main()
