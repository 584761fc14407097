"""The multiplex interrupt, INT 2Fh: what is installed, and DOS's internal functions.

Answers as RBIL gives them for each function; most say "not installed", which is AL = 0 or registers
left as they are. What the machine adds (XMS, DPMI, MSCDEX) declares its own functions in this table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.ansi import AnsiConsole
from int21.errors import ErrorCode
from int21.ioctl import display_information
from int21.registers import Registers
from int21.table import int2f

if TYPE_CHECKING:
    from int21.dos import Dos

_NOT_INSTALLED_MAY_INSTALL = 0x00
_INSTALLED = 0xFF
_SET_DISPLAY, _GET_DISPLAY = 0x5F, 0x7F


@int2f.service(0x01, 0x00, name="PRINT installed?", gives="AL 0: no")
@int2f.service(0x05, 0x00, name="critical error messages installed?", gives="AL 0: no")
@int2f.service(0x06, 0x00, name="ASSIGN installed?", gives="AL 0: no")
@int2f.service(0x08, 0x00, name="DRIVER.SYS installed?", gives="AL 0: no")
@int2f.service(0x11, 0x00, name="network redirector installed?", gives="AL 0: no")
@int2f.service(0x16, 0x00, name="Windows running?", gives="AL 0: no")
@int2f.service(0x19, 0x00, name="SHELL installed?", gives="AL 0: no")
@int2f.service(0xAE, 0x00, name="installable command?", gives="AL 0: no")
@int2f.service(0xB8, 0x00, name="network installed?", gives="AL 0: no")
def not_installed(dos: Dos, regs: Registers) -> None:
    regs.al = _NOT_INSTALLED_MAY_INSTALL


@int2f.service(0x10, 0x00, name="SHARE installed?", gives="AL FFh: yes")
def share_installed(dos: Dos, regs: Registers) -> None:
    regs.al = _INSTALLED


@int2f.service(0x1A, 0x00, name="ANSI.SYS installed?", gives="AL FFh: yes")
def ansi_installed(dos: Dos, regs: Registers) -> None:
    regs.al = _INSTALLED if isinstance(dos.console, AnsiConsole) else _NOT_INSTALLED_MAY_INSTALL


@int2f.service(0x1A, 0x01, name="ANSI.SYS display", takes="CL 7Fh get, 5Fh set, DS:DX block", gives="CF, AX error")
def ansi_display(dos: Dos, regs: Registers) -> None:
    if not isinstance(dos.console, AnsiConsole):
        return
    regs.cf = regs.cl not in (_GET_DISPLAY, _SET_DISPLAY)
    if regs.cf:
        regs.ax = ErrorCode.INVALID_FUNCTION
    elif regs.cl == _GET_DISPLAY:
        dos.memory.write(regs.address("ds", regs.dx), display_information(dos.console))


@int2f.service(0x1A, 0x02, name="ANSI.SYS switches", takes="DS:DX 0 set, 1 get, then what", gives="byte 2: 0 no /L")
def ansi_switches(dos: Dos, regs: Registers) -> None:
    if not isinstance(dos.console, AnsiConsole):
        return
    block = regs.address("ds", regs.dx)
    if dos.memory.u8(block) == 1:
        dos.memory.set_u8(block + 2, 0)  # the number of lines may change
    regs.cf = False


@int2f.service(0x16, name="Windows function", gives="registers as they were: no Windows")
def no_windows(dos: Dos, regs: Registers) -> None:
    return


@int2f.service(0x16, 0x89, name="idle", gives="AL 0: done")
@int2f.service(0x16, 0x80, name="release time slice", gives="AL 0: done")
def release_time_slice(dos: Dos, regs: Registers) -> None:
    dos.rest()
    regs.al = 0


@int2f.service(0x16, 0x87, name="get DPMI entry", gives="AX 0, BX 1, CL CPU, DX version, SI 0, ES:DI entry")
def dpmi_entry(dos: Dos, regs: Registers) -> None:
    if dos.dpmi is not None:
        regs.ax = 0
        regs.bx = 1  # 32-bit programs too
        regs.cl, regs.es, regs.di = dos.dpmi
        regs.dx = 0x005A
        regs.si = 0  # the host needs no memory of the program
