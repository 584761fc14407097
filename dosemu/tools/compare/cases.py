"""What is compared: a program with its arguments, keys and times; from the command line or a TOML list.

>>> read_list('[defaults]\\nseconds = 3\\n[hello]\\nprogram = "HELLO.COM"\\n[menu]\\nprogram = "M.EXE"\\nseconds = 5')
... # doctest: +NORMALIZE_WHITESPACE
[Case(name='hello', program=PosixPath('HELLO.COM'), args=(), keys='', seconds=3.0, at=(), folder=None, stdin='',
output='auto', machine='svga', cycles=20000, settings={}, dosbox={}, sound=True),
Case(name='menu', program=PosixPath('M.EXE'), args=(), keys='', seconds=5.0, at=(), folder=None, stdin='',
output='auto', machine='svga', cycles=20000, settings={}, dosbox={}, sound=True)]
"""

from __future__ import annotations

import dataclasses
import math
import re
import shutil
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dosemu.errors import DosemuError, NotDosProgram, ProgramNotFound
from dosemu.keys import parse_keys
from dosemu.settings import MACHINE_TYPES

CYCLES = 20_000  # instructions per millisecond in both
LIMIT_SECONDS = 600.0  # of emulated time; DOSBox takes as long
LARGEST_MB = 500  # a program's folder is copied three times
OUTPUTS = ("auto", "screen", "redirect")
_PICTURES = 4


class CompareError(DosemuError):
    """What was asked for cannot be compared."""


@dataclass(frozen=True, slots=True)
class Case:
    """One program to compare.

    ``seconds`` is the limit in emulated time, ``at`` when pictures are taken (none: four times over the run),
    ``folder`` what becomes C: (none: the program's folder). ``output`` says whether standard output goes to a file;
    ``auto`` asks a first run: a program that ends by itself in text mode is a tool. ``settings`` are ours,
    ``dosbox`` are DOSBox's as ``section.key``.
    """

    name: str
    program: Path
    args: tuple[str, ...] = ()
    keys: str = ""
    seconds: float = 10.0
    at: tuple[float, ...] = ()
    folder: Path | None = None
    stdin: str = ""
    output: str = "auto"
    machine: str = "svga"
    cycles: int = CYCLES
    settings: Mapping[str, Any] = field(default_factory=dict)
    dosbox: Mapping[str, str] = field(default_factory=dict)
    sound: bool = True

    def __post_init__(self) -> None:
        def check(good: bool, what: str) -> None:
            if not good:
                raise CompareError(f"{self.name}: {what}")

        check(0 < self.seconds <= LIMIT_SECONDS, f"seconds are more than 0 and up to {LIMIT_SECONDS:g}")
        check(all(math.isfinite(time) and time >= 0 for time in self.at), "times of pictures are 0 or more seconds")
        check(self.output in OUTPUTS, f"output is one of {', '.join(OUTPUTS)}")
        check(self.machine in MACHINE_TYPES, f"machine is one of {', '.join(MACHINE_TYPES)}")
        check(1 <= self.cycles <= 1_000_000, "cycles are 1 to 1000000 a millisecond")
        check(not any(set(word) & set("\r\n\0") for word in self.args), "an argument holds a line end")
        parse_keys(self.keys)

    @property
    def times(self) -> tuple[float, ...]:
        """When pictures are taken: seconds of emulated time, in their order."""
        asked = self.at or tuple(self.seconds * number / _PICTURES for number in range(1, _PICTURES + 1))
        return tuple(sorted({min(time, self.seconds) for time in asked}))

    @property
    def root(self) -> Path:
        """The folder that becomes C:."""
        return (self.folder or self.program.parent).resolve()

    def place(self) -> tuple[str, ...]:
        """The folders from C: to the program, and its name. Raises CompareError when C: does not hold it."""
        try:
            return self.program.resolve().relative_to(self.root).parts
        except ValueError:
            raise CompareError(f"{self.name}: {self.program} is not below {self.root}") from None

    def dos_place(self) -> tuple[str, ...]:
        """``place`` with names that DOS can read; the copy of the drive has them."""
        folder, names = self.root, []
        for part in self.place():
            names.append(dos_name(part, {path.name.upper() for path in folder.iterdir()}))
            folder /= part
        return tuple(names)


_NOT_IN_NAMES = re.compile(r"[^A-Z0-9!#$%&'()@^_`{}~-]")


