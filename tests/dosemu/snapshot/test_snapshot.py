"""Snapshots as users see them: what goes on after one is what would have gone on without."""

from __future__ import annotations

import hashlib
import random
import struct
import subprocess
import sys
import tomllib
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dosemu import Machine, Trace
from dosemu.errors import SnapshotError
from dosemu.snapshot import Snapshot
from dosemu.snapshot.folder import Kept
from hw.mixer import Collector
from tests.dosemu.guest import com

PROGRAMS = Path(__file__).parents[2] / "programs"
TYPES = ("svga", "vga", "ega", "cga", "tandy", "pcjr", "hercules")


def state_of(m: Machine) -> tuple[object, ...]:
    """What must be the same."""
    digest = [hashlib.sha256(data).hexdigest() for data in (bytes(m.memory), m.screen.frame.tobytes())]
    return (*digest, m.clock.cycles, m.clock.now_ps, m.regs.save(), m.stdout, m.exited, m.exit_code)


def alike(m: Machine, other: Machine, seconds: float = 0.1) -> bool:
    for machine in (m, other):
        machine.run(seconds=seconds)
    return state_of(m) == state_of(other)


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("tick_08h", 0.1),  # a handler of the guest
        ("ems", 0.002),
        ("xms", 0.002),
        ("dpmi_16", 0.01),
        ("dpmi_32", 0.01),
        ("dpmi_exception", 0.01),
        ("self_modifying", 0.001),
        ("fcb", 0.002),
        ("find", 0.001),
        ("long_names", 0.0002),
        ("tsr", 0.003),
        ("wait_15h", 0.02),
        ("batch", 0.02),
        ("exec_child", 0.003),
        ("arithmetic_386", 0.001),
        ("sound_sb_auto", 0.02),
        ("joystick", 0.02),
        ("ps2_mouse", 0.02),
    ],
)
def test_programs_go_on_alike(name: str, seconds: float, tmp_path: Path) -> None:
    main = next(path for path in (PROGRAMS / name).glob("main.*") if path.suffix != ".asm")
    copy = tmp_path / "c" / main.name
    copy.parent.mkdir()
    copy.write_bytes(main.read_bytes())
    with Machine(copy, stdio=True, stdin=b"one\r\ntwo\r\n") as m:
        m.run(seconds=seconds)
        state = m.snapshot()
        state.save(tmp_path / "state")
        with Machine.from_snapshot(tmp_path / "state", trust=True) as other:
            assert state_of(other) == state_of(m)
            m.run(seconds=0.1)
            after = state_of(m)
            m.restore(state)
            assert alike(m, other)
            assert state_of(m) == after


@pytest.mark.parametrize("kind", TYPES)
def test_every_kind_of_machine_can_be_saved(kind: str) -> None:
    # A part in native code without save() and load() fails here.
    with Machine(PROGRAMS / "tick_08h" / "main.com", machine=kind, cms=True, stdio=True) as m:
        m.sound.mixer.listen(Collector(lambda block: None))
        m.run(seconds=0.05)
        state = m.snapshot()
        m.run(seconds=0.1)
        after = state_of(m)
        m.restore(state)
        m.run(seconds=0.1)
        assert state_of(m) == after


def test_another_process_goes_on_alike(tmp_path: Path) -> None:
    script = (
        "import hashlib, sys; from dosemu import Machine\n"
        "m = Machine.from_snapshot(sys.argv[1], trust=True); m.run(seconds=0.2)\n"
        "print(hashlib.sha256(bytes(m.memory)).hexdigest(), m.clock.cycles, m.screen.text().split()[0])"
    )
    with Machine(com(tmp_path, "b4 00 cd 16 b4 0e cd 10 eb f6")) as m:  # echo keys
        m.keyboard.type("alike")
        m.run(seconds=0.07)
        m.snapshot().save(tmp_path / "state")
        m.run(seconds=0.2)
        here = [hashlib.sha256(bytes(m.memory)).hexdigest(), str(m.clock.cycles), m.screen.text().split()[0]]
    assert here[-1] == "alike"
    there = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "state")], capture_output=True, text=True, check=True, timeout=60
    )
    assert there.stdout.split() == here


