"""The drive tables of DOS in guest memory: current directory structures (CDS) and parameter blocks (DPB).

Layouts of DOS 4 to 6 (RBIL, INT 21h/52h tables 01643 and INT 21h/32h table 01395). DOS proper is in
``drives``; these are kept up to date for the programs that look.
"""

from __future__ import annotations

from hw.memory import Memory
from int21 import layout
from int21.drive import Drive, FatLayout, SectorDrive, Space
from int21.list_of_lists import NOWHERE, ListOfLists
from int21.substituted import SubstitutedDrive
from int21.view import View, far, text, u8, u16, u32

CDS_PHYSICAL = 0x4000
CDS_NETWORK = 0x8000
CDS_SUBSTITUTED = 0x1000
LONGEST_CDS_PATH = 66

_ROOT_ENTRIES = 512


class CurrentDirectory(View):
    """A current directory structure."""

    SIZE = layout.CDS_SIZE

    path = text(0x00, 67, b"\0")
    flags = u16(0x43)
    dpb = far(0x45)
    start_cluster = u16(0x49)
    reserved = u32(0x4B)
    root_offset = u16(0x4F)


class ParameterBlock(View):
    """A drive parameter block."""

    SIZE = layout.DPB_SIZE

    drive = u8(0x00)
    unit = u8(0x01)
    bytes_per_sector = u16(0x02)
    cluster_mask = u8(0x04)  # sectors per cluster, less one
    cluster_shift = u8(0x05)
    reserved_sectors = u16(0x06)
    fats = u8(0x08)
    root_entries = u16(0x09)
    first_data_sector = u16(0x0B)
    highest_cluster = u16(0x0D)
    sectors_per_fat = u16(0x0F)
    first_directory_sector = u16(0x11)
    driver = far(0x13)
    media = u8(0x17)
    accessed = u8(0x18)  # FFh: the drive must be looked at anew
    next = far(0x19)
    search_cluster = u16(0x1D)
    free_clusters = u16(0x1F)


def current_directory(memory: Memory, number: int) -> CurrentDirectory:
    """The CDS of a drive (0 is A:)."""
    return CurrentDirectory(memory, layout.CDS_ARRAY + number * layout.CDS_SIZE)


def parameter_block(memory: Memory, number: int) -> ParameterBlock:
    """The DPB of a drive (0 is A:)."""
    return ParameterBlock(memory, layout.DPB_ARRAY + number * layout.DPB_SIZE)


def dpb_address(number: int) -> tuple[int, int]:
    """Far address of the DPB of a drive."""
    return layout.far_pointer(layout.DPB_ARRAY + number * layout.DPB_SIZE)


def write_current_directory(memory: Memory, number: int, path: bytes, drive: Drive | None) -> None:
    """Fill in the CDS of a drive, whether something is mounted there or not."""
    entry = current_directory(memory, number)
    entry.clear()
    entry.path = path
    entry.root_offset = 2
    entry.start_cluster = 0xFFFF
    entry.reserved = 0xFFFFFFFF
    if drive is not None:
        entry.flags = CDS_PHYSICAL | (CDS_NETWORK if drive.remote else 0)
        if isinstance(drive, SubstitutedDrive):
            entry.flags |= CDS_SUBSTITUTED
            root = drive.text.rstrip(b"\\")
            entry.path = (root + path[2:].rstrip(b"\\"))[:LONGEST_CDS_PATH]
            entry.root_offset = len(root)
        entry.dpb = dpb_address(number)


def link_tables(memory: Memory, mounted: list[int], count: int) -> None:
    """Tell the list of lists of the first DPB and of the number of drives."""
    lists = ListOfLists(memory)
    lists.first_dpb = dpb_address(mounted[0]) if mounted else NOWHERE
    lists.block_devices = len(mounted)
    lists.last_drive = count


def write_parameter_block(memory: Memory, number: int, drive: Drive, space: Space, following: int | None) -> None:
    """Fill in the DPB of a drive; ``following`` is the next drive that has one."""
    block = parameter_block(memory, number)
    block.clear()
    block.drive = number
    block.unit = number
    set_geometry(block, space, drive.media)
    if isinstance(drive, SectorDrive) and drive.fat is not None:
        _set_layout(block, drive.fat)
    block.driver = layout.far_pointer(layout.device_header(b""))
    block.next = NOWHERE if following is None else dpb_address(following)


def _set_layout(block: ParameterBlock, fat: FatLayout) -> None:
    """The numbers of a volume that has sectors indeed."""
    block.cluster_mask = fat.sectors_per_cluster - 1
    block.cluster_shift = fat.sectors_per_cluster.bit_length() - 1
    block.reserved_sectors = fat.reserved_sectors
    block.fats = fat.fats
    block.root_entries = fat.root_entries
    block.sectors_per_fat = fat.sectors_per_fat
    block.first_directory_sector = fat.first_root_sector
    block.first_data_sector = fat.first_data_sector
    block.highest_cluster = fat.clusters + 1


def set_geometry(block: ParameterBlock, space: Space, media: int) -> None:
    """The numbers of a FAT file system of this size."""
    entry_bits = 12 if space.clusters < 4085 else 16
    fat_bytes = ((space.clusters + 2) * entry_bits + 7) // 8
    block.bytes_per_sector = space.bytes_per_sector
    block.cluster_mask = space.sectors_per_cluster - 1
    block.cluster_shift = space.sectors_per_cluster.bit_length() - 1
    block.reserved_sectors = 1
    block.fats = 2
    block.root_entries = _ROOT_ENTRIES
    block.sectors_per_fat = -(-fat_bytes // space.bytes_per_sector)
    block.first_directory_sector = 1 + 2 * block.sectors_per_fat
    block.first_data_sector = block.first_directory_sector + _ROOT_ENTRIES * 32 // space.bytes_per_sector
    block.highest_cluster = space.clusters + 1
    block.media = media
    block.free_clusters = 0xFFFF  # not known
