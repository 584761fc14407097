"""The BIOS of adapters with a 6845: CGA, Hercules (as an MDA), Tandy 1000 and PCjr.

IBM PC and PCjr Technical References (BIOS listings, "VIDEO_IO"); Tandy 1000 Technical Reference Manual, "ROM BIOS".
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from dosemu.bios.int10.modes import set_mode
from hw.mc6845.modes import Mode6845
from hw.memory import Memory
from hw.video_mode import VideoMode

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from hw.mc6845.adapter import Adapter6845
    from hw.mc6845.tandy import Tandy

_VIDEO = 0x08
_MODE_2 = 0x03
_PALETTE = 0x10
_CURSOR, _MONO_CURSOR = 0x0607, 0x0B0C
_CRT_CPU_PAGE = 0x48A  # what port 3DFh was set to


def card(bios: Bios) -> Adapter6845:
    """The adapter."""
    return cast("Adapter6845", bios.adapter)


class Bios6845:
    """CGA; the others change what is different."""

    has_rom = False
    first_mode = 3
    extended: VideoMode | None = None
    crtc_port = 0x3D4
    mode_port = 0x3D8
    cursor = _CURSOR
    marks: Mapping[int, bytes] = MappingProxyType({})

    def write_rom(self, memory: Memory) -> None:
        """There is none; the system's BIOS does it all."""

    def power_on(self, bios: Bios) -> None:
        """None of the fields that came with the EGA."""
        set_mode(bios, self.first_mode)

    def find_mode(self, bios: Bios, number: int) -> VideoMode | None:
        """The mode of the adapter's own table."""
        return bios.adapter.modes.get(number)

    def program(self, bios: Bios, mode: VideoMode) -> None:
        """The picture is off while the registers change."""
        assert isinstance(mode, Mode6845)
        adapter = card(bios)
        adapter.set_port(self.mode_port, mode.mode & ~_VIDEO)
        adapter.program(mode.crtc)
        adapter.set_port(self.mode_port, mode.mode)
        self.select_colour(bios, mode.colour)

    def select_colour(self, bios: Bios, value: int) -> None:
        """Write the colour select register, which is behind the mode register."""
        card(bios).set_port(self.mode_port + 1, value)

    def finish(self, bios: Bios, mode: VideoMode, *, keep: bool) -> None:
        """What the registers were set to, which cannot be read."""
        assert isinstance(mode, Mode6845)
        bda = bios.bda
        bda.crtc_port = self.crtc_port
        bda.crt_mode_register = mode.mode
        bda.crt_palette = mode.colour
        bda.cursor_shape = self.cursor
        self.set_cursor_shape(bios, self.cursor)

    def set_cursor_shape(self, bios: Bios, shape: int) -> None:
        """As it is given: these BIOSes scale nothing."""
        bios.adapter.set_crtc(0x0A, shape >> 8)
        bios.adapter.set_crtc(0x0B, shape & 0xFF)

    def set_border(self, bios: Bios, colour: int) -> None:
        """The lower bits of the colour select register."""
        bda = bios.bda
        bda.crt_palette = bda.crt_palette & 0xE0 | colour & 0x1F
        self.select_colour(bios, bda.crt_palette)

    def set_cga_palette(self, bios: Bios, palette: int) -> None:
        """Bit 5 of the colour select register."""
        bda = bios.bda
        bda.crt_palette = bda.crt_palette & ~0x20 | (0x20 if palette & 1 else 0)
        self.select_colour(bios, bda.crt_palette)


class MonoBios(Bios6845):
    """Mode 7, whatever number is asked for."""

    first_mode = 7
    crtc_port = 0x3B4
    mode_port = 0x3B8
    cursor = _MONO_CURSOR

    def power_on(self, bios: Bios) -> None:
        """Only the first page of graphics may be used until a program asks for more."""
        card(bios).set_port(0x3BF, 0)
        set_mode(bios, self.first_mode)

    def find_mode(self, bios: Bios, number: int) -> VideoMode | None:
        """There is no other mode."""
        return bios.adapter.modes[7] if number <= 7 else None

    def select_colour(self, bios: Bios, value: int) -> None:
        """There is no such register, and a monochrome monitor has no border."""

    def set_cga_palette(self, bios: Bios, palette: int) -> None:
        """Nor palettes."""


class TandyBios(Bios6845):
    """With the gate array, and the pages of RAM that are shown."""

    # A PC by its model byte, and a Tandy by this one (Tandy 1000 Technical Reference Manual; RBIL, "MEMORY.LST").
    marks = MappingProxyType({0xFFFE: b"\xff", 0xC000: b"\x21"})

    def program(self, bios: Bios, mode: VideoMode) -> None:
        """The page of RAM first: clearing goes there."""
        assert isinstance(mode, Mode6845)
        tandy = cast("Tandy", bios.adapter)
        tandy.set_port(0x3DF, mode.page)
        bios.memory.set_u8(_CRT_CPU_PAGE, mode.page)
        self._set_mode_registers(tandy, mode, mode.mode & ~_VIDEO)
        tandy.program(mode.crtc)
        for index, colour in enumerate(mode.palette):
            tandy.set_gate(_PALETTE + index, colour)
        self._set_mode_registers(tandy, mode, mode.mode)

    def _set_mode_registers(self, tandy: Tandy, mode: Mode6845, value: int) -> None:
        tandy.set_gate(_MODE_2, mode.gate)
        tandy.set_port(self.mode_port, value)
        tandy.set_port(self.mode_port + 1, mode.colour)


class PcjrBios(TandyBios):
    """All registers are the gate array's; CGA colours are palette registers."""

    marks = MappingProxyType({0xFFFE: b"\xfd"})

    _PALETTES: Final = ((2, 4, 6), (11, 13, 15))

    def _set_mode_registers(self, tandy: Tandy, mode: Mode6845, value: int) -> None:
        tandy.set_gate(0, value)
        tandy.set_gate(_MODE_2, mode.gate)

    def set_border(self, bios: Bios, colour: int) -> None:
        """The border register, and colour 0 of graphics modes."""
        tandy, bda = cast("Tandy", bios.adapter), bios.bda
        bda.crt_palette = bda.crt_palette & 0xE0 | colour & 0x1F
        tandy.set_gate(2, colour & 15)
        if not tandy.is_text:
            tandy.set_gate(_PALETTE, colour & 15)

    def set_cga_palette(self, bios: Bios, palette: int) -> None:
        """Palette registers 1 to 3 of the four-colour modes, 1 of those with two colours."""
        tandy, bda = cast("Tandy", bios.adapter), bios.bda
        bda.crt_palette = bda.crt_palette & ~0x20 | (0x20 if palette & 1 else 0)
        for index, colour in enumerate(self._PALETTES[palette & 1], 1):
            tandy.set_gate(_PALETTE + index, colour)


_KINDS: Final = {"cga": Bios6845, "hercules": MonoBios, "tandy": TandyBios, "pcjr": PcjrBios}


def video_bios(adapter: str) -> Bios6845:
    """The one for ``Adapter.name``."""
    return _KINDS[adapter]()
