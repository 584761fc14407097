"""TIME: shows and sets the time."""

from __future__ import annotations

import re
from collections.abc import Generator
from datetime import datetime
from typing import TYPE_CHECKING

from dosemu.shell.calls import Answer, Call
from dosemu.shell.formats import long_time
from dosemu.shell.registry import command

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell
    from int21.dos import Dos


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
def time(shell: Shell, arguments: bytes) -> Generator[Call, Answer, None]:
    dos = shell.dos
    text: bytes | None = arguments.strip(b" \t,;=")
    asked = not text
    if asked:
        shell.say(b"Current time is " + long_time(dos, dos.time.now()))
    while True:
        if asked:
            shell.write(b"Enter new time: ")
            text = yield from shell.read_line()
        if not text or not text.strip():
            return
        moment = read_time(dos, text.strip())
        if moment is not None:
            dos.time.set(moment)
            return
        shell.say("Invalid time")
        asked = True
