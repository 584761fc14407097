"""The Ultrasound as programs drive it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.clock import MS, Clock
from hw.dma import Dma
from hw.gus.card import Gus
from hw.gus.voices import Voices
from hw.memory import Memory
from hw.mixer import Collector, Mixer
from hw.pic import Pic
from hw.ports import PortBus
from hw.sound.dac import DacVoice

BUFFER = 0x12000


class Bench:
    """A card at 240h, IRQ 5, DMA 3, switched on."""

    def __init__(self) -> None:
        self.bus, self.clock, self.memory = PortBus(), Clock(20_000), Memory(0x110000)
        self.errors: list[Exception] = []
        self.bus.on_error = lambda port, error: self.errors.append(error)
        self.pic = Pic(self.bus)
        self.bus.write(0x21, 0)
        self.bus.write(0xA1, 0)
        self.dma = Dma(self.bus, self.memory)
        self.gus = Gus(self.bus, self.clock, self.pic, self.dma)
        self.bus.write(0x240, 0x09)
        self.byte(0x4C, 0)
        self.byte(0x4C, 7)

    def byte(self, register: int, value: int) -> None:
        self.bus.write(0x343, register)
        self.bus.write(0x345, value)

    def word(self, register: int, value: int) -> None:
        self.bus.write(0x343, register)
        self.bus.write(0x344, value, 2)

    def read(self, register: int) -> int:
        self.bus.write(0x343, register)
        return self.bus.read(0x345)

    def read_word(self, register: int) -> int:
        self.bus.write(0x343, register)
        return self.bus.read(0x344, 2)

    def wait_ms(self, ms: float) -> None:
        self.clock.skip_to(self.clock.now_ps + round(ms * MS))

    def ms_to_irq(self) -> float:
        begin = self.clock.now_ps
        while not self.pic.intr:
            assert self.clock.now_ps - begin < 2000 * MS, "no interrupt came"
            self.wait_ms(0.01)
        assert self.pic.accept() == 0x0D
        self.bus.write(0x20, 0x20)
        return (self.clock.now_ps - begin) / MS

    def play(self, frames: int, control: int, volume: int = 0xFFF0) -> None:
        """Voice 0 from address 0 at one byte a frame."""
        self.bus.write(0x342, 0)
        self.word(0x01, 1 << 10)
        for register in (0x02, 0x03, 0x0A, 0x0B):
            self.word(register, 0)
        self.word(0x04, frames >> 7)
        self.word(0x05, frames << 9 & 0xFFFF)
        self.word(0x09, volume)
        self.byte(0x00, control)

    def dma_3(self, count: int, mode: int) -> None:
        for port, value in (
            (0x0A, 7), (0x0C, 0), (0x0B, mode), (0x06, BUFFER & 0xFF), (0x06, BUFFER >> 8 & 0xFF), (0x82, BUFFER >> 16),
            (0x07, count - 1 & 0xFF), (0x07, count - 1 >> 8), (0x0A, 3),
        ):  # fmt: skip
            self.bus.write(port, value)


def test_a_megabyte_of_memory() -> None:
    bench = Bench()
    for bank in range(16):
        bench.word(0x43, 0x1234)
        bench.byte(0x44, bank)
        bench.bus.write(0x347, bank * 11)
    for bank in range(16):
        bench.byte(0x44, bank)
        assert bench.bus.read(0x347) == bank * 11


def test_the_end_of_a_wave_interrupts_at_its_time() -> None:
    bench = Bench()
    bench.play(4410, 0x20)
    assert bench.ms_to_irq() == pytest.approx(100, abs=0.1)
    assert bench.bus.read(0x246) & 0x20
    assert bench.read(0x8F) == 0x60  # voice 0, wave (bit 7 low) and no ramp
    assert bench.read(0x8F) == 0xE0
    assert not bench.bus.read(0x246) & 0x20
    assert bench.read(0x80) & 1  # it stopped
    bench.play(441, 0x28)
    assert [bench.ms_to_irq() for _ in range(3) if bench.read(0x8F)] == pytest.approx([10, 10, 10], abs=0.1)


def test_a_loop_in_both_directions_turns() -> None:
    bench = Bench()
    bench.play(100, 0x18)
    bench.wait_ms(150 / 44.1)
    bench.clock.skip_to(bench.clock.now_ps)
    assert bench.read(0x80) & 0x40
    assert 48 <= (bench.read_word(0x8A) << 16 | bench.read_word(0x8B)) >> 9 <= 52


def test_a_ramp_reaches_its_end_and_interrupts() -> None:
    bench = Bench()
    bench.bus.write(0x342, 0)
    bench.word(0x09, 0x0000)
    bench.byte(0x06, 0x41)  # one step each 8 frames
    bench.byte(0x07, 0x00)
    bench.byte(0x08, 0x10)  # 256 steps of 4096
    bench.byte(0x0D, 0x20)
    assert bench.ms_to_irq() == pytest.approx(256 * 8 / 44.1, abs=0.3)
    assert bench.read(0x8F) == 0xA0  # voice 0, ramp
    assert bench.read_word(0x89) == 0x1000
    assert bench.read(0x8D) & 1


def test_more_voices_are_slower() -> None:
    bench = Bench()
    bench.byte(0x0E, 0xC0 | 27)
    assert bench.read(0x8E) & 31 == 27
    bench.play(2205, 0x20)
    assert bench.ms_to_irq() == pytest.approx(100, abs=0.2)


def test_dma_into_the_memory_and_back() -> None:
    bench = Bench()
    data = bytes(n * 5 & 0xFF for n in range(1000))
    bench.memory.write(BUFFER, data)
    bench.dma_3(1000, 0x4B)
    bench.word(0x42, 0x2000 >> 4)
    bench.byte(0x41, 0xA1)  # invert, interrupt at the end
    assert bench.ms_to_irq() == pytest.approx(1000 / 650, abs=0.1)
    assert bench.bus.read(0x246) & 0x80
    assert bench.read(0x41) & 0x40
    assert not bench.bus.read(0x246) & 0x80
    assert bench.gus.voices.download(0x2000, 1000, True, 1) == data
    bench.memory.fill(BUFFER, 1000)
    bench.dma_3(1000, 0x47)
    bench.byte(0x41, 0x83)
    bench.wait_ms(5)
    assert bytes(bench.memory.read(BUFFER, 1000)) == data


def test_timers() -> None:
    bench = Bench()
    bench.byte(0x46, 256 - 100)  # 8 ms
    bench.byte(0x45, 0x04)
    bench.bus.write(0x248, 4)
    bench.bus.write(0x249, 0x01)
    assert bench.ms_to_irq() == pytest.approx(8, abs=0.1)
    assert bench.bus.read(0x246) & 0x04
    assert bench.bus.read(0x248) & 0xC0 == 0xC0
    bench.byte(0x45, 0x00)
    assert not bench.bus.read(0x246) & 0x04
    bench.byte(0x45, 0x04)
    assert bench.ms_to_irq() == pytest.approx(8, abs=0.1)
    bench.bus.write(0x249, 0x80)
    assert bench.bus.read(0x248) & 0x60 == 0


def heard(bench: Bench, ms: int) -> np.ndarray:
    blocks: list[np.ndarray] = []
    mixer = Mixer(bench.clock, 44_100)
    mixer.add("gus", DacVoice(bench.gus.dac, catch_up=bench.gus.catch_up))
    mixer.listen(Collector(blocks.append))
    bench.wait_ms(ms)
    mixer.close()
    return np.concatenate(blocks).astype(float)


def test_panning_volume_and_16_bits() -> None:
    sine = np.rint(30_000 * np.sin(2 * np.pi * np.arange(100) / 100)).astype("<i2").tobytes()
    levels = {}
    for name, pan, volume in (("centre", 7, 0xFFF0), ("left", 0, 0xFFF0), ("right", 15, 0xFFF0), ("soft", 7, 0xEFF0)):
        bench = Bench()
        bench.gus.voices.upload(0, sine, False, 1)
        bench.play(100, 0x0C, volume)
        bench.byte(0x0C, pan)
        sound = heard(bench, 300)[4410:]
        assert np.abs(np.fft.rfft(sound.sum(axis=1))).argmax() * 44_100 / len(sound) == pytest.approx(441, abs=5)
        levels[name] = np.sqrt((sound**2).mean(axis=0))
    assert levels["centre"][0] == pytest.approx(30_000 * 0.5 * 0.5, rel=0.05)  # half of all, 0.707 of rms and side
    assert levels["left"][1] < 1 < levels["left"][0]
    assert levels["right"][0] < 1 < levels["right"][1]
    assert levels["soft"][0] == pytest.approx(levels["centre"][0] / 2, rel=0.01)


def test_state_goes_on() -> None:
    first, second = Bench(), Bench()
    first.gus.voices.upload(0, bytes(range(256)), False, 1)
    first.play(200, 0x28)
    first.byte(0x45, 0x04)
    first.bus.write(0x248, 4)
    first.bus.write(0x249, 0x01)
    first.wait_ms(3.3)
    second.clock.skip_to(first.clock.now_ps)
    second.pic.load(first.pic.save())
    second.gus.load(first.gus.save())
    assert second.gus.save() == first.gus.save()
    assert (heard(first, 50) == heard(second, 50)).all()
    assert second.gus.save() == first.gus.save()


REGISTERS = [*range(16), *range(0x40, 0x4D), *range(0x80, 0x90), 0xFF]
WRITES = st.tuples(st.sampled_from(REGISTERS), st.integers(0, 0xFFFF), st.integers(0, 31), st.integers(0, 20))


@settings(max_examples=60, deadline=None)
@given(writes=st.lists(WRITES, max_size=60))
def test_whatever_is_written(writes: list[tuple[int, int, int, int]]) -> None:
    bench = Bench()
    bench.gus.dac.record(True)
    for register, value, voice, ms in writes:
        bench.bus.write(0x342, voice)
        bench.word(register, value)
        bench.read_word(register)
        bench.bus.write(0x240 + voice % 16, value & 0xFF)
        bench.wait_ms(ms / 4)
    assert bench.errors == []
    state = bench.gus.save()
    bench.gus.load(state)
    assert bench.gus.save() == state


def test_addresses_wrap() -> None:
    voices = Voices()
    voices.poke(0x123456, 7)
    assert voices.download(0x23456, 1, False, 1) == b"\x07"
