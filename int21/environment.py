"""The environment: NAME=value strings, and behind them the path of the program that runs.

Layout: strings, each ending in a zero byte; a zero byte; since DOS 3 a word 0001h and the full path of
the program (MS-DOS Programmer's Reference, "Environment block"). DOS extenders open their
own file through that path.

>>> build([b"PATH=C:\\\\"], b"C:\\\\A.COM")
b'PATH=C:\\\\\\x00\\x00\\x01\\x00C:\\\\A.COM\\x00'
"""

from __future__ import annotations

from collections.abc import Iterable

from hw.memory import Memory
from int21.errors import DosError, ErrorCode

LIMIT = 0x8000  # bytes, of the strings


def build(strings: Iterable[bytes], program: bytes) -> bytes:
    """The bytes of an environment block."""
    block = b"".join(string + b"\0" for string in strings) or b"\0"
    return block + b"\0\x01\0" + program + b"\0"


def read(memory: Memory, segment: int) -> list[bytes]:
    """The strings of the environment at ``segment``; raises INVALID_ENVIRONMENT when it has no end."""
    address = segment << 4
    data = bytes(memory.read(address, min(LIMIT, len(memory) - address)))
    if data.startswith(b"\0"):
        return []
    end = data.find(b"\0\0")
    if end < 0:
        raise DosError(ErrorCode.INVALID_ENVIRONMENT)
    return data[:end].split(b"\0")


def program_path(memory: Memory, segment: int) -> bytes:
    """The path behind the strings; empty when there is none."""
    address = segment << 4
    data = bytes(memory.read(address, min(LIMIT + 0x100, len(memory) - address)))
    end = data.find(b"\0\0")
    if end < 0 or data[end + 2 : end + 4] != b"\x01\0":
        return b""
    return data[end + 4 :].split(b"\0")[0]
