"""What every character device has. A device is declared like this:

>>> @device(b"ZERO")
... class Zero(Device):
...     def read(self, count, raw):
...         return bytes(count)
>>> registry.pop(b"ZERO").__name__
'Zero'
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from int21.errors import DosError, ErrorCode

if TYPE_CHECKING:
    from int21.dos import Dos

# Bits of the device information word (INT 21h/4400h), table 01423 of RBIL.
IS_DEVICE = 0x80
NOT_EOF = 0x40
RAW = 0x20
FAST_OUTPUT = 0x10
IS_CLOCK = 0x08
IS_NUL = 0x04
IS_OUTPUT = 0x02
IS_INPUT = 0x01

registry: dict[bytes, type[Device]] = {}
"""The declared devices; filled at import, read only after that."""


class Device:
    """A character device; the defaults are those of one that takes everything and gives nothing."""

    information: ClassVar[int] = IS_DEVICE | NOT_EOF

    def __init__(self, dos: Dos, name: bytes) -> None:
        self.dos = dos
        self.name = name

    def read(self, count: int, raw: bool) -> bytes:
        """Up to ``count`` bytes, none at the end. Raises Wait, having changed nothing for the program."""
        return b""

    def write(self, data: bytes, raw: bool) -> int:
        """Take data; the number of bytes taken."""
        return len(data)

    def input_ready(self) -> bool:
        """Whether a read would give something at once."""
        return False

    def output_ready(self) -> bool:
        """Whether a write would not have to wait."""
        return True

    def control_read(self, count: int) -> bytes:
        """IOCTL 4402h: control data."""
        raise DosError(ErrorCode.INVALID_FUNCTION)

    def control_write(self, data: bytes) -> int:
        """IOCTL 4403h: control data."""
        raise DosError(ErrorCode.INVALID_FUNCTION)


def device(*names: bytes) -> Callable[[type[Device]], type[Device]]:
    """Register a class for the devices of these names."""

    def declare(cls: type[Device]) -> type[Device]:
        for name in names:
            registry[name] = cls
        return cls

    return declare


def until_eof(data: bytes, raw: bool) -> bytes:
    """What of a write is sent: in cooked mode ^Z ends it."""
    if raw:
        return data
    end = data.find(b"\x1a")
    return data if end < 0 else data[:end]
