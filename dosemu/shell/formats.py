"""Dates, times and numbers as the country of the settings writes them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from int21.country_data import DateOrder
from int21.timestamps import Stamp

if TYPE_CHECKING:
    from int21.dos import Dos

DAYS = (b"Sun", b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat")
ORDERS = {
    DateOrder.MONTH_DAY_YEAR: ("month", "day", "year"),
    DateOrder.DAY_MONTH_YEAR: ("day", "month", "year"),
    DateOrder.YEAR_MONTH_DAY: ("year", "month", "day"),
}


def date_text(dos: Dos, year: int, month: int, day: int, *, short: bool = False) -> bytes:
    """A date: 05-31-1994, or short, 05-31-94."""
    parts = {
        "year": b"%02d" % (year % 100) if short else b"%04d" % year,
        "month": b"%02d" % month,
        "day": b"%02d" % day,
    }
    return dos.country.date_separator.join(parts[name] for name in ORDERS[dos.country.dates])


def weekday_and_date(dos: Dos, now: datetime) -> bytes:
    """As DATE and $D show it: Tue 05-31-1994."""
    return DAYS[now.isoweekday() % 7] + b" " + date_text(dos, now.year, now.month, now.day)


def long_time(dos: Dos, now: datetime) -> bytes:
    """As TIME shows it: 10:05:03.07p, or 22:05:03,07."""
    country = dos.country
    hour = now.hour if country.hours_24 else now.hour % 12 or 12
    text = country.time_separator.join((b"%2d" % hour, b"%02d" % now.minute, b"%02d" % now.second))
    text += country.decimal + b"%02d" % (now.microsecond // 10_000)
    return text if country.hours_24 else text + (b"a" if now.hour < 12 else b"p")


def stamp_text(dos: Dos, stamp: Stamp) -> bytes:
    """A directory entry's date and time, 16 characters: 05-31-94   6:22a."""
    day, clock = stamp
    if not day:
        return b" " * 16
    hour, minute = clock >> 11, clock >> 5 & 63
    country = dos.country
    if country.hours_24:
        time = b"%2d" % hour + country.time_separator + b"%02d " % minute
    else:
        time = b"%2d" % (hour % 12 or 12) + country.time_separator + b"%02d" % minute + (b"a" if hour < 12 else b"p")
    return date_text(dos, 1980 + (day >> 9), day >> 5 & 15, day & 31, short=True) + b"  " + time


def number(dos: Dos, value: int) -> bytes:
    """A number with the country's mark between the thousands: 1,234,567."""
    return f"{value:,}".encode().replace(b",", dos.country.thousands)
