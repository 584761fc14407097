"""The command line of ``dosemu``: options up to PROGRAM are ours, everything after it is the program's, verbatim."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

from dosemu.cpu_speeds import speed
from dosemu.errors import DosemuError
from dosemu.keys import parse_keys
from dosemu.mounts import MountSpec, parse_mount
from dosemu.settings import MACHINE_TYPES
from frontend.session import Inside, Plan, Shot

DISPLAYS = ("auto", "sdl", "terminal", "none")
CPUS = ("8086", "286", "386", "486", "pentium")

USAGE = "dosemu [OPTIONS] [[run] PROGRAM | FOLDER] [ARGS...]\n       dosemu COMMAND ..."
EPILOG = """\
commands:
  run PROGRAM [ARGS...]   the same as naming the program at once
  shell [/C COMMAND]      the DOS prompt in this folder, as without any PROGRAM
  info FILE               header, entry, packer and kind of a program (--json)
  trace PROGRAM [ARGS...] what a program asks of DOS, the BIOS and the hardware (trace --help)
  doctor                  what this installation can do, and what to do about the rest
  windows RUN -- RUN ...  several programs at once, each in a window (windows --help)
  debug PROGRAM [ARGS...] run it under a debugger (debug --help)
  gdb PROGRAM [ARGS...]   run it under GDB, which connects to --port
  coverage, profile PROGRAM  which code runs; where its time goes (-o FILE.html)
  batch FOLDER -o REPORT  run all programs of a folder
  bench                   measure the speed, here and in DOSBox
  compare PROGRAM         run a program in DOSBox and here: pictures, output, files, sound side by side
  demo                    run the bundled demo
  (write ./info for a program of that name)

in the terminal:  Ctrl+] ends the run, Ctrl+\\ changes the disks
in the window:
{keys}

exit status: the program's errorlevel; 124 time limit reached, 125 the emulator failed, 126 not a DOS program,
127 not found, 130 Ctrl-C, 134 the program was ended by a CPU fault

examples:
  dosemu GAME.EXE
  dosemu --display none TOOL.EXE /? >help.txt
  dosemu --seconds 5 --keys "1:Enter 2:type=hello" --screenshot end.png --display none GAME.EXE
"""


class UsageError(DosemuError):
    """The command line cannot be read."""


@dataclass(frozen=True, slots=True)
class Options:
    """The command line, read: ``overrides`` are settings as ``section.key=value``, the later ones win."""

    plan: Plan
    display: str | None = None  # None: by the settings
    here: bool | None = None  # None: by the display
    record_input: Path | None = None
    replay: Path | None = None
    load_state: Path | None = None
    trace: Path | None = None  # "-": stderr
    trace_format: Literal["text", "json"] = "text"
    trace_filter: str = ""
    trace_count: bool = False  # a table at the end in place of the calls
    config: Path | None = None
    profile: bool = True
    overrides: tuple[str, ...] = ()
    mounts: tuple[MountSpec, ...] = ()
    words: tuple[str, ...] = ()  # the command or PROGRAM, and what follows it
    version: bool = False
    run: bool = False  # "run" was said: the first word is a PROGRAM, not a command


class Parser(argparse.ArgumentParser):
    """argparse that reports a wrong use as one line (and the exit status 125), like every other error."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (dosemu --help shows the options)")


class RunParser(Parser):
    """That of a run, whose help ends with the commands and the window's hot keys."""

    def format_help(self) -> str:
        """The help, with the window's hot keys."""
        from frontend.actions import table

        self.epilog = EPILOG.format(keys=table())
        return super().format_help()


