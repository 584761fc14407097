"""Page tables, for clients that ask for pages of their own (DPMI 1.0, functions 0504h to 0509h).

Linear addresses are physical ones, and there is no paging, until a client takes a page away, write-protects it or
maps something else there. From then on the tables change those pages of memory blocks and nothing else: all other
addresses are 4 MB pages that show themselves. Intel, "Intel486 Processor Family Programmer's Reference Manual", 5.3;
4 MB pages as on the Pentium.

>>> from dosemu.cpu.engine import Engine
>>> engine = Engine.bare()
>>> paging = Paging(engine, 0x140000)
>>> paging.on, paging.entry(0x120000) == 0x120000 | IDENTITY
(False, True)
>>> paging.set(0x120000, 0); paging.physical(0x121234) == 0x121234
True
>>> paging.physical(0x120010)
Traceback (most recent call last):
...
IndexError: guest address 0x120010: no page there
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from dosemu.dpmi import layout
from dosemu.dpmi.real import PG

if TYPE_CHECKING:
    from dosemu.cpu.engine import Engine
    from hw.memory import Memory

PAGE: Final = 4096
PRESENT, WRITABLE, USER, ACCESSED, DIRTY, LARGE = 0x01, 0x02, 0x04, 0x20, 0x40, 0x80
IDENTITY: Final = PRESENT | WRITABLE | USER
_PSE: Final = 0x10
_LARGE_PAGE: Final = 1 << 22
_FRAME: Final = 0xFFFFF000


class Paging:
    """The page directory and tables of one host, in its memory at ``base``."""

    def __init__(self, engine: Engine, base: int) -> None:
        self.engine = engine
        self.memory = engine.memory
        self.directory = base
        self._tables: dict[int, int] = {}  # which 4 MB: address of its page table
        self._special: set[int] = set()  # linear addresses of pages that do not show themselves
        self.on_change: Callable[[], None] = _nothing

    @property
    def on(self) -> bool:
        """Whether clients run with paging."""
        return bool(self._special)

    @property
    def cr0(self) -> int:
        """What the tables add to CR0 of clients: PG or nothing."""
        return PG if self._special else 0

    def load(self) -> None:
        """Let the CPU use the tables, in protected mode, when it does not already."""
        regs = self.engine.regs
        cr0 = regs.system("cr0")
        if self._special:
            if regs.system("cr3") != self.directory:
                regs.set_system("cr3", self.directory)
            if not regs.system("cr4") & _PSE:
                regs.set_system("cr4", regs.system("cr4") | _PSE)
            if not cr0 & PG:
                regs.set_system("cr0", cr0 | PG)
        elif cr0 & PG:
            regs.set_system("cr0", cr0 & ~PG)

    def entry(self, address: int) -> int:
        """The page table entry for a linear address."""
        table = self._tables.get(address // _LARGE_PAGE)
        if table is None:
            return address & _FRAME | IDENTITY
        return int(self.memory.u32(table + (address // PAGE & 0x3FF) * 4))

    def set(self, address: int, entry: int) -> None:
        """Change the entry for the page at ``address`` (0: nothing is there)."""
        table = self._table(address // _LARGE_PAGE)
        self.memory.set_u32(table + (address // PAGE & 0x3FF) * 4, entry)
        if entry & ~(ACCESSED | DIRTY) == address | IDENTITY:
            self._special.discard(address)
        else:
            self._special.add(address)

    def apply(self) -> None:
        """Entries were changed: drop what the CPU remembers of them."""
        regs = self.engine.regs
        if regs.protected:
            self.load()
            regs.set_system("cr3", regs.system("cr3"))
        else:
            self.engine.flush()
        self.on_change()

    def restore(self, address: int, size: int) -> None:
        """The block of these addresses is given back: its pages show themselves again."""
        gone = [page for page in self._special if address <= page < address + size]
        for page in gone:
            self.set(page, page | IDENTITY)
        if gone:
            self.apply()

    def move(self, old: int, new: int, size: int) -> None:
        """A block's pages are elsewhere now."""
        moved = [page for page in self._special if old <= page < old + size]
        entries = [self.entry(page) for page in moved]
        for page in moved:
            self.set(page, page | IDENTITY)
        for page, entry in zip(moved, entries, strict=True):
            own = entry & _FRAME == page
            self.set(page - old + new, entry & ~_FRAME | (page - old + new) if own else entry)
        if moved:
            self.apply()

    def special(self, address: int, size: int) -> bool:
        """Whether a page of this range does not show itself."""
        if not self._special:
            return False
        return any(page in self._special for page in range(address & _FRAME, address + size, PAGE))

    def physical(self, address: int, *, writing: bool = False) -> int:
        """The physical address behind a linear one. Raises IndexError where there is none."""
        if address & _FRAME not in self._special:
            return address
        entry = self.entry(address)
        if not entry & PRESENT or (writing and not entry & WRITABLE):
            raise IndexError(f"guest address {address:#x}: no page there")
        return entry & _FRAME | address & (PAGE - 1)

    def _table(self, number: int) -> int:
        """The page table for 4 MB, made when it is not there."""
        if not self._tables:
            large = range(0, 1 << 32, _LARGE_PAGE)
            self.memory.write(self.directory, struct.pack("<1024I", *(at | IDENTITY | LARGE for at in large)))
        table = self._tables.get(number)
        if table is None:
            table = self.directory + PAGE * (1 + len(self._tables))
            if len(self._tables) >= layout.PAGE_TABLES:
                raise IndexError("no room for page tables")
            self._tables[number] = table
            at = number * _LARGE_PAGE
            entries = range(at, at + _LARGE_PAGE, PAGE)
            self.memory.write(table, struct.pack("<1024I", *(page | IDENTITY for page in entries)))
            self.memory.set_u32(self.directory + number * 4, table | IDENTITY)
        return table


