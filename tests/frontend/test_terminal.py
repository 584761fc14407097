"""--display terminal, in a real pseudo-terminal whose output is read by a terminal emulator."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pyte
import pytest

from frontend.terminal.keys import strokes
from tests.frontend.sixels import decode

ROOT = Path(__file__).resolve().parents[2]


class Tty:
    """A program in a terminal, and what the terminal shows."""

    def __init__(self, *words: str, rows: int = 30, columns: int = 100) -> None:
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "PYTHONUTF8": "1",
        }
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.child = pexpect.spawn(
            sys.executable, ["-m", *(words if len(words) > 1 else ("tests.frontend.fake_app", "terminal", *words))],
            cwd=str(ROOT), env=environment, dimensions=(rows, columns), timeout=30,
        )  # fmt: skip
        self.before = termios.tcgetattr(self.child.child_fd)

    def read(self) -> bool:
        """Take what has been written; False at the end."""
        try:
            data = self.child.read_nonblocking(65536, timeout=0.05)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        if not self.raw and data.startswith(b"\x1bP"):
            # blessed asks what the terminal can do; pyte knows no device control strings, a VT220 would be silent.
            data = data.rpartition(b"\x1b\\")[2]
        self.raw += data
        self._stream.feed(data)
        return True

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert self.read() or condition(), "ended early:\n" + "\n".join(self.screen.display)
            assert time.monotonic() < deadline, "not shown:\n" + "\n".join(self.screen.display)

    def row_of(self, text: str) -> int:
        return next((y for y, line in enumerate(self.screen.display) if text in line), -1)

    def shows(self, text: str) -> bool:
        return self.row_of(text) >= 0

    def end(self) -> int:
        while self.read():
            pass
        self.child.close()
        return self.child.exitstatus if self.child.exitstatus is not None else -self.child.signalstatus


@pytest.fixture
def tty() -> Iterator[Callable[..., Tty]]:
    opened: list[Tty] = []

    def spawn(*arguments: object, **options: object) -> Tty:
        opened.append(Tty(*arguments, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield spawn
    for one in opened:
        one.child.close(force=True)


def test_the_screen_is_drawn_centred_in_its_colours(tty: Callable[..., Tty]) -> None:
    term = tty("echo", rows=30, columns=100)
    term.until(lambda: term.shows("last row") and term.shows("ends"))
    top = term.row_of("╔═ ECHO ═╗")
    assert top == 2
    title = term.screen.buffer[top][10]
    assert (title.data, title.fg, title.bg) == ("╔", "ffffff", "0000aa")
    red = term.screen.buffer[top + 1][13]
    assert ("".join(term.screen.buffer[top + 1][x].data for x in range(10, 16)), red.fg) == ("é☺ red", "aa0000")
    assert "Ctrl+] ends" in term.screen.display[29]


def test_keys_reach_the_machine_and_its_status_comes_back(tty: Callable[..., Tty]) -> None:
    term = tty("echo")
    term.until(lambda: term.shows("typed:"))
    term.child.send("ab")
    term.until(lambda: term.shows("typed:ab"))
    term.child.send("\x1b[A")  # Up
    term.child.send("\x1bOP")  # F1
    term.child.send("\x03")  # Ctrl+C is the guest's
    term.until(lambda: term.shows("E048 3B 1D 2E"))
    term.child.send("\x1bx")  # Alt+X
    term.until(lambda: term.shows("38 2D"))
    term.until(lambda: (term.screen.cursor.y, term.screen.cursor.x) == (term.row_of("typed:"), 10 + len("typed:abcx")))
    term.child.send("\x1b")
    assert term.end() == 3


def test_only_changed_cells_are_written(tty: Callable[..., Tty]) -> None:
    term = tty("echo")
    term.until(lambda: term.shows("typed:"))
    time.sleep(0.5)
    term.read()
    before = len(term.raw)
    term.child.send("a")
    term.until(lambda: term.shows("releases:1"))
    assert 0 < len(term.raw) - before < 400


def test_the_exit_key_ends_and_leaves_the_last_screen(tty: Callable[..., Tty]) -> None:
    term = tty("echo")
    term.until(lambda: term.shows("typed:"))
    term.child.send("\x1d")
    assert term.end() == 130
    left = term.raw.rpartition(b"\x1b[?1049l")[2].decode()
    assert "ECHO" in left
    assert "last row" in left


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_restores_the_terminal(tty: Callable[..., Tty], number: int, status: int) -> None:
    term = tty("echo")
    term.until(lambda: term.shows("typed:"))
    assert termios.tcgetattr(term.child.child_fd)[3] & termios.ECHO == 0
    term.child.kill(number)
    term.until(lambda: b"\x1b[?1049l" in term.raw)
    term.until(lambda: termios.tcgetattr(term.child.child_fd)[3] == term.before[3])
    assert term.end() == status
    assert b"\x1b[?25h" in term.raw.rpartition(b"\x1b[?1049l")[0][-200:]


def test_an_internal_error_restores_the_terminal_and_is_one_line(tty: Callable[..., Tty]) -> None:
    term = tty("echo")
    term.until(lambda: term.shows("typed:"))
    term.child.send("\x1b[21~")  # F10
    assert term.end() == 125
    left = term.raw.rpartition(b"\x1b[?1049l")[2].decode()
    assert "dosemu: internal error: RuntimeError: boom" in left
    assert "Traceback" not in left


def test_a_small_terminal_follows_the_cursor_and_a_tiny_one_says_so(tty: Callable[..., Tty]) -> None:
    term = tty("echo", rows=24, columns=80)
    term.until(lambda: term.shows("typed:"))
    assert term.row_of("╔═ ECHO ═╗") == 0
    term.screen.resize(40, 120)
    term.child.setwinsize(40, 120)
    term.until(lambda: term.row_of("╔═ ECHO ═╗") == 7 and term.shows("last row"))
    term.screen.resize(3, 10)
    term.child.setwinsize(3, 10)
    term.until(lambda: term.shows("too small"))
    term.screen.resize(30, 90)
    term.child.setwinsize(30, 90)
    term.until(lambda: term.row_of("╔═ ECHO ═╗") == 2)


def test_graphics_are_half_blocks(tty: Callable[..., Tty]) -> None:
    term = tty("graphics", rows=30, columns=80)
    term.until(lambda: term.screen.buffer[15][60].data == "▀")
    left, right = term.screen.buffer[15][20], term.screen.buffer[15][60]
    assert (left.data, left.fg, left.bg) == ("▀", "ff0000", "ff0000")
    assert (right.fg, right.bg) == ("0000ff", "0000ff")
    term.child.send("\x1d")
    assert term.end() == 130


def test_the_mouse_of_the_terminal_is_the_programs(tty: Callable[..., Tty]) -> None:
    """SGR reports, of a terminal that says nothing of what it can (as tmux)."""
    term = tty("mouse", rows=25, columns=80)
    term.until(lambda: term.shows("place:"))
    term.until(lambda: b"\x1b[?1003;1006h" in term.raw)
    term.child.send("\x1b[<35;41;13M")  # moved to column 41, row 13, both from 1
    term.until(lambda: term.shows("place:(324, 100)"))
    term.child.send("\x1b[<0;1;1M")  # the left button
    term.until(lambda: term.shows("place:(4, 4)") and term.shows("buttons: press0"))
    term.child.send("\x1b[<32;80;25M")  # dragged
    term.until(lambda: term.shows("place:(636, 196)"))
    term.child.send("\x1b[<0;80;25m")
    term.until(lambda: term.shows("buttons: press0 release0"))
    term.child.send("\x1b[<64;5;5M")  # the wheel is none of its buttons
    term.child.send("\x1b[<1;5;5M\x1b[<1;5;5m")
    term.until(lambda: term.shows("buttons: press0 release0 press2 release2"))
    term.child.send("\x1b[<2;5;5M\x1b[<2;5;5m")
    assert term.end() == 3
    assert b"\x1b[?1003;1006l" in term.raw


def test_sixels_where_the_terminal_has_them(tty: Callable[..., Tty]) -> None:
    """A terminal that answers as a VT340 with cells of 10 by 20 pixels and 16 colours."""
    term = tty("graphics", rows=30, columns=80)
    answers = {b"\x1b[c": b"\x1b[?63;1;2;4;22c", b"\x1b[16t": b"\x1b[6;20;10t", b"\x1b[?1;1;0S": b"\x1b[?1;0;16S"}
    answered: dict[bytes, int] = dict.fromkeys(answers, 0)

    def drawn() -> bool:
        for question, answer in answers.items():
            for _ in range(term.raw.count(question) - answered[question]):
                answered[question] += 1
                term.child.send(answer)
        return b"\x1b\\" in term.raw.partition(b"\x1bP0;1q")[2]

    term.until(drawn)
    picture = decode(b"\x1bP0;1q" + term.raw.partition(b"\x1bP0;1q")[2].partition(b"\x1b\\")[0] + b"\x1b\\")
    assert picture.shape == (578, 773, 3)  # 4 to 3 in 29 rows of 20 pixels, even
    assert picture[10, 10].tolist() == [255, 0, 0]
    assert picture[-10, -10].tolist() == [0, 0, 255]
    term.child.send("\x1d")
    assert term.end() == 130


def test_a_program_that_ends_leaves_its_words(tty: Callable[..., Tty]) -> None:
    term = tty("quit")
    assert term.end() == 2
    assert "Out of memory" in term.raw.rpartition(b"\x1b[?1049l")[2].decode()


def test_the_demo_runs_and_a_key_ends_it(tty: Callable[..., Tty]) -> None:
    term = tty("dosemu", "--display", "terminal", "demo")
    term.until(lambda: term.shows("dosemu runs DOS programs"))
    term.until(lambda: term.shows("○"))
    at = [term.screen.display[y].find("○") for y in range(30)]
    term.until(lambda: [term.screen.display[y].find("○") for y in range(30)] != at)  # the ball moves with the timer
    term.child.send("x")
    assert term.end() == 0
    left = term.raw.rpartition(b"\x1b[?1049l")[2].decode()
    assert "this line came through INT 21h" in left


def test_without_a_terminal_it_says_what_to_do() -> None:
    command = [sys.executable, "-m", "tests.frontend.fake_app", "terminal", "echo"]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    assert done.returncode == 125
    assert done.stderr == b"dosemu: --display terminal needs a terminal (for files and pipes: --display none)\n"


@pytest.mark.parametrize(
    ("sent", "codes"),
    [
        ("\x1b[1;5C", "1D E04D"), ("\x1b[1;2P", "2A 3B"), ("\x1b[24~", "58"), ("\x1b[Z", "2A F"), ("\x7f", "E"),
        ("\r", "1C"), ("\x1bf", "38 21"), ("\x1bF", "38 21"), ("\x1b\r", "38 1C"), ("\x00", "1D 3"),
        ("A", "2A 1E"), ("!", "2A 2"),
        ("\x1b[3~", "E053"), ("\x1b[5~", "E049"), ("\x1b[6~", "E051"), ("\x1b[2~", "E052"), ("\x1bOH", "E047"),
        ("\x1b1", "38 2"), ("\x1b[15;3~", "38 3F"), ("\x1c", "1D 2B"), ("\x01", "1D 1E"),
        ("ж", ""), ("é", "38 4F 51 52"),
    ],
)  # fmt: skip
def test_what_a_terminal_sends_is_a_key_of_a_pc(sent: str, codes: str) -> None:
    from blessed import Terminal
    from blessed.keyboard import resolve_sequence

    term = Terminal(kind="xterm-256color", force_styling=True)
    key = resolve_sequence(sent, term._keymap, term._keycodes, term._keymap_prefixes, final=True)
    pressed = [code for stroke in strokes(key) for code in stroke if not code & 0x80]
    assert " ".join(f"{code:X}" for code in pressed) == codes
