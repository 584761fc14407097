"""What a change of the code page means for the screen and the keyboard: DISPLAY.SYS, GRAFTABL and KEYB of DOS.

An EGA or VGA gets the page's characters into its fonts: those in use, and those of the video BIOS, from which each
change of mode loads them and where graphics modes draw them from. The characters of a CGA, a Tandy or a Hercules card
are in a ROM of their own, which stays; there only INT 1Fh's upper half for graphics modes follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.bios.rom import BASE, FONT_8X8_UPPER, FONT_OFFSETS, VIDEO_SEGMENT
from dosemu.bios.video_rom import seal
from hw.vga.fonts import HEIGHTS, font_bytes

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios


def use_code_page(bios: Bios, number: int) -> None:
    """Show and type the characters of a code page (one of ``int21.code_pages.NUMBERS``)."""
    bios.code_page = number
    if bios.national is not None:
        bios.national.codec = f"cp{number}"
    if not bios.video.has_rom:
        bios.memory.write(BASE + FONT_8X8_UPPER, font_bytes(8, number)[0x400:])
        return
    for height, offset in FONT_OFFSETS.items():
        bios.memory.write((VIDEO_SEGMENT << 4) + offset, font_bytes(height, number))
    seal(bios.memory)
    height = bios.bda.cell_height
    if bios.adapter.is_text and height in HEIGHTS:
        bios.vga.load_font(0, font_bytes(height, number), height)
