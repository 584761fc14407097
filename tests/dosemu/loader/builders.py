"""Makes MZ files field by field, right or wrong."""

from __future__ import annotations

import struct
from collections.abc import Sequence

FIELDS = (
    "e_cblp",
    "e_cp",
    "e_crlc",
    "e_cparhdr",
    "e_minalloc",
    "e_maxalloc",
    "e_ss",
    "e_sp",
    "e_csum",
    "e_ip",
    "e_cs",
    "e_lfarlc",
    "e_ovno",
)


def make_exe(
    image: bytes = b"\xcd\x20",
    relocations: Sequence[tuple[int, int]] = (),
    *,
    magic: bytes = b"MZ",
    extra: bytes = b"",
    **changes: int,
) -> bytes:
    """A correct MZ file for ``image`` and (segment, offset) relocations, then ``changes`` to its header."""
    table = b"".join(struct.pack("<HH", offset, segment) for segment, offset in relocations)
    paragraphs = (28 + len(table) + 15) // 16
    size = paragraphs * 16 + len(image)
    values = dict.fromkeys(FIELDS, 0) | {
        "e_cblp": size % 512,
        "e_cp": (size + 511) // 512,
        "e_crlc": len(relocations),
        "e_cparhdr": paragraphs,
        "e_maxalloc": 0xFFFF,
        "e_lfarlc": 28,
    }
    header = magic + struct.pack("<13H", *(values | changes).values())
    return (header + table).ljust(paragraphs * 16, b"\0") + image + extra
