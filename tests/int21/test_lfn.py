"""INT 21h/71xx and 73xx on a host folder."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from int21.drive_tables import CDS_SUBSTITUTED, current_directory
from int21.settings import DosSettings
from int21.timestamps import pack, to_file_time
from tests.covers import covers
from tests.int21.files_guest import BUFFER, DTA, OTHER, PATH, created, error, read, with_path, write
from tests.int21.machine import Guest

DOS_TIMES = 1


@pytest.fixture
def guest(tmp_path: Path) -> Guest:
    return Guest(tmp_path, settings=DosSettings(version=(7, 10), long_names=True))


def open_long(guest: Guest, path: bytes, action: int = 0x11, mode: int = 2) -> int | None:
    """The handle that 716Ch gives; None for an error."""
    segment, offset = guest.put(path + b"\0")
    regs = guest.call(0x716C, bx=mode, cx=0, dx=action, ds=segment, si=offset, di=0)
    return None if regs.cf else int(regs.ax)


def true_name(guest: Guest, path: bytes, kind: int) -> bytes | int:
    segment, offset = guest.put(path + b"\0")
    regs = guest.call(0x7160, cx=kind, ds=segment, si=offset, es=segment, di=BUFFER)
    return int(regs.ax) if regs.cf else guest.memory.asciiz(guest.scratch + BUFFER)


@covers("21h/71AAh", "21h/60h")
def test_a_directory_becomes_a_drive(guest: Guest, tmp_path: Path) -> None:
    (tmp_path / "Long folder" / "Below it").mkdir(parents=True)

    def subst(function: int, drive: int, path: bytes = b"") -> int | None:
        segment, offset = guest.put(path + b"\0")
        return error(guest.call(0x71AA, bx=function << 8 | drive, ds=segment, dx=offset))

    assert subst(0, 7, b"C:\\long folder") is None
    assert guest.dos.drives.at(6).names(()) == (b"BELOWI~1",)
    for kind, real, kept in (
        (0, b"C:\\LONGFO~1\\BELOW IT", b"G:\\BELOW IT"),
        (1, b"C:\\LONGFO~1\\BELOWI~1", b"G:\\BELOWI~1"),
        (2, b"C:\\Long folder\\Below it", b"G:\\Below it"),
    ):
        assert true_name(guest, b"G:\\BELOW IT", kind) == real
        assert true_name(guest, b"G:\\BELOW IT", 0x8000 | kind) == kept
    segment, offset = guest.put(b"G:\\BELOWI~1\0")
    guest.call(0x6000, ds=segment, si=offset, es=segment, di=BUFFER)
    assert guest.memory.asciiz(guest.scratch + BUFFER) == b"C:\\LONGFO~1\\BELOWI~1"
    segment, offset = guest.put(bytes(80))
    assert error(guest.call(0x71AA, bx=0x0207, ds=segment, dx=offset)) is None
    assert guest.memory.asciiz((segment << 4) + offset) == b"C:\\LONGFO~1"
    entry = current_directory(guest.memory, 6)
    assert entry.flags & CDS_SUBSTITUTED
    assert (entry.path.rstrip(b"\0"), entry.root_offset) == (b"C:\\LONGFO~1", 11)
    assert [subst(0, 7, b"C:\\"), subst(0, 8, b"C:\\no"), subst(2, 3), subst(1, 3), subst(9, 7)] == [15, 3, 15, 15, 1]
    assert subst(1, 7) is None
    assert 6 not in guest.dos.drives.numbers()


def find_all(guest: Guest, pattern: bytes, attributes: int = 0x16, must: int = 0) -> list[tuple[bytes, bytes]]:
    """(long name, short name) of everything that 714Eh and 714Fh find."""
    segment, offset = guest.put(pattern + b"\0")
    at = {"es": segment, "di": BUFFER, "si": DOS_TIMES}
    regs = guest.call(0x714E, cx=must << 8 | attributes, ds=segment, dx=offset, **at)
    if regs.cf:
        assert regs.ax == 2
        return []
    handle = regs.ax
    found = []
    while not regs.cf:
        data = guest.scratch + BUFFER
        found.append((guest.memory.asciiz(data + 0x2C), guest.memory.asciiz(data + 0x130)))
        regs = guest.call(0x714F, bx=handle, **at)
    assert regs.ax == 0x12
    assert error(guest.call(0x71A1, bx=handle)) is None
    assert error(guest.call(0x71A1, bx=handle)) == 6, "it is closed"
    return found


def test_dos_ends_with_a_directory_as_a_drive(guest: Guest) -> None:
    (guest.folder / "sub").mkdir()
    segment, offset = guest.put(b"C:\\sub\0")
    assert not guest.call(0x71AA, bx=0x0013, ds=segment, dx=offset).cf
    guest.dos.close()
    assert guest.dos.drives.numbers() == []


@covers("21h/716Ch", "21h/714Eh", "21h/714Fh", "21h/71A1h")
def test_files_keep_their_full_names(guest: Guest) -> None:
    handle = open_long(guest, b"A new Document.text")
    assert handle is not None
    assert guest.regs.cx == 2, "created"
    write(guest, handle, b"hello")
    assert (guest.folder / "A new Document.text").read_bytes() == b"hello"
    assert (b"A new Document.text", b"ANEWDO~1.TEX") in find_all(guest, b"*.*")
    again = open_long(guest, b"c:\\a NEW document.TEXT", 0x01)
    assert again is not None
    assert read(guest, again, 10) == b"hello", "any case finds it"
    assert error(with_path(guest, 0x3D00, b"ANEWDO~1.TEX")) is None, "and so does its 8.3 name"


def test_patterns_fit_long_and_short_names(guest: Guest) -> None:
    for name in ("readme.txt", "Another file.html", "Makefile", "tar.tar.gz"):
        (guest.folder / name).write_bytes(b"")
    assert {long for long, _ in find_all(guest, b"*")} == {
        b"readme.txt", b"Another file.html", b"Makefile", b"tar.tar.gz", b"MAIN.COM",
    }  # fmt: skip
    assert find_all(guest, b"an*FILE.*") == [(b"Another file.html", b"ANOTHE~1.HTM")]
    assert find_all(guest, b"*.gz") == [(b"tar.tar.gz", b"TARTAR~1.GZ")]
    assert find_all(guest, b"anothe~?.*") == [(b"Another file.html", b"ANOTHE~1.HTM")]
    assert find_all(guest, b"*.exe") == []


def test_searches_look_at_attributes(guest: Guest) -> None:
    (guest.folder / "A folder of mine").mkdir()
    (guest.folder / "file").write_bytes(b"")
    assert b"A folder of mine" not in {name for name, _ in find_all(guest, b"*", attributes=0)}
    assert {name for name, _ in find_all(guest, b"*", attributes=0x10, must=0x10)} == {b"A folder of mine"}


def test_a_search_tells_size_and_time(guest: Guest) -> None:
    created(guest, b"F.DAT")
    handle = open_long(guest, b"F.DAT")
    assert handle is not None
    write(guest, handle, b"x" * 300)
    stamp = pack(1994, 5, 6, 7, 8, 10)
    guest.call(0x5701, bx=handle, dx=stamp[0], cx=stamp[1])
    segment, offset = guest.put(b"F.DAT\0")
    for form, expected in ((1, stamp[0] << 16 | stamp[1]), (0, to_file_time(stamp))):
        assert error(guest.call(0x714E, cx=0, ds=segment, dx=offset, es=segment, di=BUFFER, si=form)) is None
        data = guest.memory.read(guest.scratch + BUFFER, 0x13E)
        assert struct.unpack_from("<Q", data, 0x14) == (expected,)
        assert struct.unpack_from("<2I", data, 0x1C) == (0, 300)


def test_searches_end_with_their_program_and_are_limited(guest: Guest) -> None:
    segment, offset = guest.put(b"*\0")
    handles = []
    while not guest.call(0x714E, cx=0, ds=segment, dx=offset, es=segment, di=BUFFER, si=1).cf:
        handles.append(guest.regs.ax)
        assert len(handles) < 1000
    assert guest.regs.ax == 4
    guest.dos.long_searches.close_all(guest.dos.psp)
    assert error(guest.call(0x714F, bx=handles[0], si=1, es=segment, di=BUFFER)) == 6


@covers("21h/7139h", "21h/713Ah", "21h/713Bh", "21h/7147h")
def test_directories(guest: Guest) -> None:
    assert error(with_path(guest, 0x7139, b"Program Files")) is None
    assert (guest.folder / "Program Files").is_dir()
    assert error(with_path(guest, 0x7139, b"program files")) == 5
    assert error(with_path(guest, 0x7139, b"program files\\Games of 1995")) is None
    assert error(with_path(guest, 0x713B, b"\\PROGRA~1\\games of 1995\\.")) is None
    guest.call(0x7147, dx=0, ds=guest.scratch >> 4, si=BUFFER)
    assert guest.memory.asciiz(guest.scratch + BUFFER) == b"Program Files\\Games of 1995"
    guest.call(0x4700, dx=0, ds=guest.scratch >> 4, si=BUFFER)
    assert guest.memory.asciiz(guest.scratch + BUFFER) == b"PROGRA~1\\GAMESO~1.TXT".removesuffix(b".TXT")
    assert error(with_path(guest, 0x713A, b"\\Program Files\\Games of 1995")) == 0x10
    assert error(with_path(guest, 0x713B, b"...")) is None
    assert error(with_path(guest, 0x713A, b"\\Program Files\\Games of 1995")) is None
    assert not list((guest.folder / "Program Files").iterdir())


@covers("21h/7156h")
def test_renaming(guest: Guest) -> None:
    (guest.folder / "old name.txt").write_bytes(b"x")
    segment, offset = guest.put(b"A Much Nicer Name.text\0", OTHER)
    assert error(with_path(guest, 0x7156, b"OLD NAME.TXT", es=segment, di=offset)) is None
    assert (guest.folder / "A Much Nicer Name.text").read_bytes() == b"x"
    segment, offset = guest.put(b"a much nicer name.text\0", OTHER)
    assert error(with_path(guest, 0x7156, b"A Much Nicer Name.text", es=segment, di=offset)) is None
    assert (guest.folder / "a much nicer name.text").exists(), "only its case is another"
    segment, offset = guest.put(b"main.com\0", OTHER)
    assert error(with_path(guest, 0x7156, b"a much nicer name.text", es=segment, di=offset)) == 5


@covers("21h/7141h")
def test_deleting_with_wildcards(guest: Guest) -> None:
    for name in ("one long.tmp", "two long.tmp", "keep.txt"):
        (guest.folder / name).write_bytes(b"")
    assert error(with_path(guest, 0x7141, b"*.tmp", si=0)) is not None
    assert error(with_path(guest, 0x7141, b"*.tmp", si=1, cx=0x16)) is None
    assert error(with_path(guest, 0x7141, b"*.tmp", si=1, cx=0x16)) == 2
    assert error(with_path(guest, 0x7141, b"Keep.txt", si=0)) is None
    assert sorted(path.name for path in guest.folder.iterdir()) == ["MAIN.COM"]


@covers("21h/7160h")
def test_true_names(guest: Guest) -> None:
    (guest.folder / "Some Folder").mkdir()
    (guest.folder / "Some Folder" / "a file.text").write_bytes(b"")
    path = b"some folder\\x\\..\\A FILE.text"
    assert true_name(guest, b"some folder\\A FILE.text", 1) == b"C:\\SOMEFO~1\\AFILE~1.TEX"
    assert true_name(guest, b"SOMEFO~1\\AFILE~1.TEX", 2) == b"C:\\Some Folder\\a file.text"
    assert true_name(guest, path, 0) == b"C:\\SOME FOLDER\\A FILE.text"
    assert true_name(guest, b"missing", 2) == 2
    assert true_name(guest, b"missing\\file", 2) == 3
    assert true_name(guest, b"missing", 3) == 1


@covers("21h/7143h")
def test_attributes_and_times(guest: Guest) -> None:
    (guest.folder / "the file").write_bytes(b"12345")
    assert error(with_path(guest, 0x7143, b"the file", bx=1, cx=3)) is None
    assert with_path(guest, 0x7143, b"the file", bx=0).cx == 3
    assert error(with_path(guest, 0x7143, b"the file", bx=1, cx=0x20)) is None
    date, time = pack(1993, 2, 1, 10, 20, 30)
    assert error(with_path(guest, 0x7143, b"the file", bx=3, cx=time, di=date)) is None
    for function in (4, 8):
        regs = with_path(guest, 0x7143, b"the file", bx=function)
        assert (regs.di, regs.cx) == (date, time), "made with its last change as long as nobody says more"
    later = pack(1994, 3, 4)
    assert error(with_path(guest, 0x7143, b"the file", bx=5, di=later[0])) is None
    assert error(with_path(guest, 0x7143, b"the file", bx=7, di=later[0], cx=0x5000, si=120)) is None
    assert with_path(guest, 0x7143, b"the file", bx=6).di == later[0]
    regs = with_path(guest, 0x7143, b"the file", bx=8)
    assert (regs.di, regs.cx, regs.si) == (later[0], 0x5000, 120)
    regs = with_path(guest, 0x7143, b"the file", bx=4)
    assert (regs.di, regs.cx) == (date, time), "the last change stays"
    regs = with_path(guest, 0x7143, b"the file", bx=2)
    assert (regs.dx, regs.ax) == (0, 5)
    assert error(with_path(guest, 0x7143, b"the file", bx=9)) == 1


@covers("21h/71A0h")
def test_volume_information(guest: Guest) -> None:
    regs = with_path(guest, 0x71A0, b"C:\\", es=guest.scratch >> 4, di=BUFFER, cx=32)
    assert (regs.bx & 0x4002, regs.cx, regs.dx) == (0x4002, 255, 260)
    assert guest.memory.asciiz(guest.scratch + BUFFER) == b"FAT"
    assert error(with_path(guest, 0x71A0, b"Q:\\", es=guest.scratch >> 4, di=BUFFER, cx=32)) == 3


@covers("21h/71A6h", "21h/71A7h")
def test_information_of_an_open_file(guest: Guest) -> None:
    handle = open_long(guest, b"file of mine")
    assert handle is not None
    write(guest, handle, b"abc")
    date, time = pack(1996, 12, 24, 18, 0, 0)
    guest.call(0x5701, bx=handle, dx=date, cx=time)
    assert error(guest.call(0x71A6, bx=handle, ds=guest.scratch >> 4, dx=BUFFER)) is None
    data = guest.memory.read(guest.scratch + BUFFER, 52)
    assert struct.unpack_from("<3I", data, 0x20) == (0, 3, 1)
    regs = guest.call(0x71A7, bx=0, ds=guest.scratch >> 4, si=BUFFER + 0x14)
    assert (regs.dx, regs.cx, regs.bh) == (date, time, 0)
    guest.call(0x71A7, bx=1, es=guest.scratch >> 4, di=DTA)
    assert guest.memory.read(guest.scratch + DTA, 8) == data[0x14:0x1C]


@covers("21h/71A8h")
def test_a_short_name_is_made(guest: Guest) -> None:
    segment, offset = guest.put(b"A long one.html\0")
    guest.call(0x71A8, ds=segment, si=offset, es=segment, di=BUFFER, dx=0x0100)
    assert guest.memory.asciiz(guest.scratch + BUFFER) == b"ALONGO~1.HTM"
    guest.call(0x71A8, ds=segment, si=offset, es=segment, di=BUFFER, dx=0)
    assert guest.memory.read(guest.scratch + BUFFER, 11) == b"ALONGO~1HTM"


@covers("21h/710Dh", "21h/71A2h", "21h/71A9h")
def test_the_rest(guest: Guest) -> None:
    assert error(guest.call(0x710D, cx=1, dx=3)) is None
    assert error(guest.call(0x710D, cx=1, dx=17)) == 0x0F
    assert error(guest.call(0x71A2)) == 1
    segment, offset = guest.put(b"served file\0")
    assert error(guest.call(0x71A9, bx=2, cx=0, dx=0x11, ds=segment, si=offset)) is None
    assert (guest.folder / "served file").exists()


@covers("21h/5704h", "21h/5705h", "21h/5706h", "21h/5707h")
def test_other_times_of_handles(guest: Guest) -> None:
    handle = created(guest, b"F")
    date, time = pack(1996, 1, 2, 3, 4, 6)
    guest.call(0x5701, bx=handle, dx=date, cx=time)
    regs = guest.call(0x5706, bx=handle, cx=0, dx=0)
    assert (regs.dx, regs.cx) == (date, time)
    accessed, made = pack(1997, 5, 6, 7, 8, 10), pack(1990, 1, 2, 3, 4, 6)
    assert error(guest.call(0x5705, bx=handle, dx=accessed[0], cx=accessed[1])) is None
    assert error(guest.call(0x5707, bx=handle, dx=made[0], cx=made[1], si=77)) is None
    regs = guest.call(0x5704, bx=handle)
    assert (regs.dx, regs.cx) == accessed
    regs = guest.call(0x5706, bx=handle)
    assert (regs.dx, regs.cx, regs.si) == (*made, 77)
    regs = guest.call(0x5700, bx=handle)
    assert (regs.dx, regs.cx) == (date, time)
    guest.call(0x5701, bx=handle, dx=date, cx=time)
    regs = guest.call(0x5704, bx=handle)
    assert (regs.dx, regs.cx) == accessed, "another time is another matter"
    assert error(guest.call(0x5707, bx=99)) == 6


@covers("21h/7302h", "21h/7303h", "21h/7304h", "21h/7305h")
def test_fat32_functions(guest: Guest) -> None:
    at = {"es": guest.scratch >> 4, "di": BUFFER}
    assert error(with_path(guest, 0x7303, b"C:\\", cx=0x2C, **at)) is None
    size, _, per_cluster, sector, free, total = struct.unpack_from(
        "<2H4I", guest.memory.read(guest.scratch + BUFFER, 0x2C)
    )
    regs = guest.call(0x3600, dx=3)
    assert (size, per_cluster, sector) == (0x2C, regs.ax, regs.cx)
    host = os.statvfs(guest.folder)
    assert total == min(host.f_blocks * host.f_frsize // 0x8000, 0xFFFFFFFF // 64), "all that the host has"
    assert regs.bx <= free <= total
    assert error(guest.call(0x7302, dx=3, cx=0x3F, **at)) is None
    assert guest.memory.read(guest.scratch + BUFFER, 3) == b"\x3d\x00\x02"
    assert error(guest.call(0x7302, dx=3, cx=4, **at)) == 0x18
    assert error(guest.call(0x7304, dx=3)) == 5
    assert guest.call(0x7305, dx=3, cx=0xFFFF).cf


def test_without_long_names_dos_says_7100h(tmp_path: Path) -> None:
    guest = Guest(tmp_path)
    for ax in (0x7139, 0x714E, 0x716C, 0x71A0):
        regs = guest.call(ax)
        assert (regs.cf, regs.ax) == (True, 0x7100)
    assert guest.call(0x7303).ax == 0x7300
    assert error(guest.call(0x5704, bx=1)) == 1


def test_names_that_no_host_file_may_have(guest: Guest) -> None:
    for path in (b"a|b", b"a:b", b"x" * 256, b"..\\..\\etc\\passwd", b"\\missing\\file", b"d\x01", b"<>"):
        assert open_long(guest, path) is None, path
    assert sorted(path.name for path in guest.folder.iterdir()) == ["MAIN.COM"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.binary(max_size=40).filter(lambda text: b"\0" not in text),
    ax=st.sampled_from([0x7139, 0x713A, 0x713B, 0x7141, 0x7143, 0x714E, 0x7156, 0x7160, 0x716C, 0x71A0, 0x71A8]),
    registers=st.tuples(*[st.integers(0, 0xFFFF)] * 3),
)
def test_any_path_stays_inside(guest: Guest, path: bytes, ax: int, registers: tuple[int, int, int]) -> None:
    outside = guest.folder.parent
    before = sorted(outside.iterdir())
    segment, offset = guest.put(path + b"\0", PATH)
    guest.call(
        ax, ds=segment, dx=offset, si=offset if ax != 0x7141 else registers[0] & 1, es=segment, di=BUFFER,
        bx=registers[1] & 0x0F, cx=registers[2],
    )  # fmt: skip
    assert sorted(outside.iterdir()) == before
