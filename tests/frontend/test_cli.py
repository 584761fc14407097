"""The command from outside: real programs, real streams, exit statuses, one line for each trouble."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from dosemu.errors import DosemuError
from frontend import cli

ROOT = Path(__file__).resolve().parents[2]

EXIT_7 = bytes.fromhex("b8074c cd21")  # MOV AX,4C07h; INT 21h
ENDLESS = bytes.fromhex("ebfe")  # JMP $
BAD_OPCODE = bytes.fromhex("0f0b")  # UD2
# Print the command tail (DS:81h, length at 80h) to handle 1, then end.
TAIL = bytes.fromhex("b440 bb0100 ba8100 8a0e8000 30ed cd21 b8004c cd21")
# Copy handle 0 to handle 1 to the end.
COPY = bytes.fromhex("b43f 31db b90010 ba0002 cd21 09c0 740c 89c1 b440 bb0100 cd21 ebe5 90 b8004c cd21")
COPY_SINGLE = COPY.replace(bytes.fromhex("b90010"), bytes.fromhex("b90100"))  # a byte at a time
# Print '!' for ever through INT 21h/02h.
FLOOD = bytes.fromhex("b402 b221 cd21 ebfa")
# Wait for a key with INT 16h, then end with its ASCII code.
KEY = bytes.fromhex("30e4 cd16 b44c cd21")


HIDDEN = ("DISPLAY", "WAYLAND_DISPLAY", "DOSEMU_DEBUG")


def dosemu(*words: object, stdin: bytes = b"", folder: Path = ROOT, **more: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "dosemu", *map(str, words)]
    variables = (
        {name: value for name, value in os.environ.items() if name not in HIDDEN} | {"PYTHONPATH": str(ROOT)} | more
    )
    return subprocess.run(command, input=stdin, cwd=folder, env=variables, capture_output=True, timeout=60, check=False)


def com(folder: Path, code: bytes, name: str = "TEST.COM") -> Path:
    path = folder / name
    path.write_bytes(code)
    return path


def one_line(done: subprocess.CompletedProcess[bytes]) -> str:
    text = done.stderr.decode()
    assert text.startswith("dosemu: ")
    assert text.count("\n") == 1
    return text


def test_the_status_is_the_errorlevel_and_nothing_else_is_said(tmp_path: Path) -> None:
    done = dosemu(com(tmp_path, EXIT_7))
    assert (done.returncode, done.stdout, done.stderr) == (7, b"", b"")


def test_arguments_reach_the_program_as_they_are(tmp_path: Path) -> None:
    done = dosemu("run", com(tmp_path, TAIL), "--seconds", "/X", "--", "-h")
    assert (done.returncode, done.stdout) == (0, b" --seconds /X -- -h")


def test_a_pipe_passes_every_byte(tmp_path: Path) -> None:
    every = bytes(byte for byte in range(256)) * 50
    done = dosemu(com(tmp_path, COPY), stdin=every)
    assert (done.returncode, done.stdout, done.stderr) == (0, every, b"")


def test_an_endless_program_stops_at_the_limit(tmp_path: Path) -> None:
    done = dosemu("--seconds", "0.3", com(tmp_path, ENDLESS))
    assert (done.returncode, done.stdout) == (124, b"")
    assert "0.3 s" in one_line(done)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (b"PE\0\0\x4c\x01", "32-bit Windows program"), (b"PE\0\0\x64\x86", "64-bit Windows program"),
        (b"NE".ljust(0x36, b"\0") + b"\2", "16-bit Windows program"),
    ],
)  # fmt: skip
def test_a_windows_program_says_that_it_is_one(tmp_path: Path, header: bytes, kind: str) -> None:
    # Its stub ends with status 1, from the paragraph behind the header of 64 bytes.
    start = struct.pack("<14H", 0x5A4D, 0x80, 1, 0, 4, 0, 0xFFFF, 0, 0xB8, 0, 0, 0, 0x40, 0).ljust(60, b"\0")
    stub = (start + struct.pack("<I", 0x80) + bytes.fromhex("b8014c cd21")).ljust(0x80, b"\0")
    path = com(tmp_path, stub + header.ljust(0x100, b"\0"), "WIN.EXE")
    done = dosemu(path)
    assert done.returncode == 1
    assert kind in one_line(done)


def test_a_fault_shows_the_registers(tmp_path: Path) -> None:
    done = dosemu(com(tmp_path, BAD_OPCODE))
    assert (done.returncode, done.stdout) == (134, b"")
    assert b"TEST.COM" in done.stderr
    assert b"EAX=" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_planned_key_is_pressed(tmp_path: Path) -> None:
    assert dosemu("--keys", "0.5:A", com(tmp_path, KEY)).returncode == ord("A")


def test_a_program_that_waits_for_a_key_nobody_presses_is_ended(tmp_path: Path) -> None:
    done = dosemu(com(tmp_path, KEY))
    assert done.returncode == 125
    assert "--keys" in one_line(done)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"\x7fELF\x02\x01\x01" + bytes(100), 126),
        (b"", 126),
        (b"MZ", 126),
        (b"Dear reader,\nthis is a text.\n", 126),
    ],
)
def test_what_is_no_dos_program_is_one_line(tmp_path: Path, content: bytes, status: int) -> None:
    done = dosemu(com(tmp_path, content, "THING.EXE"))
    assert done.returncode == status
    assert "THING.EXE" in one_line(done)


def test_a_missing_program_is_one_line(tmp_path: Path) -> None:
    done = dosemu(tmp_path / "NONE.EXE")
    assert done.returncode == 127
    assert str(tmp_path / "NONE.EXE") in one_line(done)


@pytest.mark.parametrize("words", [["."], ["shell"], []], ids=["folder", "shell", "nothing"])
def test_the_shell_reads_commands_from_stdin(tmp_path: Path, words: list[str]) -> None:
    com(tmp_path, EXIT_7, "ONE.COM")
    done = dosemu(*words, folder=tmp_path, stdin=b"one\nif errorlevel 7 echo seven\n")
    assert (done.returncode, done.stdout, done.stderr) == (7, b"seven\r\n", b"")


def test_the_shell_runs_one_command_and_a_batch_file_from_the_command_line(tmp_path: Path) -> None:
    done = dosemu("shell", "/C", "echo", "one", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"one\r\n")
    com(tmp_path, EXIT_7, "ONE.COM")
    (tmp_path / "GO.BAT").write_bytes(b"@echo off\r\necho %1-%2\r\none\r\n")
    done = dosemu("go.bat", "a", "b", folder=tmp_path)
    assert (done.returncode, done.stdout) == (7, b"a-b\r\n")


@pytest.mark.parametrize(
    "words",
    [
        ["--set", "cpu.speed=1", "T.COM"],
        ["--mount", "D=/no/such/folder", "T.COM"],
        ["--config", "missing.toml", "T.COM"],
        ["--trace=/no/such/folder/t", "T.COM"],
        ["--display", "terminal", "T.COM"],
        ["--display", "sdl", "T.COM"],
        ["--screenshot", "/no/such/folder/p.png", "T.COM"],
        ["--seconds", "x", "T.COM"],
    ],
    ids=lambda words: " ".join(words) or "nothing",
)
def test_what_cannot_be_done_is_one_line_and_125(tmp_path: Path, words: list[str]) -> None:
    com(tmp_path, EXIT_7, "T.COM")
    done = dosemu(*words, folder=tmp_path, SDL_VIDEODRIVER="x11")
    assert (done.returncode, done.stdout) == (125, b"")
    one_line(done)


def test_the_trace_goes_where_it_is_asked_to(tmp_path: Path) -> None:
    program = com(tmp_path, EXIT_7)
    done = dosemu("--trace", program)
    assert (done.returncode, b"21h/4Ch" in done.stderr) == (7, True)
    dosemu("--trace=t.log", "--trace-format", "json", program, folder=tmp_path)
    records = [json.loads(line) for line in (tmp_path / "t.log").read_text().splitlines()]
    assert records[-1]["service"] == "21h/4Ch"


def test_ctrl_c_ends_even_a_program_that_reads_stdin(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "dosemu", str(com(tmp_path, COPY_SINGLE))], cwd=ROOT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        watchdog = threading.Timer(30, child.kill)
        watchdog.start()
        child.stdin.write(b"first\n")
        child.stdin.flush()
        assert child.stdout.readline() == b"first\n"  # it is up, and reads again
        time.sleep(0.2)
        child.send_signal(signal.SIGINT)
        errors = child.stderr.read() if child.stderr else None
        watchdog.cancel()
    assert (child.returncode, errors) == (130, b"")


def test_a_reader_that_goes_away_ends_an_endless_writer_quietly(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "dosemu", str(com(tmp_path, FLOOD))], cwd=ROOT, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.read(3) == b"!!!"
        child.stdout.close()
        errors = child.stderr.read()
        assert child.wait(30) == 141
    assert errors == b""


def test_the_version_is_one_line() -> None:
    done = dosemu("--version")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"dosemu ")
    assert done.stdout.count(b"\n") == 1


def test_the_demo_speaks_in_a_pipe() -> None:
    done = dosemu("demo")
    assert done.returncode == 0
    assert done.stdout.startswith(b"This is dosemu")


def test_the_demo_has_help_and_takes_no_arguments() -> None:
    done = dosemu("demo", "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(b"usage: dosemu demo")
    assert b"This is dosemu" not in done.stdout
    done = dosemu("demo", "--loud")
    assert (done.returncode, done.stdout) == (125, b"")
    assert b"--loud" in done.stderr


def test_the_doctor_says_that_programs_run() -> None:
    done = dosemu("doctor")
    assert done.returncode == 0
    assert b"Programs can run here." in done.stdout
    assert b"Unicorn 2.1.4" in done.stdout
    assert done.stderr == b""


def test_a_command_used_wrongly_is_125() -> None:
    assert dosemu("doctor", "--bogus").returncode == 125
    assert dosemu("info").returncode == 125


def test_an_internal_error_is_one_line_unless_asked_for_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_arguments: object) -> int:
        raise ZeroDivisionError("two\nlines")

    monkeypatch.setattr(cli, "dispatch", fail)
    monkeypatch.delenv("DOSEMU_DEBUG", raising=False)
    assert cli.main([]) == 125
    assert capsys.readouterr().err == (
        "dosemu: internal error: ZeroDivisionError: two lines (DOSEMU_DEBUG=1 shows where; please report it)\n"
    )
    monkeypatch.setenv("DOSEMU_DEBUG", "1")
    assert cli.main([]) == 125
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "variables", "piped", "tty", "display"),
    [
        ("none", {"DISPLAY": ":0"}, False, True, "none"),
        ("sdl", {}, True, False, "sdl"),
        ("auto", {"DISPLAY": ":4242"}, True, False, "none"),
        ("auto", {"DISPLAY": ""}, False, True, "terminal"),
        ("auto", {}, False, False, "none"),
    ],
)
def test_the_display_is_picked(asked: str, variables: dict[str, str], piped: bool, tty: bool, display: str) -> None:
    assert cli.pick_display(asked, variables, piped=piped, tty=tty) == display


def test_a_display_that_cannot_be_opened_is_not_picked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4242")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert cli.pick_display("auto", os.environ, piped=False, tty=True) == "terminal"


def test_an_unknown_command_module_error_is_not_taken_for_unbuilt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cli.COMMANDS, "info", "dosemu.tools.not_there")
    with pytest.raises(DosemuError, match="info is not built yet"):
        cli.run_command("info", [])


def test_trace_counts_filters_and_compares(tmp_path: Path) -> None:
    helped = dosemu("trace", "--help").stdout.decode()
    assert "--diff" in helped
    assert "full screen" not in helped, "the window's keys are not the trace's"
    program = com(tmp_path, EXIT_7)
    counted = dosemu("trace", "-c", program)
    assert counted.returncode == 7
    assert "21h/4Ch" in counted.stderr.decode()
    for name, filters in (("a", ""), ("b", "!21h/4Ch")):
        assert dosemu("trace", "--format", "json", "-o", tmp_path / name, "-f", filters, program).returncode == 7
    assert dosemu("trace", "--diff", tmp_path / "a", tmp_path / "a").returncode == 0
    different = dosemu("trace", "--diff", tmp_path / "a", tmp_path / "b")
    assert different.returncode == 1
    assert different.stdout.decode().startswith("-21h/4Ch")
