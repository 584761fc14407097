"""The VCPI server: programs of ring 0 with page tables of their own; its real-mode side is real mode, not V86.

"Virtual Control Program Interface, version 1.0" (1989). Its entry in protected mode is a trap in the BIOS segment,
through the first of the three descriptors that a client lets it fill in.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from dosemu.dpmi import layout
from dosemu.dpmi.blocks import PAGE, Block, Pool
from dosemu.dpmi.descriptors import BIG, CODE, DATA, PRESENT, WRITABLE, descriptor
from dosemu.dpmi.errors import DpmiError
from dosemu.dpmi.real import INTERRUPT_FLAG, PE, PG, RealRegisters
from int21.vcpi import LOW_PAGES

if TYPE_CHECKING:
    from dosemu.cpu.engine import Engine
    from dosemu.dpmi.host import Host
    from hw.memory import Memory

_CHUNK_PAGES = 64  # pages are taken from the pool by so many
_PRESENT, _ALL = 1, 7
_LARGE = 0x80
_FRAME = 0xFFFFF000
_BIG_STACK = 0x400000
_OK, _BAD_PAGE, _NO_PAGES, _BAD_FUNCTION = 0x00, 0x8A, 0x88, 0x8F
_READABLE_CODE, _BUSY, _TSS_32 = 2, 0x200, 0x800
_NT_VM_TF = 0x24100


class Vcpi:
    """The server of one machine; pages come from the pool that XMS and DPMI have theirs from."""

    def __init__(self, engine: Engine, memory: Memory, pool: Pool, host: Host) -> None:
        self.engine = engine
        self.regs = engine.regs
        self.memory = memory
        self.pool = pool
        self.host = host
        self.vectors = (0x08, 0x70)
        self.highest_page = pool.end - PAGE
        self._blocks: list[Block] = []
        self._free: list[int] = []
        self._used: dict[int, int] = {}  # address of a page: PSP of the program it is for

    # --- pages --------------------------------------------------------------------------------------

    @property
    def free_pages(self) -> int:
        """Pages that can be allocated."""
        return len(self._free) + self.pool.total_free // PAGE

    def allocate(self, psp: int) -> int | None:
        """Physical address of a page for a program, None when there is no more."""
        if not self._free and not self._take(_CHUNK_PAGES) and not self._take(1):
            return None
        page = self._free.pop()
        self._used[page] = psp
        return page

    def _take(self, pages: int) -> bool:
        try:
            block = self.pool.allocate(pages * PAGE, -1)
        except DpmiError:
            return False
        self._blocks.append(block)
        self._free = [block.address + index * PAGE for index in range(pages - 1, -1, -1)]
        return True

    def free(self, address: int) -> bool:
        """Give a page back; False when it is none that was allocated."""
        if self._used.pop(address, None) is None:
            return False
        self._free.append(address)
        self._give_back()
        return True

    def process_ended(self, psp: int) -> None:
        """A program has ended, and its pages are free."""
        for page in [page for page, owner in self._used.items() if owner == psp]:
            del self._used[page]
            self._free.append(page)
        self._give_back()

    def _give_back(self) -> None:
        if not self._used:
            for block in self._blocks:
                self.pool.free(block)
            self._blocks, self._free = [], []

    # --- what clients get -----------------------------------------------------------------------------

    def interface(self, table: int, descriptors: int) -> int:
        """Fill in a client's first page table and three of its descriptors; returns the offset of the entry."""
        entries = (page << 12 | _ALL for page in range(LOW_PAGES))
        self.memory.write(table, struct.pack(f"<{LOW_PAGES}I", *entries))
        data = descriptor(0, 0xFFFFFFFF, PRESENT | DATA | WRITABLE, BIG)
        self.memory.write(descriptors, descriptor(0xF0000, 0xFFFF, PRESENT | CODE | _READABLE_CODE, BIG) + data + data)
        return layout.VCPI

    def system_register(self, name: str) -> int:
        """CR0, or a debug register."""
        return int(self.regs.system(name))

    def set_debug_register(self, number: int, value: int) -> None:
        """DR0 to DR3, DR6, DR7."""
        self.regs.set_system(f"dr{number}", value)

    # --- changes of mode --------------------------------------------------------------------------------

    def _physical(self, address: int) -> int:
        """Through the page tables that CR3 points to. Raises IndexError where nothing is."""
        memory, entry = self.memory, self.memory.u32((self.regs.system("cr3") & _FRAME) + (address >> 22) * 4)
        if not entry & _PRESENT:
            raise IndexError(f"linear address {address:#x}: no page table")
        if entry & _LARGE and self.regs.system("cr4") & 0x10:
            return int(entry & 0xFFC00000 | address & 0x3FFFFF)
        entry = memory.u32((entry & _FRAME) + (address >> 12 & 0x3FF) * 4)
        if not entry & _PRESENT:
            raise IndexError(f"linear address {address:#x}: no page")
        return int(entry & _FRAME | address & (PAGE - 1))

    def _read(self, address: int, size: int) -> bytes:
        data = b""
        while size:
            # A walk through the tables for each page, not for each byte: some clients switch 100,000 times a second.
            length = min(size, PAGE - (address & (PAGE - 1)))
            data += self.memory.read(self._physical(address & 0xFFFFFFFF), length)
            address, size = address + length, size - length
        return data

    def _descriptor(self, gdt: int, selector: int) -> tuple[int, int, int]:
        """Base, limit and second dword."""
        low, high = struct.unpack("<II", self._read(gdt + (selector & 0xFFF8), 8))
        limit = low & 0xFFFF | high & 0xF0000
        base = low >> 16 | (high & 0xFF) << 16 | high & 0xFF000000
        return base, limit << 12 | 0xFFF if high & 0x800000 else limit, high

    def to_protected_mode(self, structure: int) -> None:
        """INT 67h/DE0Ch: the state at this address below 1 MB. Raises IndexError when its tables are nowhere."""
        regs, memory = self.regs, self.memory
        cr3, gdtr, idtr, ldt, task, eip, code = struct.unpack("<IIIHHIH", memory.read(structure, 22))
        gdt_limit, gdt = struct.unpack("<HI", memory.read(gdtr, 6))
        idt_limit, idt = struct.unpack("<HI", memory.read(idtr, 6))
        before = regs.system("cr3")
        regs.set_system("cr3", cr3)
        try:
            code_cache = self._descriptor(gdt, code)
            ldt_cache = self._descriptor(gdt, ldt) if ldt else (0, 0, 0)
            task_cache = self._descriptor(gdt, task) if task else (0, 0, 0)
            if task:
                at = self._physical(gdt + (task & 0xFFF8) + 4)
                memory.set_u32(at, task_cache[2] | _BUSY)
        except IndexError:
            regs.set_system("cr3", before)
            raise
        self.host.open_a20(True)
        self.engine.clock.charge(layout.VCPI_SWITCH_CYCLES)
        for name, value in (("gdt", gdt), ("idt", idt)):
            regs.set_system(f"{name}_base", value)
        regs.set_system("gdt_limit", gdt_limit)
        regs.set_system("idt_limit", idt_limit)
        regs.set_table("ldtr", ldt, *ldt_cache[:2])
        regs.set_table("tr", task, *task_cache[:2], wide=bool(task_cache[2] & _TSS_32))
        regs.eflags &= ~(INTERRUPT_FLAG | _NT_VM_TF)
        regs.set_system("cr0", regs.system("cr0") | PE | PG)
        for name in ("es", "ds", "fs", "gs"):
            regs.set_cache(name, 0, 0, 0, 0)
        regs.set_cache("cs", code, *code_cache)
        regs.eip = eip
        if self.host.on_protected_mode is not None:
            self.host.on_protected_mode()

    def call(self) -> None:
        """The entry in protected mode: AX DE03h, DE04h, DE05h, or DE0Ch, the way back."""
        regs = self.regs
        if not regs.protected:
            self.host.fatal(6, "VCPI's protected-mode entry called in real mode")
            return
        match regs.ax:
            case 0xDE03:
                regs.ah, regs.edx = _OK, self.free_pages
            case 0xDE04:
                page = self.allocate(self.host.dos.psp)
                regs.ah = _OK if page is not None else _NO_PAGES
                regs.edx = page or 0
            case 0xDE05:
                regs.ah = _OK if self.free(regs.edx) else _BAD_PAGE
            case 0xDE0C:
                self._to_real_mode()
            case _:
                regs.ah = _BAD_FUNCTION

    def _to_real_mode(self) -> None:
        """The stack holds the far call's address, then EIP, CS, EFLAGS, ESP, SS, ES, DS, FS, GS, a dword each."""
        regs = self.regs
        stack = regs.address("ss", regs.esp if regs.rights("ss") & _BIG_STACK else regs.sp)
        try:
            values = struct.unpack("<9I", self._read(stack + 8, 36))
        except IndexError:
            self.engine.interrupt(13, "fault")
            return
        ip, cs, _, sp, ss, es, ds, fs, gs = (value & 0xFFFF for value in values)
        real = RealRegisters(regs.edi, regs.esi, regs.ebp, 0, regs.ebx, regs.edx, regs.ecx, regs.eax, 0, es, ds, fs, gs)
        flags = regs.eflags & 0xCD7 | 2
        self.engine.clock.charge(layout.VCPI_SWITCH_CYCLES)
        regs.thaw(real.state(regs.system("cr0"), cs, ip, ss, sp, flags))
