"""The MPU-401 as programs drive it, and what becomes of MIDI messages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosemu.midi_output import find_sound_font, is_sound_font
from hw.clock import MS, SECOND, Clock
from hw.midi import MidiLine
from hw.mixer import Collector, Mixer
from hw.mpu401 import Mpu401
from hw.pic import Pic
from hw.ports import PortBus
from hw.sound.fm_patches import DRUMS, patch
from hw.sound.midi_fm import FmMidiVoice


class Bench:
    """An interface, and the bytes that left it with their times."""

    def __init__(self, *, intelligent: bool = True) -> None:
        self.bus, self.clock = PortBus(), Clock(20_000)
        self.errors: list[Exception] = []
        self.bus.on_error = lambda port, error: self.errors.append(error)
        self.pic = Pic(self.bus)
        self.bus.write(0x21, 0)
        self.bus.write(0xA1, 0)
        self.mpu = Mpu401(self.bus, self.clock, self.pic, intelligent=intelligent)
        self.sent: list[tuple[int, int]] = []
        self.mpu.on_byte = lambda value: self.sent.append((self.clock.now_ps, value))

    def command(self, value: int, *data: int) -> list[int]:
        """Give a command and its data; what was answered."""
        self.bus.write(0x331, value)
        for byte in data:
            self.bus.write(0x330, byte)
        return self.answers()

    def data(self, *values: int) -> None:
        for value in values:
            self.bus.write(0x330, value)

    def answers(self) -> list[int]:
        out = []
        while not self.bus.read(0x331) & 0x80:
            out.append(self.bus.read(0x330))
        return out

    def wait_ms(self, ms: float) -> None:
        self.clock.skip_to(self.clock.now_ps + round(ms * MS))

    @property
    def bytes(self) -> list[int]:
        return [value for _, value in self.sent]


def test_uart_mode_passes_bytes_and_only_a_reset_ends_it() -> None:
    bench = Bench()
    assert bench.command(0xFF) == [0xFE]
    bench.data(0x90)  # not in UART mode yet, and nothing was announced
    assert bench.command(0x3F) == [0xFE]
    bench.data(0x90, 60, 100)
    assert bench.command(0xAC) == []
    assert bench.bytes == [0x90, 60, 100]
    assert bench.command(0xFF) == [0xFE]
    assert not bench.mpu.uart


def test_what_it_says_of_itself_and_of_the_tempo() -> None:
    bench = Bench()
    assert bench.command(0xAC) == [0xFE, 0x15]
    assert bench.command(0xAD) == [0xFE, 0x01]
    bench.command(0xE0, 140)
    assert bench.command(0xAF) == [0xFE, 140]


def test_an_interface_without_intelligence_acknowledges_all() -> None:
    bench = Bench(intelligent=False)
    assert bench.command(0xEC) == [0xFE]
    assert bench.command(0xAC) == [0xFE]
    assert not bench.pic.intr


def test_an_answer_asks_for_irq_9() -> None:
    bench = Bench()
    bench.bus.write(0x331, 0xAC)
    assert bench.pic.accept() == 0x71
    assert bench.answers() == [0xFE, 0x15]
    bench.bus.write(0xA0, 0x20)
    bench.bus.write(0x20, 0x20)
    assert not bench.pic.intr


def test_messages_sent_at_once_and_running_status() -> None:
    bench = Bench()
    bench.command(0xD0)
    bench.data(0x93, 64, 1)
    bench.command(0xD1)
    bench.data(65, 2)
    bench.command(0xDF)
    bench.data(0xF0, 0x7E, 0xF7)
    bench.data(0x11)  # nothing was announced
    assert bench.bytes == [0x93, 64, 1, 0x93, 65, 2, 0xF0, 0x7E, 0xF7]


def test_tracks_play_in_their_ticks() -> None:
    bench = Bench()
    bench.command(0xE0, 100)  # 200 ticks a second
    bench.command(0xEC, 0b11)
    bench.command(0xB8)
    assert bench.command(0x0A) == [0xFE, 0xF0]
    bench.data(10, 0x90, 60, 100)
    assert bench.answers() == [0xF1]
    bench.data(20, 0x91, 50, 100)
    assert bench.answers() == []
    bench.wait_ms(60)
    assert bench.answers() == [0xF0]
    bench.data(0xF8)  # 240 ticks of nothing
    bench.wait_ms(60)
    assert bench.answers() == [0xF1]
    bench.data(0, 0xFC)
    bench.wait_ms(1150)
    assert bench.answers() == [0xF0]
    bench.data(10, 61, 90)  # running status
    bench.wait_ms(60)
    notes = [(round(time / MS), value) for time, value in bench.sent if value >= 60 or value == 0x91]
    # Each time counts from the answer to the one before; the start message is behind FAh.
    assert [value for _, value in notes if value < 0xF0] == [0x90, 60, 100, 0x91, 100, 0x90, 61, 90]
    times = [time for time, value in notes if value in (60, 0x91, 61)]
    assert times == pytest.approx([50, 100, 1320], abs=6)


def test_the_conductor_changes_the_tempo() -> None:
    bench = Bench()
    bench.command(0x8F)
    assert bench.command(0x0A) == [0xFE, 0xF9]
    bench.data(2, 0xE0, 200)
    bench.wait_ms(15)
    assert bench.command(0xAF)[-1] == 200


def test_a_recording_without_input_is_time_and_its_end() -> None:
    bench = Bench()
    bench.command(0xE0, 120)  # 240 ticks a second
    assert bench.command(0x20) == [0xFE]
    bench.wait_ms(2510)
    assert bench.answers() == [0xF8, 0xF8]
    assert bench.command(0x11) == [0xFE, 120 + 2, 0xFC]
    bench.wait_ms(2000)
    assert bench.answers() == []


@pytest.mark.parametrize("command", [0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x8A, 0x8C, 0x90, 0x98])
def test_settings_that_change_nothing_heard_are_taken(command: int) -> None:
    bench = Bench()
    assert bench.command(command) == [0xFE]
    assert bench.command(0xE4, 12) == [0xFE]
    assert bench.command(0xAC) == [0xFE, 0x15]
    assert bench.bytes == []


def test_clock_to_host() -> None:
    bench = Bench()
    bench.command(0xE7, 40)  # each ten ticks
    bench.command(0x95)
    bench.wait_ms(1000)
    assert bench.answers().count(0xFD) == 20


def test_state_goes_on() -> None:
    first, second = Bench(), Bench()
    first.command(0xEC, 1)
    first.command(0x0A)
    first.data(100, 0x90, 60)  # an answer half given
    first.wait_ms(5)
    second.clock.skip_to(first.clock.now_ps)
    second.mpu.load(first.mpu.save())
    assert second.mpu.save() == first.mpu.save()
    for bench in (first, second):
        bench.sent.clear()
        bench.data(100)
        bench.wait_ms(600)
    assert first.sent == second.sent != []


@settings(max_examples=100, deadline=None)
@given(writes=st.lists(st.tuples(st.booleans(), st.integers(0, 255), st.integers(0, 20)), max_size=120))
def test_whatever_is_written(writes: list[tuple[bool, int, int]]) -> None:
    bench = Bench()
    for command, value, ms in writes:
        bench.bus.write(0x330 + command, value)
        bench.wait_ms(ms)
    bench.answers()
    assert bench.errors == []
    bench.mpu.load(bench.mpu.save())
    assert bench.command(0xFF)[-1:] == [0xFE]


def messages(*values: int) -> list[str]:
    line = MidiLine(Clock())
    line.record(True)
    for value in values:
        line.send(value)
    return [message.hex(" ") for _, message in line.take()]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((0x80, 1, 2, 3, 4), ["80 01 02", "80 03 04"]),
        ((0xD5, 9, 0xFE, 8), ["d5 09", "d5 08"]),
        ((0xF0, 1, 2, 0xF7, 0x33), ["f0 01 02 f7"]),
        ((0xF0, 1, 0x90, 2, 3), ["f0 01 f7", "90 02 03"]),
        ((0xF2, 1, 2, 0x90, 1, 2), ["90 01 02"]),
        ((1, 2, 3), []),
    ],
)
def test_messages_of_bytes(values: tuple[int, ...], expected: list[str]) -> None:
    assert messages(*values) == expected


def test_who_listens_late_hears_programs_and_controllers() -> None:
    line = MidiLine(Clock())
    for value in (0xC2, 40, 0xB2, 7, 90, 0xE2, 0, 0x50):
        line.send(value)
    other = MidiLine(Clock())
    other.load(line.save())
    other.record(True)
    assert [message.hex(" ") for _, message in other.take()] == ["b2 07 5a", "c2 28", "e2 00 50"]


def fm(*events: tuple[int, tuple[int, ...]]) -> np.ndarray:
    """What the FM chip plays of bytes at times in ms, one and a half seconds."""
    clock, blocks = Clock(20_000), []
    line = MidiLine(clock)
    mixer = Mixer(clock)
    mixer.add("midi", FmMidiVoice(line, clock))
    mixer.listen(Collector(blocks.append))
    for ms, values in events:
        clock.skip_to(ms * MS)
        for value in values:
            line.send(value)
    clock.skip_to(SECOND * 3 // 2)
    mixer.close()
    return np.concatenate(blocks).astype(float)


def loudness(samples: np.ndarray) -> float:
    return float(np.sqrt((samples**2).mean()))


@pytest.mark.parametrize("key", [40, 57, 69, 81])
def test_the_fm_chips_notes_are_in_tune(key: int) -> None:
    sound = fm((0, (0xC0, 73)), (10, (0x90, key, 100)))[9600:57_600, 0]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    assert spectrum.argmax() == pytest.approx(440 * 2 ** ((key - 69) / 12), rel=0.01)


def test_notes_end_pedals_hold_and_sides_differ() -> None:
    held = fm((0, (0xC0, 16, 0x90, 69, 100)), (500, (0x80, 69, 0)))
    assert loudness(held[4800:24_000]) > 1000
    assert loudness(held[48_000:]) < 20
    pedal = fm((0, (0xC0, 16, 0xB0, 64, 127, 0x90, 69, 100)), (500, (0x80, 69, 0)), (1000, (0xB0, 64, 0)))
    assert loudness(pedal[36_000:47_000]) > 1000
    assert loudness(pedal[67_000:]) < 20
    left = fm((0, (0xC0, 16, 0xB0, 10, 0, 0x90, 69, 100)))
    assert loudness(left[4800:, 0]) > 1000
    assert loudness(left[4800:, 1]) < 20
    soft = fm((0, (0xC0, 16, 0xB0, 7, 50, 0x90, 69, 100)))
    assert loudness(soft[4800:]) < loudness(held[4800:24_000]) / 2


def test_every_instrument_and_drum_is_heard() -> None:
    for program in range(0, 128, 8):
        assert loudness(fm((0, (0xC0, program, 0x90, 60, 100)))[:48_000]) > 200, patch(program)
    for key in list(DRUMS)[::4]:
        assert loudness(fm((0, (0x99, key, 100)))[:12_000]) > 100, key


def test_more_notes_than_voices() -> None:
    sound = fm((0, (0xC0, 16)), *((n, (0x90, 30 + n, 100)) for n in range(1, 60)))
    assert np.abs(sound).max() <= 32_768


def test_a_sound_font_is_known_by_its_head(tmp_path: Path) -> None:
    font = tmp_path / "a.sf2"
    font.write_bytes(b"RIFF\0\0\0\0sfbk")
    assert is_sound_font(font)
    assert find_sound_font(str(font)) == font
    font.write_bytes(b"RIFF\0\0\0\0WAVE")
    assert find_sound_font(str(font)) is None
    assert find_sound_font(str(tmp_path / "none.sf2")) is None
