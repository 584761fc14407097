from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from int21.drive import Attribute
from int21.errors import DosError, ErrorCode
from int21.host_folder import HostFolder
from int21.overlay import OverlayFolder
from int21.timestamps import pack


def tree(folder: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def below(tmp_path: Path) -> Path:
    folder = tmp_path / "below"
    (folder / "Saved games").mkdir(parents=True)
    (folder / "game.exe").write_bytes(b"program")
    (folder / "A long name.html").write_bytes(b"long")
    (folder / "Saved games" / "one.sav").write_bytes(b"1")
    return folder


@pytest.fixture
def above(tmp_path: Path) -> Path:
    folder = tmp_path / "above"
    folder.mkdir()
    return folder


def write(drive: OverlayFolder, path: tuple[bytes, ...], data: bytes) -> None:
    file, _ = drive.create(path, Attribute(0))
    file.write(0, data)
    file.close()


def read(drive: OverlayFolder, path: tuple[bytes, ...]) -> bytes:
    file = drive.open(path, writable=False)
    data = file.read(0, 1000)
    file.close()
    return data


def test_writing_changes_nothing_but_the_overlay(below: Path, above: Path) -> None:
    before = tree(below)
    drive = OverlayFolder(below, above)
    write(drive, (b"GAME.EXE",), b"cracked")
    write(drive, (b"SAVEDG~1", b"TWO.SAV"), b"2")
    drive.delete((b"ALONGN~1.HTM",))
    drive.rename((b"SAVEDG~1", b"ONE.SAV"), (b"FIRST.SAV",))
    drive.make_directory((b"NEW",))
    assert tree(below) == before
    assert tree(above) == {
        "game.exe": b"cracked",
        ".wh.A long name.html": b"",
        "Saved games": None,
        "Saved games/TWO.SAV": b"2",
        "Saved games/.wh.one.sav": b"",
        "FIRST.SAV": b"1",
        "NEW": None,
    }
    again = OverlayFolder(below, above)
    assert again.names(()) == drive.names(()) == (b"FIRST.SAV", b"GAME.EXE", b"NEW", b"SAVEDG~1")
    assert again.names((b"SAVEDG~1",)) == (b"TWO.SAV",)
    assert read(again, (b"GAME.EXE",)) == b"cracked"


def test_opening_for_writing_copies_nothing_until_something_is_written(below: Path, above: Path) -> None:
    drive = OverlayFolder(below, above)
    file = drive.open((b"GAME.EXE",), writable=True)
    assert file.read(0, 10) == b"program"
    assert tree(above) == {}
    file.write(3, b"GRAM")
    assert read(drive, (b"GAME.EXE",)) == b"proGRAM"
    assert (below / "game.exe").read_bytes() == b"program"


def test_who_reads_a_file_sees_what_another_handle_writes(below: Path, above: Path) -> None:
    drive = OverlayFolder(below, above)
    reader = drive.open((b"GAME.EXE",), writable=False)
    writer = drive.open((b"GAME.EXE",), writable=True)
    assert reader.identity == writer.identity == drive.identity((b"GAME.EXE",))
    writer.write(0, b"PRO")
    assert reader.read(0, 10) == b"PROgram"
    assert reader.identity == writer.identity == drive.identity((b"GAME.EXE",))


def test_the_stamp_comes_along_with_a_copy(below: Path, above: Path) -> None:
    HostFolder(below).open((b"GAME.EXE",), writable=True).set_stamp(pack(1993, 12, 10, 1, 2, 4))
    drive = OverlayFolder(below, above)
    drive.set_attributes((b"GAME.EXE",), Attribute.HIDDEN)
    entry = drive.entry((b"GAME.EXE",))
    assert entry.stamp == pack(1993, 12, 10, 1, 2, 4)
    assert entry.attributes & Attribute.HIDDEN
    assert not HostFolder(below).entry((b"GAME.EXE",)).attributes & Attribute.HIDDEN


def test_aliases_of_the_folder_below_stay(below: Path, above: Path) -> None:
    drive = OverlayFolder(below, above)
    alias = drive.alias_for((), "A long novel.htm")
    with drive.named((alias,), "A long novel.htm"):
        write(drive, (alias,), b"novel")
    assert alias == b"ALONGN~2.HTM"
    again = OverlayFolder(below, above)
    assert again.long_names(())[b"ALONGN~1.HTM"] == "A long name.html"
    assert read(again, (b"ALONGN~2.HTM",)) == b"novel"


def test_a_folder_made_where_one_was_removed_is_empty(below: Path, above: Path) -> None:
    drive = OverlayFolder(below, above)
    drive.delete((b"SAVEDG~1", b"ONE.SAV"))
    drive.remove_directory((b"SAVEDG~1",))
    with drive.named((b"SAVEDG~1",), "Saved games"):
        drive.make_directory((b"SAVEDG~1",))
    assert drive.names((b"SAVEDG~1",)) == ()
    assert (below / "Saved games" / "one.sav").exists()


def test_directories_are_renamed_with_what_is_in_them(below: Path, above: Path) -> None:
    drive = OverlayFolder(below, above)
    drive.rename((b"SAVEDG~1",), (b"SAVES",))
    assert drive.names(()) == (b"ALONGN~1.HTM", b"GAME.EXE", b"SAVES")
    assert read(OverlayFolder(below, above), (b"SAVES", b"ONE.SAV")) == b"1"


def test_a_full_directory_stays(below: Path, above: Path) -> None:
    drive = OverlayFolder(below, above)
    with pytest.raises(DosError) as caught:
        drive.remove_directory((b"SAVEDG~1",))
    assert caught.value.code is ErrorCode.ACCESS_DENIED
    assert tree(above) == {}


def test_programs_cannot_make_whiteouts(below: Path, above: Path) -> None:
    drive = OverlayFolder(below, above)
    with pytest.raises(DosError), drive.named((b"WH~1",), ".wh.game.exe"):
        write(drive, (b"WH~1",), b"")
    assert b"GAME.EXE" in drive.names(())


def test_a_copy_that_was_cut_off_is_not_seen(below: Path, above: Path) -> None:
    (above / ".wh..copy").write_bytes(b"pro")
    drive = OverlayFolder(below, above)
    assert drive.names(()) == (b"ALONGN~1.HTM", b"GAME.EXE", b"SAVEDG~1")
    drive.open((b"GAME.EXE",), writable=True).write(0, b"P")
    assert tree(above) == {"game.exe": b"Program"}


NAMES = st.sampled_from([b"A.TXT", b"B.TXT", b"D", b"E"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(tuple)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), PATHS, st.binary(max_size=4)),
        st.tuples(st.sampled_from(["delete", "make_directory", "remove_directory"]), PATHS),
        st.tuples(st.just("rename"), PATHS, PATHS),
    ),
    max_size=20,
)


