"""A folder of the host whose changes go to another folder, the overlay.

A file is copied to the overlay when it is first written. What was deleted is remembered there by an empty
file ``.wh.NAME`` (a "whiteout"): it hides NAME of the folder below for good, also when the program makes
another NAME. Full names decide what is the same file, so that the 8.3 names of the folder below stay.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace

from int21 import names
from int21.code_pages import CodePage
from int21.drive import Attribute, Entry, OtherTimes, Path, Space
from int21.errors import DosError, ErrorCode
from int21.host_file import HostFile
from int21.host_folder import HostFolder
from int21.host_times import HostTimes
from int21.planned_names import PlannedNames
from int21.timestamps import Stamp

WHITEOUT = ".wh."
_COPYING = ".wh..copy"
_BLOCK = 1 << 20
_FOLDERS = 512


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a name is in the two folders; None: not there."""

    host: str
    lower: Path | None
    upper: Path | None

    @property
    def exists(self) -> bool:
        return self.lower is not None or self.upper is not None


@dataclass(frozen=True, slots=True)
class _Listing:
    below: Sequence[bytes] | None
    above: Sequence[bytes] | None
    places: dict[bytes, _Place]
    names: tuple[bytes, ...]


class OverlayFile:
    """An open file, in the overlay or still below; it moves up when it is first written."""

    snapshot_kept = True

    def __init__(self, drive: OverlayFolder, path: Path, place: _Place, file: HostFile, *, writable: bool) -> None:
        self._drive = drive
        self._path = path
        self.place = place
        self.file = file
        self._writable = writable
        # While it is open, a file is the same in both folders.
        self._identity = drive.identity(path)

    @property
    def identity(self) -> Hashable:
        return self._identity

    def read(self, position: int, count: int) -> bytes:
        return self.file.read(position, count)

    def write(self, position: int, data: bytes) -> int:
        return self._own().write(position, data)

    def truncate(self, size: int) -> bool:
        return self._own().truncate(size)

    def size(self) -> int:
        return self.file.size()

    def stamp(self) -> Stamp:
        return self.file.stamp()

    def set_stamp(self, stamp: Stamp) -> None:
        self._own().set_stamp(stamp)

    def other_times(self) -> OtherTimes:
        return self.file.other_times()

    def set_other_times(self, times: OtherTimes) -> None:
        self._own().set_other_times(times)

    @property
    def dirty(self) -> bool:
        """As ``HostFile.dirty``."""
        return self.file.dirty

    @dirty.setter
    def dirty(self, dirty: bool) -> None:
        self.file.dirty = dirty

    def commit(self) -> None:
        """As ``HostFile.commit``."""
        self.file.commit()

    def times_state(self) -> tuple[Stamp, bool]:
        """As ``HostFile.times_state``."""
        return self.file.times_state()

    def resume(self, state: tuple[Stamp, bool]) -> None:
        """As ``HostFile.resume``."""
        self.file.resume(state)

    def close(self) -> None:
        self.file.close()

    def _own(self) -> HostFile:
        if self.place.upper is None:
            if not self._writable:
                # The time of a file that was opened for reading may be set too (INT 21h/5701h).
                self._drive.check_same(self._path, self.place)
            self._drive.copy_up(self._path, self.place)
        return self.file


