"""What the BIOSes of the adapters do each in their own way: setting a mode, the cursor's shape, CGA colours.

``Bios.video`` is the one of the machine's adapter.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

from hw.memory import Memory
from hw.video_mode import VideoMode

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios


class VideoBios(Protocol):
    """The part of INT 10h that knows the adapter's registers."""

    @property
    def has_rom(self) -> bool:
        """There is a video BIOS at C000h, as EGA and VGA have one."""

    @property
    def first_mode(self) -> int:
        """The mode after power-on."""

    @property
    def extended(self) -> VideoMode | None:
        """The present mode, where it is none of the adapter's table (one of VBE)."""

    @property
    def marks(self) -> Mapping[int, bytes]:
        """Bytes of the BIOS segment by which programs know the machine, by offset."""

    def write_rom(self, memory: Memory) -> None:
        """Write the video BIOS, where there is one."""

    def power_on(self, bios: Bios) -> None:
        """Fill in the BIOS data area, set the first mode."""

    def find_mode(self, bios: Bios, number: int) -> VideoMode | None:
        """What INT 10h/00h is to set for a number; None: nothing."""

    def program(self, bios: Bios, mode: VideoMode) -> None:
        """Load the adapter's registers and fonts."""

    def finish(self, bios: Bios, mode: VideoMode, *, keep: bool) -> None:
        """Fill in what of the BIOS data area depends on the adapter, set the cursor's shape."""

    def set_cursor_shape(self, bios: Bios, shape: int) -> None:
        """First and last line of the cursor, as CX of function 01h."""

    def set_border(self, bios: Bios, colour: int) -> None:
        """Function 0Bh, BH 0."""

    def set_cga_palette(self, bios: Bios, palette: int) -> None:
        """Function 0Bh, BH 1."""


_MODULES: Final = {"svga": "svga", "cga": "mc6845", "hercules": "mc6845", "tandy": "mc6845", "pcjr": "mc6845"}


def video_bios(adapter: str) -> VideoBios:
    """The BIOS of an adapter (``Adapter.name``)."""
    maker = import_module(f"dosemu.bios.int10.{_MODULES.get(adapter, 'vga')}").video_bios
    video: VideoBios = maker(adapter)
    return video
