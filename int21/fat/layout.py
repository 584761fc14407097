"""What lies on a FAT disk: boot sector, partition table, directory entries.

Microsoft, "FAT: General Overview of On-Disk Format" 1.03; for partitions RBIL tables 00650 to 00653.
Directory entries are a plain ``struct``: a directory has thousands of them.
"""

from __future__ import annotations

import struct
from typing import Final

from construct import Array, Byte, Bytes, Int16ul, Int32ul, Padding, Struct

SECTOR: Final = 512

BOOT_SECTOR: Final = Struct(
    "jump" / Bytes(3),
    "oem" / Bytes(8),
    "bytes_per_sector" / Int16ul,
    "sectors_per_cluster" / Byte,
    "reserved_sectors" / Int16ul,
    "fats" / Byte,
    "root_entries" / Int16ul,
    "sectors" / Int16ul,
    "media" / Byte,
    "sectors_per_fat" / Int16ul,
    "sectors_per_track" / Int16ul,
    "heads" / Int16ul,
    "hidden_sectors" / Int32ul,
    "large_sectors" / Int32ul,
)

EXTENDED_BOOT: Final = Struct(
    "drive" / Byte,
    Padding(1),
    "signature" / Byte,
    "serial" / Int32ul,
    "label" / Bytes(11),
    "file_system" / Bytes(8),
)
EXTENDED_AT: Final = 36
EXTENDED_SIGNATURES: Final = (0x28, 0x29)

FAT32_BOOT: Final = Struct(
    "sectors_per_fat" / Int32ul,
    "flags" / Int16ul,
    "version" / Int16ul,
    "root_cluster" / Int32ul,
    "information_sector" / Int16ul,
    "backup_sector" / Int16ul,
    Padding(12),
)
FAT32_EXTENDED_AT: Final = EXTENDED_AT + 28

PARTITION: Final = Struct(
    "active" / Byte,
    "first_head" / Byte,
    "first_sector" / Byte,
    "first_cylinder" / Byte,
    "kind" / Byte,
    "last_head" / Byte,
    "last_sector" / Byte,
    "last_cylinder" / Byte,
    "start" / Int32ul,
    "size" / Int32ul,
)
PARTITION_TABLE: Final = Struct(Padding(446), "partitions" / Array(4, PARTITION), "signature" / Int16ul)
BOOT_SIGNATURE: Final = 0xAA55
FAT_PARTITIONS: Final = frozenset({0x01, 0x04, 0x06, 0x0B, 0x0C, 0x0E})
EXTENDED_PARTITIONS: Final = frozenset({0x05, 0x0F, 0x85})

ENTRY: Final = struct.Struct("<11sBBBHHHHHHHI")
"""Name, attributes, case, tenths, made at, made on, read on, cluster high, time, date, cluster low, size."""
ENTRY_SIZE: Final = 32
ATTRIBUTES_AT: Final = 11
CREATED_AT: Final = 13
TIME_AT: Final = 22
LONG_NAME: Final = 0x0F
"""The attributes of a slot that holds a part of a long name."""
DELETED: Final = 0xE5
END: Final = 0x00

# Floppies of DOS 1, whose boot sector tells nothing: sectors per cluster, root entries, sectors of a table,
# heads, sectors per track, all by the media byte in front of the table (RBIL table 01356).
OLD_FLOPPIES: Final = {
    0xFE: (1, 64, 1, 1, 8),
    0xFC: (1, 64, 2, 1, 9),
    0xFF: (2, 112, 1, 2, 8),
    0xFD: (2, 112, 2, 2, 9),
}
OLD_TRACKS: Final = 40
