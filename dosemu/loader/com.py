"""COM: a memory image that starts at offset 100h of one segment.

Source: MS-DOS Programmer's Reference, "Loading .COM programs": everything that is not an .EXE is loaded
so, after the 256-byte PSP, in one segment of which the program may fill all but the PSP.
"""

from __future__ import annotations

from dosemu.loader.errors import bad_format, too_big
from int21.image import Image

ORIGIN = 0x100
MAX_SIZE = 0x10000 - ORIGIN


def load(data: bytes) -> Image:
    """The file as it is; LoadError when it is empty or larger than a segment less the PSP.

    >>> load(bytes.fromhex("CD20")).ip
    256
    """
    if not data:
        raise bad_format("an empty file")
    if len(data) > MAX_SIZE:
        raise too_big(f"{len(data)} bytes without an EXE header: a COM program has at most {MAX_SIZE}")
    return Image(kind="com", data=bytes(data), ip=ORIGIN, sp=0xFFFE)
