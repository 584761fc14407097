"""The guest's drives as Python objects.

>>> from dosemu import Machine
>>> with Machine.from_files({"T.COM": b"\\xcd\\x20", "DOCS/READ.ME": b"hello"}) as m:
...     m.fs.read("C:\\\\DOCS\\\\READ.ME"), m.fs["C"].list()
...     _ = m.fs.mount("D", {"DATA.BIN": bytes(3)})
...     m.fs["D"].write("NEW.TXT", b"made"); sorted(m.fs["D"].walk())
(b'hello', ['DOCS', 'T.COM'])
['DATA.BIN', 'NEW.TXT']

What is written to an overlay can be looked at, kept or dropped:

>>> import pathlib, tempfile
>>> folder = pathlib.Path(tempfile.mkdtemp()); _ = (folder / "A.TXT").write_bytes(b"old")
>>> with Machine.from_files({"T.COM": b"\\xcd\\x20"}) as m:
...     drive = m.fs.mount("D", folder, overlay=True)
...     drive.write("A.TXT", b"new"); drive.changes(), (folder / "A.TXT").read_bytes()
...     drive.rollback(); drive.read("A.TXT")
...     drive.write("A.TXT", b"kept"); drive.commit(); (folder / "A.TXT").read_bytes()
({'A.TXT': 'written'}, b'old')
b'old'
b'kept'
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dosemu.errors import MountError
from dosemu.host_drives import open_drives, wire_drives
from dosemu.mounts import MountSpec
from int21.drive import Attribute
from int21.drives import Location, drive_letter, drive_number
from int21.errors import DosError, ErrorCode
from int21.overlay import WHITEOUT, OverlayFolder

if TYPE_CHECKING:
    from dosemu.machine import Machine
    from int21.drive import Drive

Source = str | os.PathLike[str] | Mapping[str, bytes]

_MISSING = (ErrorCode.FILE_NOT_FOUND, ErrorCode.PATH_NOT_FOUND)
_OLDEST = 315_532_800  # 1 January 1980, so that runs repeat exactly


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their relative names, with ``/`` or ``\\``. Raises ValueError for names that lead out."""
    for name, data in files.items():
        parts = name.replace("\\", "/").split("/")
        if any(part in ("", ".", "..") or ":" in part for part in parts):
            raise ValueError(f"{name!r} is no relative name of a file")
        path = folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (_OLDEST, _OLDEST))


