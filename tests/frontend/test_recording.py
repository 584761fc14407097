"""--record: what was seen, with its colours and its times, and what was heard."""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from dosemu.errors import DosemuError
from frontend.recording import open_recording
from tests.frontend.fake_machine import FakeMachine

COLOURS = [(255, 0, 0), (1, 2, 3), (0, 255, 9)]


def test_a_gif_has_each_picture_once_for_the_time_it_was_seen(tmp_path: Path) -> None:
    machine = FakeMachine()
    machine.screen.mode = 0x13
    recording = open_recording(machine, tmp_path / "a.gif")  # type: ignore[arg-type]
    for number in range(30):
        machine.screen.picture[:] = COLOURS[number // 10]
        machine.run(seconds=0.05)
        recording.frame()
    recording.close()
    with Image.open(recording.path) as image:
        frames = [
            (frame.convert("RGB").getpixel((5, 5)), frame.info["duration"]) for frame in ImageSequence.Iterator(image)
        ]
    assert [colour for colour, _ in frames if colour != (0, 0, 0)] == COLOURS
    assert sum(duration for _, duration in frames) == 1500
    assert [duration for _, duration in frames][-2:] == [500, 450]


def test_a_gif_of_256_colours_is_exact_and_a_change_of_mode_keeps_the_canvas(tmp_path: Path) -> None:
    machine = FakeMachine()
    machine.screen.write(0, 0, "Text", 0x1E)
    text = machine.screen.frame.copy()
    recording = open_recording(machine, tmp_path / "a.gif")  # type: ignore[arg-type]
    machine.run(seconds=0.1)
    machine.screen.mode = 0x13
    shades = np.arange(255, dtype=np.uint8)  # and black
    machine.screen.picture[:, :255] = np.stack([shades, 255 - shades, shades // 2], axis=1)
    recording.frame()
    machine.run(seconds=0.1)
    recording.close()
    with Image.open(recording.path) as image:
        first, second = (np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image))
    assert (first == text).all()
    assert (second[:, 40:680] == machine.screen.picture.repeat(2, axis=0).repeat(2, axis=1)).all()


def test_a_program_is_recorded_without_a_display(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "dosemu", "--display", "none", "--seconds", "1"]
    for name in ("a.gif", "a.wav"):
        done = subprocess.run(
            [*command, "--record", name, "demo"], cwd=tmp_path, capture_output=True, timeout=60, check=False
        )
        assert done.returncode in (0, 124), done.stderr
    with Image.open(tmp_path / "a.gif") as image:
        assert image.size == (720, 400)
    with wave.open(str(tmp_path / "a.wav")) as sound:
        assert sound.getparams()[:3] == (2, 2, 48000)
        assert 0.9 < sound.getnframes() / 48000 <= 1.01 or done.returncode == 0


def test_an_unknown_suffix_and_a_folder_that_is_not_there_are_errors_at_the_begin(tmp_path: Path) -> None:
    with pytest.raises(DosemuError, match=r"FILE\.gif, FILE\.mp4, FILE\.wav"):
        open_recording(FakeMachine(), tmp_path / "a.avi")  # type: ignore[arg-type]
    with pytest.raises(DosemuError, match=r"cannot write the recording .*No such file"):
        open_recording(FakeMachine(), tmp_path / "no" / "a.gif")  # type: ignore[arg-type]


def test_without_ffmpeg_an_mp4_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(DosemuError, match=r'pip install "dosemu\[video\]"'):
        open_recording(FakeMachine(), tmp_path / "a.mp4")  # type: ignore[arg-type]


def test_an_mp4_is_what_the_encoder_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for FFmpeg: it writes down how it was called, and how much it read."""
    script = tmp_path / "ffmpeg"
    script.write_text(
        f"#!{sys.executable}\n"
        "import sys, pathlib\n"
        "size = len(sys.stdin.buffer.read()) if '-' in sys.argv else 0\n"
        f"with open({str(tmp_path / 'log')!r}, 'a') as log: print(size, *sys.argv[1:], file=log)\n"
        "pathlib.Path(sys.argv[-1]).write_bytes(b'film')\n"
    )
    script.chmod(0o755)
    monkeypatch.setattr("frontend.recording.ffmpeg", lambda: str(script))
    machine = FakeMachine()
    recording = open_recording(machine, tmp_path / "a.mp4")  # type: ignore[arg-type]
    for _ in range(7):
        machine.run(frames=1)
        recording.frame()
    recording.close()
    assert recording.path.read_bytes() == b"film"
    video, both = (tmp_path / "log").read_text().splitlines()
    assert video.startswith(f"{7 * 960 * 720 * 4} ")
    assert "-r 70.086" in video
    assert "audio.wav" in both