def run(drive: HostFolder | OverlayFolder, step: tuple) -> ErrorCode | None:
    try:
        if step[0] == "write":
            file, _ = drive.create(step[1], Attribute(0))
            file.write(0, step[2])
            file.close()
        else:
            getattr(drive, step[0])(*step[1:])
    except DosError as error:
        return error.code
    return None


def seen(drive: HostFolder | OverlayFolder, path: tuple[bytes, ...] = ()) -> dict:
    found: dict = {}
    for name in drive.names(path):
        inside = (*path, name)
        if drive.entry(inside).is_directory:
            found[name] = seen(drive, inside)
        else:
            found[name] = drive.open(inside, writable=False).read(0, 100)
    return found


@given(STEPS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_overlay_behaves_as_a_copy_would(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple]) -> None:
    folder = tmp_path_factory.mktemp("overlay")
    for name in ("copy", "below"):
        (folder / name / "D" / "E").mkdir(parents=True)
        (folder / name / "A.TXT").write_bytes(b"a")
        (folder / name / "D" / "B.TXT").write_bytes(b"b")
    (folder / "above").mkdir()
    before = tree(folder / "below")
    plain, overlay = HostFolder(folder / "copy"), OverlayFolder(folder / "below", folder / "above")
    for step in steps:
        assert run(overlay, step) == run(plain, step), step
        assert seen(overlay) == seen(plain), step
    assert seen(OverlayFolder(folder / "below", folder / "above")) == seen(plain)
    assert tree(folder / "below") == before
