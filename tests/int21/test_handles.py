from __future__ import annotations

from pathlib import Path

import pytest

from int21.host_folder import HostFolder
from int21.service import CallGuest
from tests.covers import covers
from tests.int21.files_guest import (
    BUFFER,
    close,
    created,
    error,
    held,
    opened,
    read,
    real_error,
    seek,
    with_path,
    write,
)
from tests.int21.machine import Guest


def test_what_is_written_is_on_the_host_at_once(guest: Guest) -> None:
    handle = created(guest, b"out.txt")
    assert write(guest, handle, b"hello").ax == 5
    assert (guest.folder / "OUT.TXT").read_bytes() == b"hello"
    assert seek(guest, handle, 1) == 1
    assert read(guest, handle, 100) == b"ello"
    assert read(guest, handle, 100) == b""
    assert error(close(guest, handle)) is None
    assert error(close(guest, handle)) == 0x06


@covers("21h/3Ch")
def test_create_empties_an_existing_file(guest: Guest) -> None:
    (guest.folder / "old.txt").write_bytes(b"long contents")
    created(guest, b"OLD.TXT")
    assert (guest.folder / "old.txt").read_bytes() == b""


@covers("21h/43h", "21h/5Bh")
@pytest.mark.parametrize(
    ("ax", "path", "code"),
    [
        (0x3D00, b"missing.txt", 0x02),
        (0x3D00, b"nowhere\\missing.txt", 0x03),
        (0x3D00, b"x:\\missing.txt", 0x03),
        (0x3D00, b"", 0x02),
        (0x3D00, b"c:", 0x02),
        (0x3C00, b"", 0x02),
        (0x5B00, b"", 0x02),
        (0x4100, b"", 0x03),
        (0x4300, b"", 0x03),
        (0x3D00, b"*.txt", 0x02),
        (0x3D00, b"a|b", 0x03),
        (0x3D00, b"..\\..\\x", 0x03),
        (0x3D00, b"dir", 0x05),
        (0x3D00, b"file.txt\\", 0x03),
        (0x3D00, b"file.txt\\x", 0x03),
        (0x3D00, b"file.txt\\.", 0x03),
        (0x3D00, b".", 0x05),
        (0x3D00, b"nowhere\\con", 0x03),
        (0x3D02, b"locked", 0x05),
        (0x3D01, b"locked", 0x05),
        (0x3D03, b"file.txt", 0x0C),
        (0x3D08, b"file.txt", 0x0C),
        (0x3D50, b"file.txt", 0x0C),
        (0x3C00, b"locked", 0x05),
        (0x3C00, b"dir", 0x05),
        (0x3C00, b"nowhere\\x", 0x03),
        (0x3C00, b"\\", 0x03),
        (0x5B00, b"file.txt", 0x50),
        (0x5B00, b"dir", 0x50),
        (0x4100, b"missing.txt", 0x02),
        (0x4100, b"*.*", 0x03),
        (0x4100, b"dir", 0x05),
        (0x4100, b"locked", 0x05),
        (0x4100, b"con", 0x05),
        (0x4300, b"missing.txt", 0x02),
        (0x4300, b"nowhere\\x", 0x03),
        (0x4302, b"file.txt", 0x01),
        (0x4302, b"a|b", 0x03),
    ],
)
def test_errors(guest: Guest, ax: int, path: bytes, code: int) -> None:
    (guest.folder / "file.txt").write_bytes(b"x")
    (guest.folder / "locked").write_bytes(b"x")
    (guest.folder / "locked").chmod(0o444)
    (guest.folder / "dir").mkdir()
    before = sorted(guest.folder.rglob("*"))
    assert error(with_path(guest, ax, path, cx=0)) == code
    assert sorted(guest.folder.rglob("*")) == before
    assert guest.dos.data.error_code == code


@covers("21h/4301h")
@pytest.mark.parametrize("attributes", [0x08, 0x10, 0x40, 0x80])
def test_files_are_not_made_with_attributes_of_other_things(guest: Guest, attributes: int) -> None:
    for function in (0x3C00, 0x5B00, 0x5A00):
        assert error(with_path(guest, function, b"new", cx=attributes)) == 0x05
    assert not (guest.folder / "NEW").exists()


