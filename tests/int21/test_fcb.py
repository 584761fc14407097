from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from int21.fcb_parse import parse
from tests.covers import covers
from tests.int21.files_guest import BUFFER, FCB, error, held, put_fcb, use_dta, with_path
from tests.int21.machine import Guest

NAME = b"DATA    BIN"


def field(guest: Guest, offset: int, size: int, value: int | None = None) -> int:
    """A field of the FCB, read or written."""
    at = guest.scratch + FCB + offset
    if value is not None:
        guest.memory.write(at, value.to_bytes(size, "little"))
    return int.from_bytes(guest.memory.read(at, size), "little")


def transfer_area(guest: Guest, data: bytes = b"", size: int = 0) -> bytes:
    """Put data there, and see what is there."""
    use_dta(guest, BUFFER)
    guest.put(data, BUFFER)
    return bytes(guest.memory.read(guest.scratch + BUFFER, size))


def test_create_write_close_and_read_back(guest: Guest) -> None:
    where = put_fcb(guest, NAME)
    assert guest.call(0x1600, **where).al == 0
    assert (field(guest, 0, 1), field(guest, 0x0E, 2)) == (3, 128)
    for number in range(130):
        transfer_area(guest, bytes([number]) * 128)
        assert guest.call(0x1500, **where).al == 0
    assert (field(guest, 0x0C, 2), field(guest, 0x20, 1)) == (1, 2)
    assert field(guest, 0x10, 4) == 130 * 128
    assert guest.call(0x1000, **where).al == 0
    assert (guest.folder / "DATA.BIN").stat().st_size == 130 * 128

    where = put_fcb(guest, NAME)
    assert guest.call(0x0F00, **where).al == 0
    assert field(guest, 0x10, 4) == 130 * 128
    for number in range(130):
        assert guest.call(0x1400, **where).al == 0
        assert transfer_area(guest, size=128) == bytes([number]) * 128
    assert guest.call(0x1400, **where).al == 1


def test_the_last_record_is_filled_with_zeros(guest: Guest) -> None:
    (guest.folder / "data.bin").write_bytes(b"x" * 200)
    where = put_fcb(guest, NAME)
    guest.call(0x0F00, **where)
    transfer_area(guest, b"\xff" * 128)
    assert guest.call(0x1400, **where).al == 0
    assert guest.call(0x1400, **where).al == 3
    assert transfer_area(guest, size=128) == b"x" * 72 + bytes(56)
    assert guest.call(0x1400, **where).al == 1


@covers("21h/21h", "21h/22h")
def test_random_records(guest: Guest) -> None:
    (guest.folder / "data.bin").write_bytes(bytes(range(100)))
    where = put_fcb(guest, NAME)
    guest.call(0x0F00, **where)
    field(guest, 0x0E, 2, 10)
    field(guest, 0x21, 4, 7)
    use_dta(guest, BUFFER)
    assert guest.call(0x2100, **where).al == 0
    assert transfer_area(guest, size=10) == bytes(range(70, 80))
    assert field(guest, 0x21, 4) == 7
    assert field(guest, 0x20, 1) == 7
    transfer_area(guest, b"A" * 10)
    assert guest.call(0x2200, **where).al == 0
    assert (guest.folder / "data.bin").read_bytes()[65:85] == bytes(range(65, 70)) + b"A" * 10 + bytes(range(80, 85))


@covers("21h/27h")
def test_random_blocks(guest: Guest) -> None:
    (guest.folder / "data.bin").write_bytes(bytes(range(95)))
    where = put_fcb(guest, NAME)
    guest.call(0x0F00, **where)
    field(guest, 0x0E, 2, 10)
    use_dta(guest, BUFFER)
    regs = guest.call(0x2700, cx=4, **where)
    assert (regs.al, regs.cx) == (0, 4)
    regs = guest.call(0x2700, cx=20, **where)
    assert (regs.al, regs.cx) == (3, 6)
    assert transfer_area(guest, size=60) == bytes(range(40, 95)) + bytes(5)
    assert field(guest, 0x21, 4) == 10
    regs = guest.call(0x2700, cx=1, **where)
    assert (regs.al, regs.cx) == (1, 0)


@covers("21h/0Fh", "21h/28h")
def test_a_block_write_of_nothing_ends_the_file(guest: Guest) -> None:
    (guest.folder / "data.bin").write_bytes(bytes(1000))
    where = put_fcb(guest, NAME)
    guest.call(0x0F00, **where)
    field(guest, 0x21, 4, 3)
    assert guest.call(0x2800, cx=0, **where).al == 0
    assert (guest.folder / "data.bin").stat().st_size == 384
    assert field(guest, 0x10, 4) == 384


