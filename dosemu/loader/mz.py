"""MZ: the .EXE format of DOS.

Sources: Ralf Brown's Interrupt List, INT 21h/4Bh, table 01594 ("Format of .EXE file header");
MS-DOS Programmer's Reference, "EXE file header"; the published MS-DOS 4.0 kernel for what DOS really
makes of the sizes:

* DOS counts whole 512-byte pages. ``e_cblp`` (bytes in the last page; old linkers wrote 4 for a full one)
  tells where the linker's image ends, but neither how much is read nor how much memory is taken.
* The file may be up to 511 bytes shorter than its pages say; more than that is a bad format.
* ``e_maxalloc`` 0 loads the program at the top of memory.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, fields

import construct as cs

from dosemu.loader.errors import bad_format, too_big
from int21.image import Image

PAGE = 512
PARAGRAPH = 16
HEADER_SIZE = 28

# Conventional memory ends at 1 MB; what is larger never fits.
_MOST_PARAGRAPHS = 0x10000

HEADER = cs.Struct(
    "e_magic" / cs.Bytes(2),
    "e_cblp" / cs.Int16ul,
    "e_cp" / cs.Int16ul,
    "e_crlc" / cs.Int16ul,
    "e_cparhdr" / cs.Int16ul,
    "e_minalloc" / cs.Int16ul,
    "e_maxalloc" / cs.Int16ul,
    "e_ss" / cs.Int16ul,
    "e_sp" / cs.Int16ul,
    "e_csum" / cs.Int16ul,
    "e_ip" / cs.Int16ul,
    "e_cs" / cs.Int16ul,
    "e_lfarlc" / cs.Int16ul,
    "e_ovno" / cs.Int16ul,
)


@dataclass(frozen=True, slots=True)
class MzHeader:
    """The header's fields under their C names; sizes are in the units the format uses."""

    e_magic: bytes
    e_cblp: int  # bytes in the last page, 0 = all
    e_cp: int  # 512-byte pages in the file, the last one included
    e_crlc: int  # relocation entries
    e_cparhdr: int  # header size in paragraphs
    e_minalloc: int  # paragraphs needed beyond the image
    e_maxalloc: int  # paragraphs wanted beyond the image
    e_ss: int  # relative to the load segment
    e_sp: int
    e_csum: int
    e_ip: int
    e_cs: int  # relative to the load segment
    e_lfarlc: int  # file offset of the relocation table
    e_ovno: int  # overlay number, 0 = main program

    @property
    def image_offset(self) -> int:
        """Where in the file the load module starts."""
        return self.e_cparhdr * PARAGRAPH

    @property
    def paragraphs(self) -> int:
        """Size of the load module as DOS counts it, in paragraphs; not positive in a broken header."""
        return self.e_cp * (PAGE // PARAGRAPH) - self.e_cparhdr

    @property
    def file_end(self) -> int:
        """Where in the file the linker's image ends, to the byte; what follows is not the program's image."""
        # Microsoft linkers before 1.10 wrote 4 where a full last page was meant.
        last = self.e_cblp % PAGE
        return self.e_cp * PAGE if last in (0, 4) else (self.e_cp - 1) * PAGE + last


def parse_header(data: bytes) -> MzHeader:
    """The header of an MZ file; LoadError when the file ends inside it.

    >>> parse_header(b"MZ" + bytes(26)).e_cp
    0
    """
    if len(data) < HEADER_SIZE:
        raise bad_format(f"truncated EXE: {len(data)} bytes, its header alone has {HEADER_SIZE}")
    parsed = HEADER.parse(data[:HEADER_SIZE])
    return MzHeader(**{field.name: parsed[field.name] for field in fields(MzHeader)})


def relocations(data: bytes, header: MzHeader) -> list[tuple[int, int]]:
    """The relocation table as (segment, offset) pairs; LoadError when it is not all in the file."""
    start, size = header.e_lfarlc, header.e_crlc * 4
    if header.e_crlc and start + size > len(data):
        raise bad_format(f"broken EXE: {header.e_crlc} relocations at {start:#x} go beyond the end of the file")
    return [(segment, offset) for offset, segment in struct.iter_unpack("<HH", data[start : start + size])]


def load(data: bytes) -> Image:
    """The load module of an MZ file, all pages of it, and how to start it; LoadError as DOS would refuse it."""
    header = parse_header(data)
    start, paragraphs = header.image_offset, header.paragraphs
    if start > len(data):
        raise bad_format(f"broken EXE: a header of {start} bytes in a file of {len(data)}")
    if paragraphs <= 0:
        raise bad_format(f"broken EXE: {header.e_cp} pages hold no code after a header of {start} bytes")
    if paragraphs + header.e_minalloc > _MOST_PARAGRAPHS:
        needed = (paragraphs + header.e_minalloc) * PARAGRAPH // 1024
        raise too_big(f"the program asks for {needed} KB of conventional memory")
    size = paragraphs * PARAGRAPH
    image = data[start : start + size]
    if size - len(image) >= PAGE:
        raise bad_format(f"truncated EXE: {size} bytes of program announced, {len(image)} in the file")

    places = []
    for segment, offset in relocations(data, header):
        # Segments may be "negative" (FFF0:0100 is the image's first byte): addresses wrap at 1 MB.
        place = (segment * PARAGRAPH + offset) & 0xFFFFF
        if place + 2 > size or offset == 0xFFFF:
            raise bad_format(f"broken EXE: relocation {segment:04X}:{offset:04X} lies outside the program")
        places.append((place // PARAGRAPH, place % PARAGRAPH))
    return Image(
        kind="exe",
        data=image.ljust(size, b"\0"),
        relocations=places,
        cs=header.e_cs,
        ip=header.e_ip,
        ss=header.e_ss,
        sp=header.e_sp,
        min_paragraphs=header.e_minalloc,
        max_paragraphs=header.e_maxalloc,
        load_high=header.e_maxalloc == 0,
        padding=size - len(image),
    )
