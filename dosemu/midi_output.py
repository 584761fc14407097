"""What plays MIDI: FluidSynth with a sound font, or an FM chip."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path

from dosemu.errors import DosemuError
from hw.sound.fluidsynth import load_fluidsynth

if TYPE_CHECKING:
    from dosemu.settings import SoundSettings
    from hw.clock import Clock
    from hw.midi import MidiLine
    from hw.mixer import Voice

_FOLDERS = (
    Path("/usr/share/sounds/sf2"), Path("/usr/share/soundfonts"), Path("/usr/local/share/soundfonts"),
    Path("/opt/homebrew/share/soundfonts"),
)  # fmt: skip
# The best known ones first; then any other, by name.
_KNOWN = ("default-GM.sf2", "default.sf2", "FluidR3_GM.sf2", "GeneralUser.sf2", "TimGM6mb.sf2")


def find_sound_font(setting: str = "") -> Path | None:
    """The sound font of the settings, or the first in the usual places: the user's dosemu folder, the system's."""
    if setting:
        path = Path(setting).expanduser()
        return path if is_sound_font(path) else None
    for folder in (user_data_path("dosemu"), *_FOLDERS):
        fonts = sorted(folder.glob("*.sf[23]")) if folder.is_dir() else []
        named = {font.name: font for font in fonts}
        for name in (*_KNOWN, *named):
            if name in named and is_sound_font(named[name]):
                return named[name]
    return None


def is_sound_font(path: Path) -> bool:
    """Whether the file begins as a sound font does (SoundFont 2.04 specification: RIFF of the form sfbk)."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except OSError:
        return False
    return head[:4] == b"RIFF" and head[8:] == b"sfbk"


def why_no_fluidsynth(setting: str = "") -> str:
    """What is missing for FluidSynth; empty when nothing is."""
    if importlib.util.find_spec("fluidsynth") is None:
        return 'pyfluidsynth is not installed (pip install "dosemu[midi]")'
    try:
        load_fluidsynth()
    except (ImportError, OSError):
        return "the FluidSynth library is not installed (apt-get install libfluidsynth3)"
    if find_sound_font(setting) is None:
        return (
            f"{setting} is no sound font" if setting else "there is no sound font (apt-get install fluid-soundfont-gm)"
        )
    return ""


def midi_voice(line: MidiLine, clock: Clock, settings: SoundSettings) -> Voice:
    """What the setting ``midi`` asks for. Raises DosemuError when FluidSynth was asked for by name and cannot play."""
    if settings.midi != "fm":
        missing = why_no_fluidsynth(settings.soundfont)
        font = find_sound_font(settings.soundfont)
        if not missing and font is not None:
            from hw.sound.midi_fluid import FluidVoice

            return FluidVoice(line, font, settings.rate)
        if settings.midi == "fluidsynth":
            raise DosemuError(f"sound.midi=fluidsynth: {missing}")
    from hw.sound.midi_fm import FmMidiVoice

    return FmMidiVoice(line, clock)
