"""Memory of DOS for clients: blocks below 1 MB with selectors (DPMI 0.9, functions 0100h to 0102h)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.dpmi.client import DosBlock
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from int21.errors import DosError

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host

_SEGMENT = 0x10000


class DosMemory:
    """Allocates from DOS, as DOS does for the current program."""

    def __init__(self, host: Host) -> None:
        self.host = host

    @property
    def largest_free(self) -> int:
        """Paragraphs of the largest free block; 0 when the chain of blocks is broken."""
        try:
            return self.host.dos.arena.largest_free()
        except DosError:
            return 0

    def allocate(self, paragraphs: int) -> tuple[int, int]:
        """Returns (segment, first selector). Raises DpmiError with a DOS error code, or NO_DESCRIPTOR."""
        host = self.host
        client = host.client
        try:
            segment = host.dos.arena.allocate(paragraphs, host.dos.psp)
        except DosError as error:
            raise DpmiError(int(error.code)) from None
        try:
            selector = host.tables.allocate(DosBlock(segment, paragraphs).descriptors, client.number)
        except DpmiError:
            host.dos.arena.free(segment)
            raise
        self._note(selector, DosBlock(segment, paragraphs))
        return segment, selector

    def _note(self, selector: int, block: DosBlock) -> None:
        """One descriptor each 64 KB; the first of a 32-bit client covers all of the block."""
        tables, client = self.host.tables, self.host.client
        client.dos_blocks[selector] = block
        base, size = block.segment << 4, block.paragraphs << 4
        for index in range(block.descriptors):
            left = size - index * _SEGMENT
            whole = index == 0 and client.wide
            tables.set_base(selector + 8 * index, base + index * _SEGMENT)
            tables.set_limit(selector + 8 * index, max((left if whole else min(left, _SEGMENT)) - 1, 0))

    def has(self, selector: int) -> bool:
        """Whether this is one of the descriptors for the current client's blocks: they live as long as these."""
        blocks = self.host.client.dos_blocks
        return any(first <= selector < first + 8 * block.descriptors for first, block in blocks.items())

    def _block(self, selector: int) -> DosBlock:
        block = self.host.client.dos_blocks.get(selector)
        if block is None:
            raise DpmiError(DpmiErrorCode.INVALID_SELECTOR)
        return block

    def free(self, selector: int) -> None:
        """Raises INVALID_SELECTOR, or DpmiError with a DOS error code."""
        host = self.host
        block = self._block(selector)
        del host.client.dos_blocks[selector]
        for index in range(block.descriptors):
            host.tables.free(selector + 8 * index)
        try:
            host.dos.arena.free(block.segment)
        except DosError as error:
            raise DpmiError(int(error.code)) from None

    def resize(self, selector: int, paragraphs: int) -> None:
        """Raises INVALID_SELECTOR, NO_DESCRIPTOR, or DpmiError with a DOS error code."""
        host = self.host
        old = self._block(selector)
        new = DosBlock(old.segment, paragraphs)
        more = range(old.descriptors, new.descriptors)
        for index in more:
            # The descriptors behind must be free: the block keeps its first selector.
            try:
                host.tables.allocate_at(selector + 8 * index, host.client.number)
            except DpmiError:
                self._free(selector, range(old.descriptors, index))
                raise DpmiError(DpmiErrorCode.NO_DESCRIPTOR) from None
        try:
            host.dos.arena.resize(old.segment, paragraphs)
        except DosError as error:
            self._free(selector, more)
            raise DpmiError(int(error.code)) from None
        self._free(selector, range(new.descriptors, old.descriptors))
        self._note(selector, new)

    def _free(self, selector: int, indexes: range) -> None:
        for index in indexes:
            self.host.tables.free(selector + 8 * index)
