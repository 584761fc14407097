"""General MIDI by FluidSynth, where it and a sound font are installed, rendered in emulated time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from hw.midi import MidiLine
from hw.mixer import Samples, Span, samples_before
from hw.sound.fluidsynth import load_fluidsynth

_GAIN = 0.6
_DRUM_BANK, _DRUMS = 128, 9


class FluidVoice:
    """Plays a line with the sound font at ``path``, which is loaded when the first message comes.

    Raises ImportError or OSError where pyfluidsynth or the library it binds is missing.
    """

    snapshot_skips = ("_library", "_path", "_synth", "_font")  # the synthesizer is the host's: notes that sound go on

    def __init__(self, line: MidiLine, path: Path, rate: int) -> None:
        self._library = load_fluidsynth()
        self._line = line
        self._path = path
        self._rate = rate
        self._synth: Any = None
        self._font = -1
        self._quiet = True

    def listen(self, on: bool) -> None:
        """Begin with the programs and controllers that the line remembers."""
        self._line.record(on)
        self._quiet = True
        if self._synth is not None:
            self._reset()

    def _load(self) -> None:
        self._synth = self._library.Synth(
            gain=_GAIN, samplerate=float(self._rate), channels=16, **{"synth.cpu-cores": 1, "synth.lock-memory": 0}
        )
        self._font = self._synth.sfload(str(self._path))
        self._reset()

    def _reset(self) -> None:
        self._synth.system_reset()
        for channel in range(16):
            self._synth.program_select(channel, self._font, _DRUM_BANK if channel == _DRUMS else 0, 0)

    def render(self, span: Span) -> Samples | None:
        """The samples; None while nothing sounds."""
        messages = self._line.take()
        if not messages and self._quiet:
            return None
        if self._synth is None:
            self._load()
        out = np.empty((span.count, 2))
        done = 0
        for time_ps, message in messages:
            until = min(max(samples_before(time_ps, self._rate) - span.first, done), span.count)
            self._generate(out, done, until)
            done = until
            self._play(message)
        self._generate(out, done, span.count)
        # Reverb goes on after the last voice.
        self._quiet = not messages and not out.any() and self._voices() == 0
        return out

    def _voices(self) -> int:
        return int(self._library.fluid_synth_get_active_voice_count(self._synth.synth))

    def _generate(self, out: Any, begin: int, end: int) -> None:
        if end > begin:
            out[begin:end] = np.asarray(self._synth.get_samples(end - begin)).reshape(-1, 2) / 32768

    def _play(self, message: bytes) -> None:
        synth, channel = self._synth, message[0] & 15
        match message[0] >> 4:
            case 0x9 if message[2]:
                synth.noteon(channel, message[1], message[2])
            case 0x8 | 0x9:
                synth.noteoff(channel, message[1])
            case 0xB:
                synth.cc(channel, message[1], message[2])
            case 0xC:
                synth.program_change(channel, message[1])
            case 0xE:
                synth.pitch_bend(channel, (message[1] | message[2] << 7) - 0x2000)
