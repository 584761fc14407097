"""The BIOS of EGA and VGA: modes with their fonts, cursor emulation, CGA colours by palette registers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from dosemu.bios.int10.modes import cell_height, current_mode, set_mode
from dosemu.bios.rom import FONT_OFFSETS, INTERFACE_VERSION, VIDEO_SEGMENT
from dosemu.bios.video_rom import SAVE_POINTERS, build_video_rom, ega_parameters, vga_parameters
from hw.memory import Memory
from hw.vga.fonts import font_bytes
from hw.vga.modes import Mode, mode_with_lines
from hw.video_mode import VideoMode

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from hw.vga.ega import Ega

_KEEP_MEMORY = 0x80
_NO_CURSOR_EMULATION = 0x01
_LINES_200, _LINES_400, KEEP_PALETTE = 0x80, 0x10, 0x08
GREY = 0x02
_CURSOR_OFF = 0x20
CGA_UNDERLINE: Final = 0x0607
_OVERSCAN = 0x11
# What a CGA's mode register (3D8h) would hold, kept at 0040:0065 for modes 0 to 7.
_CGA_MODE_REGISTER: Final = (0x2C, 0x28, 0x2D, 0x29, 0x2A, 0x2E, 0x1E, 0x29)
_CGA_PALETTES: Final = ((0x02, 0x04, 0x06), (0x03, 0x05, 0x07))


def scan_lines(bios: Bios) -> int:
    """Scan lines that text modes are set with: 200, 350 or 400."""
    flags = bios.bda.video_flags
    if flags & _LINES_200:
        return 200
    return 400 if flags & _LINES_400 else 350


def emulates_cursor(bios: Bios) -> bool:
    """Whether cursors are given for cells of eight lines (function 12h, BL=34h)."""
    return not bios.bda.video_control & _NO_CURSOR_EMULATION


def grey_of(colours: bytes) -> bytes:
    """Colours of the DAC as greys: 30 % red, 59 % green, 11 % blue (PS/2 reference, "Gray scale").

    >>> grey_of(bytes((0, 42, 42, 63, 63, 63))).hex(" ")
    '1d 1d 1d 3f 3f 3f'
    """
    grey = bytearray()
    for index in range(0, len(colours) - 2, 3):
        red, green, blue = colours[index : index + 3]
        grey += bytes((min((red * 77 + green * 151 + blue * 28 + 128) >> 8, 63),)) * 3
    return bytes(grey)


def as_loaded(bios: Bios, colours: bytes) -> bytes:
    """What function 10h and mode sets put into the DAC: the colours, or greys after function 12h, BL=33h."""
    return grey_of(colours) if bios.bda.video_flags & GREY else colours


class VgaBios:
    """EGA and VGA."""

    has_rom = True
    first_mode = 3
    extended: VideoMode | None = None
    marks: Mapping[int, bytes] = MappingProxyType({INTERFACE_VERSION: b"\x08\x00"})

    def __init__(self) -> None:
        self.default_registers: dict[int, bytes] = {}  # INT 10h/F7h, by group

    def write_rom(self, memory: Memory) -> None:
        """Fonts and tables."""
        build_video_rom(memory, vga_parameters())

    def power_on(self, bios: Bios) -> None:
        """256 KB, a colour monitor, 400 lines, VGA."""
        bda = bios.bda
        bda.video_save_table = VIDEO_SEGMENT << 16 | SAVE_POINTERS
        bda.video_control = 0x60
        bda.video_switches = 0xF9
        bda.video_flags = 0x11
        bda.combination_code = 0x0B
        set_mode(bios, self.first_mode)

    def find_mode(self, bios: Bios, number: int) -> VideoMode | None:
        """The mode with the lines that function 12h chose."""
        return mode_with_lines(number, scan_lines(bios)) if number in bios.vga.modes else None

    def program(self, bios: Bios, mode: VideoMode) -> None:
        """Registers, colours, the font."""
        assert isinstance(mode, Mode)
        load_palette = not bios.bda.video_flags & KEEP_PALETTE
        mode.program(bios.vga, load_palette=load_palette)
        if load_palette and bios.bda.video_flags & GREY:
            bios.vga.set_dac(0, grey_of(bios.vga.dac()))

    def finish(self, bios: Bios, mode: VideoMode, *, keep: bool) -> None:
        """Rows, cell and fonts."""
        assert isinstance(mode, Mode)
        bda, vga = bios.bda, bios.vga
        if mode.is_text:
            vga.load_font(0, font_bytes(mode.cell_height, bios.code_page), mode.cell_height)
        bios.set_vector(0x43, VIDEO_SEGMENT, FONT_OFFSETS[mode.cell_height])
        bios.set_vector(0x1F, VIDEO_SEGMENT, FONT_OFFSETS[8] + 128 * 8)
        bda.rows_less_1 = mode.rows - 1
        bda.cell_height = mode.cell_height
        bda.crtc_port = mode.crtc_port
        bda.video_control = bda.video_control & 0x7F | (_KEEP_MEMORY if keep else 0)
        bda.crt_mode_register = _CGA_MODE_REGISTER[mode.number] if mode.number < 8 else 0x29
        bda.crt_palette = 0x3F if mode.number == 6 else 0x30
        if mode.is_text:
            self.reset_cursor_shape(bios)

    def reset_cursor_shape(self, bios: Bios) -> None:
        """An underline, as a text mode begins with: a CGA's in the data area, scaled, or that of the cell unscaled."""
        height = cell_height(bios)
        underline = CGA_UNDERLINE if height <= 8 or emulates_cursor(bios) else (height - 3) << 8 | height - 2
        bios.bda.cursor_shape = underline
        self.set_cursor_shape(bios, underline)

    def set_cursor_shape(self, bios: Bios, shape: int) -> None:
        """First and last line of the cursor (CX of function 01h), scaled from 8-line cells as a VGA BIOS does."""
        start, end = shape >> 8 & 0x3F, shape & 0x1F
        height = cell_height(bios)
        if emulates_cursor(bios) and height > 8 and not start & _CURSOR_OFF and start <= end < 8:
            if end >= 6 and end - start <= 1:
                # An underline stays one, two lines above the bottom of the larger cell.
                start, end = start + height - 9, end + height - 9
            else:
                start, end = start * height // 8, (end + 1) * height // 8 - 1
        bios.adapter.set_crtc(0x0A, start)
        bios.adapter.set_crtc(0x0B, end)

    def set_border(self, bios: Bios, colour: int) -> None:
        """The overscan register, and colour 0 of graphics modes."""
        bda, vga = bios.bda, bios.vga
        bda.crt_palette = bda.crt_palette & 0xE0 | colour & 0x1F
        value = colour & 7 | (colour & 8) << 1
        vga.set_attribute(_OVERSCAN, value)
        if not current_mode(bios).is_text:
            vga.set_attribute(0x00, value)

    def set_cga_palette(self, bios: Bios, palette: int) -> None:
        """Palette registers 1 to 3, in all graphics modes."""
        bda = bios.bda
        bda.crt_palette = bda.crt_palette & ~0x20 | (0x20 if palette & 1 else 0)
        if not current_mode(bios).is_text:
            bright = 0x10 if bda.crt_palette & 0x10 else 0
            for index, colour in enumerate(_CGA_PALETTES[palette & 1], 1):
                bios.vga.set_attribute(index, colour | bright)


class EgaBios(VgaBios):
    """Text has 350 lines always; the fields that came with the VGA are empty."""

    def write_rom(self, memory: Memory) -> None:
        """Fonts and tables, without those that came with the VGA."""
        build_video_rom(memory, ega_parameters(), secondary=False)

    def power_on(self, bios: Bios) -> None:
        """A colour display of 350 lines."""
        kilobytes = cast("Ega", bios.adapter).memory_kb
        bios.bda.video_save_table = VIDEO_SEGMENT << 16 | SAVE_POINTERS
        bios.bda.video_control = (kilobytes // 64 - 1) << 5
        bios.bda.video_switches = 0xF9
        set_mode(bios, self.first_mode)

    def find_mode(self, bios: Bios, number: int) -> VideoMode | None:
        """The mode of the adapter's own table."""
        return bios.adapter.modes.get(number)


def video_bios(adapter: str) -> VgaBios:
    """The one for ``Adapter.name``."""
    return EgaBios() if adapter == "ega" else VgaBios()
