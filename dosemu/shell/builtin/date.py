"""DATE: shows and sets the date."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from dosemu.shell.clock import SetClock, set_clock
from dosemu.shell.formats import ORDERS, weekday_and_date
from dosemu.shell.registry import command
from hw.state import resumable

if TYPE_CHECKING:
    from dosemu.shell.shell import Shell
    from int21.dos import Dos

_FORMS = {"month": b"mm", "day": b"dd", "year": b"yy"}
_CENTURY_FROM = 80  # two digits below are of 20xx


@resumable
def read_date(dos: Dos, text: bytes) -> datetime | None:
    """A date as it is typed, with the present time; None: it is none."""
    parts = re.split(rb"[-/.]", text)
    if len(parts) != 3 or not all(part.isdigit() and len(part) <= 4 for part in parts):
        return None
    fields = dict(zip(ORDERS[dos.country.dates], map(int, parts), strict=True))
    year = fields["year"]
    if year < 100:
        year += 1900 if year >= _CENTURY_FROM else 2000
    try:
        moment = dos.time.now().replace(year=year, month=fields["month"], day=fields["day"])
    except ValueError:
        return None
    return moment if 1980 <= year <= 2099 else None


@command("DATE", help="Displays or sets the date.", usage="DATE [mm-dd-yy]\n\n"
         "Type DATE without parameters to display the current date setting and\n"
         "a prompt for a new one.  Press ENTER to keep the same date.")  # fmt: skip
def date(shell: Shell, arguments: bytes) -> SetClock:
    dos = shell.dos
    form = dos.country.date_separator.join(_FORMS[name] for name in ORDERS[dos.country.dates])
    shown = b"Current date is " + weekday_and_date(dos, dos.time.now())
    return set_clock(shell, arguments, shown, b"Enter new date (" + form + b"): ", read_date, "Invalid date")
