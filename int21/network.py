"""Network and server functions without a network: INT 21h/5Dh (rest), 5Eh and 5Fh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.errors import DosError, ErrorCode
from int21.registers import Registers
from int21.table import int21

if TYPE_CHECKING:
    from int21.dos import Dos


@int21.service(0x5D, name="server function", takes="AL function")
@int21.service(0x5E, name="network machine and printer", takes="AL function")
@int21.service(0x5F, name="network redirection", takes="AL function")
def no_network(dos: Dos, regs: Registers) -> None:
    raise DosError(ErrorCode.INVALID_FUNCTION)
