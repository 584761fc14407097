"""A test case as a directory: a program, how it is run, and what it must leave. docs/testing.md has the format."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

PROGRAMS = (".com", ".exe", ".bat")


@dataclass(frozen=True, slots=True)
class Case:
    """test.toml, checked: a key that is not here is an error."""

    args: list[str] = field(default_factory=list)
    covers: list[str] = field(default_factory=list)  # what the case is about, for other tools
    stdin: str = ""
    keys: str = ""
    mouse: list[list[Any]] = field(default_factory=list)
    seconds: float = 10
    stdio: bool = True
    absent: list[str] = field(default_factory=list)
    tolerance: float = 0.0  # of screen.png: the part of pixels that may differ
    settings: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, directory: Path) -> Self:
        """The case of a directory. Raises TypeError for a key that there is not, and what tomllib raises."""
        path = directory / "test.toml"
        return cls(**tomllib.loads(path.read_text(encoding="utf-8"))) if path.exists() else cls()


def program_of(directory: Path) -> Path:
    """The program of a case: main.com, main.exe or main.bat. Raises ValueError unless there is exactly one."""
    found = [path for path in sorted(directory.glob("main.*")) if path.suffix.lower() in PROGRAMS]
    if len(found) != 1:
        raise ValueError(f"{directory}: one of main.com, main.exe and main.bat has to be there")
    return found[0]


def cases(folder: Path) -> list[Path]:
    """The directories of a folder that are cases, sorted; a list, as pytest's parametrize wants it."""
    return [
        path
        for path in sorted(folder.iterdir())
        if path.is_dir() and any((path / f"main{suffix}").exists() for suffix in PROGRAMS)
    ]