def test_records_stay_in_the_segment_of_the_transfer_area(guest: Guest) -> None:
    (guest.folder / "data.bin").write_bytes(bytes(1000))
    where = put_fcb(guest, NAME)
    guest.call(0x0F00, **where)
    guest.call(0x1A00, ds=guest.scratch >> 4, dx=0xFFF0)
    assert guest.call(0x1400, **where).al == 2
    field(guest, 0x0E, 2, 4)
    regs = guest.call(0x2700, cx=10, **where)
    assert (regs.al, regs.cx) == (2, 4)


@covers("21h/23h")
def test_file_size_in_records(guest: Guest) -> None:
    (guest.folder / "data.bin").write_bytes(bytes(1001))
    where = put_fcb(guest, NAME)
    field(guest, 0x0E, 2, 100)
    assert guest.call(0x2300, **where).al == 0
    assert field(guest, 0x21, 3) == 11
    assert guest.call(0x2300, **put_fcb(guest, b"NONE       ")).al == 0xFF


@covers("21h/24h")
def test_the_random_record_follows_the_sequential_one(guest: Guest) -> None:
    where = put_fcb(guest, NAME)
    field(guest, 0x0C, 2, 2)
    field(guest, 0x20, 1, 5)
    guest.call(0x2400, **where)
    assert field(guest, 0x21, 3) == 261


@covers("21h/17h")
def test_wild_delete_and_rename(guest: Guest) -> None:
    for name in ("a.txt", "b.txt", "c.doc"):
        (guest.folder / name).write_bytes(b"")
    (guest.folder / "d.txt").mkdir()
    where = put_fcb(guest, b"????????TXT")
    guest.memory.write(guest.scratch + FCB + 0x11, b"X???????BAK")
    assert guest.call(0x1700, **where).al == 0xFF  # both would be called X.BAK
    guest.memory.write(guest.scratch + FCB + 0x11, b"????????OLD")
    assert guest.call(0x1700, **where).al == 0
    assert guest.call(0x1300, **put_fcb(guest, b"????????OLD")).al == 0
    assert sorted(path.name for path in guest.folder.iterdir()) == ["MAIN.COM", "X.BAK", "c.doc", "d.txt"]
    assert guest.call(0x1300, **put_fcb(guest, b"????????OLD")).al == 0xFF


@pytest.mark.parametrize("name", [b"NONE       ", b"????????BIN", b"           ", b"A|B        ", b"DIR        "])
def test_what_cannot_be_opened(guest: Guest, name: bytes) -> None:
    (guest.folder / "data.bin").write_bytes(b"")
    (guest.folder / "dir").mkdir()
    assert guest.call(0x0F00, **put_fcb(guest, name)).al == 0xFF
    assert guest.call(0x0F00, **put_fcb(guest, NAME, drive=9)).al == 0xFF
    assert guest.dos.data.error_code == 0x0F


@covers("21h/13h")
def test_labels(guest: Guest) -> None:
    drive = guest.dos.drives.get("C")
    assert drive is not None
    assert guest.call(0x1600, **put_fcb(guest, b"MY LABEL   ", attributes=8)).al == 0
    assert drive.label == b"MY LABEL"
    assert guest.call(0x1300, **put_fcb(guest, b"???????????", attributes=8)).al == 0
    assert drive.label == b""
    assert [path.name for path in guest.folder.iterdir()] == ["MAIN.COM"]


@covers("21h/4300h")
def test_an_extended_fcb_makes_hidden_files(guest: Guest) -> None:
    assert guest.call(0x1600, **put_fcb(guest, NAME, attributes=2)).al == 0
    assert with_path(guest, 0x4300, b"data.bin").cx == 0x22


def test_any_number_of_fcbs_can_be_open(guest: Guest) -> None:
    for number in range(60):
        where = put_fcb(guest, b"F%-7d   " % number, offset=0x2000 + number * 64)
        assert guest.call(0x1600, **where).al == 0
    for number in range(60):
        transfer_area(guest, bytes([number]) * 128)
        regs = guest.call(0x1500, ds=guest.scratch >> 4, dx=0x2000 + number * 64)
        assert regs.al == 0
    assert held(guest.folder) <= 16
    for number in range(60):
        assert (guest.folder / f"F{number}").read_bytes() == bytes([number]) * 128
    assert guest.call(0x1000, ds=guest.scratch >> 4, dx=0x2000).al == 0


