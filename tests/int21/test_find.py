from __future__ import annotations

import pytest

from tests.covers import covers
from tests.int21.files_guest import DTA, error, find_all, found, put_fcb, use_dta, with_path
from tests.int21.machine import Guest


def test_all_files_come_once_and_in_order(guest: Guest) -> None:
    for name in ("b.txt", "a.txt", "Long name.text"):
        (guest.folder / name).write_bytes(b"")
    (guest.folder / "dir").mkdir()
    assert find_all(guest, b"*.*") == [b"A.TXT", b"B.TXT", b"LONGNA~1.TEX", b"MAIN.COM"]
    assert find_all(guest, b"c:\\?.txt") == [b"A.TXT", b"B.TXT"]
    assert find_all(guest, b"*") == []
    assert find_all(guest, b"b.txt") == [b"B.TXT"]


def test_directories_hidden_and_system_files_only_when_asked_for(guest: Guest) -> None:
    (guest.folder / "dir").mkdir()
    (guest.folder / "h").write_bytes(b"")
    (guest.folder / "s").write_bytes(b"")
    with_path(guest, 0x4301, b"h", cx=2)
    with_path(guest, 0x4301, b"s", cx=4)
    assert find_all(guest, b"*.*", 0x00) == [b"MAIN.COM"]
    assert find_all(guest, b"*.*", 0x10) == [b"DIR", b"MAIN.COM"]
    assert find_all(guest, b"*.*", 0x02) == [b"H", b"MAIN.COM"]
    assert find_all(guest, b"*.*", 0x16) == [b"DIR", b"H", b"MAIN.COM", b"S"]
    assert find_all(guest, b"*.*", 0x21) == [b"MAIN.COM"]


def test_a_subdirectory_has_dots(guest: Guest) -> None:
    (guest.folder / "dir").mkdir()
    assert find_all(guest, b"dir\\*.*", 0x10) == [b".", b".."]
    assert find_all(guest, b"dir\\*.*") == []


def test_the_label(guest: Guest) -> None:
    assert find_all(guest, b"*.*", 0x08) == []
    drive = guest.dos.drives.get("C")
    assert drive is not None
    drive.label = b"MY DISK"
    assert find_all(guest, b"*.*", 0x08) == [b"MY DISK"]
    assert find_all(guest, b"\\*.*", 0x3F) == [b"MY DISK", b"MAIN.COM"]
    assert find_all(guest, b"*.*") == [b"MAIN.COM"]


@covers("21h/4Eh")
def test_what_find_first_tells(guest: Guest) -> None:
    (guest.folder / "data.bin").write_bytes(bytes(1234))
    use_dta(guest)
    with_path(guest, 0x4E00, b"data.*", cx=0)
    assert found(guest) == (b"DATA.BIN", 0x20, 1234)
    at = guest.scratch + DTA
    assert guest.memory.u8(at) == 3
    assert guest.memory.read(at + 1, 11) == b"DATA    ???"


@pytest.mark.parametrize(
    ("pattern", "code"),
    [(b"none.*", 0x12), (b"nowhere\\*.*", 0x03), (b"x:*.*", 0x03), (b"main.com\\*.*", 0x03), (b"c:\\", 0x12)],
)
def test_errors(guest: Guest, pattern: bytes, code: int) -> None:
    use_dta(guest)
    assert error(with_path(guest, 0x4E00, pattern, cx=0)) == code
    assert error(guest.call(0x4F00)) == 0x12


def test_a_device_is_found_once(guest: Guest) -> None:
    use_dta(guest)
    assert error(with_path(guest, 0x4E00, b"con", cx=0)) is None
    assert found(guest)[:2] == (b"CON", 0x40)
    assert error(guest.call(0x4F00)) == 0x12


@covers("21h/41h")
def test_deleting_and_making_files_while_searching(guest: Guest) -> None:
    for number in range(50):
        (guest.folder / f"f{number}.tmp").write_bytes(b"")
    use_dta(guest)
    regs = with_path(guest, 0x4E00, b"*.tmp", cx=0)
    deleted = set()
    while not regs.cf:
        name = found(guest)[0]
        assert name not in deleted
        deleted.add(name)
        assert error(with_path(guest, 0x4100, name)) is None
        use_dta(guest)
        regs = guest.call(0x4F00)
    assert len(deleted) == 50
    assert [path.name for path in guest.folder.iterdir()] == ["MAIN.COM"]


