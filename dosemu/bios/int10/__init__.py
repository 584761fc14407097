"""INT 10h, video services; one file for each group of functions.

IBM PS/2 BIOS Interface Technical Reference, "Interrupt 10h"; Ralf Brown's Interrupt List, INT 10h.
"""

from dosemu.bios.int10 import fonts, information, modes, palette, pixels, register_interface, tandy, text, vbe
from dosemu.bios.int10.table import TABLE, TABLES, table_of

__all__ = [
    "TABLE", "TABLES", "fonts", "information", "modes", "palette", "pixels", "register_interface", "table_of", "tandy",
    "text", "vbe",
]  # fmt: skip
