"""A FAT volume below its directories: where things are, and the chains of clusters.

The table is held in memory and written to every copy on the disk when it changes. Chains that are damaged
end where they leave the disk, meet a free or bad cluster, or come back to themselves.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator
from itertools import chain as chain_of
from itertools import islice
from typing import Any

from int21.errors import DosError, ErrorCode
from int21.fat.image import Sectors
from int21.fat.layout import (
    BOOT_SECTOR,
    EXTENDED_AT,
    EXTENDED_BOOT,
    EXTENDED_SIGNATURES,
    FAT32_BOOT,
    FAT32_EXTENDED_AT,
    OLD_FLOPPIES,
    OLD_TRACKS,
    SECTOR,
)

FIRST_CLUSTER = 2
NO_NAME = b"NO NAME"
_LAST_FAT12 = 4084
_LAST_FAT16 = 65524
_LARGEST_TABLE = 64 << 20  # bytes: a quarter of a terabyte
_INFORMATION = b"RRaA"
_INFORMATION_AT = 484


class Volume:
    """The volume in ``sectors``. Raises ValueError when there is no FAT file system, DosError for unreadable sectors.

    ``bits`` is the size of a table entry: 12, 16 or 32.
    """

    def __init__(self, sectors: Sectors) -> None:
        self.sectors = sectors
        boot = sectors.read(0)
        fields = BOOT_SECTOR.parse(boot)
        if not _plausible(fields, sectors.count):
            fields = _old_floppy(sectors, fields)
        self.sectors_per_cluster: int = fields.sectors_per_cluster
        self.reserved_sectors: int = fields.reserved_sectors
        self.fats: int = fields.fats
        self.root_entries: int = fields.root_entries
        self.media: int = fields.media
        self.heads: int = fields.heads
        self.sectors_per_track: int = fields.sectors_per_track
        self.hidden_sectors: int = fields.hidden_sectors
        self.sectors_per_fat: int = fields.sectors_per_fat
        self.total_sectors: int = min(fields.sectors or fields.large_sectors, sectors.count)
        self.root_cluster: int = 0
        self._information = 0
        extended_at = EXTENDED_AT
        if not self.sectors_per_fat:
            large = FAT32_BOOT.parse(boot[EXTENDED_AT:])
            self.sectors_per_fat = large.sectors_per_fat
            self.root_cluster = large.root_cluster
            self._information = large.information_sector
            extended_at = FAT32_EXTENDED_AT
        extended = EXTENDED_BOOT.parse(boot[extended_at:])
        known = extended.signature in EXTENDED_SIGNATURES
        self._extended_at = extended_at if known else 0
        self.serial: int = extended.serial if known else 0
        self.boot_label: bytes = extended.label.rstrip(b" \0") if known else b""
        self.first_root_sector: int = self.reserved_sectors + self.fats * self.sectors_per_fat
        self.root_sectors = -(-self.root_entries * 32 // SECTOR)
        self.first_data_sector: int = self.first_root_sector + self.root_sectors
        clusters = (self.total_sectors - self.first_data_sector) // self.sectors_per_cluster
        if clusters < 1 or not self.sectors_per_fat:
            raise ValueError("no FAT file system: its parts do not fit")
        if self.root_cluster:
            self.bits = 32
        else:
            self.bits = 12 if clusters <= _LAST_FAT12 else 16
        # What the table has no room for is not there.
        self.clusters: int = min(clusters, self.sectors_per_fat * SECTOR * 8 // self.bits - FIRST_CLUSTER)
        if self.clusters < 1 or (self.root_cluster and not self.is_cluster(self.root_cluster)):
            raise ValueError("no FAT file system: its parts do not fit")
        if self.clusters * self.bits // 8 > _LARGEST_TABLE:
            raise ValueError("the FAT file system is too large")
        self.cluster_size: int = self.sectors_per_cluster * SECTOR
        self.reload()

    def reload(self) -> None:
        """Read the table anew."""
        size = -(-(self.clusters + FIRST_CLUSTER) * self.bits // 8)
        self._table = bytearray(self.sectors.read(self.reserved_sectors, -(-size // SECTOR)))
        self._dirty: set[int] = set()
        self._hint = FIRST_CLUSTER
        self.free = self._count_free()

    def name_boot(self, label: bytes, serial: int) -> None:
        """Write label and serial number to the boot sector, if it has room for them."""
        self.boot_label, self.serial = label, serial
        if not self._extended_at:
            return
        data = bytearray(self.sectors.read(0))
        old = EXTENDED_BOOT.parse(data[self._extended_at :])
        made = EXTENDED_BOOT.build(old | {"serial": serial, "label": (label or NO_NAME)[:11].ljust(11)})
        data[self._extended_at : self._extended_at + len(made)] = made
        self.sectors.write(0, data)

    def is_cluster(self, cluster: int) -> bool:
        return FIRST_CLUSTER <= cluster < self.clusters + FIRST_CLUSTER

    def sector_of(self, cluster: int) -> int:
        """The first sector of a cluster."""
        return self.first_data_sector + (cluster - FIRST_CLUSTER) * self.sectors_per_cluster

    # The table

    def get(self, cluster: int) -> int:
        """The table's entry of a cluster."""
        if self.bits == 16:
            return self._table[2 * cluster] | self._table[2 * cluster + 1] << 8
        if self.bits == 32:
            return int(struct.unpack_from("<I", self._table, 4 * cluster)[0]) & 0x0FFFFFFF
        at = cluster * 3 >> 1
        pair = self._table[at] | self._table[at + 1] << 8
        return pair >> 4 if cluster & 1 else pair & 0xFFF

    def _set(self, cluster: int, value: int) -> None:
        if self.bits == 16:
            at, size = 2 * cluster, 2
            struct.pack_into("<H", self._table, at, value & 0xFFFF)
        elif self.bits == 32:
            at, size = 4 * cluster, 4
            kept = struct.unpack_from("<I", self._table, at)[0] & 0xF0000000
            struct.pack_into("<I", self._table, at, kept | value & 0x0FFFFFFF)
        else:
            at, size = cluster * 3 >> 1, 2
            pair = self._table[at] | self._table[at + 1] << 8
            pair = pair & 0x000F | (value & 0xFFF) << 4 if cluster & 1 else pair & 0xF000 | value & 0xFFF
            struct.pack_into("<H", self._table, at, pair)
        self._dirty.update((at // SECTOR, (at + size - 1) // SECTOR))

    def flush(self) -> None:
        """Write what changed in the table to all its copies."""
        if not self._dirty:
            return
        dirty, self._dirty = sorted(self._dirty), set()
        for copy in range(self.fats):
            start = self.reserved_sectors + copy * self.sectors_per_fat
            for sector in dirty:
                self.sectors.write(start + sector, self._table[sector * SECTOR : (sector + 1) * SECTOR])
        self._tell_free()

    def chain(self, first: int) -> list[int]:
        """The clusters of a file or directory that starts at ``first``."""
        found: dict[int, None] = {}
        cluster = first
        while self.is_cluster(cluster) and cluster not in found:
            found[cluster] = None
            cluster = self.get(cluster)
        return list(found)

    def extend(self, chain: list[int], count: int) -> int:
        """Add up to ``count`` clusters to a chain (may be empty); how many there were."""
        added = list(islice(self._free_clusters(), count)) if count > 0 else []
        for cluster in added:
            if chain:
                self._set(chain[-1], cluster)
            self._set(cluster, self._end)
            chain.append(cluster)
        if added:
            self._hint = added[-1] + 1
        self.free -= len(added)
        return len(added)

    def cut(self, chain: list[int], count: int) -> None:
        """Free what is behind the first ``count`` clusters of a chain."""
        for cluster in chain[count:]:
            self._set(cluster, 0)
        self.free += len(chain[count:])
        del chain[count:]
        if chain:
            self._set(chain[-1], self._end)

    # Data

    def read(self, chain: list[int], position: int, count: int) -> bytes:
        """Bytes of a chain from ``position`` on; fewer at its end."""
        count = min(count, len(chain) * self.cluster_size - position)
        if count <= 0:
            return b""
        parts = []
        index, offset = divmod(position, self.cluster_size)
        while count > 0:
            run = self._run(chain, index, offset + count)
            first = self.sector_of(chain[index]) + offset // SECTOR
            inside = offset % SECTOR
            size = min(count, run * self.cluster_size - offset)
            data = self.sectors.read(first, -(-(inside + size) // SECTOR))
            parts.append(data[inside : inside + size])
            count -= size
            index += run
            offset = 0
        return b"".join(parts)

    def write(self, chain: list[int], position: int, data: bytes) -> None:
        """Write into a chain that is long enough."""
        index, offset = divmod(position, self.cluster_size)
        done = 0
        while done < len(data):
            run = self._run(chain, index, offset + len(data) - done)
            size = min(len(data) - done, run * self.cluster_size - offset)
            first = self.sector_of(chain[index]) + offset // SECTOR
            self._write_bytes(first, offset % SECTOR, data[done : done + size])
            done += size
            index += run
            offset = 0

    def _write_bytes(self, sector: int, inside: int, data: bytes) -> None:
        tail = -(inside + len(data)) % SECTOR
        if inside:
            data = self.sectors.read(sector)[:inside] + data
        if tail:
            last = sector + (len(data) - 1) // SECTOR
            data += self.sectors.read(last)[SECTOR - tail :]
        self.sectors.write(sector, data)

    def _run(self, chain: list[int], index: int, size: int) -> int:
        """How many clusters from ``index`` on lie behind each other, as far as ``size`` bytes go."""
        most = min(-(-size // self.cluster_size), len(chain) - index)
        run = 1
        while run < most and chain[index + run] == chain[index] + run:
            run += 1
        return run

    @property
    def _end(self) -> int:
        return {12: 0xFFF, 16: 0xFFFF, 32: 0x0FFFFFFF}[self.bits]

    def _free_clusters(self) -> Iterator[int]:
        last = self.clusters + FIRST_CLUSTER
        start = self._hint if self.is_cluster(self._hint) else FIRST_CLUSTER
        if self.free:
            for cluster in chain_of(range(start, last), range(FIRST_CLUSTER, start)):
                if self.get(cluster) == 0:
                    yield cluster

    def _count_free(self) -> int:
        if self.bits == 12:
            return sum(self.get(cluster) == 0 for cluster in range(FIRST_CLUSTER, self.clusters + FIRST_CLUSTER))
        words = array("H" if self.bits == 16 else "I")
        words.frombytes(self._table[: (self.clusters + FIRST_CLUSTER) * words.itemsize])
        return words[FIRST_CLUSTER:].count(0)

    def _tell_free(self) -> None:
        if not self._information or self._information >= self.reserved_sectors:
            return
        data = bytearray(self.sectors.read(self._information))
        if data.startswith(_INFORMATION):
            struct.pack_into("<II", data, _INFORMATION_AT + 4, self.free, min(self._hint, self.clusters + 1))
            self.sectors.write(self._information, data)


def _plausible(fields: Any, count: int) -> bool:
    return bool(
        fields.bytes_per_sector == SECTOR
        and fields.sectors_per_cluster.bit_count() == 1
        and fields.fats in (1, 2, 3, 4)
        and fields.reserved_sectors
        and (fields.sectors or fields.large_sectors)
        and (fields.root_entries or not fields.sectors_per_fat)
        and count
    )


def _old_floppy(sectors: Sectors, fields: Any) -> Any:
    """The parameters of a floppy of DOS 1. Raises ValueError when it is none."""
    if sectors.count < 2:
        raise ValueError("no FAT file system")
    start = sectors.read(1)[:3]
    known = OLD_FLOPPIES.get(start[0]) if start[1:] == b"\xff\xff" else None
    if known is None or sectors.count != OLD_TRACKS * known[3] * known[4]:
        raise ValueError("no FAT file system")
    fields.sectors_per_cluster, fields.root_entries, fields.sectors_per_fat, fields.heads = known[:4]
    fields.sectors_per_track = known[4]
    fields.reserved_sectors, fields.fats, fields.sectors, fields.media = 1, 2, sectors.count, start[0]
    fields.hidden_sectors = fields.large_sectors = 0
    return fields


def check_space(found: int, wanted: int) -> None:
    """Raise DISK_FULL when fewer clusters were found than wanted."""
    if found < wanted:
        raise DosError(ErrorCode.DISK_FULL)
