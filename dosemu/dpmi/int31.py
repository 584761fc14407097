"""INT 31h: the table of its functions and the call of one.

The functions are in ``dosemu.dpmi.functions``, declared as ``handler(host, regs)``; one that fails raises
DpmiError.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from int21.service import Service, ServiceTable

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host
    from int21.registers import Registers

TABLE = ServiceTable(0x31, "DPMI")

_MODULES = ("descriptors", "dos_memory", "vectors", "real_mode", "memory", "pages", "shared", "miscellaneous")


def load() -> None:
    """Import the functions, which declare themselves."""
    for module in _MODULES:
        import_module(f"dosemu.dpmi.functions.{module}")


def call(host: Host, regs: Registers) -> Service | None:
    """The function that AX asks for: carry tells how it went."""
    service = TABLE.find(regs.ax)
    regs.cf = False
    try:
        if service is None:
            raise DpmiError(DpmiErrorCode.UNSUPPORTED)
        service.handler(host, regs)
    except DpmiError as error:
        regs.ax = error.code
        regs.cf = True
    except IndexError:  # a pointer that leads out of the RAM
        regs.ax = DpmiErrorCode.INVALID_ADDRESS
        regs.cf = True
    return service
