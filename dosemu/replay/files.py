"""The files that a recorded program had: which they were, and what it made of them.

A replay never changes them: all folders are mounted below overlays. Files that the recorded run itself changed or
deleted are in the recording as they were; those that it made are hidden.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass, field
from pathlib import Path as HostPath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from dosemu.errors import RecordingError
from dosemu.mounts import MountSpec
from dosemu.snapshot import folder
from dosemu.snapshot.folder import Folder, Kept, read_folder
from int21.drive import Path, Space
from int21.drives import drive_letter
from int21.errors import DosError
from int21.host_folder import HostFolder
from int21.overlay import WHITEOUT, OverlayFolder
from int21.timestamps import Stamp

if TYPE_CHECKING:
    from int21.drives import Drives

_MOST_FILES = 4000  # of one drive; those behind are not looked at
_MOST_BYTES = 256 << 20  # read of one drive; of what is behind only the sizes count
_KEPT_FILE = 4 << 20  # bytes of a file that is remembered in case that the run changes it
_KEPT_BYTES = 64 << 20
_ROOT = PurePosixPath()


@dataclass(frozen=True, slots=True)
class Known:
    """A file (``digest`` is its SHA-256, empty: only the size is known) or folder (``digest`` is None)."""

    size: int
    digest: str | None
    stamp: Stamp
    accessed: Stamp


@dataclass(slots=True)
class Drive:
    """A folder that was a drive: what was in it, by host names with slashes, and what programs were told of it."""

    letter: str
    path: str
    read_only: bool = False
    serial: int = 0
    spaces: tuple[Space, Space] | None = None  # the usual one, and the large
    known: dict[str, Known] = field(default_factory=dict)
    aliases: dict[Path, dict[str, bytes]] = field(default_factory=dict)
    above: Folder = field(default_factory=dict)  # what the replay's overlay begins with

    def describe(self) -> dict[str, Any]:
        """As plain values."""
        names, blobs = folder.describe(self.above, 0)
        return {
            "letter": self.letter, "path": self.path, "read_only": self.read_only, "serial": self.serial,
            "spaces": None if self.spaces is None else [astuple(space) for space in self.spaces],
            "known": [[name, one.size, one.digest, *one.stamp, *one.accessed] for name, one in self.known.items()],
            "aliases": [
                ["\\".join(map(_text, path)), name, _text(alias)]
                for path, found in self.aliases.items() for name, alias in found.items()
            ],
            "above": names, "blobs": [blob.hex() for blob in blobs],
        }  # fmt: skip

    @classmethod
    def read(cls, plain: Any) -> Drive:
        """From what describe() gave. Raises ValueError, TypeError, LookupError."""
        letter, path = plain["letter"], plain["path"]
        if not (isinstance(letter, str) and len(letter) == 1 and "A" <= letter <= "Z" and isinstance(path, str)):
            raise ValueError("a drive that cannot be")
        known = {}
        for name, size, digest, *times in plain["known"]:
            if type(name) is not str or ".." in PurePosixPath(name).parts or name.startswith("/") or "\0" in name:
                raise ValueError(f"a file {name!r}")
            date, time, read_date, read_time = (number(word, 0xFFFF) for word in times)
            if digest is not None and type(digest) is not str:
                raise ValueError(f"a checksum {digest!r}")
            known[name] = Known(number(size, 1 << 60), digest, (date, time), (read_date, read_time))
        aliases: dict[Path, dict[str, bytes]] = {}
        for place, name, alias in plain["aliases"]:
            if type(name) is not str or not 0 < len(alias) <= 12:
                raise ValueError(f"a name {alias!r}")
            below = tuple(part.encode("latin-1") for part in place.split("\\") if part)
            aliases.setdefault(below, {})[name] = alias.encode("latin-1")
        spaces = None
        if plain["spaces"] is not None:
            usual, large = (Space(*(number(value, 0xFFFFFFFF) for value in space)) for space in plain["spaces"])
            spaces = usual, large
        above = folder.read(plain["above"], [bytes.fromhex(blob) for blob in plain["blobs"]])
        return cls(
            letter, path, bool(plain["read_only"]), number(plain["serial"], 0xFFFFFFFF), spaces, known, aliases, above
        )  # fmt: skip


def number(value: Any, highest: int) -> int:
    """A whole number from 0 on. Raises ValueError for anything else."""
    if type(value) is not int or not 0 <= value <= highest:
        raise ValueError(f"a number {value!r}")
    return value


def _text(name: bytes) -> str:
    return name.decode("latin-1")


def _walk(root: HostPath) -> Iterator[tuple[str, HostPath, os.stat_result]]:
    """Files and folders, each folder before what is in it."""
    count = 0
    for place, folders, names in os.walk(root):
        folders.sort()
        for name in sorted([*folders, *names]):
            path = HostPath(place, name)
            try:
                status = path.lstat()
            except OSError:
                continue
            if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode):
                count += 1
                if count > _MOST_FILES:
                    return
                yield path.relative_to(root).as_posix(), path, status


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _file_digest(path: HostPath) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Watched:
    """The drives of a machine that is recorded. What the host could change in what they tell is held as it is."""

    def __init__(self, drives: Drives) -> None:
        self._before: list[tuple[Drive, dict[str, Kept] | None]] = []  # None: it stays as it is
        for unit in drives.numbers():
            mounted: Any = drives.at(unit)
            if not isinstance(mounted, OverlayFolder) and type(mounted) is not HostFolder:
                continue  # a folder in place of a disc is one that cannot be written
            spaces = mounted.spaces = mounted.space(), mounted.large_space()
            lower = mounted.folders[0] if isinstance(mounted, OverlayFolder) else mounted.path
            drive = Drive(
                drive_letter(unit), os.fspath(HostPath(lower).absolute()), mounted.read_only, mounted.serial, spaces
            )  # fmt: skip
            remembered = _look(drive, mounted)
            if isinstance(mounted, OverlayFolder):
                drive.above = read_folder(HostPath(mounted.folders[1]), {}, mounted.times)
                for name in drive.above:
                    stamp, accessed = mounted.times_of(name)
                    drive.known.setdefault(name, Known(0, "", stamp, accessed))
                self._before.append((drive, None))
            else:
                self._before.append((drive, None if mounted.read_only else remembered))
        drives.rewrite_tables()

    def drives(self) -> list[Drive]:
        """As they were at the start, with what the run changed since."""
        for drive, remembered in self._before:
            if remembered is None:
                continue
            there = {name: (path, status) for name, path, status in _walk(HostPath(drive.path))}
            for name in there:
                place = PurePosixPath(name)
                if name not in drive.known and (place.parent == _ROOT or str(place.parent) in drive.known):
                    drive.above[str(place.parent / (WHITEOUT + place.name))] = Kept(0, 0o600, b"")
            for name, kept in remembered.items():
                if name not in there or not _same(kept, *there[name]):
                    drive.above[name] = kept
        return [drive for drive, _ in self._before]


def _same(kept: Kept, path: HostPath, status: os.stat_result) -> bool:
    if stat.S_ISDIR(status.st_mode) or kept.data is None:
        return stat.S_ISDIR(status.st_mode) and kept.data is None
    try:
        return (status.st_mode ^ kept.mode) & 0o200 == 0 and path.read_bytes() == kept.data
    except OSError:
        return False


def _look(drive: Drive, mounted: HostFolder | OverlayFolder) -> dict[str, Kept]:
    """Fill in what is on a drive; the folders, and the files small enough to be remembered."""
    remembered: dict[str, Kept] = {}
    read = kept = 0
    root = HostPath(drive.path)
    _note_aliases(drive, mounted, "")
    for name, path, status in _walk(root):
        mode = status.st_mode & 0o777
        try:
            times = mounted.times_of(name)
            if stat.S_ISDIR(status.st_mode):
                drive.known[name] = Known(0, None, *times)
                remembered[name] = Kept(status.st_mtime_ns, mode, None)
                _note_aliases(drive, mounted, name)
                continue
            read += status.st_size
            if read > _MOST_BYTES:
                drive.known[name] = Known(status.st_size, "", *times)
            elif status.st_size <= _KEPT_FILE and kept + status.st_size <= _KEPT_BYTES:
                data = path.read_bytes()
                kept += len(data)
                drive.known[name] = Known(len(data), _digest(data), *times)
                remembered[name] = Kept(status.st_mtime_ns, mode, data)
            else:
                drive.known[name] = Known(status.st_size, _file_digest(path), *times)
        except OSError:
            continue
    return remembered


def _note_aliases(drive: Drive, mounted: HostFolder | OverlayFolder, host: str) -> None:
    """Note the DOS names that a folder's names alone do not tell."""
    path = mounted.guest_path(PurePosixPath(host).parts)
    if path is None:
        return
    try:
        found = {name: alias for alias, name in mounted.long_names(path).items() if b"~" in alias}
    except DosError:
        return
    if found:
        drive.aliases[path] = found


