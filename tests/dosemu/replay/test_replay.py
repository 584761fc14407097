"""Record and replay as users see them: the same hashes again, or the first difference."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import random
import shutil
import socket
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from dosemu import Machine
from dosemu.errors import DosemuError, MountError, SnapshotError
from dosemu.replay import Recording, RecordingError, open_replay, replay
from dosemu.snapshot.snapshot import build
from tests.dosemu.guest import com

# Echo keys, and make the speaker's pitch of them; show the timer's ticks at the top right.
WORKER = """
    b8 00 b8 8e c0                      ; ES = B800h
    e4 61 0c 03 e6 61                   ; speaker on
    1e 31 c0 8e d8 a0 6c 04 1f          ; AL = low byte of the ticks
    26 a2 9e 00                         ; ES:[9Eh]
    01 06 00 03 d1 06 02 03             ; work
    b4 01 cd 16 74 e5                   ; a key?
    b4 00 cd 16 e6 42 e6 42             ; pitch
    b4 0e cd 10 eb d7
"""


def worker(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return com(folder, WORKER)


def recorded(tmp_path: Path, program: Path, **settings: Any) -> Path:
    """A session with keys, mouse and joystick, and speeds as a window sets them."""
    chance = random.Random(7)
    with Machine(program, record=tmp_path / "rec", size_mb=1, cycles=1000, **settings) as m:
        m.joystick.connect("2axis")
        for frame in range(120):
            match chance.randrange(6):
                case 0:
                    m.keyboard.type(chance.choice("abcxyz"))
                case 1:
                    m.keyboard.press(0x1E)
                case 2:
                    m.keyboard.release(0x1E)
                case 3:
                    m.mouse.move(chance.randrange(-5, 5), 3)
                    m.mouse.click()
                case 4:
                    m.joystick.move(0, chance.uniform(-1, 1))
                    m.joystick.press(frame % 2)
                case 5:
                    m.clock.cycles_per_ms = chance.randrange(500, 2000)
            m.run(frames=1)
        m.keyboard.release_all()
        m.mouse.release_all()
        m.joystick.release_all()
    return tmp_path / "rec"


def test_the_same_twice_and_in_another_process(tmp_path: Path) -> None:
    recording = recorded(tmp_path, worker(tmp_path / "c"))
    first, second = replay(recording), replay(recording)
    assert first == second
    assert len({character for character in first.screen_text if character in "abcxyz"}) > 3
    assert first.checks[-1].sound != 0
    script = "import sys; from dosemu.replay import replay; print(replay(sys.argv[1]).checks[-1])"
    there = subprocess.run(
        [sys.executable, "-c", script, str(recording)], capture_output=True, text=True, check=True, timeout=60
    )
    assert there.stdout.strip() == str(first.checks[-1])


def test_ten_minutes(tmp_path: Path) -> None:
    chance = random.Random(3)
    with Machine(worker(tmp_path / "c"), record=tmp_path / "rec", size_mb=1, cycles=40, rate=8000) as m:
        for _ in range(150):
            m.keyboard.tap(chance.choice(["a", "b", "Enter", "F1", "shift+x", "space"]))
            m.run(seconds=4)
    recording = Recording.load(tmp_path / "rec")
    assert recording.seconds == pytest.approx(600, abs=0.1)
    assert len(recording.checks) > 100
    assert (tmp_path / "rec").stat().st_size < 40_000
    assert replay(recording).checks == tuple(recording.checks)


@pytest.mark.parametrize("frames", [1, 7])
def test_however_the_replay_is_run(frames: int, tmp_path: Path) -> None:
    with open_replay(recorded(tmp_path, worker(tmp_path / "c"))) as m:
        assert m.log is not None
        while not m.log.done:
            m.keyboard.type("z")  # is withheld
            m.mouse.move(1, 1)
            m.run(frames=frames)
        m.keyboard.type("Q")  # from here on it is the user's again
        m.run(seconds=0.5)
        assert "Q" in m.screen.text()


def test_a_difference_is_named(tmp_path: Path) -> None:
    path = recorded(tmp_path, worker(tmp_path / "c"))
    recording = Recording.load(path)
    kept = list(recording.happenings)
    del recording.happenings[next(i for i, one in enumerate(kept) if one.name == "keyboard.send" and i > 9)]
    with pytest.raises(RecordingError, match=r"not as in the recording.*at \d+\.\d+ s"):
        replay(recording)
    recording.happenings = kept
    recording.checks[-1] = dataclasses.replace(recording.checks[-1], picture=1)
    with pytest.raises(RecordingError, match="picture not as in the recording"):
        replay(recording)
    recording.checks[-1] = dataclasses.replace(recording.checks[-1], picture=1, memory=1)
    with pytest.raises(RecordingError, match="memory, picture not"):
        replay(recording)


def test_a_program_that_ends(tmp_path: Path) -> None:
    program = com(tmp_path, "b4 00 cd 16 b8 07 4c cd 21")
    with Machine(program, record=tmp_path / "rec") as m:
        m.run(seconds=0.5)
        m.keyboard.tap("a")
        m.run(seconds=9)
    assert replay(tmp_path / "rec").exit_code == 7


def test_standard_input(tmp_path: Path) -> None:
    program = com(tmp_path, "b4 3f 31 db b9 04 00 ba 00 02 cd 21 91 e3 09 b4 40 bb 01 00 cd 21 eb e8 cd 20")
    with Machine(program, stdio=True, stdin=b"what was read", record=tmp_path / "rec") as m:
        m.run(seconds=9)
        assert m.stdout == b"what was read"
    assert replay(tmp_path / "rec").stdout == b"what was read"


def test_the_files_stay_as_they_are(tmp_path: Path) -> None:
    # Read A.TXT and delete it: the recorded run changes its own input.
    code = """
        b8 00 3d ba 40 01 cd 21 89 c3 b4 3f b9 04 00 ba 60 01 cd 21 b4 3e cd 21
        b4 41 ba 40 01 cd 21 cd 20
    """
    (tmp_path / "c").mkdir()
    program = com(tmp_path / "c", code, b"\0" * (0x40 - 33) + b"A.TXT\0")
    (tmp_path / "c" / "A.TXT").write_bytes(b"data")
    with Machine(program, record=tmp_path / "rec") as m:
        m.run(seconds=9)
    names = sorted(path.name for path in (tmp_path / "c").iterdir())
    assert names == ["T.COM"]
    for _ in range(2):
        replay(tmp_path / "rec")
        assert sorted(path.name for path in (tmp_path / "c").iterdir()) == names
    (tmp_path / "c").rename(tmp_path / "elsewhere")
    with pytest.raises(DosemuError, match=r"T\.COM"):
        replay(tmp_path / "rec")
    replay(tmp_path / "rec", tmp_path / "elsewhere" / "T.COM")


def test_other_files_are_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    program = worker(folder)
    (folder / "LEVEL.DAT").write_bytes(b"one")
    with Machine(program, record=tmp_path / "rec") as m:
        m.run(seconds=0.05)
    (folder / "LEVEL.DAT").write_bytes(b"two")
    with pytest.raises(RecordingError, match=r"LEVEL\.DAT: has changed"):
        replay(tmp_path / "rec")
    (folder / "LEVEL.DAT").unlink()
    with pytest.raises(RecordingError, match=r"LEVEL\.DAT: was there"):
        replay(tmp_path / "rec")
    (folder / "LEVEL.DAT").write_bytes(b"one")
    program.write_bytes(program.read_bytes() + b"\0")
    with pytest.raises(RecordingError, match=r"T\.COM"):
        replay(tmp_path / "rec")


def test_a_serial_line(tmp_path: Path) -> None:
    # Echo what comes in at COM1 to the screen.
    program = com(tmp_path, "ba fd 03 ec a8 01 74 fb ba f8 03 ec b4 0e cd 10 eb ee")
    server = socket.create_server(("127.0.0.1", 0))
    where = f"tcp:127.0.0.1:{server.getsockname()[1]}"
    with server, Machine(program, com1=where, record=tmp_path / "rec") as m:
        peer, _ = server.accept()
        with peer:
            peer.sendall(b"over the line")
            m.run(until="the line", seconds=20)
        m.run(seconds=0.1)
        assert "over the line" in m.screen.text()
    assert "over the line" in replay(tmp_path / "rec").screen_text


def test_disks_are_changed_again(tmp_path: Path) -> None:
    for name in "12":
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.TXT").write_bytes(b"")
    discs = [f"{tmp_path}/1", f"{tmp_path}/2"]
    (tmp_path / "c").mkdir()
    mounts = {"D": [f"{disc}:cdrom" for disc in discs]}
    with Machine(tmp_path / "c", mounts=mounts, record=tmp_path / "rec") as m:
        m.run(seconds=0.5)
        m.swap("D")
        with pytest.raises(MountError):
            m.insert("D", tmp_path / "1")
        m.keyboard.type("dir d:\n")
        m.run(seconds=2)
        text = m.screen.text()
        assert "2        TXT" in text
    assert replay(tmp_path / "rec").screen_text == text


def test_no_restore_meanwhile(tmp_path: Path) -> None:
    with Machine(worker(tmp_path / "c"), record=tmp_path / "rec") as m:
        state = m.snapshot()
        with pytest.raises(SnapshotError, match="recording"):
            m.restore(state)


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="No such file"):
        Machine(worker(tmp_path / "c"), record=tmp_path / "no" / "rec")


# Bad files


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good")
    with Machine(worker(folder / "c"), record=folder / "rec", size_mb=1, cycles=300) as m:
        for key in "abc":
            m.keyboard.type(key)
            m.mouse.move(1, 2)
            m.run(seconds=0.1)
    return folder / "rec"


@pytest.mark.parametrize("seed", range(30))
def test_damaged_files(good: Path, seed: int, tmp_path: Path) -> None:
    bad = bytearray(good.read_bytes())
    at = zlib.crc32(b"%d" % seed) % len(bad)
    if seed % 2:
        bad[at] ^= 1 << seed % 8
    else:
        del bad[at:]
    (tmp_path / "bad").write_bytes(bad)
    with pytest.raises(RecordingError) as info:
        Recording.load(tmp_path / "bad")
    assert "\n" not in str(info.value)


def test_made_up_recordings(good: Path) -> None:
    chance = random.Random(1)
    values = [0, -1, 1 << 40, 1 << 62, 1 << 70, 1.5, None, True, "x", [], {}, [1], "keyboard.send", "../x", "ff"]
    body = zlib.decompress(good.read_bytes()[19:])
    for _ in range(120):
        plain = _changed(body, chance, values)
        try:
            recording = Recording._read(plain)
        except (DosemuError, LookupError, TypeError, ValueError, AttributeError, OverflowError):
            continue  # what load() turns into RecordingError
        if recording.checks[-1].cycle < 1_000_000:
            with contextlib.suppress(DosemuError):  # nothing else may be raised
                replay(recording)


def _changed(body: bytes, chance: random.Random, values: list[Any]) -> Any:
    import json

    plain = json.loads(body)
    places: list[tuple[Any, Any]] = []

    def walk(part: Any) -> None:
        items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
        for key, value in items:
            places.append((part, key))
            walk(value)

    walk(plain)
    part, key = chance.choice(places)
    part[key] = chance.choice(values)
    return plain


def test_another_build(good: Path) -> None:
    with pytest.raises(RecordingError, match="another build"):
        Recording._read({"build": build() + "x"})


def test_a_program_that_makes_files(tmp_path: Path) -> None:
    """tests/programs/file_dates: what it is told of the drive is in its memory."""
    folder = tmp_path / "c"
    (folder / "EMPTY").mkdir(parents=True)
    source = Path(__file__).parents[2] / "programs" / "file_dates" / "main.com"
    shutil.copy(source, folder / "MAIN.COM")
    for name in ("OLD.TXT", "Long name of another file.txt", "Long name of one more.txt", "EMPTY/A.TXT"):
        (folder / name).write_bytes(b"old")
        os.utime(folder / name, (1e9, 1e9))
    program = folder / "MAIN.COM"
    with Machine(program, record=tmp_path / "rec", stdio=True, version="7.10") as m:
        m.run(seconds=9)
        assert m.exit_code == 0
        said = m.stdout
    assert {"OTHER.TXT", "Long name of a file.txt", "FOLDER"} < {path.name for path in folder.iterdir()}
    copied = tmp_path / "elsewhere" / "other"
    shutil.copytree(folder, copied)  # with other dates
    os.utime(copied / "Long name of one more.txt", (2e9, 2e9))
    for place in (program, program, copied / "MAIN.COM"):
        before = sorted(path.name for path in place.parent.rglob("*"))
        assert replay(tmp_path / "rec", place).stdout == said
        assert sorted(path.name for path in place.parent.rglob("*")) == before
    script = "import sys; from dosemu.replay import replay; print(replay(sys.argv[1]).checks[-1].memory)"
    there = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "rec")], capture_output=True, text=True, check=True, timeout=60,
        env={**os.environ, "TZ": "Asia/Tokyo"},
    )  # fmt: skip
    assert int(there.stdout) == Recording.load(tmp_path / "rec").checks[-1].memory


def test_folders_that_were_made_and_removed(tmp_path: Path) -> None:
    (tmp_path / "c" / "OLD").mkdir(parents=True)
    with Machine(tmp_path / "c", record=tmp_path / "rec") as m:
        m.keyboard.type("rd old\nmd new\nmd new\\deep\necho x > new\\deep\\a.txt\ndir /s /b\n")
        m.run(seconds=3)
        text = m.screen.text()
    assert r"C:\NEW\DEEP\A.TXT" in text
    assert "rror" not in text
    assert replay(tmp_path / "rec").screen_text == text


def test_input_in_the_middle_of_straight_code(tmp_path: Path) -> None:
    chance = random.Random(1)
    with Machine(worker(tmp_path / "c"), record=tmp_path / "rec", size_mb=1) as m:
        for _ in range(40):
            m.keyboard.type(chance.choice("abc"))
            m.run(instructions=chance.randrange(1, 9000))
    assert replay(tmp_path / "rec").checks[-1].instructions == m.clock.instructions