def listened(path: Path, **settings: Any) -> tuple[Machine, list[bytes]]:
    """A machine, and what is heard of it."""
    machine = Machine(path, stdio=True, **settings)
    heard: list[bytes] = []
    machine.sound.mixer.listen(Collector(lambda block: heard.append(block.tobytes())))
    return machine, heard


def assert_goes_on_alike(path: Path, seconds: float, **settings: Any) -> None:
    """The machine itself and another one go on from a snapshot with the same memory and sound."""
    m, heard = listened(path, **settings)
    other, heard_there = listened(path, **settings)
    with m, other:
        m.run(seconds=seconds)
        state = m.snapshot()
        heard.clear()
        m.run(seconds=0.2)
        after, memory = b"".join(heard), bytes(m.memory)
        assert any(after)
        other.run(seconds=0.013)
        for machine, blocks in ((other, heard_there), (m, heard)):
            machine.restore(state)
            blocks.clear()
            machine.run(seconds=0.2)
            assert b"".join(blocks) == after
            assert bytes(machine.memory) == memory


@pytest.mark.parametrize(
    "name",
    [
        "sound_adlib", "sound_both", "sound_cms", "sound_covox", "sound_disney", "sound_gus", "sound_midi", "sound_pwm",
        "sound_sb_auto", "sound_sb_single", "sound_speaker", "sound_tandy",
    ],
)  # fmt: skip
def test_sound_goes_on_alike(name: str) -> None:
    path = PROGRAMS / name / "test.toml"
    own = tomllib.loads(path.read_text())["settings"] if path.is_file() else {}
    kind = "tandy" if name == "sound_tandy" else "svga"
    assert_goes_on_alike(PROGRAMS / name / "main.com", 0.1, **{"machine.type": kind, "sound.midi": "fm", **own})


def test_tracks_of_an_mpu_401_go_on_alike(tmp_path: Path) -> None:
    # Track 0 and clock to host; each request (F0h) gets a note 8 ticks later, all bytes go to memory.
    code = "ba 31 03 b0 ff ee b0 ec ee ba 30 03 b0 01 ee ba 31 03 b0 95 ee b0 b8 ee b0 0a ee bf 00 04"
    poll = "ba 31 03 ec a8 80 75 f8 ba 30 03 ec aa 3c f0 75 ef b0 08 ee b0 90 ee b0 3c ee b0 40 ee eb e1"
    assert_goes_on_alike(com(tmp_path, f"{code} {poll}"), 0.1037, **{"sound.midi": "fm", "sound.mpu401": "intelligent"})


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(  # a UART in loopback at 9600: what is sent comes to memory, between two bytes at the snapshot
            "ba fb 03 b0 83 ee ba f8 03 b0 0c ee 42 b0 00 ee ba fb 03 b0 03 ee ba fc 03 b0 10 ee bf 00 04"
            "ba f8 03 88 d8 ee ba fd 03 ec a8 01 74 fb ba f8 03 ec aa fe c3 eb e9",
            id="uart",
        ),
        pytest.param(  # VESA mode 101h filled window by window (4F05h), which is read back
            "b8 02 4f bb 01 01 cd 10 b8 00 a0 8e c0 31 f6"
            "b8 05 4f 31 db 89 f2 83 e2 03 cd 10 31 ff 89 f0 b9 00 40 f3 aa"
            "b9 00 80 31 ff 26 02 1d 47 e2 fa 88 9c 00 04 46 eb d9",
            id="s3",
        ),
        pytest.param(  # the same between the filling of a window and its reading
            "b8 02 4f bb 01 01 cd 10 b8 00 a0 8e c0 b8 05 4f 31 db ba 01 00 cd 10 31 ff b0 5a b9 00 80 f3 aa"
            "bb 20 00 b9 ff ff e2 fe 4b 75 f8 be 00 04 31 ff 26 8a 05 88 04 46 47 81 fe 00 05 75 f3 eb fe",
            id="s3_bank",
        ),
    ],
)
def test_chips_at_work_go_on_alike(code: str, tmp_path: Path) -> None:
    def seen(machine: Machine) -> tuple[object, ...]:
        # Without A0000h to BFFFFh, where the picture says what the adapter holds.
        memory = bytes(machine.memory)
        return memory[:0xA0000] + memory[0xC0000:], machine.screen.frame.tobytes(), machine.clock.cycles

    with Machine(com(tmp_path, code)) as m:
        m.run(seconds=0.0513)
        state = m.snapshot()
        before = seen(m)
        state.save(tmp_path / "state")
        with Machine.from_snapshot(tmp_path / "state", trust=True) as other:
            assert seen(other) == before
            for machine in (m, other):
                machine.run(seconds=0.1)
            after = seen(m)
            assert after[0] != before[0]
            assert seen(other) == after
            m.restore(state)
            m.run(seconds=0.1)
            assert seen(m) == after


