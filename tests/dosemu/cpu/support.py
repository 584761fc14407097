"""Builds engines with code in them: real mode at 0000:7C00, or 32-bit protected mode with tables, rings and a TSS."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from dosemu.cpu.engine import Engine

MS = 1_000_000_000  # picoseconds
ORIGIN = 0x7C00
HALT = 0x600  # where unused vectors point: a HLT


def real_mode(code: bytes, *, model: str = "486", at: int = ORIGIN, size: int = 0x200000) -> Engine:
    """An engine in real mode with ``code`` at 0000:at, a stack below it, and a HLT behind every vector."""
    engine = Engine.bare(model=model, size=size)
    engine.filter_services(False)
    engine.memory.set_u8(HALT, 0xF4)
    for vector in range(256):
        engine.memory.set_u32(vector * 4, HALT)
    engine.memory.write(at, code)
    engine.regs.ip = at
    engine.regs.sp = 0x7000
    return engine


def handler(engine: Engine, vector: int, offset: int, code: bytes) -> None:
    """Put real-mode ``code`` at 0000:offset and let a vector point at it."""
    engine.memory.write(offset, code)
    engine.memory.set_u32(vector * 4, offset)


def run(engine: Engine, milliseconds: int = 10) -> str:
    """Run for some emulated time, or to the HLT with interrupts off that ends most tests."""
    reason: str = engine.run_until(engine.clock.now_ps + milliseconds * MS)
    return reason


# --- protected mode ---------------------------------------------------------------------------------

CODE0, DATA0, CODE3, DATA3, TSS, CODE16, TSS2, GATE, TASK = 0x08, 0x10, 0x1B, 0x23, 0x28, 0x30, 0x38, 0x40, 0x48
DATA16 = 0x50
GDT, IDT, TSS_BASE, TSS2_BASE, TABLES = 0x1000, 0x2000, 0x3000, 0x3800, 0x40000
STACK0, STACK3, STACK2 = 0x9000, 0xA000, 0xB000
RING0, RING3 = 0x10000, 0x20000
FAULTS = 0x5000  # handler of vector n is at FAULTS + 16 n

INTERRUPT32, TRAP32, INTERRUPT16, CALL32, TASK_GATE = 0x8E, 0x8F, 0x86, 0x8C, 0x85


def descriptor(base: int, limit: int, access: int, flags: int = 0) -> bytes:
    """A segment descriptor; ``flags`` is the high nibble (8 granularity, 4 32-bit)."""
    low = (limit & 0xFFFF) | (base & 0xFFFF) << 16
    high = (base >> 16 & 0xFF) | access << 8 | (limit & 0xF0000) | flags << 20 | (base & 0xFF000000)
    return struct.pack("<II", low, high)


def gate(selector: int, offset: int, access: int) -> bytes:
    """A call, interrupt, trap or task gate."""
    return struct.pack("<HHBBH", offset & 0xFFFF, selector, 0, access, offset >> 16)


@dataclass
class Protected:
    """An engine in 32-bit protected mode at ring 0, with every vector going to a handler that halts.

    The handler of vector n leaves n in EDI and stops: the stack then shows what was pushed.
    """

    engine: Engine

    @classmethod
    def build(cls, code: bytes, *, model: str = "486", ring3: bytes = b"", size: int = 0x400000) -> Protected:
        """Code at RING0 runs first; ``ring3`` is put at RING3."""
        engine = Engine.bare(model=model, size=size)
        memory, regs = engine.memory, engine.regs
        self = cls(engine)
        entries = {
            CODE0: descriptor(0, 0xFFFFF, 0x9B, 0xC),
            DATA0: descriptor(0, 0xFFFFF, 0x93, 0xC),
            CODE3: descriptor(0, 0xFFFFF, 0xFB, 0xC),
            DATA3: descriptor(0, 0xFFFFF, 0xF3, 0xC),
            TSS: descriptor(TSS_BASE, 0x2FF, 0x89),
            CODE16: descriptor(0, 0xFFFF, 0x9B),
            TSS2: descriptor(TSS2_BASE, 0x67, 0x89),
            DATA16: descriptor(0, 0xFFFF, 0x93),
        }
        for selector, entry in entries.items():
            memory.write(GDT + (selector & 0xFFF8), entry)
        for vector in range(64):
            # mov edi, vector; hlt
            memory.write(FAULTS + 16 * vector, b"\xbf" + struct.pack("<I", vector) + b"\xf4")
            self.vector(vector, gate(CODE0, FAULTS + 16 * vector, INTERRUPT32))
        # Inner stack and, at the end of the TSS, an empty permission map: all ports denied.
        memory.write(TSS_BASE + 4, struct.pack("<II", STACK0, DATA0))
        memory.write(TSS_BASE + 0x66, struct.pack("<H", 0x68))
        memory.write(TSS_BASE + 0x68, b"\xff" * 0x198)
        memory.write(RING0, code)
        memory.write(RING3, ring3)
        regs.set_system("gdt_base", GDT)
        regs.set_system("gdt_limit", 0xFF)
        regs.set_system("idt_base", IDT)
        regs.set_system("idt_limit", 64 * 8 - 1)
        regs.set_system("cr0", 0x31)
        regs.cs = CODE0
        regs.ss = DATA0
        regs.ds = regs.es = DATA3  # which ring 3 may use too: IRETD clears what it may not
        regs.esp, regs.eip = STACK2, RING0
        return self

    def vector(self, number: int, entry: bytes) -> None:
        """Put a gate into the interrupt table."""
        self.engine.memory.write(IDT + 8 * number, entry)

    def entry(self, selector: int, entry: bytes) -> None:
        """Put a descriptor into the global table."""
        self.engine.memory.write(GDT + (selector & 0xFFF8), entry)

    def load_task(self) -> None:
        """LTR with the first TSS, by guest code below the program."""
        regs = self.engine.regs
        start, eax = regs.eip, regs.eax
        self.engine.memory.write(RING0 - 16, bytes.fromhex("0F 00 D8"))
        regs.eip, regs.eax = RING0 - 16, TSS
        self.engine.step_one()
        regs.eip, regs.eax = start, eax

    def stack(self, count: int) -> list[int]:
        """The dwords at SS:ESP."""
        regs = self.engine.regs
        return [self.engine.memory.u32(regs.address("ss", regs.esp) + 4 * i) for i in range(count)]

    def words(self, count: int) -> list[int]:
        """The words at SS:SP."""
        regs = self.engine.regs
        return [self.engine.memory.u16(regs.address("ss", regs.esp) + 2 * i) for i in range(count)]


def to_ring3(entry: int = RING3, flags: int = 0x202) -> bytes:
    """Ring 0 code that goes to ring 3 by IRETD."""
    values = (DATA3, STACK3, flags, CODE3, entry)
    return b"".join(b"\x68" + struct.pack("<I", value) for value in values) + b"\xcf"
