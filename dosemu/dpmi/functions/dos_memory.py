"""INT 31h/0100h to 0102h: blocks of DOS memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.dpmi.errors import DpmiError
from dosemu.dpmi.functions.descriptors import refresh
from dosemu.dpmi.int31 import TABLE

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host
    from int21.registers import Registers


@TABLE.service(0x01, 0x00, name="allocate DOS memory", takes="BX paragraphs", gives="AX segment, DX selector")
def allocate(host: Host, regs: Registers) -> None:
    try:
        regs.ax, regs.dx = host.dos_memory.allocate(regs.bx)
    except DpmiError:
        regs.bx = host.dos_memory.largest_free
        raise


@TABLE.service(0x01, 0x01, name="free DOS memory", takes="DX selector")
def free(host: Host, regs: Registers) -> None:
    host.dos_memory.free(regs.dx)
    refresh(host, regs.dx)


@TABLE.service(0x01, 0x02, name="resize DOS memory", takes="BX paragraphs, DX selector")
def resize(host: Host, regs: Registers) -> None:
    try:
        host.dos_memory.resize(regs.dx, regs.bx)
    except DpmiError:
        regs.bx = host.dos_memory.largest_free
        raise
    refresh(host, regs.dx)
