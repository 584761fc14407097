from __future__ import annotations

import pytest

from int21.host_folder import HostFolder
from tests.covers import covers
from tests.int21.files_guest import OTHER, error, opened, with_path
from tests.int21.machine import Guest


def current(guest: Guest, drive: int = 0) -> bytes:
    regs = guest.call(0x4700, dl=drive, ds=guest.scratch >> 4, si=OTHER)
    assert not regs.cf
    return bytes(guest.memory.asciiz(guest.scratch + OTHER))


def canonical(guest: Guest, path: bytes) -> bytes | int:
    segment, offset = guest.put(path + b"\0")
    regs = guest.call(0x6000, ds=segment, si=offset, es=segment, di=OTHER)
    return int(regs.ax) if regs.cf else bytes(guest.memory.asciiz(guest.scratch + OTHER))


@covers("21h/3Ah")
def test_make_change_and_remove(guest: Guest) -> None:
    assert error(with_path(guest, 0x3900, b"One")) is None
    assert error(with_path(guest, 0x3900, b"ONE\\two")) is None
    assert error(with_path(guest, 0x3B00, b"one/two")) is None
    assert current(guest) == b"ONE\\TWO"
    assert error(with_path(guest, 0x3B00, b"..")) is None
    assert current(guest) == b"ONE"
    assert error(with_path(guest, 0x3A00, b"two")) is None
    assert error(with_path(guest, 0x3B00, b"\\")) is None
    assert current(guest) == b""
    assert error(with_path(guest, 0x3A00, b"one")) is None
    assert [path.name for path in guest.folder.iterdir()] == ["MAIN.COM"]


@pytest.mark.parametrize(
    ("ax", "path", "code"),
    [
        (0x3900, b"dir", 0x05),
        (0x3900, b"main.com", 0x05),
        (0x3900, b"nowhere\\dir", 0x03),
        (0x3900, b"con", 0x05),
        (0x3900, b"\\", 0x05),
        (0x3900, b"a*b", 0x03),
        (0x3900, b"", 0x03),
        (0x3A00, b"nowhere", 0x03),
        (0x3A00, b"main.com", 0x05),
        (0x3A00, b"full", 0x05),
        (0x3A00, b"", 0x03),
        (0x3A00, b"dir", 0x10),
        (0x3A00, b".", 0x10),
        (0x3B00, b"\\nowhere", 0x03),
        (0x3B00, b"\\main.com", 0x03),
        (0x3B00, b"\\..", 0x03),
        (0x3B00, b"x:\\", 0x03),
        (0x3B00, b"con", 0x03),
    ],
)
def test_errors(guest: Guest, ax: int, path: bytes, code: int) -> None:
    (guest.folder / "dir").mkdir()
    (guest.folder / "full").mkdir()
    (guest.folder / "full" / "f").write_bytes(b"")
    if code == 0x10:
        with_path(guest, 0x3B00, b"dir")
        path = b"\\dir" if path == b"dir" else path
    assert error(with_path(guest, ax, path)) == code
    assert sorted(path.name for path in guest.folder.iterdir()) == ["MAIN.COM", "dir", "full"]


@covers("21h/47h")
def test_each_drive_has_its_directory(guest: Guest) -> None:
    (guest.folder / "sub").mkdir()
    (guest.folder / "sub" / "f.txt").write_bytes(b"")
    guest.dos.drives.mount("D", HostFolder(guest.folder))
    with_path(guest, 0x3B00, b"d:sub")
    assert (current(guest), current(guest, 3), current(guest, 4)) == (b"", b"", b"SUB")
    opened(guest, b"d:f.txt", 0)
    assert error(with_path(guest, 0x3D00, b"c:f.txt")) == 0x02
    assert error(guest.call(0x4700, dl=9, ds=guest.scratch >> 4, si=OTHER)) == 0x0F


def test_a_root_that_is_current_is_told_from_one_that_is_not(guest: Guest) -> None:
    (guest.folder / "dir").mkdir()
    assert error(with_path(guest, 0x3A00, b"\\")) == 0x10
    assert error(with_path(guest, 0x3A00, b".")) == 0x10
    with_path(guest, 0x3B00, b"dir")
    assert error(with_path(guest, 0x3A00, b"\\")) == 0x05


def test_no_directory_is_longer_than_its_64_bytes(guest: Guest) -> None:
    path = guest.folder
    for _ in range(12):
        path = path / "12345678"
        path.mkdir()
    depth = 0
    while error(with_path(guest, 0x3B00, b"12345678")) is None:
        depth += 1
    assert depth == 7
    guest.memory.fill(guest.scratch + OTHER, 80, 0xAA)
    assert len(current(guest)) <= 63
    assert guest.memory.read(guest.scratch + OTHER + 64, 16) == b"\xaa" * 16
    assert error(with_path(guest, 0x3900, b"123")) == 0x05


def test_the_directory_structure_in_memory_follows(guest: Guest) -> None:
    (guest.folder / "sub").mkdir()
    with_path(guest, 0x3B00, b"sub")
    lists = guest.call(0x5200)
    cds = guest.memory.u32((lists.es << 4) + lists.bx + 0x16)
    entry = ((cds >> 16) << 4) + (cds & 0xFFFF) + 2 * 0x58
    assert guest.memory.asciiz(entry) == b"C:\\SUB"
    assert guest.memory.u16(entry + 0x43) == 0x4000


@covers("21h/60h")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (b"a.txt", b"C:\\SUB\\A.TXT"),
        (b"..\\x", b"C:\\X"),
        (b"c:/one/./two/../three", b"C:\\ONE\\THREE"),
        (b"*.c", b"C:\\SUB\\????????.C"),
        (b"con", b"C:/CON"),
        (b"\\dev\\nul", b"C:/NUL"),
        (b"verylongname.extension", b"C:\\SUB\\VERYLONG.EXT"),
        (b"\\nowhere\\x", b"C:\\NOWHERE\\X"),
        (b"x:\\a", 3),
        (b"\\..\\a", 3),
    ],
)
def test_canonical_paths(guest: Guest, path: bytes, expected: bytes | int) -> None:
    (guest.folder / "sub").mkdir()
    with_path(guest, 0x3B00, b"sub")
    assert canonical(guest, path) == expected


@covers("21h/3Bh")
def test_a_directory_that_the_host_removed(guest: Guest) -> None:
    (guest.folder / "sub").mkdir()
    with_path(guest, 0x3B00, b"sub")
    (guest.folder / "sub").rmdir()
    assert error(with_path(guest, 0x3D00, b"f")) == 0x03
    assert error(with_path(guest, 0x3B00, b"\\")) is None
