"""INT 28h (idle) and INT 29h (fast console output) as DOS itself handles them, and INT 2Ah."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.registers import Registers
from int21.table import int2a, int28, int29

if TYPE_CHECKING:
    from int21.dos import Dos


@int28.service(name="idle")
def idle(dos: Dos, regs: Registers) -> None:
    dos.rest()


@int29.service(name="fast console output", takes="AL character")
def fast_output(dos: Dos, regs: Registers) -> None:
    dos.console.write(bytes((regs.al,)))


@int2a.service(0x00, name="network installation check", gives="AH 0: none")
def network_check(dos: Dos, regs: Registers) -> None:
    regs.ah = 0


@int2a.service(name="network critical section")
def network_other(dos: Dos, regs: Registers) -> None:
    return  # without a network the vector is an IRET (RBIL, INT 2Ah)
