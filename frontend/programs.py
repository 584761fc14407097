"""What the user named: a program file, or a folder with programs in it."""

from __future__ import annotations

from pathlib import Path

from dosemu.errors import ProgramNotFound

SUFFIXES = (".com", ".exe", ".bat")  # in the order DOS tries them


def programs_in(folder: Path) -> list[Path]:
    """The programs directly in ``folder``, by name.

    Raises ProgramNotFound when the folder cannot be read.
    """
    try:
        entries = sorted(folder.iterdir(), key=lambda path: (path.name.lower(), path.name))
    except OSError as error:
        raise ProgramNotFound(f"{folder}: {error.strerror or error}") from error
    return [path for path in entries if path.suffix.lower() in SUFFIXES and path.is_file()]


def find_program(name: str) -> Path:
    """The file that ``name`` means: as it is, in another case, or without its .COM, .EXE or .BAT.

    Raises ProgramNotFound.
    """
    path = Path(name)
    try:
        if path.is_file() or path.is_dir():
            return path
        if path.exists():
            raise ProgramNotFound(f"{name}: not a file")
        beside = {entry.name.lower(): entry for entry in sorted(path.parent.iterdir(), reverse=True)}
    except (OSError, ValueError) as error:
        raise ProgramNotFound(f"{_shown(name)}: no such file") from error
    for suffix in ("", *SUFFIXES):
        if (entry := beside.get(path.name.lower() + suffix)) is not None and entry.is_file():
            return entry
    raise ProgramNotFound(f"{_shown(name)}: no such file")


def choose(name: str) -> Path | list[Path]:
    """The program to run, or the several programs of a folder.

    Raises ProgramNotFound when there is none.
    """
    path = find_program(name)
    if not path.is_dir():
        return path
    programs = programs_in(path)
    if not programs:
        raise ProgramNotFound(f"{name}: no .COM, .EXE or .BAT program in this folder")
    return programs[0] if len(programs) == 1 else programs


def _shown(name: str) -> str:
    """A name fit for one line of a terminal."""
    return name if name.isprintable() else ascii(name)
