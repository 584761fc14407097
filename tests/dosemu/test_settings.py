"""Settings: layers, checks, messages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dosemu.mounts import MountError, parse_mount, stacked
from dosemu.settings import Settings, SettingsError, described


def write(folder: Path, text: str, name: str = "dosemu.toml") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def load(*overrides: str) -> Settings:
    return Settings.load(user=None, overrides=overrides)


def test_each_layer_wins_over_the_one_before(tmp_path: Path) -> None:
    user = write(tmp_path / "user", "[cpu]\ncycles = 1\n[dos]\nfiles = 11\nversion = '3.3'\ncountry = 49")
    beside = write(tmp_path / "game", "[cpu]\ncycles = 2\n[dos]\nfiles = 12\nversion = '6.0'")
    config = write(tmp_path, "[cpu]\ncycles = 3\n[dos]\nfiles = 13", "my.toml")
    settings = Settings.load(beside.parent / "GAME.EXE", config, ["cpu.cycles=4"], user=user)
    assert (settings.cpu.cycles, settings.dos.files, settings.dos.version, settings.dos.country) == (4, 13, "6.0", 49)
    assert settings.cpu.type == Settings().cpu.type


def test_a_folder_has_its_own_file_beside_it(tmp_path: Path) -> None:
    write(tmp_path, "[machine]\ntype = 'cga'")
    assert Settings.load(tmp_path, user=None).machine.type == "cga"


def test_the_users_file_is_where_the_platform_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    write(tmp_path / "dosemu", "[display]\nmode = 'none'")
    assert Settings.load().display.mode == "none"


def test_the_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        Settings.load(config=tmp_path / "no.toml", user=None)


@pytest.mark.parametrize(
    ("override", "attribute", "value"),
    [
        ("cpu.cycles=max", "cpu.cycles", "max"),
        ("cpu.cycles=3000", "cpu.cycles", 3000),
        ("cpu.type=Pentium", "cpu.type", "pentium"),
        ("display.columns=40", "display.columns", 40),
        ("sound.mode=wav=out.wav", "sound.mode", "wav=out.wav"),
        ("dos.lastdrive=e", "dos.drives", 5),
        ("dos.start_time=1999-12-31T23:59:59", "dos.start_time", "1999-12-31T23:59:59"),
        ("dos.environment.blaster=A220 I7", "dos.environment", {"BLASTER": "A220 I7"}),
    ],
)
def test_set(override: str, attribute: str, value: object) -> None:
    settings: Any = load(override)
    for name in attribute.split("."):
        settings = getattr(settings, name)
    assert settings == value


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("cpu.type=z80", "--set: cpu.type: 'z80' does not do: 8086, 286, 386, 486, pentium"),
        ("cpu.cycles=0", "--set: cpu.cycles: '0' does not do: auto, max, 1 to 10000000"),
        ("cpu.speed=1", "--set: cpu.speed: no such setting; [cpu] has type, cycles"),
        ("cpu.cycles.x=1", "--set: cpu.cycles.x: no such setting; [cpu] has type, cycles"),
        (
            "cpx.type=1",
            "--set: cpx.type: no such section; there are machine, cpu, memory, dos, display, sound, keyboard, "
            "joystick, printer, serial, "
            "mounts",
        ),
        ("cycles=1", "--set cycles=1: write section.key=value"),
        ("cpu.cycles", "--set cpu.cycles: write section.key=value"),
        (
            "mounts.CC=x",
            "--set: mounts.CC: 'CC=x': write LETTER=FOLDER[:ro|:overlay=FOLDER|:cdrom][:label=NAME] "
            "or LETTER=IMAGE[,IMAGE...][:ro]",
        ),
        ("display.columns=132", "--set: display.columns: '132' does not do: 40, 80"),
    ],
)
def test_wrong_overrides_say_what_is_right(override: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(override)
    assert str(caught.value) == message


@pytest.mark.parametrize("version", ["5", "5.", ".5", "five", "0.9", "5.123", "", "٥.٠"])
def test_wrong_versions(version: str) -> None:
    with pytest.raises(SettingsError):
        load(f"dos.version={version}")


@pytest.mark.parametrize("time", ["1979-12-31", "2100-01-01", "yesterday", ""])
def test_times_a_pc_cannot_show(time: str) -> None:
    with pytest.raises(SettingsError, match="years 1980 to 2099"):
        load(f"dos.start_time={time}")


def test_power_on_time() -> None:
    now = datetime(2001, 2, 3, 4, 5)
    assert load().dos.power_on(now) == now
    assert load("dos.start_time=1995-06-07").dos.power_on(now) == datetime(1995, 6, 7)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[cpu]\ntype = 386", None),
        ("[dos]\nversion = 6.22", None),
        ("[dos]\nstart_time = 1995-01-31T12:00:00", None),
        ("[dos.environment]\nPATH = 'C:\\'", None),
        ("[cpu]\ntype = true", "cpu.type: True does not do"),
        ("[cpu]\ncycles = 1.5", "cpu.cycles: 1.5 does not do"),
        ("[memory]\nsize_mb = true", "memory.size_mb: True does not do: 1 to 256"),
        ("[memory]\nsize_mb = []", "memory.size_mb: [] does not do"),
        ("[dos]\nenvironment = 'A=B'", "dos.environment: 'A=B' does not do: a table of texts"),
        ("[dos.environment]\n'A=B' = 'C'", "dos.environment"),
        ("cycles = 3", "cycles: no such section"),
        ("[nothing]", "[nothing]: no such section"),
        ("[mounts]\nC = 3", "mounts.C: 3 does not do"),
        ("[cpu", "Expected ']'"),
        ("\0", "Invalid"),
    ],
)
def test_files(tmp_path: Path, text: str, words: str | None) -> None:
    path = write(tmp_path, text)
    if words is None:
        assert Settings.load(config=path, user=None) != Settings()
        return
    with pytest.raises(SettingsError) as caught:
        Settings.load(config=path, user=None)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert words in message
    assert "\n" not in message


def test_a_file_of_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "dosemu.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="can't decode"):
        Settings.load(tmp_path, user=None)


def test_environments_of_all_layers_are_joined(tmp_path: Path) -> None:
    config = write(tmp_path, "[dos.environment]\nA = '1'\nB = '2'")
    settings = Settings.load(config=config, overrides=["dos.environment.b=3"], user=None)
    assert settings.dos.environment == {"A": "1", "B": "3"}


def test_folders_in_a_file_start_at_the_file(tmp_path: Path) -> None:
    config = write(tmp_path, "[mounts]\nD = 'data:ro'\nE = '/abs:overlay=new'")
    mounts = Settings.load(config=config, user=None).mounts
    assert (mounts["D"].path, mounts["D"].read_only) == (tmp_path / "data", True)
    assert (mounts["E"].path, mounts["E"].overlay) == (Path("/abs"), tmp_path / "new")


@pytest.mark.parametrize(
    ("changes", "override"),
    [
        ({"cycles": 100}, "cpu.cycles=100"),
        ({"machine": "cga"}, "machine.type=cga"),
        ({"display": "none"}, "display.mode=none"),
        ({"cpu": "386"}, "cpu.type=386"),
        ({"cpu__type": "386"}, "cpu.type=386"),
        ({"dos.files": 20}, "dos.files=20"),
        ({"version": "6.22"}, "dos.version=6.22"),
        ({"environment": {"A": "1"}}, "dos.environment.A=1"),
        ({"mounts": {"d": "games:ro"}}, "mounts.D=games:ro"),
    ],
)
def test_changes_by_name(changes: dict[str, Any], override: str) -> None:
    assert Settings().with_(**changes) == load(override) != Settings()


@pytest.mark.parametrize(("name", "words"), [("mode", "which one"), ("typo", "no such setting"), ("a__b", "section")])
def test_changes_by_unclear_names(name: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Settings().with_(**{name: 1})


def test_changing_leaves_the_original_alone() -> None:
    before = Settings()
    before.with_(environment={"A": "1"}, cycles=1)
    assert before == Settings()


def test_every_setting_is_described_and_its_default_is_allowed() -> None:
    for section, key, accepts, about in described():
        default = getattr(getattr(Settings(), section), key)
        assert accepts
        assert about
        assert Settings().with_(**{f"{section}.{key}": default}) == Settings()


@pytest.mark.parametrize(
    ("text", "letter", "path", "kind", "read_only", "overlay"),
    [
        ("C=games", "C", "games", "folder", False, None),
        ("c:=games:ro", "C", "games", "folder", True, None),
        ("C=a:b", "C", "a:b", "folder", False, None),
        ("C=a=b", "C", "a=b", "folder", False, None),
        ("D=cd:cdrom", "D", "cd", "cdrom", True, None),
        ("D=disc.ISO", "D", "disc.ISO", "image", False, None),
        ("E=x:overlay=y", "E", "x", "folder", False, "y"),
    ],
)
def test_mounts(text: str, letter: str, path: str, kind: str, read_only: bool, overlay: str | None) -> None:
    spec = parse_mount(text)
    assert (spec.letter, spec.path, spec.kind, spec.read_only) == (letter, Path(path), kind, read_only)
    assert spec.overlay == (None if overlay is None else Path(overlay))


@pytest.mark.parametrize("text", ["", "C", "C=", "=x", "1=x", "CD=x", "C=:ro", "Ä=x", "C=a\0b", "C=a:ro:overlay=b"])
def test_wrong_mounts(text: str) -> None:
    with pytest.raises(MountError) as caught:
        parse_mount(text)
    assert "\n" not in str(caught.value)


def test_several_disks_for_a_drive(tmp_path: Path) -> None:
    config = tmp_path / "dosemu.toml"
    config.write_text('[mounts]\nA = ["1.img", "2.img"]\nD = "cd:cdrom:label=GAME DISC"\nC = "a,b"\n')
    mounts = Settings.load(config=config, user=None).mounts
    assert [disk.path for disk in mounts["A"].disks] == [tmp_path / "1.img", tmp_path / "2.img"]
    assert (mounts["D"].label, mounts["D"].kind, mounts["D"].disks) == ("GAME DISC", "cdrom", (mounts["D"],))
    assert mounts["C"].path == tmp_path / "a,b"  # no images: a comma of the name
    config.write_text("[mounts]\nA = []\n")
    with pytest.raises(SettingsError):
        Settings.load(config=config, user=None)


def test_disks_for_one_letter_are_collected_and_folders_replaced() -> None:
    mounts = stacked(map(parse_mount, ("A=1.img", "C=one", "a=2.img,3.img:ro", "C=two", "D=x.iso", "D=y:cdrom")))
    assert [(str(disk.path), disk.read_only) for disk in mounts["A"].disks] == [
        ("1.img", False), ("2.img", True), ("3.img", True),
    ]  # fmt: skip
    assert [str(disk.path) for disk in mounts["D"].disks] == ["x.iso", "y"]
    assert mounts["C"].disks == (parse_mount("C=two"),)
