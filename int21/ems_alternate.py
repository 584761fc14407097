"""Expanded memory, INT 67h/5Bh and 5Ch: alternate map register sets.

Lotus, Intel, Microsoft, "Expanded Memory Specification, version 4.0", functions 28 and 29. Set 0 is always there: its
maps are kept in the operating system's memory, in the area that 5B01h names. The others keep their maps themselves,
so that changing between them is one call. There are no registers for DMA.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.ems import Ems, EmsError, Status
from int21.ems_functions import MAP_SIZE, function, packed, unpacked
from int21.registers import Registers
from int21.view import linear

if TYPE_CHECKING:
    from int21.dos import Dos

_NOWHERE = (0, 0)


@function(0x5B, 0x00, name="get alternate map registers", gives="BL set; if 0: ES:DI save area, which is filled")
def get_set(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.system.check()
    regs.bl = ems.alternate.active
    if ems.alternate.active:
        return
    regs.es, regs.di = ems.system.save_area
    if ems.system.save_area != _NOWHERE:
        dos.memory.write(linear(*ems.system.save_area), packed(ems.shown))


@function(0x5B, 0x01, name="set alternate map registers", takes="BL set; if 0: ES:DI save area, which is shown")
def set_set(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.system.check()
    if regs.bl:
        ems.restore(ems.alternate.change_to(regs.bl, ems.shown))
        return
    # Read first: a map that nobody made leaves all as it is.
    area = (regs.es, regs.di)
    shown = None if area == _NOWHERE else unpacked(dos.memory.read(regs.address("es", regs.di), MAP_SIZE))
    kept = ems.alternate.change_to(0, ems.shown)
    ems.restore(kept if shown is None else shown)
    ems.system.save_area = area


@function(0x5B, 0x02, name="get size of save area", gives="DX bytes")
def save_area_size(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.system.check()
    regs.dx = MAP_SIZE


@function(0x5B, 0x03, name="allocate alternate map registers", gives="BL set, which has the present map")
def allocate_set(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.system.check()
    regs.bl = ems.alternate.allocate(ems.shown)


@function(0x5B, 0x04, name="release alternate map registers", takes="BL set")
def release_set(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.system.check()
    if regs.bl:
        ems.alternate.release(regs.bl)


@function(0x5B, 0x05, name="allocate DMA registers", gives="BL 0: there are none")
def allocate_dma(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.system.check()
    regs.bl = 0


@function(0x5B, 0x06, name="enable DMA", takes="BL 0, DL channel")
@function(0x5B, 0x07, name="disable DMA", takes="BL 0")
@function(0x5B, 0x08, name="release DMA registers", takes="BL 0")
def change_dma(dos: Dos, ems: Ems, regs: Registers) -> None:
    ems.system.check()
    if regs.bl:
        raise EmsError(Status.NO_ALTERNATE_SETS)


@function(0x5C, name="prepare for a warm boot")
def prepare_for_boot(dos: Dos, ems: Ems, regs: Registers) -> None:
    """What starts afterwards finds set 0 in use, and no others."""
    ems.restore(ems.alternate.change_to(0, ems.shown))
    ems.alternate.sets.clear()
