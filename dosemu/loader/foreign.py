"""Files that are no DOS programs, known by their first bytes, or by being text.

DOS loads any file without an EXE header as a COM program, so there is nothing in a file that says "COM".
Only what is certainly something else is named here: a valid COM program must never be refused.
Source: the file formats' own specifications.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Magic:
    """A file format that is known by the bytes it starts with."""

    name: str
    starts: bytes
    meaning: str


MAGICS = (
    Magic("elf", b"\x7fELF", "an ELF program (Linux and other Unix systems)"),
    Magic("pe", b"PE\0\0", "a bare PE image without a DOS header"),
    Magic("script", b"#!", "a script for a Unix shell"),
    Magic("zip", b"PK\x03\x04", "a ZIP archive; unpack it first"),
    Magic("zip", b"PK\x05\x06", "an empty ZIP archive"),
    Magic("png", b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    Magic("pdf", b"%PDF-", "a PDF document"),
    Magic("gzip", b"\x1f\x8b\x08", "a gzip archive; unpack it first"),
    Magic("7z", b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    Magic("rar", b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    Magic("xz", b"\xfd7zXZ\0", "an XZ archive; unpack it first"),
    Magic("gif", b"GIF87a", "a GIF picture"),
    Magic("gif", b"GIF89a", "a GIF picture"),
    Magic("mach-o", b"\xce\xfa\xed\xfe", "a Mach-O program (macOS)"),
    Magic("mach-o", b"\xcf\xfa\xed\xfe", "a Mach-O program (macOS)"),
    Magic("mach-o", b"\xfe\xed\xfa\xce", "a Mach-O program (macOS)"),
    Magic("mach-o", b"\xfe\xed\xfa\xcf", "a Mach-O program (macOS)"),
    Magic("mach-o", b"\xca\xfe\xba\xbe\x00", "a Mach-O program (macOS) or a Java class"),
)

_TEXT_CONTROLS = frozenset("\t\n\r\f\x1a")


def find(data: bytes) -> Magic | None:
    """The foreign format a file starts with, if it is a known one.

    >>> find(b"#!/bin/sh").name
    'script'
    """
    return next((magic for magic in MAGICS if data.startswith(magic.starts)), None)


def is_text(data: bytes) -> bool:
    """Whether every byte is printable text, ASCII or UTF-8; an empty file is not text.

    >>> is_text(b"Read me.\\r\\n"), is_text(bytes.fromhex("B44CCD21"))
    (True, False)
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return bool(text) and all(char.isprintable() or char in _TEXT_CONTROLS for char in text)
