"""Memory control blocks: how DOS divides conventional memory.

Each block has one paragraph in front of it: "M" (or "Z" for the last one), the PSP of its owner, its
size in paragraphs, and since DOS 4 a name (MS-DOS Programmer's Reference, "Arena"; RBIL table 01628).
The chain is in guest memory and the guest can change it: every walk checks it, and a chain that does
not add up is error 7, as in DOS.

Upper memory has a chain of its own that DOS may link to the first one (INT 21h/5803h): the last conventional
block then goes on at a block of the system that covers video memory (MS-DOS Programmer's Reference, "Upper
Memory Blocks"; RBIL, INT 21h/58h).

>>> from hw.memory import Memory
>>> arena = Arena(Memory(0x100000), 0x100, 0x1000)
>>> hex(arena.allocate(0x20, owner=0x50))
'0x101'
>>> arena.largest_free()
3806
>>> arena.free(0x101)
>>> arena.largest_free(), [(hex(block.segment), block.size) for block in arena.blocks()]
(3839, [('0x101', 3839)])
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from hw.memory import Memory
from int21.direct_exec import Allocation
from int21.errors import DosError, ErrorCode
from int21.view import View, text, u8, u16

FREE = 0
SYSTEM = 8

# Strategy bits: upper memory only, upper memory first. Without the link both mean conventional memory.
UPPER_ONLY = 0x40
UPPER_FIRST = 0x80

_MORE = 0x4D  # "M"
_LAST = 0x5A  # "Z"


class Fit(IntEnum):
    """The allocation strategy of INT 21h/58h, without its upper-memory bits."""

    FIRST = 0
    BEST = 1
    LAST = 2


class NoRoom(DosError):
    """Error 8 with the size in paragraphs of what there is, for BX."""

    def __init__(self, available: int) -> None:
        super().__init__(ErrorCode.INSUFFICIENT_MEMORY)
        self.available = available


class Block(View):
    """A memory control block; ``segment`` is the block's first paragraph, one behind the MCB."""

    SIZE = 16

    kind = u8(0)
    owner = u16(1)
    size = u16(3)
    name = text(8, 8, b"\0")

    @property
    def segment(self) -> int:
        return (self.base >> 4) + 1

    @property
    def last(self) -> bool:
        return self.kind == _LAST


