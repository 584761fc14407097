"""Random guests: bytes as code in real mode, protected mode with random tables, rings, V86 and paging.

``python -m tests.dosemu.cpu.garbage FIRST COUNT`` runs many of them; a guest that ends the host shows by its number.
"""

from __future__ import annotations

import random
import struct
import sys

from dosemu.cpu.engine import MODELS, Engine
from tests.dosemu.cpu.support import (
    CODE0,
    CODE3,
    DATA0,
    DATA3,
    GDT,
    IDT,
    ORIGIN,
    RING0,
    RING3,
    TABLES,
    Protected,
    real_mode,
    to_ring3,
)
from tests.dosemu.cpu.test_protected_mode import to_v86

LIVES = 20
ENDS = ("budget", "halt", "stop", "shutdown")

# Openings that lead somewhere: system instructions, far transfers, x87, string instructions, prefixes.
PIECES = (
    "0F 01 16", "0F 01 1E", "0F 00 D8", "0F 00 D0", "0F 22 C0", "0F 22 D8", "0F 22 E0", "0F 23 F8", "0F 23 C0", "0F 30",
    "0F 32", "0F 31", "0F A2", "0F 06", "0F 08", "0F 09", "0F AA", "0F 34", "0F 35", "0F 05", "0F 07", "0F 01 D8",
    "0F C7", "0F AE", "0F 02 C3", "0F 03 C3", "0F B2", "0F FF", "0F 0B", "CF", "66 CF", "9D", "CD", "CC", "CE", "F1",
    "9A", "EA", "CB", "CA", "FF 18", "FF 28", "8E D8", "8E D0", "8E C0", "17", "0F A9", "C8", "C9", "F3 A4", "F3 AB",
    "F2 AE", "F3 6C", "F3 6E", "D9", "DB", "DD", "DF", "D9 F0", "9B", "66 F7 F9", "F7 F9", "F6 F9", "D4 00", "62 06",
    "C4", "C5", "67", "66", "F0", "2E", "64", "F4", "FB", "FA", "E6 20", "EE", "EF", "6D", "6F",
)  # fmt: skip


def code(rng: random.Random, size: int) -> bytes:
    """Bytes, some of them openings of instructions that matter."""
    out = bytearray()
    while len(out) < size:
        if rng.random() < 0.35:
            out += bytes.fromhex(rng.choice(PIECES))
        out += rng.randbytes(rng.randrange(1, 4))
    return bytes(out[:size])


def scramble(engine: Engine, rng: random.Random) -> None:
    """Random general registers, small values more often than not."""
    for name in ("eax", "ebx", "ecx", "edx", "esi", "edi", "ebp"):
        value = rng.choice(
            (rng.getrandbits(32), rng.getrandbits(16), rng.randrange(64), GDT, IDT, 0x80000000, 0xFFFFFFFF)
        )
        setattr(engine.regs, name, value)


def in_real_mode(rng: random.Random) -> Engine:
    engine = real_mode(code(rng, 0x300), model=rng.choice(list(MODELS)))
    for vector in range(256):
        if rng.random() < 0.5:
            engine.memory.set_u32(vector * 4, rng.choice((0x7C00 + rng.randrange(0x300), rng.getrandbits(32))))
    return engine


def in_protected_mode(rng: random.Random) -> Engine:
    start = rng.choice((b"", b"", to_ring3(), to_ring3(flags=0x3202), to_v86(0x3202), to_v86(0x202)))
    machine = Protected.build(
        start + code(rng, 0x300), ring3=code(rng, 0x300), model=rng.choice(("386", "486", "pentium"))
    )
    engine, memory = machine.engine, machine.engine.memory
    if rng.random() < 0.8:
        machine.load_task()
    for selector in range(0x50, 0x100, 8):
        base = rng.choice((0, RING0, RING3, rng.getrandbits(32)))
        low, high = rng.choice((0xFFFF, rng.getrandbits(16))), rng.getrandbits(24)
        memory.write(
            GDT + selector,
            struct.pack("<HHBBBB", low, base & 0xFFFF, base >> 16 & 0xFF, rng.randrange(256), high & 0xFF, base >> 24),
        )
    for vector in range(64):
        if rng.random() < 0.4:
            target = rng.choice((RING0, RING3)) + rng.randrange(0x300)
            selector = rng.choice((CODE0, CODE3, DATA0, DATA3, 0x28, 0x38, rng.randrange(0x100)))
            access = rng.choice((0x8E, 0xEE, 0xEF, 0x86, 0xE5, 0x85, rng.randrange(256)))
            memory.write(IDT + 8 * vector, struct.pack("<HHBBH", target & 0xFFFF, selector, 0, access, target >> 16))
    if rng.random() < 0.5:
        random_pages(engine, rng)
    return engine


def random_pages(engine: Engine, rng: random.Random) -> None:
    """Page tables that are mostly identity, with holes, large pages and wild addresses."""
    memory, regs = engine.memory, engine.regs
    for index in range(1024):
        wild = rng.choice((0, rng.getrandbits(32), TABLES + 0x1000 | 7, index << 22 | 0x87))
        memory.set_u32(TABLES + 4 * index, wild)
        memory.set_u32(
            TABLES + 0x1000 + 4 * index, index << 12 | rng.choice((7, 7, 7, 7, 5, 3, 6, rng.getrandbits(12)))
        )
    memory.set_u32(TABLES, TABLES + 0x1000 | 7)
    if rng.random() < 0.5:
        regs.set_system("cr4", rng.getrandbits(32))
    regs.set_system("cr3", TABLES)
    regs.set_system("cr0", regs.system("cr0") | 0x80000000 | rng.choice((0, 0x10000)))


def run_one(number: int, instructions: int = 3000) -> tuple[str, int, int]:
    """Run the guest of this number; returns how it ended, its cycles and a check of its registers."""
    rng = random.Random(number)
    engine = in_real_mode(rng) if rng.random() < 0.4 else in_protected_mode(rng)
    scramble(engine, rng)
    if rng.random() < 0.3:
        engine.pic.raise_irq(0)
    if rng.random() < 0.2:
        engine.set_a20(False)
    if rng.random() < 0.2:
        engine.remap_page(rng.randrange(272), rng.randrange(engine.memory.size >> 12))
    origin = RING0 if engine.regs.protected else ORIGIN
    for _ in range(LIVES):
        reason = engine.step(instructions // LIVES)
        assert reason in ENDS, reason
        if reason != "budget":  # go on somewhere else
            engine.regs.eip = origin + rng.randrange(0x300)
            scramble(engine, rng)
    end = reason, engine.clock.cycles, hash(tuple(engine.regs.save().items()))
    engine.close()
    return end


if __name__ == "__main__":
    first, count = int(sys.argv[1]), int(sys.argv[2])
    for guest in range(first, first + count):
        print(guest, end=" ", flush=True)
        print(*run_one(guest), flush=True)
