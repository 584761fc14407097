"""The standard handles, and whether they are the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.devices.con import Con
from int21.errors import DosError

if TYPE_CHECKING:
    from int21.dos import Dos

STDIN = 0
STDOUT = 1
STDERR = 2
STDAUX = 3
STDPRN = 4


def is_console(dos: Dos, handle: int) -> bool:
    """Whether a handle of the current program is the CON device (and not redirected, and open)."""
    files = dos.files
    try:
        return isinstance(files.table.channel(files.index(handle)), Con)
    except DosError:
        return False
