"""Sound here and in DOSBox: the same programs recorded in both and compared, what playing costs, and the drift.

    python benchmarks/sound.py compare [NAME...]     guest programs of tests/programs: pitch, envelope
    python benchmarks/sound.py speed [--seconds N] [--runs N]
                                             CPU seconds of OPL3 and 22 kHz stereo playing, here and in DOSBox
    python benchmarks/sound.py drift [--minutes N]   the picture's frames against the sound's samples

DOSBox plays through SDL's disk driver, which takes the place of a sound card: it pulls samples in real time, so its
tones are right to about 1 %. No figure here is asserted; docs/sound.md holds what was measured.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
import tomllib
import wave
from collections.abc import Callable
from operator import sub
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from dosemu.tools.bench_run import Dosemu, Sample, measure
from dosemu.tools.compare.sound import likeness
from dosemu.tools.dosbox import BARE, DUMMY_DRIVERS, configuration, merged, mount, recorded

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "tests" / "programs"
RATE = 44_100
CYCLES = 20_000
RAW = "out.raw"
COMPARED = (
    "sound_speaker", "sound_pwm", "sound_adlib", "sound_sb_single", "sound_sb_auto", "sound_both", "sound_tandy",
    "sound_cms", "sound_covox", "sound_disney", "sound_gus",
)  # fmt: skip
_DEVICES = {
    "cpu": {"core": "dynamic", "cycles": f"fixed {CYCLES}"},
    "gus": {"gus": "true"}, "speaker": {"pcspeaker": "true", "tandy": "on", "disney": "true"},
}  # fmt: skip


def settings_of(program: str) -> list[str]:
    """--set options for what the program's test.toml asks for."""
    path = PROGRAMS / program / "test.toml"
    chosen = tomllib.loads(path.read_text())["settings"] if path.is_file() else {}
    words = (str(value).lower() if isinstance(value, bool) else str(value) for value in chosen.values())
    return [part for name, word in zip(chosen, words, strict=True) for part in ("--set", f"{name}={word}")]


def run_here(program: str, sound: str, argument: str = "") -> Sample:
    """Run a guest program in dosemu."""
    options = ("--cycles", str(CYCLES), "--sound", sound, "--set", f"sound.rate={RATE}", *settings_of(program))
    return checked(Dosemu(options).run(PROGRAMS / program / "main.com", argument))


def run_dosbox(program: str, folder: Path, argument: str = "", *, silent: bool = False) -> Sample:
    """Run a guest program in DOSBox; its raw samples are in ``folder / RAW``."""
    (folder / "c").mkdir(exist_ok=True)
    shutil.copy(PROGRAMS / program / "main.com", folder / "c")
    (folder / RAW).unlink(missing_ok=True)
    sections, environment = recorded(folder / RAW, RATE)
    cms = program == "sound_cms"
    chosen = {
        "sblaster": {"sbtype": "gb" if cms else "sb16", "oplmode": "cms" if cms else "auto"},
        "mixer": {"nosound": str(silent).lower()},
    }  # fmt: skip
    conf = folder / "dosbox.conf"
    conf.write_text(configuration(merged(BARE, _DEVICES, sections, chosen),
                                  [mount("c", folder / "c"), "c:", f"main.com {argument}", "exit"]))  # fmt: skip
    return checked(measure(["dosbox", "-conf", conf], folder, os.environ | DUMMY_DRIVERS | environment))


def checked(sample: Sample) -> Sample:
    """The sample of a run that went well."""
    if sample.problem:
        raise SystemExit(sample.problem)
    return sample


def compare(names: list[str]) -> None:
    """Record each program in both and say how alike they are."""
    print(f"{'program':<18}{'here, Hz':>10}{'DOSBox, Hz':>12}{'envelope':>10}{'here, s':>9}{'DOSBox, s':>11}")
    for name in names or COMPARED:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            run_here(name, f"wav={folder / 'here.wav'}")
            with wave.open(str(folder / "here.wav")) as file:
                ours = np.frombuffer(file.readframes(file.getnframes()), "<i2")[::2].astype(float)
            run_dosbox(name, folder)
            theirs = np.fromfile(folder / RAW, "<i2")[::2].astype(float)
        result = likeness(ours, theirs, RATE)
        print(f"{name:<18}{result.tones[0]:>10.1f}{result.tones[1]:>12.1f}{result.correlation:>10.3f}"
              f"{result.seconds[0]:>9.2f}{result.seconds[1]:>11.2f}")  # fmt: skip


def speed(seconds: int, runs: int) -> None:
    """OPL3 and 22 kHz stereo, in both: CPU seconds for each emulated second, less those of a run of one second."""
    name = "sound_both"
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        ways: dict[str, Callable[[str], Sample]] = {
            "dosemu, wav": lambda words: run_here(name, f"wav={folder / 'here.wav'}", words),
            "dosemu, unheard": lambda words: run_here(name, "none", words),
            "DOSBox": lambda words: run_dosbox(name, folder, words),
            "DOSBox, nosound": lambda words: run_dosbox(name, folder, words, silent=True),
        }
        for busy in ("", "b"):
            # In turn, so that what else the computer does meets all of them.
            costs: dict[str, list[float]] = {title: [] for title in ways}
            for _ in range(runs):
                for title, run in ways.items():
                    long, short = (run(f"{n}{busy}").cpu_seconds for n in (seconds + 1, 1))
                    costs[title].append((long - short) / seconds)
            print(f"the program {'computes' if busy else 'rests'} between interrupts, {CYCLES} cycles a millisecond")
            for title, each in costs.items():
                middle = median(each)
                print(f"  {title:<18}{middle * 100:>7.2f} % of a core ({min(each) * 100:.2f} to {max(each) * 100:.2f})"
                      f" {1 / middle:>8.1f} emulated seconds a CPU second")  # fmt: skip
            ratios = [theirs / ours for ours, theirs in zip(costs["dosemu, wav"], costs["DOSBox"], strict=True)]
            mixing = median(map(sub, costs["dosemu, wav"], costs["dosemu, unheard"]))
            print(f"  {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) times DOSBox; "
                  f"mixing is {mixing * 100:.2f} % of a core")  # fmt: skip


def drift(minutes: float) -> None:
    """Where sample and frame are after a while, by their own counts."""
    from dosemu.machine import Machine
    from hw.mixer import Collector

    count = frames = 0

    def take(block: NDArray[np.int16]) -> None:
        nonlocal count
        count += len(block)

    with Machine(PROGRAMS / "endless" / "main.com") as machine:
        machine.sound.mixer.listen(Collector(take))
        rate, per_second = machine.settings.sound.rate, machine.frame_rate
        began = time.process_time()
        while machine.clock.seconds < minutes * 60:
            machine.run(frames=70)
            frames += 70
        machine.sound.mixer.close()
        print(
            f"{machine.clock.seconds:.3f} s: sound {count / rate:.6f} s, {frames} frames {frames / per_second:.6f} s,"
        )
        print(f"{time.process_time() - began:.1f} CPU seconds")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("compare").add_argument("names", nargs="*")
    measured = commands.add_parser("speed")
    measured.add_argument("--seconds", type=int, default=10)
    measured.add_argument("--runs", type=int, default=3)
    commands.add_parser("drift").add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    if options.command == "compare":
        compare(options.names)
    elif options.command == "speed":
        speed(options.seconds, options.runs)
    else:
        drift(options.minutes)


if __name__ == "__main__":
    main()
