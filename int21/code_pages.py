"""Code pages: which characters the bytes 80h to FFh are, and how they are ordered and put in upper case.

The names and tables come from Python's codecs of the same numbers. Country-dependent upper case drops an
accent where the page has no such capital; file names keep such letters, so that different names stay so.

>>> code_page(850).upper("aüáß".encode("cp850")).decode("cp850")
'AÜÁß'
>>> code_page(437).upper("aüáß".encode("cp437")).decode("cp437")
'AÜAß'
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

# Those of which all 256 bytes are characters; the first is the PC's own.
NUMBERS = (437, 737, 775, 850, 852, 855, 858, 860, 861, 862, 863, 865, 866)


@dataclass(frozen=True, slots=True, eq=False)
class CodePage:
    """A code page and its tables of 256 bytes."""

    snapshot_kept: ClassVar[bool] = True

    number: int
    codec: str
    upper_case: bytes
    collating: bytes
    lower_case: bytes
    name_upper_case: bytes

    def upper(self, text: bytes) -> bytes:
        """In upper case as INT 21h/6520h makes it."""
        return text.translate(self.upper_case)


def _character(code: int, codec: str) -> str:
    return bytes((code,)).decode(codec)


def _encoded(text: str, codec: str) -> int | None:
    try:
        return text.encode(codec)[0] if len(text) == 1 else None
    except UnicodeEncodeError:
        return None


def _base_letter(code: int, codec: str) -> int:
    """A letter without its accent, if that is an ASCII letter."""
    base = unicodedata.normalize("NFD", _character(code, codec))[0]
    return ord(base) if base.isascii() else code


def _upper(code: int, codec: str) -> int:
    upper = _character(code, codec).upper()
    if len(upper) > 1:
        return code
    encoded = _encoded(upper, codec)
    if encoded is not None:
        return encoded
    base = _base_letter(code, codec)
    return ord(chr(base).upper()) if base < 0x80 else code


def _lower(code: int, codec: str) -> int:
    encoded = _encoded(_character(code, codec).lower(), codec)
    return code if encoded is None else encoded


def _name_upper(code: int, codec: str) -> int:
    encoded = _encoded(_character(code, codec).upper(), codec)
    return code if encoded is None else encoded


@lru_cache
def code_page(number: int) -> CodePage:
    """The code page with this number. Raises ValueError.

    >>> code_page(932)
    Traceback (most recent call last):
    ValueError: code page 932: there are 437, 737, 775, 850, 852, 855, 858, 860, 861, 862, 863, 865, 866
    """
    if number not in NUMBERS:
        raise ValueError(f"code page {number}: there are {', '.join(map(str, NUMBERS))}")
    codec = f"cp{number}"
    codes = range(0x100)
    return CodePage(
        number,
        codec,
        bytes(_upper(code, codec) for code in codes),
        bytes(_upper(_base_letter(code, codec), codec) for code in codes),
        bytes(_lower(code, codec) for code in codes),
        bytes(_name_upper(code, codec) for code in codes),
    )
