from __future__ import annotations

import struct
from pathlib import Path

import pytest

from int21.code_pages import NUMBERS, code_page
from int21.country_data import COUNTRIES
from int21.settings import DosSettings
from int21.view import linear
from tests.covers import covers
from tests.int21.machine import Guest


def test_the_record_of_the_united_states(guest: Guest):
    segment, offset = guest.put(b"\xee" * 40)
    regs = guest.call(0x3800, ds=segment, dx=offset)
    assert (regs.cf, regs.bx) == (False, 1)
    record = guest.memory.read(guest.scratch, 36)
    assert record[:18] == b"\0\0$\0\0\0\0,\0.\0-\0:\0\0\x02\0"
    assert record[22:24] == b",\0"
    assert record[34:] == b"\xee\xee", "34 bytes and no more"


@pytest.mark.parametrize(("al", "bx", "code"), [(49, 0, 49), (0xFF, 358, 358), (0xFF, 33, 33)])
def test_other_countries(guest: Guest, al: int, bx: int, code: int):
    segment, offset = guest.put(b"")
    assert guest.call(0x3800 | al, bx=bx, ds=segment, dx=offset).bx == code
    assert guest.memory.read(guest.scratch + 2, 5).rstrip(b"\0") == COUNTRIES[code].currency


@covers("21h/38h")
def test_setting_the_country(guest: Guest):
    assert not guest.call(0x3831, dx=0xFFFF).cf
    segment, offset = guest.put(b"")
    assert guest.call(0x3800, ds=segment, dx=offset).bx == 49
    assert guest.memory.u16(guest.scratch) == 1, "day, month, year"
    assert (guest.call(0x38C8, dx=0xFFFF).cf, guest.regs.ax) == (True, 2)


def test_the_case_map_routine_is_code_over_the_table(guest: Guest):
    segment, offset = guest.put(b"")
    guest.call(0x3800, ds=segment, dx=offset)
    at, code_segment = struct.unpack("<2H", guest.memory.read(guest.scratch + 18, 4))
    code = guest.memory.read(linear(code_segment, at), 17)
    assert code[:4] == b"\x3c\x80\x72\x0c"
    assert code[-1] == 0xCB
    table = linear(code_segment, int.from_bytes(code[9:11], "little"))
    assert guest.memory.u8(table + 0x84 - 0x80) == 0x8E, "ä to Ä"


@pytest.mark.parametrize(("al", "size", "start"), [(2, 128, b"\x80\x9a"), (4, 128, b"\x80\x9a"), (6, 256, b"\x00\x01")])
def test_tables_of_65h(guest: Guest, al: int, size: int, start: bytes):
    segment, offset = guest.put(b"")
    regs = guest.call(0x6500 | al, bx=0xFFFF, dx=0xFFFF, cx=5, es=segment, di=offset)
    assert (regs.cf, regs.cx) == (False, 5)
    assert guest.memory.u8(guest.scratch) == al
    at, where = struct.unpack("<2H", guest.memory.read(guest.scratch + 1, 4))
    table = linear(where, at)
    assert guest.memory.u16(table) == size
    assert guest.memory.read(table + 2, 2) == start


@covers("21h/65h")
def test_extended_information_is_cut_to_the_buffer(guest: Guest):
    segment, offset = guest.put(b"\xee" * 60)
    regs = guest.call(0x6501, bx=0xFFFF, dx=49, cx=7, es=segment, di=offset)
    assert regs.cx == 7
    assert guest.memory.read(guest.scratch, 8) == b"\x01\x26\x00\x31\x00\xb5\x01\xee"
    assert guest.call(0x6501, bx=0xFFFF, dx=49, cx=60, es=segment, di=offset).cx == 41


@pytest.mark.parametrize(
    ("registers", "code"), [({"bx": 850}, 2), ({"dx": 999}, 2), ({"cx": 4}, 1)], ids=["code page", "country", "size"]
)
def test_errors_of_65h(guest: Guest, registers: dict[str, int], code: int):
    regs = guest.call(0x6501, **({"bx": 0xFFFF, "dx": 0xFFFF, "cx": 41, "es": 0x3000, "di": 0} | registers))
    assert (regs.cf, regs.ax) == (True, code)


@covers("21h/6520h", "21h/6521h", "21h/6522h")
def test_upper_case(guest: Guest):
    assert guest.call(0x6520, dx=0x84).dl == 0x8E
    segment, offset = guest.put(b"abc\0def")
    guest.call(0x6522, ds=segment, dx=offset)
    assert guest.memory.read(guest.scratch, 7) == b"ABC\0def"
    guest.call(0x6521, ds=segment, dx=offset, cx=5)
    assert guest.memory.read(guest.scratch, 7) == b"ABC\0Def"


@covers("21h/6523h")
@pytest.mark.parametrize(("key", "answer"), [(b"y", 1), (b"N", 0), (b"x", 2)])
def test_yes_or_no(guest: Guest, key: bytes, answer: int):
    assert guest.call(0x6523, dx=key[0]).ax == answer


@covers("21h/6300h", "21h/6602h")
def test_code_page_and_lead_bytes(guest: Guest):
    regs = guest.call(0x6601)
    assert (regs.bx, regs.dx) == (437, 437)
    assert guest.call(0x6602, bx=932).cf
    regs = guest.call(0x6300)
    assert regs.al == 0
    assert guest.memory.u16(linear(regs.ds, regs.si)) == 0, "no double-byte characters"


def test_another_code_page_has_other_tables(guest: Guest):
    assert guest.call(0x6520, dx=0xA0).dl == 0x41, "437 has no capital for a with acute"
    assert not guest.call(0x6602, bx=850).cf
    assert guest.call(0x6601).bx == 850
    assert guest.call(0x6601).dx == 437, "the system's own stays"
    assert guest.call(0x6520, dx=0xA0).dl == 0xB5
    segment, offset = guest.put(bytes(10))
    assert guest.call(0x6502, bx=0xFFFF, dx=0xFFFF, cx=5, es=segment, di=offset).ax == 850
    table = guest.memory.u16(guest.scratch + 1) + (guest.memory.u16(guest.scratch + 3) << 4)
    assert guest.memory.u8(table + 2 + 0xA0 - 0x80) == 0xB5


def test_names_of_the_host_come_in_the_code_page_of_the_machine(tmp_path: Path):
    settings = DosSettings(code_page=866)
    (tmp_path / "Привет.txt").write_bytes(b"hello")
    guest = Guest(tmp_path, settings=settings)
    handle = guest.dos.files.open("привет.txt".encode("cp866"))
    assert guest.dos.files.read(handle, 10) == b"hello"
    guest.dos.files.create("мир.txt".encode("cp866"))
    assert (tmp_path / "МИР.TXT").exists()


@pytest.mark.parametrize("number", NUMBERS)
def test_upper_case_is_done_once(number: int):
    page = code_page(number)
    assert all(page.upper(page.upper(bytes((code,)))) == page.upper(bytes((code,))) for code in range(256))
    assert page.upper(b"az{}") == b"AZ{}"
