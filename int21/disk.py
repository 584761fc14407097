"""Drives as wholes: INT 21h functions 0Dh, 0Eh, 19h, 1Bh, 1Ch, 1Fh, 32h, 36h, 53h and 69h."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.drive import Drive, SectorDrive
from int21.drive_tables import ParameterBlock, dpb_address, parameter_block
from int21.errors import DosError, ErrorCode
from int21.registers import Registers
from int21.table import int21
from int21.view import View, text, u8, u16, u32

if TYPE_CHECKING:
    from int21.dos import Dos

_MEDIA_IN_DPB = 0x17


@int21.service(0x0D, name="reset disk")
def reset_disk(dos: Dos, regs: Registers) -> None:
    # All writes are with the host already.
    return


@int21.service(0x0E, name="select drive", takes="DL drive (0 is A:)", gives="AL number of drives")
def select_drive(dos: Dos, regs: Registers) -> None:
    if regs.dl in dos.drives.numbers():
        dos.drives.current = regs.dl
    regs.al = dos.drives.count


@int21.service(0x19, name="get current drive", gives="AL drive (0 is A:)")
def get_current_drive(dos: Dos, regs: Registers) -> None:
    regs.al = dos.drives.current


@int21.service(
    0x1B,
    name="get allocation of current drive",
    gives="AL sectors per cluster, CX bytes per sector, DX clusters, DS:BX media byte",
)
def get_current_allocation(dos: Dos, regs: Registers) -> None:
    _allocation(dos, regs, 0)


@int21.service(
    0x1C,
    name="get allocation of drive",
    takes="DL drive (0 current)",
    gives="AL sectors per cluster, CX bytes per sector, DX clusters, DS:BX media byte",
)
def get_allocation(dos: Dos, regs: Registers) -> None:
    _allocation(dos, regs, regs.dl)


def _allocation(dos: Dos, regs: Registers, drive: int) -> None:
    number = dos.drives.one_based(drive)
    space = dos.drives.at(number).space()
    regs.al = space.sectors_per_cluster
    regs.cx = space.bytes_per_sector
    regs.dx = space.clusters
    segment, offset = dpb_address(number)
    regs.ds, regs.bx = segment, offset + _MEDIA_IN_DPB


@int21.service(0x1F, name="get parameter block of current drive", gives="AL 0, DS:BX block")
def get_current_parameter_block(dos: Dos, regs: Registers) -> None:
    _parameter_block(dos, regs, 0)


@int21.service(0x32, name="get parameter block of drive", takes="DL drive (0 current)", gives="AL 0, DS:BX block")
def get_parameter_block(dos: Dos, regs: Registers) -> None:
    _parameter_block(dos, regs, regs.dl)


def _parameter_block(dos: Dos, regs: Registers, drive: int) -> None:
    number = dos.drives.one_based(drive)
    space = dos.drives.at(number).space()
    parameter_block(dos.memory, number).free_clusters = space.free
    regs.al = 0
    regs.ds, regs.bx = dpb_address(number)


@int21.service(
    0x36,
    name="get free space",
    takes="DL drive (0 current)",
    gives="AX sectors per cluster (FFFFh: no drive), BX free clusters, CX bytes per sector, DX clusters",
)
def get_free_space(dos: Dos, regs: Registers) -> None:
    space = dos.drives.at(dos.drives.one_based(regs.dl)).space().below_2_gb
    regs.ax = space.sectors_per_cluster
    regs.bx = space.free
    regs.cx = space.bytes_per_sector
    regs.dx = space.clusters


class BiosParameters(View):
    """A BIOS parameter block (MS-DOS Programmer's Reference, "BPB")."""

    SIZE = 25

    bytes_per_sector = u16(0x00)
    sectors_per_cluster = u8(0x02)
    reserved_sectors = u16(0x03)
    fats = u8(0x05)
    root_entries = u16(0x06)
    sectors = u16(0x08)
    media = u8(0x0A)
    sectors_per_fat = u16(0x0B)
    sectors_per_track = u16(0x0D)
    heads = u16(0x0F)
    hidden_sectors = u32(0x11)
    large_sectors = u32(0x15)


@int21.service(0x53, name="translate BPB to DPB", takes="DS:SI BPB, ES:BP DPB")
def translate_parameters(dos: Dos, regs: Registers) -> None:
    bios = BiosParameters(dos.memory, regs.address("ds", regs.si))
    block = ParameterBlock(dos.memory, regs.address("es", regs.bp))
    block.bytes_per_sector = bios.bytes_per_sector
    block.cluster_mask = bios.sectors_per_cluster - 1
    block.cluster_shift = max(bios.sectors_per_cluster.bit_length() - 1, 0)
    block.reserved_sectors = bios.reserved_sectors
    block.fats = bios.fats
    block.root_entries = bios.root_entries
    block.sectors_per_fat = bios.sectors_per_fat
    directory = bios.reserved_sectors + bios.fats * bios.sectors_per_fat
    per_sector = max(bios.bytes_per_sector // 32, 1)
    block.first_directory_sector = directory
    block.first_data_sector = directory + -(-bios.root_entries // per_sector)
    sectors = bios.sectors or bios.large_sectors
    data = max(sectors - block.first_data_sector, 0)
    block.highest_cluster = data // max(bios.sectors_per_cluster, 1) + 1
    block.media = bios.media
    block.free_clusters = 0xFFFF
    block.search_cluster = 0


class MediaId(View):
    """What 69h and IOCTL 440Dh/66h tell of a volume."""

    SIZE = 25

    level = u16(0x00)
    serial = u32(0x02)
    label = text(0x06, 11)
    file_system = text(0x11, 8)


def show_media_id(dos: Dos, drive: Drive, address: int) -> None:
    """Fill in a media ID."""
    media = MediaId(dos.memory, address)
    media.level = 0
    media.serial = drive.serial
    media.label = drive.label or b"NO NAME"
    media.file_system = b"FAT12" if drive.space().clusters < 4085 else b"FAT16"


def take_media_id(dos: Dos, drive: Drive, address: int) -> None:
    """Take over serial number and label, for as long as the drive is mounted."""
    if drive.read_only:
        raise DosError(ErrorCode.ACCESS_DENIED)
    media = MediaId(dos.memory, address)
    drive.serial = media.serial
    label = media.label.rstrip(b" ")
    drive.label = b"" if label == b"NO NAME" else label


@int21.service(0x69, name="get or set serial number", takes="AL 0 get, 1 set, BL drive (0 current), DS:DX media ID")
def serial_number(dos: Dos, regs: Registers) -> None:
    drive = dos.drives.at(dos.drives.one_based(regs.bl))
    address = regs.address("ds", regs.dx)
    match regs.al:
        case 0:
            show_media_id(dos, drive, address)
        case 1:
            take_media_id(dos, drive, address)
        case _:
            raise DosError(ErrorCode.INVALID_FUNCTION)


def fill_bios_parameters(dos: Dos, number: int, address: int) -> None:
    """The BPB of a drive as if it were a FAT disk (IOCTL 440Dh/60h)."""
    drive = dos.drives.at(number)
    space = drive.space()
    block = parameter_block(dos.memory, number)
    bios = BiosParameters(dos.memory, address)
    bios.clear()
    bios.bytes_per_sector = space.bytes_per_sector
    bios.sectors_per_cluster = space.sectors_per_cluster
    bios.reserved_sectors = block.reserved_sectors
    bios.fats = block.fats
    bios.root_entries = block.root_entries
    sectors = block.first_data_sector + space.clusters * space.sectors_per_cluster
    bios.sectors = sectors if sectors < 0x10000 else 0
    bios.large_sectors = 0 if sectors < 0x10000 else sectors
    bios.media = drive.media
    bios.sectors_per_fat = block.sectors_per_fat
    if isinstance(drive, SectorDrive):
        disk = drive.tracks
        bios.sectors_per_track, bios.heads, bios.hidden_sectors = disk.sectors, disk.heads, disk.hidden
    else:
        bios.sectors_per_track, bios.heads, bios.hidden_sectors = 63, 255, 63
