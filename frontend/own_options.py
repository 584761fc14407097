"""Commands that run a program: their own options first, then those of a run, PROGRAM and its arguments."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from frontend.options import Options, Parser, UsageError, parse
from frontend.session import Inside


def command_parser(name: str, description: str | None) -> Parser:
    """A parser for a command's own options; each of them takes a value."""
    return Parser(
        prog=f"dosemu {name}", usage=f"dosemu {name} [OPTIONS] [OPTIONS OF A RUN] PROGRAM [ARGS...]",
        description=description, allow_abbrev=False,
    )  # fmt: skip


def read(parser: Parser, arguments: Sequence[str]) -> tuple[argparse.Namespace, Options]:
    """The command's own options, and those of the run. Raises UsageError; ``--help`` raises SystemExit."""
    known = {name for action in parser._actions for name in action.option_strings}
    own: list[str] = []
    words = list(arguments)
    while words and words[0].partition("=")[0] in known:
        word = words.pop(0)
        own.append(word)
        if "=" not in word and word not in ("-h", "--help") and words:
            own[-1:] = [f"{word}={words.pop(0)}"] if word.startswith("--") else [word, words.pop(0)]
    seen = parser.parse_args(own)
    options = parse(words)
    if not options.words:
        raise UsageError(f"{parser.prog.split()[-1]}: no PROGRAM given ({parser.prog} --help shows the options)")
    return seen, options


def looking(options: Options, **fields: object) -> Options:
    """The same options with more of somebody looking inside."""
    inside = replace(options.plan.inside or Inside(), **fields)  # type: ignore[arg-type]
    return replace(options, plan=replace(options.plan, inside=inside))


def run(options: Options) -> int:
    """Run the program; returns the exit status."""
    from frontend.cli import run_program
    from frontend.programs import find_program

    name, *arguments = options.words
    return run_program(options, find_program(name), arguments)


def path(text: str) -> Path:
    """An argparse type."""
    return Path(text)
