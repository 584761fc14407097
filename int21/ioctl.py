"""INT 21h/44h: control of handles, devices and drives.

MS-DOS Programmer's Reference, "IOCTL"; RBIL INT 21h/4400h to 4411h, for 440Ch tables 01552 to 01561.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from int21 import layout, tracks
from int21.ansi import AnsiConsole
from int21.code_pages import NUMBERS
from int21.console import Console
from int21.country import set_active
from int21.devices.device import IS_DEVICE, Device
from int21.disk import BiosParameters, fill_bios_parameters, show_media_id, take_media_id
from int21.drive import Drive, SectorDrive, Tracks
from int21.errors import DosError, ErrorCode
from int21.registers import Registers
from int21.table import int21

if TYPE_CHECKING:
    from int21.dos import Dos

_READY = 0xFF
_DISK = 0x08  # CH of 440Dh
_REMOTE = 0x1000  # DX of 4409h
_REMOTE_FILE = 0x8000  # DX of 440Ah
_DRIVE_ATTRIBUTES = next(attributes for name, attributes in layout.DEVICES if not name)
_ATTRIBUTES = dict(layout.DEVICES) | layout.DRIVERS | {b"NUL": 0x8004}


def _device(dos: Dos, handle: int) -> Device:
    """The device behind a handle. Raises INVALID_FUNCTION when it is a file or stream."""
    channel = dos.files.table.channel(dos.files.index(handle))
    if not isinstance(channel, Device):
        raise DosError(ErrorCode.INVALID_FUNCTION)
    return channel


def _drive(dos: Dos, number: int) -> int:
    """The drive a function means (0 current, 1 A:). Raises INVALID_DRIVE."""
    return dos.drives.one_based(number)


@int21.service(0x44, 0x00, name="get device information", takes="BX handle", gives="DX information")
def get_information(dos: Dos, regs: Registers) -> None:
    entry = dos.files.entry(regs.bx)
    information = entry.flags & 0xFF
    if information & IS_DEVICE:
        # The high byte is that of the device's attribute word.
        information |= _ATTRIBUTES.get(entry.name[:8].rstrip(b" "), 0x8000) & 0xFF00
    regs.dx = information
    regs.ax = information


@int21.service(0x44, 0x01, name="set device information", takes="BX handle, DX information")
def set_information(dos: Dos, regs: Registers) -> None:
    entry = dos.files.entry(regs.bx)
    if regs.dh:
        raise DosError(ErrorCode.INVALID_DATA)
    if not entry.is_device:
        raise DosError(ErrorCode.INVALID_FUNCTION)
    entry.flags = entry.flags & 0xFF00 | regs.dl | IS_DEVICE


@int21.service(0x44, 0x02, name="read control data", takes="BX handle, CX bytes, DS:DX buffer", gives="AX bytes")
def read_control(dos: Dos, regs: Registers) -> None:
    data = _device(dos, regs.bx).control_read(regs.cx)[: regs.cx]
    dos.memory.write(regs.address("ds", regs.dx), data)
    regs.ax = len(data)


@int21.service(0x44, 0x03, name="write control data", takes="BX handle, CX bytes, DS:DX data", gives="AX bytes")
def write_control(dos: Dos, regs: Registers) -> None:
    device = _device(dos, regs.bx)
    regs.ax = device.control_write(bytes(dos.memory.read(regs.address("ds", regs.dx), regs.cx)))


@int21.service(0x44, 0x06, name="get input status", takes="BX handle", gives="AL FFh ready, 0 not ready or at the end")
def get_input_status(dos: Dos, regs: Registers) -> None:
    regs.al = _READY if dos.files.input_ready(regs.bx) else 0


@int21.service(0x44, 0x07, name="get output status", takes="BX handle", gives="AL FFh ready, 0 not ready")
def get_output_status(dos: Dos, regs: Registers) -> None:
    channel = dos.files.table.channel(dos.files.index(regs.bx))
    regs.al = _READY if channel is None or channel.output_ready() else 0


@int21.service(0x44, 0x08, name="is drive removable", takes="BL drive (0 current)", gives="AX 0 removable, 1 fixed")
def is_removable(dos: Dos, regs: Registers) -> None:
    drive = dos.drives.at(_drive(dos, regs.bl))
    if drive.remote:
        raise DosError(ErrorCode.INVALID_FUNCTION)
    regs.ax = 0 if drive.removable else 1


@int21.service(0x44, 0x09, name="is drive remote", takes="BL drive (0 current)", gives="DX bit 12: remote")
def is_remote(dos: Dos, regs: Registers) -> None:
    drive = dos.drives.at(_drive(dos, regs.bl))
    regs.dx = _REMOTE if drive.remote else _DRIVE_ATTRIBUTES


@int21.service(0x44, 0x0A, name="is handle remote", takes="BX handle", gives="DX bit 15: remote")
def is_handle_remote(dos: Dos, regs: Registers) -> None:
    entry = dos.files.entry(regs.bx)
    regs.dx = entry.flags & ~_REMOTE_FILE


@int21.service(0x44, 0x0B, name="set sharing retries", takes="CX pause, DX retries")
def set_sharing_retries(dos: Dos, regs: Registers) -> None:
    if not regs.dx:
        raise DosError(ErrorCode.INVALID_FUNCTION)
    # Nothing else runs that could end a sharing conflict: there is nothing to wait for.


@int21.service(0x44, 0x0D, name="control drive", takes="BL drive (0 current), CX category and function, DS:DX block")
def control_drive(dos: Dos, regs: Registers) -> None:
    number = _drive(dos, regs.bl)
    if regs.ch != _DISK:
        raise DosError(ErrorCode.INVALID_FUNCTION)
    drive = dos.drives.at(number)
    block = regs.address("ds", regs.dx)
    match regs.cl:
        case 0x60:
            memory, disk = dos.memory, _tracks(drive)
            memory.set_u8(block + 1, disk.device_type)
            memory.set_u16(block + 2, 0x00 if drive.removable else 0x01)
            memory.set_u16(block + 4, disk.cylinders)
            memory.set_u8(block + 6, 0)
            fill_bios_parameters(dos, number, block + 7)
            memory.fill(block + 7 + BiosParameters.SIZE, 6)
        case 0x66:
            show_media_id(dos, drive, block)
        case 0x46:
            take_media_id(dos, drive, block)
        case 0x40:
            return  # another geometry changes nothing about what is mounted
        case 0x47:
            (dos.drives.closed.discard if dos.memory.u8(block + 1) else dos.drives.closed.add)(number)
        case 0x67:
            dos.memory.set_u8(block + 1, number not in dos.drives.closed)
        case 0x68:
            dos.memory.set_u8(block, 1)  # the media is the default one
            dos.memory.set_u8(block + 1, _tracks(drive).device_type)
        case function if function in tracks.FUNCTIONS:
            tracks.control(dos.memory, drive, function, block)
        case _:
            raise DosError(ErrorCode.INVALID_FUNCTION)


@int21.service(0x44, 0x04, name="read control data of drive", takes="BL drive (0 current), CX bytes, DS:DX buffer")
@int21.service(0x44, 0x05, name="write control data of drive", takes="BL drive (0 current), CX bytes, DS:DX data")
def drive_control_data(dos: Dos, regs: Registers) -> None:
    _drive(dos, regs.bl)
    raise DosError(ErrorCode.INVALID_FUNCTION)  # no driver takes any


_FIXED_DISK, _FLOPPY = 0x05, 0x07  # device types of 440Dh/60h
_CONSOLE = 0x03
_CATEGORIES = {b"CON": _CONSOLE, b"PRN": 0x05, b"LPT1": 0x05, b"LPT2": 0x05, b"LPT3": 0x05}
_SERIAL = 0x01
_CHARACTER_FUNCTIONS = frozenset({0x45, 0x4A, 0x4C, 0x4D, 0x65, 0x6A, 0x6B})
_DISPLAY_FUNCTIONS = frozenset({0x5F, 0x7F})
_DRIVE_FUNCTIONS = frozenset({0x40, 0x46, 0x47, 0x60, 0x66, 0x67, 0x68})


def _tracks(drive: Drive) -> Tracks:
    """The tracks of a drive; a folder is a disk without any to speak of."""
    if isinstance(drive, SectorDrive):
        return drive.tracks
    return Tracks(1, 255, 63, 63, _FLOPPY if drive.removable else _FIXED_DISK)


_DISPLAY = struct.Struct("<BBHHBBHHHHH")
_TEXT = 1


def _character_functions(dos: Dos, device: Device, category: int) -> frozenset[int]:
    """The minor codes of 440Ch that a device knows under a category."""
    if category != _CATEGORIES.get(device.name, _SERIAL):
        return frozenset()
    if category == _CONSOLE and isinstance(dos.console, AnsiConsole):
        return _CHARACTER_FUNCTIONS | _DISPLAY_FUNCTIONS
    return _CHARACTER_FUNCTIONS


@int21.service(0x44, 0x0C, name="control device", takes="BX handle, CX category and function, DS:DX block")
def control_device(dos: Dos, regs: Registers) -> None:
    if regs.cl not in _character_functions(dos, _device(dos, regs.bx), regs.ch):
        raise DosError(ErrorCode.INVALID_FUNCTION)
    memory = dos.memory
    block = regs.address("ds", regs.dx)
    match regs.cl:
        case 0x4A:
            _select_code_page(dos, memory.u16(block + 2))
        case 0x65:
            memory.set_u16(block, dos.retries)
        case 0x45:
            dos.retries = memory.u16(block)
        case 0x6A:
            memory.write(block, struct.pack("<2H", 2, dos.code_page.number))
        case 0x6B:
            own = dos.settings.code_page
            memory.write(
                block, struct.pack(f"<{len(NUMBERS) + 4}H", 2 * len(NUMBERS) + 6, 1, own, len(NUMBERS), *NUMBERS)
            )
        case 0x7F:
            memory.write(block, display_information(dos.console))
        case _:
            return  # prepared code pages and the display's mode stay as they are


def _select_code_page(dos: Dos, number: int) -> None:
    try:
        set_active(dos, number)
    except ValueError as error:
        raise DosError(ErrorCode.FILE_NOT_FOUND, str(error)) from None


def display_information(console: Console) -> bytes:
    """The display information of ANSI.SYS."""
    assert isinstance(console, AnsiConsole)
    rows, columns = console.screen.size
    return _DISPLAY.pack(0, 0, 14, 0, _TEXT, 0, 16, 8 * columns, 16 * rows, columns, rows)


@int21.service(0x44, 0x10, name="does a handle know a control function?", takes="BX handle, CX category and function")
def query_device(dos: Dos, regs: Registers) -> None:
    if regs.cl not in _character_functions(dos, _device(dos, regs.bx), regs.ch):
        raise DosError(ErrorCode.INVALID_FUNCTION)
    regs.ax = 0


@int21.service(0x44, 0x11, name="does a drive know a control function?", takes="BL drive, CX category and function")
def query_drive(dos: Dos, regs: Registers) -> None:
    known = _DRIVE_FUNCTIONS
    if isinstance(dos.drives.at(_drive(dos, regs.bl)), SectorDrive):
        known |= tracks.FUNCTIONS
    if regs.ch != _DISK or regs.cl not in known:
        raise DosError(ErrorCode.INVALID_FUNCTION)
    regs.ax = 0


@int21.service(0x44, 0x0E, name="get drive map", takes="BL drive (0 current)", gives="AL 0: one letter only")
def get_drive_map(dos: Dos, regs: Registers) -> None:
    _drive(dos, regs.bl)
    regs.al = 0


@int21.service(0x44, 0x0F, name="set drive map", takes="BL drive (0 current)", gives="AL 0: one letter only")
def set_drive_map(dos: Dos, regs: Registers) -> None:
    _drive(dos, regs.bl)
    regs.al = 0


@int21.service(0x44, name="IOCTL, unknown function")
def unknown(dos: Dos, regs: Registers) -> None:
    raise DosError(ErrorCode.INVALID_FUNCTION)
