"""What the user named: a program file, or a folder for the shell."""

from __future__ import annotations

from pathlib import Path

from dosemu.errors import ProgramNotFound

SUFFIXES = (".com", ".exe", ".bat")  # in the order DOS tries them


def find_program(name: str) -> Path:
    """The file or folder that ``name`` means: as it is, in another case, or without its .COM, .EXE or .BAT.

    Raises ProgramNotFound.
    """
    path = Path(name)
    try:
        if name and (path.is_file() or path.is_dir()):
            return path
        if name and path.exists():
            raise ProgramNotFound(f"{name}: not a file")
        beside = {entry.name.lower(): entry for entry in sorted(path.parent.iterdir(), reverse=True)}
    except (OSError, ValueError) as error:
        raise ProgramNotFound(f"{_shown(name)}: no such file") from error
    for suffix in ("", *SUFFIXES):
        if (entry := beside.get(path.name.lower() + suffix)) is not None and entry.is_file():
            return entry
    raise ProgramNotFound(f"{_shown(name)}: no such file")


def _shown(name: str) -> str:
    """A name fit for one line of a terminal."""
    return name if name.isprintable() else ascii(name)
