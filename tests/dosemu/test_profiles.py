"""Settings that are known for a program, found by its file, and where they stand among the layers."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from dosemu import profiles
from dosemu.cpu_speeds import CPU_SPEEDS, class_of
from dosemu.errors import SettingsError
from dosemu.settings import Settings
from frontend.options import UsageError, parse

MINE = """
[game]
title = "The Game"
files = ["GAME*.EXE"]
sizes = [4, 5]
beside = ["*.DAT"]
[game.settings]
cpu.cycles = 6000
machine.type = "cga"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's configuration with a profile, and the game it is for in ``games``."""
    (tmp_path / "profiles.toml").write_text(MINE)
    folder = tmp_path / "games"
    folder.mkdir()
    (folder / "game2.exe").write_bytes(b"MZ..")
    (folder / "level.dat").touch()
    return tmp_path


def load(home: Path, name: str = "game2.exe", **options: bool) -> Settings:
    return Settings.load(home / "games" / name, user=home / "dosemu.toml", **options)


def test_a_profile_of_the_user_counts(home: Path) -> None:
    settings = load(home)
    assert (settings.cpu.cycles, settings.machine.type, settings.profile) == (6000, "cga", "The Game")
    assert load(home, with_profiles=False).cpu.cycles == "auto"


@pytest.mark.parametrize("change", ["another size", "another name", "nothing beside"])
def test_all_that_is_given_must_hold(home: Path, change: str) -> None:
    game = home / "games" / "game2.exe"
    match change:
        case "another size":
            game.write_bytes(b"MZ....")
        case "another name":
            game = game.rename(game.with_name("play.exe"))
        case _:
            (home / "games" / "level.dat").unlink()
    assert load(home, game.name).profile == ""


def test_the_file_beside_the_program_and_the_command_line_win(home: Path) -> None:
    (home / "dosemu.toml").write_text("cpu.cycles = 100\nmachine.type = 'ega'\n")
    assert (load(home).cpu.cycles, load(home).machine.type) == (6000, "cga")
    (home / "games" / "dosemu.toml").write_text("cpu.cycles = 200\n")
    assert (load(home).cpu.cycles, load(home).machine.type) == (200, "cga")
    settings = Settings.load(home / "games" / "game2.exe", None, ["machine.type=vga"], user=home / "dosemu.toml")
    assert (settings.cpu.cycles, settings.machine.type) == (200, "vga")


def test_a_hash_names_one_file_only(home: Path) -> None:
    digest = hashlib.sha256(b"MZ..").hexdigest()
    (home / "profiles.toml").write_text(
        f'[x]\nfiles = ["*.EXE"]\nsha256 = ["{digest}"]\n[x.settings]\ncpu.cycles = 5\n'
    )
    profiles.read.cache_clear()
    assert load(home).cpu.cycles == 5
    (home / "games" / "game2.exe").write_bytes(b"MZ.,")
    assert load(home).cpu.cycles == "auto"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[x\n", "profiles.toml: "),
        ("x = 1\n", "[x]: a profile has files"),
        ('[x]\nfiles = ["A"]\n', "[x]: a profile has files"),
        ('[x]\nfiles = ["A"]\nsize = [3]\n[x.settings]\n', "[x]: size: a profile has"),
        ('[x]\nfiles = ["A"]\nsizes = ["3"]\n[x.settings]\n', "sizes is a list of numbers"),
        ('[x]\nfiles = ["A"]\n[x.settings]\ncycles = 3\n', "settings are written section.key"),
        (
            '[x]\nfiles = ["GAME2.EXE"]\n[x.settings]\ncpu.cycles = "snail"\n',
            "profile x: cpu.cycles: 'snail' does not do",
        ),
    ],
)
def test_a_wrong_profile_is_said_in_one_line(home: Path, text: str, said: str) -> None:
    (home / "profiles.toml").write_text(text)
    profiles.read.cache_clear()
    with pytest.raises(SettingsError) as caught:
        load(home)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_shipped_profile_is_right() -> None:
    shipped = profiles.read(profiles.SHIPPED)
    assert shipped
    for profile in shipped:
        assert list(profile.settings())
        assert Settings()._with_profile(profile).profile == profile.title
        assert profile.sha256 or profile.beside  # a name alone may be anybody's


@pytest.mark.parametrize("name", list(CPU_SPEEDS))
def test_a_pc_by_name_is_its_speed(name: str) -> None:
    assert parse(["--cpu-speed", name.upper(), "GAME.EXE"]).overrides == (f"cpu.cycles={CPU_SPEEDS[name]}",)
    assert class_of(CPU_SPEEDS[name]) == name
    with pytest.raises(UsageError, match="no PC is called"):
        parse(["--cpu-speed", f"{name}x", "GAME.EXE"])
