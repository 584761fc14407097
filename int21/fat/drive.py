"""A FAT volume as a drive, read and written."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import count

from int21 import names
from int21.code_pages import CodePage
from int21.drive import Attribute, Entry, FatLayout, OtherTimes, Path, Space, Tracks
from int21.errors import DosError, ErrorCode
from int21.fat.directory import ChainStore, Directory, FixedRoot, Item
from int21.fat.image import DiskImage, Sectors
from int21.fat.layout import ENTRY, ENTRY_SIZE
from int21.fat.partitions import volumes
from int21.fat.volume import NO_NAME, Volume, check_space
from int21.planned_names import PlannedNames
from int21.timestamps import Stamp, pack

_LARGEST = 0xFFFFFFFF
_MOST_CLUSTERS = 65524  # that fit the 16-bit registers of old functions
_LARGEST_FOR_OLD = 128  # sectors per cluster
_DIRECTORIES = 256  # kept in memory
_DEVICE_TYPES = (5, 0, 1, 2, 7, 9)  # of IOCTL 440Dh/60h, by the type that the BIOS tells
_DEEPEST = 64  # a path of DOS has fewer parts; a directory that holds itself would go on


class _Opened:
    """A file that is open, once for all its handles."""

    def __init__(self, directory: Directory, item: Item, chain: list[int], identity: Hashable) -> None:
        self.directory = directory
        self.item = item
        self.chain = chain
        self.identity = identity
        self.handles = 0
        self.gone = False


class FatFile:
    """A handle's view of an open file."""

    snapshot_kept = True

    def __init__(self, drive: FatDrive, opened: _Opened) -> None:
        self._drive = drive
        self._opened = opened
        self._closed = False
        opened.handles += 1

    @property
    def identity(self) -> Hashable:
        return self._opened.identity

    def read(self, position: int, count: int) -> bytes:
        opened = self._drive.looked(self._opened)
        count = min(count, opened.item.size - position)
        return self._drive.volume.read(opened.chain, position, count) if count > 0 else b""

    def write(self, position: int, data: bytes) -> int:
        opened = self._drive.looked(self._opened, change=True)
        data = data[: max(0, _LARGEST - position)]
        if not data:
            return 0
        room = self._drive.make_room(opened, position + len(data))
        data = data[: max(0, room - position)]
        volume = self._drive.volume
        size = opened.item.size
        if position > size and data:
            # What the clusters held before is none of the program's business.
            gap = position - size
            while gap > 0:
                block = min(gap, 1 << 16)
                volume.write(opened.chain, position - gap, bytes(block))
                gap -= block
        volume.write(opened.chain, position, data)
        if data:
            opened.item.size = max(size, position + len(data))
        self._drive.note_change(opened)
        return len(data)

    def truncate(self, size: int) -> bool:
        opened = self._drive.looked(self._opened, change=True)
        if size > opened.item.size:
            room = self._drive.make_room(opened, size)
            if room < size:
                self._drive.shrink(opened, opened.item.size)
                return False
            old, opened.item.size = opened.item.size, size
            for start in range(old, size, 1 << 16):
                self._drive.volume.write(opened.chain, start, bytes(min(1 << 16, size - start)))
            self._drive.note_change(opened)
            return True
        self._drive.shrink(opened, size)
        return True

    def size(self) -> int:
        return self._opened.item.size

    def stamp(self) -> Stamp:
        return self._opened.item.stamp

    def set_stamp(self, stamp: Stamp) -> None:
        opened = self._drive.looked(self._opened, change=True)
        opened.item.stamp = stamp
        self._drive.volume.flush()
        opened.directory.update(opened.item)

    def other_times(self) -> OtherTimes:
        opened = self._drive.looked(self._opened)
        return opened.directory.other_times(opened.item)

    def set_other_times(self, times: OtherTimes) -> None:
        opened = self._drive.looked(self._opened, change=True)
        opened.directory.set_other_times(opened.item, times)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._drive.let_go(self._opened)


