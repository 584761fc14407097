"""The ways by which a program ends itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.processes import ExitKind
from int21.registers import Registers
from int21.table import int20, int21, int22, int27

if TYPE_CHECKING:
    from int21.dos import Dos

_LEAST_RESIDENT = 6  # paragraphs that INT 21h/31h keeps at least (RBIL)


@int20.service(name="terminate program", takes="CS PSP")
def terminate(dos: Dos, regs: Registers) -> None:
    dos.processes.end(regs, 0, ExitKind.NORMAL, caller=regs.cs)


@int21.service(0x00, name="terminate program", takes="CS PSP")
def terminate_00(dos: Dos, regs: Registers) -> None:
    dos.processes.end(regs, 0, ExitKind.NORMAL, caller=regs.cs)


@int21.service(0x4C, name="end program", takes="AL exit code")
def end_program(dos: Dos, regs: Registers) -> None:
    dos.processes.end(regs, regs.al, ExitKind.NORMAL)


@int21.service(0x31, name="keep program", takes="AL exit code, DX paragraphs to keep")
def keep_program(dos: Dos, regs: Registers) -> None:
    dos.processes.end(regs, regs.al, ExitKind.RESIDENT, max(regs.dx, _LEAST_RESIDENT))


@int27.service(name="terminate and stay resident", takes="DX bytes to keep, CS PSP")
def stay_resident(dos: Dos, regs: Registers) -> None:
    dos.processes.end(regs, 0, ExitKind.RESIDENT, max((regs.dx + 15) >> 4, _LEAST_RESIDENT))


@int22.service(name="back in the shell")
def back_in_shell(dos: Dos, regs: Registers) -> None:
    # Where the first program returns to; reached by the CPU when the program did not end in a service.
    dos.exit_code = dos.data.return_code & 0xFF
    dos.terminated = True
