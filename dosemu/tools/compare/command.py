"""The command line of ``dosemu compare``, and how a case goes through both emulators."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from dosemu.errors import DosemuError
from dosemu.settings import MACHINE_TYPES
from dosemu.tools.bench_run import dosbox_version
from dosemu.tools.compare import dosbox, here
from dosemu.tools.compare.cases import (
    CYCLES,
    OUTPUTS,
    Case,
    CompareError,
    check_program,
    copy_drive,
    load_list,
    numbers,
)
from dosemu.tools.compare.files import difference, differences
from dosemu.tools.compare.page import page
from dosemu.tools.compare.results import Mark, Result, Shot
from dosemu.tools.compare.sound import match


def compare(case: Case, executable: Path, display: str) -> Result:
    """Run a case in both and compare; what cannot be run is a result with a ``problem``."""
    result = Result(case)
    try:
        check_program(case)
        with tempfile.TemporaryDirectory(prefix="dosemu-compare-") as made:
            _compare(result, Path(made), executable, display)
    except DosemuError as error:
        result.problem = str(error)
    except OSError as error:
        result.problem = f"{case.name}: {error.strerror or error}"
    return result


def _compare(result: Result, folder: Path, executable: Path, display: str) -> None:
    case = result.case
    redirect = case.output == "redirect"
    if case.output == "auto" and not case.keys:
        drive = folder / "try"
        redirect = here.run_apart(case, copy_drive(case, drive), drive, redirect=False).text_only
    result.redirected = redirect
    theirs_drive, control = folder / "dosbox", folder / "control"
    control.mkdir()
    copy_drive(case, theirs_drive)
    theirs = dosbox.run(case, theirs_drive, control, executable=executable, display=display, redirect=redirect)
    ours_drive = folder / "dosemu"
    program = copy_drive(case, ours_drive)
    ours = here.run_apart(case, program, ours_drive, redirect=redirect, pictures=theirs.pictures)
    result.ours, result.theirs, result.lag_seconds = ours.ending, theirs.ending, theirs.lag_seconds
    result.shots = [Shot(seconds, found) for (seconds, _), found in zip(theirs.pictures, ours.matches, strict=True)]
    if case.sound:
        result.sound = match(ours.sound, theirs.sound, here.RATE)
    result.files = differences(ours.ending.changed, theirs.ending.changed)
    if result.output_mark is Mark.DIFFERENT:
        result.output_difference = difference(ours.ending.stdout or b"", theirs.ending.stdout or b"")


def summary(result: Result) -> str:
    """One line for the terminal."""
    if result.problem:
        return f"{result.case.name}: failed: {result.problem}"
    found = []
    for name, mark in result.marks.items():
        if mark is Mark.NONE:
            continue
        text = f"{name} {mark.value}"
        if name == "pictures":
            text += f" ({min(shot.match.equal for shot in result.shots if shot.match) * 100:.1f} %)"
        found.append(text)
    return f"{result.case.name}: {', '.join(found) or 'nothing to compare'}"


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or "." not in name:
        raise argparse.ArgumentTypeError(f"{text!r}: write SECTION.KEY=VALUE")
    return name, value


def build_parser() -> argparse.ArgumentParser:
    """The command's options."""
    parser = argparse.ArgumentParser(
        prog="dosemu compare",
        usage="dosemu compare [OPTIONS] PROGRAM [ARGS...]\n       dosemu compare [OPTIONS] LIST.toml...",
        description="Run a program in DOSBox and here with the same keys at the same times and show both: "
        "pictures, text output, files written, exit status, sound, CPU seconds.",
        epilog="exit status: 0 nothing differs, 1 something does, 125 a program could not be compared",
    )
    add = parser.add_argument
    add("-o", "--output", type=Path, metavar="FILE.html", help="the report: one page that needs nothing else")
    add("--json", type=Path, metavar="FILE", help="all figures (-: to stdout)")
    add("--keys", default="", metavar="TEXT", help="as with runs: '1.5:Enter 2:type=hello'")
    add("--seconds", type=float, metavar="S", help="how long, in emulated seconds (10)")
    add("--at", type=numbers, default=(), metavar="S,S...", help="when to take pictures (four times over the run)")
    add("--stdout", choices=OUTPUTS, default="auto", help="where standard output goes (auto: a tool's to a file)")
    add("--folder", type=Path, metavar="DIR", help="what becomes C: (the program's folder)")
    add("--machine", choices=MACHINE_TYPES, default="svga", help="which PC, in both")
    add("--cycles", type=int, default=CYCLES, metavar="N", help=f"instructions per millisecond, in both ({CYCLES})")
    add("--set", action="append", default=[], type=_setting, metavar="SECTION.KEY=VALUE", help="a setting of ours")
    add("--dosbox-set", action="append", default=[], type=_setting, metavar="SECTION.KEY=VALUE", help="one of DOSBox's")
    add("--no-sound", action="store_true", help="do not record")
    add("--dosbox", default="dosbox", metavar="PATH", help="which DOSBox")
    add("words", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def cases_of(options: argparse.Namespace) -> list[Case]:
    """What the command line asks for. Raises CompareError, KeyNameError."""
    words: list[str] = options.words[1:] if options.words[:1] == ["--"] else options.words
    if not words:
        raise CompareError("no PROGRAM given (dosemu compare --help shows the options)")
    if words[0].lower().endswith(".toml"):
        return [case for word in words for case in load_list(Path(word))]
    program = Path(words[0])
    return [
        Case(
            program.stem, program, tuple(words[1:]), options.keys, 10.0 if options.seconds is None else options.seconds,
            options.at, options.folder, "", options.stdout, options.machine, options.cycles, dict(options.set),
            dict(options.dosbox_set), not options.no_sound,
        )
    ]  # fmt: skip


def run_all(cases: Sequence[Case], executable: Path, say: Callable[[str], None]) -> list[Result]:
    """Compare all, one after the other, and say a line for each."""
    results = []
    with dosbox.virtual_screen() as display:
        for case in cases:
            results.append(compare(case, executable, display))
            say(summary(results[-1]))
    return results


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CompareError(f"cannot write {path}: {error.strerror or error}") from None


def main(arguments: Sequence[str]) -> int:
    """The ``compare`` command: 0 when nothing differs, 1 when something does, 125 when a program failed."""
    options = build_parser().parse_args(arguments)
    cases = cases_of(options)
    if len(cases) == 1:
        check_program(cases[0])
    executable = dosbox.tools(options.dosbox)
    to_stdout = str(options.json) == "-"
    out = sys.stderr if to_stdout else sys.stdout
    results = run_all(cases, executable, lambda line: print(line, file=out, flush=True))
    version = dosbox_version(executable)
    if options.output is not None:
        _write(options.output, page(results, version))
    if options.json is not None:
        text = json.dumps({"dosbox": version, "results": [each.to_json() for each in results]}, indent=1) + "\n"
        if to_stdout:
            print(text, end="")
        else:
            _write(options.json, text)
    marks = {result.mark for result in results}
    if Mark.FAILED in marks:
        return CompareError.exit_status
    return 1 if Mark.DIFFERENT in marks else 0
