"""The disks that belong to a drive and are put into it one after another, as a person changes them.

What is in a drive changes for everybody at once: DOS reads the new directory, the change line of INT 13h goes up,
MSCDEX says that the disc was changed. Files that are open on what was taken out cannot be used any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dosemu.errors import MountError
from dosemu.host_drives import is_disc_image, open_drives, wire_drives
from dosemu.input_tap import Tap, tapped
from dosemu.mounts import MountSpec
from int21.drives import drive_number

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from int21.dos import Dos


class DiskChanger:
    """The disks of all drives. Disks are counted from 0, in the order in which they were given.

    A disk that cannot be opened at the start raises MountError: nobody wants to know that at the third disk.
    """

    snapshot_skips = ("input_tap",)
    input_tap: Tap | None = None

    def __init__(self, dos: Dos, bios: Bios, mounts: Mapping[str, MountSpec]) -> None:
        self._dos = dos
        self._bios = bios
        self._disks = {letter: list(mount.disks) for letter, mount in mounts.items() if mount.spares}
        self._inside = dict.fromkeys(self._disks, 0)
        for disks in self._disks.values():
            for disk in disks[1:]:
                for drive in open_drives(disk, dos.drives.page):
                    drive.close()

    @property
    def letters(self) -> list[str]:
        """The drives that have several disks."""
        return sorted(letter for letter, disks in self._disks.items() if len(disks) > 1)

    def disks(self, letter: str) -> list[Path]:
        """The disks of a drive; none when it always holds the same."""
        return [disk.path for disk in self._disks.get(letter.upper(), [])]

    def inside(self, letter: str) -> int:
        """Which of its disks is in a drive."""
        return self._inside.get(letter.upper(), 0)

    def swap(self, letter: str | None = None, number: int | None = None) -> dict[str, Path]:
        """Put the next disk into a drive (all drives that have several), or the one with a number.

        What is in the drives that changed. Raises MountError, and leaves the old one in that drive.
        """
        changed: dict[str, Path] = {}
        for one in self.letters if letter is None else [letter.upper()]:
            disks = self._disks.get(one, [])
            if len(disks) < 2:
                raise MountError(f"{one}: there is no other disk for this drive")
            chosen = (self._inside[one] + 1) % len(disks) if number is None else number
            if not 0 <= chosen < len(disks):
                raise MountError(f"{one}: there are disks 1 to {len(disks)}")
            if chosen != self._inside[one]:
                self._change(one, chosen)
            changed[one] = disks[chosen].path
        return changed

    @tapped("disks.put")
    def _change(self, letter: str, number: int) -> None:
        self._put(letter, self._disks[letter][number])
        self._inside[letter] = number

    @tapped("disks.insert")
    def insert(self, letter: str, path: Path) -> None:
        """Put an image or folder into a drive; it becomes one of its disks. Raises MountError, and changes nothing."""
        letter = letter.upper()
        disks = self._disks.get(letter, [])
        known = next((index for index, disk in enumerate(disks) if disk.path == path), None)
        spec = disks[known] if known is not None else MountSpec(letter, path, self._kind(letter, path))
        self._put(letter, spec)
        if known is None:
            disks = self._disks.setdefault(letter, [])
            disks.append(spec)
            known = len(disks) - 1
        self._inside[letter] = known

    def save(self) -> dict[str, Any]:
        """Which disk is where, for a snapshot."""
        return {"inside": dict(self._inside)}

    def load(self, state: Mapping[str, Any]) -> None:
        """Put the disks of ``save`` back. Raises MountError."""
        for letter, number in state["inside"].items():
            if self.inside(letter) != number:
                self.swap(letter, number)

    def _kind(self, letter: str, path: Path) -> Any:
        """A folder in place of a disc is a disc."""
        old = self._dos.drives.get(letter)
        return "cdrom" if path.is_dir() and hasattr(old, "disc") else "image" if path.is_file() else "folder"

    def _put(self, letter: str, spec: MountSpec) -> None:
        drives = self._dos.drives
        number = drive_number(letter)
        if spec.path.is_file() and hasattr(drives.get(letter), "disc") and not is_disc_image(spec.path):
            raise MountError(f"{letter}: {spec.path}: this is no compact disc")
        new, *others = open_drives(spec, drives.page)
        for other in others:
            other.close()
        drives.change(letter, new)
        self._bios.changed_disks.add(number)
        wire_drives(drives, self._dos, self._bios)
