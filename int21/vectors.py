"""Interrupt vectors, INT 21h/25h and 35h."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from hw.memory import Memory
from int21.registers import Registers
from int21.table import int21

if TYPE_CHECKING:
    from int21.dos import Dos


def get(memory: Memory, vector: int) -> tuple[int, int]:
    """A vector of the table at 0000:0000, as (segment, offset)."""
    return memory.u16(vector * 4 + 2), memory.u16(vector * 4)


def put(memory: Memory, vector: int, address: tuple[int, int]) -> None:
    """Set a vector to (segment, offset)."""
    memory.write(vector * 4, struct.pack("<2H", address[1], address[0]))


@int21.service(0x25, name="set interrupt vector", takes="AL vector, DS:DX handler")
def set_vector(dos: Dos, regs: Registers) -> None:
    put(dos.memory, regs.al, (regs.ds, regs.dx))


@int21.service(0x35, name="get interrupt vector", takes="AL vector", gives="ES:BX handler")
def get_vector(dos: Dos, regs: Registers) -> None:
    regs.es, regs.bx = get(dos.memory, regs.al)
