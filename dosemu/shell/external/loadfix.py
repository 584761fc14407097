"""LOADFIX: runs a program above the first 64 KB of memory, for those that fail below it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dosemu.shell import stub
from dosemu.shell.registry import CommandError, external
from int21.arena import Fit
from int21.errors import DosError

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell

_64_KB = 0x1000  # paragraphs


@external("LOADFIX", help="Loads a program above the first 64K of memory, and runs the program.",
          usage="LOADFIX [-kilobytes] [drive:][path]filename [program-parameters]", raw=True)  # fmt: skip
def loadfix(shell: Shell, arguments: bytes) -> None:
    found = re.match(rb"\s*(?:-(\d{1,3})\s+)?([^\s/]+)(.*)", arguments, re.DOTALL)
    if found is None:
        raise CommandError("Required parameter missing")
    size = int(found.group(1)) << 6 if found.group(1) else _64_KB - (shell.segment + stub.PARAGRAPHS + 1)
    if size > 0:
        try:
            shell.dos.arena.allocate(size, shell.segment, fit=Fit.FIRST)
        except DosError:
            raise CommandError("Insufficient memory") from None
    shell.run_program(found.group(2), found.group(3))
