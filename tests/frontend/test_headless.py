"""--display none: streams byte for byte, exit statuses, planned keys and pictures."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from dosemu.errors import DosemuError
from dosemu.keys import parse_keys
from frontend import headless
from frontend.session import Plan, Shot
from tests.frontend.fake_machine import FakeMachine

ROOT = Path(__file__).resolve().parents[2]


def run(program: Callable[[FakeMachine], None], plan: Plan = Plan()) -> tuple[int, FakeMachine]:  # noqa: B008
    machine = FakeMachine(program)
    return headless.run(machine.on, plan), machine


def run_apart(body: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """The same in a process of its own, with real streams."""
    code = (
        "import sys\nfrom frontend import headless\nfrom frontend.session import Plan\n"
        "from tests.frontend.fake_machine import FakeMachine\n"
        f"def program(m):\n{body}\nsys.exit(headless.run(FakeMachine(program).on, Plan()))\n"
    )
    options = {"input": b"", "capture_output": True, **options}
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60, check=False, **options)  # type: ignore[call-overload]


@pytest.mark.parametrize("code", [0, 1, 255])
def test_the_errorlevel_is_the_exit_status(code: int) -> None:
    status, machine = run(lambda m: m.end(code))
    assert (status, machine.closed) == (code, True)


def test_bytes_pass_unchanged_in_both_directions() -> None:
    every = bytes(range(256)) * 3
    done = run_apart("    m.stdout.write(m.stdin.read()); m.stderr.write(b'\\xff\\r\\n'); m.end(7)", input=every)
    assert (done.returncode, done.stdout, done.stderr) == (7, every, b"\xff\r\n")


def test_a_prompt_is_shown_before_its_answer_is_read() -> None:
    code = (
        "import sys\nfrom frontend import headless\nfrom frontend.session import Plan\n"
        "from tests.frontend.fake_machine import FakeMachine\n"
        "def program(m):\n    m.stdout.write(b'Name? '); m.stdout.write(b'Hi ' + m.stdin.readline()); m.end()\n"
        "sys.exit(headless.run(FakeMachine(program).on, Plan()))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        watchdog = threading.Timer(30, child.kill)
        watchdog.start()
        assert child.stdout.read(6) == b"Name? "
        child.stdin.write(b"Ada\n")
        child.stdin.flush()
        assert child.stdout.read() == b"Hi Ada\n"
        watchdog.cancel()
    assert child.returncode == 0


def test_a_reader_that_goes_away_ends_the_run_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run_apart("    m.stdout.write(b'x' * 1000)", capture_output=False, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_full_disk_is_one_line_and_status_125() -> None:
    code = (
        "import sys\nfrom frontend import cli\n"
        "from frontend import headless\nfrom frontend.session import Plan\n"
        "from tests.frontend.fake_machine import FakeMachine\n"
        "cli.dispatch = lambda a: headless.run(FakeMachine(lambda m: m.stdout.write(b'x' * 1000)).on, Plan())\n"
        "sys.exit(cli.main([]))\n"
    )
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False
        )
    assert (done.returncode, done.stderr) == (125, b"dosemu: stdout: No space left on device\n")


def test_stdin_that_is_closed_reads_as_empty() -> None:
    done = run_apart("    m.stdout.write(b'<' + m.stdin.read() + b'>'); m.end()", preexec_fn=lambda: os.close(0))
    assert (done.returncode, done.stdout) == (0, b"<>")


def test_ctrl_c_gives_130_and_shows_what_was_written() -> None:
    body = "    import os, signal\n    m.stdout.write(b'begun'); os.kill(os.getpid(), signal.SIGINT)"
    done = run_apart(body)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"begun", b"")


def test_a_signal_while_stdin_is_read_ends_the_run() -> None:
    body = (
        "    import os, signal, threading\n"
        "    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()\n"
        "    m.stdin.read()"
    )
    reading, writing = os.pipe()
    done = run_apart(body, input=None, stdin=reading)
    os.close(writing)
    assert (done.returncode, done.stderr) == (143, b"")


def test_the_time_limit_is_exact_and_gives_124(capsys: pytest.CaptureFixture[str]) -> None:
    status, machine = run(lambda m: None, Plan(seconds=1.234))
    assert status == 124
    assert machine.clock.seconds == pytest.approx(1.234, abs=1e-6)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert "1.234 s" in shown.err


def test_the_frame_limit_gives_124(capsys: pytest.CaptureFixture[str]) -> None:
    status, machine = run(lambda m: None, Plan(frames=7))
    assert status == 124
    assert machine.clock.seconds == pytest.approx(7 / 70.086, rel=1e-3)
    assert "7 frames" in capsys.readouterr().err


def test_a_program_that_ends_within_the_limit_keeps_its_errorlevel() -> None:
    assert run(lambda m: m.end(3) if m.clock.seconds > 0.5 else None, Plan(seconds=1))[0] == 3


def test_a_fault_prints_the_registers_and_gives_134(capsys: pytest.CaptureFixture[str]) -> None:
    status, _ = run(lambda m: m.end(0, "fault 06h at 0100:0000", "EAX=00000000\nCS=0100"))
    assert status == 134
    assert capsys.readouterr().err == "dosemu: FAKE: fault 06h at 0100:0000\nEAX=00000000\nCS=0100\n"


def test_keys_come_at_their_times_held_and_in_order() -> None:
    _, machine = run(lambda m: None, Plan(seconds=3, keys="1:a 2:type=bc"))
    pressed = [code for kind, code in machine.keys.log if kind == "press"]
    assert pressed == [event.codes[0] for event in parse_keys("1:a 2:type=bc")]
    a_down, a_up, b_down, _, c_down, _ = machine.keys.times
    assert a_down == pytest.approx(1.0, abs=1e-3)
    assert a_up - a_down > 0.01
    assert b_down == pytest.approx(2.0, abs=1e-3)
    assert c_down - b_down > 0.02


def test_keys_come_at_the_same_instant_however_the_run_is_sliced(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(seconds=2, keys="0.777:ctrl+c 1.3:type=xyz")
    times = [run(lambda m: None, plan)[1].keys.times]
    monkeypatch.setattr(headless, "SLICE_SECONDS", 0.0137)
    times.append(run(lambda m: None, plan)[1].keys.times)
    times.append(run(lambda m: None, Plan(frames=141, keys=plan.keys))[1].keys.times)
    assert times[0] == times[1] == times[2]


def test_a_program_nobody_can_answer_is_ended_with_a_hint() -> None:
    def program(machine: FakeMachine) -> None:
        machine.waiting_for_key = True

    with pytest.raises(DosemuError, match="waits for a key"):
        run(program)


def test_a_program_that_waits_for_planned_keys_is_not_given_up() -> None:
    def program(machine: FakeMachine) -> None:
        machine.waiting_for_key = True
        if machine.keys.log:
            machine.end(5)

    assert run(program, Plan(keys="100:Enter"))[0] == 5


def test_screenshots_are_native_size_and_of_their_time(tmp_path: Path) -> None:
    def program(machine: FakeMachine) -> None:
        if machine.clock.seconds > 1:
            machine.screen.cells[0, 0] = (219, 4)

    run(program, Plan(seconds=2, shots=(Shot(tmp_path / "early.png", 0.5), Shot(tmp_path / "end.png"))))
    with Image.open(tmp_path / "early.png") as early, Image.open(tmp_path / "end.png") as end:
        assert early.size == end.size == (720, 400)
        assert (early.getpixel((0, 0)), end.getpixel((0, 0))) == ((0, 0, 0), (170, 0, 0))


def test_a_screenshot_the_program_did_not_live_to_see_is_taken_at_its_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _ = run(lambda m: m.end(0), Plan(shots=(Shot(tmp_path / "late.png", 9),)))
    assert status == 0
    assert (tmp_path / "late.png").exists()
    assert "did not run for 9 s" in capsys.readouterr().err


@pytest.mark.parametrize("at", [None, 0.5])
def test_a_screenshot_that_cannot_be_written_is_one_line(tmp_path: Path, at: float | None) -> None:
    with pytest.raises(DosemuError, match="cannot write the screenshot"):
        run(lambda m: None, Plan(seconds=1, shots=(Shot(tmp_path / "missing" / "x.png", at),)))
    with pytest.raises(DosemuError, match="no picture format"):
        run(lambda m: None, Plan(seconds=1, shots=(Shot(tmp_path / "x.odd", at),)))


def test_the_screen_text_is_utf8(tmp_path: Path) -> None:
    def program(machine: FakeMachine) -> None:
        machine.screen.write(0, 0, "╔═Grüße═╗")
        machine.end()

    run(program, Plan(screen_text=tmp_path / "screen.txt"))
    assert (tmp_path / "screen.txt").read_text(encoding="utf-8") == "╔═Grüße═╗\n"


def test_the_screen_text_goes_to_stdout_after_the_programs_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    def program(machine: FakeMachine) -> None:
        machine.stdout.write(b"out\r\n")  # type: ignore[attr-defined]
        machine.screen.write(0, 0, "shown")
        machine.end()

    run(program, Plan(screen_text=Path("-")))
    assert capfdbinary.readouterr().out == b"out\r\nshown\n"
