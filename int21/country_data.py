"""How countries write dates, times and numbers: the records of COUNTRY.SYS for code page 437.

Source: MS-DOS 5 User's Guide, "International customization"; MS-DOS Programmer's Reference, INT 21h/38h.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar


class DateOrder(IntEnum):
    """The first word of the country record."""

    MONTH_DAY_YEAR = 0
    DAY_MONTH_YEAR = 1
    YEAR_MONTH_DAY = 2


@dataclass(frozen=True, slots=True)
class Country:
    """The conventions of one country. Texts are in code page 437.

    ``currency_format``: bit 0 the symbol follows, bit 1 a space between, bit 2 it stands for the decimal point.
    """

    snapshot_kept: ClassVar[bool] = True

    code: int
    name: str
    dates: DateOrder
    currency: bytes
    thousands: bytes
    decimal: bytes
    date_separator: bytes
    time_separator: bytes
    currency_format: int
    hours_24: bool
    list_separator: bytes
    currency_digits: int = 2
    yes_no: bytes = b"YN"


_MDY, _DMY, _YMD = DateOrder

COUNTRIES: dict[int, Country] = {
    country.code: country
    for country in (
        Country(1, "United States", _MDY, b"$", b",", b".", b"-", b":", 0, False, b","),
        Country(2, "Canada (French)", _YMD, b"$", b" ", b",", b"-", b":", 3, True, b";", yes_no=b"ON"),
        Country(3, "Latin America", _DMY, b"$", b",", b".", b"/", b":", 0, False, b",", yes_no=b"SN"),
        Country(31, "Netherlands", _DMY, b"\x9f", b".", b",", b"-", b":", 2, True, b";", yes_no=b"JN"),
        Country(32, "Belgium", _DMY, b"BEF", b".", b",", b"/", b":", 2, True, b";", yes_no=b"ON"),
        Country(33, "France", _DMY, b"F", b" ", b",", b".", b":", 3, True, b";", yes_no=b"ON"),
        Country(34, "Spain", _DMY, b"\x9e", b".", b",", b"/", b":", 3, True, b";", 0, yes_no=b"SN"),
        Country(39, "Italy", _DMY, b"L.", b".", b",", b"/", b".", 2, True, b";", 0, yes_no=b"SN"),
        Country(41, "Switzerland", _DMY, b"Fr.", b"'", b".", b".", b",", 2, True, b";", yes_no=b"JN"),
        Country(44, "United Kingdom", _DMY, b"\x9c", b",", b".", b"/", b":", 0, True, b","),
        Country(45, "Denmark", _DMY, b"kr", b".", b",", b"-", b".", 2, True, b";", yes_no=b"JN"),
        Country(46, "Sweden", _YMD, b"Kr", b" ", b",", b"-", b".", 3, True, b";", yes_no=b"JN"),
        Country(47, "Norway", _DMY, b"Kr", b".", b",", b".", b":", 2, True, b";", yes_no=b"JN"),
        Country(49, "Germany", _DMY, b"DM", b".", b",", b".", b":", 3, True, b";", yes_no=b"JN"),
        Country(61, "International English", _DMY, b"$", b",", b".", b"-", b":", 0, True, b","),
        Country(351, "Portugal", _DMY, b"$", b".", b",", b"-", b":", 4, True, b";", yes_no=b"SN"),
        Country(358, "Finland", _DMY, b"mk", b" ", b",", b".", b".", 3, True, b";", yes_no=b"KE"),
    )
}