def test_attributes_that_no_file_has_are_refused(guest: Guest) -> None:
    (guest.folder / "file.txt").write_bytes(b"x")
    assert error(with_path(guest, 0x3C00, b"a", cx=0x10)) == 0x05
    assert error(with_path(guest, 0x3C00, b"a", cx=0x08)) == 0x05
    assert error(with_path(guest, 0x4301, b"file.txt", cx=0x10)) == 0x05
    assert error(with_path(guest, 0x4301, b"file.txt", cx=0x08)) == 0x05


def test_attributes_are_set_and_told(guest: Guest) -> None:
    close(guest, created(guest, b"a.txt", 0x02))
    assert with_path(guest, 0x4300, b"a.txt").cx == 0x22
    assert error(with_path(guest, 0x4301, b"a.txt", cx=0x01)) is None
    regs = with_path(guest, 0x4300, b"a.txt")
    assert (regs.cx, regs.ax) == (0x01, 0x01)
    (guest.folder / "dir").mkdir()
    assert with_path(guest, 0x4300, b"dir").cx == 0x10


def test_a_new_read_only_file_can_be_written_until_it_is_closed(guest: Guest) -> None:
    handle = created(guest, b"ro.txt", 0x01)
    assert write(guest, handle, b"data").ax == 4
    close(guest, handle)
    assert error(with_path(guest, 0x3D01, b"ro.txt")) == 0x05
    assert read(guest, opened(guest, b"ro.txt", 0), 9) == b"data"


def test_a_handle_does_what_it_was_opened_for(guest: Guest) -> None:
    (guest.folder / "f").write_bytes(b"data")
    reader, writer = opened(guest, b"f", 0), opened(guest, b"f", 1)
    assert error(write(guest, reader, b"x")) == 0x05
    assert error(guest.call(0x3F00, bx=writer, cx=1)) == 0x05
    assert error(guest.call(0x3F00, bx=99, cx=1)) == 0x06


def test_seek_from_all_three_origins(guest: Guest) -> None:
    (guest.folder / "f").write_bytes(bytes(100_000))
    handle = opened(guest, b"f")
    assert seek(guest, handle, 70_000) == 70_000
    assert seek(guest, handle, -1, 1) == 69_999
    assert seek(guest, handle, -10, 2) == 99_990
    assert seek(guest, handle, 200_000) == 200_000
    assert read(guest, handle, 10) == b""
    assert seek(guest, handle, -1) == 0xFFFFFFFF
    assert error(guest.call(0x4203, bx=handle, cx=0, dx=0)) == 0x01


def test_writing_no_bytes_ends_the_file_there(guest: Guest) -> None:
    (guest.folder / "f").write_bytes(b"0123456789")
    handle = opened(guest, b"f")
    seek(guest, handle, 4)
    assert write(guest, handle, b"").ax == 0
    assert (guest.folder / "f").read_bytes() == b"0123"
    seek(guest, handle, 6)
    write(guest, handle, b"")
    assert (guest.folder / "f").read_bytes() == b"0123\0\0"


@covers("21h/42h")
def test_a_file_cannot_grow_beyond_four_gigabytes(guest: Guest) -> None:
    handle = created(guest, b"f")
    seek(guest, handle, 0xFFFFFFFE)
    assert write(guest, handle, b"1234").ax == 1
    assert (guest.folder / "F").stat().st_size == 0xFFFFFFFF


@covers("21h/45h")
def test_duplicates_share_one_position(guest: Guest) -> None:
    (guest.folder / "f").write_bytes(b"abcdef")
    first = opened(guest, b"f")
    second = guest.call(0x4500, bx=first).ax
    assert read(guest, first, 2) == b"ab"
    assert read(guest, second, 2) == b"cd"
    close(guest, first)
    assert read(guest, second, 2) == b"ef"
    close(guest, second)
    assert error(guest.call(0x4500, bx=first)) == 0x06


