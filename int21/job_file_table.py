"""The handles of a program: bytes in its PSP, or where PSP:34h points, that are numbers of open files.

FFh is a free handle (MS-DOS Programmer's Reference, "Program Segment Prefix"; RBIL table 01378).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from int21.errors import DosError, ErrorCode
from int21.psp import NO_HANDLE, TABLE_POINTER, TABLE_SIZE

if TYPE_CHECKING:
    from int21.dos import Dos


@dataclass(slots=True)
class JobFileTable:
    """The handles of one program."""

    dos: Dos
    psp: int

    def _place(self) -> tuple[int, int]:
        """Address and size of the table; a pointer that leads out of memory counts as no table."""
        memory, psp = self.dos.memory, self.psp << 4
        pointer = memory.u32(psp + TABLE_POINTER)
        address, size = (pointer >> 16 << 4) + (pointer & 0xFFFF), memory.u16(psp + TABLE_SIZE)
        if address + size > len(memory):
            return 0, 0
        return address, size

    @property
    def size(self) -> int:
        return self._place()[1]

    def get(self, handle: int) -> int:
        """The system file table number behind a handle. Raises INVALID_HANDLE."""
        address, size = self._place()
        if not 0 <= handle < size:
            raise DosError(ErrorCode.INVALID_HANDLE)
        index = self.dos.memory.u8(address + handle)
        if index == NO_HANDLE:
            raise DosError(ErrorCode.INVALID_HANDLE)
        return int(index)

    def set(self, handle: int, index: int) -> None:
        """Let a handle stand for an entry. Raises INVALID_HANDLE when there is no such handle."""
        address, size = self._place()
        if not 0 <= handle < size:
            raise DosError(ErrorCode.INVALID_HANDLE)
        self.dos.memory.set_u8(address + handle, index)

    def raw(self) -> bytes:
        """The bytes of the table."""
        address, size = self._place()
        return bytes(self.dos.memory.read(address, size))

    def free(self) -> int:
        """The lowest free handle. Raises TOO_MANY_OPEN_FILES."""
        handle = self.raw().find(NO_HANDLE)
        if handle < 0:
            raise DosError(ErrorCode.TOO_MANY_OPEN_FILES)
        return handle
