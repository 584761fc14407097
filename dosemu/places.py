"""Addresses as people write them: ``"DS:DX"``, ``"0040:006C"``, ``(0x40, 0x6C)``, ``0x46C``, a symbol's name.

>>> from dosemu import Machine
>>> with Machine.from_files({"T.COM": b"\\xcd\\x20"}) as m:
...     hex(m.address("0040:0017")), hex(m.address((0x40, 0x17))), m.at("0040:0013").u16
('0x417', '0x417', 640)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dosemu.cpu.registers import Registers
    from hw.memory import Memory

Place = int | str | tuple[int, int]

SEGMENTS: Final = ("cs", "ds", "es", "ss", "fs", "gs")
REGISTERS: Final = frozenset((
    "eax", "ebx", "ecx", "edx", "esi", "edi", "ebp", "esp", "eip", "ax", "bx", "cx", "dx", "si", "di", "bp", "sp", "ip",
    "al", "ah", "bl", "bh", "cl", "ch", "dl", "dh",
))  # fmt: skip
_FAR = re.compile(r"^\s*(\w+)\s*:\s*(\w+)\s*([+-]\s*\w+)?\s*$")


def resolve(place: Place, regs: Registers, symbols: Mapping[str, int] | None = None) -> int:
    """The linear address of a place. Raises ValueError for what is none.

    In ``segment:offset`` each side is a register or a hexadecimal number; a number as segment is a paragraph in
    real mode. A name may have ``+`` and a hexadecimal number behind it.
    """
    if isinstance(place, tuple):
        return ((place[0] & 0xFFFF) << 4) + place[1] & 0xFFFFFFFF
    if isinstance(place, int):
        return place & 0xFFFFFFFF
    name, plus, distance = place.partition("+")
    if symbols is not None and name.strip() in symbols:
        return symbols[name.strip()] + (_number(distance, place) if plus else 0) & 0xFFFFFFFF
    if far := _FAR.match(place):
        segment, offset, more = far.groups()
        low = offset.lower()
        at = int(getattr(regs, low)) if low in REGISTERS else _number(offset, place)
        if more:
            at += int(more.replace(" ", ""), 16)
        if segment.lower() in SEGMENTS:
            return int(regs.address(segment.lower(), at & 0xFFFFFFFF))
        return (_number(segment, place) << 4) + at & 0xFFFFFFFF
    raise ValueError(f"{place!r} is no place: write an address, 'DS:DX', '0040:006C' or a symbol of a MAP file")


def _number(text: str, place: str) -> int:
    try:
        return int(text.strip().removesuffix("h"), 16)
    except ValueError:
        raise ValueError(f"{place!r} is no place: {text.strip()!r} is neither a register nor hexadecimal") from None


@dataclass(frozen=True, slots=True)
class Pointer:
    """A place in guest memory, at its linear ``address``; what reaches behind the RAM raises IndexError.

    >>> from hw.memory import Memory
    >>> pointer = Pointer(Memory(0x110000), 0x600)
    >>> pointer.write(b"DOS\\\\0"[:3] + bytes(1)); pointer.asciiz(), (pointer + 1).u8
    (b'DOS', 79)
    >>> pointer.write(bytes.fromhex("78563412")); pointer.u8, hex(pointer.u16), hex(pointer.u32), pointer.read(2)
    (120, '0x5678', '0x12345678', b'xV')
    """

    memory: Memory
    address: int

    def __add__(self, distance: int) -> Pointer:
        return Pointer(self.memory, self.address + distance)

    def read(self, size: int) -> bytes:
        """``size`` bytes."""
        return self.memory.read(self.address, size)

    def write(self, data: bytes) -> None:
        """Put bytes there; translated code in them is dropped."""
        self.memory.write(self.address, data)

    def asciiz(self, limit: int = 0x10000) -> bytes:
        """The string up to its zero."""
        return self.memory.asciiz(self.address, limit)

    @property
    def u8(self) -> int:
        """The byte."""
        return self.memory.u8(self.address)

    @property
    def u16(self) -> int:
        """The word."""
        return self.memory.u16(self.address)

    @property
    def u32(self) -> int:
        """The doubleword."""
        return self.memory.u32(self.address)
