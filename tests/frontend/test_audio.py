"""Where the sound goes: files, devices, and what happens where there is none."""

from __future__ import annotations

import os
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from dosemu.errors import DosemuError
from dosemu.settings import SoundSettings
from frontend.audio import open_sink
from frontend.audio.portaudio import Buffer
from frontend.audio.wav import WavFile

ROOT = Path(__file__).resolve().parents[2]
SPEAKER = ROOT / "tests" / "programs" / "sound_speaker" / "main.com"

# Plays a second of a known ramp at the pace of the device.
PLAY = """if True:
    import sys, time
    import numpy as np
    from dosemu.settings import SoundSettings
    from frontend.audio import open_sink
    sink = open_sink(SoundSettings(mode=sys.argv[1], rate=48000), paced=True)
    print(sink is not None)
    if sink is not None:
        ramp = np.arange(1, 14401, dtype=np.int16).repeat(2).reshape(-1, 2)
        for block in np.split(ramp, 30):
            sink.play(block)
            time.sleep(0.008)
        while sink.queued_bytes:
            time.sleep(0.01)
        time.sleep(0.1)
        sink.close()
"""


def play(mode: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PLAY, mode], env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_sdl_plays_every_sample_after_a_little_silence(tmp_path: Path) -> None:
    raw = tmp_path / "sound.raw"
    done = play("sdl", SDL_AUDIODRIVER="disk", SDL_DISKAUDIOFILE=str(raw))
    assert done.stdout == "True\n", done.stderr
    left = np.frombuffer(raw.read_bytes(), "<i2")[::2]
    heard = left[left != 0]
    assert np.array_equal(heard, np.arange(1, 14401))


def test_auto_is_silent_where_there_is_no_device() -> None:
    done = play("auto", SDL_AUDIODRIVER="dummy")
    assert done.stdout == "False\n", done.stderr


def test_a_device_asked_for_by_name_that_is_not_there_is_an_error() -> None:
    done = play("sdl", SDL_AUDIODRIVER="nonsense")
    assert "--sound sdl: " in done.stderr
    assert done.returncode == 1


def test_nothing_is_opened_where_nobody_watches() -> None:
    assert open_sink(SoundSettings(), paced=False) is None
    assert open_sink(SoundSettings(mode="none"), paced=True) is None


def test_wav_by_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "beep.wav"
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from frontend.cli import main; sys.exit(main())", "--display", "none",
              "--sound", f"wav={path}", str(SPEAKER)],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    with wave.open(str(path)) as file:
        assert file.getframerate() == 48_000
        assert file.getnframes() == pytest.approx(48_000, abs=200)


def test_a_file_that_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(DosemuError, match="cannot write the sound"):
        open_sink(SoundSettings(mode=f"wav={tmp_path / 'no' / 'such.wav'}"), paced=False)


def test_a_full_disk_is_reported_once() -> None:
    sink = WavFile(Path("/dev/full"), 48_000)
    for _ in range(10):
        sink.play(np.zeros((48_000, 2), np.int16))
    sink.close()
    assert sink.trouble.startswith("cannot write the sound /dev/full: ")


def test_the_buffer_is_bounded() -> None:
    buffer = Buffer(latency_bytes=100)
    for _ in range(100):
        buffer.put(b"\1" * 100)
    assert buffer.take(10_000).count(1) < 600
