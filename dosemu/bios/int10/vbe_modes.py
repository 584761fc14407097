"""What VBE says of its modes, and how one is set: INT 10h/4F00h to 4F03h.

VESA BIOS Extension (VBE) Core Functions Standard 2.0, "VbeInfoBlock Structure" and "ModeInfoBlock Structure".
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, cast

from dosemu.bios.int10 import vbe_rom
from dosemu.bios.int10.modes import TEXT_WINDOW, set_mode
from dosemu.bios.int10.vbe_canvas import video_mode
from dosemu.bios.rom import FONT_OFFSETS, VIDEO_SEGMENT
from hw.vga.fonts import font_bytes
from hw.vga.s3 import S3
from hw.vga.svga_modes import SvgaMode, modes_for

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from dosemu.bios.int10.vga import VgaBios

KEEP: Final = 0x8000
LINEAR: Final = 0x4000
_NUMBER: Final = 0x3FFF
_BANK_KB: Final = 64
_MEMORY_MODEL: Final = {0: 0, 4: 3, 8: 4}  # text, planes, packed; direct colour is 6
# Size and place of red, green, blue and what is left.
_FIELDS: Final = {
    15: (5, 10, 5, 5, 5, 0, 1, 15),
    16: (5, 11, 6, 5, 5, 0, 0, 0),
    24: (8, 16, 8, 8, 8, 0, 0, 0),
    32: (8, 16, 8, 8, 8, 0, 8, 24),
}


class Vbe:
    """The VESA BIOS of one machine: which mode is set, and how it is looked at."""

    def __init__(self, bios: Bios, adapter: S3) -> None:
        self.bios = bios
        self.adapter = adapter
        self.modes = modes_for(adapter.memory.bytes)
        self.mode: SvgaMode | None = None  # None: a mode of the VGA
        self.flags = 0  # LINEAR, KEEP as it was set with
        vbe_rom.install(bios.memory, list(self.modes), adapter.memory.bytes)

    def out(self, port: int, value: int) -> None:
        """Write a port of the adapter."""
        self.bios.ports.write(port, value & 0xFF)

    def set_register(self, index: int, value: int) -> None:
        """Write a register of the CRTC, an S3's own too."""
        self.out(0x3D4, index)
        self.out(0x3D5, value)

    # --- the blocks ------------------------------------------------------------------------------

    def information(self, version_2: bool) -> bytes:
        """The 256 bytes about the adapter, 512 for those who asked for VBE 2.0."""
        names = vbe_rom.STRING_POINTERS
        block = struct.pack(
            "<4sHIIIH", b"VESA", 0x0200, names.oem, 1, vbe_rom.far(vbe_rom.MODE_LIST), self.adapter.memory.bytes >> 16
        )
        if not version_2:
            return block.ljust(256, b"\0")
        block += struct.pack("<HIII", 0x0100, names.vendor, names.product, names.revision)
        return block.ljust(512, b"\0")

    def mode_information(self, mode: SvgaMode) -> bytes:
        """The 256 bytes about a mode."""
        linear = mode.packed
        attributes = 0x0B | (0x04 if mode.is_text else 0x10) | (0x80 if linear else 0)
        if not mode.is_text and not mode.planar:
            attributes |= 0x20
        segment = 0xB800 if mode.is_text else 0xA000
        pages = min(self.adapter.memory.bytes // mode.size, 256) - 1
        block = struct.pack(
            "<HBBHHHHIH", attributes, 7, 0, _BANK_KB, 32 if mode.is_text else _BANK_KB, segment, 0,
            vbe_rom.far(vbe_rom.WINDOW_FUNCTION), mode.stride,
        )  # fmt: skip
        width, height = (mode.columns, mode.rows) if mode.is_text else (mode.width, mode.height)
        block += struct.pack(
            "<HHBBBBBBBBB", width, height, 8, mode.cell_height, 4 if mode.bits <= 4 else 1, mode.bits or 4, 1,
            _MEMORY_MODEL.get(mode.bits, 6), 0, pages, 1,
        )  # fmt: skip
        block += bytes(_FIELDS.get(mode.bits, (0,) * 8)) + bytes((2 if mode.bits == 32 else 0,))
        if linear:
            unused = self.adapter.memory.bytes - mode.size
            block += struct.pack("<IIH", self.adapter.memory.linear_base, mode.size, min(unused >> 10, 0xFFFF))
        return block.ljust(256, b"\0")

    # --- setting a mode --------------------------------------------------------------------------

    def set_mode(self, wanted: int) -> bool:
        """Set a mode by the number and the bits that 4F02h takes; False when it is not there."""
        number = wanted & _NUMBER
        if number < 0x80:
            if wanted & LINEAR or number not in self.adapter.modes:
                return False
            set_mode(self.bios, number | (0x80 if wanted & KEEP else 0))
            return True
        mode = self.modes.get(number)
        if mode is None or (wanted & LINEAR and not mode.packed):
            return False
        mode.program(self.adapter, self.out)
        self.mode, self.flags = mode, wanted & (LINEAR | KEEP)
        if not wanted & KEEP:
            self.adapter.memory.clear_all()
        self._tell_data_area(mode, bool(wanted & KEEP))
        return True

    def leave(self) -> None:
        """A mode of the VGA was set."""
        self.mode, self.flags = None, 0

    def _tell_data_area(self, mode: SvgaMode, keep: bool) -> None:
        bios = self.bios
        bda = bios.bda
        bda.video_mode = video_mode(mode).number
        bda.columns, bda.rows_less_1, bda.cell_height = mode.columns, mode.rows - 1, mode.cell_height
        bda.page_size = mode.rows * mode.columns * 2 if mode.is_text else 0
        bda.page_start = bda.active_page = 0
        bda.crtc_port = 0x3D4
        bda.video_control = bda.video_control & 0x7F | (0x80 if keep else 0)
        for page in range(8):
            bda.set_cursor(page, 0, 0)
        bios.set_vector(0x43, VIDEO_SEGMENT, FONT_OFFSETS[mode.cell_height])
        if mode.is_text:
            self.adapter.load_font(0, font_bytes(mode.cell_height, bios.code_page), mode.cell_height)
            if not keep:
                bios.memory.write(0xB8000, b"\x20\x07" * (TEXT_WINDOW // 2))
            cast("VgaBios", bios.video).reset_cursor_shape(bios)

    @property
    def start(self) -> int:
        """The address of the first pixel, in cells of four bytes."""
        adapter = self.adapter
        return (adapter.crtc(0x69) & 0x1F) << 16 | adapter.start_address

    def set_start(self, cell: int) -> None:
        """Show the picture from here on, when the retrace has begun."""
        self.set_register(0x69, cell >> 16 & 0x1F)
        self.set_register(0x0C, cell >> 8)
        self.set_register(0x0D, cell)

    def wait_for_retrace(self) -> None:
        """Let time pass until the next vertical retrace begins."""
        clock = self.bios.clock
        clock.skip_to(self.adapter.next_retrace_ps(clock.now_ps))

    @property
    def number(self) -> int:
        """What 4F03h says."""
        return (self.mode.number if self.mode else self.bios.bda.video_mode & 0x7F) | self.flags
