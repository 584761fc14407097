"""The BIOS of an SVGA: a VGA's, and the state that VBE has."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dosemu.bios.int10.vbe_canvas import video_mode
from dosemu.bios.int10.vbe_modes import Vbe
from dosemu.bios.int10.vga import VgaBios
from hw.video_mode import VideoMode

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from hw.vga.s3 import S3


class SvgaBios(VgaBios):
    """``vbe`` is there from power-on."""

    vbe: Vbe

    @property
    def extended(self) -> VideoMode | None:  # type: ignore[override]
        """The mode of VBE that is set."""
        return None if self.vbe.mode is None else video_mode(self.vbe.mode)

    def power_on(self, bios: Bios) -> None:
        """Mode list and window function into the video BIOS; then as a VGA."""
        self.vbe = Vbe(bios, cast("S3", bios.adapter))
        super().power_on(bios)

    def program(self, bios: Bios, mode: VideoMode) -> None:
        """A mode of the VGA ends VBE's."""
        self.vbe.leave()
        super().program(bios, mode)


def video_bios(adapter: str) -> SvgaBios:
    """The one for ``Adapter.name``."""
    return SvgaBios()