def test_music_of_a_compact_disc_goes_on_alike(tmp_path: Path) -> None:
    (tmp_path / "disc.bin").write_bytes(random.Random(1).randbytes(2352 * 150))
    (tmp_path / "disc.cue").write_text('FILE "disc.bin" BINARY\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n')
    # INT 2Fh/1510h with a request (84h) to play 140 sectors from 0 of drive D:.
    folder = tmp_path / "c"
    folder.mkdir()
    request = struct.pack("<BBBH8xBII", 22, 0, 0x84, 0, 0, 0, 140)
    (folder / "p.com").write_bytes(bytes.fromhex("b8 10 15 b9 03 00 bb 0e 01 cd 2f f4 eb fd") + request)
    assert_goes_on_alike(folder / "p.com", 0.1, mounts={"D": tmp_path / "disc.cue"})


def test_a_listener_that_came_later_goes_on_hearing() -> None:
    with Machine(PROGRAMS / "sound_speaker" / "main.com", stdio=True) as m:
        state = m.snapshot()
        heard: list[int] = []
        m.sound.mixer.listen(Collector(lambda block: heard.append(len(block))))
        m.run(seconds=0.1)
        m.restore(state)
        heard.clear()
        m.run(seconds=0.1)
        assert sum(heard) == pytest.approx(4800, abs=480)


def test_the_prompt_of_the_shell(tmp_path: Path) -> None:
    with Machine(tmp_path) as m:
        m.run(seconds=0.5)
        m.keyboard.type("echo first\necho hal")
        m.run(seconds=1.5)
        m.snapshot().save(tmp_path / "state")
        with Machine.from_snapshot(tmp_path / "state", tmp_path) as other:
            for machine in (m, other):
                machine.keyboard.tap("Up")
                machine.keyboard.type("\necho last\n")
            assert alike(m, other, 2)
            assert other.screen.text().splitlines()[-2].strip() == "C:\\>" or "last" in other.screen.text()


# Open A.TXT, read 2 bytes, wait for a key, read 2 bytes, write them to handle 1, end.
READ_TWICE = """
    b8 00 3d ba 30 01 cd 21 89 c3
    b4 3f b9 02 00 ba 40 01 cd 21
    b4 00 cd 16
    b4 3f b9 02 00 ba 40 01 cd 21
    b4 40 bb 01 00 cd 21
    cd 20
    90 90 90
"""


def test_open_files_are_opened_again(tmp_path: Path) -> None:
    program = com(tmp_path, READ_TWICE, b"\0" * (0x30 - 46) + b"A.TXT\0")
    (tmp_path / "A.TXT").write_bytes(b"abcd")
    with Machine(program, stdio=True) as m:
        m.run(seconds=0.05)
        m.snapshot().save(tmp_path / "state")
    with Machine.from_snapshot(tmp_path / "state", program) as m:
        m.keyboard.tap("Enter")
        m.run(seconds=0.2)
        assert (m.stdout, m.exited) == (b"cd", True)
    (tmp_path / "A.TXT").unlink()
    with pytest.raises(SnapshotError, match=r"A\.TXT was open and cannot be opened again"):
        Machine.from_snapshot(tmp_path / "state", program)


def test_a_file_that_is_gone_changes_nothing(tmp_path: Path) -> None:
    program = com(tmp_path, READ_TWICE, b"\0" * (0x30 - 46) + b"A.TXT\0")
    (tmp_path / "A.TXT").write_bytes(b"abcd")
    with Machine(program, stdio=True) as m:
        m.run(seconds=0.05)
        state = m.snapshot()
        m.keyboard.tap("Enter")
        m.run(seconds=0.2)
        (tmp_path / "A.TXT").unlink()
        before = state_of(m)
        with pytest.raises(SnapshotError, match=r"A\.TXT"):
            m.restore(state)
        assert state_of(m) == before


