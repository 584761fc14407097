"""The build of the CPU library: pinned source, and edits that stop it when they do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosemu.cpu.unicorn import build


def test_every_edit_says_why_and_changes_something() -> None:
    edits = build.load_edits()
    assert len(edits) > 70
    for edit in edits:
        assert edit.why
        assert edit.find.strip()
        assert edit.replace != edit.find


@pytest.mark.parametrize("count", [0, 2])
def test_an_anchor_that_is_not_there_once_stops_the_build(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = build.load_edits()[0]
    monkeypatch.setattr(build, "load_edits", lambda: (edit,))
    source = tmp_path / edit.file
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text((edit.find + "\n") * count)
    with pytest.raises(SystemExit, match=f"occurs {count} times, not once"):
        build.apply_edits(tmp_path)


def test_an_anchor_that_is_there_once_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit = build.load_edits()[0]
    monkeypatch.setattr(build, "load_edits", lambda: (edit,))
    source = tmp_path / edit.file
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(f"before\r\n{edit.find}\r\nafter".replace("\r\n", "\n").replace("\n", "\r\n"))
    assert build.apply_edits(tmp_path) == 1
    assert source.read_text() == f"before\n{edit.replace}\nafter"


def test_a_source_with_another_hash_is_not_used(tmp_path: Path) -> None:
    archive = tmp_path / build.ARCHIVE
    assert not build.verified(archive)
    archive.write_bytes(b"something else")
    assert not build.verified(archive)


def test_a_changed_edit_is_another_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("glue.c", "glue.h", "repeat.c", "x87.h", "build.py"):
        (tmp_path / name).write_bytes((build.HERE / name).read_bytes())
    (tmp_path / "edits").mkdir()
    for path in (build.HERE / "edits").glob("*.py"):
        (tmp_path / "edits" / path.name).write_bytes(path.read_bytes())
    here = build.fingerprint()
    monkeypatch.setattr(build, "HERE", tmp_path)
    assert build.fingerprint() == here
    with (tmp_path / "edits" / "memory.py").open("a") as out:
        out.write("\n")
    assert build.fingerprint() != here


def test_without_a_compiler_the_message_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "/nowhere/cc")
    with pytest.raises(SystemExit, match="no C compiler"):
        build.compiler_version()
