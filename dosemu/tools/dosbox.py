"""DOSBox as a program that is run: where it is, which one, what it is told (DOSBox 0.74-3, README: The Config File).

>>> print(configuration({"cpu": {"core": "normal"}}, ["exit"]), end="")
[cpu]
core=normal
[autoexec]
@echo off
exit
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

Sections = Mapping[str, Mapping[str, str]]

DUMMY_DRIVERS = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
BLOCK = 1024  # samples that DOSBox mixes at a time

# Everything that makes sound or waits for hardware is off, few frames are drawn: the CPU alone is left.
BARE: Sections = {
    "sdl": {"output": "surface", "waitonerror": "false"},
    "dosbox": {"memsize": "16"},
    "render": {"frameskip": "10"},
    "mixer": {"nosound": "true"},
    "midi": {"mpu401": "none", "mididevice": "none"},
    "sblaster": {"sbtype": "none"},
    "gus": {"gus": "false"},
    "speaker": {"pcspeaker": "false", "tandy": "off", "disney": "false"},
    "joystick": {"joysticktype": "none"},
    "serial": {"serial1": "disabled", "serial2": "disabled"},
    "ipx": {"ipx": "false"},
}


def find_dosbox(name: str) -> Path | None:
    """DOSBox by path or by name on PATH; None when there is none."""
    found = shutil.which(name)
    return Path(found).absolute() if found else None


def dosbox_version(executable: Path) -> str:
    """What ``dosbox --version`` calls itself, such as ``DOSBox 0.74-3``."""
    try:
        done = subprocess.run(
            [executable, "--version"], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return "DOSBox"
    seen = re.search(r"DOSBox version ([\w.-]+)", (done.stdout + done.stderr).decode("utf-8", "replace"))
    return f"DOSBox {seen[1]}" if seen else "DOSBox"


def merged(*layers: Sections) -> dict[str, dict[str, str]]:
    """Sections on top of each other; the later ones win.

    >>> merged({"cpu": {"core": "auto", "cycles": "max"}}, {"cpu": {"core": "normal"}})
    {'cpu': {'core': 'normal', 'cycles': 'max'}}
    """
    whole: dict[str, dict[str, str]] = {}
    for layer in layers:
        for name, values in layer.items():
            whole.setdefault(name, {}).update(values)
    return whole


def configuration(sections: Sections, autoexec: Iterable[str]) -> str:
    """The text of a dosbox.conf."""
    lines = []
    for name, values in sections.items():
        lines += [f"[{name}]", *(f"{key}={value}" for key, value in values.items())]
    return "\n".join([*lines, "[autoexec]", "@echo off", *autoexec, ""])


def mount(letter: str, folder: Path) -> str:
    """The line of autoexec that makes a folder a drive."""
    return f'mount {letter} "{folder}"'


def recorded(file: Path, rate: int) -> tuple[Sections, dict[str, str]]:
    """Settings and environment for sound that goes to a file as 16-bit stereo, at the pace of a sound card.

    SDL's disk driver stands in for the card: it takes a block, writes it, waits for as long as the block lasts.
    """
    sections = {"mixer": {"nosound": "false", "rate": str(rate), "blocksize": str(BLOCK), "prebuffer": "20"}}
    environment = {
        "SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(file), "SDL_DISKAUDIODELAY": str(1000 * BLOCK // rate),
    }  # fmt: skip
    return sections, environment
