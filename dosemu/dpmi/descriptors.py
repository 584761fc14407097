"""Descriptor tables of the host: the GDT, and the LDT that clients have their selectors in.

Intel, "386 DX Programmer's Reference Manual", chapter 5; DPMI 0.9, functions 0000h to 000Dh.

>>> from hw.memory import Memory
>>> memory = Memory(0x200000)
>>> tables = Tables(memory, 0x100000)
>>> selector = tables.allocate(2, owner=0)
>>> hex(selector), tables.base(selector), tables.limit(selector)
('0x87', 0, 0)
>>> tables.set_base(selector, 0x12345678); tables.set_limit(selector, 0xFFFFFFFF)
>>> hex(tables.base(selector)), hex(tables.limit(selector))
('0x12345678', '0xffffffff')
"""

from __future__ import annotations

import struct

from dosemu.dpmi import layout
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from hw.memory import Memory

DATA, CODE, PRESENT, WRITABLE, ACCESSED = 0x10, 0x18, 0x80, 0x02, 0x01
BIG, GRANULAR = 0x40, 0x80  # in the second byte of the access rights
_RING3 = 0x60
_FIRST_FREE = 16  # the first 16 descriptors are for function 000Dh
_BIG_BIT = 0x400000

Cache = tuple[int, int, int]


def descriptor(base: int, limit: int, access: int, flags: int = 0) -> bytes:
    """A descriptor; ``limit`` in bytes (granular when it needs to be), ``flags`` 40h for 32 bits."""
    if limit > 0xFFFFF:
        limit, flags = limit >> 12, flags | GRANULAR
    low = (limit & 0xFFFF) | (base & 0xFFFF) << 16
    high = (base >> 16 & 0xFF) | (access & 0xFF) << 8 | (limit & 0xF0000) | (flags & 0xF0) << 16 | (base & 0xFF000000)
    return struct.pack("<II", low, high)


def is_code(high: int) -> bool:
    """Whether the second dword is that of a code segment."""
    return bool(high & 0x800)


