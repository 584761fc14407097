"""The mixer, and the speaker and converters through it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.clock import MS, SECOND, US, Clock
from hw.mixer import Block, Mixer, Samples, Span, sample_time_ps, samples_before
from hw.pic import Pic
from hw.pit import Pit
from hw.ports import PortBus
from hw.sb.playback import Dac, Piece
from hw.sound.dac import DacVoice
from hw.sound.speaker import LEVEL, SpeakerVoice
from hw.speaker import Speaker


class Tape:
    """A sink that keeps all, and whether it was closed."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.closed = False

    def play(self, block: Block) -> None:
        self.blocks.append(block)

    def close(self) -> None:
        self.closed = True

    @property
    def samples(self) -> np.ndarray:
        return np.concatenate(self.blocks).astype(float)


class Level:
    """A voice of one level, which counts how often it was asked."""

    def __init__(self, left: float, right: float) -> None:
        self.frame = (left, right)
        self.on = False
        self.rendered = 0

    def listen(self, on: bool) -> None:
        self.on = on

    def render(self, span: Span) -> Samples | None:
        self.rendered += span.count
        return np.tile(np.array(self.frame, float), (span.count, 1))


@given(time_ps=st.integers(0, 10**17), rate=st.integers(8000, 192_000))
def test_sample_counts_and_times_agree(time_ps: int, rate: int) -> None:
    count = samples_before(time_ps, rate)
    assert sample_time_ps(count, rate) <= time_ps < sample_time_ps(count + 1, rate)


@pytest.mark.parametrize("rate", [8000, 11_025, 44_100, 48_000, 192_000])
def test_uneven_steps_give_every_sample(rate: int) -> None:
    clock, tape, voice = Clock(20_000), Tape(), Level(0, 0)
    mixer = Mixer(clock, rate)
    mixer.add("level", voice)
    mixer.listen(tape)
    for ms in (1, 3, 7, 1009, 333):
        clock.skip_to(clock.now_ps + ms * MS + 17 * US)
    mixer.close()
    assert sum(len(block) for block in tape.blocks) == voice.rendered == samples_before(clock.now_ps, rate)
    assert tape.closed
    assert not voice.on


def test_nobody_listens_nothing_is_rendered() -> None:
    clock, voice = Clock(), Level(1, 1)
    Mixer(clock).add("level", voice)
    clock.skip_to(10 * SECOND)
    assert voice.rendered == 0
    assert clock.pending == []


def test_volume_balance_mute_and_clipping() -> None:
    clock, tape = Clock(), Tape()
    mixer = Mixer(clock, 1000)
    first, second = mixer.add("a", Level(0.5, 0.5)), mixer.add("b", Level(0.25, -0.25), volume=2)
    mixer.listen(tape)
    steps = ["all", "muted", "left", "loud", "master", "silent"]
    for step in steps:
        second.muted = step == "muted"
        first.balance = -1.0 if step == "left" else 0.0
        first.volume = 4.0 if step == "loud" else 1.0
        mixer.volume = (0.5, 0.5) if step == "master" else (1.0, 1.0)
        mixer.muted = step == "silent"
        clock.skip_to(clock.now_ps + 20 * MS)
    mixer.close()
    frames = {step: tuple(tape.samples[20 * n]) for n, step in enumerate(steps)}
    assert frames == {
        "all": (32767, 0), "muted": (16384, 16384), "left": (32767, -16384), "loud": (32767, 32767),
        "master": (16384, 0), "silent": (0, 0),
    }  # fmt: skip


class SpeakerBench:
    """A speaker that is listened to."""

    def __init__(self) -> None:
        self.bus, self.clock, self.tape = PortBus(), Clock(20_000), Tape()
        self.mixer = Mixer(self.clock)
        self.mixer.add("speaker", SpeakerVoice(Speaker(Pit(self.bus, self.clock, Pic(self.bus)), self.clock)))
        self.mixer.listen(self.tape)

    def out(self, *writes: tuple[int, int]) -> None:
        for port, value in writes:
            self.bus.write(port, value)

    def wait(self, ps: int) -> None:
        self.clock.skip_to(self.clock.now_ps + ps)

    def heard(self) -> np.ndarray:
        self.mixer.close()
        return self.tape.samples[:, 0]


@pytest.mark.parametrize("hz", [37, 440, 1000, 8000])
def test_the_speakers_tone(hz: int) -> None:
    bench = SpeakerBench()
    count = round(1_193_182 / hz)
    bench.out((0x43, 0xB6), (0x42, count & 0xFF), (0x42, count >> 8), (0x61, 3))
    bench.wait(2 * SECOND)
    second = bench.heard()[48_000:]
    spectrum = np.abs(np.fft.rfft(second))
    assert spectrum.argmax() == pytest.approx(hz, rel=0.01, abs=1)
    if hz == 440:
        assert np.sqrt((second**2).mean()) == pytest.approx(LEVEL / 2 * 32767, rel=0.03)


def test_the_cone_follows_high_tones_less() -> None:
    levels = {}
    for hz in (440, 14_000):
        bench = SpeakerBench()
        count = round(1_193_182 / hz)
        bench.out((0x43, 0xB6), (0x42, count & 0xFF), (0x42, count >> 8), (0x61, 3))
        bench.wait(SECOND)
        levels[hz] = np.sqrt((bench.heard()[24_000:] ** 2).mean())
    assert 0 < levels[14_000] < levels[440] / 20  # 18 dB an octave above 5 kHz


