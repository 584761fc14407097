"""Programs in memory: the resident shell, the current program, and how one ends.

The first program's parent is a small resident shell: a PSP that is its own parent, with the master
environment. When a program returns to it, the machine stops.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from int21 import environment, frame, layout
from int21.errors import DosError
from int21.job_file_table import JobFileTable
from int21.psp import HANDLES, NO_HANDLE, PARAGRAPHS, Psp
from int21.registers import Registers
from int21.table import int21
from int21.view import linear

if TYPE_CHECKING:
    from int21.dos import Dos

_SHELL_STACK = 0x10  # paragraphs behind the shell's PSP
_SPARE_ENVIRONMENT = 0x100  # bytes free in the master environment, for programs that add to it
# Interrupts on. DOS loads F202h, which sets NT too; an extender that trusts NT to be clear would fault.
RUNNING_FLAGS = 0x0202


class ExitKind(IntEnum):
    """How a program ended: AH of INT 21h/4Dh."""

    NORMAL = 0
    CTRL_C = 1
    CRITICAL_ERROR = 2
    RESIDENT = 3


class OnEnd(Protocol):
    """A program has ended, or stays resident."""

    def __call__(self, psp: int, *, resident: bool) -> None: ...


class Processes:
    """The programs that DOS runs."""

    def __init__(self, dos: Dos) -> None:
        self._dos = dos
        self._memory = dos.memory
        self.on_end: OnEnd | None = None
        arena = dos.arena
        segment = arena.allocate(PARAGRAPHS + _SHELL_STACK, owner=0, name=b"COMMAND")
        arena.block(segment).owner = segment
        self.shell = Psp.create(dos.memory, segment, memory_top=segment + PARAGRAPHS + _SHELL_STACK, parent=segment)
        self._write_environment(dos.settings.environment_strings())
        stack = (segment, (PARAGRAPHS + _SHELL_STACK << 4) - frame.SIZE)
        target = dos.settings.terminate_address
        frame.write(dos.memory, stack, cs=target[0], ip=target[1], flags=RUNNING_FLAGS, ds=segment, es=segment)
        self.shell.stack = stack
        self.shell.vector_22 = target
        dos.psp = segment
        dos.dta = (segment, 0x80)

    def _write_environment(self, strings: list[bytes]) -> None:
        """Give the shell a new environment block. Raises INSUFFICIENT_MEMORY."""
        block = environment.build(strings, b"")
        paragraphs = (len(block) + _SPARE_ENVIRONMENT + 15) >> 4
        segment = self._dos.arena.allocate(paragraphs, owner=self.shell.segment)
        self._memory.fill(segment << 4, paragraphs << 4, 0)
        self._memory.write(segment << 4, block)
        self.shell.environment = segment

    @property
    def current(self) -> Psp:
        """The PSP of the current program."""
        return Psp.at(self._memory, self._dos.psp)

    def save_caller(self, regs: Registers) -> None:
        """Keep the caller's registers on its stack and SS:SP in its PSP, as DOS does at its entry."""
        memory = self._memory
        ss, sp = frame.push(memory, regs)
        # On the way of every call, so without a view: PSP:2Eh of the program that SDA:10h names.
        memory.set_u32((memory.u16(layout.CURRENT_PSP) << 4) + 0x2E, ss << 16 | sp)

    def end(
        self, regs: Registers, code: int, kind: ExitKind, keep: int | None = None, caller: int | None = None
    ) -> None:
        """End the current program: ``regs`` become those of its parent, which goes on at the INT 22h address.

        ``keep`` is the number of paragraphs that stay resident; None frees everything. ``caller`` is the PSP in
        CS where the function takes it from there: its vectors count, and when it is not the current
        program's, as under a debugger, nothing is freed and the current program goes on.
        """
        dos = self._dos
        psp = self.current
        ended = psp if caller is None else Psp.at(self._memory, caller)
        if caller is not None and caller != psp.segment and self._is_psp(ended):
            stack = psp.stack
            if linear(*stack) + frame.SIZE <= len(self._memory):
                values = frame.read(self._memory, stack)
                values["cs"], values["ip"] = ended.vector_22
                values["flags"] = RUNNING_FLAGS
                ended.restore_vectors()
                dos.data.return_code = (kind << 8) | (code & 0xFF)
                frame.restore(regs, stack, values)
                return
        parent = Psp.at(self._memory, psp.parent)
        if not self._is_psp(parent):
            parent = self.shell
        stack = parent.stack
        if linear(*stack) + frame.SIZE > len(self._memory):
            parent, stack = self.shell, self.shell.stack
        values = frame.read(self._memory, stack)
        values["cs"], values["ip"] = psp.vector_22
        values["flags"] = RUNNING_FLAGS
        psp.restore_vectors()
        if self.on_end is not None:
            self.on_end(psp.segment, resident=keep is not None)
        if parent.segment != psp.segment:
            self._release(psp, keep)
        dos.data.return_code = (kind << 8) | (code & 0xFF)
        dos.data.in_dos = 0
        dos.data.critical_error = 0
        dos.line_inputs.clear()
        dos.waiting = dos.flushed = False
        dos.psp = parent.segment
        dos.dta = (parent.segment, 0x80)
        # A debugger puts its own address into the vector: then it goes on, whoever the parent is.
        if parent.segment == self.shell.segment and psp.vector_22 == dos.settings.terminate_address:
            dos.exit_code = code & 0xFF
            dos.exit_kind = kind
            dos.terminated = True
        frame.restore(regs, stack, values)

    def _release(self, psp: Psp, keep: int | None) -> None:
        dos = self._dos
        try:
            if keep is not None:
                dos.arena.resize(psp.segment, keep)
                return
            dos.long_searches.close_all(psp.segment)
            dos.files.close_all(psp.segment)
            dos.mouse.drop_handlers(psp.segment << 4, psp.memory_top << 4)
            dos.arena.free_all(psp.segment)
        except DosError:
            # A broken chain of memory blocks, or a resident part larger than its block: the program
            # ends all the same. DOS halts the machine at its next allocation instead.
            return

    def _is_psp(self, psp: Psp) -> bool:
        return psp.base + Psp.SIZE <= len(self._memory) and psp.terminate == 0x20CD


