"""Profiles: settings that a program wants, found by its file.

A profile is data: a table of a TOML file with what to look for and the settings, as in

    [alley-cat]
    title = "Alley Cat"
    files = ["CAT.EXE"]
    sizes = [55067]
    [alley-cat.settings]
    cpu.cycles = 300

It is for a program whose name is one of ``files`` (wildcards as in DOS) and for which all else that is given
holds too: ``sizes`` in bytes, ``sha256`` of the file in hexadecimal, ``beside`` the names of files that must be in the
same folder. Those of the package are in ``data/profiles.toml``; the user's are in ``profiles.toml`` beside the user's
``dosemu.toml`` and come first.

>>> import tempfile
>>> folder = Path(tempfile.mkdtemp())
>>> _ = (folder / "p.toml").write_text('[x]\\nfiles = ["GAME.*"]\\nsizes = [2]\\n[x.settings]\\ncpu.cycles = 300\\n')
>>> _ = (folder / "game.exe").write_bytes(b"MZ")
>>> [(profile.name, list(profile.settings())) for profile in find(folder / "game.exe", [folder / "p.toml"])]
[('x', [('cpu.cycles', 300)])]
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from dosemu.errors import SettingsError

FILE_NAME = "profiles.toml"
SHIPPED = Path(__file__).parent / "data" / FILE_NAME
_LISTS = {"files": str, "sizes": int, "sha256": str, "beside": str}
_MAX_HASHED = 64 << 20  # bytes; no DOS program is larger


@dataclass(frozen=True, slots=True)
class Profile:
    """What a program is known by, and its settings as nested tables."""

    name: str
    title: str
    files: tuple[str, ...]
    sizes: tuple[int, ...] = ()
    sha256: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    tables: Mapping[str, Any] = field(default_factory=dict)

    def settings(self) -> Iterator[tuple[str, Any]]:
        """The settings as ``section.key`` and value."""
        for section, table in self.tables.items():
            for key, value in table.items():
                yield f"{section}.{key}", value

    def fits(self, program: Path) -> bool:
        """Whether this is the program."""
        if not any(fnmatchcase(program.name.upper(), pattern.upper()) for pattern in self.files):
            return False
        names = [entry.name.upper() for entry in program.parent.iterdir()] if self.beside else []
        if not all(any(fnmatchcase(name, pattern.upper()) for name in names) for pattern in self.beside):
            return False
        size = program.stat().st_size
        if self.sizes and size not in self.sizes:
            return False
        if self.sha256:
            if size > _MAX_HASHED:
                return False
            import hashlib  # takes its time to load

            return hashlib.sha256(program.read_bytes()).hexdigest() in self.sha256
        return True


def find(program: Path, sources: Sequence[Path]) -> list[Profile]:
    """The profiles for a program, the first of each source; a file that is not there has none. Raises SettingsError."""
    try:
        if not program.is_file():
            return []
        fitting = ([one for one in read(source) if one.fits(program)][:1] for source in sources)
        return [profile for one in fitting for profile in one]
    except OSError:
        return []  # whoever opens the program next says what is wrong with it


@cache
def read(source: Path) -> tuple[Profile, ...]:
    """All profiles of a file; none when it does not exist. Raises SettingsError."""
    try:
        document = tomllib.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise SettingsError(f"{source}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{source}: {str(error).splitlines()[0]}") from None
    return tuple(_profile(source, name, table) for name, table in document.items())


def _profile(source: Path, name: str, table: Any) -> Profile:
    where = f"{source}: [{name}]"
    if not isinstance(table, dict) or not isinstance(table.get("settings"), dict) or not table.get("files"):
        raise SettingsError(f'{where}: a profile has files = ["NAME.EXE"] and a table [{name}.settings]')
    if unknown := table.keys() - {*_LISTS, "title", "settings"}:
        raise SettingsError(f"{where}: {min(unknown)}: a profile has title, {', '.join(_LISTS)} and settings")
    lists: dict[str, Any] = {}
    for key, kind in _LISTS.items():
        values = table.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, kind) for value in values):
            raise SettingsError(f"{where}: {key} is a list of {'numbers' if kind is int else 'texts'}")
        lists[key] = tuple(values)
    if not all(isinstance(section, dict) for section in table["settings"].values()):
        raise SettingsError(f"{where}: settings are written section.key = value")
    return Profile(name, str(table.get("title", name)), tables=table["settings"], **lists)
