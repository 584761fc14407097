"""The command line of ``dosemu compare``, and how a case goes through both emulators."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from dosemu.errors import DosemuError
from dosemu.settings import MACHINE_TYPES
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
from dosemu.tools.compare.progress import Progress
from dosemu.tools.compare.results import Mark, Result, Shot, count, to_json
from dosemu.tools.compare.sound import match
from dosemu.tools.dosbox import dosbox_version

Say = Callable[[str], None]


def compare(case: Case, executable: Path, stage: Say = lambda text: None) -> Result:
    """Run a case in both and compare; what cannot be run is a result with a ``problem``. ``stage`` hears what is done.

    Whatever goes wrong with one program, its screen or its files is told in its own result alone.
    """
    result = Result(case)
    try:
        check_program(case)
        with dosbox.virtual_screen() as display, tempfile.TemporaryDirectory(prefix="dosemu-compare-") as made:
            _compare(result, Path(made), executable, display, stage)
    except DosemuError as error:
        result.problem = " ".join(str(error).split()).removeprefix(f"{case.name}: ")
    except OSError as error:
        result.problem = f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
    except Exception as error:
        result.problem = f"{type(error).__name__}: {' '.join(str(error).split())}"
    return result


def _compare(result: Result, folder: Path, executable: Path, display: str, stage: Say) -> None:
    case = result.case
    redirect = case.output == "redirect"
    if case.output == "auto" and not case.keys:
        stage("here, to see what it is")
        drive = folder / "try"
        redirect = here.run_apart(case, copy_drive(case, drive), drive, redirect=False).text_only
    result.redirected = redirect
    stage(f"in DOSBox, up to {case.seconds:g} s")
    theirs_drive, control = folder / "dosbox", folder / "control"
    control.mkdir()
    copy_drive(case, theirs_drive)
    theirs = dosbox.run(case, theirs_drive, control, executable=executable, display=display, redirect=redirect)
    stage("here")
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


def totals(results: Sequence[Result], asked: int) -> str:
    """The last line for the terminal."""
    text = ", ".join(f"{number} {mark.value}" for mark, number in count(results).items()) or "nothing compared"
    return f"{len(results)} of {asked} programs: {text}"


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or "." not in name:
        raise argparse.ArgumentTypeError(f"{text!r}: write SECTION.KEY=VALUE")
    return name, value


def build_parser(words: str = argparse.REMAINDER) -> argparse.ArgumentParser:
    """The command's options. Behind a program all is the program's; behind a list options are still ours."""
    parser = argparse.ArgumentParser(
        prog="dosemu compare",
        usage="dosemu compare [OPTIONS] PROGRAM [ARGS...]\n       dosemu compare LIST.toml... [OPTIONS]",
        description="Run a program in DOSBox and here with the same keys at the same times and show both: "
        "pictures, text output, files written, exit status, sound, CPU seconds. "
        "Options hold for each program of a list.",
        epilog="exit status: 0 nothing differs, 1 something does, 125 a program could not be compared",
    )
    add = parser.add_argument
    add("-o", "--output", type=Path, metavar="FILE.html", help="the report: one page that needs nothing else")
    add("--json", type=Path, metavar="FILE", help="all figures (-: to stdout)")
    add("--only", action="append", default=[], metavar="NAME", help="of a list, this program alone; repeatable")
    add("--keys", metavar="TEXT", help="as with runs: '1.5:Enter 2:type=hello'")
    add("--seconds", type=float, metavar="S", help="how long, in emulated seconds (10)")
    add("--at", type=numbers, metavar="S,S...", help="when to take pictures (four times over the run)")
    add("--stdout", choices=OUTPUTS, help="where standard output goes (auto: a tool's to a file)")
    add("--folder", type=Path, metavar="DIR", help="what becomes C: (the program's folder)")
    add("--machine", choices=MACHINE_TYPES, help="which PC, in both (svga)")
    add("--cycles", type=int, metavar="N", help=f"instructions per millisecond, in both ({CYCLES})")
    add("--set", action="append", default=[], type=_setting, metavar="SECTION.KEY=VALUE", help="a setting of ours")
    add("--dosbox-set", action="append", default=[], type=_setting, metavar="SECTION.KEY=VALUE", help="one of DOSBox's")
    add("--no-sound", action="store_true", help="do not record")
    add("--dosbox", default="dosbox", metavar="PATH", help="which DOSBox")
    add("words", nargs=words, help=argparse.SUPPRESS)
    return parser


def _is_list(word: str) -> bool:
    return word.lower().endswith(".toml")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; ``words`` are the program and its arguments, or lists.

    >>> parse(["GAME.EXE", "-o", "x"]).words, parse(["all.toml", "-o", "x"]).words
    (['GAME.EXE', '-o', 'x'], ['all.toml'])
    """
    options = build_parser().parse_args(arguments)
    if options.words[:1] == ["--"]:
        options.words.pop(0)
    elif options.words and _is_list(options.words[0]):
        return build_parser("*").parse_intermixed_args(arguments)
    return options


