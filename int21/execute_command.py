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
CRITICAL = 0x5583
CRITICAL_KEY = 0x5584


class CommandShell(Protocol):
    """The command interpreter, for all its copies in memory."""

    interpreter: bytes
    """The full path of its program."""

    def begin(self, regs: Registers) -> None:
        """A copy starts: ``regs`` become its first call, an INT 2Fh with carry set, else an INT 21h."""
        ...

    def step(self, regs: Registers) -> None:
        """The call came back: ``regs`` become the next one. May raise Wait."""
        ...

    def critical(self, regs: Registers, key: int | None) -> int | None:
        """INT 24h, its AX in BX and its DI in CX: the answer; None: show the text and read a ``key``."""
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


@int2f.service(0x55, BEGIN & 0xFF, name="COMMAND.COM: begin", gives="an INT 21h call, CF: INT 2Fh")
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


@int2f.service(0x55, CRITICAL & 0xFF, name="COMMAND.COM: critical error", takes="BX, CX as AX, DI of INT 24h",
               gives="CF: AL answer")  # fmt: skip
def critical(dos: Dos, regs: Registers) -> None:
    _answer(regs, 3 if dos.shell is None else dos.shell.critical(regs, None))


@int2f.service(0x55, CRITICAL_KEY & 0xFF, name="COMMAND.COM: key for a critical error", takes="DL key", gives="CF: AL")
def critical_key(dos: Dos, regs: Registers) -> None:
    _answer(regs, 3 if dos.shell is None else dos.shell.critical(regs, regs.dl))


def _answer(regs: Registers, answer: int | None) -> None:
    regs.cf = answer is not None
    if answer is not None:
        regs.al = answer


def stand_in(dos: Dos, path: bytes) -> bytes | None:
    """The shell's own program for a COMMAND.COM that is looked for where there is none."""
    last = path.replace(b"/", b"\\").rpartition(b"\\")[2].rpartition(b":")[2]
    return dos.shell.interpreter if dos.shell is not None and last.upper() == b"COMMAND.COM" else None
