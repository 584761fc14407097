"""An empty file system on a disk that has one already: boot sector, tables, root directory.

Microsoft, "FAT: General Overview of On-Disk Format" 1.03. The layout stays what it was (sectors a cluster, size of the
tables), so that programs which know the disk go on; the code of the boot sector only says that nothing can be started.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from int21.fat.layout import BOOT_SECTOR, EXTENDED_AT, EXTENDED_BOOT, FAT32_EXTENDED_AT, SECTOR
from int21.fat.volume import NO_NAME, Volume

if TYPE_CHECKING:
    from int21.fat.drive import FatDrive

_ERASED: Final = b"\xf6"
_AT_ONCE: Final = 64  # sectors
_OEM: Final = b"MSDOS5.0"
_CODE_AT: Final = 0x3E
_MESSAGE: Final = b"This disk starts no system\r\n\0"
# Show the text behind it, wait for a key, try the next disk.
_CODE: Final = bytes.fromhex("fa31c08ed0bc007cfb8ed8 be607c ac08c07409 b40ebb0700cd10ebf2 31c0cd16cd19")
_TYPES: Final = {12: b"FAT12   ", 16: b"FAT16   "}


def boot_sector(volume: Volume, serial: int, label: bytes) -> bytes:
    """The first sector of an empty FAT12 or FAT16 volume with this layout."""
    large = volume.total_sectors > 0xFFFF
    fields: bytes = BOOT_SECTOR.build({
        "jump": b"\xeb\x3c\x90",
        "oem": _OEM,
        "bytes_per_sector": SECTOR,
        "sectors_per_cluster": volume.sectors_per_cluster,
        "reserved_sectors": volume.reserved_sectors,
        "fats": volume.fats,
        "root_entries": volume.root_entries,
        "sectors": 0 if large else volume.total_sectors,
        "media": volume.media,
        "sectors_per_fat": volume.sectors_per_fat,
        "sectors_per_track": volume.sectors_per_track,
        "heads": volume.heads,
        "hidden_sectors": volume.hidden_sectors,
        "large_sectors": volume.total_sectors if large else 0,
    })  # fmt: skip
    extended: bytes = EXTENDED_BOOT.build({
        "drive": 0x80 if volume.media == 0xF8 else 0,
        "signature": 0x29,
        "serial": serial,
        "label": (label or NO_NAME).ljust(11),
        "file_system": _TYPES[volume.bits],
    })  # fmt: skip
    code = (_CODE.ljust(0x60 - _CODE_AT, b"\x90")) + _MESSAGE
    return (fields[:EXTENDED_AT] + extended + code).ljust(SECTOR - 2, b"\0") + b"\x55\xaa"


def format_volume(drive: FatDrive, serial: int, *, erase: bool) -> Iterator[int]:
    """Make the volume of a drive empty, without a label; ``erase`` overwrites all that its files held.

    Yields percents on its way. Raises DosError (WRITE_PROTECTED and what sectors raise).
    """
    sectors, volume = drive.sectors, drive.volume
    reserved = volume.reserved_sectors
    if volume.bits == 32:
        boot = bytearray(sectors.read(0))
        struct.pack_into("<I", boot, FAT32_EXTENDED_AT + 3, serial)
        boot[FAT32_EXTENDED_AT + 7 : FAT32_EXTENDED_AT + 18] = NO_NAME.ljust(11)
        sectors.overwrite(0, bytes(boot))
        information = bytearray(sectors.read(1))
        if information.startswith(b"RRaA"):
            information[488:496] = b"\xff" * 8  # how much is free is to be counted
            sectors.overwrite(1, bytes(information))
    else:
        sectors.overwrite(0, boot_sector(volume, serial, b""))
    first = {
        12: bytes((volume.media, 0xFF, 0xFF)),
        16: bytes((volume.media, 0xFF, 0xFF, 0xFF)),
        32: struct.pack("<3I", 0x0FFFFF00 | volume.media, 0x0FFFFFFF, 0x0FFFFFFF),
    }[volume.bits]
    table = bytearray(first.ljust(volume.sectors_per_fat * SECTOR, b"\0"))
    if volume.bits == 32 and volume.root_cluster != 2:
        table[8:12] = bytes(4)
        struct.pack_into("<I", table, 4 * volume.root_cluster, 0x0FFFFFFF)
    for copy in range(volume.fats):
        sectors.overwrite(reserved + copy * volume.sectors_per_fat, bytes(table))
    if volume.bits == 32:
        sectors.overwrite(volume.sector_of(volume.root_cluster), bytes(volume.cluster_size))
    elif volume.root_sectors:
        sectors.overwrite(volume.first_root_sector, bytes(volume.root_sectors * SECTOR))
    if erase:
        start, end = volume.first_data_sector, volume.total_sectors
        if volume.bits == 32:
            start = volume.sector_of(volume.root_cluster) + volume.sectors_per_cluster
        for at in range(start, end, _AT_ONCE):
            count = min(_AT_ONCE, end - at)
            sectors.overwrite(at, _ERASED * count * SECTOR)
            yield 100 * (at + count - start) // (end - start)
    drive.label = b""  # looks at the disk anew, and puts the count of free clusters right
    yield 100
