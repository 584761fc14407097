"""Runs the guest programs of tests/programs and compares all they leave; docs/testing.md describes the format."""

from __future__ import annotations

from pathlib import Path

import pytest

from dosemu.pytest_plugin.cases import cases
from dosemu.pytest_plugin.dos import Dos

PROGRAMS = Path(__file__).parent / "programs"
NAMES = [path.name for path in cases(PROGRAMS)]


@pytest.mark.parametrize("name", NAMES)
def test_program(name: str, dos: Dos) -> None:
    dos.check(PROGRAMS / name)


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
