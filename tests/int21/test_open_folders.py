from __future__ import annotations

import os
from pathlib import Path

import pytest

from int21.open_folders import OpenFolders


@pytest.fixture
def folders(tmp_path: Path) -> OpenFolders:
    (tmp_path / "root" / "a" / "b").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    return OpenFolders(os.open(tmp_path / "root", os.O_RDONLY | os.O_DIRECTORY))


def inode(fd: int) -> int:
    return os.fstat(fd).st_ino


def test_a_folder_is_opened_once(folders: OpenFolders, tmp_path: Path) -> None:
    first = folders.folder(("a", "b"))
    assert inode(first) == (tmp_path / "root/a/b").stat().st_ino
    assert folders.folder(("a", "b")) == first
    folders.close()


def test_another_folder_in_its_place_is_seen(folders: OpenFolders, tmp_path: Path) -> None:
    folders.folder(("a", "b"))
    (tmp_path / "root/a").rename(tmp_path / "root/old")
    (tmp_path / "root/a/b").mkdir(parents=True)
    assert inode(folders.folder(("a", "b"))) == (tmp_path / "root/a/b").stat().st_ino
    folders.close()


def test_a_link_in_its_place_is_not_followed(folders: OpenFolders, tmp_path: Path) -> None:
    folders.folder(("a",))
    (tmp_path / "root/a/b").rmdir()
    (tmp_path / "root/a").rmdir()
    (tmp_path / "root/a").symlink_to(tmp_path / "outside")
    with pytest.raises(OSError):  # noqa: PT011 - which one is the host's business
        folders.folder(("a",))
    folders.close()


def test_a_moved_folder_is_gone(folders: OpenFolders, tmp_path: Path) -> None:
    folders.folder(("a", "b"))
    (tmp_path / "root/a/b").rename(tmp_path / "outside/b")
    with pytest.raises(FileNotFoundError):
        folders.folder(("a", "b"))
    folders.close()


def test_few_stay_open(folders: OpenFolders, tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"root/{number}").mkdir()
        folders.folder((str(number),))
    below = [fd for fd in Path("/proc/self/fd").iterdir() if fd.exists() and fd.readlink().is_relative_to(tmp_path)]
    assert len(below) <= 130
    folders.close()
    assert not [fd for fd in Path("/proc/self/fd").iterdir() if fd.exists() and fd.readlink().is_relative_to(tmp_path)]
