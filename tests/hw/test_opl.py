"""The FM chips: detection, timers, and what is heard."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.clock import MS, SECOND, US, Clock
from hw.mixer import Collector, Mixer
from hw.opl import Opl, OplType
from hw.ports import PortBus
from hw.sound.opl import OplVoice

# One operator of voice 1 at 440 Hz, full level, both sides.
TONE = ((0x20, 0x21), (0x40, 0x3F), (0x60, 0xF0), (0x80, 0x0F), (0x23, 0x21), (0x43, 0x00), (0x63, 0xF0), (0x83, 0x0F),
        (0xC0, 0x30), (0xA0, 0x44), (0xB0, 0x32))  # fmt: skip


class Bench:
    """A card with its FM chips at 388h and 220h."""

    def __init__(self, kind: OplType = OplType.OPL3) -> None:
        self.bus, self.clock = PortBus(), Clock(20_000)
        self.errors: list[Exception] = []
        self.bus.on_error = lambda port, error: self.errors.append(error)
        self.opl = Opl(self.bus, self.clock, kind, 0x220)
        self.mixer = Mixer(self.clock)
        self.mixer.add("fm", OplVoice(self.opl.chips))
        self.blocks: list[np.ndarray] = []

    def listen(self) -> None:
        self.mixer.listen(Collector(self.blocks.append))

    def write(self, register: int, value: int, port: int = 0x388) -> None:
        self.bus.write(port, register)
        self.bus.write(port + 1, value)

    def heard(self) -> np.ndarray:
        self.mixer.close()
        return np.concatenate(self.blocks).astype(float)


def pitch(samples: np.ndarray, rate: int = 48_000) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * rate / len(samples))


@pytest.mark.parametrize(("kind", "base"), [(OplType.OPL2, 0x06), (OplType.DUAL_OPL2, 0x06), (OplType.OPL3, 0x00)])
@pytest.mark.parametrize("port", [0x388, 0x228])
def test_timer_1_is_found_after_80_us_and_not_before(kind: OplType, base: int, port: int) -> None:
    bench = Bench(kind)
    bench.write(4, 0x60, port)
    bench.write(4, 0x80, port)
    assert bench.bus.read(port) == base
    bench.write(2, 0xFF, port)
    bench.write(4, 0x21, port)
    bench.clock.skip_to(bench.clock.now_ps + 79 * US)
    assert bench.bus.read(port) == base
    bench.clock.skip_to(bench.clock.now_ps + 2 * US)
    assert bench.bus.read(port) == base | 0xC0
    bench.write(4, 0x60, port)
    bench.write(4, 0x80, port)
    assert bench.bus.read(port) == base


def test_timer_2_counts_320_us_and_starts_over() -> None:
    bench = Bench()
    bench.write(3, 256 - 10)
    bench.write(4, 0x42)
    for _ in range(3):
        bench.clock.skip_to(bench.clock.now_ps + 3 * MS)
        assert bench.bus.read(0x388) == 0
        bench.clock.skip_to(bench.clock.now_ps + 200 * US)
        assert bench.bus.read(0x388) == 0xA0
        bench.write(4, 0x80)


def test_a_masked_timer_sets_no_flag() -> None:
    bench = Bench()
    bench.write(2, 0xFF)
    bench.write(4, 0x41)
    bench.clock.skip_to(10 * MS)
    assert bench.bus.read(0x388) == 0


@pytest.mark.parametrize("kind", OplType)
def test_a_tone_has_its_pitch_level_and_time(kind: OplType) -> None:
    bench = Bench(kind)
    bench.listen()
    bench.clock.skip_to(SECOND // 2)
    for register, value in TONE:
        bench.write(register, value)
    bench.clock.skip_to(3 * SECOND // 2)
    bench.write(0xB0, 0x12)
    bench.clock.skip_to(2 * SECOND)
    sound = bench.heard()
    assert sound.shape == (96_000, 2)
    assert np.abs(sound[:23_990]).max() < 10
    assert np.abs(sound[78_000:]).max() < 10
    for side in (0, 1):
        assert pitch(sound[24_100:71_900, side]) == pytest.approx(440, abs=1.5)
        assert 7_500 < np.abs(sound[24_100:71_900, side]).max() < 9_000


def test_two_opl2_are_the_two_sides() -> None:
    bench = Bench(OplType.DUAL_OPL2)
    bench.listen()
    for register, value in TONE:
        bench.write(register, value, 0x222)
    bench.clock.skip_to(SECOND // 10)
    left, right = np.abs(bench.heard()[100:]).max(axis=0)
    assert left < 10
    assert right > 7_000


def test_who_listens_later_hears_what_is_playing() -> None:
    bench = Bench()
    for register, value in TONE:
        bench.write(register, value)
    assert bench.opl.chips[0].take() == []
    bench.clock.skip_to(SECOND)
    bench.listen()
    bench.clock.skip_to(2 * SECOND)
    assert pitch(bench.heard()[:, 0]) == pytest.approx(440, abs=1.5)


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(OplType),
    writes=st.lists(
        st.tuples(st.sampled_from([*range(0x388, 0x38C), *range(0x220, 0x224), 0x228, 0x229]), st.integers(0, 255)),
        max_size=300,
    ),
)
def test_random_writes_do_no_harm(kind: OplType, writes: list[tuple[int, int]]) -> None:
    bench = Bench(kind)
    bench.listen()
    for port, value in writes:
        bench.bus.write(port, value)
        bench.bus.read(port)
    bench.clock.skip_to(bench.clock.now_ps + SECOND // 20)
    state = bench.opl.save()
    bench.opl.load(state)
    assert bench.opl.save() == state
    assert len(bench.heard()) == 2_400
    assert bench.errors == []
