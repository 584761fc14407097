"""Network and server functions without a network: INT 21h/5Dh (rest), 5Eh and 5Fh.

What DOS itself answers stands here (RBIL, INT 21h/5D00h to 5F08h); what it would ask of a redirector fails as
it does when none is installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.errors import DosError, ErrorCode
from int21.registers import Registers
from int21.table import int21

if TYPE_CHECKING:
    from int21.dos import Dos

_NAME_SIZE = 15


@int21.service(0x5D, name="server function", takes="AL function")
@int21.service(0x5E, name="network machine and printer", takes="AL function")
@int21.service(0x5F, name="network redirection", takes="AL function")
def no_network(dos: Dos, regs: Registers) -> None:
    raise DosError(ErrorCode.INVALID_FUNCTION)


@int21.service(0x5D, 0x01, name="commit all files")
def commit_all(dos: Dos, regs: Registers) -> None:
    return  # all that was written is with the host already


@int21.service(0x5D, 0x05, name="get open file list", takes="DS:DX list", gives="error 12h: no more")
@int21.service(0x5F, 0x02, name="get redirection list entry", takes="BX index", gives="error 12h: no more")
@int21.service(0x5F, 0x05, name="get extended redirection list entry", takes="BX index", gives="error 12h: no more")
def empty_list(dos: Dos, regs: Registers) -> None:
    raise DosError(ErrorCode.NO_MORE_FILES)


@int21.service(0x5E, 0x00, name="get machine name", takes="DS:DX 16 bytes", gives="CH 0: no name, CL number")
def get_machine_name(dos: Dos, regs: Registers) -> None:
    name, number = dos.machine_name
    dos.memory.write(regs.address("ds", regs.dx), name + b"\0")
    regs.cx = number


@int21.service(0x5E, 0x01, name="set machine name", takes="DS:DX name, CH 0: forget it, CL number")
def set_machine_name(dos: Dos, regs: Registers) -> None:
    name = bytes(dos.memory.asciiz(regs.address("ds", regs.dx), _NAME_SIZE))
    dos.machine_name = (name.ljust(_NAME_SIZE), regs.cx)


@int21.service(0x5F, 0x07, name="enable drive", takes="DL drive (0 is A:)")
def enable_drive(dos: Dos, regs: Registers) -> None:
    dos.drives.at(regs.dl)
