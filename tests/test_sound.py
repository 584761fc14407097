"""The guest programs that play, recorded as a user records them: pitch, level, length, and the same file each time."""

from __future__ import annotations

import tomllib
import wave
from pathlib import Path

import numpy as np
import pytest

from dosemu.machine import Machine
from frontend.session import Plan, Session
from hw.mixer import Collector

PROGRAMS = Path(__file__).parent / "programs"
RATE = 44_100


def own_settings(name: str) -> dict[str, object]:
    """The settings in a program's test.toml."""
    path = PROGRAMS / name / "test.toml"
    settings: dict[str, object] = tomllib.loads(path.read_text())["settings"] if path.is_file() else {}
    return settings


def record(name: str, path: Path, slice_seconds: float = 0.05, **changes: object) -> tuple[np.ndarray, float]:
    """The samples of a run, and how long it took in emulated seconds."""
    changes = own_settings(name) | changes
    with Machine(
        PROGRAMS / name / "main.com", stdio=True, **{"sound.mode": f"wav={path}", "sound.rate": RATE, **changes}
    ) as machine:
        session = Session(machine, Plan(seconds=5))
        while not machine.exited and not session.limit_reached:
            session.run_slice(slice_seconds)
        session.finish()
        assert session.status() == 0
        seconds = machine.clock.seconds
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, RATE)
        data = file.readframes(file.getnframes())
    return np.frombuffer(data, "<i2").reshape(-1, 2).astype(float), seconds


@pytest.mark.parametrize(
    ("name", "hz", "level", "seconds"),
    [
        ("sound_speaker", 1000, 8_190, 1.0),
        ("sound_adlib", 440, 5_770, 1.0),
        ("sound_sb_single", 1000, 15_900, 1.0),
        ("sound_sb_auto", 1000, 15_900, 1.0),
        ("sound_tandy", 999, 4_100, 1.0),
        ("sound_cms", 1001, 2_050, 1.0),
        ("sound_covox", 1000, 5_600, 1.0),
        ("sound_disney", 1000, 5_500, 1.0),
        ("sound_midi", 440, 3_000, 1.0),
        ("sound_gus", 1000, 8_110, 1.0),
    ],
)
def test_a_tone(name: str, hz: int, level: int, seconds: float, tmp_path: Path) -> None:
    sound, length = record(name, tmp_path / "tone.wav")
    assert len(sound) == int(length * RATE)
    assert (sound[:, 0] == sound[:, 1]).all()
    # The tone: where a fiftieth of a second is loud.
    short = RATE // 50
    loudness = [np.abs(sound[at : at + short, 0]).max() for at in range(0, len(sound), short)]
    loud = [n for n, peak in enumerate(loudness) if peak > level]
    assert (loud[-1] - loud[0] + 1) / 50 == pytest.approx(seconds, abs=0.041)
    begin, end = (loud[0] + 3) * short, (loud[-1] - 1) * short
    tone = sound[begin:end, 0]
    spectrum = np.abs(np.fft.rfft(tone * np.hanning(len(tone))))
    assert spectrum.argmax() * RATE / len(tone) == pytest.approx(hz, rel=0.003)
    assert np.sqrt((tone**2).mean()) == pytest.approx(level, rel=0.05)


