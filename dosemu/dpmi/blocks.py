"""Extended memory for clients: blocks of whole pages, the lowest place first (DJGPP's sbrk() wants the next higher).

Linear addresses are physical ones (the host does not page), so a block is contiguous RAM.

>>> pool = Pool(0x110000, 0x200000)
>>> a = pool.allocate(0x1800); hex(a.address), hex(a.size)
('0x110000', '0x2000')
>>> pool.largest_free == 0x200000 - 0x110000 - 0x2000
True
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dosemu.dpmi.errors import DpmiError, DpmiErrorCode

PAGE = 4096


@dataclass(slots=True)
class Block:
    """A memory block; its handle is its number in the pool."""

    address: int
    size: int
    owner: int
    handle: int


class Pool:
    """RAM from ``start`` to ``end`` (bytes); ``taken()`` tells of ranges that others use, as (start, end)."""

    def __init__(self, start: int, end: int, taken: Callable[[], list[tuple[int, int]]] = list) -> None:
        self.start = _up(start)
        self.end = max(end & -PAGE, self.start)
        self.taken = taken
        self.blocks: dict[int, Block] = {}
        self._next_handle = 1

    def _gaps(self) -> list[tuple[int, int]]:
        """Free ranges by address, as (start, end)."""
        used = self.taken_by_blocks()
        gaps = []
        at = self.start
        for first, behind in sorted([*used, *((low & -PAGE, _up(high)) for low, high in self.taken())]):
            if first > at:
                gaps.append((at, min(first, self.end)))
            at = max(at, behind)
        if at < self.end:
            gaps.append((at, self.end))
        return [(low, high) for low, high in gaps if low < high]

    def taken_by_blocks(self) -> list[tuple[int, int]]:
        """The addresses of all blocks, (start, end)."""
        return [(block.address, block.address + block.size) for block in self.blocks.values()]

    @property
    def largest_free(self) -> int:
        """Bytes of the largest block that can be had."""
        return max((high - low for low, high in self._gaps()), default=0)

    @property
    def total_free(self) -> int:
        """Free bytes."""
        return sum(high - low for low, high in self._gaps())

    @property
    def size(self) -> int:
        """All bytes of the pool."""
        return self.end - self.start

    def allocate(self, size: int, owner: int = 0, at: int | None = None) -> Block:
        """A block of at least ``size`` bytes. Raises INVALID_VALUE, NO_PHYSICAL_MEMORY, NO_LINEAR_MEMORY."""
        if size <= 0:
            raise DpmiError(DpmiErrorCode.INVALID_VALUE)
        size = _up(size)
        gaps = self._gaps()
        if at is not None:
            if not any(low <= at and at + size <= high for low, high in gaps):
                raise DpmiError(DpmiErrorCode.NO_LINEAR_MEMORY)
            address = at
        else:
            fitting = [low for low, high in gaps if high - low >= size]
            if not fitting:
                raise DpmiError(DpmiErrorCode.NO_PHYSICAL_MEMORY)
            address = fitting[0]
        block = Block(address, size, owner, self._next_handle)
        self._next_handle += 1
        self.blocks[block.handle] = block
        return block

    def get(self, handle: int, owner: int | None = None) -> Block:
        """Raises INVALID_HANDLE, also for a block of another owner."""
        block = self.blocks.get(handle)
        if block is None or (owner is not None and block.owner != owner):
            raise DpmiError(DpmiErrorCode.INVALID_HANDLE)
        return block

    def free(self, block: Block) -> None:
        """Give a block back."""
        del self.blocks[block.handle]

    def resize(self, block: Block, size: int) -> int:
        """Change a block's size, moving it when it must; returns the old address. The caller copies what it held.

        Raises INVALID_VALUE, NO_PHYSICAL_MEMORY.
        """
        if size <= 0:
            raise DpmiError(DpmiErrorCode.INVALID_VALUE)
        size = _up(size)
        old = block.address
        del self.blocks[block.handle]
        try:
            gaps = self._gaps()
            if any(low <= old and old + size <= high for low, high in gaps):
                block.size = size
                return old
            fitting = [low for low, high in gaps if high - low >= size]
            if not fitting:
                raise DpmiError(DpmiErrorCode.NO_PHYSICAL_MEMORY)
            block.address = fitting[0]
            block.size = size
            return old
        finally:
            self.blocks[block.handle] = block

    def free_all(self, owner: int) -> list[Block]:
        """Free what a client owns; returns it."""
        freed = [block for block in self.blocks.values() if block.owner == owner]
        for block in freed:
            self.free(block)
        return freed


def _up(size: int) -> int:
    return (size + PAGE - 1) & -PAGE