def test_a_machine_that_has_ended_goes_back(tmp_path: Path) -> None:
    with Machine(PROGRAMS / "hello_09h" / "main.com", stdio=True) as m:
        start = m.snapshot()
        m.run()
        text = m.stdout
        m.restore(start)
        assert (m.exited, m.stdout) == (False, b"")
        m.run()
        assert (m.exited, m.stdout) == (True, text)


def test_a_fast_timer_goes_on_alike(tmp_path: Path) -> None:
    """Requests follow each other closely, as where a program plays samples through the speaker."""
    code = """
        fa b034 e643 b040 e640 b000 e640    ; counter 0 counts from 64
        31c0 8ed8 c706 2000 2501 8c0e 2200  ; INT 8 is 125h
        fb eb fe 90 90 90 90 90 90 90
        50 b020 e620 58 cf                  ; EOI
    """
    with Machine(com(tmp_path, code)) as m:
        m.run(seconds=0.1)
        for _ in range(30):
            m.run(instructions=337)
            with m.fork() as other:
                for machine in (m, other):
                    machine.run(instructions=3000)
                assert state_of(m) == state_of(other)


def test_what_is_written_goes_back_in_the_overlay(tmp_path: Path) -> None:
    (tmp_path / "OLD.TXT").write_bytes(b"old")
    program = com(tmp_path, WRITE_TWICE, b"\0" * (0x30 - 37) + b"B.TXT\0".ljust(16, b"\0") + b"abc")
    with Machine(program, overlay=True) as m:
        m.run(seconds=0.1)
        before = m.fs["C"].changes()
        state = m.snapshot()
        m.keyboard.tap("Enter")
        m.run(seconds=0.2)
        after = m.fs.read("C:B.TXT")
        for path in ("C:B.TXT", "C:OLD.TXT"):
            m.fs.delete(path)
        m.fs["C"].make_directory("DIR")
        m.fs.write("C:DIR/NEW.TXT", b"new")
        m.restore(state)  # the file that is gone is open in it
        assert m.fs["C"].changes() == before
        assert m.fs.read("C:OLD.TXT") == b"old"
        m.keyboard.tap("Enter")
        m.run(seconds=0.2)
        assert m.exited
        assert m.fs.read("C:B.TXT") == after == b"abbc"


def test_forks_go_their_own_ways(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "b4 00 cd 16 b4 0e cd 10 eb f6")) as m:
        m.keyboard.type("x")
        m.run(seconds=0.2)
        forks = [m.fork() for _ in range(3)]
        for number, fork in enumerate(forks):
            fork.keyboard.type(str(number))
            fork.run(seconds=0.2)
        m.run(seconds=0.2)
        assert [fork.screen.text().split()[0] for fork in forks] == ["x0", "x1", "x2"]
        assert m.screen.text().split()[0] == "x"
        for fork in forks:
            fork.close()


def test_a_machine_that_was_made_of_files_forks() -> None:
    with Machine.from_files({"T.COM": bytes.fromhex("b402 b241 cd21 cd20")}, stdio=True) as m, m.fork() as other:
        other.run()
        assert other.stdout == b"A"
        assert not m.exited


def test_snapshots_share_what_did_not_change(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "eb fe")) as m:
        first = m.snapshot()
        m.memory.write(0x9000, b"changed")
        second = m.snapshot()
    different = [a is not b for a, b in zip(first.pages, second.pages, strict=True)]
    assert sum(different) <= 2
    assert different[9]


# Create B.TXT, write 2 bytes of the program to it, wait for a key, write 2 more, end.
WRITE_TWICE = """
    b4 3c 31 c9 ba 30 01 cd 21 89 c3
    b4 40 b9 02 00 ba 40 01 cd 21
    b4 00 cd 16
    b4 40 b9 02 00 ba 41 01 cd 21
    cd 20
"""


