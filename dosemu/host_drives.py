"""Which host folders a machine gets as drives, and where its program is found there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dosemu.errors import MountError, NotDosProgram
from int21.drives import drive_letter, drive_number, join
from int21.host_folder import HostFolder

if TYPE_CHECKING:
    from dosemu.mounts import MountSpec
    from int21.drive import Path as DosPath
    from int21.drives import Drives


@dataclass(frozen=True, slots=True)
class Mounted:
    """Where the program is for DOS, and the folder to search for programs."""

    program: bytes
    search_path: bytes


class _Host:
    """Host folders as drives, while they are being mounted."""

    def __init__(self, drives: Drives) -> None:
        self._drives = drives
        self._folders: dict[int, tuple[Path, HostFolder]] = {}

    def mount(self, letter: str, folder: Path, *, read_only: bool = False) -> None:
        if not folder.is_dir():
            raise MountError(f"{letter}: {folder}: {'not a folder' if folder.exists() else 'no such folder'}")
        try:
            drive = HostFolder(folder, read_only=read_only, page=self._drives.page)
        except OSError as error:
            raise MountError(f"{letter}: {folder}: {error.strerror or error}") from None
        self._drives.mount(letter, drive)
        self._folders[drive_number(letter)] = (folder.resolve(), drive)

    def find(self, path: Path) -> tuple[int, DosPath] | None:
        """Drive number and guest path of a host path, when a mounted folder shows it."""
        for number, (root, drive) in sorted(self._folders.items()):
            if path.is_relative_to(root):
                guest = drive.guest_path(path.relative_to(root).parts)
                if guest is not None:
                    return number, guest
        return None

    def place(self, folder: Path) -> tuple[int, DosPath]:
        """The same for a folder, which is mounted on the next free letter from C: when nothing shows it."""
        found = self.find(folder)
        if found is not None:
            return found
        for number in range(2, 26):
            if number not in self._folders:
                self.mount(drive_letter(number), folder)
                return number, ()
        raise MountError(f"{folder}: no drive letter is left")

    @property
    def first(self) -> int | None:
        return min(self._folders, default=None)


def mount_drives(drives: Drives, mounts: Mapping[str, MountSpec], program: Path | None, *, here: bool) -> Mounted:
    """Mount what the settings ask for, the program's folder, and with ``here`` the current folder.

    The program's folder gets C: unless a mounted folder shows it already. It is made current, or with
    ``here`` the current folder is. ``program`` may be a folder, which is made current then. Raises
    MountError for a folder that cannot be mounted.
    """
    host = _Host(drives)
    for letter, mount in mounts.items():
        mount.check_built()
        host.mount(letter, mount.path, read_only=mount.read_only)
    if program is None:
        if host.first is None:
            host.mount("C", Path.cwd())
        drives.current = host.first or 0
        return Mounted(b"", b"")
    file = program.resolve()
    if file.is_dir():
        number, path = host.place(file)
        drives.current = number
        if path:
            drives.set_directory(number, path)
        return Mounted(b"", join(number, path))
    cwd = Path.cwd()
    if here and file.is_relative_to(cwd):
        host.place(cwd)  # the program is below: one drive shows both
    home, home_path = host.place(file.parent)
    number, path = host.place(cwd) if here else (home, home_path)
    drives.current = number
    if path:
        drives.set_directory(number, path)
    found = host.find(file)
    if found is None:
        raise NotDosProgram(f"{program}: this name cannot be shown as a DOS name")
    return Mounted(join(*found), join(home, home_path))