class OverlayFolder:
    """The folder ``path`` as a drive, changed only in ``overlay``. Raises OSError when one cannot be opened.

    >>> import pathlib, tempfile
    >>> below, above = pathlib.Path(tempfile.mkdtemp()), pathlib.Path(tempfile.mkdtemp())
    >>> _ = (below / "a.txt").write_text("old")
    >>> drive = OverlayFolder(below, above)
    >>> file = drive.open((b"A.TXT",), writable=True)
    >>> file.write(0, b"new"), (below / "a.txt").read_text(), (above / "a.txt").read_text()
    (3, 'old', 'new')
    >>> file.close(); drive.delete((b"A.TXT",)); drive.names(()), sorted(p.name for p in above.iterdir())
    ((), ['.wh.a.txt'])
    >>> drive.close()
    """

    snapshot_kept = True

    def __init__(
        self,
        path: str | os.PathLike[str],
        overlay: str | os.PathLike[str],
        label: bytes = b"",
        page: CodePage = names.DEFAULT,
    ) -> None:
        self._page = page
        self._lower = HostFolder(path, read_only=True, page=page)
        try:
            self._upper = HostFolder(overlay, page=page)
        except OSError:
            self._lower.close()
            raise
        self.label = label
        self.serial = self._lower.serial
        self.read_only = False
        self.removable = False
        self.remote = False
        self.media = 0xF8
        self._aliases: Mapping[Path, Mapping[str, bytes]] = {}
        self._planned = PlannedNames()
        self._listings: dict[Path, _Listing] = {}
        self._open: weakref.WeakSet[OverlayFile] = weakref.WeakSet()

    def __repr__(self) -> str:
        return f"OverlayFolder({self._lower.path!r}, {self._upper.path!r})"

    @property
    def folders(self) -> tuple[str, str]:
        """The one below, and the overlay."""
        return self._lower.path, self._upper.path

    @property
    def now(self) -> Callable[[], Stamp] | None:
        """What gives the stamp of files that are made or changed."""
        return self.times.now

    @now.setter
    def now(self, now: Callable[[], Stamp] | None) -> None:
        self.times.now = now

    def close(self) -> None:
        """Give the folders back; open files stay open."""
        self._lower.close()
        self._upper.close()

    # Looking

    @property
    def spaces(self) -> tuple[Space, Space] | None:
        """As ``HostFolder.spaces``."""
        return self._upper.spaces

    @spaces.setter
    def spaces(self, spaces: tuple[Space, Space] | None) -> None:
        self._upper.spaces = spaces

    def show_aliases(self, aliases: Mapping[Path, Mapping[str, bytes]]) -> None:
        """Let these DOS names stand for full names, by directory."""
        self._aliases = aliases
        self._listings.clear()

    @property
    def times(self) -> HostTimes:
        """The times of the files in the overlay."""
        return self._upper.times

    def times_of(self, host: str) -> tuple[Stamp, Stamp]:
        """As ``HostFolder.times_of``, of what is seen of the two. Raises OSError."""
        try:
            return self._upper.times_of(host)
        except OSError:
            return self._lower.times_of(host)

    def show_times(self, host: str, stamp: Stamp, accessed: Stamp) -> None:
        """As ``HostFolder.show_times``, in both. Raises OSError when it is in neither."""
        found = False
        for drive in (self._lower, self._upper):
            with suppress(OSError):
                drive.show_times(host, stamp, accessed)
                found = True
        if not found:
            raise FileNotFoundError(host)

    def guest_path(self, parts: Iterable[str]) -> Path | None:
        """What a path below the root of either folder is called here; None when it is not visible."""
        path: Path = ()
        for part in parts:
            try:
                places = self._listing(path).places
            except DosError:
                return None
            alias = next((alias for alias, place in places.items() if place.host == part), None)
            if alias is None:
                return None
            path = (*path, alias)
        return path

    def names(self, path: Path) -> Sequence[bytes]:
        return self._listing(path).names

    def entry(self, path: Path) -> Entry:
        place = self._place(path)
        drive, inside = self._top(place)
        entry = replace(drive.entry(inside), name=path[-1] if path else b"")
        if entry.is_directory and drive is self._upper and place.lower is not None:
            below = self._lower.entry(place.lower)
            if below.is_directory:  # where it was made
                entry = replace(entry, stamp=below.stamp)
        return entry

    def identity(self, path: Path) -> Hashable | None:
        try:
            place = self._place(path)
        except DosError:
            return None
        for file in self._open:
            if file.place == place:
                return file.identity
        drive, inside = self._top(place)
        return drive.identity(inside)

    def space(self) -> Space:
        return self._upper.space()

    def large_space(self) -> Space:
        return self._upper.large_space()

    def long_names(self, path: Path) -> Mapping[bytes, str]:
        return {alias: place.host for alias, place in self._listing(path).places.items()}

    def alias_for(self, folder: Path, long: str) -> bytes:
        known = {place.host: alias for alias, place in self._listing(folder).places.items()}
        return names.alias_for(long, known, self._page)

    def named(self, path: Path, long: str) -> AbstractContextManager[None]:
        return self._planned.named(path, long)

    # Files

    def open(self, path: Path, *, writable: bool) -> OverlayFile:
        place = self._place(path)
        drive, inside = self._top(place)
        if writable and drive is self._lower:
            entry = drive.entry(inside)
            if entry.is_directory or entry.attributes & Attribute.READ_ONLY:
                raise DosError(ErrorCode.ACCESS_DENIED)
        return self._opened(path, place, drive.open(inside, writable=writable and drive is self._upper), writable)

    def create(self, path: Path, attributes: Attribute, *, exclusive: bool = False) -> tuple[OverlayFile, bool]:
        place = self._find(path)
        if place.exists:
            if exclusive:
                raise DosError(ErrorCode.FILE_EXISTS)
            file = self.open(path, writable=True)
            if not file.truncate(0):
                raise DosError(ErrorCode.ACCESS_DENIED)
            file.commit()
            self.set_attributes(path, attributes | Attribute.ARCHIVE)
            return file, False
        upper = self._above(path[:-1])
        with self._new(upper, place.host) as inside:
            made, _ = self._upper.create(inside, attributes, exclusive=True)
        place = replace(place, upper=inside)
        return self._opened(path, place, made, True), True

    def delete(self, path: Path) -> None:
        place = self._place(path)
        entry = self.entry(path)
        if entry.is_directory or entry.attributes & Attribute.READ_ONLY:
            raise DosError(ErrorCode.ACCESS_DENIED)
        self._remove(path, place)

    def rename(self, old: Path, new: Path) -> None:
        place = self._place(old)
        if not old or not new:
            raise DosError(ErrorCode.ACCESS_DENIED)
        target = self._find(new)
        if new != old and target.exists:
            raise DosError(ErrorCode.ACCESS_DENIED)
        directory = self.entry(old).is_directory
        if directory and old[:-1] != new[:-1]:
            raise DosError(ErrorCode.ACCESS_DENIED)  # DOS renames directories, but moves only files
        host = self._new_host(new)
        if host == place.host and old == new:
            raise DosError(ErrorCode.ACCESS_DENIED)
        folder = self._above(new[:-1])
        self._copy_tree(old)
        place = self._place(old)
        assert place.upper is not None
        with self._new(folder, host) as inside:
            if place.lower is not None:
                self._white_out(old)  # first: the name is there once, killed or not
            self._upper.rename(place.upper, inside)

    # Directories

    def make_directory(self, path: Path) -> None:
        if not path:
            raise DosError(ErrorCode.ACCESS_DENIED)
        place = self._find(path)
        if place.exists:
            raise DosError(ErrorCode.ACCESS_DENIED)
        with self._new(self._above(path[:-1]), place.host) as inside:
            self._upper.make_directory(inside)

    def remove_directory(self, path: Path) -> None:
        place = self._find(path)
        if not place.exists:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        if not path or not self.entry(path).is_directory or self.names(path):
            raise DosError(ErrorCode.ACCESS_DENIED)
        self._remove(path, place)

    def set_attributes(self, path: Path, attributes: Attribute) -> None:
        place = self._place(path)
        if not path:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        if self.entry(path).is_directory:
            inside = self._above(path)
        else:
            inside = place.upper if place.upper is not None else self.copy_up(path, place)
        self._upper.set_attributes(inside, attributes)

    # The two folders

    def check_same(self, path: Path, place: _Place) -> None:
        """Raise ACCESS_DENIED when the path means another file by now."""
        if self._find(path) != place:
            raise DosError(ErrorCode.ACCESS_DENIED)

    def copy_up(self, path: Path, place: _Place) -> Path:
        """Copy a file to the overlay, and let whoever has it open go on there; where it is then."""
        assert place.lower is not None
        self.check_same(path, place)
        folder = self._above(path[:-1])
        entry = self._lower.entry(place.lower)
        self._discard(folder, _COPYING)
        source = self._lower.open(place.lower, writable=False)
        try:
            with self._new(folder, _COPYING) as copying:
                target, _ = self._upper.create(copying, Attribute(0), exclusive=True)
            try:
                _copy(source, target)
                target.set_stamp(entry.stamp)
                target.set_other_times(source.other_times())
            finally:
                target.close()
        finally:
            source.close()
        # Under its name only when it is whole: killed before that, the file below is still what is seen.
        with self._new(folder, place.host) as inside:
            self._upper.rename(copying, inside)
        moved = replace(place, upper=inside)
        for file in list(self._open):
            if file.place == place:
                file.file.close()
                file.place, file.file = moved, self._upper.open(inside, writable=True)
        if entry.attributes & (Attribute.HIDDEN | Attribute.SYSTEM):
            self._upper.set_attributes(inside, entry.attributes & Attribute.settable())
        return inside

    def _opened(self, path: Path, place: _Place, file: HostFile, writable: bool) -> OverlayFile:
        opened = OverlayFile(self, path, place, file, writable=writable)
        self._open.add(opened)
        return opened

    def _top(self, place: _Place) -> tuple[HostFolder, Path]:
        if place.upper is not None:
            return self._upper, place.upper
        if place.lower is not None:
            return self._lower, place.lower
        raise DosError(ErrorCode.FILE_NOT_FOUND)

    def _place(self, path: Path) -> _Place:
        place = self._find(path)
        if not place.exists:
            raise DosError(ErrorCode.FILE_NOT_FOUND)
        return place

    def _find(self, path: Path) -> _Place:
        """Where a path is; only its last name may be missing, and then has the name it would get."""
        if not path:
            return _Place("", (), ())
        place = self._listing(path[:-1]).places.get(path[-1])
        if place is not None:
            return place
        return _Place(self._new_host(path), None, None)

    def _new_host(self, path: Path) -> str:
        """The full name of something the program makes. Raises ACCESS_DENIED for that of a whiteout."""
        host = self._planned.get(path) or names.host_name(path[-1], self._page)
        if host.startswith(WHITEOUT):
            raise DosError(ErrorCode.ACCESS_DENIED)
        return host

    def _listing(self, path: Path) -> _Listing:
        place = self._find(path)
        if not place.exists:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        below = None if place.lower is None else self._names(self._lower, place.lower)
        above = None if place.upper is None else self._names(self._upper, place.upper)
        if below is None and above is None:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        known = self._listings.get(path)
        if known is not None and known.below is below and known.above is above:
            return known
        lower = {} if below is None or place.lower is None else self._lower.long_names(place.lower)
        upper = {} if above is None or place.upper is None else self._upper.long_names(place.upper)
        white = {host.removeprefix(WHITEOUT) for host in upper.values() if host.startswith(WHITEOUT)}
        places: dict[str, _Place] = {}
        for alias, host in lower.items():
            if host not in white and not host.startswith(WHITEOUT):
                places[host] = _Place(host, (*(place.lower or ()), alias), None)
        for alias, host in upper.items():
            if not host.startswith(WHITEOUT):
                inside = (*(place.upper or ()), alias)
                places[host] = replace(places.get(host, _Place(host, None, None)), upper=inside)
        aliases = {host: alias for alias, host in lower.items() if host in places and places[host].lower is not None}
        if known is not None:
            aliases = {place.host: alias for alias, place in known.places.items()} | aliases
        found = names.assign_aliases(places, {**aliases, **self._aliases.get(path, {})}, self._page)
        listing = _Listing(below, above, {alias: places[host] for alias, host in found.items()}, tuple(found))
        if len(self._listings) >= _FOLDERS:
            self._listings.clear()
        self._listings[path] = listing
        return listing

    @staticmethod
    def _names(drive: HostFolder, path: Path) -> Sequence[bytes] | None:
        # A file in one and a folder in the other: what is above was there last.
        try:
            return drive.names(path)
        except DosError as error:
            if error.code is ErrorCode.PATH_NOT_FOUND:
                return None
            raise

    def _above(self, path: Path) -> Path:
        """The overlay's folder for a directory, made when it is not there yet. Raises PATH_NOT_FOUND."""
        place = self._find(path)
        if not place.exists:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        if place.upper is not None:
            return place.upper
        if not self.entry(path).is_directory:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        with self._new(self._above(path[:-1]), place.host) as inside:
            self._upper.make_directory(inside)
        return inside

    @contextmanager
    def _new(self, folder: Path, host: str) -> Iterator[Path]:
        """The path in the overlay for something new with this full name."""
        inside = (*folder, self._upper.alias_for(folder, host))
        with self._upper.named(inside, host):
            yield inside

    def _remove(self, path: Path, place: _Place) -> None:
        """Delete a file or an empty directory from what is seen."""
        if place.lower is not None:
            self._white_out(path)
        if place.upper is None:
            return
        if self._upper.entry(place.upper).is_directory:
            for host in list(self._upper.long_names(place.upper).values()):
                if host.startswith(WHITEOUT):
                    self._discard(place.upper, host)
            self._upper.remove_directory(place.upper)
        else:
            self._upper.delete(place.upper)

    def _white_out(self, path: Path) -> None:
        host = WHITEOUT + self._find(path).host
        with self._new(self._above(path[:-1]), host) as inside:
            self._upper.create(inside, Attribute(0))[0].close()

    def _discard(self, folder: Path, host: str) -> None:
        for alias, name in self._upper.long_names(folder).items():
            if name == host:
                self._upper.delete((*folder, alias))

    def _copy_tree(self, path: Path) -> None:
        """Bring a file, or a directory with all that is in it, to the overlay."""
        if not self.entry(path).is_directory:
            place = self._place(path)
            if place.upper is None:
                self.copy_up(path, place)
            return
        self._above(path)
        for name in self.names(path):
            self._copy_tree((*path, name))


def _copy(source: HostFile, target: HostFile) -> None:
    position = 0
    while data := source.read(position, _BLOCK):
        if target.write(position, data) < len(data):
            raise DosError(ErrorCode.DISK_FULL)
        position += len(data)
