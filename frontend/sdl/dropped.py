"""Files that are dropped onto the window: folders and images become drives, programs are left to the caller."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dosemu.errors import DosemuError
from dosemu.host_drives import startup_disk
from int21.drives import drive_letter

if TYPE_CHECKING:
    from dosemu.machine import Machine

PROGRAMS = (".com", ".exe", ".bat")
_FIRST = 3  # D:


def mount_dropped(machine: Machine, path: Path) -> str | None:
    """Mount a folder on the next free drive letter, an image in the drive for its kind; what to tell the person.

    None for a program. Raises DosemuError for what is neither, or cannot be mounted.
    """
    if path.is_dir():
        return _insert(machine, _free_letter(machine), path)
    if not path.is_file():
        raise DosemuError(f"{path}: no such file")
    if path.suffix.lower() in PROGRAMS:
        return None
    disk = startup_disk(path)
    if disk is None:
        raise DosemuError(f"{path.name}: no program, folder or disk image")
    drive = machine.dos.drives.get(disk.letter)
    keeps = drive is None or disk.letter == "A" or hasattr(drive, "disc")
    return _insert(machine, disk.letter if keeps else _free_letter(machine), path)


def _free_letter(machine: Machine) -> str:
    used = machine.dos.drives.numbers()
    for number in range(_FIRST, 26):
        if number not in used:
            return drive_letter(number)
    raise DosemuError("no drive letter is left")


def _insert(machine: Machine, letter: str, path: Path) -> str:
    machine.insert(letter, path)
    return f"{letter}: is {path.name}"