def dos_name(name: str, taken: Collection[str] = ()) -> str:
    """A name of eight letters and three; one that is none is shortened to what is not among ``taken`` (in capitals).

    >>> dos_name("Game.exe"), dos_name("my long game.com"), dos_name("my long game.com", {"MYLONGGA.COM"})
    ('Game.exe', 'MYLONGGA.COM', 'MYLONG~1.COM')
    """
    stem, dot, suffix = name.upper().rpartition(".")
    stem, suffix = (stem, suffix) if dot else (suffix, "")
    clean, end = _NOT_IN_NAMES.sub("", stem), _NOT_IN_NAMES.sub("", suffix)[:3]
    end = f".{end}" if end else ""
    if name.upper() == clean[:8] + end:
        return name
    for number in range(10_000):
        tail = f"~{number}" if number else ""
        made = (clean or "NAME")[: 8 - len(tail)] + tail + end
        if made not in taken:
            break
    return made


def check_program(case: Case) -> None:
    """Raises ProgramNotFound, NotDosProgram, CompareError for what no emulator could run as asked."""
    if not case.program.is_file():
        raise ProgramNotFound(f"{case.program}: no such file")
    if case.program.suffix.lower() not in (".com", ".exe", ".bat"):
        raise NotDosProgram(f"{case.program}: not a .COM, .EXE or .BAT file")
    case.place()
    size = sum(path.stat().st_size for path in case.root.rglob("*") if path.is_file())
    if size > LARGEST_MB << 20:
        raise CompareError(f"{case.name}: {case.root} holds {size >> 20} MB, more than {LARGEST_MB}")


def copy_drive(case: Case, target: Path) -> Path:
    """Copy what becomes C: to ``target``; returns the program in it."""
    try:
        shutil.copytree(case.root, target, symlinks=False, ignore_dangling_symlinks=True)
        for path in (target, *target.rglob("*")):
            path.chmod(path.stat().st_mode | 0o600)
    except (OSError, shutil.Error) as error:
        raise CompareError(f"{case.name}: cannot copy {case.root}: {error}") from None
    program = target
    for name, short in zip(case.place(), case.dos_place(), strict=True):
        program = (program / name).rename(program / short) if name != short else program / name
    return program


def numbers(text: str) -> tuple[float, ...]:
    """``1,2.5`` as numbers. Raises ValueError."""
    return tuple(float(part) for part in text.split(",") if part.strip())


def _case(name: str, entry: Mapping[str, Any], folder: Path) -> Case:
    known = {each.name for each in dataclasses.fields(Case)} - {"name"}
    if unknown := sorted(set(entry) - known):
        raise CompareError(f"{name}: there is no {unknown[0]}; there are {', '.join(sorted(known))}")
    if not isinstance(entry.get("program"), str):
        raise CompareError(f'{name}: program = "FILE" is missing')
    values = dict(entry)
    try:
        values["program"] = folder / Path(entry["program"]).expanduser()
        if "folder" in entry:
            values["folder"] = folder / Path(entry["folder"]).expanduser()
        values["args"] = tuple(str(word) for word in entry.get("args", ()))
        values["at"] = tuple(float(time) for time in entry.get("at", ()))
        values["seconds"] = float(entry.get("seconds", 10))
        values["settings"] = dict(entry.get("settings", {}))
        values["dosbox"] = {str(key): str(value) for key, value in dict(entry.get("dosbox", {})).items()}
        return Case(name=name, **values)
    except (TypeError, ValueError) as error:
        if isinstance(error, DosemuError):
            raise
        raise CompareError(f"{name}: {error}") from None


def read_list(text: str, folder: Path = Path()) -> list[Case]:
    """The cases of a TOML list: a table each, and ``[defaults]`` for all. Paths start at ``folder``.

    Raises CompareError, KeyNameError.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CompareError(str(error)) from None
    defaults = tables.pop("defaults", {})
    if not isinstance(defaults, dict) or not all(isinstance(entry, dict) for entry in tables.values()):
        raise CompareError("a list holds tables: [NAME] with program = ...")
    cases = [_case(name, defaults | entry, folder) for name, entry in tables.items()]
    if not cases:
        raise CompareError("the list is empty")
    return cases


def load_list(path: Path) -> list[Case]:
    """Read a list file. Raises CompareError."""
    try:
        return read_list(path.read_text(encoding="utf-8"), path.parent)
    except (OSError, UnicodeDecodeError) as error:
        raise CompareError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    except CompareError as error:
        raise CompareError(f"{path}: {error}") from None
