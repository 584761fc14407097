"""Dates and times as directory entries hold them: local time, two-second steps, 1980 to 2107.

A stamp is ``(date, time)``: date is bits 15-9 years since 1980, 8-5 month, 4-0 day; time is bits 15-11
hours, 10-5 minutes, 4-0 seconds halved (MS-DOS Programmer's Reference, "Directory entries").

>>> stamp = pack(1991, 6, 11, 5, 0, 30)
>>> stamp
(5835, 10255)
>>> from_seconds(to_seconds(stamp)) == stamp
True
"""

from __future__ import annotations

import calendar
import time
from functools import lru_cache

Stamp = tuple[int, int]

_FIRST: Stamp = (1 << 5 | 1, 0)
_LAST: Stamp = (127 << 9 | 12 << 5 | 31, 23 << 11 | 59 << 5 | 29)


def pack(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> Stamp:
    """The stamp of a moment; what lies outside 1980 to 2107 becomes the nearest that can be written."""
    if year < 1980:
        return _FIRST
    if year > 2107:
        return _LAST
    return (year - 1980) << 9 | month << 5 | day, hour << 11 | minute << 5 | min(second, 59) >> 1


def from_seconds(seconds: float) -> Stamp:
    """The stamp of a host file time (seconds since 1970, UTC) in local time."""
    return _from_whole_seconds(int(seconds // 1))


@lru_cache(maxsize=4096)
def _from_whole_seconds(seconds: int) -> Stamp:
    try:
        local = time.localtime(seconds)
    except (OverflowError, OSError, ValueError):
        return _FIRST if seconds < 0 else _LAST
    return pack(*local[:6])


_FILE_TIME_EPOCH = 11_644_473_600  # seconds from 1601 to 1970
_FILE_TIME_STEP = 10_000_000  # of 100 ns


def to_file_time(stamp: Stamp) -> int:
    """A stamp as Windows writes times: 100 ns since 1601. The machine's zone counts as UTC.

    >>> from_file_time(to_file_time(pack(1995, 8, 24, 12, 0, 2)) + 15_000_000) == (pack(1995, 8, 24, 12, 0, 2), 150)
    True
    """
    return (calendar.timegm((*_fields(stamp), 0, 0, 0)) + _FILE_TIME_EPOCH) * _FILE_TIME_STEP


def from_file_time(value: int) -> tuple[Stamp, int]:
    """The stamp of such a time, and the units of 10 ms above it."""
    seconds, rest = divmod(value, _FILE_TIME_STEP)
    try:
        moment = time.gmtime(seconds - _FILE_TIME_EPOCH)
    except (OverflowError, OSError, ValueError):
        return _LAST, 0
    return pack(*moment[:6]), moment.tm_sec % 2 * 100 + rest // 100_000


def to_seconds(stamp: Stamp) -> float:
    """The host file time of a stamp; impossible months, days and times are brought into range.

    >>> to_seconds((0, 0)) == to_seconds(pack(1980, 1, 1))
    True
    """
    try:
        return time.mktime((*_fields(stamp), 0, 0, -1))
    except (OverflowError, ValueError):
        return 315532800.0  # 1980-01-01: the host's C library knows fewer years than DOS


def _fields(stamp: Stamp) -> tuple[int, int, int, int, int, int]:
    """Year to second, brought into range."""
    date, clock = stamp
    month = min(max(date >> 5 & 15, 1), 12)
    day = max(date & 31, 1)
    return (
        1980 + (date >> 9 & 127),
        month,
        day,
        min(clock >> 11 & 31, 23),
        min(clock >> 5 & 63, 59),
        min((clock & 31) * 2, 59),
    )