@int21.service(0x26, name="create new PSP", takes="DX segment")
def create_psp(dos: Dos, regs: Registers) -> None:
    # DOS takes the segment to copy from the caller's CS (RBIL, INT 21h/26h).
    source = Psp.at(dos.memory, regs.cs)
    if source.terminate != 0x20CD:
        source = dos.processes.current
    handles = JobFileTable(dos, source.segment).raw()[:HANDLES]
    new = _copy_psp(dos, source, regs.dx, source.memory_top)
    new.job_file_table = handles.ljust(HANDLES, bytes([NO_HANDLE]))


@int21.service(0x55, name="create child PSP", takes="DX segment, SI memory top")
def create_child_psp(dos: Dos, regs: Registers) -> None:
    parent = dos.psp
    child = _copy_psp(dos, dos.processes.current, regs.dx, regs.si)
    child.parent = parent
    child.job_file_table = bytes([NO_HANDLE]) * HANDLES
    dos.files.inherit(parent, child.segment)
    dos.psp = child.segment
    regs.al = 0xF0  # what DOS leaves there (RBIL: "AL destroyed")


def _copy_psp(dos: Dos, source: Psp, segment: int, memory_top: int) -> Psp:
    new = Psp.at(dos.memory, segment)
    dos.memory.write(new.base, source.raw())
    new.set_up(memory_top)
    return new


@int21.service(0x50, name="set current PSP", takes="BX segment")
def set_psp(dos: Dos, regs: Registers) -> None:
    dos.psp = regs.bx


@int21.service(0x51, name="get current PSP", gives="BX segment")
def get_psp(dos: Dos, regs: Registers) -> None:
    regs.bx = dos.psp


@int21.service(0x62, name="get current PSP", gives="BX segment")
def get_current_psp(dos: Dos, regs: Registers) -> None:
    regs.bx = dos.psp


@int21.service(0x4D, name="get return code", gives="AL exit code, AH how the child ended")
def get_return_code(dos: Dos, regs: Registers) -> None:
    regs.ax = dos.data.return_code
    dos.data.return_code = 0
    regs.cf = False  # programs test it (the function itself cannot fail)