@covers("21h/46h")
def test_force_duplicate_redirects_output(guest: Guest) -> None:
    saved = guest.call(0x4500, bx=1).ax
    handle = created(guest, b"out")
    guest.call(0x4600, bx=handle, cx=1)
    close(guest, handle)
    write(guest, 1, b"to the file")
    guest.call(0x4600, bx=saved, cx=1)
    write(guest, 1, b"to the screen")
    assert (guest.folder / "OUT").read_bytes() == b"to the file"
    assert bytes(guest.console.shown) == b"to the screen"
    assert error(guest.call(0x4600, bx=1, cx=20)) == 0x06


def test_a_program_has_20_handles_and_can_have_more(guest: Guest) -> None:
    (guest.folder / "f").write_bytes(b"x")
    handles = [opened(guest, b"f", 0) for _ in range(15)]
    assert handles == list(range(5, 20))
    assert error(with_path(guest, 0x3D00, b"f")) == 0x04
    guest.dos.arena.resize(guest.dos.psp, 0x1000)
    assert error(guest.call(0x6700, bx=30)) is None
    assert opened(guest, b"f", 0) == 20
    assert error(guest.call(0x6700, bx=20)) == 0x04
    close(guest, 20)
    assert error(guest.call(0x6700, bx=20)) is None
    assert read(guest, 19, 1) == b"x"
    assert error(with_path(guest, 0x3D00, b"f")) == 0x04


@covers("21h/67h")
def test_the_system_file_table_fills_up(guest: Guest) -> None:
    guest.dos.arena.resize(guest.dos.psp, 0x1000)
    guest.call(0x6700, bx=255)
    codes = [error(with_path(guest, 0x3D00, b"main.com")) for _ in range(60)]
    assert codes.count(None) == guest.dos.settings.files - 3
    assert set(codes[-10:]) == {0x04}
    assert held(guest.folder) == guest.dos.settings.files - 3


@covers("21h/56h")
def test_rename_within_and_across_directories(guest: Guest) -> None:
    (guest.folder / "a.txt").write_bytes(b"a")
    (guest.folder / "dir").mkdir()

    def rename(old: bytes, new: bytes) -> int | None:
        segment, offset = guest.put(new + b"\0", 0x200)
        return error(with_path(guest, 0x5600, old, es=segment, di=offset))

    assert rename(b"a.txt", b"b.txt") is None
    assert rename(b"b.txt", b"dir\\c.txt") is None
    assert (guest.folder / "dir" / "C.TXT").read_bytes() == b"a"
    assert rename(b"b.txt", b"d.txt") == 0x02
    assert rename(b"dir\\c.txt", b"nowhere\\c.txt") == 0x03
    assert rename(b"dir\\c.txt", b"main.com") == 0x05
    assert rename(b"dir", b"folder") is None
    assert rename(b"folder", b"con") == 0x05
    guest.dos.drives.mount("D", HostFolder(guest.folder / "FOLDER"))
    assert rename(b"c:main.com", b"d:main.com") == 0x11
    assert with_path(guest, 0x3B00, b"folder").cf is False
    assert rename(b"\\folder", b"\\other") == 0x10


@covers("21h/57h")
def test_file_times(guest: Guest) -> None:
    handle = created(guest, b"f")
    stamp = (14 << 9 | 7 << 5 | 8, 12 << 11 | 34 << 5 | 28)
    guest.call(0x5701, bx=handle, dx=stamp[0], cx=stamp[1])
    close(guest, handle)
    regs = guest.call(0x5700, bx=opened(guest, b"f", 0))
    assert (regs.dx, regs.cx) == stamp
    assert error(guest.call(0x5702, bx=5)) == 0x01
    assert error(guest.call(0x5700, bx=77)) == 0x06


@covers("21h/5701h")
def test_impossible_times_do_no_harm(guest: Guest) -> None:
    handle = created(guest, b"f")
    for value in (0x0000, 0xFFFF, 0x01FF, 0x1E00):
        assert error(guest.call(0x5701, bx=handle, dx=value, cx=value)) is None


