"""Extended memory blocks, the high memory area and A20, as an XMS 3.0 driver manages them.

Microsoft, "eXtended Memory Specification (XMS), version 3.0" (January 1991). The services are in
``int21.xms_functions``.

>>> from hw.memory import Memory
>>> from int21.board import Board
>>> memory = Memory(0x400000)
>>> xms = Xms(memory, Board.of(memory), size_kb=1088)
>>> handle = xms.allocate(256)
>>> xms.total_free, hex(xms.lock(handle))
(768, '0x110000')
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from hw.memory import Memory
from int21.board import Board

_EXTENDED_KB = 1024
FIRST_KB = _EXTENDED_KB + 64  # behind the high memory area
HANDLES = 128
_MOST_LOCKS = 255
_CONVENTIONAL_END = 0x110000
_BEHIND_DOS = 0xC000  # bytes of high memory that DOS, loaded there, has to spare


class XmsErrorCode(IntEnum):
    """BL of a function that failed."""

    NOT_IMPLEMENTED = 0x80
    VDISK = 0x81
    A20 = 0x82
    NO_HMA = 0x90
    HMA_IN_USE = 0x91
    HMA_TOO_SMALL = 0x92
    HMA_NOT_ALLOCATED = 0x93
    A20_STILL_ENABLED = 0x94
    ALL_ALLOCATED = 0xA0
    NO_HANDLES = 0xA1
    INVALID_HANDLE = 0xA2
    INVALID_SOURCE_HANDLE = 0xA3
    INVALID_SOURCE_OFFSET = 0xA4
    INVALID_TARGET_HANDLE = 0xA5
    INVALID_TARGET_OFFSET = 0xA6
    INVALID_LENGTH = 0xA7
    NOT_LOCKED = 0xAA
    LOCKED = 0xAB
    TOO_MANY_LOCKS = 0xAC
    LOCK_FAILED = 0xAD
    SMALLER_UPPER_BLOCK = 0xB0
    NO_UPPER_BLOCKS = 0xB1
    INVALID_UPPER_SEGMENT = 0xB2


class XmsError(Exception):
    """A function failed; ``code`` goes into BL."""

    def __init__(self, code: XmsErrorCode) -> None:
        super().__init__(code.name)
        self.code = code


@dataclass(slots=True)
class Block:
    """An extended memory block."""

    start_kb: int
    size_kb: int
    locks: int = 0

    @property
    def end_kb(self) -> int:
        return self.start_kb + self.size_kb


class Xms:
    """Extended memory from 1 MB on, ``size_kb`` of it: the high memory area, then the blocks.

    With ``dos_high`` the high memory area belongs to DOS from the start, which keeps A20 open.
    """

    def __init__(self, memory: Memory, board: Board, size_kb: int, *, dos_high: bool = False) -> None:
        self._memory = memory
        self._board = board
        self._end_kb = max(min(_EXTENDED_KB + size_kb, len(memory) >> 10), FIRST_KB)
        self._blocks: dict[int, Block] = {}
        self.high_memory_taken = dos_high
        self.dos_high = dos_high
        self.high_memory_free = _BEHIND_DOS if dos_high else 0  # INT 2Fh/4A01h
        self._global = False
        self._enables = 0
        # What others took of the same memory (a DPMI host): ranges of addresses, (start, end).
        self.others: Callable[[], list[tuple[int, int]]] = list
        if dos_high:
            self.enable_local()

    # A20

    @property
    def a20(self) -> bool:
        """Address line 20 is open, whoever opened it."""
        return self._board.a20()

    def enable_global(self) -> None:
        """Open A20 for the owner of the high memory area."""
        if not self._global:
            self._global = True
            self.enable_local()
        elif not self.a20:
            self._board.set_a20(True)

    def disable_global(self) -> None:
        """Take ``enable_global`` back. Raises A20_STILL_ENABLED when others keep it open."""
        if self._global:
            self._global = False
            self.disable_local()
        elif self.a20:
            raise XmsError(XmsErrorCode.A20_STILL_ENABLED)

    def enable_local(self) -> None:
        """Open A20, or count one more who wants it."""
        self._enables += 1
        if not self.a20:
            self._board.set_a20(True)

    def disable_local(self) -> None:
        """Close A20 when nobody else wants it. Raises A20_STILL_ENABLED when it stays open."""
        if self._enables:
            self._enables -= 1
            if not self._enables:
                self._board.set_a20(False)
        if self.a20:
            raise XmsError(XmsErrorCode.A20_STILL_ENABLED)

    # The high memory area

    def take_high_memory(self) -> None:
        """Give the area at FFFF:0010 to the caller. Raises HMA_IN_USE."""
        if self.high_memory_taken:
            raise XmsError(XmsErrorCode.HMA_IN_USE)
        self.high_memory_taken = True

    def release_high_memory(self) -> None:
        """Take it back. Raises HMA_NOT_ALLOCATED, also for DOS's own."""
        if not self.high_memory_taken or self.dos_high:
            raise XmsError(XmsErrorCode.HMA_NOT_ALLOCATED)
        self.high_memory_taken = False

    # Blocks

    @property
    def total_free(self) -> int:
        """Free extended memory in KB."""
        return sum(size for _, size in self._gaps())

    @property
    def largest_free(self) -> int:
        """Size in KB of the largest block that can be allocated."""
        return max(size for _, size in self._gaps())

    @property
    def free_handles(self) -> int:
        """How many blocks can still be allocated."""
        return HANDLES - len(self._blocks)

    @property
    def last_address(self) -> int:
        """The address of the last byte of extended memory."""
        return (self._end_kb << 10) - 1

    def block(self, handle: int, error: XmsErrorCode = XmsErrorCode.INVALID_HANDLE) -> Block:
        """The block of a handle; ``error`` is raised when there is none."""
        block = self._blocks.get(handle)
        if block is None:
            raise XmsError(error)
        return block

    def allocate(self, size_kb: int) -> int:
        """A new block; returns its handle. Raises NO_HANDLES, ALL_ALLOCATED."""
        handle = next((number for number in range(1, HANDLES + 1) if number not in self._blocks), None)
        if handle is None:
            raise XmsError(XmsErrorCode.NO_HANDLES)
        self._blocks[handle] = Block(self._room(size_kb), size_kb)
        return handle

    def free(self, handle: int) -> None:
        """Raises INVALID_HANDLE, LOCKED."""
        if self.block(handle).locks:
            raise XmsError(XmsErrorCode.LOCKED)
        del self._blocks[handle]

    def resize(self, handle: int, size_kb: int) -> None:
        """Change the size of a block, which may move it. Raises INVALID_HANDLE, LOCKED, ALL_ALLOCATED."""
        block = self.block(handle)
        if block.locks:
            raise XmsError(XmsErrorCode.LOCKED)
        kept = min(size_kb, block.size_kb) << 10
        del self._blocks[handle]
        try:
            start = block.start_kb
            room = next((gap + size - start for gap, size in self._gaps() if gap <= start <= gap + size), 0)
            if size_kb > room:
                start = self._room(size_kb)
                self._memory.write(start << 10, self._memory.read(block.start_kb << 10, kept))
            block = Block(start, size_kb)
        finally:
            self._blocks[handle] = block

    def lock(self, handle: int) -> int:
        """Keep a block where it is; returns its address. Raises INVALID_HANDLE, TOO_MANY_LOCKS."""
        block = self.block(handle)
        if block.locks == _MOST_LOCKS:
            raise XmsError(XmsErrorCode.TOO_MANY_LOCKS)
        block.locks += 1
        return block.start_kb << 10

    def unlock(self, handle: int) -> None:
        """Raises INVALID_HANDLE, NOT_LOCKED."""
        block = self.block(handle)
        if not block.locks:
            raise XmsError(XmsErrorCode.NOT_LOCKED)
        block.locks -= 1

    def move(self, size: int, source: tuple[int, int], target: tuple[int, int]) -> None:
        """Copy ``size`` bytes between places that are (handle, offset), or (0, far pointer) below 1,088 KB.

        Source and target may overlap, either way. Raises INVALID_LENGTH and those of source and target.
        """
        if size & 1:
            raise XmsError(XmsErrorCode.INVALID_LENGTH)
        codes = XmsErrorCode
        start = self._place(size, *source, codes.INVALID_SOURCE_HANDLE, codes.INVALID_SOURCE_OFFSET)
        end = self._place(size, *target, codes.INVALID_TARGET_HANDLE, codes.INVALID_TARGET_OFFSET)
        self._memory.write(end, self._memory.read(start, size))

    def _place(self, size: int, handle: int, offset: int, no_handle: XmsErrorCode, no_offset: XmsErrorCode) -> int:
        if handle == 0:
            start, room = (offset >> 16 << 4) + (offset & 0xFFFF), _CONVENTIONAL_END
            room -= start
        else:
            block = self.block(handle, no_handle)
            start, room = (block.start_kb << 10) + offset, (block.size_kb << 10) - offset
        if room < 0:
            raise XmsError(no_offset)
        if size > room:
            raise XmsError(XmsErrorCode.INVALID_LENGTH)
        return start

    def _gaps(self) -> list[tuple[int, int]]:
        """Free ranges by address, as (start, size) in KB; there is always one at the end, perhaps of no size."""
        gaps = []
        at = FIRST_KB
        used = [(block.start_kb, block.end_kb) for block in self._blocks.values()]
        used += [(start >> 10, end + 1023 >> 10) for start, end in self.others()]
        for start, end in sorted(used):
            if start > at:
                gaps.append((at, min(start, self._end_kb) - at))
            at = min(max(at, end), self._end_kb)
        return [*gaps, (at, self._end_kb - at)]

    def taken(self) -> list[tuple[int, int]]:
        """The addresses of all blocks, (start, end)."""
        return [(block.start_kb << 10, block.end_kb << 10) for block in self._blocks.values()]

    def _room(self, size_kb: int) -> int:
        """Where a block of that size fits: the lowest place. Raises ALL_ALLOCATED."""
        start = next((start for start, size in self._gaps() if size >= size_kb), None)
        if start is None:
            raise XmsError(XmsErrorCode.ALL_ALLOCATED)
        return start
