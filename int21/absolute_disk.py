"""Absolute disk read and write, INT 25h and 26h.

The drives are folders and have no sectors: every request fails as it does on a drive that the
driver does not know. Both return with the caller's flags still on the stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.registers import Registers
from int21.table import int25, int26, leaves_flags

if TYPE_CHECKING:
    from int21.dos import Dos

_INVALID_DRIVE = 0x0201  # AH: bad command, AL: unknown unit (RBIL table 02546)
_NOT_READY = 0x8002  # AH: time-out, AL: drive not ready


def _refuse(dos: Dos, regs: Registers) -> None:
    regs.ax = _NOT_READY if dos.drive_exists(regs.al + 1) else _INVALID_DRIVE
    regs.cf = True


@int25.service(name="absolute disk read", takes="AL drive, CX sectors, DX first, DS:BX buffer", gives="CF, AX error")
@leaves_flags
def absolute_read(dos: Dos, regs: Registers) -> None:
    _refuse(dos, regs)


@int26.service(name="absolute disk write", takes="AL drive, CX sectors, DX first, DS:BX data", gives="CF, AX error")
@leaves_flags
def absolute_write(dos: Dos, regs: Registers) -> None:
    _refuse(dos, regs)
