"""Calling a service: what DOS does around every function.

The rules, for the authors of services:

* a service that fails raises ``DosError``: carry is set, AX is the code, INT 21h/59h will tell it; a critical
  error goes to the program's INT 24h handler before;
* functions 38h and up that report by carry find it clear, so that returning is success; a function that
  leaves the flags alone (``_KEEPS_FLAGS``) finds the caller's carry;
* SS:SP of the caller is kept in its PSP before the service runs, its registers below it on its stack;
* a pointer that leads out of the RAM ends the service with ACCESS_DENIED, whatever it had done by then;
* ``Restart``, raised in the continuation of a ``CallGuest``, calls the service again from its beginning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from int21 import critical_error
from int21.error_map import in_ax
from int21.errors import DosError, ErrorCode
from int21.registers import Registers
from int21.service import CallGuest, Restart, Service, ServiceTable, Wait

if TYPE_CHECKING:
    from int21.dos import Dos

_DOS = 0x21
_FIRST_WITH_CARRY = 0x2F  # unknown functions below return AL = 0
_FIRST_CLEARING_CARRY = 0x38
_LAST_FUNCTION = 0x6C
_LONG_NAMES = frozenset({0x71, 0x73})
_FREE_SPACE = 0x36  # reports by AX alone
_PARAMETER_BLOCK = 0x32  # by AL
_KEEPS_FLAGS = frozenset({0x50, 0x51, 0x52, 0x54, 0x61, 0x62, 0x6B})
# DOS runs these on no stack of its own (DOS 2 to 6: 33h too), so the caller's SS:SP is not kept.
_KEEPS_STACK = frozenset({0x33, 0x50, 0x51, 0x62, 0x64})
# Asked for in tight loops; none of them can end in another program that needs the caller's frame.
_POLLED = frozenset({0x02, 0x06, 0x0B, 0x2C})
_LAST_CONSOLE_FUNCTION = 0x0C
_NOT_BREAKABLE = _KEEPS_STACK | {0x59}


def call(dos: Dos, table: ServiceTable, regs: Registers) -> Service | None:
    """Run the service of ``table`` that the registers ask for; returns it, or None when there is none.

    Raises Wait and CallGuest, for the machine, and nothing else.
    """
    ax = regs.ax
    dos.files.table.direct.stop_characters()
    service = table.find(ax)
    if table.vector != _DOS:
        if service is None:
            return None
        _run(dos, service, regs, _handle)
        return service
    function = ax >> 8
    if service is None or (function in _LONG_NAMES and not dos.settings.long_names):
        _unknown(dos, regs, function)
        return None
    _run(dos, service, regs, _step, function)
    return service


def _step(dos: Dos, service: Service, regs: Registers, function: int) -> None:
    """A function of INT 21h with what DOS does at its entry."""
    if function not in _POLLED:
        if function not in _KEEPS_STACK and function <= _LAST_FUNCTION:
            dos.processes.save_caller(regs)
        if function > _LAST_CONSOLE_FUNCTION and function not in _NOT_BREAKABLE and dos.data.break_checks:
            dos.break_key.check_ctrl_c()
    if function >= _FIRST_CLEARING_CARRY and function not in _KEEPS_FLAGS:
        regs.cf = False
    service.handler(dos, regs)


def _handle(dos: Dos, service: Service, regs: Registers) -> None:
    service.handler(dos, regs)


def _run(dos: Dos, service: Service, regs: Registers, step: Callable[..., None], *more: Any) -> None:
    """Take a step of a service, ``step(dos, service, regs, *more)``, and do what its exceptions ask for."""
    try:
        step(dos, service, regs, *more)
    except DosError as error:
        if error.critical:
            _run(dos, service, regs, _critical, error)
            return
        _fail(dos, service, regs, error)
    except IndexError:
        # Memory raises it: the guest's pointer leads behind the RAM. A PC reads FFh there and drops writes.
        _fail(dos, service, regs, DosError(ErrorCode.ACCESS_DENIED, "pointer outside the memory"))
    except Wait:
        if not dos.waiting:
            dos.waiting = True
            dos.data.in_dos = 1
        raise
    except CallGuest as guest:
        raise CallGuest(
            _continuation(dos, service, guest), vector=guest.vector, far=guest.far, setup=guest.setup
        ) from None
    except Restart:
        _run(dos, service, regs, _handle)
        return
    if dos.waiting:
        dos.waiting = False
        dos.data.in_dos = 0


def _continuation(dos: Dos, service: Service, guest: CallGuest) -> Callable[[Registers, dict[str, int]], None]:
    def then(regs: Registers, left: dict[str, int]) -> None:
        _run(dos, service, regs, _go_on, guest, left)

    return then


def _critical(dos: Dos, service: Service, regs: Registers, error: DosError) -> None:
    if service.vector == _DOS and service.function is not None:
        critical_error.ask(dos, regs, service.function, error)
    raise DosError(error.code, critical=False) from error


def _go_on(dos: Dos, service: Service, regs: Registers, guest: CallGuest, left: dict[str, int]) -> None:
    guest.then(regs, left)


def _fail(dos: Dos, service: Service | None, regs: Registers, error: DosError) -> None:
    if service is not None and service.vector != _DOS:
        service = None
    dos.errors.remember(error, service)
    function = service.function if service is not None else None
    if function is not None and (function < _FIRST_WITH_CARRY or function == _PARAMETER_BLOCK):
        regs.al = 0xFF
    elif function == _FREE_SPACE:
        regs.ax = 0xFFFF
    else:
        regs.ax = in_ax(function, error.code)
        regs.cf = True


def _unknown(dos: Dos, regs: Registers, function: int) -> None:
    if function < _FIRST_WITH_CARRY or (function > _LAST_FUNCTION and function not in _LONG_NAMES):
        regs.al = 0  # and nothing else, the flags neither
    elif function in _LONG_NAMES:
        # Long names and FAT32: DOS without them leaves AL 0 (RBIL, INT 21h/7100h), by which programs know.
        regs.ax = function << 8
        regs.cf = True
    else:
        _fail(dos, None, regs, DosError(ErrorCode.INVALID_FUNCTION))
