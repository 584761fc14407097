"""TIME: shows and sets the time."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from dosemu.shell.clock import SetClock, set_clock
from dosemu.shell.formats import long_time
from dosemu.shell.registry import command
from hw.state import resumable

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell
    from int21.dos import Dos


@resumable
def read_time(dos: Dos, text: bytes) -> datetime | None:
    """A time as it is typed (10, 10:05, 10:05:30.25, 10:05p), with the present date; None: it is none."""
    found = re.fullmatch(rb"(\d{1,2})(?:[:.](\d{1,2})(?:[:.](\d{1,2})(?:[.,](\d{1,2}))?)?)?\s*([aApP])?[mM]?", text)
    if found is None:
        return None
    hour, minute, second, hundredth = (int(part or b"0") for part in found.groups()[:4])
    half = (found.group(5) or b"").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == b"p" else 0)
    try:
        return dos.time.now().replace(hour=hour, minute=minute, second=second, microsecond=hundredth * 10_000)
    except ValueError:
        return None


@command("TIME", help="Displays or sets the system time.", usage="TIME [time]\n\n"
         "Type TIME with no parameters to display the current time setting and a prompt\n"
         "for a new one.  Press ENTER to keep the same time.")  # fmt: skip
def time(shell: Shell, arguments: bytes) -> SetClock:
    dos = shell.dos
    shown = b"Current time is " + long_time(dos, dos.time.now())
    return set_clock(shell, arguments, shown, b"Enter new time: ", read_time, "Invalid time")
