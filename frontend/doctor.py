"""``dosemu doctor``: what this installation can do, and what to do about the rest.

The exit status is 0 when programs can run; what is missing for a window, sound or the benchmarks is advice.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from platformdirs import user_config_path
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dosemu.errors import DosemuError, SettingsError
from dosemu.exit_status import ExitStatus
from dosemu.settings import FILE_NAME, Settings
from frontend.demo import DEMO


class State(Enum):
    """How a check came out, and how it is shown."""

    GOOD = ("yes", "green")
    MISSING = ("no", "yellow")  # something optional
    BROKEN = ("NO", "bold red")  # programs cannot run


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; ``advice`` says what to do where something is missing."""

    subject: str
    state: State
    detail: str
    advice: str = ""


def python() -> Finding:
    """The Python that runs this."""
    return Finding("Python", State.GOOD, f"{platform.python_version()} on {platform.machine()}, {sys.executable}")


def package() -> Finding:
    """The version, and where it is installed."""
    try:
        installed = version("dosemu")
    except PackageNotFoundError:
        installed = "not installed, run from a checkout"
    return Finding("dosemu", State.GOOD, f"{installed}, {Path(__file__).resolve().parent.parent}")


def engine() -> Finding:
    """The CPU library, and what it was built from."""
    try:
        from dosemu.cpu.engine import build_info

        built = build_info()
    except (ImportError, OSError, ValueError) as error:
        return Finding("CPU engine", State.BROKEN, str(error), "build it: make setup, or pip install . in the checkout")
    return Finding(
        "CPU engine",
        State.GOOD,
        f"Unicorn {built.get('unicorn')} with {built.get('edits')} edits, {built.get('machine')}, "
        f"{built.get('compiler')}, {built.get('fingerprint')}",
    )


def programs() -> Finding:
    """Whether a program runs: the bundled demo does, in memory."""
    try:
        from dosemu.machine import Machine

        with Machine(DEMO, stdio=True) as machine:
            machine.run(seconds=10)
            good = machine.exited and machine.exit_code == 0 and machine.stdout.startswith(b"This is dosemu")
    except (DosemuError, ImportError, OSError) as error:
        return Finding("programs run", State.BROKEN, str(error), "see the line above")
    if not good:
        return Finding(
            "programs run", State.BROKEN, f"the demo ended wrongly: {machine.exit_reason}", "rebuild: make setup"
        )
    return Finding("programs run", State.GOOD, "the bundled demo did")


def display() -> Finding:
    """SDL, and whether a window can be opened."""
    try:
        from frontend.sdl.picture import drivers, reachable, sdl_version
    except DosemuError as error:
        return Finding("window", State.MISSING, str(error), "pip install pysdl2-dll")
    known = f"SDL {sdl_version()}, drivers {', '.join(drivers())}"
    with quiet_stderr():
        opened = reachable()
    where = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    if opened:
        return Finding("window", State.GOOD, f"display {where or 'of the system'}; {known}")
    problem = f"display {where} cannot be opened" if where else "no display (DISPLAY and WAYLAND_DISPLAY are not set)"
    return Finding("window", State.MISSING, f"{problem}; {known}", "--display terminal or none work without one")


def terminal() -> Finding:
    """The terminal, by what it says of itself."""
    kind, colours = os.environ.get("TERM", ""), os.environ.get("COLORTERM", "")
    if not sys.stdout.isatty():
        return Finding("terminal", State.MISSING, "standard output is no terminal", "--display terminal needs one")
    if kind in ("", "dumb"):
        return Finding("terminal", State.MISSING, f"TERM is {kind!r}", "set TERM to what the terminal is")
    size = shutil.get_terminal_size()
    true_colour = "true colour" if colours in ("truecolor", "24bit") else "no true colour (COLORTERM)"
    advice = "" if size.columns >= 80 and size.lines >= 25 else "80 by 25 show a whole DOS screen"
    return Finding("terminal", State.GOOD, f"{kind}, {size.columns} by {size.lines}, {true_colour}", advice)


def sound() -> Finding:
    """Whether SDL finds a sound device."""
    try:
        from frontend.sdl.picture import sound_device
    except DosemuError as error:
        return Finding("sound", State.MISSING, str(error), "pip install pysdl2-dll")
    with quiet_stderr():
        device = sound_device()
    if device is None:
        return Finding("sound", State.MISSING, "SDL finds no device", "programs run silently; --sound none says so")
    return Finding("sound", State.GOOD, device)


def portaudio() -> Finding:
    """The optional sound output."""
    if importlib.util.find_spec("pyaudio") is None:
        return Finding("PortAudio", State.MISSING, "optional: PyAudio is not installed",
                       'apt-get install portaudio19-dev, then pip install "dosemu[audio]"')  # fmt: skip
    return Finding("PortAudio", State.GOOD, "PyAudio is installed")


def midi() -> Finding:
    """What plays General MIDI."""
    from dosemu.midi_output import find_sound_font, why_no_fluidsynth

    missing = why_no_fluidsynth()
    if missing:
        return Finding("MIDI", State.MISSING, "an FM chip plays General MIDI", f"for FluidSynth: {missing}")
    return Finding("MIDI", State.GOOD, f"FluidSynth with {find_sound_font()}")


def settings() -> Finding:
    """The settings files of the user and of this folder, and whether they can be read."""
    user = user_config_path("dosemu") / FILE_NAME
    files = [path for path in (user, Path(FILE_NAME).absolute()) if path.is_file()]
    for path in files:
        try:
            Settings.load(config=path, user=None)
        except SettingsError as error:
            return Finding("settings", State.MISSING, str(error), "programs do not start until this is put right")
    found = ", ".join(map(str, files)) or "defaults"
    return Finding("settings", State.GOOD, f"{found} (yours go to {user})")


def dosbox() -> Finding:
    """What the benchmarks compare with."""
    path = shutil.which("dosbox")
    if path is None:
        return Finding("DOSBox", State.MISSING, "optional: for dosemu bench", "apt-get install dosbox")
    return Finding("DOSBox", State.GOOD, path)


CHECKS: tuple[Callable[[], Finding], ...] = (
    python, package, engine, programs, settings, display, terminal, sound, portaudio, midi, dosbox,
)  # fmt: skip


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Keep what C libraries print while they look for devices (ALSA, Wayland) out of the report."""
    sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:  # there is no stderr
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(nowhere)
        os.close(kept)


def main(arguments: Sequence[str]) -> int:
    """The ``doctor`` command: 0 when programs can run, else 125."""
    parser = argparse.ArgumentParser(prog="dosemu doctor", description="Show what this installation can do.")
    parser.parse_args(arguments)
    findings = [check() for check in CHECKS]
    table = Table("", "", "found", "what to do", box=None, pad_edge=False, header_style="dim")
    for finding in findings:
        word, style = finding.state.value
        table.add_row(finding.subject, Text(word, style), Text(finding.detail), Text(finding.advice))
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    broken = any(finding.state is State.BROKEN for finding in findings)
    console.print("\nPrograms cannot run here yet." if broken else "\nPrograms can run here.")
    return ExitStatus.FAILED if broken else ExitStatus.OK
