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

from __future__ import annotations

from typing import Any, Generic, Protocol, TypeVar, overload

from hw.memory import Memory

T = TypeVar("T")


class View:
    """A structure at the linear address ``base`` of guest memory."""

    SIZE = 0
    __slots__ = ("base", "memory")

    def __init__(self, memory: Memory, base: int) -> None:
        self.memory = memory
        self.base = base

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base:#07x})"

    def clear(self) -> None:
        """Set all bytes to zero."""
        self.memory.fill(self.base, self.SIZE, 0)

    def raw(self) -> bytes:
        """All bytes of the structure."""
        return bytes(self.memory.read(self.base, self.SIZE))


class _Kind(Protocol[T]):
    """How a field of type T lies in memory."""

    def get(self, memory: Memory, address: int) -> T: ...

    def set(self, memory: Memory, address: int, value: T) -> None: ...


class Field(Generic[T]):
    """A field of a View: ``offset`` bytes from its base."""

    __slots__ = ("_get", "_set", "offset")

    def __init__(self, kind: _Kind[T], offset: int) -> None:
        self._get = kind.get
        self._set = kind.set
        self.offset = offset

    @overload
    def __get__(self, view: None, owner: Any) -> Field[T]: ...

    @overload
    def __get__(self, view: View, owner: Any) -> T: ...

    def __get__(self, view: View | None, owner: Any) -> Field[T] | T:
        if view is None:
            return self
        return self._get(view.memory, view.base + self.offset)

    def __set__(self, view: View, value: T) -> None:
        self._set(view.memory, view.base + self.offset, value)


# Fields are read on the way of every call: the numbers without a function of Python in between.


class _U8:
    get = staticmethod(Memory.u8)

    def set(self, memory: Memory, address: int, value: int) -> None:
        memory.set_u8(address, value & 0xFF)


class _U16:
    get = staticmethod(Memory.u16)

    def set(self, memory: Memory, address: int, value: int) -> None:
        memory.set_u16(address, value & 0xFFFF)


class _U32:
    get = staticmethod(Memory.u32)

    def set(self, memory: Memory, address: int, value: int) -> None:
        memory.set_u32(address, value & 0xFFFFFFFF)


class _Far:
    def get(self, memory: Memory, address: int) -> tuple[int, int]:
        return int(memory.u16(address + 2)), int(memory.u16(address))

    def set(self, memory: Memory, address: int, value: tuple[int, int]) -> None:
        segment, offset = value
        memory.set_u32(address, (segment & 0xFFFF) << 16 | offset & 0xFFFF)


class _Blob:
    def __init__(self, size: int, pad: bytes | None) -> None:
        self.size = size
        self.pad = pad

    def get(self, memory: Memory, address: int) -> bytes:
        return bytes(memory.read(address, self.size))

    def set(self, memory: Memory, address: int, value: bytes) -> None:
        if self.pad is not None:
            value = value[: self.size].ljust(self.size, self.pad)
        elif len(value) != self.size:
            raise ValueError(f"the field takes {self.size} bytes, not {len(value)}")
        memory.write(address, value)


def u8(offset: int) -> Field[int]:
    """A byte."""
    return Field(_U8(), offset)


def u16(offset: int) -> Field[int]:
    """A little-endian word."""
    return Field(_U16(), offset)


def u32(offset: int) -> Field[int]:
    """A little-endian double word."""
    return Field(_U32(), offset)


def far(offset: int) -> Field[tuple[int, int]]:
    """A far pointer, as (segment, offset)."""
    return Field(_Far(), offset)


def blob(offset: int, size: int) -> Field[bytes]:
    """``size`` bytes, no more and no less."""
    return Field(_Blob(size, None), offset)


def text(offset: int, size: int, pad: bytes = b" ") -> Field[bytes]:
    """``size`` bytes; a shorter value is padded, a longer one cut."""
    return Field(_Blob(size, pad), offset)


def linear(segment: int, offset: int) -> int:
    """The linear address of ``segment:offset`` with the A20 line on.

    >>> hex(linear(0x1234, 0x10))
    '0x12350'
    """
    return ((segment & 0xFFFF) << 4) + (offset & 0xFFFF)