def _asked(options: argparse.Namespace) -> dict[str, Any]:
    """What the command line says about cases."""
    names = {"keys": "keys", "seconds": "seconds", "at": "at", "output": "stdout", "folder": "folder",
             "machine": "machine", "cycles": "cycles"}  # fmt: skip
    asked = {name: value for name, key in names.items() if (value := getattr(options, key)) is not None}
    return asked | ({"sound": False} if options.no_sound else {})


def cases_of(options: argparse.Namespace) -> list[Case]:
    """What the command line asks for. Raises CompareError, KeyNameError."""
    words: list[str] = options.words
    if not words:
        raise CompareError("no PROGRAM given (dosemu compare --help shows the options)")
    ours, theirs, asked = dict(options.set), dict(options.dosbox_set), _asked(options)
    if not _is_list(words[0]):
        if options.only:
            raise CompareError("--only chooses from a list")
        program = Path(words[0])
        return [Case(program.stem, program, tuple(words[1:]), settings=ours, dosbox=theirs, **asked)]
    if stray := [word for word in words if not _is_list(word)]:
        raise CompareError(f"{stray[0]} is no list: a program's arguments stand in the list")
    listed = [case for word in words for case in load_list(Path(word))]
    if unknown := set(options.only) - {case.name for case in listed}:
        raise CompareError(f"--only {min(unknown)}: not in the list")
    return [
        dataclasses.replace(
            case, settings={**case.settings, **ours}, dosbox={**case.dosbox, **theirs}, **asked
        )
        for case in listed
        if not options.only or case.name in options.only
    ]  # fmt: skip


def iterate(cases: Sequence[Case], executable: Path, progress: Progress) -> Iterator[Result]:
    """Compare all, one after the other."""
    for number, case in enumerate(cases, 1):
        with progress.program(number, case) as stage:
            result = compare(case, executable, stage)
        progress.say(summary(result), number)
        yield result


def _gather(results: Iterable[Result], into: list[Result]) -> bool:
    """Collect results; False when the user has stopped it."""
    try:
        into.extend(results)
    except KeyboardInterrupt:
        return False
    return True


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CompareError(f"cannot write {path}: {error.strerror or error}") from None


def main(arguments: Sequence[str]) -> int:
    """The ``compare`` command: 0 when nothing differs, 1 when something does, 125 when a program failed.

    What was compared before Ctrl-C is reported all the same.
    """
    options = parse(arguments)
    cases = cases_of(options)
    if len(cases) == 1:
        check_program(cases[0])
    executable = dosbox.tools(options.dosbox)
    to_stdout = str(options.json) == "-"
    for path in filter(None, (options.output, None if to_stdout else options.json)):
        if not path.absolute().parent.is_dir():
            raise CompareError(f"cannot write {path}: there is no folder {path.parent}")
    version = dosbox_version(executable)
    results: list[Result] = []
    with Progress(len(cases), sys.stderr if to_stdout else sys.stdout) as progress:
        whole = _gather(iterate(cases, executable, progress), results)
        if len(cases) > 1:
            progress.say(totals(results, len(cases)))
    if options.output is not None:
        _write(options.output, page(results, version))
    if options.json is not None:
        text = json.dumps(to_json(results, version), indent=1) + "\n"
        if to_stdout:
            print(text, end="")
        else:
            _write(options.json, text)
    if not whole:
        raise KeyboardInterrupt
    marks = {result.mark for result in results}
    if Mark.FAILED in marks:
        return CompareError.exit_status
    return 1 if Mark.DIFFERENT in marks else 0
