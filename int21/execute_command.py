"""INT 2Eh: COMMAND.COM's back door, which runs a command line.

There is no resident COMMAND.COM: the command has to be a program. Its name is looked for as
COMMAND.COM does, in the current directory and then along PATH of the caller's environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from int21 import environment
from int21.command_tail import fcbs_of
from int21.errors import DosError, ErrorCode
from int21.exec_ import enter, load
from int21.registers import Registers
from int21.table import int2e

if TYPE_CHECKING:
    from int21.dos import Dos

_FAILED = 0xFFFF
_EXTENSIONS = (b".COM", b".EXE")
_BEFORE_ARGUMENTS = b" \t/,;=\r"


def split(line: bytes) -> tuple[bytes, bytes]:
    """A command line as program and tail.

    >>> split(b" link a.obj/map;\\r")
    (b'link', b' a.obj/map;')
    """
    line = line.partition(b"\r")[0].lstrip(b" \t")
    for index, code in enumerate(line):
        if code in _BEFORE_ARGUMENTS:
            return line[:index], line[index:]
    return line, b""


def _candidates(dos: Dos, program: bytes) -> Iterator[bytes]:
    extensions = (b"",) if b"." in program.rpartition(b"\\")[2] else _EXTENSIONS
    folders = [b""]
    if not any(separator in program for separator in (b"\\", b":")):
        for string in environment.read(dos.memory, dos.processes.current.environment):
            name, _, value = string.partition(b"=")
            if name.upper() == b"PATH":
                folders += [folder.rstrip(b"\\") + b"\\" for folder in value.split(b";") if folder]
    for folder in folders:
        for extension in extensions:
            yield folder + program + extension


@int2e.service(name="execute command", takes="DS:SI counted command line", gives="AX 0, or FFFFh: failed")
def execute_command(dos: Dos, regs: Registers) -> None:
    address = regs.address("ds", regs.si)
    program, tail = split(dos.memory.read(address + 1, min(dos.memory.u8(address), 127)))
    dos.processes.save_caller(regs)
    fcb1, fcb2 = fcbs_of(tail)
    for path in _candidates(dos, program):
        try:
            child = load(
                dos,
                path,
                strings_at=dos.processes.current.environment,
                tail=tail,
                fcb1=fcb1,
                fcb2=fcb2,
                return_to=(regs.cs, regs.ip),
            )
        except DosError as error:
            if error.code in (ErrorCode.FILE_NOT_FOUND, ErrorCode.PATH_NOT_FOUND):
                continue
            break
        enter(dos, regs, child)
        return
    regs.ax = _FAILED
