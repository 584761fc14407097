"""The service tables of INT 10h, which the files of this package fill: one for each step of the adapters' history.

A BIOS answers what its adapter has; what it does not know leaves the registers as they are, which is how programs
tell adapters apart.
"""

from __future__ import annotations

from typing import Final

from int21.service import ServiceTable

COMMON: Final = ServiceTable(0x10, "video")
EGA: Final = ServiceTable(0x10, "video, since the EGA")
TABLE: Final = ServiceTable(0x10, "video, since the VGA")
SVGA: Final = ServiceTable(0x10, "video, VBE")
TANDY: Final = ServiceTable(0x10, "video, Tandy 1000 and PCjr")

TABLES: Final = (COMMON, EGA, TABLE, SVGA, TANDY)
_OF: Final = {
    "cga": (COMMON,),
    "hercules": (COMMON,),
    "tandy": (COMMON, TANDY),
    "pcjr": (COMMON, TANDY),
    "ega": (COMMON, EGA),
    "svga": (COMMON, EGA, TABLE, SVGA),
}


def table_of(adapter: str) -> ServiceTable:
    """What the BIOS of an adapter (``Adapter.name``) answers.

    >>> import dosemu.bios.int10
    >>> table_of("cga").find(0x1A00), table_of("vga").find(0x1A00).name
    (None, 'display combination')
    """
    whole = ServiceTable(0x10, "video")
    for table in _OF.get(adapter, (COMMON, EGA, TABLE)):
        whole.include(table)
    return whole
