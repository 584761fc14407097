# cython: language_level=3, boundscheck=False, wraparound=False
"""Structures in guest RAM as Python objects: named fields over the bytes the program sees.

>>> from hw.memory import Memory
>>> class Header(View):
...     SIZE = 14
...     link = u16(0)
...     owner = u32(2)
...     entry = far(6)
...     name = text(10, 4)
>>> header = Header(Memory(4096), 0x100)
>>> header.link = 7
>>> header.entry = (0x1234, 0x10)
>>> header.name = b"CON"
>>> header.link, header.entry, header.name
(7, (4660, 16), b'CON ')
>>> header.memory.read(0x106, 4).hex()
'10003412'
"""

from libc.stdint cimport int64_t, uint32_t

from hw.memory cimport Memory

cdef enum:
    # How a field lies in memory; numbers by their size in bytes.
    BYTE = 1
    WORD = 2
    DOUBLE_WORD = 4
    FAR = 8
    BLOB = 16
    TEXT = 17


cdef class View:
    """A structure at the linear address ``base`` of guest memory."""

    SIZE = 0
    snapshot_arguments = ("memory", "base")

    def __init__(self, Memory memory not None, int64_t base):
        self.memory = memory
        self.base = base

    def __repr__(self):
        return f"{type(self).__name__}({self.base:#07x})"

    def clear(self):
        """Set all bytes to zero."""
        self.memory.fill(self.base, self.SIZE, 0)

    def raw(self):
        """All bytes of the structure."""
        return self.memory.read(self.base, self.SIZE)


cdef class Field:
    """A field of a View: ``offset`` bytes from its base."""

    def __get__(self, instance, owner):
        if instance is None:
            return self
        cdef View view = <View?>instance
        cdef int64_t address = view.base + self.offset
        cdef uint32_t value
        if self.kind <= DOUBLE_WORD:
            return view.memory._load(address, self.kind)
        if self.kind == FAR:
            value = view.memory._load(address, 4)
            return value >> 16, value & 0xFFFF
        return view.memory.read(address, self.size)

    def __set__(self, instance, value):
        cdef View view = <View?>instance
        cdef int64_t address = view.base + self.offset
        if self.kind == BYTE:
            view.memory.set_u8(address, value & 0xFF)
        elif self.kind == WORD:
            view.memory.set_u16(address, value & 0xFFFF)
        elif self.kind == DOUBLE_WORD:
            view.memory.set_u32(address, value & 0xFFFFFFFF)
        elif self.kind == FAR:
            segment, offset = value
            view.memory.set_u32(address, (segment & 0xFFFF) << 16 | offset & 0xFFFF)
        elif self.kind == TEXT:
            view.memory.write(address, value[: self.size].ljust(self.size, self.pad))
        elif len(value) == self.size:
            view.memory.write(address, value)
        else:
            raise ValueError(f"the field takes {self.size} bytes, not {len(value)}")


cdef Field field(int kind, int offset, int size=0, bytes pad=b""):
    cdef Field made = Field.__new__(Field)
    made.kind, made.offset, made.size, made.pad = kind, offset, size, pad
    return made


def u8(int offset):
    """A byte."""
    return field(BYTE, offset)


def u16(int offset):
    """A little-endian word."""
    return field(WORD, offset)


def u32(int offset):
    """A little-endian double word."""
    return field(DOUBLE_WORD, offset)


def far(int offset):
    """A far pointer, as (segment, offset)."""
    return field(FAR, offset)


def blob(int offset, int size):
    """``size`` bytes, no more and no less."""
    return field(BLOB, offset, size)


def text(int offset, int size, bytes pad=b" "):
    """``size`` bytes; a shorter value is padded, a longer one cut."""
    return field(TEXT, offset, size, pad)


def linear(segment, offset):
    """The linear address of ``segment:offset`` with the A20 line on.

    >>> hex(linear(0x1234, 0x10))
    '0x12350'
    """
    return ((segment & 0xFFFF) << 4) + (offset & 0xFFFF)
