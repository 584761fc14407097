"""Guest memory by linear address, as the CPU sees it: through the page tables where paging is on.

Intel486 Processor Family Programmer's Reference Manual, 5.3; 4 MB pages as on the Pentium.

>>> from dosemu.cpu.engine import Engine
>>> memory = LinearMemory(Engine.bare())
>>> memory.write(0x500, b"DOS"), memory.read(0x500, 3), memory.read(0xFFFFFFF0, 4)
(3, b'DOS', b'')
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dosemu.cpu.engine import Engine

_PG: Final = 0x80000000
_PSE: Final = 0x10
_PRESENT, _LARGE = 0x01, 0x80
_PAGE: Final = 4096


class LinearMemory:
    """Reads and writes that stop where nothing is; they never raise, and change no accessed or dirty bit."""

    def __init__(self, engine: Engine) -> None:
        self._memory = engine.memory
        self._regs = engine.regs

    @property
    def paging(self) -> bool:
        """Linear addresses are not physical ones."""
        return bool(self._regs.system("cr0") & _PG)

    def physical(self, address: int) -> int | None:
        """The physical address of a linear one; None where no page is."""
        address &= 0xFFFFFFFF
        if not self.paging:
            return address
        try:
            entry = self._memory.u32((self._regs.system("cr3") & 0xFFFFF000) + (address >> 22) * 4)
            if not entry & _PRESENT:
                return None
            if entry & _LARGE and self._regs.system("cr4") & _PSE:
                return (entry & 0xFFC00000) | (address & 0x3FFFFF)
            entry = self._memory.u32((entry & 0xFFFFF000) + (address >> 12 & 0x3FF) * 4)
        except IndexError:
            return None
        return (entry & 0xFFFFF000) | (address & 0xFFF) if entry & _PRESENT else None

    def _parts(self, address: int, size: int) -> Iterator[tuple[int, int]]:
        """Physical pieces, up to the first page that is not there."""
        while size > 0:
            part = min(size, _PAGE - (address & (_PAGE - 1)))
            physical = self.physical(address)
            if physical is None or not self._memory.has_page(physical >> 12):
                return
            yield physical, part
            address = address + part & 0xFFFFFFFF
            size -= part

    def read(self, address: int, size: int) -> bytes:
        """Up to ``size`` bytes: fewer where memory ends."""
        return b"".join(self._memory.read(physical, part) for physical, part in self._parts(address, size))

    def write(self, address: int, data: bytes) -> int:
        """Write what fits; returns how many bytes that were."""
        done = 0
        for physical, part in self._parts(address, len(data)):
            self._memory.write(physical, data[done : done + part])
            done += part
        return done

    def u16(self, address: int) -> int:
        """A word; what is missing reads as zeros."""
        return int.from_bytes(self.read(address, 2), "little")

    def u32(self, address: int) -> int:
        """A doubleword; what is missing reads as zeros."""
        return int.from_bytes(self.read(address, 4), "little")
