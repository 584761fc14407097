"""Network and server functions without a network: INT 21h/5Dh (rest), 5Eh and 5Fh.

What DOS and SHARE themselves answer stands here (RBIL, INT 21h/5D00h to 5F08h, table 01686 for the list of
registers); what they would ask of a redirector fails as it does when none is installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.errors import DosError, ErrorCode
from int21.registers import Registers
from int21.table import int21
from int21.view import View, u16

if TYPE_CHECKING:
    from int21.dos import Dos

_NAME_SIZE = 15
_LAST_CONSOLE_FUNCTION = 0x0C
_SERVER = 0x5D
_LAST_FUNCTION = 0x6C


class ServerCall(View):
    """The registers of a function that a server asks for; ``machine`` and ``process`` are who it asks for."""

    SIZE = 22

    ax = u16(0)
    bx = u16(2)
    cx = u16(4)
    dx = u16(6)
    si = u16(8)
    di = u16(10)
    ds = u16(12)
    es = u16(14)
    machine = u16(18)
    process = u16(20)


def _call_block(dos: Dos, regs: Registers) -> ServerCall:
    return ServerCall(dos.memory, regs.address("ds", regs.dx))


@int21.service(0x5D, name="server function", takes="AL function")
@int21.service(0x5E, name="network machine and printer", takes="AL function")
@int21.service(0x5F, name="network redirection", takes="AL function")
def no_network(dos: Dos, regs: Registers) -> None:
    raise DosError(ErrorCode.INVALID_FUNCTION)


@int21.service(0x5D, 0x00, name="server function call", takes="DS:DX registers and who asks", gives="as the function")
def server_call(dos: Dos, regs: Registers) -> None:
    block = _call_block(dos, regs)
    function, machine = block.ax >> 8, block.machine
    service = int21.find(block.ax)
    # What waits for keys would be asked again with the registers changed; a server never asks for it.
    if service is None or not _LAST_CONSOLE_FUNCTION < function <= _LAST_FUNCTION or function == _SERVER:
        raise DosError(ErrorCode.INVALID_FUNCTION)
    table = dos.files.table
    before = set(table.opened())
    values = (block.bx, block.cx, block.dx, block.si, block.di, block.es, block.ds)
    regs.ax = block.ax
    regs.bx, regs.cx, regs.dx, regs.si, regs.di, regs.es, regs.ds = values
    service.handler(dos, regs)
    for index in set(table.opened()) - before:
        table.entry(index).machine = machine


@int21.service(0x5D, 0x01, name="commit all files")
def commit_all(dos: Dos, regs: Registers) -> None:
    for index in dos.files.table.opened():
        dos.files.table.commit(index)


@int21.service(0x5D, 0x02, name="close file by name", takes="DS:DX registers, of which DS:DX is the path")
def close_by_name(dos: Dos, regs: Registers) -> None:
    block = _call_block(dos, regs)
    place = dos.drives.resolve(bytes(dos.memory.asciiz((block.ds << 4) + block.dx, 128)))
    identity = None if place.device is not None else place.drive.identity(place.path)
    if identity is None:
        raise DosError(ErrorCode.FILE_NOT_FOUND)
    table = dos.files.table
    for index in table.opened():
        file = table.file(index)
        if file is not None and file.identity == identity:
            table.close_entry(index)


@int21.service(0x5D, 0x03, name="close all files of a machine", takes="DS:DX registers and the machine")
@int21.service(0x5D, 0x04, name="close all files of a process", takes="DS:DX registers, machine and process")
def close_of_machine(dos: Dos, regs: Registers) -> None:
    block, table = _call_block(dos, regs), dos.files.table
    for index in table.opened():
        entry = table.entry(index)
        if table.file(index) is None or entry.machine != block.machine:
            continue
        if regs.al == 0x03 or entry.psp == block.process:
            table.close_entry(index)


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
    dos.drives.enable(regs.dl)


@int21.service(0x5F, 0x08, name="disable drive", takes="DL drive (0 is A:)")
def disable_drive(dos: Dos, regs: Registers) -> None:
    dos.drives.disable(regs.dl)
