"""INT 10h, video services; one file for each group of functions.

IBM PS/2 BIOS Interface Technical Reference, "Interrupt 10h"; Ralf Brown's Interrupt List, INT 10h.
"""

from dosemu.bios.int10 import fonts, information, modes, palette, pixels, text
from dosemu.bios.int10.table import TABLE

__all__ = ["TABLE", "fonts", "information", "modes", "palette", "pixels", "text"]
