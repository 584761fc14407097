"""Memory allocation, INT 21h/48h, 49h, 4Ah and 58h."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.arena import UPPER_FIRST, UPPER_ONLY, Fit, NoRoom
from int21.errors import DosError, ErrorCode
from int21.list_of_lists import ListOfLists
from int21.registers import Registers
from int21.table import int21

if TYPE_CHECKING:
    from int21.dos import Dos

_UPPER_MEMORY_BITS = UPPER_ONLY | UPPER_FIRST


@int21.service(0x48, name="allocate memory", takes="BX paragraphs", gives="AX segment, BX largest on error")
def allocate(dos: Dos, regs: Registers) -> None:
    try:
        regs.ax = dos.arena.allocate(regs.bx, dos.psp)
    except NoRoom as error:
        regs.bx = error.available
        raise


@int21.service(0x49, name="free memory", takes="ES segment")
def free(dos: Dos, regs: Registers) -> None:
    dos.arena.free(regs.es)
    regs.ax = (regs.es - 1) & 0xFFFF  # DOS leaves the MCB's segment (RBIL: AX destroyed)


@int21.service(0x4A, name="resize memory", takes="ES segment, BX paragraphs", gives="BX largest on error")
def resize(dos: Dos, regs: Registers) -> None:
    try:
        dos.arena.resize(regs.es, regs.bx)
    except NoRoom as error:
        regs.bx = error.available
        raise
    except DosError as error:
        # Other than 49h, DOS makes no difference between a bad segment and a broken chain here.
        raise DosError(ErrorCode.MCB_DESTROYED) from error
    regs.ax = regs.es  # what DOS leaves there


@int21.service(0x58, 0x00, name="get allocation strategy", gives="AX strategy")
def get_strategy(dos: Dos, regs: Registers) -> None:
    regs.ax = dos.arena.strategy


@int21.service(0x58, 0x01, name="set allocation strategy", takes="BX strategy")
def set_strategy(dos: Dos, regs: Registers) -> None:
    if regs.bx & ~_UPPER_MEMORY_BITS > Fit.LAST or regs.bx & _UPPER_MEMORY_BITS == _UPPER_MEMORY_BITS:
        raise DosError(ErrorCode.INVALID_FUNCTION)
    dos.arena.strategy = regs.bx


@int21.service(0x58, 0x02, name="get upper memory link", gives="AL 1: linked")
def get_link(dos: Dos, regs: Registers) -> None:
    regs.al = int(dos.arena.linked)


@int21.service(0x58, 0x03, name="set upper memory link", takes="BX 0 or 1")
def set_link(dos: Dos, regs: Registers) -> None:
    # Without DOS=UMB the function is invalid (MS-DOS Programmer's Reference, 5803h).
    if regs.bx > 1:
        raise DosError(ErrorCode.INVALID_FUNCTION)
    dos.arena.link(bool(regs.bx))
    ListOfLists(dos.memory).upper_linked = regs.bx


@int21.service(0x58, name="allocation strategy, unknown function", takes="AL function")
def strategy_otherwise(dos: Dos, regs: Registers) -> None:
    raise DosError(ErrorCode.INVALID_FUNCTION)
