"""FluidSynth plays MIDI in tune, and the same each time.

Runs where pyfluidsynth, its library and a sound font are installed (.ci/run installs them). Without them there is
nothing to collect here, and the run says so; tests/hw/test_mpu401.py covers the FM chip that then plays.
"""

from __future__ import annotations

import numpy as np

from dosemu.midi_output import find_sound_font, why_no_fluidsynth
from hw.clock import MS, SECOND, Clock
from hw.midi import MidiLine
from hw.mixer import Collector, Mixer

MISSING = why_no_fluidsynth()

if MISSING:
    print(f"tests/hw/test_midi_fluid.py: {MISSING}")
else:

    def played(*events: tuple[int, tuple[int, ...]]) -> np.ndarray:
        from hw.sound.midi_fluid import FluidVoice

        font = find_sound_font()
        assert font is not None
        clock, blocks = Clock(20_000), []
        line, mixer = MidiLine(clock), Mixer(clock)
        mixer.add("midi", FluidVoice(line, font, mixer.rate))
        mixer.listen(Collector(blocks.append))
        for ms, values in events:
            clock.skip_to(ms * MS)
            for value in values:
                line.send(value)
        clock.skip_to(2 * SECOND)
        mixer.close()
        return np.concatenate(blocks).astype(float)

    def test_a_note_begins_and_ends_at_its_time_and_is_in_tune() -> None:
        sound = played((500, (0xC0, 73, 0x90, 69, 100)), (1200, (0x80, 69, 0)))
        assert np.abs(sound[:23_900]).max() == 0
        tone = sound[30_000:57_000, 0]
        spectrum = np.abs(np.fft.rfft(tone * np.hanning(len(tone))))
        assert abs(spectrum.argmax() * 48_000 / len(tone) - 440) < 4
        assert np.abs(sound[90_000:]).max() < np.abs(sound).max() / 20

    def test_the_same_twice() -> None:
        events = ((10, (0xC0, 0, 0x90, 60, 100)), (700, (0x99, 38, 127)))
        assert np.array_equal(played(*events), played(*events))
