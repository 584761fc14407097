"""``dosemu gdb PROGRAM``: run a program under GDB, which connects with ``target remote :PORT``."""

from __future__ import annotations

from collections.abc import Sequence

from frontend.options import port
from frontend.own_options import command_parser, looking, read, run

DEFAULT_PORT = 1234


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns the program's exit status."""
    parser = command_parser("gdb", __doc__)
    parser.add_argument("--port", type=port, default=DEFAULT_PORT, help="TCP port on 127.0.0.1 (1234; 0: any)")
    seen, options = read(parser, arguments)
    return run(looking(options, gdb_port=seen.port, gdb_waits=True))
