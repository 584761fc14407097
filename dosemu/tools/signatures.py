"""Marks that packers, DOS extenders and compilers leave in program files.

Sources: Ralf Brown's Interrupt List, INT 21h/4Bh, table 01594 (linker and packer fields behind the MZ header);
"Just Solve the File Format Problem" on EXEPACK, LZEXE, DIET and PKLITE; the extenders' and compilers' manuals
for the copyright notices that they say they put into each program.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto


class Place(Enum):
    """What a signature's offset counts from."""

    FILE = auto()
    ENTRY = auto()  # the first instruction
    EXTRA = auto()  # the first byte behind the load module
    ANYWHERE = auto()


@dataclass(frozen=True, slots=True)
class Signature:
    """Bytes at a place that tell what made a program."""

    name: str
    pattern: bytes
    place: Place = Place.ANYWHERE
    offset: int = 0

    def matches(self, data: bytes, entry: int, extra: int) -> bool:
        """Whether the file has it, ``entry`` and ``extra`` being file offsets."""
        match self.place:
            case Place.ANYWHERE:
                return self.pattern in data
            case Place.FILE:
                start = self.offset
            case Place.ENTRY:
                start = entry + self.offset
            case Place.EXTRA:
                start = extra + self.offset
        return start >= 0 and data[start : start + len(self.pattern)] == self.pattern


# In each table the first match counts.
PACKERS = (
    Signature("LZEXE 0.90", b"LZ09", Place.FILE, 0x1C),
    Signature("LZEXE 0.91", b"LZ91", Place.FILE, 0x1C),
    Signature("PKLITE", b"PKLITE", Place.FILE, 0x1E),
    Signature("PKLITE", b"PKlite", Place.FILE, 0x1E),
    Signature("PKLITE", b"PKLITE Copr."),
    Signature("DIET", b"diet", Place.FILE, 0x1C),
    Signature("DIET", b"dlz", Place.FILE, 0x57),
    Signature("DIET", b"dlz", Place.FILE, 0x41),  # COM
    Signature("WWPACK", b"WWP", Place.FILE, 0x1C),
    Signature("TopSpeed CRUNCH", b"\x01\x00\x8a\x01\x65\x15", Place.FILE, 0x1C),
    Signature("EXEPACK", b"RB", Place.ENTRY, -2),
    Signature("EXEPACK", b"Packed file is corrupt"),
    Signature("UPX", b"UPX!"),
    Signature("ARJ self-extractor", b"RJSX", Place.FILE, 0x1C),
    Signature("LHarc self-extractor", b"LHarc's SFX ", Place.FILE, 0x25),
    Signature("LHA self-extractor", b"LHa's SFX ", Place.FILE, 0x24),
    Signature("LHA self-extractor", b"LHA's SFX ", Place.FILE, 0x24),
    Signature("LARC self-extractor", b"SFX by LARC ", Place.FILE, 0x20),
)

EXTENDERS = (
    Signature("go32 v2 (DJGPP)", b"go32stub, v 2"),
    Signature("PMODE/W", b"PMODE/W"),
    Signature("DOS/32A", b"DOS/32A"),
    Signature("CauseWay", b"CauseWay"),
    Signature("DOS/4GW", b"DOS/4GW Protected Mode Run-time"),
    Signature("DOS/4GW (in DOS4GW.EXE)", b"DOS4GW.EXE"),
    Signature("DOS/4GW", b"DOS/4GW"),
    Signature("DOS/4G", b"DOS/4G"),
    Signature("DOS/16M", b"DOS/16M"),
    Signature("Borland 16-bit DPMI (RTM)", b"DPMI16BI"),
    Signature("Borland 32-bit DPMI (32RTM)", b"32RTM"),
    Signature("Phar Lap 286 (P2)", b"P2\x01\x00", Place.EXTRA),
    Signature("Phar Lap 386 (P3)", b"P3\x01\x00", Place.EXTRA),
    Signature("Phar Lap 386 (P3)", b"P3\x02\x00", Place.EXTRA),
    Signature("Phar Lap 286 (P2)", b"P2\x01\x00", Place.FILE),
    Signature("Phar Lap 386 (P3)", b"P3\x01\x00", Place.FILE),
    Signature("Phar Lap 386 (P3)", b"P3\x02\x00", Place.FILE),
    Signature("Phar Lap", b"Phar Lap"),
)

RUNTIMES = (
    Signature("Open Watcom C/C++", b"Open Watcom C/C++"),
    Signature("Watcom C/C++", b"WATCOM C/C++"),
    Signature("Watcom C", b"WATCOM C"),
    Signature("Borland C++", b"Borland C++ - Copyright"),
    Signature("Turbo C++", b"Turbo C++ - Copyright"),
    Signature("Turbo C", b"Turbo-C - Copyright"),
    Signature("Turbo Pascal", b"Portions Copyright (c) 1983"),
    Signature("Microsoft C", b"MS Run-Time Library - Copyright"),
    Signature("QuickBASIC", b"BRUN4"),
    Signature("Zortech C++", b"Zortech"),
    Signature("TopSpeed", b"TopSpeed"),
    Signature("DJGPP", b"go32stub"),
)


def first_match(table: Iterable[Signature], data: bytes, entry: int, extra: int) -> str | None:
    """The name of the first signature of ``table`` that the file has.

    >>> first_match(PACKERS, bytes(28) + b"LZ91", 0, 0)
    'LZEXE 0.91'
    """
    return next((known.name for known in table if known.matches(data, entry, extra)), None)
