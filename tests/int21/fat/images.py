"""Disk images for tests, made and looked at by the tools of dosfstools and mtools."""

from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path

ENVIRONMENT = os.environ | {"MTOOLS_SKIP_CHECK": "1", "PATH": os.environ["PATH"] + ":/sbin:/usr/sbin", "TZ": "UTC"}
EPOCH = {"SOURCE_DATE_EPOCH": "800000000"}


def run(*command: object) -> bytes:
    done = subprocess.run(
        [str(word) for word in command], env=ENVIRONMENT | EPOCH, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make(path: Path, kb: int, bits: int = 12, label: str = "TESTDISK", *options: str) -> Path:
    """An empty file system."""
    with path.open("wb") as file:
        file.truncate(kb << 10)
    run("mkfs.fat", "-F", bits, "-n", label, "-i", "12345678", *options, path)
    return path


def put(image: Path, name: str, data: bytes, offset: int = 0) -> None:
    """Write a file to an image."""
    source = image.with_suffix(".tmp")
    source.write_bytes(data)
    run("mcopy", "-o", "-i", f"{image}@@{offset}", source, f"::{name}")


def get(image: Path, name: str, offset: int = 0) -> bytes:
    """A file of an image."""
    return run("mcopy", "-i", f"{image}@@{offset}", f"::{name}", "-")


def check(image: Path) -> None:
    """Fail when fsck.fat finds anything to complain about."""
    run("fsck.fat", "-n", "-v", image)


def partitioned(path: Path, parts: list[Path], *, logical: bool = False) -> Path:
    """A hard disk with the images as partitions, 63 sectors in front of each."""
    table, data = [], b""
    place = 63
    for part in parts:
        content = part.read_bytes()
        table.append((place, len(content) // 512))
        data += content + bytes(63 * 512)
        place += len(content) // 512 + 63
    disk = bytearray(63 * 512) + data

    def entry(at: int, index: int, kind: int, start: int, size: int) -> None:
        struct.pack_into("<8B2I", disk, at + 446 + 16 * index, 0, 1, 1, 0, kind, 15, 63, 0, start, size)
        disk[at + 510 : at + 512] = b"\x55\xaa"

    if not logical:
        for index, (start, size) in enumerate(table):
            entry(0, index, 6, start, size)
    else:
        first = table[0][0] - 63
        # The first table is that of the disk; those of the logical drives lie in front of them.
        entry(0, 0, 5, 1, place)
        for index, (start, size) in enumerate(table):
            at = (1 if index == 0 else start - 63) * 512
            entry(at, 0, 6, start - at // 512, size)
            if index + 1 < len(table):
                entry(at, 1, 5, table[index + 1][0] - 63 - 1, table[index + 1][1] + 63)
        assert first == 0
    path.write_bytes(disk)
    return path
