"""The executables that follow an MZ stub: NE, LE, LX, PE, W3 and W4.

Source: Ralf Brown's Interrupt List, INT 21h/4Bh, table 01594: the word at 18h of the stub is 40h or more
and the doubleword at 3Ch is the file offset of the new header. DOS knows nothing of it and runs the stub.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from dosemu.loader.signature import is_mz

_POINTER = 0x3C


@dataclass(frozen=True, slots=True)
class Format:
    """One new-executable format: its signature and what it is."""

    name: str
    signature: bytes
    meaning: str


FORMATS = (
    Format("NE", b"NE", "16-bit Windows, OS/2 1.x or Borland DPMI program"),
    Format("LE", b"LE\0\0", "linear executable: 32-bit DOS extender or Windows VxD"),
    Format("LX", b"LX\0\0", "linear executable: OS/2 2.x or DOS extender"),
    Format("PE", b"PE\0\0", "32-bit Windows (Win32) or DOS extender program"),
    Format("W3", b"W3", "collection of VxDs (Windows 3 WIN386.EXE)"),
    Format("W4", b"W4", "compressed collection of VxDs (Windows 95 VMM32.VXD)"),
)


# The machines of PE headers (Microsoft's PE format), and the target of an NE header that means Windows.
_PE_MACHINES = {0x14C: "a 32-bit Windows program", 0x8664: "a 64-bit Windows program",
                0xAA64: "a Windows program for ARM processors"}  # fmt: skip
_NE_TARGET, _NE_WINDOWS = 0x36, 2
_LARGEST_STUB = 0x400  # bytes; DOS extenders bring more code than one that only says that it needs Windows


@dataclass(frozen=True, slots=True)
class NewExecutable:
    """A new-executable header found in a file, at ``offset``."""

    format: Format
    offset: int


def find(data: bytes) -> NewExecutable | None:
    """The new-executable header an MZ stub points at, if there is one."""
    if not is_mz(data) or len(data) < _POINTER + 4:
        return None
    (offset,) = struct.unpack_from("<I", data, _POINTER)
    (relocation_table,) = struct.unpack_from("<H", data, 0x18)
    for known in FORMATS:
        if offset >= 4 and data[offset : offset + len(known.signature)] == known.signature:
            # Two letters may meet by chance; the longer signatures also come with careless stubs.
            if len(known.signature) == 2 and relocation_table < 0x40:
                continue
            return NewExecutable(known, offset)
    return None


def windows_program(data: bytes) -> str | None:
    """What a file is that needs Windows and has only a small stub for DOS, None for all others.

    >>> windows_program(b"MZ".ljust(60, b"\\0") + b"\\x40\\0\\0\\0" + b"PE\\0\\0\\x64\\x86")
    'a 64-bit Windows program'
    """
    new = find(data)
    if new is None or new.offset > _LARGEST_STUB:
        return None
    if new.format.name == "PE":
        return _PE_MACHINES.get(int.from_bytes(data[new.offset + 4 : new.offset + 6], "little"))
    target = data[new.offset + _NE_TARGET : new.offset + _NE_TARGET + 1]
    return "a 16-bit Windows program" if new.format.name == "NE" and target == bytes((_NE_WINDOWS,)) else None
