"""Which files does a program open? ``python examples/trace_files.py PROGRAM [ARGS...]``"""

from __future__ import annotations

import sys

from dosemu import Machine
from dosemu.hooks import InterruptCall


def main(program: str, *args: str) -> int:
    """Run a program for at most ten emulated seconds and print the names it opens."""
    with Machine(program, args, stdio=True, overlay=True) as m:

        @m.hook(0x21, 0x3D)
        def opened(call: InterruptCall) -> None:
            print(m.at("DS:DX").asciiz().decode("cp437"))

        m.run(seconds=10)
        print(f"{opened.count} files, {m.stopped_by}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