def test_a_tone_far_above_hearing_is_silent() -> None:
    bench = SpeakerBench()
    bench.out((0x43, 0xB6), (0x42, 2), (0x42, 0), (0x61, 3))
    bench.wait(SECOND)
    assert np.abs(bench.heard()[24_000:]).max() < 32767 * LEVEL / 50


def test_pulse_widths_by_port_61_make_a_sine() -> None:
    bench = SpeakerBench()
    bench.out((0x61, 0))
    period = 62_500_000  # 16 kHz
    for n in range(3200):
        width = round(period * (0.5 + 0.4 * np.sin(2 * np.pi * 500 * n / 16_000)))
        bench.out((0x61, 2))
        bench.wait(width)
        bench.out((0x61, 0))
        bench.wait(period - width)
    sound = bench.heard()[2400:]
    spectrum = np.abs(np.fft.rfft(sound))
    at = int(spectrum.argmax())
    assert at == pytest.approx(500 * len(sound) / 48_000, abs=1)
    signal = spectrum[at]
    assert signal == pytest.approx(0.4 * LEVEL * 32767 * len(sound) / 2, rel=0.1)
    spectrum[at - 3 : at + 4] = 0
    # Neither other tones, nor the carrier, which is louder than the signal at the output of the timer.
    assert spectrum.max() < signal / 10


def test_one_shot_counts_make_a_sine_too() -> None:
    bench = SpeakerBench()
    bench.out((0x43, 0x90), (0x61, 3))  # counter 2, low byte only, mode 0
    for n in range(3200):
        bench.out((0x42, round(37 + 30 * np.sin(2 * np.pi * 500 * n / 16_000))))
        bench.wait(62_500_000)
    sound = bench.heard()[2400:]
    spectrum = np.abs(np.fft.rfft(sound))[: int(8000 * len(sound) / 48_000)]
    assert spectrum.argmax() == pytest.approx(500 * len(sound) / 48_000, abs=1)


@settings(max_examples=60, deadline=None)
@given(
    writes=st.lists(
        st.tuples(st.sampled_from([0x42, 0x43, 0x61]), st.integers(0, 255), st.integers(0, 20_000)), max_size=60
    )
)
def test_whatever_is_written_the_speaker_stays_in_range(writes: list[tuple[int, int, int]]) -> None:
    bench = SpeakerBench()
    for port, value, us in writes:
        bench.out((port, value))
        bench.wait(us * US)
    bench.wait(MS)
    assert np.abs(bench.heard()).max() <= 32767 * LEVEL * 1.5  # a cone overshoots


def converters() -> tuple[Clock, Dac, Mixer, Tape]:
    clock, dac, tape = Clock(20_000), Dac(), Tape()
    mixer = Mixer(clock)
    mixer.add("dac", DacVoice(dac))
    mixer.listen(tape)
    return clock, dac, mixer, tape


@pytest.mark.parametrize("rate", [4000, 11_025, 22_050, 44_100])
def test_a_sine_in_portions_has_no_clicks(rate: int) -> None:
    clock, dac, mixer, tape = converters()
    data = np.rint(12_000 * np.sin(2 * np.pi * 400 * np.arange(rate) / rate)).astype("<i2")
    portion = rate // 1000
    for start in range(0, rate, portion):
        time_ps = start * SECOND // rate
        clock.skip_to(max(clock.now_ps, (start + portion) * SECOND // rate))
        dac.play(Piece(time_ps, SECOND / rate, data[start : start + portion].tobytes(), 16, True))
    mixer.close()
    sound = tape.samples[4_800:40_000, 0]
    assert np.abs(np.fft.rfft(sound * np.hanning(len(sound)))).argmax() * 48_000 / len(sound) == pytest.approx(
        400, abs=2
    )
    assert np.abs(sound).max() == pytest.approx(12_000, rel=0.05)
    # No step is larger than the sine's own steepest, a click would be.
    assert np.abs(np.diff(sound)).max() < 12_000 * 2 * np.pi * 400 / 48_000 * 1.1


def test_a_level_that_stays_dies_away_to_silence() -> None:
    clock, dac, mixer, tape = converters()
    clock.skip_to(SECOND // 10)
    dac.play(Piece(clock.now_ps, 0.0, b"\xff"))
    clock.skip_to(3 * SECOND)
    mixer.close()
    sound = np.abs(tape.samples[:, 0])
    assert sound.max() > 30_000
    assert sound[96_000:].max() == 0


@settings(max_examples=60, deadline=None)
@given(
    pieces=st.lists(
        st.tuples(
            st.integers(0, 30_000), st.floats(0, 3e8), st.binary(max_size=40), st.sampled_from([8, 16]),
            st.booleans(), st.sampled_from([1, 2]),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_any_pieces_give_every_sample(pieces: list[tuple[int, float, bytes, int, bool, int]]) -> None:
    clock, dac, mixer, tape = converters()
    for us, period, data, bits, signed, channels in pieces:
        size = bits // 8
        dac.play(Piece(clock.now_ps, period, data[: len(data) // size * size], bits, signed, channels))
        clock.skip_to(clock.now_ps + us * US)
    clock.skip_to(clock.now_ps + MS)
    mixer.close()
    assert len(tape.samples) == samples_before(clock.now_ps, 48_000)
