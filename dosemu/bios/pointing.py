"""INT 15h/C2h: the pointing device, and what the BIOS does with its packets at IRQ 12.

IBM PS/2 BIOS Interface Technical Reference; RBIL, INT 15h/C2h. The device's handler is called with a far call and four
words on the stack, which stay there: status, X, Y and Z (0) as the mouse sent them.

>>> from hw.clock import Clock
>>> from hw.memory import Memory
>>> from dosemu.bios.bios import make_bios
>>> bios = make_bios(Memory(0x200000), Clock())
>>> bios.pointing.initialise(3); bios.keyboard.mouse.reporting
False
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hw.ps2_mouse import RATES
from int21.registers import Registers
from int21.service import CallGuest, ServiceTable

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TABLE = ServiceTable(0x15, "system services")

_DATA, _STATUS = 0x60, 0x64
_BYTE_OF_MOUSE = 0x21  # status: output buffer full, from the mouse
_MOUSE_IRQ_ENABLE = 0x02
_ENABLE, _DISABLE, _SET_RATE, _SET_RESOLUTION = 0xF4, 0xF5, 0xF3, 0xE8
_SCALING = {1: 0xE6, 2: 0xE7}
_INVALID_FUNCTION, _INVALID_INPUT, _NO_HANDLER = 1, 2, 5
_SELF_TEST_PASSED = 0xAA


class PointingDevice:
    """The BIOS's part: the size of a package, the program's handler, the bytes of the package so far."""

    def __init__(self, bios: Bios) -> None:
        self._bios = bios
        self.size = 3
        self.handler: tuple[int, int] | None = None
        self.bytes = bytearray()

    def initialise(self, size: int) -> None:
        """Packages of so many bytes; the mouse is reset and does not report."""
        self.size = size
        self.bytes.clear()
        self.send(0xFF)

    def send(self, *values: int) -> None:
        """Commands to the mouse, whose answers nobody waits for."""
        controller = self._bios.keyboard
        controller.command_byte |= _MOUSE_IRQ_ENABLE
        for value in values:
            controller.mouse.command(value)
            while controller.mouse.waiting:
                controller.mouse.take()

    def interrupt(self) -> None:
        """IRQ 12: take the byte of the mouse; raises CallGuest when that makes a package for the handler."""
        ports = self._bios.ports
        if ports.read(_STATUS) & _BYTE_OF_MOUSE != _BYTE_OF_MOUSE:
            return
        byte = ports.read(_DATA)
        if self.handler is None:
            return
        self.bytes.append(byte)
        if len(self.bytes) < self.size:
            return
        status, x, y = (*self.bytes, 0, 0)[:3]
        self.bytes.clear()
        write = self._bios.write_guest

        def setup(regs: Registers) -> None:
            for word in (status, x, y, 0):
                regs.sp = (regs.sp - 2) & 0xFFFF
                write((regs.ss << 4) + regs.sp, word.to_bytes(2, "little"))
            regs.interrupts = True

        raise CallGuest(lambda regs, left: None, far=self.handler, setup=setup)


def _succeed(regs: Registers) -> None:
    regs.ah = 0
    regs.cf = False


def _fail(regs: Registers, code: int) -> None:
    regs.ah = code
    regs.cf = True


@TABLE.service(0xC2, 0x00, name="pointing device: enable or disable", takes="BH 0 off, 1 on")
def enable(bios: Bios, regs: Registers) -> None:
    if regs.bh > 1:
        _fail(regs, _INVALID_INPUT)
    elif bios.pointing.handler is None:
        _fail(regs, _NO_HANDLER)
    else:
        bios.pointing.bytes.clear()
        bios.pointing.send(_ENABLE if regs.bh else _DISABLE)
        _succeed(regs)


@TABLE.service(0xC2, 0x01, name="pointing device: reset", gives="BH 00h identity, BL AAh")
def reset(bios: Bios, regs: Registers) -> None:
    bios.pointing.initialise(bios.pointing.size)
    regs.bx = _SELF_TEST_PASSED
    _succeed(regs)


@TABLE.service(0xC2, 0x02, name="pointing device: sample rate", takes="BH 0 to 6: 10 to 200 a second")
def sample_rate(bios: Bios, regs: Registers) -> None:
    if regs.bh >= len(RATES):
        _fail(regs, _INVALID_INPUT)
        return
    bios.pointing.send(_SET_RATE, RATES[regs.bh])
    _succeed(regs)


@TABLE.service(0xC2, 0x03, name="pointing device: resolution", takes="BH 0 to 3: 1, 2, 4, 8 counts a millimetre")
def resolution(bios: Bios, regs: Registers) -> None:
    if regs.bh > 3:
        _fail(regs, _INVALID_INPUT)
        return
    bios.pointing.send(_SET_RESOLUTION, regs.bh)
    _succeed(regs)


@TABLE.service(0xC2, 0x04, name="pointing device: identity", gives="BH 00h")
def identity(bios: Bios, regs: Registers) -> None:
    regs.bh = 0
    _succeed(regs)


@TABLE.service(0xC2, 0x05, name="pointing device: initialise", takes="BH bytes of a package, 1 to 8")
def initialise(bios: Bios, regs: Registers) -> None:
    if not 1 <= regs.bh <= 8:
        _fail(regs, _INVALID_INPUT)
        return
    bios.pointing.initialise(regs.bh)
    _succeed(regs)


@TABLE.service(
    0xC2,
    0x06,
    name="pointing device: status, scaling",
    takes="BH 0 status, 1 scaling 1:1, 2 2:1",
    gives="BL status, CL resolution, DL rate",
)
def status(bios: Bios, regs: Registers) -> None:
    if regs.bh > 2:
        _fail(regs, _INVALID_INPUT)
        return
    if regs.bh:
        bios.pointing.send(_SCALING[regs.bh])
    else:
        regs.bl, regs.cl, regs.dl = bios.keyboard.mouse.status()
    _succeed(regs)


@TABLE.service(0xC2, 0x07, name="pointing device: set handler", takes="ES:BX handler, 0000:0000 none")
def set_handler(bios: Bios, regs: Registers) -> None:
    bios.pointing.handler = (regs.es, regs.bx) if regs.es or regs.bx else None
    bios.pointing.bytes.clear()
    _succeed(regs)


@TABLE.service(0xC2, name="pointing device: other functions")
def other(bios: Bios, regs: Registers) -> None:
    _fail(regs, _INVALID_FUNCTION)