class Tables:
    """GDT, IDT, TSS and LDT in guest memory at ``base``; who owns which LDT entry."""

    def __init__(self, memory: Memory, base: int) -> None:
        self.memory = memory
        self.base_address = base
        self.gdt = base + layout.GDT
        self.idt = base + layout.IDT
        self.ldt = base + layout.LDT
        self.tss = base + layout.TSS
        self._owners: dict[int, int] = {}
        self._next = _FIRST_FREE
        self._build()

    def _build(self) -> None:
        memory = self.memory
        ring3_data = PRESENT | _RING3 | DATA | WRITABLE | ACCESSED
        entries = {
            layout.STUB_SELECTOR: descriptor(0xF0000, 0xFFFF, PRESENT | _RING3 | CODE | 2 | ACCESSED),
            layout.LDT_SELECTOR: descriptor(self.ldt, layout.LDT_ENTRIES * 8 - 1, PRESENT | 2),
            layout.TSS_SELECTOR: descriptor(self.tss, 0x67, PRESENT | 11),
            layout.BIOS_DATA_SELECTOR: descriptor(0x400, 0x2FF, ring3_data),
        }
        for level in range(layout.LOCKED_LEVELS):
            stack = self.base_address + layout.LOCKED_STACKS + level * layout.LOCKED_SIZE
            for big in (0, 1):
                entry = descriptor(stack, layout.LOCKED_SIZE - 1, ring3_data, BIG if big else 0)
                entries[self.locked_selector(level, bool(big))] = entry
        for selector, entry in entries.items():
            memory.write(self.gdt + (selector & 0xFFF8), entry)

    @staticmethod
    def locked_selector(level: int, big: bool) -> int:
        """The stack of a nesting level, for 16-bit or 32-bit clients."""
        return (layout.FIRST_LOCKED + level + (layout.LOCKED_LEVELS if big else 0)) << 3 | 3

    # --- finding ---------------------------------------------------------------------------------

    def address(self, selector: int) -> int | None:
        """Where the descriptor of a selector stands; None for the null selector and outside the tables."""
        index = selector >> 3 & 0x1FFF
        if selector & 4:
            return self.ldt + index * 8
        return self.gdt + index * 8 if 0 < index < layout.GDT_ENTRIES else None

    def raw(self, selector: int) -> tuple[int, int]:
        """The two dwords of a descriptor; zeros when there is none."""
        address = self.address(selector)
        return (0, 0) if address is None else (self.memory.u32(address), self.memory.u32(address + 4))

    def cache(self, selector: int, *, code: bool = False, stack: bool = False) -> Cache | None:
        """(base, limit, rights) for a segment register of ring 3, or None when loading it would fault."""
        low, high = self.raw(selector)
        if not high & 0x1000 or not high & 0x8000:
            return None
        if (high >> 13 & 3) != 3 and not (is_code(high) and high & 0x400):
            return None
        if code != is_code(high) and (code or stack or not high & 0x200):
            return None
        if stack and (not high & 0x200 or (selector & 3) != 3):
            return None
        return _base(low, high), _limit(low, high), high | 0x100

    def used(self, selector: int) -> bool:
        """Whether this is a selector of the LDT that somebody owns."""
        return bool(selector & 4) and selector >> 3 in self._owners

    def check(self, selector: int) -> int:
        """The address of a client's descriptor. Raises INVALID_SELECTOR."""
        if not self.used(selector):
            raise DpmiError(DpmiErrorCode.INVALID_SELECTOR)
        return self.ldt + (selector >> 3) * 8

    # --- allocating ------------------------------------------------------------------------------

    def allocate(self, count: int, owner: int) -> int:
        """``count`` descriptors in a row (data, base 0, limit 0); returns the first selector. Raises NO_DESCRIPTOR."""
        if not 0 < count <= layout.LDT_ENTRIES:
            raise DpmiError(DpmiErrorCode.NO_DESCRIPTOR if count else DpmiErrorCode.INVALID_VALUE)
        for start in (self._next, _FIRST_FREE):
            run = 0
            for index in range(start, layout.LDT_ENTRIES):
                run = 0 if index in self._owners else run + 1
                if run == count:
                    first = index - count + 1
                    for taken in range(first, index + 1):
                        self._take(taken, owner)
                    self._next = index + 1
                    return first << 3 | 7
        raise DpmiError(DpmiErrorCode.NO_DESCRIPTOR)

    def _take(self, index: int, owner: int) -> None:
        self._owners[index] = owner
        entry = descriptor(0, 0, PRESENT | _RING3 | DATA | WRITABLE)
        self.memory.write(self.ldt + index * 8, entry)

    def allocate_at(self, selector: int, owner: int) -> None:
        """One certain descriptor, 000Dh. Raises NO_DESCRIPTOR when it is taken, INVALID_SELECTOR when it is none."""
        if not selector & 4:
            raise DpmiError(DpmiErrorCode.INVALID_SELECTOR)
        if selector >> 3 in self._owners:
            raise DpmiError(DpmiErrorCode.NO_DESCRIPTOR)
        self._take(selector >> 3, owner)

    def segment(self, base: int, limit: int, owner: int, *, code: bool = False, big: bool = False) -> int:
        """A new descriptor for such a segment; returns its selector."""
        selector = self.allocate(1, owner)
        access = PRESENT | _RING3 | (CODE | 2 if code else DATA | WRITABLE) | ACCESSED
        self.memory.write(self.check(selector), descriptor(base, limit, access, BIG if big else 0))
        return selector

    def free(self, selector: int) -> None:
        """Raises INVALID_SELECTOR."""
        self.memory.write(self.check(selector), bytes(8))
        del self._owners[selector >> 3]
        self._next = _FIRST_FREE

    def free_all(self, owner: int) -> None:
        """Free what a client owns."""
        for index in [index for index, who in self._owners.items() if who == owner]:
            self.free(index << 3 | 7)

    # --- fields ----------------------------------------------------------------------------------

    def base(self, selector: int) -> int:
        """Base address of any selector; 0 for the null selector."""
        return _base(*self.raw(selector))

    def limit(self, selector: int) -> int:
        """Limit of any selector in bytes."""
        return _limit(*self.raw(selector))

    def set_base(self, selector: int, base: int) -> None:
        """Raises INVALID_SELECTOR."""
        address = self.check(selector)
        low, high = self.raw(selector)
        low = (low & 0xFFFF) | (base & 0xFFFF) << 16
        high = (high & 0x00FFFF00) | (base >> 16 & 0xFF) | (base & 0xFF000000)
        self.memory.write(address, struct.pack("<II", low, high))

    def set_limit(self, selector: int, limit: int) -> None:
        """Limits of 1 MB and more must end in FFFh. Raises INVALID_SELECTOR, INVALID_VALUE."""
        address = self.check(selector)
        low, high = self.raw(selector)
        high &= 0xFF70FFFF
        if limit > 0xFFFFF:
            if limit & 0xFFF != 0xFFF:
                raise DpmiError(DpmiErrorCode.INVALID_VALUE)
            limit >>= 12
            high |= 0x00800000
        low = (low & 0xFFFF0000) | (limit & 0xFFFF)
        self.memory.write(address, struct.pack("<II", low, high | (limit & 0xF0000)))

    def set_rights(self, selector: int, access: int, flags: int) -> None:
        """Access rights as function 0009h takes them: system segments and foreign rings are refused or corrected.

        Raises INVALID_SELECTOR, INVALID_VALUE.
        """
        address = self.check(selector)
        low, high = self.raw(selector)
        if not access & 0x10:
            raise DpmiError(DpmiErrorCode.INVALID_VALUE)
        high = (high & 0xFF0F00FF) | (access | _RING3) << 8 | (flags & 0xD0) << 16
        self.memory.write(address, struct.pack("<II", low, high))

    def set_raw(self, selector: int, entry: bytes) -> None:
        """A whole descriptor, 000Ch. Raises INVALID_SELECTOR, INVALID_VALUE."""
        address = self.check(selector)
        if not entry[5] & 0x10:
            raise DpmiError(DpmiErrorCode.INVALID_VALUE)
        fixed = bytearray(entry)
        fixed[5] |= _RING3
        self.memory.write(address, bytes(fixed))

    def gate(self, vector: int, selector: int, offset: int, *, wide: bool, trap: bool) -> None:
        """An interrupt gate for ring 3 in the IDT."""
        kind = 0x60 | PRESENT | (0x06 | (8 if wide else 0) | int(trap))
        entry = struct.pack("<HHBBH", offset & 0xFFFF, selector, 0, kind, offset >> 16 if wide else 0)
        self.memory.write(self.idt + vector * 8, entry)


def _base(low: int, high: int) -> int:
    return low >> 16 | (high & 0xFF) << 16 | (high & 0xFF000000)


def _limit(low: int, high: int) -> int:
    limit = (low & 0xFFFF) | (high & 0xF0000)
    return limit << 12 | 0xFFF if high & 0x00800000 else limit
