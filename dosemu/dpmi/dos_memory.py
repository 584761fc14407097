"""Memory of DOS for clients: blocks below 1 MB with selectors (DPMI 0.9, functions 0100h to 0102h)."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
            selector = host.tables.allocate(_count(paragraphs), client.number)
        except DpmiError:
            host.dos.arena.free(segment)
            raise
        client.dos_blocks[selector] = paragraphs
        self._describe(selector, segment << 4, paragraphs)
        return segment, selector

    def _describe(self, selector: int, base: int, paragraphs: int) -> None:
        """One descriptor each 64 KB; the first of a 32-bit client covers all of the block."""
        tables = self.host.tables
        size = paragraphs << 4
        for index in range(_count(paragraphs)):
            left = size - index * _SEGMENT
            whole = index == 0 and self.host.client.wide
            tables.set_base(selector + 8 * index, base + index * _SEGMENT)
            tables.set_limit(selector + 8 * index, max((left if whole else min(left, _SEGMENT)) - 1, 0))

    def _paragraphs(self, selector: int) -> int:
        paragraphs = self.host.client.dos_blocks.get(selector)
        if paragraphs is None:
            raise DpmiError(DpmiErrorCode.INVALID_SELECTOR)
        return paragraphs

    def free(self, selector: int) -> None:
        """Raises INVALID_SELECTOR, or DpmiError with a DOS error code."""
        host = self.host
        paragraphs = self._paragraphs(selector)
        segment = host.tables.base(selector) >> 4
        del host.client.dos_blocks[selector]
        for index in range(_count(paragraphs)):
            if host.tables.used(selector + 8 * index):
                host.tables.free(selector + 8 * index)
        try:
            host.dos.arena.free(segment)
        except DosError as error:
            raise DpmiError(int(error.code)) from None

    def resize(self, selector: int, paragraphs: int) -> None:
        """Raises INVALID_SELECTOR, NO_DESCRIPTOR, or DpmiError with a DOS error code."""
        host = self.host
        old = self._paragraphs(selector)
        base = host.tables.base(selector)
        owner = host.client.number
        taken = _count(old)
        for index in range(taken, _count(paragraphs)):
            # The descriptors behind must be free: the block keeps its first selector.
            try:
                host.tables.allocate_at(selector + 8 * index, owner)
            except DpmiError:
                for extra in range(taken, index):
                    host.tables.free(selector + 8 * extra)
                raise DpmiError(DpmiErrorCode.NO_DESCRIPTOR) from None
        try:
            host.dos.arena.resize(base >> 4, paragraphs)
        except DosError as error:
            for index in range(taken, _count(paragraphs)):
                host.tables.free(selector + 8 * index)
            raise DpmiError(int(error.code)) from None
        for index in range(_count(paragraphs), taken):
            host.tables.free(selector + 8 * index)
        host.client.dos_blocks[selector] = paragraphs
        self._describe(selector, base, paragraphs)


def _count(paragraphs: int) -> int:
    """Descriptors for a block."""
    return max((paragraphs + 0xFFF) >> 12, 1)
