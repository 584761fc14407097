"""Register sets across modes: the real-mode call structure, and frozen CPU states.

The structure is that of DPMI 0.9, function 0300h; the state is what ``Registers.freeze`` gives
(``struct dosemu_state`` in glue.h).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

STRUCTURE_SIZE: Final = 0x32
_STRUCTURE: Final = struct.Struct("<8I9H")
_STATE: Final = struct.Struct("<8I7I24I")
_REAL_DATA, _REAL_CODE = 0x9300, 0x9B00
PE: Final = 1
PG: Final = 0x80000000
CARRY: Final = 1
TRAP_FLAG: Final = 0x100
INTERRUPT_FLAG: Final = 0x200
# What an interrupt's return gives back: carry, parity, adjust, zero, sign, direction, overflow.
RESULT_FLAGS: Final = 0x0CD5


@dataclass(slots=True)
class RealRegisters:
    """The real-mode registers of a call, in the order of the structure."""

    edi: int = 0
    esi: int = 0
    ebp: int = 0
    reserved: int = 0
    ebx: int = 0
    edx: int = 0
    ecx: int = 0
    eax: int = 0
    flags: int = 0
    es: int = 0
    ds: int = 0
    fs: int = 0
    gs: int = 0
    ip: int = 0
    cs: int = 0
    sp: int = 0
    ss: int = 0

    @classmethod
    def unpack(cls, data: bytes) -> RealRegisters:
        """From the 32h bytes of the structure."""
        return cls(*_STRUCTURE.unpack(data))

    def pack(self) -> bytes:
        """The 32h bytes of the structure."""
        return _STRUCTURE.pack(
            self.edi, self.esi, self.ebp, self.reserved, self.ebx, self.edx, self.ecx, self.eax,
            self.flags, self.es, self.ds, self.fs, self.gs, self.ip, self.cs, self.sp, self.ss,
        )  # fmt: skip

    @property
    def ax(self) -> int:
        return self.eax & 0xFFFF

    def state(self, cr0: int, cs: int, ip: int, ss: int, sp: int, flags: int) -> bytes:
        """A frozen state of real mode with these general registers."""
        general = (self.eax, self.ecx, self.edx, self.ebx, sp, self.ebp, self.esi, self.edi)
        segments: list[int] = []
        for index, selector in enumerate((self.es, cs, ss, self.ds, self.fs, self.gs)):
            segments += (selector, selector << 4, 0xFFFF, _REAL_CODE if index == 1 else _REAL_DATA)
        return _STATE.pack(*general, ip, flags, cr0 & ~(PE | PG), 0, 0xFFFF, 0, 0x3FF, *segments)


@dataclass(slots=True)
class State:
    """A frozen state, taken apart."""

    general: list[int]  # EAX ECX EDX EBX ESP EBP ESI EDI
    eip: int
    eflags: int
    cr0: int
    tables: tuple[int, ...]  # GDT base and limit, IDT base and limit
    segments: list[tuple[int, int, int, int]]  # ES CS SS DS FS GS: selector, base, limit, rights

    @classmethod
    def unpack(cls, frozen: bytes) -> State:
        """From what ``Registers.freeze`` gave."""
        values = _STATE.unpack(frozen)
        rest = values[15:]
        return cls(
            list(values[:8]), values[8], values[9], values[10], values[11:15],
            [(rest[i], rest[i + 1], rest[i + 2], rest[i + 3]) for i in range(0, 24, 4)],
        )  # fmt: skip

    def pack(self) -> bytes:
        """For ``Registers.thaw``."""
        segments = [value for segment in self.segments for value in segment]
        return _STATE.pack(*self.general, self.eip, self.eflags, self.cr0, *self.tables, *segments)

    @property
    def protected(self) -> bool:
        return bool(self.cr0 & PE)

    @property
    def ss(self) -> int:
        return self.segments[2][0]

    @property
    def esp(self) -> int:
        return self.general[4]


def pack_words(values: Sequence[int], *, wide: bool) -> bytes:
    """A stack frame of words or dwords."""
    if wide:
        return struct.pack(f"<{len(values)}I", *(value & 0xFFFFFFFF for value in values))
    return struct.pack(f"<{len(values)}H", *(value & 0xFFFF for value in values))
