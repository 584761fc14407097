"""``dosemu``: reads the command line, picks the front end, and turns every trouble into one line and a status."""

from __future__ import annotations

import contextlib
import importlib
import os
import stat
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from dosemu.errors import DosemuError
from dosemu.exit_status import ExitStatus
from frontend.demo import DEMO, wants_running
from frontend.options import Options, UsageError, parse
from frontend.programs import find_program
from frontend.session import say

if TYPE_CHECKING:
    from dosemu.machine import Machine
    from dosemu.settings import Settings
    from dosemu.trace import Trace
    from frontend.sdl.loop import Part
    from frontend.streams import StandardStreams

# Commands other than run, and where their ``main(arguments) -> int`` is.
COMMANDS = {
    "info": "dosemu.tools.info",
    "windows": "frontend.windows_command",
    "bench": "dosemu.tools.bench",
    "batch": "dosemu.tools.batch",
    "doctor": "frontend.doctor",
    "trace": "frontend.trace_command",
    "compare": "dosemu.tools.compare",
    "debug": "frontend.debug_command",
    "gdb": "frontend.gdb_command",
    "coverage": "frontend.coverage_command",
    "profile": "frontend.profile_command",
}


def program_version() -> str:
    """The installed version, or what a checkout that was never installed can say."""
    from importlib.metadata import PackageNotFoundError, version  # slow to import, and seldom needed

    try:
        return version("dosemu")
    except PackageNotFoundError:
        return "(not installed)"


def redirected(descriptor: int) -> bool:
    """The shell has connected this stream to a file or a pipe: the program is used as a tool."""
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) or stat.S_ISFIFO(mode)


def pick_display(asked: str, environment: Mapping[str, str], *, piped: bool, tty: bool) -> str:
    """The display for ``auto``: none in a pipeline, else the window where one can open, the terminal, or none.

    >>> pick_display("auto", {}, piped=False, tty=True)
    'terminal'
    >>> pick_display("auto", {"DISPLAY": ":0"}, piped=True, tty=False)
    'none'
    """
    if asked != "auto":
        return asked
    if piped:
        return "none"
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY") or sys.platform in ("win32", "darwin"):
        from frontend.sdl.picture import reachable

        if reachable():
            return "sdl"
    return "terminal" if tty else "none"


@contextlib.contextmanager
def open_trace(options: Options) -> Iterator[Trace | None]:
    """Where ``--trace`` goes, for the time of the run."""
    if options.trace is None:
        yield None
        return
    from dosemu.trace import Trace, TraceFilter
    from dosemu.trace.summary import Summary

    try:
        wanted = TraceFilter.parse(options.trace_filter)
    except ValueError as error:
        raise UsageError(str(error)) from None
    with contextlib.ExitStack() as stack:
        out = sys.stderr
        if str(options.trace) != "-":
            try:
                out = stack.enter_context(options.trace.open("w", encoding="utf-8"))
            except OSError as error:
                raise DosemuError(f"cannot write the trace {options.trace}: {error.strerror or error}") from error
        colour = out.isatty() and "NO_COLOR" not in os.environ
        summary = Summary() if options.trace_count else None
        yield Trace(None if summary is not None else out, options.trace_format, wanted, colour=colour, summary=summary)
        if summary is not None:
            out.write(summary.table())


def read_settings(options: Options, program: Path, *, mounts: bool = True) -> Settings:
    """The settings of a run of ``program``; what is mounted on the command line is for the first one only."""
    from dosemu.mounts import stacked
    from dosemu.settings import Settings

    settings = Settings.load(program, options.config, options.overrides, with_profiles=options.profile)
    return settings.with_(mounts=stacked(options.mounts)) if mounts and options.mounts else settings


def display_of(options: Options, settings: Settings) -> str:
    """Where a run shows."""
    return pick_display(
        options.display or settings.display.mode,
        os.environ,
        piped=redirected(0) or redirected(1),
        tty=os.isatty(0) and os.isatty(1),
    )


def make_machine(
    options: Options, program: Path, arguments: Sequence[str], settings: Settings, trace: Trace | None, *,
    here: bool = False, **streams: Any,
) -> Machine:  # fmt: skip
    """The machine of a run, which goes on from a state where one is asked for."""
    from dosemu.machine import Machine

    snapshot = None
    if options.load_state is not None:
        from dosemu.snapshot import Snapshot

        snapshot = Snapshot.load(options.load_state)
        here = bool(snapshot.made.here)
    here = options.here if options.here is not None else here

    def make(settings: Settings, arguments: tuple[str, ...]) -> Machine:
        return Machine(
            program, arguments, settings=settings, here=here, trace=trace, record=options.record_input, **streams
        )

    if snapshot is None:
        return make(settings, tuple(arguments))
    from frontend.states import loaded

    return loaded(snapshot, settings, make)


