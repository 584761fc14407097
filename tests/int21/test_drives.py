from __future__ import annotations

from pathlib import Path

import pytest

from int21.drives import Drives
from int21.errors import DosError, ErrorCode
from int21.host_folder import HostFolder
from tests.covers import covers
from tests.int21.files_guest import DTA, error, find_all, use_dta, with_path
from tests.int21.machine import Guest


def code_of(drives: Drives, path: bytes) -> ErrorCode:
    with pytest.raises(DosError) as raised:
        drives.resolve(path)
    return raised.value.code


def test_letters(tmp_path: Path) -> None:
    drives = Drives(last_drive=3)
    drives.mount("c", HostFolder(tmp_path))
    assert drives.numbers() == [2]
    assert drives.count == 3
    drives.mount("F", HostFolder(tmp_path))
    assert drives.count == 6
    drives.unmount("C")
    assert drives.get("C") is None
    assert code_of(drives, b"c:\\x") is ErrorCode.PATH_NOT_FOUND
    assert drives.resolve(b"f:x").text == b"F:\\X"
    with pytest.raises(ValueError, match="no drive letter"):
        drives.mount("1", HostFolder(tmp_path))


@covers("21h/52h")
def test_mounting_while_running_changes_the_tables(guest: Guest, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    guest.dos.drives.mount("A", HostFolder(tmp_path / "disk"))
    lists = guest.call(0x5200)
    at = (lists.es << 4) + lists.bx
    assert guest.memory.u8(at + 0x20) == 2
    first = guest.memory.u32(at)
    assert guest.memory.u8(((first >> 16) << 4) + (first & 0xFFFF)) == 0
    guest.dos.drives.unmount("A")
    assert guest.memory.u8(at + 0x20) == 1


@covers("21h/5D06h")
def test_the_current_drive_is_in_the_swappable_data_area(guest: Guest, tmp_path: Path) -> None:
    guest.dos.drives.mount("D", HostFolder(tmp_path))
    guest.call(0x0E00, dl=3)
    area = guest.call(0x5D06)
    at = (area.ds << 4) + area.si + 0x16
    assert guest.memory.u8(at) == 3
    guest.memory.set_u8(at, 2)
    assert guest.call(0x1900).al == 2
    guest.memory.set_u8(at, 0xFF)
    assert guest.call(0x1900).al == 3


def test_paths_deeper_than_dos_has_are_not_found(guest: Guest) -> None:
    assert code_of(guest.dos.drives, b"\\12345678" * 8 + b"\\x") is ErrorCode.PATH_NOT_FOUND
    assert guest.dos.drives.resolve(b"\\12345678" * 7 + b"\\12345678.123").path[-1] == b"12345678.123"


def test_searches_in_any_number_of_directories(guest: Guest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("int21.search._NUMBERED", 4)
    monkeypatch.setattr("int21.search._ORDERED", 2)
    for number in range(20):
        (guest.folder / f"d{number}").mkdir()
        (guest.folder / f"d{number}" / "f").write_bytes(b"")
    for number in range(20):
        assert find_all(guest, b"d%d\\*.*" % number, 0x10) == [b".", b"..", b"F"]
    # The oldest searches are over; the newest go on although their slots were dropped.
    for number in (0, 16, 17, 18, 19):
        use_dta(guest, DTA + number * 0x40)
        with_path(guest, 0x4E00, b"d%d\\*.*" % number, cx=0x10)
    answers = []
    for number in (0, 16, 17, 18, 19):
        use_dta(guest, DTA + number * 0x40)
        answers.append(error(guest.call(0x4F00)))
    assert answers == [0x12, None, None, None, None]


def test_whole_files_for_exec(guest: Guest) -> None:
    assert guest.dos.drives.read_whole(b"main.com") == b"\x90"
    for path, code in (
        (b"none", ErrorCode.FILE_NOT_FOUND),
        (b"x\\none", ErrorCode.PATH_NOT_FOUND),
        (b"con", ErrorCode.ACCESS_DENIED),
        (b"\\", ErrorCode.PATH_NOT_FOUND),
    ):
        with pytest.raises(DosError) as raised:
            guest.dos.drives.read_whole(path)
        assert raised.value.code is code