@covers("21h/5Ah")
def test_temporary_files_have_names_of_their_own(guest: Guest) -> None:
    (guest.folder / "tmp").mkdir()
    names = []
    for folder in (b"tmp", b"tmp\\", b"C:\\tmp\\", b""):
        regs = with_path(guest, 0x5A00, folder, cx=0)
        assert not regs.cf
        path = guest.memory.asciiz(guest.scratch)
        names.append(path)
        write(guest, regs.ax, path)
        assert read(guest, opened(guest, path, 0), 80) == path
    assert len(set(names)) == 4
    assert len(list((guest.folder / "tmp").iterdir())) == 3
    assert error(with_path(guest, 0x5A00, b"nowhere", cx=0)) == 0x03
    assert error(with_path(guest, 0x5A00, b"tmp", cx=0x100)) == 0x05, "of all 16 bits of the attributes"


@covers("21h/6Ch")
def test_extended_open(guest: Guest) -> None:
    def extended(path: bytes, action: int, mode: int = 2) -> tuple[int | None, int]:
        segment, offset = guest.put(path + b"\0")
        regs = guest.call(0x6C00, ds=segment, si=offset, bx=mode, cx=0, dx=action)
        return error(regs), regs.cx

    assert extended(b"f", 0x01) == (0x02, 0)
    assert extended(b"f", 0x10) == (None, 2)
    (guest.folder / "F").write_bytes(b"data")
    assert extended(b"f", 0x10) == (0x50, 0)
    assert extended(b"f", 0x11) == (None, 1)
    assert (guest.folder / "F").read_bytes() == b"data"
    assert extended(b"f", 0x12) == (None, 3)
    assert (guest.folder / "F").read_bytes() == b""
    assert extended(b"f", 0x00)[0] == 0x01
    assert extended(b"f", 0x11, mode=3)[0] == 0x0C
    assert extended(b"con", 0x11) == (None, 1)
    assert extended(b"con", 0x12) == (None, 3)
    assert extended(b"f", 0x0111) == (None, 1), "its code page does not matter"
    assert extended(b"f", 0x0211)[0] == 0x01
    assert extended(b"f", 0x11, mode=0x4002) == (None, 1), "what is written goes to the host at once anyway"


@covers("21h/6Ch")
def test_an_extended_open_can_do_without_int_24h(guest: Guest) -> None:
    (guest.folder / "F").write_bytes(b"data")
    opened(guest, b"f", 0x12)  # deny all
    guest.memory.set_u32(0x24 * 4, 0x12345678)
    segment, offset = guest.put(b"f\0")
    registers = {"ds": segment, "si": offset, "cx": 0, "dx": 1}
    with pytest.raises(CallGuest):
        guest.call(0x6C00, bx=0, **registers)
    guest.dos.data.critical_error = 0
    assert real_error(guest, guest.call(0x6C00, bx=0x2000, **registers)) == (0x05, 0x20)


@covers("21h/68h")
def test_commit_needs_an_open_handle(guest: Guest) -> None:
    handle = created(guest, b"f")
    assert error(guest.call(0x6800, bx=handle)) is None
    assert error(guest.call(0x6800, bx=handle + 1)) == 0x06


def test_locked_regions_are_closed_to_other_handles(guest: Guest) -> None:
    (guest.folder / "f").write_bytes(bytes(100))
    first, second = opened(guest, b"f", 0x42), opened(guest, b"f", 0x42)
    region = {"cx": 0, "dx": 10, "si": 0, "di": 20}
    assert error(guest.call(0x5C00, bx=first, **region)) is None
    assert error(guest.call(0x5C00, bx=second, **region)) == 0x21
    seek(guest, second, 5)
    assert read(guest, second, 5) == bytes(5)
    assert real_error(guest, guest.call(0x3F00, bx=second, cx=1)) == (0x05, 0x21)
    assert real_error(guest, write(guest, second, b"x")) == (0x05, 0x21)
    assert error(guest.call(0x5C01, bx=second, **region)) == 0x21
    assert error(guest.call(0x5C01, bx=first, **region)) is None
    assert error(write(guest, second, b"x")) is None
    assert error(guest.call(0x5C02, bx=first, **region)) == 0x01


