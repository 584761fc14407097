"""The list of lists (INT 21h/52h), the chain of device headers and the other tables at fixed places.

Layout of DOS 5 (RBIL, INT 21h/52h, tables 01627 to 01632). The device headers have strategy and interrupt routines
that answer every request with "unknown command": the devices themselves are not in guest code.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from hw.memory import Memory
from int21 import layout
from int21.arena import SYSTEM, Arena
from int21.psp import install_cpm_entry
from int21.registers import Registers
from int21.settings import DosSettings
from int21.swappable import SwappableData
from int21.table import int21
from int21.view import View, far, text, u8, u16

if TYPE_CHECKING:
    from int21.dos import Dos

NOWHERE = (0xFFFF, 0xFFFF)
_NUL_ATTRIBUTES = 0x8004
_MAX_SECTOR = 512
_BUFFERS = 20


class ListOfLists(View):
    """The list of lists; some of it is in front of the address that programs get."""

    SIZE = 0x6A

    first_mcb = u16(-2)
    first_dpb = far(0x00)
    first_sft = far(0x04)
    clock_header = far(0x08)
    con_header = far(0x0C)
    sector_size = u16(0x10)
    buffers = far(0x12)
    cds = far(0x16)
    fcb_sft = far(0x1A)
    protected_fcbs = u16(0x1E)
    block_devices = u8(0x20)
    last_drive = u8(0x21)
    joined_drives = u8(0x34)
    setver = far(0x37)
    buffer_count = u16(0x3F)
    boot_drive = u8(0x43)
    has_386 = u8(0x44)
    upper_linked = u8(0x63)
    first_upper = u16(0x66)  # segment of the first MCB of upper memory, FFFFh when there is none
    scan_start = u16(0x68)  # segment from which allocation looks

    def __init__(self, memory: Memory, base: int = layout.LIST_OF_LISTS) -> None:
        super().__init__(memory, base)


class DeviceHeader(View):
    """A device header. For block devices ``name`` holds their number in its first byte."""

    SIZE = layout.DEVICE_HEADER_SIZE

    next = far(0x00)
    attributes = u16(0x04)
    strategy = u16(0x06)
    interrupt = u16(0x08)
    name = text(0x0A, 8)


class SubBlock(View):
    """A sub-block of the system block: like an MCB, of a kind that its letter tells."""

    SIZE = 16

    kind = u8(0)
    owner = u16(1)
    size = u16(3)
    name = text(8, 8, b"\0")


# strategy: mov cs:[request],bx / mov cs:[request+2],es / retf
# interrupt: push ds, bx / lds bx,cs:[request] / mov word [bx+3],8103h / pop bx, ds / retf
def device_code(request: int) -> tuple[bytes, int]:
    """Strategy and interrupt routine that keep the request's address at ``request``; where the second begins."""
    at = struct.pack("<H", request)
    after = struct.pack("<H", request + 2)
    strategy = b"\x2e\x89\x1e" + at + b"\x2e\x8c\x06" + after + b"\xcb"
    interrupt = b"\x1e\x53\x2e\xc5\x1e" + at + b"\xc7\x47\x03\x03\x81\x5b\x1f\xcb"
    return strategy + interrupt, len(strategy)


_HANDLER_CODE = {
    layout.CTRL_C_CODE: b"\xf9\xcb",  # stc / retf: end the program
    layout.CRITICAL_ERROR_CODE: b"\xb0\x03\xcf",  # mov al,3 / iret: fail the function
    # mov byte cs:[flag],3 / iret
    layout.BREAK_CODE: b"\x2e\xc6\x06" + struct.pack("<H", layout.BREAK_FLAG - layout.DOS) + b"\x03\xcf",
    # cmp al,80h / jb done / push bx, ds / push cs / pop ds / mov bx,table / sub al,80h / xlat / pop ds, bx / done: retf
    layout.CASE_MAP_CODE: b"\x3c\x80\x72\x0c\x53\x1e\x0e\x1f\xbb"
    + struct.pack("<H", layout.UPPER_CASE_TABLE + 2 - layout.DOS)
    + b"\x2c\x80\xd7\x1f\x5b\xcb",
}