def _nothing() -> None:
    """Nobody wants to know."""


class LinearMemory:
    """Guest memory by a client's linear addresses: the physical ones, and through the page tables where they are on.

    The methods are those of ``hw.memory.Memory``; without paging they are the very same.
    """

    read: Callable[[int, int], bytes]
    write: Callable[[int, bytes], None]
    u8: Callable[[int], int]
    u16: Callable[[int], int]
    u32: Callable[[int], int]
    set_u8: Callable[[int, int], None]
    set_u16: Callable[[int, int], None]
    set_u32: Callable[[int, int], None]

    def __init__(self, physical: Memory, paging: Paging) -> None:
        self.physical = physical
        self.paging = paging
        self.choose()

    def choose(self) -> None:
        """Paging was turned on or off."""
        paged, physical = self.paging.on, self.physical
        self.read = self._read if paged else physical.read
        self.write = self._write if paged else physical.write
        self.u8 = (lambda at: self._read(at, 1)[0]) if paged else physical.u8
        self.u16 = (lambda at: self._number(at, 2)) if paged else physical.u16
        self.u32 = (lambda at: self._number(at, 4)) if paged else physical.u32
        self.set_u8 = (lambda at, value: self._set(at, value, 1)) if paged else physical.set_u8
        self.set_u16 = (lambda at, value: self._set(at, value, 2)) if paged else physical.set_u16
        self.set_u32 = (lambda at, value: self._set(at, value, 4)) if paged else physical.set_u32

    def __len__(self) -> int:
        return len(self.physical)

    def asciiz(self, address: int, limit: int = 0x10000) -> bytes:
        """The zero-terminated string at ``address`` (at most ``limit`` bytes), without the zero."""
        if not self.paging.on:
            return bytes(self.physical.asciiz(address, limit))
        text = b""
        while len(text) < limit:
            size = min(PAGE - (address + len(text)) % PAGE, limit - len(text))
            part, end, _ = self._read(address + len(text), size).partition(b"\0")
            text += part
            if end:
                break
        return text

    def _read(self, address: int, size: int) -> bytes:
        if not self.paging.special(address, size):
            return bytes(self.physical.read(address, size))
        return b"".join(self.physical.read(self.paging.physical(at), part) for at, part in _by_page(address, size))

    def _write(self, address: int, data: bytes) -> None:
        if not self.paging.special(address, len(data)):
            self.physical.write(address, data)
            return
        pieces = [(self.paging.physical(at, writing=True), at, part) for at, part in _by_page(address, len(data))]
        for where, at, part in pieces:
            self.physical.write(where, data[at - address : at - address + part])

    def _number(self, address: int, size: int) -> int:
        return int.from_bytes(self._read(address, size), "little")

    def _set(self, address: int, value: int, size: int) -> None:
        self._write(address, (value & ((1 << 8 * size) - 1)).to_bytes(size, "little"))


def _by_page(address: int, size: int) -> list[tuple[int, int]]:
    """A range in parts that lie in one page each: (address, size)."""
    parts = []
    while size > 0:
        part = min(PAGE - address % PAGE, size)
        parts.append((address, part))
        address, size = address + part, size - part
    return parts
