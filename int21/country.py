"""Country-dependent information, INT 21h/38h, 63h, 65h and 66h, and its tables in guest memory.

Layouts: RBIL, INT 21h/38h table 01399 and INT 21h/65h tables 01750 to 01757.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from hw.memory import Memory
from int21 import layout
from int21.code_pages import CodePage, code_page
from int21.country_data import COUNTRIES, Country
from int21.errors import DosError, ErrorCode
from int21.registers import Registers
from int21.table import int21

if TYPE_CHECKING:
    from int21.dos import Dos

_RECORD_SIZE = 34
_UNCHANGED = 0xFFFF  # DX of 38h: set instead of get; BX and DX of 65h: the current one
_WITHOUT_SIGN = {"\u20a7": b"Pts", "\u0192": b"fl.", "\u00a3": b"GBP"}
_FORBIDDEN_IN_NAMES = b'."/\\[]:|<>+=;,'
# In front of them: the first and the last character that is permitted, then those of a range that is not.
_NAME_CHARACTERS = bytes((1, 0, 0xFF, 0, 0, 0x20, 2, len(_FORBIDDEN_IN_NAMES))) + _FORBIDDEN_IN_NAMES


# INT 21h/65h, AL: where the table is.
_TABLES = {
    0x02: layout.UPPER_CASE_TABLE,
    0x03: layout.LOWER_CASE_TABLE,
    0x04: layout.FILE_NAME_UPPER_CASE_TABLE,
    0x05: layout.FILE_NAME_CHARACTERS_TABLE,
    0x06: layout.COLLATING_TABLE,
    0x07: layout.DOUBLE_BYTE_TABLE,
}


def _in_page(currency: bytes, page: CodePage) -> bytes:
    """A currency sign in another code page; "Pts" for the one that only page 437 has."""
    text = currency.decode("cp437")
    try:
        return text.encode(page.codec)
    except UnicodeEncodeError:
        return _WITHOUT_SIGN.get(text, b"?")


def record(country: Country, page: CodePage) -> bytes:
    """The 34 bytes of INT 21h/38h."""
    return struct.pack(
        "<H5s2s2s2s2sBBB2H2s10x",
        country.dates,
        _in_page(country.currency, page),
        country.thousands,
        country.decimal,
        country.date_separator,
        country.time_separator,
        country.currency_format,
        country.currency_digits,
        country.hours_24,
        *reversed(layout.far_pointer(layout.CASE_MAP_CODE)),
        country.list_separator,
    )


def install(memory: Memory, page: CodePage) -> None:
    """Write the tables of a code page to guest memory."""
    for address, table in (
        (layout.UPPER_CASE_TABLE, page.upper_case[0x80:]),
        (layout.FILE_NAME_UPPER_CASE_TABLE, page.upper_case[0x80:]),
        (layout.FILE_NAME_CHARACTERS_TABLE, _NAME_CHARACTERS),
        (layout.COLLATING_TABLE, page.collating),
        (layout.LOWER_CASE_TABLE, page.lower_case),
        (layout.DOUBLE_BYTE_TABLE, b""),
    ):
        memory.write(address, struct.pack("<H", len(table)) + table)
    memory.set_u16(layout.DOUBLE_BYTE_TABLE + 2, 0)  # the end of the list of lead bytes


def set_active(dos: Dos, number: int) -> None:
    """Make a code page active: its tables are written, the screen and the keyboard use it. Raises ValueError."""
    dos.code_page = code_page(number)
    install(dos.memory, dos.code_page)
    dos.board.use_code_page(number)


def _find(code: int) -> Country:
    try:
        return COUNTRIES[code]
    except KeyError:
        raise DosError(ErrorCode.FILE_NOT_FOUND, f"country {code}") from None


@int21.service(0x38, name="get or set country", takes="AL country (FFh: BX), DS:DX buffer, or DX FFFFh", gives="BX")
def country_information(dos: Dos, regs: Registers) -> None:
    if regs.al == 0 and regs.dx != _UNCHANGED:
        country = dos.country
    else:
        country = _find(regs.bx if regs.al == 0xFF else regs.al)
    if regs.dx == _UNCHANGED:
        dos.country = country
        return
    dos.memory.write(regs.address("ds", regs.dx), record(country, dos.code_page))
    regs.ax = regs.bx = country.code


@int21.service(0x63, 0x00, name="get lead byte table", gives="DS:SI table")
def lead_bytes(dos: Dos, regs: Registers) -> None:
    regs.al = 0
    regs.ds, regs.si = layout.far_pointer(layout.DOUBLE_BYTE_TABLE + 2)


@int21.service(0x63, 0x01, name="set interim console flag", takes="DL 0 or 1")
def set_interim(dos: Dos, regs: Registers) -> None:
    if regs.dl > 1:
        raise DosError(ErrorCode.INVALID_FUNCTION)
    dos.interim_console = regs.dl
    regs.al = 0


@int21.service(0x63, 0x02, name="get interim console flag", gives="DL flag")
def get_interim(dos: Dos, regs: Registers) -> None:
    regs.dl = dos.interim_console
    regs.al = 0


@int21.service(0x63, name="double-byte characters, unknown function", gives="AL FFh")
def double_byte_otherwise(dos: Dos, regs: Registers) -> None:
    raise DosError(ErrorCode.INVALID_FUNCTION)


@int21.service(0x65, name="country tables", takes="AL what, BX code page, DX country, CX size, ES:DI buffer")
def extended_information(dos: Dos, regs: Registers) -> None:
    what = regs.al
    if what != 0x01 and what not in _TABLES:
        raise DosError(ErrorCode.INVALID_FUNCTION)
    page = dos.code_page
    if regs.bx not in (_UNCHANGED, page.number):
        raise DosError(ErrorCode.FILE_NOT_FOUND)
    country = dos.country if regs.dx == _UNCHANGED else _find(regs.dx)
    if regs.cx < 5:
        raise DosError(ErrorCode.INVALID_FUNCTION)
    if what == 0x01:
        body = struct.pack("<2H", country.code, page.number) + record(country, page)
        answer = struct.pack("<BH", what, len(body)) + body
    else:
        segment, offset = layout.far_pointer(_TABLES[what])
        answer = struct.pack("<B2H", what, offset, segment)
    answer = answer[: regs.cx]
    dos.memory.write(regs.address("es", regs.di), answer)
    regs.cx = len(answer)
    regs.ax = page.number


def _upper_in_memory(dos: Dos, address: int, size: int) -> None:
    dos.memory.write(address, dos.memory.read(address, size).translate(dos.code_page.upper_case))


@int21.service(0x65, 0x20, name="upper case character", takes="DL", gives="DL")
@int21.service(0x65, 0xA0, name="upper case character of a file name", takes="DL", gives="DL")
def upper_character(dos: Dos, regs: Registers) -> None:
    regs.dl = dos.code_page.upper_case[regs.dl]


@int21.service(0x65, 0x21, name="upper case string", takes="DS:DX buffer, CX bytes")
@int21.service(0x65, 0xA1, name="upper case string of a file name", takes="DS:DX buffer, CX bytes")
def upper_string(dos: Dos, regs: Registers) -> None:
    _upper_in_memory(dos, regs.address("ds", regs.dx), regs.cx)


@int21.service(0x65, 0x22, name="upper case ASCIZ string", takes="DS:DX string")
@int21.service(0x65, 0xA2, name="upper case ASCIZ file name", takes="DS:DX string")
def upper_asciiz(dos: Dos, regs: Registers) -> None:
    address = regs.address("ds", regs.dx)
    _upper_in_memory(dos, address, len(dos.memory.asciiz(address)))


@int21.service(0x65, 0x23, name="yes or no", takes="DL character", gives="AX 0 no, 1 yes, 2 neither")
def yes_no(dos: Dos, regs: Registers) -> None:
    yes, no = dos.country.yes_no
    regs.ax = {no: 0, yes: 1}.get(dos.code_page.upper_case[regs.dl], 2)


@int21.service(0x66, 0x01, name="get code page", gives="BX active, DX system")
def get_code_page(dos: Dos, regs: Registers) -> None:
    regs.bx = dos.code_page.number
    regs.dx = dos.settings.code_page


@int21.service(0x66, 0x02, name="set code page", takes="BX code page")
def set_code_page(dos: Dos, regs: Registers) -> None:
    try:
        set_active(dos, regs.bx)
    except ValueError as error:
        raise DosError(ErrorCode.FILE_NOT_FOUND, str(error)) from None


@int21.service(0x66, name="code page, unknown function")
def code_page_otherwise(dos: Dos, regs: Registers) -> None:
    raise DosError(ErrorCode.INVALID_FUNCTION)
