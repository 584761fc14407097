"""Long file names at the prompt, as Windows 95's COMMAND.COM has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dosemu.shell.conftest import Shell
from tests.int21.fat import images

LONG = {"dos__version": "7.10"}


@pytest.fixture
def files(shell: Shell) -> Shell:
    shell.put("A long name.text", "one\n")
    shell.put("page.html", "two\n")
    shell.put("page.htm", "three\n")
    shell.put("Program Files/Inner file.txt", "four\n")
    return shell


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")} - {"EXITS.COM", "TAIL.COM"}


def test_dir_shows_full_names(files: Shell) -> None:
    lines = files.run("dir", **LONG).splitlines()
    assert any(line.startswith("ALONGN~1 TEX ") and line.endswith(" A long name.text") for line in lines)
    assert files.run("dir /b *.html", **LONG) == "page.html\n"
    assert files.run('dir /b "a long*"', **LONG) == "A long name.text\n"
    assert files.run('dir /s /b "program files"', **LONG) == "C:\\Program Files\\Inner file.txt\n"
    assert "ALONGN~1.TEX" in files.run("dir /b")  # DOS 5 has none


def test_names_in_quotes_and_without(files: Shell) -> None:
    said = files.run('type "a LONG name.text"', "type page.html", 'cd "program files"', "cd", "type inne*",
                     'type "Inner file.txt"', 'type "\\A long name.text"', **LONG)  # fmt: skip
    assert said.replace("Invalid filename or file not found\n", "") == "one\ntwo\nC:\\Program Files\nfour\none\n"


def test_what_is_made_gets_the_full_name(files: Shell) -> None:
    files.run('md "New Folder"', "copy page.html NewPage.html", 'copy "a long name.text" "new folder"',
              'copy "a long name.text" "new folder\\Another Copy.doc"', 'ren page.htm "Old page.htm"',
              'echo x>"Said here.txt"', 'copy page.html+"Said here.txt" "Both of them.txt"',
              'move "Said here.txt" "New Folder"', **LONG)  # fmt: skip
    assert names(files.folder) == {
        "A long name.text", "page.html", "NewPage.html", "Old page.htm", "Both of them.txt", "Program Files",
        "Inner file.txt", "New Folder", "Another Copy.doc", "Said here.txt",
    }  # fmt: skip
    assert (files.folder / "New Folder" / "A long name.text").read_bytes() == b"one\r\n"
    assert (files.folder / "New Folder" / "Said here.txt").exists()


def test_del_by_a_long_pattern_leaves_the_others(files: Shell) -> None:
    files.run("del *.html", **LONG)
    assert {"page.htm"} <= names(files.folder)
    assert "page.html" not in names(files.folder)
    text = files.run('if exist "A long name.text" echo yes', 'if exist "No long name" echo no', **LONG)
    assert text == "yes\n"


def test_trees_are_copied_with_their_names(files: Shell, tmp_path: Path) -> None:
    disk = images.make(tmp_path / "a.img", 1440, 12, "DISK")
    mounts = {"A": str(disk), "C": str(files.folder)}
    files.run('xcopy "program files\\*.*" a:\\ /s', 'xcopy *.html "A:\\Of the net\\"', mounts=mounts, **LONG)
    assert images.get(disk, "Inner file.txt") == b"four\r\n"
    assert images.get(disk, "Of the net/page.html") == b"two\r\n"
    images.check(disk)


def test_any_words_are_harmless(files: Shell) -> None:
    before = names(files.folder)
    files.run('dir "', 'type "\\\\..\\', 'cd "a:b:c', 'dir """"', 'copy "" ""', 'ren "x" "', 'md "a/b:c*"', "del *?\"",
              'rd "."', 'move "" x', 'type "con', 'dir "......"', **LONG)  # fmt: skip
    assert names(files.folder) == before
