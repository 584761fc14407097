"""``dosemu profile PROGRAM``: where a program's time goes, what its services cost, what the engine does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from frontend.options import count
from frontend.own_options import command_parser, looking, path, read, run


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the program's exit status."""
    parser = command_parser("profile", __doc__)
    parser.add_argument("-o", "--output", type=path, default=Path("-"), metavar="FILE",
                        help="FILE.html, FILE.json or text, instead of text on stderr")  # fmt: skip
    parser.add_argument("-m", "--map", type=path, metavar="FILE",
                        help="the linker's MAP file; FILE,1=215000,2=21B000: where 32-bit objects lie")  # fmt: skip
    parser.add_argument("--every", type=count, metavar="N", help="instructions from one sample to the next (5003)")
    seen, options = read(parser, arguments)
    inside = {} if seen.map is None else {"map_file": seen.map}
    return run(looking(options, profile=seen.output, sample_cycles=seen.every, **inside))