def test_renaming_while_searching_ends(guest: Guest) -> None:
    for number in range(20):
        (guest.folder / f"f{number}.txt").write_bytes(b"")
    use_dta(guest)
    regs = with_path(guest, 0x4E00, b"*.txt", cx=0)
    steps = 0
    while not regs.cf and steps < 200:
        steps += 1
        segment, offset = guest.put(b"z%d.txt\0" % steps, 0x200)
        with_path(guest, 0x5600, found(guest)[0], es=segment, di=offset)
        regs = guest.call(0x4F00)
    assert steps < 200
    assert len(list(guest.folder.glob("*.TXT"))) + len(list(guest.folder.glob("*.txt"))) == 20


def test_searches_can_be_nested_moved_and_forgotten(guest: Guest) -> None:
    for name in "abc":
        (guest.folder / name).mkdir()
        (guest.folder / name / "file").write_bytes(b"")
    use_dta(guest)
    regs = with_path(guest, 0x4E00, b"*.*", cx=0x10)
    seen = []
    while not regs.cf:
        name = found(guest)[0]
        seen.append(name)
        kept = guest.memory.read(guest.scratch + DTA, 43)
        for _ in range(300):
            with_path(guest, 0x4E00, name + b"\\*.*", cx=0x10)
        guest.memory.write(guest.scratch + 0x2000, kept)
        use_dta(guest, 0x2000)
        regs = guest.call(0x4F00)
        guest.memory.write(guest.scratch + DTA, guest.memory.read(guest.scratch + 0x2000, 43))
        use_dta(guest)
    assert seen == [b"A", b"B", b"C", b"MAIN.COM"]


def test_the_directory_can_vanish(guest: Guest) -> None:
    (guest.folder / "dir").mkdir()
    use_dta(guest)
    with_path(guest, 0x4E00, b"dir\\*.*", cx=0x10)
    (guest.folder / "dir").rmdir()
    assert error(guest.call(0x4F00)) == 0x12


@covers("21h/1Ah")
def test_any_bytes_in_the_transfer_area(guest: Guest) -> None:
    use_dta(guest)
    for fill in range(256):
        guest.memory.fill(guest.scratch + DTA, 43, fill)
        assert error(guest.call(0x4F00)) == 0x12


@covers("21h/2Fh")
def test_the_transfer_address(guest: Guest) -> None:
    guest.call(0x1A00, ds=0x1234, dx=0x5678)
    regs = guest.call(0x2F00)
    assert (regs.es, regs.bx) == (0x1234, 0x5678)


def test_fcb_searches(guest: Guest) -> None:
    for name in ("a.txt", "b.txt"):
        (guest.folder / name).write_bytes(b"12345")
    (guest.folder / "d").mkdir()
    use_dta(guest)
    where = put_fcb(guest, b"????????TXT")
    names = []
    regs = guest.call(0x1100, **where)
    at = guest.scratch + DTA
    while regs.al == 0:
        names.append(guest.memory.read(at + 1, 11))
        assert guest.memory.u8(at) == 3
        assert guest.memory.u32(at + 29) == 5
        regs = guest.call(0x1200, **where)
    assert regs.al == 0xFF
    assert names == [b"A       TXT", b"B       TXT"]


@covers("21h/11h", "21h/12h")
def test_extended_fcb_searches(guest: Guest) -> None:
    (guest.folder / "d").mkdir()
    use_dta(guest)
    at = guest.scratch + DTA
    where = put_fcb(guest, b"?" * 11, attributes=0x10)
    assert guest.call(0x1100, **where).al == 0
    assert guest.memory.read(at, 8) == b"\xff\0\0\0\0\0\x10\x03"
    assert guest.memory.read(at + 8, 12) == b"D          \x10"
    drive = guest.dos.drives.get("C")
    assert drive is not None
    drive.label = b"LABEL"
    where = put_fcb(guest, b"?" * 11, attributes=0x08)
    assert guest.call(0x1100, **where).al == 0
    assert guest.memory.read(at + 8, 12) == b"LABEL      \x08"
    assert guest.call(0x1200, **where).al == 0xFF