def screen_part(
    options: Options, program: Path, arguments: Sequence[str], trace: Trace | None, settings: Settings | None = None
) -> Part:
    """``program`` for a window."""
    from dosemu.machine import Machine
    from frontend.sdl.loop import Part

    chosen = settings if settings is not None else read_settings(options, program)

    def on_screen() -> Machine:
        return make_machine(options, program, arguments, chosen, trace)

    def on_dropped(dropped: Path) -> Machine:
        return Machine(dropped, settings=read_settings(options, dropped, mounts=False), trace=trace)

    if chosen.profile:
        say(f"settings for {chosen.profile} (--no-profile leaves them out)")
    return Part(on_screen, options.plan, on_dropped)


def run_program(options: Options, program: Path, arguments: Sequence[str]) -> int:
    """Run ``program`` (a folder: the shell in it) on the display asked for; returns the exit status."""
    settings = read_settings(options, program)
    display = display_of(options, settings)

    with open_trace(options) as trace:

        def on_streams(streams: StandardStreams) -> Machine:
            return make_machine(
                options, program, arguments, settings, trace, here=True,
                stdio=True, stdin=streams.stdin, stdout=streams.stdout, stderr=streams.stderr,
            )  # fmt: skip

        def on_terminal() -> Machine:
            return make_machine(options, program, arguments, settings, trace, here=True)

        if display == "none":
            from frontend import headless

            return headless.run(on_streams, options.plan)
        if display == "terminal":
            from frontend import terminal

            return terminal.run(on_terminal, options.plan)
        from frontend.sdl import loop

        return loop.run_parts([screen_part(options, program, arguments, trace, settings)])[0]


def run_replay(options: Options, program: Path | None) -> int:
    """Replay a recording on the display asked for; returns the exit status."""
    from dosemu.replay import Recording, open_replay
    from dosemu.settings import Settings

    assert options.replay is not None
    recording = Recording.load(options.replay)
    settings = Settings.load(program or Path(), options.config, options.overrides, with_profiles=False)
    display = display_of(options, settings)

    def on_streams(streams: StandardStreams) -> Machine:
        return open_replay(recording, program, stdout=streams.stdout, stderr=streams.stderr, sound=settings.sound.mode)

    def on_screen() -> Machine:
        return open_replay(recording, program, sound=settings.sound.mode)

    if display == "none":
        from frontend import headless

        return headless.run(on_streams, options.plan)
    if display == "terminal":
        from frontend import terminal

        return terminal.run(on_screen, options.plan)
    from frontend.sdl import loop

    return loop.run(on_screen, options.plan)


def run_command(name: str, arguments: Sequence[str]) -> int:
    """Run one of COMMANDS; those of a later version say so."""
    try:
        main_of = cast("Callable[[Sequence[str]], int]", importlib.import_module(COMMANDS[name]).main)
    except (ModuleNotFoundError, AttributeError) as error:
        if isinstance(error, ModuleNotFoundError) and not COMMANDS[name].startswith(error.name or "?"):
            raise
        raise UsageError(f"{name} is not built yet") from error
    try:
        return main_of(arguments)
    except SystemExit as end:  # argparse ends with 2 for a wrong use, which it has explained
        return ExitStatus.FAILED if end.code else ExitStatus.OK


def dispatch(arguments: Sequence[str]) -> int:
    """Do what the command line asks; errors are raised."""
    options = parse(arguments)
    if options.version:
        print(f"dosemu {program_version()}")
        return ExitStatus.OK
    if options.replay is not None:
        if options.record_input is not None or options.load_state is not None:
            raise UsageError("--replay goes neither with --record-input nor with --load-state")
        return run_replay(options, find_program(options.words[0]) if options.words else None)
    if options.load_state is not None and not options.words:
        raise UsageError("--load-state needs the PROGRAM too: a file does not choose what is given to a machine")
    if not options.words:
        return run_program(options, Path(), ())
    if options.load_state is not None and options.record_input is not None:
        raise UsageError("--load-state and --record-input do not go together")
    name, *rest = options.words
    if name == "shell" and not options.run:
        return run_program(options, Path(), rest)
    if name in COMMANDS and not options.run:
        return run_command(name, rest)
    if name == "demo" and not options.run:
        try:
            return run_program(options, DEMO, rest) if wants_running(rest) else ExitStatus.OK
        except SystemExit:  # argparse has explained
            return ExitStatus.FAILED
    return run_program(options, find_program(name), rest)


def main(arguments: Sequence[str] | None = None) -> int:
    """The ``dosemu`` command; returns the exit status."""
    try:
        status = dispatch(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
        return status
    except DosemuError as error:
        say(" ".join(str(error).splitlines()))  # names may hold line ends
        return error.exit_status
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    except BrokenPipeError:
        # Python flushes stdout once more at exit: give it somewhere to go.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitStatus.BROKEN_PIPE
    except Exception as error:
        if os.environ.get("DOSEMU_DEBUG"):
            traceback.print_exc()
        else:
            text = " ".join(str(error).split())
            say(f"internal error: {type(error).__name__}: {text} (DOSEMU_DEBUG=1 shows where; please report it)")
        return ExitStatus.FAILED
