"""How DOS tells an .EXE from a .COM; here, since reading the header takes a library that takes its time to load."""

from __future__ import annotations

SIGNATURES = (b"MZ", b"ZM")


def is_mz(data: bytes) -> bool:
    """Whether the file claims to be an .EXE: DOS goes by the first two bytes, never by the name."""
    return data[:2] in SIGNATURES