class FatDrive:
    """The FAT volume in ``sectors`` as a drive. Raises ValueError when there is none.

    ``now`` gives the stamp of files that are made or changed. The image stays open until ``close``; ``shared``
    says that somebody else closes it.
    """

    snapshot_kept = True

    def __init__(self, sectors: Sectors, page: CodePage = names.DEFAULT, *, shared: bool = False) -> None:
        self.sectors = sectors
        self.image: DiskImage = sectors.image
        self.page = page
        try:
            self.volume = Volume(sectors)
        except DosError as error:
            raise ValueError(f"no FAT file system: {error}") from None
        self.read_only = self.image.read_only
        self.removable = self.image.floppy
        self.remote = False
        self.media = self.volume.media
        self.now: Callable[[], Stamp] = lambda: pack(1980, 1, 1)
        self._shared = shared
        self._changes = self.image.changes
        self._directories: OrderedDict[int, Directory] = OrderedDict()
        self._opened: dict[tuple[int, int], _Opened] = {}
        self._serials = count()
        self._planned = PlannedNames()

    def __repr__(self) -> str:
        return f"FatDrive({self.image.path!r}, FAT{self.volume.bits})"

    def close(self) -> None:
        """Give the image back."""
        if not self._shared:
            self.image.close()

    # Looking

    @property
    def label(self) -> bytes:
        """The label in the root directory, else that of the boot sector."""
        try:
            item = self._root().label
        except DosError:
            return b""
        if item is not None:
            return item.name.rstrip(b" ")
        return b"" if self.volume.boot_label == NO_NAME else self.volume.boot_label

    @label.setter
    def label(self, label: bytes) -> None:
        self._check_volume()
        root = self._root()
        if root.label is not None:
            root.remove(root.label)
        self.volume.name_boot(label[:11].rstrip(), self.serial)
        if label:
            root.add(label[:11].ljust(11), "", Attribute.VOLUME, self.now(), 0, 0)
        self.volume.flush()

    @property
    def serial(self) -> int:
        """The serial number in the boot sector."""
        return self.volume.serial

    @serial.setter
    def serial(self, serial: int) -> None:
        self._check_volume()
        self.volume.name_boot(self.volume.boot_label, serial)

    @property
    def fat(self) -> FatLayout | None:
        """Where things are on the volume; None for FAT32, which the old tables cannot tell of."""
        volume = self.volume
        if volume.bits == 32:
            return None
        return FatLayout(
            volume.sectors_per_cluster,
            volume.reserved_sectors,
            volume.fats,
            volume.sectors_per_fat,
            volume.root_entries,
            volume.first_root_sector,
            volume.first_data_sector,
            volume.clusters,
        )

    @property
    def tracks(self) -> Tracks:
        volume, disk = self.volume, self.image.geometry
        return Tracks(
            disk.cylinders,
            volume.heads or disk.heads,
            volume.sectors_per_track or disk.sectors,
            self.sectors.start,
            _DEVICE_TYPES[self.image.floppy_type],
        )

    def names(self, path: Path) -> Sequence[bytes]:
        return self._directory(path).names

    def entry(self, path: Path) -> Entry:
        if not path:
            return Entry(b"", Attribute.DIRECTORY, 0, pack(1980, 1, 1))
        item = self._item(path)
        return Entry(item.name, item.attributes, item.size, item.stamp)

    def identity(self, path: Path) -> Hashable | None:
        try:
            if not path:
                return id(self), 0
            directory = self._directory(path[:-1])
            item = directory.items.get(path[-1])
        except DosError:
            return None
        if item is None:
            return None
        opened = self._opened.get((directory.first, item.slot))
        return opened.identity if opened is not None else (id(self), directory.first, item.slot)

    def space(self) -> Space:
        self._look()
        volume = self.volume
        per, clusters, free = volume.sectors_per_cluster, volume.clusters, volume.free
        while clusters > _MOST_CLUSTERS and per < _LARGEST_FOR_OLD:
            per, clusters, free = per * 2, clusters // 2, free // 2
        return Space(per, 512, min(clusters, _MOST_CLUSTERS), min(free, _MOST_CLUSTERS))

    def large_space(self) -> Space:
        self._look()
        volume = self.volume
        return Space(volume.sectors_per_cluster, 512, volume.clusters, volume.free)

    def long_names(self, path: Path) -> Mapping[bytes, str]:
        items = self._directory(path).items
        return {name: item.long or names.host_name(name, self.page) for name, item in items.items()}

    def alias_for(self, folder: Path, long: str) -> bytes:
        known = {name: alias for alias, name in self.long_names(folder).items()}
        return names.alias_for(long, known, self.page)

    def named(self, path: Path, long: str) -> AbstractContextManager[None]:
        return self._planned.named(path, long)

    # Files

    def open(self, path: Path, *, writable: bool) -> FatFile:
        if not path:
            raise DosError(ErrorCode.ACCESS_DENIED)
        directory = self._directory(path[:-1])
        item = _found(directory, path)
        if item.attributes & Attribute.DIRECTORY or (writable and item.attributes & Attribute.READ_ONLY):
            raise DosError(ErrorCode.ACCESS_DENIED)
        if writable:
            self._check_volume()
        return FatFile(self, self._open(directory, item))

    def create(self, path: Path, attributes: Attribute, *, exclusive: bool = False) -> tuple[FatFile, bool]:
        self._check_volume()
        if not path:
            raise DosError(ErrorCode.ACCESS_DENIED)
        directory = self._directory(path[:-1])
        kept = attributes & Attribute.settable() | Attribute.ARCHIVE
        item = directory.items.get(path[-1])
        if item is None:
            item = directory.add(path[-1], self._planned.get(path), kept, self.now(), 0, 0)
            return FatFile(self, self._open(directory, item)), True
        if exclusive:
            raise DosError(ErrorCode.FILE_EXISTS)
        file = self.open(path, writable=True)
        file.truncate(0)
        item.attributes = kept
        directory.update(item)
        return file, False

    def delete(self, path: Path) -> None:
        self._check_volume()
        directory = self._directory(path[:-1])
        item = _found(directory, path)
        if item.attributes & (Attribute.DIRECTORY | Attribute.READ_ONLY):
            raise DosError(ErrorCode.ACCESS_DENIED)
        self._erase(directory, item)

    def rename(self, old: Path, new: Path) -> None:
        self._check_volume()
        if not old or not new:
            raise DosError(ErrorCode.ACCESS_DENIED)
        directory = self._directory(old[:-1])
        item = _found(directory, old)
        target = self._directory(new[:-1])
        same = directory is target and target.items.get(new[-1]) is item
        if (not same and new[-1] in target.items) or (
            item.attributes & Attribute.DIRECTORY and directory is not target
        ):
            raise DosError(ErrorCode.ACCESS_DENIED)
        if same and new not in self._planned:
            raise DosError(ErrorCode.ACCESS_DENIED)
        opened = self._opened.pop((directory.first, item.slot), None)
        if same:
            directory.remove(item)
        made = target.add(new[-1], self._planned.get(new), item.attributes, item.stamp, item.cluster, item.size)
        if not same:
            directory.remove(item)
        if opened is not None:
            opened.directory, opened.item = target, made
            self._opened[target.first, made.slot] = opened

    def make_directory(self, path: Path) -> None:
        self._check_volume()
        parent = self._directory(path[:-1])
        if not path or path[-1] in parent.items:
            raise DosError(ErrorCode.ACCESS_DENIED)
        volume = self.volume
        chain: list[int] = []
        check_space(volume.extend(chain, 1), 1)
        date, clock = stamp = self.now()
        above = 0 if len(path) == 1 else parent.first
        dots = b"".join(
            ENTRY.pack(
                name.ljust(11), int(Attribute.DIRECTORY), 0, 0, clock, date, date, to >> 16, clock, date, to & 0xFFFF, 0
            )
            for name, to in ((b".", chain[0]), (b"..", above))
        )
        volume.write(chain, 0, dots + bytes(volume.cluster_size - 2 * ENTRY_SIZE))
        volume.flush()
        try:
            parent.add(path[-1], self._planned.get(path), Attribute.DIRECTORY, stamp, chain[0], 0)
        except DosError:
            volume.cut(chain, 0)
            volume.flush()
            raise

    def remove_directory(self, path: Path) -> None:
        self._check_volume()
        if not path:
            raise DosError(ErrorCode.ACCESS_DENIED)
        parent = self._directory(path[:-1])
        item = parent.items.get(path[-1])
        if item is None:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        if not item.attributes & Attribute.DIRECTORY or self._directory(path).items:
            raise DosError(ErrorCode.ACCESS_DENIED)
        self._directories.pop(item.cluster, None)
        self._erase(parent, item)

    def set_attributes(self, path: Path, attributes: Attribute) -> None:
        self._check_volume()
        if not path:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        directory = self._directory(path[:-1])
        item = _found(directory, path)
        item.attributes = item.attributes & Attribute.DIRECTORY | attributes & Attribute.settable()
        directory.update(item)

    # For open files

    def looked(self, opened: _Opened, *, change: bool = False) -> _Opened:
        """An open file as it is now. Raises ACCESS_DENIED when it was deleted and is to be changed."""
        self._look()
        if change:
            self._check_volume()
            if opened.gone:
                raise DosError(ErrorCode.ACCESS_DENIED, "deleted")
        return opened

    def make_room(self, opened: _Opened, size: int) -> int:
        """Get clusters for a file to have ``size`` bytes; how many bytes there is room for."""
        chain = opened.chain
        wanted = -(-size // self.volume.cluster_size)
        self.volume.extend(chain, wanted - len(chain))
        return len(chain) * self.volume.cluster_size

    def shrink(self, opened: _Opened, size: int) -> None:
        """Cut a file to a size that is not larger than it is."""
        opened.item.size = size
        # The entry first: killed after it, clusters are lost, but none belongs to two files.
        cluster = opened.chain[0] if opened.chain and size else 0
        opened.item.cluster = cluster
        opened.item.stamp = self.now()
        opened.directory.update(opened.item)
        self.volume.cut(opened.chain, -(-size // self.volume.cluster_size))
        self.volume.flush()

    def note_change(self, opened: _Opened) -> None:
        """Write the table, then the entry of a file that was written."""
        self.volume.flush()
        item = opened.item
        item.cluster = opened.chain[0] if opened.chain else 0
        item.stamp = self.now()
        item.attributes |= Attribute.ARCHIVE
        opened.directory.update(item)

    def let_go(self, opened: _Opened) -> None:
        """A handle was closed."""
        opened.handles -= 1
        if not opened.handles and not opened.gone:
            self._opened.pop((opened.directory.first, opened.item.slot), None)

    # Inside

    def _open(self, directory: Directory, item: Item) -> _Opened:
        key = directory.first, item.slot
        opened = self._opened.get(key)
        if opened is None:
            identity = (id(self), "open", next(self._serials))
            opened = self._opened[key] = _Opened(directory, item, self.volume.chain(item.cluster), identity)
        return opened

    def _erase(self, directory: Directory, item: Item) -> None:
        opened = self._opened.pop((directory.first, item.slot), None)
        directory.remove(item)
        self.volume.cut(self.volume.chain(item.cluster), 0)
        self.volume.flush()
        if opened is not None:
            opened.gone = True
            opened.chain = []
            item.size = 0

    def _check_volume(self) -> None:
        if self.image.read_only:
            raise DosError(ErrorCode.WRITE_PROTECTED)

    def _look(self) -> None:
        """Look at the disk anew when somebody has written its sectors."""
        if self._changes == self.image.changes:
            return
        self._changes = self.image.changes
        try:
            self.volume = Volume(self.sectors)  # it may have been formatted
        except (ValueError, DosError):
            self.volume.reload()
        self._directories.clear()
        old, self._opened = self._opened, {}
        for opened in old.values():
            directory = self._load(opened.directory.first)
            item = directory.items.get(opened.item.name)
            if item is None:
                opened.gone, opened.chain, opened.item.size = True, [], 0
                continue
            opened.directory, opened.item, opened.chain = directory, item, self.volume.chain(item.cluster)
            self._opened[directory.first, item.slot] = opened

    def _root(self) -> Directory:
        self._look()
        return self._load(self.volume.root_cluster)

    def _load(self, cluster: int) -> Directory:
        directory = self._directories.get(cluster)
        if directory is None:
            store = ChainStore(self.volume, cluster) if cluster else FixedRoot(self.volume)
            directory = self._directories[cluster] = Directory(store, self.page)
            # One that an open file is in must stay the only one of its kind.
            held = {opened.directory.first for opened in self._opened.values()} | {cluster}
            for first in list(self._directories):
                if len(self._directories) <= _DIRECTORIES:
                    break
                if first not in held:
                    del self._directories[first]
        return directory

    def _directory(self, path: Path) -> Directory:
        directory = self._root()
        if len(path) > _DEEPEST:
            raise DosError(ErrorCode.PATH_NOT_FOUND)
        for name in path:
            item = directory.items.get(name)
            if item is None or not item.attributes & Attribute.DIRECTORY:
                raise DosError(ErrorCode.PATH_NOT_FOUND)
            if not self.volume.is_cluster(item.cluster):
                raise DosError(ErrorCode.PATH_NOT_FOUND, "damaged")
            directory = self._load(item.cluster)
        return directory

    def _item(self, path: Path) -> Item:
        return _found(self._directory(path[:-1]), path)


def _found(directory: Directory, path: Path) -> Item:
    item = directory.items.get(path[-1]) if path else None
    if item is None:
        raise DosError(ErrorCode.FILE_NOT_FOUND)
    return item


def open_image(path: str, page: CodePage = names.DEFAULT, *, read_only: bool = False) -> list[FatDrive]:
    """The drives on a disk image, one for each partition. Raises OSError, and ValueError when there is none."""
    image = DiskImage(path, read_only)
    found: list[FatDrive] = []
    reason = "no partition with a FAT file system"
    try:
        for sectors in volumes(image):
            try:
                found.append(FatDrive(sectors, page, shared=bool(found)))
            except ValueError as error:
                reason = str(error)
    except DosError as error:
        reason = str(error)
    if not found:
        image.close()
        raise ValueError(reason)
    return found
