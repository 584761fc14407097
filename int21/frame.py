"""The caller's registers as DOS keeps them on the caller's stack.

At its entry DOS pushes ES, DS, BP, DI, SI, DX, CX, BX and AX above the IP, CS and FLAGS of the INT, and
keeps SS:SP in PSP:2Eh. When a child ends, its parent goes on from that frame (RBIL table 01378, PSP:2Eh;
INT 21h/64h note).
"""

from __future__ import annotations

import struct

from hw.memory import Memory
from int21.registers import Registers
from int21.view import linear

SIZE = 24
# In ascending order from SS:SP; IP, CS and FLAGS are what INT pushed.
_ORDER = ("ax", "bx", "cx", "dx", "si", "di", "bp", "ds", "es", "ip", "cs", "flags")
_WORDS = struct.Struct("<12H")


def push(memory: Memory, regs: Registers) -> tuple[int, int]:
    """Write the frame below the caller's stack pointer (which stays); returns the frame's (SS, SP)."""
    sp = (regs.sp - SIZE) & 0xFFFF
    words = _WORDS.pack(
        regs.ax, regs.bx, regs.cx, regs.dx, regs.si, regs.di, regs.bp, regs.ds, regs.es, regs.ip, regs.cs, regs.flags
    )  # fmt: skip
    memory.write(regs.address("ss", sp), words)
    return regs.ss, sp


def write(memory: Memory, stack: tuple[int, int], **values: int) -> None:
    """Write a frame with the given registers at ``stack``; the others are zero."""
    memory.write(linear(*stack), _WORDS.pack(*(values.get(name, 0) for name in _ORDER)))


def read(memory: Memory, stack: tuple[int, int]) -> dict[str, int]:
    """The registers in the frame at (SS, SP)."""
    return dict(zip(_ORDER, _WORDS.unpack(memory.read(linear(*stack), SIZE)), strict=True))


def restore(regs: Registers, stack: tuple[int, int], values: dict[str, int]) -> None:
    """Load a frame that was read: the registers in it, and SS:SP as it was before the INT."""
    regs.eax = regs.ebx = regs.ecx = regs.edx = regs.esi = regs.edi = regs.ebp = 0
    for name, value in values.items():
        setattr(regs, name, value)
    regs.ss = stack[0]
    regs.esp = (stack[1] + SIZE) & 0xFFFF