@pytest.mark.parametrize("how", ["fork", "memory", "file"])
def test_what_is_written_stays_in_the_overlay(how: str, tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    program = com(tmp_path / "c", WRITE_TWICE, b"\0" * (0x30 - 37) + b"B.TXT\0".ljust(16, b"\0") + b"abc")
    before = sorted(path.name for path in (tmp_path / "c").iterdir())
    m = Machine(program, overlay=True)
    m.run(seconds=0.05)
    state = m.snapshot()
    if how == "fork":
        other = m.fork()
        m.keyboard.tap("Enter")
        m.run(seconds=0.2)
        m.close()
    else:
        m.close()  # and its folder is gone
        state.save(tmp_path / "state")
        other = Machine.from_snapshot(*(state,) if how == "memory" else (tmp_path / "state", program))
    with other:
        assert other.fs.read("C:\\B.TXT")[:2] == b"ab"
        other.keyboard.tap("Enter")
        other.run(seconds=0.2)
        assert other.exited
        assert other.fs.read("C:\\B.TXT") == b"abbc"
        with other.fork() as third:
            assert third.fs.read("C:\\B.TXT") == b"abbc"
    assert sorted(path.name for path in (tmp_path / "c").iterdir()) == before


def test_an_overlay_that_was_named(tmp_path: Path) -> None:
    for name in ("c", "d", "above", "written"):
        (tmp_path / name).mkdir()
    program = com(tmp_path / "c", WRITE_TWICE, b"\0" * (0x30 - 37) + b"B.TXT\0".ljust(16, b"\0") + b"abc")
    mounts = {"D": f"{tmp_path / 'd'}:overlay={tmp_path / 'written'}"}
    with Machine(program, overlay=tmp_path / "above", mounts=mounts) as m:
        m.snapshot().save(tmp_path / "state")
    with pytest.raises(SnapshotError, match="trust"):
        Machine.from_snapshot(tmp_path / "state", program)
    with Machine.from_snapshot(tmp_path / "state", trust=True) as m:
        m.fs.write("D:\\X.TXT", b"x")
        m.keyboard.tap("Enter")
        m.run(seconds=0.2)
        assert m.exited
    assert (tmp_path / "above" / "B.TXT").read_bytes() == b"abbc"
    assert (tmp_path / "written" / "X.TXT").read_bytes() == b"x"
    assert not any((tmp_path / "d").iterdir())


@pytest.mark.parametrize("name", ["../x", "/x", "", "a/../../x", "C:x", 1])
def test_a_file_writes_nothing_outside_the_overlay(name: Any, tmp_path: Path) -> None:
    with Machine(com(tmp_path, "eb fe"), overlay=True) as m:
        state = m.snapshot()
    state.overlay[name] = Kept(0, 0o600, b"bad")
    state.save(tmp_path / "state")
    with pytest.raises(SnapshotError, match="damaged"):
        Snapshot.load(tmp_path / "state")


def test_not_in_a_hook(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "eb fe")) as m:
        said: list[str] = []

        def hook() -> None:
            try:
                m.snapshot()
            except SnapshotError as error:
                said.append(str(error))

        m.clock.at(1_000_000, hook, "hook")
        m.run(seconds=0.01)
        assert len(said) == 1
        assert "between two runs" in said[0]


def test_a_callback_of_the_user_is_named(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "eb fe")) as m:
        m.clock.at(10**12, print, "mine")
        with pytest.raises(SnapshotError, match="mine"):
            m.snapshot()


def test_other_machines_are_refused(tmp_path: Path) -> None:
    program = com(tmp_path, "eb fe")
    with Machine(program) as m:
        state = m.snapshot()
    with Machine(program, size_mb=8) as other, pytest.raises(SnapshotError, match=r"\[memory\]"):
        other.restore(state)
    with Machine(program, cpu="386") as other, pytest.raises(SnapshotError, match=r"\[cpu\]"):
        other.restore(state)
    with Machine(program, cycles=3000) as other:
        other.restore(state)


def test_a_file_names_no_folders_by_itself(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "eb fe"), mounts={"D": str(tmp_path)}) as m:
        m.snapshot().save(tmp_path / "state")
    with pytest.raises(SnapshotError, match="trust"):
        Machine.from_snapshot(tmp_path / "state")


def test_traced_machines_too(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "eb fe"), trace=Trace(sys.stderr)) as m:
        m.restore(m.snapshot())
        assert m.interrupts.trace is not None


# Bad files


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("state")
    with Machine(com(folder, "eb fe")) as m:
        m.run(seconds=0.01)
        m.snapshot().save(folder / "state")
    return (folder / "state").read_bytes()


