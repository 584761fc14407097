"""``dosemu windows RUN -- RUN ...``: several programs at once, each in a window of its own, in one process.

Each RUN is written as after ``dosemu``: options, PROGRAM and its arguments.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from frontend.options import Parser, UsageError, parse
from frontend.programs import find_program

if TYPE_CHECKING:
    from frontend.sdl.loop import Part

DESCRIPTION = """Several programs at once, each in a window of its own. Each RUN is written as after dosemu: options,
PROGRAM and its arguments. The exit status is that of the first one that is not 0."""
EPILOG = """two programs that are connected by their serial ports:
  dosemu windows --serial COM1=tcp-listen:5000 GAME.EXE -- --serial COM1=tcp:localhost:5000 GAME.EXE"""


def split(words: Sequence[str]) -> Iterator[list[str]]:
    """The runs between the words ``--``.

    >>> list(split(["--cycles", "3000", "A.EXE", "/x", "--", "B.EXE"]))
    [['--cycles', '3000', 'A.EXE', '/x'], ['B.EXE']]
    """
    run: list[str] = []
    for word in words:
        if word == "--":
            yield run
            run = []
        else:
            run.append(word)
    yield run


def main(arguments: Sequence[str]) -> int:
    """The command; returns the exit status."""
    if arguments[:1] in (["-h"], ["--help"]):
        from argparse import RawDescriptionHelpFormatter

        Parser(
            prog="dosemu windows", usage="dosemu windows RUN -- RUN [-- RUN ...]", description=DESCRIPTION,
            epilog=EPILOG, formatter_class=RawDescriptionHelpFormatter,
        ).print_help()  # fmt: skip
        return 0
    from frontend.cli import open_trace, screen_part
    from frontend.sdl.loop import run_parts

    with contextlib.ExitStack() as stack:
        parts: list[Part] = []
        for words in split(arguments):
            options = parse(words)
            if not options.words:
                raise UsageError("windows: no PROGRAM given (dosemu windows --help shows how)")
            if options.replay is not None or options.display not in (None, "auto", "sdl"):
                raise UsageError("windows: --replay and --display are not for it")
            name, *rest = options.words
            trace = stack.enter_context(open_trace(options))
            parts.append(screen_part(options, find_program(name), rest, trace))
        return next((status for status in run_parts(parts) if status), 0)