class GuestDrive:
    """A drive as the guest sees it; names are DOS names in either case, folders are parted by ``\\`` or ``/``.

    What is not there raises FileNotFoundError, what is refused PermissionError or OSError.

    >>> from dosemu import Machine
    >>> with Machine.from_files({"T.COM": b"\\xcd\\x20"}, overlay=True) as m:
    ...     drive = m.fs["C"]
    ...     drive.make_directory("DOCS"); drive.write("DOCS/A.TXT", b"a"); drive.read("docs\\\\a.txt")
    ...     drive.exists("B.TXT"), drive.list(), sorted(drive.walk()), type(drive.drive).__name__
    ...     drive.changes(); drive.commit(); drive.changes()
    ...     drive.delete("DOCS/A.TXT"); drive.rollback(); drive.exists("DOCS/A.TXT")
    b'a'
    (False, ['DOCS', 'T.COM'], ['DOCS\\\\A.TXT', 'T.COM'], 'OverlayFolder')
    {'DOCS/A.TXT': 'written'}
    {}
    True
    """

    def __init__(self, files: FileSystem, letter: str) -> None:
        self._files = files
        self.letter = letter

    @property
    def drive(self) -> Drive:
        """What DOS works with (``int21.drive.Drive``)."""
        return self._files.drives.at(drive_number(self.letter))

    def read(self, name: str) -> bytes:
        """What is in a file."""
        with _errors(name):
            place = self._place(name)
            file = place.drive.open(place.path, writable=False)
            try:
                return file.read(0, file.size())
            finally:
                file.close()

    def write(self, name: str, data: bytes) -> None:
        """Make a file, or replace what is in it; its folder must be there."""
        with _errors(name):
            place = self._place(name)
            file, _ = place.drive.create(place.path, Attribute.ARCHIVE)
            try:
                if file.write(0, data) < len(data):
                    raise OSError(f"{name}: the disk is full")
            finally:
                file.close()

    def delete(self, name: str) -> None:
        """Delete a file."""
        with _errors(name):
            place = self._place(name)
            place.drive.delete(place.path)

    def make_directory(self, name: str) -> None:
        """Make a folder."""
        with _errors(name):
            place = self._place(name)
            place.drive.make_directory(place.path)

    def exists(self, name: str) -> bool:
        """There is such a file or folder."""
        try:
            place = self._place(name)
            return not place.path or place.drive.entry(place.path) is not None
        except DosError:
            return False

    def list(self, folder: str = "") -> list[str]:
        """The names in a folder, sorted."""
        with _errors(folder):
            place = self._place(folder)
            return sorted(name.decode(self._files.codec) for name in place.drive.names(place.path))

    def walk(self, folder: str = "") -> Iterator[str]:
        """The names of all files below a folder, with their folders in front."""
        for name in self.list(folder):
            path = f"{folder}\\{name}" if folder else name
            with _errors(path):
                place = self._place(path)
                directory = place.drive.entry(place.path).is_directory
            if directory:
                yield from self.walk(path)
            else:
                yield path

    def _place(self, name: str) -> Location:
        path = f"{self.letter}:\\{name.strip('/' + chr(92))}"
        return self._files.drives.resolve(path.encode(self._files.codec, "replace"))

    # --- overlays -----------------------------------------------------------------------------------------

    def _overlay(self) -> tuple[Path, Path]:
        drive = self.drive
        if not isinstance(drive, OverlayFolder):
            raise ValueError(f"{self.letter}: is no overlay")
        return self._files.overlays[self.letter]

    def changes(self) -> dict[str, Literal["written", "deleted"]]:
        """What differs from the folder below, by the names on the host. Raises ValueError for what is no overlay."""
        _, above = self._overlay()
        found: dict[str, Literal["written", "deleted"]] = {}
        for path in sorted(above.rglob("*")):
            name = path.relative_to(above)
            if path.name.startswith(WHITEOUT):
                found.setdefault(str(name.with_name(path.name.removeprefix(WHITEOUT))), "deleted")
            elif path.is_file():
                found[str(name)] = "written"
        return found

    def rollback(self) -> None:
        """Drop all changes: the drive shows the folder below as it is."""
        _, above = self._overlay()
        for path in above.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        self._files.remount(self.letter)

    def commit(self) -> None:
        """Make all changes in the folder below, and drop them here."""
        below, above = self._overlay()
        for path in sorted(above.rglob(f"{WHITEOUT}*")):
            gone = below / path.relative_to(above).with_name(path.name.removeprefix(WHITEOUT))
            if gone.is_dir() and not gone.is_symlink():
                shutil.rmtree(gone)
            else:
                gone.unlink(missing_ok=True)
        for path in sorted(above.rglob("*")):
            target = below / path.relative_to(above)
            if path.is_dir():
                target.mkdir(exist_ok=True)
            elif not path.name.startswith(WHITEOUT):
                shutil.copy2(path, target)
        self.rollback()


