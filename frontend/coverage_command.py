"""``dosemu coverage PROGRAM``: which code of a program is executed, by functions (--map) and instructions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from frontend.own_options import command_parser, looking, path, read, run


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the program's exit status."""
    parser = command_parser("coverage", __doc__)
    parser.add_argument("-o", "--output", type=path, default=Path("-"), metavar="FILE",
                        help="FILE.html (with the code), FILE.json or text, instead of text on stderr")  # fmt: skip
    parser.add_argument("-m", "--map", type=path, metavar="FILE",
                        help="the linker's MAP file; FILE,1=215000,2=21B000: where 32-bit objects lie")  # fmt: skip
    seen, options = read(parser, arguments)
    inside = {} if seen.map is None else {"map_file": seen.map}
    return run(looking(options, coverage=seen.output, **inside))
