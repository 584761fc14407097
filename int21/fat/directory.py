"""A directory of a FAT volume: its slots, and the names they make.

A file has one slot with its 8.3 name, and slots with the parts of its long name in front of that
(Microsoft, FAT 1.03, "Long Directory Entries").
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Protocol

from int21 import names
from int21.code_pages import CodePage
from int21.drive import Attribute, OtherTimes
from int21.errors import DosError, ErrorCode
from int21.fat.layout import ATTRIBUTES_AT, CREATED_AT, DELETED, END, ENTRY, ENTRY_SIZE, LONG_NAME, SECTOR, TIME_AT
from int21.fat.volume import Volume, check_space
from int21.timestamps import Stamp

_MOST_SLOTS = 65536
_PART = 13  # characters of a long name in a slot
_LAST_PART = 0x40
_JAPANESE = 0x05  # in place of E5h at the start of a name


@dataclass(slots=True)
class Item:
    """A file, directory or label: its slot, and how many slots in front of it hold its long name."""

    name: bytes
    slot: int
    parts: int
    long: str
    attributes: Attribute
    stamp: Stamp
    cluster: int
    size: int


class _Store(Protocol):
    """Where the slots are."""

    first: int

    def load(self) -> bytes: ...

    def write(self, position: int, data: bytes) -> None: ...

    def grow(self) -> bytes: ...


class FixedRoot:
    """The root directory of FAT12 and FAT16: sectors of its own."""

    first = 0

    def __init__(self, volume: Volume) -> None:
        self._volume = volume

    def load(self) -> bytes:
        volume = self._volume
        data = volume.sectors.read(volume.first_root_sector, volume.root_sectors)
        return data[: volume.root_entries * ENTRY_SIZE]

    def write(self, position: int, data: bytes) -> None:
        sectors = self._volume.sectors
        first = self._volume.first_root_sector + position // SECTOR
        inside = position % SECTOR
        count = -(-(inside + len(data)) // SECTOR)
        old = sectors.read(first, count)
        sectors.write(first, old[:inside] + data + old[inside + len(data) :])

    def grow(self) -> bytes:
        raise DosError(ErrorCode.ACCESS_DENIED, "the root directory is full")


class ChainStore:
    """Any other directory: a chain of clusters, as a file is."""

    def __init__(self, volume: Volume, first: int) -> None:
        self._volume = volume
        self.first = first
        self.chain = volume.chain(first)

    def load(self) -> bytes:
        limit = _MOST_SLOTS * ENTRY_SIZE
        return self._volume.read(self.chain, 0, min(len(self.chain) * self._volume.cluster_size, limit))

    def write(self, position: int, data: bytes) -> None:
        self._volume.write(self.chain, position, data)

    def grow(self) -> bytes:
        empty = bytes(self._volume.cluster_size)
        if not self.chain or len(self.chain) * self._volume.cluster_size >= _MOST_SLOTS * ENTRY_SIZE:
            raise DosError(ErrorCode.ACCESS_DENIED, "the directory is full")
        check_space(self._volume.extend(self.chain, 1), 1)
        self._volume.write(self.chain, (len(self.chain) - 1) * len(empty), empty)
        self._volume.flush()
        return empty


class Directory:
    """A directory in memory; changes are written at once."""

    def __init__(self, store: _Store, page: CodePage) -> None:
        self._store = store
        self._page = page
        self._data = bytearray(store.load())
        self.items: dict[bytes, Item] = {}
        self.label: Item | None = None
        self._names: tuple[bytes, ...] | None = None
        self._read()

    @property
    def first(self) -> int:
        """Its first cluster; 0 for a root of FAT12 and FAT16."""
        return self._store.first

    @property
    def names(self) -> tuple[bytes, ...]:
        if self._names is None:
            self._names = tuple(sorted(self.items, key=lambda name: self.items[name].slot))
        return self._names

    def add(self, name: bytes, long: str, attributes: Attribute, stamp: Stamp, cluster: int, size: int) -> Item:
        """Enter a file; ``long`` empty or what the 8.3 name says: without a long name. Raises ACCESS_DENIED."""
        raw = name if attributes & Attribute.VOLUME else names.to_fcb(name)
        parts = _long_slots(long, raw) if long and names.exact_alias(long, self._page) != name else []
        if long and not parts and not long.isupper() and any(c.isalpha() for c in long):
            parts = _long_slots(long, raw)
        first = self._free_slots(len(parts) + 1)
        slot = first + len(parts)
        item = Item(name, slot, len(parts), long if parts else "", attributes, stamp, cluster, size)
        stored = bytes([_JAPANESE]) + raw[1:] if raw[0] == DELETED else raw
        date, clock = stamp
        entry = ENTRY.pack(
            stored, int(attributes), 0, 0, clock, date, date, cluster >> 16, clock, date, cluster & 0xFFFF, size
        )
        self._put(first, b"".join(parts) + entry)
        if attributes & Attribute.VOLUME:
            self.label = item
        else:
            self.items[name] = item
            self._names = None
        return item

    def remove(self, item: Item) -> None:
        """Strike out an item and its long name."""
        for slot in range(item.slot - item.parts, item.slot + 1):
            self._put(slot, bytes([DELETED]) + self._data[slot * ENTRY_SIZE + 1 : (slot + 1) * ENTRY_SIZE])
        if item is self.label:
            self.label = None
        elif self.items.get(item.name) is item:
            del self.items[item.name]
            self._names = None

    def update(self, item: Item) -> None:
        """Write an item's attributes, stamp, cluster and size."""
        at = item.slot * ENTRY_SIZE
        raw = bytearray(self._data[at : at + ENTRY_SIZE])
        raw[ATTRIBUTES_AT] = int(item.attributes)
        date, clock = item.stamp
        struct.pack_into("<H", raw, 20, item.cluster >> 16)
        struct.pack_into("<HHHI", raw, TIME_AT, clock, date, item.cluster & 0xFFFF, item.size)
        self._put(item.slot, bytes(raw))

    def other_times(self, item: Item) -> OtherTimes:
        """When a file was made and read, as its slot has it; what says nothing is as old as the file's stamp."""
        _, _, _, tenths, clock, date, read_on, *_ = ENTRY.unpack_from(self._data, item.slot * ENTRY_SIZE)
        created = (date, clock) if date else item.stamp
        return OtherTimes(created, tenths, (read_on or item.stamp[0], 0))

    def set_other_times(self, item: Item, times: OtherTimes) -> None:
        """Write them; of the time of the last access there is only the date."""
        at = item.slot * ENTRY_SIZE
        raw = bytearray(self._data[at : at + ENTRY_SIZE])
        date, clock = times.created
        struct.pack_into("<BHHH", raw, CREATED_AT, times.created_10_ms, clock, date, times.accessed[0])
        self._put(item.slot, bytes(raw))

    def _put(self, slot: int, data: bytes) -> None:
        at = slot * ENTRY_SIZE
        self._store.write(at, data)
        self._data[at : at + len(data)] = data

    def _free_slots(self, count: int) -> int:
        run = slot = 0
        while True:
            slots = len(self._data) // ENTRY_SIZE
            while slot < slots:
                start = self._data[slot * ENTRY_SIZE]
                if start == END:
                    # All behind is free too, also where an old disk has rubbish there.
                    first = slot - run
                    while slots - first < count:
                        self._data += self._store.grow()
                        slots = len(self._data) // ENTRY_SIZE
                    self._end_at(first + count)
                    return first
                run = run + 1 if start == DELETED else 0
                slot += 1
                if run == count:
                    return slot - count
            self._data += self._store.grow()

    def _end_at(self, slot: int) -> None:
        """See to it that the directory ends at a slot."""
        at = slot * ENTRY_SIZE
        if at < len(self._data) and self._data[at] != END:
            self._put(slot, bytes(ENTRY_SIZE))

    def _read(self) -> None:
        parts: list[bytes] = []
        for slot in range(len(self._data) // ENTRY_SIZE):
            raw = bytes(self._data[slot * ENTRY_SIZE : (slot + 1) * ENTRY_SIZE])
            if raw[0] == END:
                break
            if raw[0] == DELETED:
                parts = []
            elif raw[ATTRIBUTES_AT] & 0x3F == LONG_NAME:
                parts.append(raw)
            else:
                self._enter(slot, raw, parts)
                parts = []

    def _enter(self, slot: int, raw: bytes, parts: list[bytes]) -> None:
        short, attributes, _, _, _, _, _, high, clock, date, low, size = ENTRY.unpack(raw)
        if short[0] == _JAPANESE:
            short = bytes([DELETED]) + short[1:]
        kind = Attribute(attributes & 0x3F)
        volume = bool(kind & Attribute.VOLUME)
        name = short if volume else names.from_fcb(short)
        long = _long_name(parts, raw[:11])
        item = Item(
            name, slot, len(parts) if long else 0, long, kind, (date, clock), high << 16 | low,
            0 if kind & Attribute.DIRECTORY else size,
        )  # fmt: skip
        if volume:
            self.label = self.label or item
        elif names.normalise(name, page=self._page) == name:  # what cannot be named cannot be reached
            self.items.setdefault(name, item)


def _checksum(short: bytes) -> int:
    total = 0
    for byte in short:
        total = ((total & 1) << 7 | total >> 1) + byte & 0xFF
    return total


def _long_slots(long: str, short: bytes) -> list[bytes]:
    """The slots of a long name, as they lie in front of the short one."""
    text = long.encode("utf-16-le", "replace")
    if len(text) % (2 * _PART):
        text += b"\0\0"
    count = -(-len(text) // (2 * _PART))
    text = text.ljust(count * 2 * _PART, b"\xff")
    slots = []
    for number in range(count, 0, -1):
        part = text[(number - 1) * 2 * _PART : number * 2 * _PART]
        order = number | (_LAST_PART if number == count else 0)
        slots.append(
            bytes([order]) + part[:10] + bytes([LONG_NAME, 0, _checksum(short)]) + part[10:22] + b"\0\0" + part[22:]
        )
    return slots


def _long_name(parts: list[bytes], short: bytes) -> str:
    """The long name that the slots in front of a short name make; none when they are not its own."""
    count = len(parts)
    text = b""
    for number, raw in zip(range(count, 0, -1), parts, strict=True):
        if raw[0] != (number | (_LAST_PART if number == count else 0)) or raw[13] != _checksum(short):
            return ""
        text = raw[1:11] + raw[14:26] + raw[28:32] + text
    return text.decode("utf-16-le", "replace").partition("\0")[0]
