"""A minute of auto-init playback, through the mixer: no click, no drift."""

from __future__ import annotations

import numpy as np

from hw.clock import SECOND
from hw.mixer import Block, Collector, Mixer
from hw.sound.dac import DacVoice
from tests.hw.sb.bench import BUFFER, Bench

FRAMES = 4000  # of the buffer: 80 periods of 440 Hz at 22000 Hz
SECONDS = 60


def test_sixty_seconds_of_auto_init_are_one_sine() -> None:
    bench = Bench()
    bench.reset()
    mixer = Mixer(bench.clock)
    mixer.add("sb", DacVoice(bench.dac))
    blocks: list[Block] = []
    mixer.listen(Collector(blocks.append))
    sine = np.rint(12_000 * np.sin(2 * np.pi * 440 * np.arange(FRAMES) / 22_000)).astype("<i2").repeat(2)
    bench.memory.write(BUFFER, sine.tobytes())
    bench.dma_5(2 * FRAMES, auto_init=True)
    half = FRAMES - 1  # words: an interrupt at each half of the buffer
    bench.dsp(0x41, 22_000 >> 8, 22_000 & 0xFF, 0xB6, 0x30, half & 0xFF, half >> 8)
    begin = bench.clock.now_ps
    interrupts = 0
    for step in range(SECONDS * 100):
        bench.clock.skip_to(begin + (step + 1) * SECOND // 100)
        interrupts += bench.requested
    mixer.close()

    assert interrupts == SECONDS * 22_000 // (FRAMES // 2)
    sound = np.concatenate(blocks)[4800:, 0].astype(float)
    steepest = 12_000 * 2 * np.pi * 440 / 48_000
    assert np.abs(np.diff(sound)).max() < steepest * 1.01
    assert np.abs(sound).max() < 12_050
    # In phase from the first second to the last: no sample was lost or doubled.
    first, last = sound[:48_000], sound[48_000 * (SECONDS - 3) :][:48_000]
    assert np.corrcoef(first, last)[0, 1] > 0.9999
