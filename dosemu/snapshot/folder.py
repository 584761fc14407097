"""What is in a folder that goes with its machine: the overlay of ``Machine(..., overlay=True)``.

It is a part of the machine, unlike the user's own folders, so a snapshot holds its files.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from dosemu.errors import SnapshotError
from int21.host_times import HostTimes

_LARGEST = 256 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A file, or a folder (None)."""

    modified_ns: int
    mode: int
    data: bytes | None


Folder = dict[str, Kept]  # by paths with slashes


def read_folder(folder: Path, before: Folder, times: HostTimes) -> Folder:
    """All that is in a folder, with the times that programs see; what did not change is shared with ``before``.

    Raises SnapshotError.
    """
    found: Folder = {}
    total = 0
    try:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            status = path.lstat()
            if path.is_symlink():
                continue
            if path.is_dir():
                found[name] = Kept(times.modified_ns(status), status.st_mode & 0o777, None)
                continue
            total += status.st_size
            if total > _LARGEST:
                raise SnapshotError(f"the overlay holds more than {_LARGEST >> 20} MB")
            data = path.read_bytes()
            old = before.get(name)
            if old is not None and old.data == data:
                data = old.data
            found[name] = Kept(times.modified_ns(status), status.st_mode & 0o777, data)
    except OSError as error:
        raise SnapshotError(f"{error.filename or folder}: {error.strerror or error}") from None
    return found


def write_folder(folder: Path, files: Folder, now: Folder | None = None) -> None:
    """Put them into a folder, where ``now`` is already. Raises SnapshotError."""
    try:
        for name, kept in files.items():
            path = folder / name
            if now and now.get(name) == kept:
                continue
            if kept.data is None:
                path.mkdir(parents=True, exist_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(kept.data)
        # All of them: what programs see of one that is there may not be what the host has.
        for name, kept in reversed(files.items()):  # a folder after what is in it
            os.utime(folder / name, ns=(kept.modified_ns, kept.modified_ns))
            (folder / name).chmod(kept.mode & 0o777 | (0o700 if kept.data is None else 0o400))
    except (OSError, ValueError, OverflowError) as error:
        raise SnapshotError(f"the files of the overlay: {error}") from None


def replace_folder(folder: Path, now: Folder, files: Folder) -> None:
    """Make a folder that holds ``now`` one that holds ``files``. Raises SnapshotError."""
    try:
        for name, kept in reversed(now.items()):
            wanted = files.get(name)
            if wanted is None or (wanted.data is None) is not (kept.data is None):
                path = folder / name
                path.rmdir() if kept.data is None else path.unlink()
    except OSError as error:
        raise SnapshotError(f"the files of the overlay: {error}") from None
    write_folder(folder, files, now)


def describe(files: Folder, first: int) -> tuple[list[Any], list[bytes]]:
    """As plain values and blobs; the blobs get the numbers from ``first`` on."""
    blobs: list[bytes] = []
    plain: list[Any] = []
    for name, kept in files.items():
        number = None
        if kept.data is not None:
            number = first + len(blobs)
            blobs.append(kept.data)
        plain.append([name, kept.modified_ns, kept.mode, number])
    return plain, blobs


def read(plain: Any, blobs: list[bytes]) -> Folder:
    """From what describe() gave. Raises ValueError, TypeError or IndexError for what it cannot have given."""
    found: Folder = {}
    for name, modified_ns, mode, number in plain:
        path = PurePosixPath(name)
        if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
            raise ValueError(f"a file {name!r}")
        found[name] = Kept(int(modified_ns), int(mode), None if number is None else blobs[number])
    return found
