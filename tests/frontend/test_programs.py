"""Naming a program: as DOS people type names, and by its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosemu.errors import ProgramNotFound
from frontend.programs import find_program


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(b"\xc3")


def test_a_name_is_found_in_any_case_and_without_its_suffix(tmp_path: Path) -> None:
    touch(tmp_path, "Game.Exe", "GAME.BAT", "tool.com")
    assert find_program(str(tmp_path / "GAME.EXE")).name == "Game.Exe"
    assert find_program(str(tmp_path / "game")).name == "Game.Exe"
    assert find_program(str(tmp_path / "TOOL")).name == "tool.com"


def test_a_folder_is_found_as_one(tmp_path: Path) -> None:
    assert find_program(str(tmp_path)) == tmp_path


@pytest.mark.parametrize("name", ["missing.exe", "no/such/folder/x.exe", "", "nul\0byte", "a\nb"])
def test_what_is_not_there_is_one_line_and_status_127(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProgramNotFound) as caught:
        find_program(name)
    assert caught.value.exit_status == 127
    assert str(caught.value).isprintable()
