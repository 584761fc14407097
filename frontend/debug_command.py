"""``dosemu debug PROGRAM``: run a program under the debugger, from a terminal, a pipe or a script.

The program has a screen and a keyboard of its own, which the commands ``screen`` and ``keys`` are for.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dosemu.errors import DosemuError
from frontend.own_options import command_parser, read

if TYPE_CHECKING:
    from dosemu.debug.console import Console

PROMPT = "(dosemu) "


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns 0."""
    from dosemu.debug import Debugger
    from dosemu.debug.console import Console
    from dosemu.machine import Machine
    from dosemu.mounts import stacked
    from dosemu.settings import Settings
    from frontend.looking import load_map
    from frontend.programs import find_program

    parser = command_parser("debug", __doc__)
    parser.add_argument("-x", "--command", action="append", default=[], metavar="COMMAND",
                        help="carry out this command first; repeatable")  # fmt: skip
    parser.add_argument("--script", metavar="FILE", help="commands from a file")
    seen, options = read(parser, arguments)
    name, *program_arguments = options.words
    program = find_program(name)
    settings = Settings.load(program, options.config, options.overrides, with_profiles=options.profile)
    if options.mounts:
        settings = settings.with_(mounts=stacked(options.mounts))
    with Machine(program, program_arguments, settings=settings, here=options.here is not False) as machine:
        if options.plan.inside is not None:
            load_map(machine, options.plan.inside.map_file)
        machine.keyboard.schedule(options.plan.keys)
        debugger = Debugger(machine)
        debugger.stop_for_keys = True
        console = Console(debugger)
        say(f"{machine.title} is loaded; help lists the commands\n{console.place()}")
        commands = [*seen.command, *([f"source {seen.script}"] if seen.script else [])]
        for line in commands:
            if not console.done:
                say(console.execute(line))
        if not console.done and (not commands or sys.stdin.isatty()):
            interact(console)
    return 0


def interact(console: Console) -> None:
    """Read commands until the end of input, or ``quit``."""
    for line in lines(console):
        if not sys.stdin.isatty() and line.strip():
            print(f"{PROMPT}{line.strip()}")
        try:
            say(console.execute(line))
        except KeyboardInterrupt:
            print()
        except DosemuError as error:
            say(str(error))
        if console.done:
            return


def lines(console: Console) -> Iterator[str]:
    """The lines typed, with history and completion in a terminal; or those of the pipe."""
    if not sys.stdin.isatty():
        yield from (line.rstrip("\n") for line in sys.stdin)
        return
    with contextlib.suppress(ImportError):
        import readline

        from dosemu.debug.console import COMMANDS

        def complete(text: str, state: int) -> str | None:
            found = sorted(
                name for name in (*COMMANDS, *console.aliases, *console.machine.symbols) if name.startswith(text)
            )
            return found[state] if state < len(found) else None

        readline.set_completer(complete)
        readline.parse_and_bind("tab: complete")
    while True:
        try:
            yield input(PROMPT)
        except EOFError:
            print()
            return
        except KeyboardInterrupt:
            print()


def say(text: str) -> None:
    """An answer, if there is one."""
    if text:
        print(text, flush=True)