def test_fm_and_samples_at_once(tmp_path: Path) -> None:
    sound, _ = record("sound_both", tmp_path / "tone.wav")
    tone = sound[RATE // 4 : RATE * 3 // 4, 0]
    spectrum = np.abs(np.fft.rfft(tone * np.hanning(len(tone)))) / len(tone) * 4
    peaks = [round(at * RATE / len(tone)) for at in np.flatnonzero(spectrum > 500)]
    assert {440, 1378} <= set(peaks)
    assert all(min(abs(peak - 440), abs(peak - 1378)) < 8 for peak in peaks)
    assert spectrum[round(1378 * len(tone) / RATE)] == pytest.approx(64 / 128 * 32768, rel=0.05)


def test_pulse_widths_on_the_speaker_are_a_sine(tmp_path: Path) -> None:
    sound, _ = record("sound_pwm", tmp_path / "tone.wav")
    tone = sound[RATE // 4 : RATE * 3 // 4, 0]
    spectrum = np.abs(np.fft.rfft(tone * np.hanning(len(tone))))[: len(tone) * 10_000 // RATE]
    at = int(spectrum.argmax())
    assert at * RATE / len(tone) == pytest.approx(1_193_182 / 64 / 16, rel=0.003)
    spectrum[at - 4 : at + 5] = 0
    assert spectrum.max() < np.abs(np.fft.rfft(tone * np.hanning(len(tone)))).max() / 8


def test_blocks_join_without_a_click(tmp_path: Path) -> None:
    sound, _ = record("sound_sb_auto", tmp_path / "tone.wav")
    steps = np.abs(np.diff(sound[RATE // 10 : RATE * 9 // 10, 0]))
    # The steepest line between two of the tone's samples, 64 of 128 steps in 1/8000 s; a click would be steeper.
    assert steps.max() < 64 / 128 * 32768 * 8000 / RATE * 1.05


def test_sixty_seconds_by_auto_init_have_no_gap_and_no_click() -> None:
    blocks: list[np.ndarray] = []
    # 1378 Hz at 22,050 Hz stereo, 1,200 blocks of DMA; the FM voices beside it are silenced.
    with Machine(
        PROGRAMS / "sound_both" / "main.com", ["60"], stdio=True, **{"sound.rate": RATE, "sound.mix.fm": 0}
    ) as machine:
        machine.sound.mixer.listen(Collector(lambda block: blocks.append(block[:, 0].copy())))
        machine.run(seconds=61)
        assert machine.exit_code == 0
    sound = np.concatenate(blocks)[RATE // 4 : 59 * RATE].astype(np.float32)
    # The steepest line between two of the tone's samples, 24 of 128 steps in 1/22050 s; a click would be steeper.
    assert np.abs(np.diff(sound)).max() < 25 / 128 * 32768 * 22050 / RATE * 1.05
    # No hundredth of a second is softer or louder than the others.
    hundredths = np.sqrt((sound[: len(sound) // 441 * 441].reshape(-1, 441) ** 2).mean(axis=1))
    assert hundredths.min() > 0.97 * hundredths.max() > 0
    # And the pitch is the same all the time: the spectrum has one line.
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    at = int(spectrum.argmax())
    assert at * RATE / len(sound) == pytest.approx(22050 / 16, rel=1e-4)
    spectrum[max(at - 40, 0) : at + 41] = 0
    spectrum[len(spectrum) // 4 :] = 0  # what a line between samples adds stands far above
    assert spectrum.max() < 16384 * len(sound) / 4 / 200


@pytest.mark.parametrize("name", ["sound_adlib", "sound_sb_auto"])
def test_the_same_run_gives_the_same_file_however_it_is_sliced(name: str, tmp_path: Path) -> None:
    record(name, tmp_path / "one.wav")
    record(name, tmp_path / "two.wav", slice_seconds=0.0131)
    assert (tmp_path / "one.wav").read_bytes() == (tmp_path / "two.wav").read_bytes()


@pytest.mark.parametrize("sbtype", ["sb1", "sb2", "sbpro", "sb16"])
def test_each_card_plays_single_cycle_blocks(sbtype: str, tmp_path: Path) -> None:
    sound, _ = record("sound_sb_single", tmp_path / "tone.wav", **{"sound.sbtype": sbtype})
    assert np.abs(sound).max() > 20_000


def test_without_a_card_nothing_answers() -> None:
    with Machine(PROGRAMS / "sound_sb_single" / "main.com", stdio=True, **{"sound.sbtype": "none"}) as machine:
        machine.run(seconds=5)
        assert machine.exit_code == 1
        assert "BLASTER" not in machine.sound.environment


@pytest.mark.parametrize("name", ["sound_speaker", "sound_adlib", "sound_sb_auto"])
def test_unheard_programs_run_alike_and_render_nothing(name: str, tmp_path: Path) -> None:
    _, heard = record(name, tmp_path / "tone.wav")
    with Machine(PROGRAMS / name / "main.com", stdio=True) as machine:
        machine.run(seconds=5)
        assert machine.exited
        assert machine.clock.seconds == pytest.approx(heard, abs=1e-5)
        assert "mixer" not in vars(machine.sound)


@pytest.mark.parametrize("name", ["sound_speaker", "sound_adlib", "sound_sb_auto"])
def test_the_state_of_all_devices_is_plain_and_goes_back(name: str, tmp_path: Path) -> None:
    with Machine(PROGRAMS / name / "main.com", stdio=True) as machine:
        sounds: list[np.ndarray] = []
        machine.sound.mixer.listen(Collector(sounds.append))
        machine.run(seconds=0.5)
        state = machine.sound.save()
        machine.sound.load(state)
        assert machine.sound.save() == state
        sounds.clear()
        machine.run(seconds=0.3)
        assert not machine.exited
        heard = np.concatenate(sounds)[4800:, 0].astype(float)
        assert np.sqrt((heard**2).mean()) > 4000