def number(least: float) -> Callable[[str], float]:
    """An argparse type: a finite number from ``least`` up."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value >= least):
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least:g} up")
        return value

    return read


def count(text: str) -> int:
    """An argparse type: a whole number from 1 up."""
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 up")
    return int(text)


def port(text: str) -> int:
    """An argparse type: a TCP port."""
    if not text.isascii() or not text.isdigit() or int(text[:9]) > 0xFFFF:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 to 65535)")
    return int(text)


def cycles(text: str) -> str:
    """An argparse type: auto, max or a whole number."""
    return text if text in ("auto", "max") else str(count(text))


def processor(text: str) -> str:
    """An argparse type: a processor's name, also with the 80 or i before it that people write.

    >>> processor("80386"), processor("i486"), processor("8088")
    ('386', '486', '8086')
    """
    name = text.lower().removeprefix("i")
    return "8086" if name in ("8086", "8088") else name.removeprefix("80")


def cpu_speed(text: str) -> str:
    """An argparse type: the name of a class of PC."""
    try:
        return str(speed(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def serial(text: str) -> str:
    """An argparse type: a serial port and what it is connected to, as an override of the settings."""
    port, equals, where = text.partition("=")
    if not equals or port.lower() not in ("com1", "com2", "com3", "com4"):
        raise argparse.ArgumentTypeError(f"{text!r}: write COM1=WHERE (to COM4)")
    return f"serial.{port.lower()}={where}"


def build_parser() -> Parser:
    """The options of a run; PROGRAM and what follows are split off before (see ``split``)."""
    parser = RunParser(
        prog="dosemu",
        usage=USAGE,
        description="Run DOS programs directly. PROGRAM is a .COM, .EXE or .BAT file, its folder is C:; "
        "a FOLDER opens the DOS prompt there.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("-V", "--version", action="store_true", help="show the version and end")

    group = parser.add_argument_group("where it shows")
    group.add_argument("--display", type=str.lower, choices=DISPLAYS,
                       help="auto: none when stdin or stdout is a file or a pipe, else a window "
                            "where a display is reachable, else the terminal")  # fmt: skip
    group.add_argument("--sound", metavar="HOW", help="auto, sdl, pyaudio, none or wav=FILE")

    group = parser.add_argument_group("files")
    group.add_argument("--here", action=argparse.BooleanOptionalAction,
                       help="make the current folder the current drive, so that arguments name your files; "
                            "the default with --display none and terminal")  # fmt: skip
    group.add_argument("--mount", action="append", default=[], metavar="D=PATH[:OPTION]",
                       help="give the program a folder or a disk image, CD image or ZIP archive as a drive; options: "
                            "ro, cdrom, overlay=DIR, label=NAME; repeatable, several disks for a drive are "
                            "changed with a hot key")  # fmt: skip

    group.add_argument("--serial", action="append", default=[], type=serial, metavar="COMn=WHERE",
                       help="connect a serial port: null, file:FILE, tcp:HOST:PORT or tcp-listen:[ADDRESS:]PORT; "
                            "repeatable")  # fmt: skip

    group = parser.add_argument_group("the machine")
    group.add_argument("--machine", type=str.lower, choices=MACHINE_TYPES, help="which PC (its display adapter)")
    group.add_argument("--cpu", type=processor, choices=CPUS, help="which processor")
    group.add_argument("--cycles", type=cycles, metavar="N", help="instructions per millisecond: auto, max or a number")
    group.add_argument("--cpu-speed", dest="cycles", type=cpu_speed, metavar="PC",
                       help="cycles by the class of PC: 8088, 286-12, 386dx33, 486dx2-66, p90 ...")  # fmt: skip
    group.add_argument("--no-profile", action="store_true", help="leave out the settings known for this program")
    group.add_argument(
        "--set", action="append", default=[], metavar="SECTION.KEY=VALUE", help="any setting; repeatable"
    )
    group.add_argument("--config", type=Path, metavar="FILE", help="one more settings file")

    group = parser.add_argument_group("unattended")
    group.add_argument("--seconds", type=number(0), metavar="S", help="stop after this much emulated time (status 124)")
    group.add_argument("--frames", type=count, metavar="N", help="stop after this many frames (status 124)")
    group.add_argument("--keys", default="", metavar="TEXT",
                       help='keys at emulated seconds: "1.5:Enter 2:type=hello 4:F1 5:ctrl+c"')  # fmt: skip
    group.add_argument("--screenshot", action="append", default=[], type=Shot.parse, metavar="FILE[@SECONDS]",
                       help="picture at the end or at a time; repeatable")  # fmt: skip
    group.add_argument(
        "--record", type=Path, metavar="FILE", help="film of the run: FILE.gif, .mp4 (with sound) or .wav"
    )
    group.add_argument("--screen-text", nargs="?", type=Path, const=Path("-"), metavar="FILE",
                       help="text of the screen at the end, as UTF-8; without =FILE to stdout")  # fmt: skip

    group = parser.add_argument_group("states, record and replay")
    group.add_argument("--save-state", action="append", default=[], type=Shot.parse, metavar="FILE[@SECONDS]",
                       help="the state of the machine, at the end (also when the window is closed) or at a time; "
                            "repeatable")  # fmt: skip
    group.add_argument("--load-state", type=Path, metavar="FILE",
                       help="go on where a state of PROGRAM was saved, with its machine; drives, display and sound "
                            "are those asked for now")  # fmt: skip
    group.add_argument(
        "--record-input", type=Path, metavar="FILE", help="all that comes into the machine, for --replay"
    )
    group.add_argument("--replay", type=Path, metavar="FILE",
                       help="do again what was recorded, and check that all is the same; with PROGRAM where it is "
                            "now, if not where it was")  # fmt: skip

    group = parser.add_argument_group("looking inside")
    group.add_argument("--trace", nargs="?", type=Path, const=Path("-"), metavar="FILE",
                       help="what the program asks of DOS and the BIOS; without =FILE to stderr")  # fmt: skip
    group.add_argument("--trace-format", choices=("text", "json"), default="text", help="text or JSON lines")
    group.add_argument("--trace-filter", default="", metavar="FILTER",
                       help="file, video, 21h/3Dh, path=*.CFG, port=3C0-3DF, !16h ...")  # fmt: skip
    group.add_argument("--gdb", type=port, metavar="PORT", help="let GDB connect (target remote :PORT; 0: any port)")
    group.add_argument("--map", type=Path, metavar="FILE",
                       help="names of the program's addresses, from its linker; FILE,1=215000,2=21B000 with the "
                            "places of 32-bit objects")  # fmt: skip
    group.add_argument("--coverage", type=Path, metavar="FILE",
                       help="which code was executed, at the end: FILE.html, .json or text")  # fmt: skip
    return parser


def split(parser: Parser, arguments: Sequence[str]) -> tuple[list[str], list[str], bool]:
    """Our options, PROGRAM with all that follows it, and whether "run" stood before it.

    An option whose value may be left out (``--trace``) takes one only after ``=``: the next word may be PROGRAM.
    """
    takes_value = {
        name
        for action in parser._actions
        for name in action.option_strings
        if action.nargs is None and not isinstance(action, argparse.BooleanOptionalAction)
    }
    options: list[str] = []
    run = False
    words = iter(arguments)
    for word in words:
        if word == "--":
            return options, list(words), run
        if word == "run" and not run:
            run = True
        elif not word.startswith("-") or word == "-":
            return options, [word, *words], run
        elif word in takes_value and (value := next(words, None)) is not None:
            if value == "--":
                raise UsageError(f"{word} needs a value (dosemu --help shows the options)")
            options.append(f"{word}={value}")  # so that argparse reads a value such as "-1" as one
        else:
            options.append(word)
    return options, [], run


def parse(arguments: Sequence[str]) -> Options:
    """Read the command line.

    Raises UsageError, MountError or KeyNameError; ``--help`` raises SystemExit(0).
    """
    parser = build_parser()
    ours, words, run = split(parser, arguments)
    seen = parser.parse_args(ours)
    parse_keys(seen.keys)  # here, so that a typing error costs no run
    given = {"machine.type": seen.machine, "cpu.type": seen.cpu, "cpu.cycles": seen.cycles, "sound.mode": seen.sound}
    named = [f"{name}={value}" for name, value in given.items() if value is not None]
    inside = Inside(seen.gdb, map_file=seen.map, coverage=seen.coverage)
    return Options(
        plan=Plan(
            seen.seconds,
            seen.frames,
            seen.keys,
            tuple(seen.screenshot),
            seen.screen_text,
            inside if inside != Inside() else None,
            seen.record,
            tuple(seen.save_state),
        ),
        display=seen.display,
        here=seen.here,
        record_input=seen.record_input,
        replay=seen.replay,
        load_state=seen.load_state,
        trace=seen.trace,
        trace_format=seen.trace_format,
        trace_filter=seen.trace_filter,
        config=seen.config,
        profile=not seen.no_profile,
        overrides=(*seen.set, *named, *seen.serial),
        mounts=tuple(parse_mount(text) for text in seen.mount),
        words=tuple(words),
        version=seen.version,
        run=run,
    )
