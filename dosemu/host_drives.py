"""Which host folders and images a machine gets as drives, and where its program is found there."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dosemu.errors import MountError, NotDosProgram
from dosemu.mounts import MountSpec, is_image_name
from int21 import names
from int21.drives import drive_letter, drive_number, join
from int21.find import dos_stamp
from int21.host_folder import HostFolder
from int21.overlay import OverlayFolder

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from int21.code_pages import CodePage
    from int21.dos import Dos
    from int21.drive import Drive
    from int21.drive import Path as DosPath
    from int21.drives import Drives
    from int21.fat.image import DiskImage

_C = 2
_HARD_DISK = 0x80
_LARGEST_FLOPPY_KB = 2880
_HARD_DISKS_AT = 0x475  # in the BIOS data area


@dataclass(frozen=True, slots=True)
class Mounted:
    """Where the program is for DOS, and the folder to search for programs."""

    program: bytes
    search_path: bytes


def open_drives(mount: MountSpec, page: CodePage) -> list[Drive]:
    """What a mount asks for as drives: more than one for a disk with partitions. Raises MountError with one line."""
    path = mount.path
    if not path.exists():
        raise MountError(f"{mount.letter}: {path}: no such {'folder' if mount.kind != 'image' else 'file'}")
    try:
        return _opened(mount, page)
    except OSError as error:
        raise MountError(f"{mount.letter}: {error.filename or path}: {error.strerror or error}") from None
    except ValueError as error:
        raise MountError(f"{mount.letter}: {path}: {error}") from None


def _opened(mount: MountSpec, page: CodePage) -> list[Drive]:
    # Most runs have host folders only: what else there is is loaded when it is mounted.
    path = mount.path
    label = names.upper(mount.label.encode(page.codec, "replace"), page)
    if path.is_dir():
        if mount.kind == "cdrom":
            from int21.cd.folder import CdFolder

            return [CdFolder(path, label, page)]
        if mount.overlay is not None:
            if not mount.overlay.is_dir():
                raise MountError(f"{mount.letter}: {mount.overlay}: not a folder")
            return [OverlayFolder(path, mount.overlay, label, page)]
        return [HostFolder(path, mount.read_only, label, page)]
    if not path.is_file():
        raise MountError(f"{mount.letter}: {path}: not a folder or file")
    if mount.overlay is not None:
        raise MountError(f"{mount.letter}: {path}: an overlay is for folders")
    if zipfile.is_zipfile(path):
        from int21.zip_folder import ZipFolder

        return [ZipFolder(path, page)]
    if mount.kind == "cdrom" or is_disc_image(path):
        from int21.cd.drive import CdDrive
        from int21.cd.image import ImageDisc

        return [CdDrive(ImageDisc(path), page)]
    from int21.fat.drive import open_image

    return list(open_image(str(path), page, read_only=mount.read_only))


def is_disc_image(path: Path) -> bool:
    """Whether a file is the image of a CD, by what is in its first volume descriptor."""
    if path.suffix.lower() in (".cue", ".iso"):
        return True
    with path.open("rb") as file:
        start = file.read(16 * 2352 + 32)
    return any(start[at + 1 : at + 6] == b"CD001" for at in (16 * 2048, 16 * 2352 + 16, 16 * 2352 + 24))


def startup_disk(path: Path) -> MountSpec | None:
    """How an image that is given in place of a program is mounted; None for what is none."""
    if not is_image_name(path) or not path.is_file():
        return None
    kilobytes = path.stat().st_size >> 10
    letter = "C"
    if is_disc_image(path):
        letter = "D"
    elif kilobytes <= _LARGEST_FLOPPY_KB and not zipfile.is_zipfile(path):
        letter = "A"
    return MountSpec(letter, path, "image")


class _Host:
    """Host folders and images as drives, while they are being mounted."""

    def __init__(self, drives: Drives) -> None:
        self._drives = drives
        self._folders: dict[int, tuple[Path, HostFolder | OverlayFolder]] = {}
        self._partitions: list[Drive] = []

    def mount(self, mount: MountSpec) -> None:
        drive, *partitions = open_drives(mount, self._drives.page)
        self._partitions.extend(partitions)
        self._drives.mount(mount.letter, drive)
        if isinstance(drive, HostFolder | OverlayFolder):
            self._folders[drive_number(mount.letter)] = (mount.path.resolve(), drive)

    def mount_partitions(self) -> None:
        """Give what else is on the disks the letters that are free, as far as there are any."""
        for drive in self._partitions:
            number = next((number for number in range(_C, 26) if number not in self._drives.numbers()), None)
            if number is not None:
                self._drives.mount(drive_letter(number), drive)

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
            if number not in self._drives.numbers():
                self.mount(MountSpec(drive_letter(number), folder))
                return number, ()
        raise MountError(f"{folder}: no drive letter is left")

    @property
    def first(self) -> int | None:
        """The drive to start on: the first from C: on, else the first of all."""
        numbers = self._drives.numbers()
        return next((number for number in numbers if number >= _C), min(numbers, default=None))


def mount_drives(
    drives: Drives, mounts: Mapping[str, MountSpec], program: Path | None, *, here: Path | None = None
) -> Mounted:
    """Mount what the settings ask for, the program's folder, and ``here``, the user's current folder.

    The program's folder gets C: unless a mounted folder shows it already. It is made current, or with
    ``here`` the current folder is. ``program`` may be a folder, which is made current then. Raises
    MountError for a folder that cannot be mounted.
    """
    host = _Host(drives)
    for mount in mounts.values():
        host.mount(mount)
    host.mount_partitions()
    if program is None:
        if host.first is None:
            host.mount(MountSpec("C", Path.cwd()))
        drives.current = host.first or 0
        return Mounted(b"", b"")
    file = program.resolve()
    if file.is_dir():
        number, path = host.place(file)
        drives.current = number
        if path:
            drives.set_directory(number, path)
        return Mounted(b"", join(number, path))
    if here is not None and file.is_relative_to(here):
        host.place(here)  # the program is below: one drive shows both
    home, home_path = host.place(file.parent)
    number, path = host.place(here) if here is not None else (home, home_path)
    drives.current = number
    if path:
        drives.set_directory(number, path)
    found = host.find(file)
    if found is None:
        raise NotDosProgram(f"{program}: this name cannot be shown as a DOS name")
    return Mounted(join(*found), join(home, home_path))


def bios_disk(drives: Drives, number: int) -> DiskImage | None:
    """The image that INT 13h knows by this number: 0 is what A: is, 80h the first on C: or behind it."""
    images: list[DiskImage] = []
    for letter in drives.numbers():
        image: DiskImage | None = getattr(drives.at(letter), "image", None)
        if image is None:
            continue
        if letter < _C:
            if letter == number:
                return image
        elif image not in images:
            images.append(image)
    index = number - _HARD_DISK
    return images[index] if 0 <= index < len(images) else None


def wire_drives(drives: Drives, dos: Dos, bios: Bios) -> None:
    """Let the drives know the time, and the BIOS the disks."""
    for number in drives.numbers():
        drive = drives.at(number)
        if hasattr(drive, "now"):
            drive.now = partial(dos_stamp, dos)
    bios.find_disk = partial(bios_disk, drives)
    count = 0
    while bios.find_disk(_HARD_DISK + count) is not None:
        count += 1
    bios.memory.set_u8(_HARD_DISKS_AT, count)