@pytest.mark.parametrize("seed", range(40))
def test_damaged_files(saved: bytes, seed: int, tmp_path: Path) -> None:
    at = zlib.crc32(b"%d" % seed) % len(saved)
    bad = bytearray(saved)
    if seed % 2:
        bad[at] ^= 1 << seed % 8
    else:
        del bad[at:]
    (tmp_path / "state").write_bytes(bad)
    with pytest.raises(SnapshotError):
        Snapshot.load(tmp_path / "state")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="No such file"):
        Snapshot.load(tmp_path / "state")


@pytest.mark.parametrize(
    "value",
    [
        ["f", "os:system"],
        ["f", "dosemu.snapshot.snapshot:build"],
        ["f", "dosemu.snapshot.constants:sys.exit"],
        ["c", "subprocess:Popen"],
        ["m", ["r", 0], "close"],
        ["m", ["r", 0], "__init__"],
        ["p", ["f", "os:system"], [["b", "00"]], {}],
        ["g", "dosemu.machine:os"],
        ["r", 10**6],
        ["e", "dosemu.machine:Machine", 1],
        ["n", "|O", [1], ["b", "00" * 8]],
        ["T", "builtins:object"],
        ["?"],
        [],
        {"a": 1},
    ],
)
def test_a_file_that_somebody_made_up_calls_nothing(value: Any, tmp_path: Path) -> None:
    with Machine(com(tmp_path, "eb fe")) as m:
        state = m.snapshot()
        state.image.records[0][3][0]["fault"] = value
        before = state_of(m)
        with pytest.raises(SnapshotError):
            m.restore(state)
        assert state_of(m) == before


def test_dates_go_on(tmp_path: Path) -> None:
    """A file that is open and written: its date is that of its closing, in the machine that goes on too."""
    code = """
        b4 3c 31 c9 ba 40 01 cd 21 93       ; create N.T
        b4 40 b9 04 00 cd 21                ; write
        b4 00 cd 16 b4 3e cd 21             ; a key, close
        b4 4e 31 c9 ba 40 01 cd 21          ; find
        b4 00 cd 16 cd 20
    """
    program = com(tmp_path, code, b"\0" * (0x40 - 40) + b"N.T\0")
    with Machine(program, overlay=True, start_time="1995-01-02T03:04:00") as m:
        m.run(seconds=0.1)
        m.snapshot().save(tmp_path / "s")
        with Machine.from_snapshot(tmp_path / "s", program) as other:
            for machine in (m, other):
                machine.run(seconds=100)
                machine.keyboard.tap("a")
                machine.run(seconds=1)
            found = m.at((m.dos.psp, 0x80 + 0x16)).read(4)
            assert found == bytes.fromhex("b4 18 22 1e")  # 03:05:40
            assert bytes(m.memory[:]) == bytes(other.memory[:])
        m.snapshot().save(tmp_path / "s")
        with Machine.from_snapshot(tmp_path / "s", program) as other:
            entry = other.dos.drives.at(2).entry((b"N.T",))
            assert entry.stamp == (0x1E22, 0x18B4)


def test_the_clock_goes_back() -> None:
    with Machine(None, start_time="1995-01-02T03:04:00") as m:
        before, state = m.dos.time.stamp(), m.snapshot()
        m.dos.time.set(datetime(1999, 5, 6, 7, 8))
        assert m.dos.time.stamp() != before
        m.restore(state)
        assert m.dos.time.stamp() == before


def test_hooks_stay_with_their_machine(tmp_path: Path) -> None:
    with Machine(com(tmp_path, "b400 cd1a e461 ebf8")) as m:
        hooks = [
            m.hook(0x1A, call=print),
            m.hook_port(0x61, call=lambda access: None),
            m.hook(0x1A, after=True, call=id),
        ]
        hooks[0].callback = lambda call: None
        state = m.snapshot()
        with m.fork() as other:
            other.run(instructions=100)
            assert hooks[1].count == 0
        m.run(instructions=100)
        counts = [hook.count for hook in hooks]
        assert min(counts) > 10
        m.restore(state)
        m.run(instructions=100)
        assert all(hook.count > 1.8 * before for hook, before in zip(hooks, counts, strict=True))
