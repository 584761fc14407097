"""Snapshots while the shell waits: for a program that it started, at its prompt, in a command that asks for a key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dosemu import Machine
from dosemu.snapshot import SnapshotBusy
from tests.dosemu.guest import com
from tests.dosemu.snapshot.test_snapshot import alike, state_of

PROGRAMS = Path(__file__).parents[2] / "programs"
ECHO_TWO = "b400 cd16 b40e cd10 b400 cd16 b40e cd10 b8034c cd21"  # two keys, shown; errorlevel 3
INNER = b"@echo off\r\necho in %1\r\ngame\r\necho out\r\n"


def folder_with(tmp_path: Path, line: str) -> Path:
    folder = tmp_path / "c"
    folder.mkdir()
    com(folder, ECHO_TWO, name="GAME.COM")
    shutil.copy(PROGRAMS / "dpmi_32" / "main.com", folder / "DPMI.COM")
    (folder / "INNER.BAT").write_bytes(INNER)
    (folder / "LONG.TXT").write_bytes(b"".join(b"line %d\r\n" % number for number in range(60)))
    for number in range(40):
        (folder / f"F{number}.DAT").write_bytes(b"")
    (folder / "RUN.BAT").write_bytes(b"@echo off\r\n" + line.encode() + b"\r\nif errorlevel 3 echo three\r\n")
    return folder


def goes_on_alike(m: Machine, keys: str, folder: Path) -> str:
    """A snapshot, by a file in another machine and in the same one; gives the screen at the end."""
    state = m.snapshot()
    state.save(folder.parent / "state")
    with Machine.from_snapshot(folder.parent / "state", trust=True) as other:
        for machine in (m, other):
            machine.keyboard.type(keys)
        assert alike(m, other, 1.5)
    after = state_of(m)
    m.restore(state)
    m.keyboard.type(keys)
    m.run(seconds=1.5)
    assert state_of(m) == after
    return m.screen.text()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("game", "abthree"),
        ("call inner one", "in one\nabout"),
        ("for %%a in (1 2) do game %%a", "abcd"),
        ("echo hello | game", "ab"),
        ("game > out.txt", "ab"),
        ("lh game", "abthree"),
        ("command /c inner two", "in two\nabout"),
        ("game " + "x" * 150, "abthree"),
        ("dpmi", "mode ok"),
    ],
)
@pytest.mark.parametrize("prompt", [False, True])
def test_a_program_that_the_shell_started(line: str, shown: str, prompt: bool, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, line)
    with Machine(folder if prompt else folder / "RUN.BAT") as m:
        if prompt:
            m.run(seconds=0.2)
            shell = m.dos.psp
            m.keyboard.type("run\n")
            m.run(until=lambda m: m.dos.psp != shell, seconds=2)
        m.run(seconds=0.02 if line == "dpmi" else 0.3)
        assert shown in "\n".join(row.strip() for row in goes_on_alike(m, "abcd", folder).splitlines())


@pytest.mark.parametrize(
    ("line", "keys", "before", "after"),
    [
        ("pause", "x", "Press any key", "Press any key to continue . . .\nend"),
        ("choice /c:abc Which", "xc", "Which[A,B,C]?", "Which[A,B,C]?C\nthree"),
        ("choice /t:n,1", "", "[Y,N]?", "[Y,N]?N\nend"),
        ("date", "13-13-99\n02-03-94\n", "Enter new date", "02-03-94\nend"),
        ("time", "\n", "Enter new time", "end"),
        ("dir /p", "xx", "Press any key", "bytes free\nend"),
        ("dir \\ /s /p /b", "x", "Press any key", "RUN.BAT\nend"),
        ("more < long.txt", "xxx", "-- More --", "line 59\nend"),
        ("type long.txt | more", "xxx", "-- More --", "line 59\nend"),
        ("help", "xxxx", "Press any key", "XCOPY"),
    ],
)
def test_a_command_that_waits(line: str, keys: str, before: str, after: str, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, line + "\r\necho end")
    with Machine(folder / "RUN.BAT", start_time="1994-01-01") as m:
        m.run(until=before, seconds=5)
        assert m.stopped_by == "until"
        m.run(seconds=0.1)
        shown = goes_on_alike(m, keys, folder)
    assert after.replace("three", "end\nthree") in "\n".join(row.strip() for row in shown.splitlines())


def test_ctrl_c_in_a_batch_file(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "pause\r\necho goes on")
    with Machine(folder / "RUN.BAT") as m:
        m.run(until="any key", seconds=5)
        m.keyboard.tap("ctrl+c")
        m.run(until="Terminate", seconds=5)
        assert "(Y/N)?N\ngoes on" in "\n".join(row.strip() for row in goes_on_alike(m, "n", folder).splitlines())


def test_a_command_in_the_middle_of_its_work_is_waited_for(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "del f?.dat /p\r\necho done\r\npause")
    with Machine(folder / "RUN.BAT", overlay=True) as m:
        m.run(until="Delete", seconds=5)
        with pytest.raises(SnapshotBusy, match="DEL"):
            m.snapshot()
        m.keyboard.type("ynynynynyn")
        state = m.snapshot(wait=True)
        assert "done" in m.screen.text()
        with Machine.from_snapshot(state) as other:
            assert alike(m, other, 1)
