from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from int21 import zip_folder
from int21.drive import Attribute
from int21.errors import DosError, ErrorCode
from int21.timestamps import pack
from int21.zip_folder import ZipFolder


def archive(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "game.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(zipfile.ZipInfo(name, (1994, 5, 31, 6, 22, 0)), data)
    return path


def test_files_in_folders_are_read_by_their_dos_names(tmp_path: Path) -> None:
    drive = ZipFolder(
        archive(tmp_path, {"Game/Größe.txt": b"big", "Game/maps/level one.dat": b"0123456789", "empty/": b""})
    )
    assert drive.names(()) == (b"EMPTY", b"GAME")
    assert drive.names((b"GAME",)) == (b"GR\x99\xe1E.TXT", b"MAPS")
    file = drive.open((b"GAME", b"MAPS", b"LEVELO~1.DAT"), writable=False)
    assert (file.read(4, 3), file.read(8, 9), file.size()) == (b"456", b"89", 10)
    assert drive.entry((b"GAME", b"MAPS", b"LEVELO~1.DAT")).stamp == pack(1994, 5, 31, 6, 22, 0)
    assert drive.long_names((b"GAME", b"MAPS")) == {b"LEVELO~1.DAT": "level one.dat"}


@pytest.mark.parametrize("name", ["../up.txt", "/etc/passwd", "C:\\a.txt", "a/../../b", "..\\..\\c", "x\x01y"])
def test_names_that_lead_out_are_not_seen(tmp_path: Path, name: str) -> None:
    drive = ZipFolder(archive(tmp_path, {name: b"bad", "good.txt": b"good"}))
    assert drive.names(()) == (b"GOOD.TXT",)


def test_nothing_can_be_changed(tmp_path: Path) -> None:
    path = archive(tmp_path, {"a.txt": b"a", "d/b.txt": b"b"})
    before = path.read_bytes()
    drive = ZipFolder(path)
    for act in (
        lambda: drive.open((b"A.TXT",), writable=True),
        lambda: drive.create((b"NEW",), Attribute(0)),
        lambda: drive.delete((b"A.TXT",)),
        lambda: drive.rename((b"A.TXT",), (b"B.TXT",)),
        lambda: drive.make_directory((b"E",)),
        lambda: drive.remove_directory((b"D",)),
        lambda: drive.set_attributes((b"A.TXT",), Attribute.HIDDEN),
    ):
        with pytest.raises(DosError) as caught:
            act()
        assert caught.value.code is ErrorCode.ACCESS_DENIED
    assert path.read_bytes() == before


def test_a_file_that_would_unpack_to_too_much_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_folder, "LARGEST", 1000)
    drive = ZipFolder(archive(tmp_path, {"bomb": bytes(1001), "fine": bytes(1000)}))
    assert drive.open((b"FINE",), writable=False).size() == 1000
    with pytest.raises(DosError) as caught:
        drive.open((b"BOMB",), writable=False)
    assert caught.value.code is ErrorCode.ACCESS_DENIED


def walk(drive: ZipFolder, path: tuple[bytes, ...] = ()) -> None:
    for name in drive.names(path):
        inside = (*path, name)
        try:
            if drive.entry(inside).is_directory:
                walk(drive, inside)
            else:
                drive.open(inside, writable=False).read(0, 1000)
        except DosError:
            continue


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=8))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_archives_give_dos_errors(tmp_path: Path, damage: list[tuple[int, int]]) -> None:
    path = archive(tmp_path, {"a/b.txt": b"text" * 20, "c.txt": b"c"})
    data = bytearray(path.read_bytes())
    for position, value in damage:
        data[position % len(data)] = value
    path.write_bytes(data)
    try:
        drive = ZipFolder(path)
    except ValueError:
        return
    walk(drive)
    drive.close()
