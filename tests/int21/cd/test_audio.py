"""Music from a CUE sheet by device driver requests: position, pause, channels, and what is heard."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hw.clock import SECOND
from hw.mixer import Collector, Mixer
from hw.sound.cd import CdVoice
from int21.cd.drive import CdDrive
from int21.cd.image import ImageDisc
from tests.covers import covers
from tests.int21.machine import Guest

REQUEST, BLOCK = 0x20000, 0x20100
PLAY, STOP, RESUME, SEEK = 132, 133, 136, 131
DATA = 75  # sectors in front of the music


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    """A disc of a second of data, two seconds of 1 kHz left and 500 Hz right, and two of silence."""
    at = np.arange(2 * 44_100) / 44_100
    tone = np.stack([np.sin(2 * np.pi * 1000 * at), np.sin(2 * np.pi * 500 * at)], axis=1)
    sound = np.rint(16_000 * tone).astype("<i2").tobytes()
    (tmp_path / "disc.bin").write_bytes(bytes(2352 * DATA) + sound + bytes(2352 * 150))
    sheet = tmp_path / "disc.cue"
    sheet.write_text(
        'FILE "disc.bin" BINARY\n  TRACK 01 MODE1/2352\n    INDEX 01 00:00:00\n'
        "  TRACK 02 AUDIO\n    INDEX 01 00:01:00\n  TRACK 03 AUDIO\n    INDEX 01 00:03:00\n"
    )
    (tmp_path / "c").mkdir()
    guest = Guest(tmp_path / "c")
    guest.dos.drives.mount("D", CdDrive(ImageDisc(sheet)))
    return guest


def ask(guest: Guest, command: int, rest: bytes = b"") -> int:
    """Send a request; its status."""
    guest.memory.write(REQUEST, struct.pack("<BBBH8x", 13 + len(rest), 0, command, 0) + rest)
    guest.call(0x1510, 0x2F, cx=3, es=REQUEST >> 4, bx=0)
    return guest.memory.u16(REQUEST + 3)


def play(guest: Guest, start: int, count: int) -> int:
    return ask(guest, PLAY, struct.pack("<BII", 0, start, count))


def control(guest: Guest, block: bytes, command: int = 3) -> bytes:
    guest.memory.write(BLOCK, block.ljust(16, b"\0"))
    assert ask(guest, command, struct.pack("<BHHH", 0, BLOCK & 15, BLOCK >> 4, 16)) & 0x8000 == 0
    return bytes(guest.memory.read(BLOCK, 16))


def wait(guest: Guest, seconds: float) -> None:
    guest.dos.clock.skip_to(guest.dos.clock.now_ps + round(seconds * SECOND))


def q_channel(guest: Guest) -> tuple[int, ...]:
    return tuple(control(guest, bytes([12]))[1:11])


@covers("2Fh/1510h")
def test_position_and_end(guest: Guest) -> None:
    assert play(guest, DATA, 150) & 0x8300 == 0x0300  # done, busy
    wait(guest, 1.5)
    assert q_channel(guest) == (0x01, 2, 1, 0, 1, 37, 0, 0, 4, 37)
    assert struct.unpack("<I", control(guest, bytes([1, 0]))[2:6])[0] == DATA + 112
    wait(guest, 0.6)
    assert ask(guest, 13) & 0x0200 == 0  # not busy any more
    assert struct.unpack("<I", control(guest, bytes([1, 0]))[2:6])[0] == DATA + 150


@covers("2Fh/1510h")
def test_pause_resume_and_stop(guest: Guest) -> None:
    # By minute, second and frame.
    assert ask(guest, PLAY, struct.pack("<BBBBBI", 1, 0, 3, 0, 0, 300)) & 0x8000 == 0
    wait(guest, 1)
    assert ask(guest, STOP) & 0x8200 == 0
    wait(guest, 5)
    assert control(guest, bytes([15]))[1:11] == bytes((1, 0, 0, 4, 0, 0, 0, 7, 0, 0))
    assert ask(guest, RESUME) & 0x8200 == 0x0200
    wait(guest, 1)
    assert q_channel(guest)[7:] == (0, 5, 0)
    ask(guest, STOP)
    ask(guest, STOP)
    assert control(guest, bytes([15]))[1:3] == b"\0\0"
    assert ask(guest, RESUME) & 0x8000


def test_what_cannot_be_played(guest: Guest) -> None:
    assert play(guest, 100_000, 1) & 0x8000
    assert ask(guest, PLAY, struct.pack("<BII", 1, 0, 10)) & 0x8000  # 0:00:00 is in front of the first sector


def heard(guest: Guest, seconds: float) -> np.ndarray:
    blocks: list[np.ndarray] = []
    mixer = Mixer(guest.dos.clock)
    mixer.add("cd", CdVoice(guest.dos.cd.output))
    mixer.listen(Collector(blocks.append))
    wait(guest, seconds)
    mixer.close()
    return np.concatenate(blocks).astype(float)


def hertz(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * 48_000 / len(samples))


@pytest.mark.parametrize("begun", [0.0, 0.4])
def test_the_music_is_heard_from_when_it_plays_to_its_end(guest: Guest, begun: float) -> None:
    play(guest, DATA, 75)
    wait(guest, begun)
    sound = heard(guest, 1.5)
    end = round((1 - begun) * 48_000)
    assert hertz(sound[1000 : end - 1000, 0]) == pytest.approx(1000, rel=0.002)
    assert hertz(sound[1000 : end - 1000, 1]) == pytest.approx(500, rel=0.002)
    assert np.sqrt((sound[1000 : end - 1000] ** 2).mean()) == pytest.approx(16_000 / 2**0.5, rel=0.01)
    assert np.abs(sound[end + 3 :]).max() == 0


def test_channels_and_volumes(guest: Guest) -> None:
    control(guest, bytes((3, 1, 128, 0, 0, 2, 0, 3, 0)), 12)
    assert control(guest, bytes([4]))[1:5] == bytes((1, 128, 0, 0))
    play(guest, DATA, 75)
    sound = heard(guest, 0.9)
    assert hertz(sound[:, 0]) == pytest.approx(500, rel=0.002)
    assert np.abs(sound[:, 0]).max() == pytest.approx(16_000 * 128 / 255, rel=0.01)
    assert np.abs(sound[:, 1]).max() == 0


def test_state_goes_on(guest: Guest) -> None:
    play(guest, DATA, 150)
    wait(guest, 0.7)
    state = guest.dos.cd.save()
    before = heard(guest, 0.2)
    wait(guest, 3)
    guest.dos.cd.load(state)
    assert guest.dos.cd.save() == state
    assert len(before) == 9600
    assert ask(guest, 13) & 0x0200 == 0  # the clock was not put back: that was long ago


def test_another_disc_ends_the_music(guest: Guest, tmp_path: Path) -> None:
    play(guest, DATA, 150)
    guest.dos.drives.mount("D", CdDrive(ImageDisc(tmp_path / "disc.cue")))
    assert ask(guest, 13) & 0x0200 == 0
    assert guest.dos.cd.output.present == {}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    requests=st.lists(
        st.tuples(st.sampled_from([PLAY, STOP, RESUME, SEEK, 3, 12, 128]), st.binary(min_size=9, max_size=13)),
        max_size=15,
    )
)
def test_any_requests(guest: Guest, requests: list[tuple[int, bytes]]) -> None:
    for command, rest in requests:
        guest.memory.write(BLOCK, rest)
        status = ask(guest, command, bytes([rest[0] & 1]) + rest[1:])
        assert status & 0x0100
        wait(guest, rest[1] / 100)
    assert len(heard(guest, 0.1)) == 4800