@covers("21h/3Eh", "21h/5Ch")
def test_locks_end_with_their_handle(guest: Guest) -> None:
    (guest.folder / "f").write_bytes(bytes(100))
    first, second = opened(guest, b"f", 0x42), opened(guest, b"f", 0x42)
    region = {"cx": 0, "dx": 0, "si": 0, "di": 20}
    guest.call(0x5C00, bx=first, **region)
    close(guest, first)
    assert error(guest.call(0x5C00, bx=second, **region)) is None


def test_sharing_modes(guest: Guest) -> None:
    (guest.folder / "f").write_bytes(b"x")
    handle = opened(guest, b"f", 0x20)  # deny write, read
    assert real_error(guest, with_path(guest, 0x3D42, b"f")) == (0x05, 0x20)
    assert real_error(guest, with_path(guest, 0x3C00, b"f", cx=0)) == (0x05, 0x20)
    assert real_error(guest, with_path(guest, 0x4100, b"f")) == (0x05, 0x20)
    assert (guest.folder / "f").read_bytes() == b"x"
    close(guest, opened(guest, b"f", 0x40))
    close(guest, handle)
    assert error(with_path(guest, 0x3D42, b"f")) is None


def test_a_buffer_may_cross_the_end_of_a_segment(guest: Guest) -> None:
    (guest.folder / "f").write_bytes(bytes(range(64)))
    handle = opened(guest, b"f")
    segment = guest.scratch >> 4
    assert guest.call(0x3F00, bx=handle, cx=64, ds=segment, dx=0xFFF0).ax == 64
    assert guest.memory.read((segment << 4) + 0xFFF0, 64) == bytes(range(64))


def test_a_handle_table_full_of_nonsense(guest: Guest) -> None:
    psp = guest.dos.psp << 4
    for fill in (0xFE, 0x28, 0x27):  # behind the system file table, and a free entry of it
        guest.memory.fill(psp + 0x18, 20, fill)
        for function in (0x3E00, 0x3F00, 0x4000, 0x4200, 0x4400, 0x4406, 0x4500, 0x5700, 0x6800):
            assert error(guest.call(function, bx=5, cx=1, dx=BUFFER, ds=guest.scratch >> 4)) == 0x06
    guest.dos.files.close_all(guest.dos.psp)
    guest.memory.write(psp + 0x32, b"\xff" * 6)
    assert error(guest.call(0x3F00, bx=0xFFFF, cx=1)) == 0x06


def test_a_child_inherits_what_it_may(guest: Guest) -> None:
    (guest.folder / "f").write_bytes(b"abcdef")
    shared, own = opened(guest, b"f", 0x00), opened(guest, b"f", 0x80)
    parent = guest.dos.psp
    child = (guest.scratch >> 4) + 0x100
    guest.call(0x5500, dx=child, si=0x9FFF)
    assert guest.dos.psp == child
    assert read(guest, shared, 2) == b"ab"
    assert error(guest.call(0x3F00, bx=own, cx=1)) == 0x06
    guest.dos.files.close_all(child)
    guest.dos.psp = parent
    assert read(guest, shared, 2) == b"cd"
    assert read(guest, own, 2) == b"ab"


def test_programs_that_end_leave_no_files_open(guest: Guest) -> None:
    for _ in range(10):
        created(guest, b"f")
    assert held(guest.folder) == 10
    guest.dos.files.close_all(guest.dos.psp)
    assert held(guest.folder) == 0


@covers("21h/5700h")
def test_a_file_deleted_on_the_host_stays_usable(guest: Guest) -> None:
    handle = created(guest, b"f")
    Path(guest.folder / "F").unlink()
    assert write(guest, handle, b"data").ax == 4
    seek(guest, handle, 0)
    assert read(guest, handle, 4) == b"data"
    assert error(guest.call(0x5700, bx=handle)) is None