class Arena:
    """The chain of blocks from paragraph ``first`` (the first MCB) up to paragraph ``end``.

    ``upper`` is the range of paragraphs of upper memory; None: there is none. The block that covers what
    is between takes the last paragraph of conventional memory.
    """

    def __init__(self, memory: Memory, first: int, end: int, upper: tuple[int, int] | None = None) -> None:
        self.upper: int | None = None  # the MCB in front of the hole, where the upper chain begins
        if upper is not None:
            end -= 1
            self.upper = end
        if not 0 < first < end - 1 <= 0xFFFF or (upper is not None and not end < upper[0] < upper[1] - 1 <= 0xFFFF):
            raise ValueError(f"no room for memory blocks between paragraphs {first:04X}h and {end:04X}h")
        self.memory = memory
        self.first = first
        self.end = end
        self.allocation = Allocation()
        self._write(first, _LAST, FREE, end - first - 1)
        if upper is not None:
            self._write(end, _MORE, SYSTEM, upper[0] - end - 1).name = b"SC"
            self._write(upper[0], _LAST, FREE, upper[1] - upper[0] - 1)

    @property
    def strategy(self) -> int:
        """The bits of INT 21h/5801h."""
        return self.allocation.strategy

    @strategy.setter
    def strategy(self, bits: int) -> None:
        self.allocation.strategy = bits

    @property
    def linked(self) -> bool:
        """Whether upper memory is in the chain."""
        return self.allocation.linked

    @linked.setter
    def linked(self, on: bool) -> None:
        self.allocation.linked = on

    def link(self, on: bool) -> None:
        """Put upper memory into the chain, or take it out. Raises MCB_DESTROYED, INVALID_FUNCTION without any."""
        if self.upper is None:
            raise DosError(ErrorCode.INVALID_FUNCTION)
        if on == self.linked:
            return
        for block in self.blocks():
            behind = block.segment + block.size
            if behind == self.upper or (on and block.last):
                # A program that shortened the chain by hand keeps what it took: then there is no way up.
                if behind != self.upper:
                    break
                block.kind = _MORE if on else _LAST
                self.linked = on
                return
        raise DosError(ErrorCode.MCB_DESTROYED)

    def blocks(self) -> Iterator[Block]:
        """All blocks in the chain, by address. Raises MCB_DESTROYED when the chain is broken."""
        return self._walk(self.first)

    def all_blocks(self) -> Iterator[Block]:
        """All blocks, those of upper memory also when they are not linked. Raises MCB_DESTROYED."""
        yield from self._walk(self.first)
        if self.upper is not None and not self.linked:
            yield from self._walk(self.upper)

    def upper_blocks(self) -> list[Block]:
        """The blocks of upper memory, from the one that covers the hole. Raises MCB_DESTROYED."""
        return [] if self.upper is None else list(self._walk(self.upper))

    def _walk(self, segment: int) -> Iterator[Block]:
        while True:
            block = Block(self.memory, segment << 4)
            kind = block.kind
            behind = segment + 1 + block.size
            # The last block ends where memory does; a program may have shortened or lengthened it by
            # hand (that is how memory is taken from DOS for good), so only its mark is checked.
            if kind == _LAST:
                if behind > 0x10000:
                    break
                yield block
                return
            if kind != _MORE or behind >= 0xFFFF:
                break
            yield block
            segment = behind
        raise DosError(ErrorCode.MCB_DESTROYED)

    def block(self, segment: int) -> Block:
        """The block that starts at ``segment``. Raises INVALID_MCB_ADDRESS when none does."""
        for block in self.all_blocks():
            if block.segment == segment:
                return block
        raise DosError(ErrorCode.INVALID_MCB_ADDRESS)

    def _free_blocks(self) -> list[list[Block]]:
        """The free blocks in groups, which the strategy looks through one after the other."""
        free = [block for block in self.blocks() if block.owner == FREE]
        if not self.linked or self.upper is None or not self.strategy & (UPPER_ONLY | UPPER_FIRST):
            return [free]
        upper = [block for block in free if block.segment > self.upper]
        if self.strategy & UPPER_ONLY:
            return [upper]
        return [upper, [block for block in free if block.segment < self.upper]]

    def largest_free(self, least: int = 0x10000) -> int:
        """Size in paragraphs of the largest block that can be allocated.

        For a program that needs ``least``: of the largest where it would be put.
        """
        self._join()
        sizes = [max((block.size for block in group), default=0) for group in self._free_blocks()]
        return next((size for size in sizes if size >= least), max(sizes))

    def allocate(self, size: int, owner: int, name: bytes = b"", fit: Fit | None = None) -> int:
        """Allocate ``size`` paragraphs; returns the segment. Raises NoRoom, or MCB_DESTROYED."""
        self._join()
        if fit is None:
            fit = Fit(min(self.strategy & 3, Fit.LAST))
        for group in self._free_blocks():
            fitting = [block for block in group if block.size >= size]
            if fitting:
                return self._take(fitting, size, owner, name, fit)
        raise NoRoom(self.largest_free())

    def allocate_upper(self, size: int, owner: int, name: bytes = b"") -> int:
        """Allocate upper memory, linked or not, first fit. Raises NoRoom, or MCB_DESTROYED."""
        self._join()
        free = [block for block in self.upper_blocks() if block.owner == FREE]
        fitting = [block for block in free if block.size >= size]
        if not fitting:
            raise NoRoom(max((block.size for block in free), default=0))
        return self._take(fitting, size, owner, name, Fit.FIRST)

    def _take(self, fitting: list[Block], size: int, owner: int, name: bytes, fit: Fit) -> int:
        match fit:
            case Fit.FIRST:
                chosen = fitting[0]
            case Fit.BEST:
                chosen = min(fitting, key=lambda block: block.size)
            case Fit.LAST:
                chosen = fitting[-1]
        if fit is Fit.LAST and chosen.size > size:
            rest = chosen.size - size - 1
            kind = chosen.kind
            self._write(chosen.segment - 1, _MORE, FREE, rest)
            chosen = self._write(chosen.segment + rest, kind, FREE, size)
        else:
            self._cut(chosen, size)
        chosen.owner = owner
        chosen.name = name
        return chosen.segment

    def reserve(self, first: int, end: int) -> None:
        """Keep paragraphs ``first`` to ``end`` of a free block from programs for good. Raises MCB_DESTROYED.

        >>> from hw.memory import Memory
        >>> arena = Arena(Memory(0x100000), 0x180, 0xA000)
        >>> arena.reserve(0x1800, 0x2000)
        >>> [(hex(block.segment), hex(block.size), block.owner) for block in arena.blocks()]
        [('0x181', '0x167e', 0), ('0x1800', '0x800', 8), ('0x2001', '0x7fff', 0)]
        """
        for block in self.blocks():
            if block.owner == FREE and block.segment < first and end < block.segment + block.size:
                self._cut(block, first - 1 - block.segment)
                held = self.block(first)
                held.owner = SYSTEM
                self._cut(held, end - first)
                held.name = b"SC"
                return

    def free(self, segment: int) -> None:
        """Free the block at ``segment``. Raises INVALID_MCB_ADDRESS, MCB_DESTROYED."""
        self.block(segment).owner = FREE

    def resize(self, segment: int, size: int) -> None:
        """Make the block at ``segment`` ``size`` paragraphs long.

        When it cannot grow that far it is left as large as it can be, as DOS does, and NoRoom tells
        that size. Raises INVALID_MCB_ADDRESS, MCB_DESTROYED.
        """
        block = self.block(segment)
        self._join()
        room = block.size
        if size > room and not block.last:
            after = Block(self.memory, (segment + room) << 4)
            if after.owner == FREE:
                block.kind = after.kind
                room += 1 + after.size
                block.size = room
        if size > room:
            raise NoRoom(room)
        self._cut(block, size)
        self._join()

    def free_all(self, owner: int) -> None:
        """Free every block of a program. Raises MCB_DESTROYED."""
        for block in self.all_blocks():
            if block.owner == owner:
                block.owner = FREE

    def _join(self) -> None:
        """Make one block of free blocks that are neighbours."""
        before: Block | None = None
        for block in self.all_blocks():
            if before is not None and before.owner == FREE and block.owner == FREE and not before.last:
                before.size += 1 + block.size
                before.kind = block.kind
            else:
                before = block

    def _cut(self, block: Block, size: int) -> None:
        """Shorten a block to ``size`` paragraphs; what is behind becomes a free block."""
        rest = block.size - size
        if rest > 0:
            self._write(block.segment + size, block.kind, FREE, rest - 1)
            block.kind = _MORE
            block.size = size

    def _write(self, segment: int, kind: int, owner: int, size: int) -> Block:
        block = Block(self.memory, segment << 4)
        block.kind = kind
        block.owner = owner
        block.size = size
        return block