def test_the_same_file_can_be_opened_for_ever(guest: Guest) -> None:
    (guest.folder / "data.bin").write_bytes(b"x")
    for _ in range(100):
        assert guest.call(0x0F00, **put_fcb(guest, NAME)).al == 0
    assert error(with_path(guest, 0x3D00, b"data.bin")) is None


@covers("21h/10h", "21h/14h")
def test_a_closed_fcb_reads_nothing_and_closes_again(guest: Guest) -> None:
    (guest.folder / "data.bin").write_bytes(b"x" * 128)
    where = put_fcb(guest, NAME)
    guest.call(0x0F00, **where)
    guest.call(0x1000, **where)
    assert guest.call(0x1000, **where).al == 0
    assert guest.call(0x1400, **where).al == 1


def test_a_moved_fcb_works_in_another_directory(guest: Guest) -> None:
    (guest.folder / "data.bin").write_bytes(b"x" * 256)
    (guest.folder / "sub").mkdir()
    guest.call(0x0F00, **put_fcb(guest, NAME))
    copy = guest.memory.read(guest.scratch + FCB, 37)
    with_path(guest, 0x3B00, b"sub")
    segment, offset = guest.put(copy, 0x3000)
    guest.memory.fill(guest.scratch + FCB, 37)
    use_dta(guest, BUFFER)
    assert guest.call(0x1400, ds=segment, dx=offset).al == 0


@covers("21h/15h")
def test_con_by_fcb(guest: Guest) -> None:
    where = put_fcb(guest, b"CON        ")
    assert guest.call(0x0F00, **where).al == 0
    field(guest, 0x0E, 2, 1)
    transfer_area(guest, b"!")
    assert guest.call(0x1500, **where).al == 0
    assert bytes(guest.console.shown) == b"!"


def test_a_program_that_ends_leaves_no_fcb_files(guest: Guest) -> None:
    (guest.folder / "data.bin").write_bytes(b"x")
    for number in range(5):
        guest.call(0x0F00, **put_fcb(guest, NAME, offset=FCB + number * 64))
    guest.dos.files.close_all(guest.dos.psp)
    assert held(guest.folder) == 0
    use_dta(guest, BUFFER)
    guest.call(0x1400, ds=guest.scratch >> 4, dx=FCB)


EMPTY = b"\0" + b" " * 11


@pytest.mark.parametrize(
    ("text", "flags", "status", "used", "fcb"),
    [
        (b"a.c", 0, 0, 3, b"\0A       C  "),
        (b"  c:file.txt rest", 0, 0, 12, b"\3FILE    TXT"),
        (b"*.*", 0, 1, 3, b"\0" + b"?" * 11),
        (b"ab*", 0, 1, 3, b"\0AB??????   "),
        (b";x", 0, 0, 0, EMPTY),
        (b";x", 1, 0, 2, b"\0X          "),
        (b"z:x", 0, 0xFF, 3, b"\x1aX          "),
        (b"", 0, 0, 0, EMPTY),
        (b"verylongname.extension", 0, 0, 22, b"\0VERYLONGEXT"),
        (b"/s", 1, 0, 0, EMPTY),
        (b".c", 0, 0, 2, b"\0        C  "),
    ],
)
def test_parsing_names(text: bytes, flags: int, status: int, used: int, fcb: bytes) -> None:
    parsed = parse(text, flags, EMPTY, {0, 2})
    assert (parsed.status, parsed.used, parsed.fcb) == (status, used, fcb)


def test_parts_of_the_fcb_can_be_kept() -> None:
    before = b"\x05OLDNAME EXT"
    assert parse(b"", 0x0E, before, {2}).fcb == before
    assert parse(b"c:new.c", 0x0E, before, {2}).fcb == b"\3NEW     C  "
    assert parse(b".c", 0x04, before, {2}).fcb == b"\0OLDNAME C  "


@covers("21h/29h")
def test_the_parse_function(guest: Guest) -> None:
    segment, offset = guest.put(b"c:prog.asm,next\0", 0x300)
    regs = guest.call(0x2901, ds=segment, si=offset, es=segment, di=FCB)
    assert (regs.al, regs.si) == (0, offset + 10)
    assert guest.memory.read(guest.scratch + FCB, 16) == b"\3PROG    ASM\0\0\0\0"


@given(st.binary(max_size=40), st.integers(0, 255), st.binary(min_size=12, max_size=12))
def test_any_text_can_be_parsed(text: bytes, flags: int, before: bytes) -> None:
    parsed = parse(text, flags, before, {0, 2})
    assert 0 <= parsed.used <= len(text)
    assert len(parsed.fcb) == 12
