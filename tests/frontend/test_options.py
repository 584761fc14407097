"""The command line: what is ours, what is the program's, and what a wrong use says."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosemu.errors import DosemuError, KeyNameError, MountError
from frontend.options import Options, parse
from frontend.session import Shot


def read(*words: str) -> Options:
    return parse(words)


def test_everything_after_the_program_is_the_programs() -> None:
    options = read("--display", "none", "GAME.EXE", "--help", "-x", "--", "--seconds", "5", "run")
    assert options.words == ("GAME.EXE", "--help", "-x", "--", "--seconds", "5", "run")
    assert (options.display, options.plan.seconds) == ("none", None)


def test_run_may_stand_before_the_program_and_options_on_both_sides() -> None:
    options = read("--seconds", "2", "run", "--frames=3", "run", "x")
    assert (options.plan.seconds, options.plan.frames, options.words, options.run) == (2.0, 3, ("run", "x"), True)


def test_double_dash_ends_the_options() -> None:
    assert read("--here", "--", "-odd.com", "1").words == ("-odd.com", "1")


def test_an_optional_value_never_swallows_the_program() -> None:
    options = read("--screen-text", "--trace", "A.COM")
    assert options.words == ("A.COM",)
    assert (options.plan.screen_text, options.trace) == (Path("-"), Path("-"))
    assert read("--screen-text=out.txt", "--trace=t.log", "A.COM").trace == Path("t.log")


def test_a_value_may_begin_with_a_dash() -> None:
    with pytest.raises(DosemuError, match="'-1' is not a number from 0 up"):
        read("--seconds", "-1", "A.COM")


def test_settings_mounts_and_pictures_are_collected() -> None:
    options = read(
        "--set", "dos.version=3.3", "--cycles", "9000", "--machine", "cga", "--cpu", "286",
        "--mount", "D=x:ro", "--mount=E=y", "--screenshot", "a.png@1.5", "--screenshot", "b.png", "A.COM",
    )  # fmt: skip
    assert options.overrides == ("dos.version=3.3", "machine.type=cga", "cpu.type=286", "cpu.cycles=9000")
    assert [(mount.letter, mount.read_only) for mount in options.mounts] == [("D", True), ("E", False)]
    assert options.plan.shots == (Shot(Path("a.png"), 1.5), Shot(Path("b.png")))


@pytest.mark.parametrize(
    ("said", "meant"), [("80386", "386"), ("i486", "486"), ("8088", "8086"), ("Pentium", "pentium")]
)
def test_a_processor_by_its_other_names(said: str, meant: str) -> None:
    assert read("--cpu", said, "--machine", "VGA", "A").overrides == ("machine.type=vga", f"cpu.type={meant}")


def test_here_can_be_switched_off() -> None:
    assert (read("A").here, read("--here", "A").here, read("--no-here", "A").here) == (None, True, False)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--display", "window", "A"], "invalid choice"),
        (["--frames", "0", "A"], "whole number from 1 up"),
        (["--seconds", "nan", "A"], "number from 0 up"),
        (["--cycles", "fast", "A"], "whole number"),
        (["--bogus", "A"], "--bogus"),
        (["--seconds"], "expected one argument"),
        (["--disp", "none", "A"], "--disp"),
    ],
)
def test_a_wrong_option_is_one_line_and_status_125(words: list[str], problem: str) -> None:
    with pytest.raises(DosemuError) as caught:
        read(*words)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_status == 125


def test_keys_and_mounts_are_checked_before_anything_runs() -> None:
    with pytest.raises(KeyNameError, match="Entr"):
        read("--keys", "1:Entr", "A")
    with pytest.raises(MountError, match="nonsense"):
        read("--mount", "nonsense", "A")


@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help_goes_to_stdout(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        read(word)
    shown = capsys.readouterr()
    assert end.value.code == 0
    assert "dosemu" in shown.out
    assert shown.err == ""


WORDS = [
    "run",
    "--",
    "-",
    "--trace",
    "--screen-text=",
    "--seconds",
    "--keys",
    "--mount",
    "--set",
    "--here",
    "x",
    "1",
    "",
]


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8))))
def test_any_words_are_read_or_refused(words: list[str]) -> None:
    with contextlib.suppress(DosemuError, SystemExit):  # anything else would be an internal error; --help ends
        options = read(*words)
        assert list(options.words) == words[len(words) - len(options.words) :]
