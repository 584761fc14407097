"""COMMAND.COM's ways into the machine: INT 2Eh, which runs a command line, and INT 2Fh/55h.

INT 2Fh/55h is the interface between COMMAND.COM's own parts (RBIL, INT 2Fh/AX=5500h). The one of this
machine is a small guest program that asks with it what to do next; what it is told is an INT 21h call.
The shell itself is handed in as ``dos.shell``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from int21.registers import Registers
from int21.table import int2e, int2f

if TYPE_CHECKING:
    from int21.dos import Dos

_FAILED = 0xFFFF
_LONGEST = 127

BEGIN = 0x5580
STEP = 0x5581
CTRL_C = 0x5582


class CommandShell(Protocol):
    """The command interpreter, for all its copies in memory."""

    def begin(self, regs: Registers) -> None:
        """A copy starts: ``regs`` become its first INT 21h call."""
        ...

    def step(self, regs: Registers) -> None:
        """The call came back: ``regs`` become the next one. May raise Wait."""
        ...

    def ctrl_c(self) -> bool:
        """INT 23h: whether the current program is the interpreter, which drops its command and goes on."""
        ...

    def execute(self, regs: Registers, line: bytes) -> bool:
        """Run a command line as a child of the current program, which goes on behind its INT; False: cannot."""
        ...


@int2e.service(name="execute command", takes="DS:SI counted command line", gives="AX 0, or FFFFh: failed")
def execute_command(dos: Dos, regs: Registers) -> None:
    address = regs.address("ds", regs.si)
    line = bytes(dos.memory.read(address + 1, min(dos.memory.u8(address), _LONGEST))).partition(b"\r")[0]
    if dos.shell is None or not dos.shell.execute(regs, line):
        regs.ax = _FAILED


@int2f.service(0x55, BEGIN & 0xFF, name="COMMAND.COM: begin", gives="an INT 21h call")
def begin(dos: Dos, regs: Registers) -> None:
    if dos.shell is not None:
        dos.shell.begin(regs)


@int2f.service(0x55, STEP & 0xFF, name="COMMAND.COM: next step", takes="the last call's answer", gives="the next call")
def step(dos: Dos, regs: Registers) -> None:
    if dos.shell is not None:
        dos.shell.step(regs)


@int2f.service(0x55, CTRL_C & 0xFF, name="COMMAND.COM: Ctrl-C", gives="CF clear: it was in COMMAND.COM")
def ctrl_c(dos: Dos, regs: Registers) -> None:
    regs.cf = dos.shell is None or not dos.shell.ctrl_c()
