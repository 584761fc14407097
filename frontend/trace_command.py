"""``dosemu trace PROGRAM``: an strace for DOS programs; ``dosemu trace --diff A B`` compares two traces."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from dosemu.errors import DosemuError

USAGE = """dosemu trace [-c] [-o FILE] [-f FILTER] [--format text|json] [OPTIONS OF A RUN] PROGRAM [ARGS...]
       dosemu trace --diff A B"""
OWN_WITH_VALUE = ("-o", "--output", "-f", "--filter", "--format")
OWN = ("-c", "--count", *OWN_WITH_VALUE)


def build_parser() -> argparse.ArgumentParser:
    """The options of the command itself."""
    from frontend.options import Parser

    parser = Parser(prog="dosemu trace", usage=USAGE, description=__doc__, allow_abbrev=False)
    parser.add_argument("-c", "--count", action="store_true", help="a table of how often what was called, at the end")
    parser.add_argument("-o", "--output", type=Path, default=Path("-"), metavar="FILE", help="instead of stderr")
    parser.add_argument("-f", "--filter", default="", help="file, video, 21h/3Dh, path=*.CFG, port=3C0-3DF, !16h ...")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text or JSON lines")
    parser.add_argument("--diff", nargs=2, type=Path, metavar=("A", "B"), help="compare two traces")
    return parser


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Our own options, which come first, and those of the run with its program."""
    own: list[str] = []
    words = list(arguments)
    while words and (words[0].partition("=")[0] in OWN):
        own.append(words.pop(0))
        if own[-1] in OWN_WITH_VALUE and words:
            own.append(words.pop(0))
    return own, words


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns its exit status: the program's, for ``--diff`` 0 when the traces are the same."""
    from frontend.cli import run_program
    from frontend.options import UsageError, parse
    from frontend.programs import find_program

    if "--diff" in arguments or "--help" in arguments[:1] or "-h" in arguments[:1]:
        return diff(build_parser().parse_args(arguments).diff)
    own, rest = split(arguments)
    seen = build_parser().parse_args(own)
    options = parse(rest)
    if not options.words:
        raise UsageError("trace: no PROGRAM given (dosemu trace --help shows the options)")
    options = dataclasses.replace(
        options, trace=seen.output, trace_format=seen.format, trace_filter=seen.filter, trace_count=seen.count
    )
    name, *program_arguments = options.words
    return run_program(options, find_program(name), program_arguments)


def diff(paths: Sequence[Path]) -> int:
    """Print how two traces differ."""
    from dosemu.trace.diff import compare

    try:
        texts = [path.read_text(encoding="utf-8", errors="replace").splitlines() for path in paths]
    except OSError as error:
        raise DosemuError(f"{error.filename}: {error.strerror or error}") from None
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    paint = {"-": "31", "+": "32", "@": "36"}
    status = 0
    for line in compare(texts[0], texts[1]):
        status = 1
        code = paint.get(line[:1])
        print(f"\x1b[{code}m{line}\x1b[0m" if colour and code else line)
    return status
