"""The files that a recorded program had: which they were, and what it made of them.

A replay never changes them: all folders are mounted below overlays. Files that the recorded run itself changed or
deleted are in the recording as they were; those that it made are hidden.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from dosemu.errors import RecordingError
from dosemu.mounts import MountSpec
from dosemu.snapshot import folder
from dosemu.snapshot.folder import Folder, Kept, read_folder
from int21.drives import drive_letter
from int21.host_folder import HostFolder
from int21.overlay import WHITEOUT, OverlayFolder

if TYPE_CHECKING:
    from int21.drives import Drives

_MOST_FILES = 4000  # of one drive; those behind are not looked at
_MOST_BYTES = 256 << 20  # read of one drive; of what is behind only the sizes count
_KEPT_FILE = 4 << 20  # bytes of a file that is remembered in case that the run changes it
_KEPT_BYTES = 64 << 20


@dataclass(slots=True)
class Drive:
    """A folder or image that was a drive: ``files`` by name, each with its size and SHA-256 (empty: size alone)."""

    letter: str
    path: str
    folder: bool
    read_only: bool = False
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    above: Folder = field(default_factory=dict)  # what the replay's overlay begins with

    def describe(self) -> dict[str, Any]:
        """As plain values."""
        names, blobs = folder.describe(self.above, 0)
        return {
            "letter": self.letter, "path": self.path, "folder": self.folder, "read_only": self.read_only,
            "files": [[name, size, digest] for name, (size, digest) in self.files.items()],
            "above": names, "blobs": [blob.hex() for blob in blobs],
        }  # fmt: skip

    @classmethod
    def read(cls, plain: Any) -> Drive:
        """From what describe() gave. Raises ValueError, TypeError, LookupError."""
        letter, path = plain["letter"], plain["path"]
        if not (isinstance(letter, str) and len(letter) == 1 and "A" <= letter <= "Z" and isinstance(path, str)):
            raise ValueError("a drive that cannot be")
        files = {}
        for name, size, digest in plain["files"]:
            if ".." in PurePosixPath(name).parts or name.startswith("/") or type(size) is not int:
                raise ValueError(f"a file {name!r}")
            files[name] = (size, str(digest))
        above = folder.read(plain["above"], [bytes.fromhex(blob) for blob in plain["blobs"]])
        return cls(letter, path, bool(plain["folder"]), bool(plain["read_only"]), files, above)


def _walk(root: Path) -> Iterator[tuple[str, Path, os.stat_result]]:
    count = 0
    for place, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            try:
                status = path.lstat()
            except OSError:
                continue
            if path.is_file() and not path.is_symlink():
                count += 1
                if count > _MOST_FILES:
                    return
                yield path.relative_to(root).as_posix(), path, status


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Watched:
    """The drives of a machine that is recorded."""

    def __init__(self, drives: Drives) -> None:
        self._before: list[tuple[Drive, dict[str, Kept]]] = []
        for number in drives.numbers():
            mounted: Any = drives.at(number)
            letter = drive_letter(number)
            if isinstance(mounted, OverlayFolder):
                lower, upper = mounted.folders
                drive = Drive(letter, os.fspath(Path(lower).absolute()), True)
                remembered = _look(drive)
                drive.above = read_folder(Path(upper), {})
                self._before.append((drive, {}))
            elif type(mounted) is HostFolder:  # a folder in place of a disc is one that cannot be written
                drive = Drive(letter, os.fspath(Path(mounted.path).absolute()), True, mounted.read_only)
                remembered = _look(drive)
                self._before.append((drive, {} if mounted.read_only else remembered))

    def drives(self) -> list[Drive]:
        """As they were at the start, with what the run changed since."""
        for drive, remembered in self._before:
            if not remembered and (drive.read_only or drive.above):
                continue
            root = Path(drive.path)
            there = {name: path for name, path, _ in _walk(root)}
            for name in sorted(there.keys() - drive.files.keys()):
                place = PurePosixPath(name)
                drive.above[str(place.parent / (WHITEOUT + place.name))] = Kept(0, 0o600, b"")
            for name, kept in remembered.items():
                try:
                    same = name in there and there[name].read_bytes() == kept.data
                except OSError:
                    same = False
                if not same:
                    drive.above[name] = kept
        return [drive for drive, _ in self._before]


def _look(drive: Drive) -> dict[str, Kept]:
    """Fill in a drive's files; those small enough to be remembered."""
    remembered: dict[str, Kept] = {}
    read = kept = 0
    for name, path, status in _walk(Path(drive.path)):
        read += status.st_size
        try:
            if read > _MOST_BYTES:
                drive.files[name] = (status.st_size, "")
            elif status.st_size <= _KEPT_FILE and kept + status.st_size <= _KEPT_BYTES:
                data = path.read_bytes()
                kept += len(data)
                drive.files[name] = (len(data), _digest(data))
                remembered[name] = Kept(status.st_mtime_ns, status.st_mode & 0o777, data)
            else:
                drive.files[name] = (status.st_size, _file_digest(path))
        except OSError:
            continue
    return remembered


def same_files(drive: Drive, root: Path) -> None:
    """Raise RecordingError for the first file below ``root`` that is not what it was."""
    for name, (size, digest) in drive.files.items():
        if name in drive.above:
            continue
        path = root / name
        try:
            fits = path.lstat().st_size == size and (not digest or _file_digest(path) == digest)
        except (OSError, ValueError):
            raise RecordingError(f"{path}: was there when the recording was made") from None
        if not fits:
            raise RecordingError(f"{path}: has changed since the recording was made")


def mount_of(drive: Drive, root: Path, above: Path) -> MountSpec:
    """How a drive of a recording is mounted for the replay: nothing is written to ``root``."""
    if drive.read_only:
        return MountSpec(drive.letter, root, read_only=True)
    return MountSpec(drive.letter, root, overlay=above)