def build(memory: Memory, arena: Arena, settings: DosSettings) -> None:
    """Write everything that DOS has at fixed places, and allocate the system block."""
    memory.fill(layout.DOS, (layout.FIRST_MCB << 4) - layout.DOS, 0)
    for address, code in _HANDLER_CODE.items():
        memory.write(address, code)
    install_cpm_entry(memory)
    _build_devices(memory)
    _build_system_block(memory, arena, settings)
    lists = ListOfLists(memory)
    lists.first_mcb = arena.first
    lists.first_sft = layout.far_pointer(layout.SFT_TABLE)
    lists.clock_header = layout.far_pointer(layout.device_header(b"CLOCK$"))
    lists.con_header = layout.far_pointer(layout.device_header(b"CON"))
    lists.sector_size = _MAX_SECTOR
    lists.buffers = NOWHERE
    lists.cds = layout.far_pointer(layout.CDS_ARRAY)
    lists.fcb_sft = layout.far_pointer(fcb_table(settings.files))
    lists.buffer_count = _BUFFERS
    lists.boot_drive = settings.boot_drive
    lists.has_386 = 1
    lists.first_upper = 0xFFFF if arena.upper is None else arena.upper
    lists.scan_start = arena.first
    data = SwappableData(memory)
    data.error_drive = 0xFF
    data.memory_top = settings.memory_top
    data.break_checks = int(settings.break_checks)


def _build_devices(memory: Memory) -> None:
    request = layout.DEVICE_CODE - layout.DEVICE_HEADERS
    code, interrupt = device_code(request)
    strategy = request + 4
    memory.write(layout.DEVICE_CODE + 4, code)
    # NUL is in another segment than the code of the others: it gets its own copy.
    nul_request = layout.NUL_CODE - layout.DOS
    nul_code, nul_interrupt = device_code(nul_request)
    memory.write(layout.NUL_CODE + 4, nul_code)
    nul = DeviceHeader(memory, layout.NUL_HEADER)
    nul.next = layout.far_pointer(layout.DEVICE_HEADERS)
    nul.attributes = _NUL_ATTRIBUTES
    nul.strategy = nul_request + 4
    nul.interrupt = nul_request + 4 + nul_interrupt
    nul.name = b"NUL"
    for index, (name, attributes) in enumerate(layout.DEVICES):
        at = layout.DEVICE_HEADERS + index * layout.DEVICE_HEADER_SIZE
        header = DeviceHeader(memory, at)
        last = index == len(layout.DEVICES) - 1
        header.next = NOWHERE if last else layout.far_pointer(at + layout.DEVICE_HEADER_SIZE)
        header.attributes = attributes
        header.strategy = strategy
        header.interrupt = strategy + interrupt
        header.name = name or b"\x02\0\0\0\0\0\0\0"


def sft_paragraphs(files: int) -> int:
    """Size of the SFT sub-block for that many entries."""
    return (layout.SFT_HEADER_SIZE + files * layout.SFT_SIZE + 15) >> 4


def fcb_table(files: int) -> int:
    """Linear address of the FCB table, which is behind an SFT of that many entries."""
    return layout.SFT_TABLE + ((sft_paragraphs(files) + 1) << 4)


def _build_system_block(memory: Memory, arena: Arena, settings: DosSettings) -> None:
    fcb_paragraphs = sft_paragraphs(layout.FCB_ENTRIES)
    parts = ((b"F", sft_paragraphs(settings.files)), (b"X", fcb_paragraphs))
    total = sum(size + 1 for _, size in parts)
    segment = arena.allocate(total, SYSTEM, b"SD")
    memory.fill(segment << 4, total << 4, 0)
    for letter, size in parts:
        part = SubBlock(memory, segment << 4)
        part.kind = letter[0]
        part.owner = segment + 1
        part.size = size
        segment += size + 1
    for table, entries in ((layout.SFT_TABLE, settings.files), (fcb_table(settings.files), layout.FCB_ENTRIES)):
        memory.write(table, struct.pack("<HHH", *NOWHERE, entries))


@int21.service(0x52, name="get list of lists", gives="ES:BX list")
def get_list_of_lists(dos: Dos, regs: Registers) -> None:
    regs.es, regs.bx = layout.far_pointer(layout.LIST_OF_LISTS)


@int21.service(0x5D, 0x06, name="get swappable data area", gives="DS:SI area, CX size in DOS, DX size always")
def get_swappable_data(dos: Dos, regs: Registers) -> None:
    regs.ds, regs.si = layout.far_pointer(layout.SWAPPABLE_DATA)
    regs.cx = layout.SWAPPABLE_DATA_SIZE
    regs.dx = layout.SWAPPABLE_DATA_ALWAYS
