from __future__ import annotations

import os
import socket
import stat
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from int21 import host_attributes
from int21.drive import Attribute
from int21.drives import Drives
from int21.errors import DosError, ErrorCode
from int21.host_attributes import HostAttributes
from int21.host_folder import HostFolder
from int21.host_tree import HostTree


def listing(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def code_of(act: object, *args: object, **kwargs: object) -> ErrorCode | None:
    try:
        act(*args, **kwargs)  # type: ignore[operator]
    except DosError as error:
        return error.code
    return None


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    return folder


def test_names_of_any_case_are_one_file(inside: Path) -> None:
    (inside / "ReadMe.Txt").write_bytes(b"x")
    drive = HostFolder(inside)
    assert drive.entry((b"README.TXT",)).size == 1
    file, new = drive.create((b"README.TXT",), Attribute(0))
    file.write(0, b"changed")
    assert not new
    assert listing(inside) == ["ReadMe.Txt"]
    assert (inside / "ReadMe.Txt").read_bytes() == b"changed"


def test_new_files_are_called_as_dos_calls_them(inside: Path) -> None:
    drive = HostFolder(inside)
    drive.create((b"NEW\x8e.TXT",), Attribute(0))[0].close()
    drive.make_directory((b"SUB",))
    assert listing(inside) == ["NEWÄ.TXT", "SUB"]


def test_changes_on_the_host_are_seen_at_once(inside: Path) -> None:
    drive = HostFolder(inside)
    assert drive.names(()) == ()
    for number in range(20):
        (inside / f"f{number}").write_bytes(b"")
        assert len(drive.names(())) == number + 1
        assert drive.entry((b"F%d" % number,)).size == 0


def test_an_unchanged_folder_is_not_listed_again(inside: Path) -> None:
    (inside / "a").write_bytes(b"")
    os.utime(inside, (1, 1))
    drive = HostFolder(inside)
    assert drive.names(()) is drive.names(())


def test_thousands_of_files_can_be_made_and_deleted(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listings = 0
    scan = HostTree._scan

    def counted(tree: HostTree, *args: object) -> None:
        nonlocal listings
        listings += 1
        scan(tree, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(HostTree, "_scan", counted)
    monkeypatch.setattr("int21.host_tree._SETTLED_NS", 10_000_000_000)
    drive = HostFolder(inside)
    for number in range(300):
        drive.create((b"F%d" % number,), Attribute(0))[0].close()
    drive.make_directory((b"DIR",))
    for number in range(0, 300, 2):
        drive.delete((b"F%d" % number,))
    drive.remove_directory((b"DIR",))
    assert drive.names(()) == tuple(sorted(b"F%d" % number for number in range(1, 300, 2)))
    assert listings < 10
    assert listing(inside) == [name.decode() for name in drive.names(())]


def test_what_the_host_does_beside_the_guest_is_seen(inside: Path) -> None:
    drive = HostFolder(inside)
    drive.create((b"GUEST",), Attribute(0))[0].close()
    (inside / "host").write_bytes(b"")
    time.sleep(0.06)
    assert drive.names(()) == (b"GUEST", b"HOST")


def test_links_out_of_the_folder_do_not_exist(inside: Path, tmp_path: Path) -> None:
    (inside / "out.txt").symlink_to(tmp_path / "secret.txt")
    (inside / "up").symlink_to("..")
    (inside / "abs").symlink_to("/")
    (inside / "gone").symlink_to("nothing")
    (inside / "loop").symlink_to("loop")
    (inside / "here").symlink_to(".")
    (inside / "sub").mkdir()
    (inside / "sub" / "parent").symlink_to("..")
    drive = HostFolder(inside)
    assert drive.names(()) == (b"SUB",)
    assert drive.names((b"SUB",)) == ()
    assert code_of(drive.open, (b"OUT.TXT",), writable=False) is ErrorCode.FILE_NOT_FOUND
    assert code_of(drive.names, (b"UP",)) is ErrorCode.PATH_NOT_FOUND


def test_links_inside_the_folder_are_what_they_lead_to(inside: Path) -> None:
    (inside / "data").mkdir()
    (inside / "data" / "real.txt").write_bytes(b"real")
    (inside / "link.txt").symlink_to("data/real.txt")
    (inside / "dir").symlink_to(inside / "data")
    drive = HostFolder(inside)
    assert drive.open((b"LINK.TXT",), writable=False).read(0, 9) == b"real"
    assert drive.open((b"DIR", b"REAL.TXT"), writable=False).read(0, 9) == b"real"
    drive.delete((b"LINK.TXT",))
    assert (inside / "data" / "real.txt").exists()
    assert not (inside / "link.txt").is_symlink()


def test_a_folder_swapped_for_a_link_is_not_followed(inside: Path, tmp_path: Path) -> None:
    (inside / "sub").mkdir()
    (inside / "sub" / "secret.txt").write_bytes(b"mine")
    drive = HostFolder(inside)
    os.utime(inside, (1, 1))
    assert drive.entry((b"SUB", b"SECRET.TXT")).size == 4
    listed = drive.names(())
    (inside / "sub").rename(tmp_path / "moved")
    (inside / "sub").symlink_to(tmp_path)
    os.utime(inside, (1, 1))  # the listing that was kept looks fresh
    assert drive.names(()) is listed
    assert code_of(drive.open, (b"SUB", b"SECRET.TXT"), writable=False) is ErrorCode.PATH_NOT_FOUND


def test_a_file_swapped_for_a_link_is_not_followed(inside: Path, tmp_path: Path) -> None:
    (inside / "a.txt").write_bytes(b"mine")
    drive = HostFolder(inside)
    os.utime(inside, (1, 1))
    listed = drive.names(())
    (inside / "a.txt").unlink()
    (inside / "a.txt").symlink_to(tmp_path / "secret.txt")
    os.utime(inside, (1, 1))
    assert drive.names(()) is listed
    assert code_of(drive.open, (b"A.TXT",), writable=False) is not None
    assert code_of(drive.create, (b"A.TXT",), Attribute(0)) is not None
    assert (tmp_path / "secret.txt").read_text() == "secret"


def test_special_files_do_not_exist(inside: Path) -> None:
    os.mkfifo(inside / "fifo")
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(inside / "socket"))
    (inside / "null").symlink_to("/dev/null")
    drive = HostFolder(inside)
    assert drive.names(()) == ()
    assert code_of(drive.open, (b"FIFO",), writable=False) is ErrorCode.FILE_NOT_FOUND
    server.close()


def test_a_file_that_the_guest_cannot_see_is_not_overwritten(inside: Path, tmp_path: Path) -> None:
    (inside / "OUT.TXT").symlink_to(tmp_path / "secret.txt")
    (inside / "a").write_bytes(b"a")
    drive = HostFolder(inside)
    assert code_of(drive.create, (b"OUT.TXT",), Attribute(0)) is ErrorCode.ACCESS_DENIED
    assert code_of(drive.rename, (b"A",), (b"OUT.TXT",)) is ErrorCode.ACCESS_DENIED
    assert (inside / "OUT.TXT").is_symlink()
    assert (tmp_path / "secret.txt").read_text() == "secret"


def test_a_read_only_mount_changes_nothing(inside: Path) -> None:
    (inside / "a").write_bytes(b"a")
    (inside / "d").mkdir()
    drive = HostFolder(inside, read_only=True)
    denied = [
        code_of(drive.create, (b"NEW",), Attribute(0)),
        code_of(drive.create, (b"A",), Attribute(0)),
        code_of(drive.open, (b"A",), writable=True),
        code_of(drive.delete, (b"A",)),
        code_of(drive.rename, (b"A",), (b"B",)),
        code_of(drive.make_directory, (b"E",)),
        code_of(drive.remove_directory, (b"D",)),
        code_of(drive.set_attributes, (b"A",), Attribute.READ_ONLY),
    ]
    protected = [ErrorCode.WRITE_PROTECTED]
    assert denied == protected * 2 + [ErrorCode.ACCESS_DENIED] + protected * 5, (
        "a file opens like one without permission"
    )
    assert listing(inside) == ["a", "d"]
    assert (inside / "a").read_bytes() == b"a"
    assert drive.open((b"A",), writable=False).read(0, 1) == b"a"


def test_read_only_is_the_hosts_write_permission(inside: Path) -> None:
    (inside / "a").write_bytes(b"a")
    drive = HostFolder(inside)
    drive.set_attributes((b"A",), Attribute.READ_ONLY)
    assert stat.S_IMODE((inside / "a").stat().st_mode) & 0o222 == 0
    assert drive.entry((b"A",)).attributes == Attribute.READ_ONLY
    assert code_of(drive.open, (b"A",), writable=True) is ErrorCode.ACCESS_DENIED
    assert code_of(drive.create, (b"A",), Attribute(0)) is ErrorCode.ACCESS_DENIED
    assert code_of(drive.delete, (b"A",)) is ErrorCode.ACCESS_DENIED
    drive.set_attributes((b"A",), Attribute.ARCHIVE)
    drive.delete((b"A",))
    assert listing(inside) == []


@pytest.mark.parametrize("use_xattr", [True, False])
def test_hidden_and_system_are_remembered(inside: Path, monkeypatch: pytest.MonkeyPatch, use_xattr: bool) -> None:
    monkeypatch.setattr("int21.host_folder.HostAttributes", lambda **_: HostAttributes(use_xattr=use_xattr))
    drive = HostFolder(inside)
    drive.create((b"A",), Attribute.HIDDEN | Attribute.READ_ONLY)[0].close()
    assert drive.entry((b"A",)).attributes == Attribute.HIDDEN | Attribute.READ_ONLY | Attribute.ARCHIVE
    drive.set_attributes((b"A",), Attribute.SYSTEM)
    assert drive.entry((b"A",)).attributes == Attribute.SYSTEM
    drive.set_attributes((b"A",), Attribute.ARCHIVE)
    assert drive.entry((b"A",)).attributes == Attribute.ARCHIVE


def test_attributes_are_those_other_programs_leave(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (inside / "a").write_bytes(b"")
    monkeypatch.setattr(host_attributes.os, "getxattr", lambda *_, **__: b"0x22\x00\x00\x04\x00")
    assert HostFolder(inside).entry((b"A",)).attributes == Attribute.HIDDEN | Attribute.ARCHIVE


def test_times_are_local_and_in_steps_of_two_seconds(inside: Path) -> None:
    (inside / "a").write_bytes(b"")
    moment = time.mktime((1994, 7, 8, 12, 34, 57, 0, 0, -1))
    os.utime(inside / "a", (moment, moment))
    drive = HostFolder(inside)
    date, clock = drive.entry((b"A",)).stamp
    assert (date >> 9, date >> 5 & 15, date & 31) == (14, 7, 8)
    assert (clock >> 11, clock >> 5 & 63, clock & 31) == (12, 34, 28)
    file = drive.open((b"A",), writable=True)
    file.set_stamp((date, clock - 1))
    assert (inside / "a").stat().st_mtime == moment - 3


def test_a_file_that_is_gone_can_still_be_used(inside: Path) -> None:
    drive = HostFolder(inside)
    file, _ = drive.create((b"A",), Attribute(0))
    (inside / "A").unlink()
    assert file.write(0, b"still here") == 10
    assert file.read(6, 10) == b"here"


def test_space_is_what_old_programs_understand(inside: Path) -> None:
    space = HostFolder(inside).space()
    assert space.free <= space.clusters <= 0xFFFF
    assert space.clusters * space.sectors_per_cluster * space.bytes_per_sector < 1 << 31


def test_a_full_disk_gives_a_short_count() -> None:
    fd = os.open("/dev/full", os.O_RDWR)
    from int21.host_file import HostFile

    assert HostFile(fd).write(0, b"data") == 0


def test_directories_move_nowhere_and_files_do(inside: Path) -> None:
    (inside / "d" / "e").mkdir(parents=True)
    (inside / "f").write_bytes(b"f")
    drive = HostFolder(inside)
    drive.rename((b"F",), (b"D", b"G"))
    assert (inside / "d" / "G").read_bytes() == b"f"
    drive.rename((b"D", b"E"), (b"D", b"H"))
    assert (inside / "d" / "H").is_dir()
    assert code_of(drive.rename, (b"D", b"H"), (b"H",)) is ErrorCode.ACCESS_DENIED
    assert code_of(drive.remove_directory, (b"D",)) is ErrorCode.ACCESS_DENIED
    assert code_of(drive.rename, (b"D", b"G"), (b"D", b"H")) is ErrorCode.ACCESS_DENIED


HOSTILE = st.text(st.sampled_from("./\\:~ab*?\0\x7f \xe9"), max_size=24).map(lambda t: t.encode("cp437"))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=HOSTILE | st.binary(max_size=40))
def test_no_path_leads_out(tmp_path: Path, path: bytes) -> None:
    inside = tmp_path / "inside"
    if not inside.exists():
        (inside / "a" / "b").mkdir(parents=True)
        (inside / "link").symlink_to("..")
        (tmp_path / "a").mkdir()
        (tmp_path / "b").write_bytes(b"outside")
    drives = Drives()
    drives.mount("C", HostFolder(inside))
    try:
        place = drives.resolve(path)
    except DosError:
        return
    if place.device is None and place.path:
        try:
            place.drive.create(place.path, Attribute(0))[0].write(0, b"x")
            place.drive.delete(place.path)
        except DosError:
            pass
        try:
            place.drive.make_directory(place.path)
            place.drive.remove_directory(place.path)
        except DosError:
            pass
    place.drive.close()
    assert listing(tmp_path) == ["a", "b", "inside"]
    assert (tmp_path / "b").read_bytes() == b"outside"
    assert listing(tmp_path / "a") == []
