"""The program segment prefix: the 256 bytes in front of every program.

Layout: MS-DOS Programmer's Reference, "Program Segment Prefix"; RBIL table 01378.
"""

from __future__ import annotations

from hw.memory import Memory
from int21 import layout
from int21.view import View, blob, far, u8, u16

PARAGRAPHS = 0x10
HANDLES = 20
NO_HANDLE = 0xFF
TABLE_SIZE = 0x32  # number of handles
TABLE_POINTER = 0x34
TAIL_LIMIT = 126
LONG_TAIL = 0x7F  # in place of the tail's length: all of it is in the environment variable CMDLINE

# CALL 5 of CP/M: PSP:5 is a far call, whose offset is also the number of bytes in the segment that
# a program may use; segment and offset add up to this routine modulo 1 MB (with A20 off), or to its
# copy above 1 MB.
_CPM_BYTES = 0xFEF0
CPM_ENTRY = layout.HANDLERS
_CPM_SEGMENT = (0x100000 + CPM_ENTRY - _CPM_BYTES) >> 4

# On the stack at the entry: offset and segment behind PSP:5, then the offset behind CALL 5. The first is
# dropped, the other two change places, which makes the far address to return to. The function is in CL.
CPM_CODE = bytes.fromhex(
    "58 55 89E5 53 8B5E02 875E04 895E02 5B 5D"  # pop ax; swap the words at sp and sp+2 by way of bp and bx
    "80F924 7705 88CC CD21 CB B000 CB"  # cl > 24h: al = 0; else mov ah,cl; int 21h; retf
)


class Psp(View):
    """A PSP in guest memory.

    >>> psp = Psp.create(Memory(0x200000), 0x1000, memory_top=0x9FFF, parent=0x800)
    >>> psp.raw()[:2].hex(), hex(psp.memory_top), psp.handle_count
    ('cd20', '0x9fff', 20)
    >>> psp.set_tail(b" /?")
    >>> psp.tail
    b' /?'
    """

    SIZE = 0x100

    terminate = u16(0x00)  # INT 20h
    memory_top = u16(0x02)
    cpm_opcode = u8(0x05)
    cpm_call = far(0x06)
    vector_22 = far(0x0A)
    vector_23 = far(0x0E)
    vector_24 = far(0x12)
    parent = u16(0x16)
    job_file_table = blob(0x18, HANDLES)
    environment = u16(0x2C)
    stack = far(0x2E)
    handle_count = u16(TABLE_SIZE)
    handle_table = far(TABLE_POINTER)
    previous = far(0x38)
    version = u16(0x40)
    int21_code = blob(0x50, 3)
    fcb1 = blob(0x5C, 16)
    fcb2 = blob(0x6C, 20)
    tail_length = u8(0x80)

    @property
    def segment(self) -> int:
        return self.base >> 4

    @classmethod
    def at(cls, memory: Memory, segment: int) -> Psp:
        """The PSP at a segment."""
        return cls(memory, segment << 4)

    @classmethod
    def create(cls, memory: Memory, segment: int, *, memory_top: int, parent: int) -> Psp:
        """Write a new PSP: vectors 22h to 24h as they are now, no open handles, empty command tail."""
        psp = cls.at(memory, segment)
        psp.clear()
        psp.set_up(memory_top)
        psp.parent = parent
        psp.job_file_table = bytes([NO_HANDLE]) * HANDLES
        psp.fcb1 = b"\0" + b" " * 11 + bytes(4)
        psp.fcb2 = b"\0" + b" " * 11 + bytes(8)
        psp.set_tail(b"")
        return psp

    def set_up(self, memory_top: int) -> None:
        """What DOS writes into every new PSP, also over the copy of another."""
        self.terminate = 0x20CD
        self.memory_top = memory_top
        self.cpm_opcode = 0x9A
        self.cpm_call = (_CPM_SEGMENT, _CPM_BYTES)
        self.take_vectors()
        self.handle_count = HANDLES
        self.handle_table = (self.segment, 0x18)
        self.previous = (0xFFFF, 0xFFFF)
        self.int21_code = b"\xcd\x21\xcb"

    def take_vectors(self) -> None:
        """Keep the vectors 22h, 23h and 24h in the PSP, from where termination restores them."""
        self.memory.write(self.base + 0x0A, self.memory.read(0x22 * 4, 12))

    def restore_vectors(self) -> None:
        """Put the kept vectors 22h, 23h and 24h back."""
        self.memory.write(0x22 * 4, self.memory.read(self.base + 0x0A, 12))

    def set_tail(self, tail: bytes) -> None:
        """Write the command tail: length, text, CR. What is too long is cut."""
        tail = tail[:TAIL_LIMIT]
        self.memory.write(self.base + 0x80, bytes([len(tail)]) + tail + b"\r")

    @property
    def tail(self) -> bytes:
        """The command tail as its length byte says."""
        length = min(self.tail_length, TAIL_LIMIT + 1)
        return bytes(self.memory.read(self.base + 0x81, length))


def install_cpm_entry(memory: Memory) -> None:
    """Write the routine behind CALL 5 into DOS's data, and where it is reached with A20 on."""
    memory.write(CPM_ENTRY, CPM_CODE)
    if len(memory) >= 0x110000:
        memory.write(0x100000 + CPM_ENTRY, CPM_CODE)
