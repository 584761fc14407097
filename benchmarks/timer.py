"""What 1,000 timer interrupts a second cost: tests/programs/tick_1000 counts them and rests in between.

    python benchmarks/timer.py [--seconds N] [--runs N]

CPU seconds of the emulator for each emulated second with the timer at 1,000 Hz, less those with it at 18.2 Hz: as fast
as it can, in a window at the pace of real time (SDL's dummy driver), and in DOSBox, which always keeps that pace. No
figure is asserted; docs/benchmarks.md holds what was measured.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "tests" / "programs" / "tick_1000" / "main.com"
CYCLES = 3000
_CONFIGURATION = """\
[sdl]
output=surface
[render]
frameskip=10
[cpu]
core=dynamic
cycles=fixed {cycles}
[mixer]
nosound=true
[joystick]
joysticktype=none
[autoexec]
@echo off
mount c "{folder}"
c:
main.com {argument}
exit
"""


def cost(command: list[str], folder: Path) -> float:
    """CPU seconds of a command."""
    environment = os.environ | {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=environment, check=True, timeout=300,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def commands(argument: str, folder: Path) -> dict[str, list[str]]:
    """How each way runs the program."""
    (folder / "dosbox.conf").write_text(_CONFIGURATION.format(cycles=CYCLES, folder=folder, argument=argument))
    here = [sys.executable, "-m", "dosemu", "--cycles", str(CYCLES), "--sound", "none"]
    return {
        "dosemu, no window": [*here, "--display", "none", str(PROGRAM), argument],
        "dosemu, real time": [*here, "--display", "sdl", str(PROGRAM), argument],
        "DOSBox, real time": ["dosbox", "-conf", str(folder / "dosbox.conf")],
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
            for title in commands("1", folder):
                fast, slow = (cost(commands(f"{seconds}{pace}", folder)[title], folder) for pace in ("", "s"))
                costs.setdefault(title, []).append((fast / seconds, (fast - slow) / seconds))
    for title, pairs in costs.items():
        whole, more = (median(values) * 100 for values in zip(*pairs, strict=True))
        print(f"{title:<20}{whole:>7.2f} % of a core, of which {more:.2f} for the interrupts")


if __name__ == "__main__":
    main()
