"""Runs the guest programs of tests/programs and compares all they leave; programs/README.md describes the format."""

from __future__ import annotations

import shutil
import tomllib
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dosemu.machine import Machine
from frontend.session import Plan, Session
from hw.clock import SECOND

PROGRAMS = Path(__file__).parent / "programs"
NAMES = sorted(path.parent.name for kind in ("asm", "bat") for path in PROGRAMS.glob(f"*/main.{kind}"))


@dataclass(frozen=True, slots=True)
class Case:
    """test.toml, checked: a key that is not here is an error."""

    args: list[str] = field(default_factory=list)
    covers: list[str] = field(default_factory=list)  # read by dosemu/tools/services.py
    stdin: str = ""
    keys: str = ""
    mouse: list[list[Any]] = field(default_factory=list)
    seconds: float = 10
    stdio: bool = True
    absent: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Case:
        return cls(**tomllib.loads(path.read_text(encoding="utf-8"))) if path.exists() else cls()


def screen_lines(text: str) -> list[str]:
    """The lines of a text screen without what is empty behind them."""
    return [line.rstrip() for line in text.rstrip().splitlines()]


@pytest.mark.parametrize("name", NAMES)
def test_program(name: str, tmp_path: Path) -> None:
    source = PROGRAMS / name
    case = Case.read(source / "test.toml")
    (program,) = (path for path in source.glob("main.*") if path.suffix in (".com", ".exe", ".bat"))
    shutil.copy(program, tmp_path)
    if (source / "input").is_dir():
        shutil.copytree(source / "input", tmp_path, dirs_exist_ok=True)

    with Machine(
        tmp_path / program.name, case.args, stdio=case.stdio, stdin=case.stdin.encode("cp437"), **case.settings
    ) as machine:
        session = Session(machine, Plan(seconds=case.seconds, keys=case.keys))
        for seconds, action, *numbers in case.mouse:
            machine.clock.at(round(seconds * SECOND), partial(getattr(machine.mouse, action), *numbers), "mouse")
        while not machine.exited and not session.limit_reached:
            session.run_slice(0.05)
        status = session.status()
        results = {"stdout.txt": machine.stdout, "stderr.txt": machine.stderr}
        screen = screen_lines(machine.screen.text())

    for file, data in results.items():
        if (source / file).exists():
            assert data == (source / file).read_bytes(), f"{file}; exit status {status}"
    if (source / "screen.txt").exists():
        assert screen == screen_lines((source / "screen.txt").read_text(encoding="utf-8"))
    assert status in {int(word) for word in (source / "exit").read_text(encoding="ascii").split()}
    left = {path.name.upper(): path for path in tmp_path.iterdir()}
    for expected in sorted(source.glob("files/*")):
        assert expected.name.upper() in left
        assert left[expected.name.upper()].read_bytes() == expected.read_bytes()
    assert not left.keys() & set(case.absent)


@pytest.mark.parametrize("name", NAMES)
def test_every_program_says_what_it_should_give(name: str) -> None:
    directory = PROGRAMS / name
    assert (directory / "exit").exists()
    batch = directory / "main.bat"
    source, remark = (batch, "@rem ") if batch.exists() else (directory / "main.asm", "; ")
    assert source.read_text(encoding="utf-8").startswith(remark)
    known = {
        "main.asm",
        "main.com",
        "main.exe",
        "main.bat",
        "test.toml",
        "exit",
        "stdout.txt",
        "stderr.txt",
        "screen.txt",
    }
    assert {path.name for path in directory.iterdir()} <= known | {"files", "input"}