def same_files(drive: Drive, root: HostPath) -> None:
    """Raise RecordingError for the first file below ``root`` that is not what it was."""
    for name, known in drive.known.items():
        if name in drive.above:
            continue
        path = root / name
        try:
            status = path.lstat()
            if known.digest is None:
                fits = stat.S_ISDIR(status.st_mode)
            else:
                fits = status.st_size == known.size and (not known.digest or _file_digest(path) == known.digest)
        except (OSError, ValueError):
            raise RecordingError(f"{path}: was there when the recording was made") from None
        if not fits:
            raise RecordingError(f"{path}: has changed since the recording was made")


def mount_of(drive: Drive, root: HostPath, above: HostPath) -> MountSpec:
    """How a drive of a recording is mounted for the replay: nothing is written to ``root``."""
    if drive.read_only:
        return MountSpec(drive.letter, root, read_only=True)
    return MountSpec(drive.letter, root, overlay=above)


def tell_as_then(recorded: list[Drive], drives: Drives) -> None:
    """Let the drives of a replay, which were made by ``mount_of``, tell programs what they told them then."""
    for drive in recorded:
        mounted: Any = drives.get(drive.letter)
        if not isinstance(mounted, HostFolder | OverlayFolder):
            continue
        mounted.serial, mounted.spaces = drive.serial, drive.spaces
        if isinstance(mounted, OverlayFolder):
            mounted.show_aliases(drive.aliases)
        for name, known in drive.known.items():
            with suppress(OSError, ValueError):
                mounted.show_times(name, known.stamp, known.accessed)
    drives.rewrite_tables()
