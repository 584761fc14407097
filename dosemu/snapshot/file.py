"""A snapshot's bytes on disk.

Magic, version and checksum, then a zlib stream (level 1) of: the description and the records as JSON, the blobs,
and the pages of memory that are not empty. Each part has its length before it. Nothing in it is executed, and what
is damaged is noticed.
"""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

from dosemu.errors import SnapshotError
from dosemu.snapshot.records import Image

MAGIC = b"DOSEMU SNAPSHOT\x1a"
VERSION = 2
PAGE = 4096
_HEAD = struct.Struct("<16sHI")
_LENGTH = struct.Struct("<Q")
_LARGEST = 1 << 30  # bytes unpacked; the largest machine has 256 MB, and what its drivers have
_DAMAGED = "the snapshot is damaged"


def pack(description: dict[str, Any], image: Image, pages: list[bytes | None]) -> bytes:
    """The bytes of a file."""
    packer = zlib.compressobj(1)
    out: list[bytes] = []

    def put(part: bytes) -> None:
        out.append(packer.compress(_LENGTH.pack(len(part))))
        out.append(packer.compress(part))

    put(json.dumps(description).encode())
    put(json.dumps(image.records, separators=(",", ":")).encode())
    put(json.dumps([len(blob) for blob in image.blobs]).encode())
    put(b"".join(image.blobs))
    put(bytes(page is not None for page in pages))
    put(b"".join(page for page in pages if page is not None))
    out.append(packer.flush())
    body = b"".join(out)
    return _HEAD.pack(MAGIC, VERSION, zlib.crc32(body)) + body


def unpack(data: bytes) -> tuple[dict[str, Any], Image, list[bytes | None]]:
    """Take the bytes of a file apart. Raises SnapshotError."""
    if len(data) < _HEAD.size or not data.startswith(MAGIC):
        raise SnapshotError("not a snapshot")
    _, version, checksum = _HEAD.unpack_from(data)
    if version != VERSION:
        raise SnapshotError(f"a snapshot of format {version}; this is format {VERSION}")
    if zlib.crc32(data[_HEAD.size :]) != checksum:
        raise SnapshotError(_DAMAGED)
    unpacker = zlib.decompressobj()
    try:
        parts = memoryview(unpacker.decompress(data[_HEAD.size :], _LARGEST))
    except zlib.error:
        raise SnapshotError(_DAMAGED) from None
    if not unpacker.eof or unpacker.unused_data:
        raise SnapshotError("the snapshot is too large" if unpacker.unconsumed_tail else _DAMAGED)
    at = 0

    def take() -> memoryview:
        nonlocal at
        if at + _LENGTH.size > len(parts):
            raise SnapshotError(_DAMAGED)
        (length,) = _LENGTH.unpack_from(parts, at)
        at += _LENGTH.size
        if length > len(parts) - at:
            raise SnapshotError(_DAMAGED)
        at += length
        return parts[at - length : at]

    try:
        description = json.loads(bytes(take()))
        records = json.loads(bytes(take()))
        lengths = json.loads(bytes(take()))
        blobs, used, data_of_pages = take(), bytes(take()), take()
    except (ValueError, RecursionError) as error:
        raise SnapshotError(_DAMAGED) from error
    fits = (
        isinstance(description, dict)
        and isinstance(records, list)
        and all(isinstance(record, list) and len(record) == 4 for record in records)
        and isinstance(lengths, list)
        and all(type(length) is int and length >= 0 for length in lengths)
        and sum(lengths) == len(blobs)
        and sum(map(bool, used)) * PAGE == len(data_of_pages)
    )
    if not fits:
        raise SnapshotError(_DAMAGED)
    found, at = [], 0
    for length in lengths:
        found.append(bytes(blobs[at : at + length]))
        at += length
    pages: list[bytes | None] = []
    at = 0
    for there in used:
        pages.append(bytes(data_of_pages[at : at + PAGE]) if there else None)
        at += PAGE if there else 0
    return description, Image(records, found), pages
