"""Where on a disk the FAT volumes are: the whole of it, or partitions (also logical ones)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from int21.errors import DosError
from int21.fat.image import DiskImage, Sectors
from int21.fat.layout import BOOT_SECTOR, BOOT_SIGNATURE, EXTENDED_PARTITIONS, FAT_PARTITIONS, PARTITION_TABLE, SECTOR

_MOST = 24  # partitions: there are no more letters


def volumes(image: DiskImage) -> list[Sectors]:
    """The volumes of a disk in the order of their letters; one that is not partitioned is its own."""
    boot = image.read(0, 1)
    if image.floppy or _is_volume(boot):
        return [Sectors(image, 0, image.sectors)]
    return list(_partitions(image, boot))[:_MOST]


def _is_volume(boot: bytes) -> bool:
    fields = BOOT_SECTOR.parse(boot)
    size = fields.sectors_per_cluster
    return (
        fields.bytes_per_sector == SECTOR
        and size.bit_count() == 1
        and fields.fats in (1, 2)
        and bool(fields.reserved_sectors)
        and bool(fields.sectors or fields.large_sectors)
    )


def _table(sector: bytes) -> list[Any]:
    table = PARTITION_TABLE.parse(sector)
    return [part for part in table.partitions if part.kind and part.size] if table.signature == BOOT_SIGNATURE else []


def _partitions(image: DiskImage, boot: bytes) -> Iterator[Sectors]:
    parts = _table(boot)
    for part in parts:
        if part.kind in FAT_PARTITIONS:
            yield from _part(image, part.start, part.size)
    for part in parts:
        if part.kind in EXTENDED_PARTITIONS:
            yield from _logical(image, part.start)


def _logical(image: DiskImage, start: int) -> Iterator[Sectors]:
    """The chain of tables in an extended partition; damaged ones may lead in a circle."""
    seen: set[int] = set()
    table = start
    while table not in seen and len(seen) < _MOST:
        seen.add(table)
        try:
            parts = _table(image.read(table, 1))
        except DosError:
            return
        for part in parts:
            if part.kind in FAT_PARTITIONS:
                yield from _part(image, table + part.start, part.size)
        following = next((part for part in parts if part.kind in EXTENDED_PARTITIONS), None)
        if following is None:
            return
        table = start + following.start


def _part(image: DiskImage, start: int, size: int) -> Iterator[Sectors]:
    size = min(size, image.sectors - start)
    if start and size > 0:
        yield Sectors(image, start, size)