class FileSystem:
    """All drives of a machine: ``m.fs["C"]``, ``m.fs.read("C:\\A.TXT")``, ``m.fs.mount("D", folder)``.

    >>> from dosemu import Machine
    >>> with Machine.from_files({"T.COM": b"\\xcd\\x20"}) as m:
    ...     _ = m.fs.mount("D", {"A.TXT": b"a"})
    ...     m.fs.write("D:B.TXT", m.fs.read("D:A.TXT")); m.fs.delete("D:A.TXT")
    ...     m.fs.list("D:"), m.fs.exists("D:A.TXT"), list(m.fs)
    ...     m.fs.unmount("D"); "D" in m.fs
    (['B.TXT'], False, ['C', 'D', 'Z'])
    False
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.drives = machine.dos.drives
        self.codec = self.drives.page.codec
        self.overlays: dict[str, tuple[Path, Path]] = {
            spec.letter: (spec.path, spec.overlay)
            for spec in machine.settings.mounts.values()
            if spec.overlay is not None
        }

    def __getitem__(self, letter: str) -> GuestDrive:
        letter = letter.rstrip(":\\").upper()
        if len(letter) != 1 or not "A" <= letter <= "Z" or self.drives.get(letter) is None:
            raise KeyError(letter)
        return GuestDrive(self, letter)

    def __contains__(self, letter: str) -> bool:
        try:
            self[letter]
        except KeyError:
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        return iter([drive_letter(number) for number in self.drives.numbers()])

    def mount(
        self,
        letter: str,
        source: Source,
        *,
        read_only: bool = False,
        overlay: bool | str | os.PathLike[str] = False,
    ) -> GuestDrive:
        """Give the guest a folder, a ZIP archive, a disk or CD image, or a dictionary of files as a drive.

        ``overlay`` keeps what is written apart: True in a folder that goes with the machine, or in the one named.
        Raises MountError.
        """
        letter = letter.rstrip(":").upper()
        try:
            drive_number(letter)
        except ValueError as error:
            raise MountError(str(error)) from None
        if isinstance(source, Mapping):
            folder = self._machine.temporary_folder()
            try:
                write_files(folder, source)
            except ValueError as error:
                raise MountError(f"{letter}: {error}") from None
            source = folder
        above: Path | None = None
        if overlay is not False:
            above = self._machine.temporary_folder() if overlay is True else Path(overlay)
            self.overlays[letter] = (Path(source), above)
        spec = MountSpec(letter, Path(source), read_only=read_only, overlay=above)
        self._put(letter, open_drives(spec, self.drives.page)[0])
        return self[letter]

    def remount(self, letter: str) -> None:
        """Look at an overlay's folders anew.

        >>> import pathlib, tempfile
        >>> from dosemu import Machine
        >>> with Machine.from_files({"T.COM": b"\\xcd\\x20"}, overlay=True) as m:
        ...     _ = (m.overlay_folder / "A.TXT").write_bytes(b"put there"); m.fs.remount("C"); m.fs.read("C:A.TXT")
        b'put there'
        """
        below, above = self.overlays[letter]
        directory = self.drives.directory(drive_number(letter))
        self._put(letter, open_drives(MountSpec(letter, below, overlay=above), self.drives.page)[0])
        try:
            self.drives.set_directory(drive_number(letter), directory)
        except DosError:
            self.drives.set_directory(drive_number(letter), ())

    def unmount(self, letter: str) -> None:
        """Take a drive away. Raises KeyError."""
        drive = self[letter].drive
        self.drives.unmount(letter.rstrip(":\\").upper())
        drive.close()

    def _put(self, letter: str, drive: Drive) -> None:
        old = self.drives.get(letter)
        self.drives.mount(letter, drive)
        if old is not None:
            old.close()
        wire_drives(self.drives, self._machine.dos, self._machine.bios)

    def _split(self, path: str) -> tuple[GuestDrive, str]:
        letter, colon, name = path.partition(":")
        if not colon:
            letter, name = drive_letter(self.drives.current), path
        try:
            return self[letter], name
        except KeyError:
            raise FileNotFoundError(f"{path}: no such drive") from None

    def read(self, path: str) -> bytes:
        """What is in a file: ``m.fs.read("C:\\DIR\\FILE.TXT")``."""
        drive, name = self._split(path)
        return drive.read(name)

    def write(self, path: str, data: bytes) -> None:
        """Make a file, or replace what is in it."""
        drive, name = self._split(path)
        drive.write(name, data)

    def delete(self, path: str) -> None:
        """Delete a file."""
        drive, name = self._split(path)
        drive.delete(name)

    def exists(self, path: str) -> bool:
        """There is such a file or folder."""
        try:
            drive, name = self._split(path)
        except FileNotFoundError:
            return False
        return drive.exists(name)

    def list(self, path: str = "") -> list[str]:
        """The names in a folder, sorted."""
        drive, name = self._split(path)
        return drive.list(name)


class _errors:  # noqa: N801, a context manager
    """DOS errors as Python's."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, DosError):
            if error.code in _MISSING:
                raise FileNotFoundError(f"{self._name}: not found") from None
            if error.code == ErrorCode.ACCESS_DENIED:
                raise PermissionError(f"{self._name}: access denied") from None
            raise OSError(f"{self._name}: {error.code.name.lower().replace('_', ' ')}") from None


def temporary_folder() -> tuple[Path, Callable[[], None]]:
    """A folder of its own, and how to be rid of it."""
    folder = tempfile.TemporaryDirectory(prefix="dosemu-")
    return Path(folder.name), folder.cleanup
