"""Run by test_many_machines.py in a process of its own: prints the resident KB as machines come and go.

``python -m tests.dosemu.many_machines FOLDER COUNT...``
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import re
import sys
from pathlib import Path

from dosemu import Machine
from tests.dosemu.guest import com


def resident_kb() -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1])


def give_back() -> None:
    """Free memory that the C library keeps for later, where it can: it comes and goes by tens of MB."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def one(program: Path, number: int) -> None:
    """A machine that is used a little and dropped, mostly without being closed."""

    def raises(event: object) -> None:
        raise LookupError(number)

    machine = Machine(program, size_mb=1)
    match number % 5:
        case 0:  # a hook that raises ends the run
            machine.hook(0x1A, call=raises)
        case 1:  # dropped while a service waits and a file is open
            machine.keyboard.tap("a")
        case 2:
            machine.hook_port([0x61], call=raises)
        case 3:
            machine.hook_memory((0x40, 0x6C), 4, call=raises, write=False)
    try:
        machine.run(instructions=900)
    except LookupError:
        pass
    else:
        assert number % 5 in (1, 4), number
    if number % 7 == 0:
        machine.screen.image()
        machine.snapshot()
    if number % 11 == 0:
        machine.fork().run(instructions=100)
    if number % 3 == 0:
        machine.close()


def main(folder: str, *counts: str) -> None:
    # Open a file, ask the time, read a port and the ticks, wait for keys.
    program = com(
        Path(folder), "b8003d ba2301 cd21 b400 cd1a e461 31c0 8ed8 a06c04 b400 cd16 ebfa", b"\0" * 10 + b"T.COM\0"
    )
    number = 0
    for count in map(int, counts):
        while number < count:
            one(program, number)
            number += 1
        gc.collect()
        give_back()
        print(resident_kb(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
