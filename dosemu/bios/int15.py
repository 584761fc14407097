"""INT 15h, system services: A20, waits, block moves, memory sizes, the configuration table.

IBM PS/2 BIOS Interface Technical Reference, "Interrupt 15h"; Ralf Brown's Interrupt List, INT 15h.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dosemu.bios import pointing
from dosemu.bios.rom import CONFIGURATION, SEGMENT
from hw.clock import US
from hw.joystick import AXES, MAX_OHMS
from hw.rtc import PIE, REGISTER_A, REGISTER_B
from int21.registers import Registers
from int21.service import ServiceTable, Wait

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TABLE = ServiceTable(0x15, "system services")

_UNSUPPORTED: Final = 0x86
_BUSY: Final = 0x83
_SMAP: Final = 0x534D4150
_WAIT_ACTIVE: Final = 0x01
_RATE_1024: Final = 0x26  # of the periodic interrupt
_LIMIT_KB: Final = 0xFC00  # 63 MB, what 88h reports at most
_MAX_DEADLINES: Final = 16


def _fail(regs: Registers, code: int) -> None:
    regs.ah = code
    regs.cf = True


def _succeed(regs: Registers) -> None:
    regs.ah = 0
    regs.cf = False


@TABLE.service(0x24, 0x00, name="close A20")
@TABLE.service(0x24, 0x01, name="open A20")
def set_a20(bios: Bios, regs: Registers) -> None:
    bios.set_a20(bool(regs.al))
    _succeed(regs)


@TABLE.service(0x24, 0x02, name="get A20", gives="AL 1: open")
def get_a20(bios: Bios, regs: Registers) -> None:
    regs.al = int(bios.a20)
    regs.cx = 0
    _succeed(regs)


@TABLE.service(0x24, 0x03, name="ways to A20", gives="BX 3: keyboard controller, port 92h")
def a20_support(bios: Bios, regs: Registers) -> None:
    regs.bx = 3
    _succeed(regs)


@TABLE.service(0x4F, name="keyboard intercept", takes="AL scan code", gives="CF set: go on with it")
def keyboard_intercept(bios: Bios, regs: Registers) -> None:
    regs.cf = True


@TABLE.service(0x83, name="wait without blocking", takes="AL 0 start, 1 cancel, CX:DX us, ES:BX byte",
               gives="CF, AH 83h: another wait is not over")  # fmt: skip
def event_wait(bios: Bios, regs: Registers) -> None:
    """The periodic interrupt of the real-time clock counts the time down, in INT 70h's handler, and sets the byte."""
    bda, rtc = bios.bda, bios.rtc
    if regs.al == 1:
        rtc.write(REGISTER_B, rtc.read(REGISTER_B) & ~PIE & 0xFF)
        bda.wait_flag = 0
        _succeed(regs)
        return
    if regs.al != 0 or bda.wait_flag & _WAIT_ACTIVE:
        _fail(regs, _UNSUPPORTED if regs.al else _BUSY)
        return
    bda.wait_user = regs.es << 16 | regs.bx
    bda.wait_microseconds = regs.cx << 16 | regs.dx
    bda.wait_flag = _WAIT_ACTIVE
    for port, line in ((0xA1, 8 - 8), (0x21, 2)):
        bios.ports.write(port, bios.ports.read(port) & ~(1 << line))
    rtc.write(REGISTER_A, _RATE_1024)
    rtc.write(REGISTER_B, rtc.read(REGISTER_B) & 0x7F | PIE)
    _succeed(regs)


@TABLE.service(
    0x84,
    name="joystick",
    takes="DX 0 buttons, 1 positions",
    gives="AX X of A or switches in AL, BX Y of A, CX X of B, DX Y of B",
)
def joystick(bios: Bios, regs: Registers) -> None:
    """A place is 1 to 255, the middle 128, and 0 where no stick is, as the BIOS counts it."""
    port = bios.game_port
    if regs.dx > 1 or port is None:
        _fail(regs, _UNSUPPORTED)
        return
    if regs.dx == 0:
        regs.al = ~port.pressed << 4 & 0xF0
    else:
        ohms = (port.axis(axis) for axis in range(AXES))
        places = (0 if value is None else 1 + value * 254 // MAX_OHMS for value in ohms)
        regs.ax, regs.bx, regs.cx, regs.dx = places
    regs.cf = False


@TABLE.service(0x85, name="SysRq key", takes="AL 0 down, 1 up")
@TABLE.service(0x90, name="device busy", takes="AL device")
@TABLE.service(0x91, name="device ready", takes="AL device")
def notice(bios: Bios, regs: Registers) -> None:
    """For operating systems to hook; the BIOS itself does nothing."""
    _succeed(regs)


@TABLE.service(0x86, name="wait", takes="CX:DX us", gives="CF, AH 83h: a wait of function 83h is not over")
def wait(bios: Bios, regs: Registers) -> None:
    caller = (regs.cs, regs.ip, regs.ss, regs.sp)
    now = bios.clock.now_ps
    deadline = bios.deadlines.get(caller)
    if deadline is None:
        if bios.bda.wait_flag & _WAIT_ACTIVE:
            _fail(regs, _BUSY)
            return
        if len(bios.deadlines) >= _MAX_DEADLINES:
            bios.deadlines.clear()  # left by programs that ended while they waited
        deadline = now + (regs.cx << 16 | regs.dx) * US
        bios.deadlines[caller] = deadline
    if now < deadline:
        raise Wait(deadline)
    del bios.deadlines[caller]
    _succeed(regs)


@TABLE.service(0x87, name="move extended memory", takes="CX words, ES:SI descriptor table")
def block_move(bios: Bios, regs: Registers) -> None:
    table = bios.read_guest(regs.address("es", regs.si), 48)
    size = regs.cx * 2
    source, target = _base(table[16:24]), _base(table[24:32])
    top = len(bios.memory)
    if regs.cx > 0x8000 or source + size > top or target + size > top:
        _fail(regs, 0x02)  # what an exception during the move gives
        regs.zf = False
        return
    bios.memory.write(target, bios.memory.read(source, size))
    _succeed(regs)
    regs.zf = True


def _base(descriptor: bytes) -> int:
    """The base address of a segment descriptor; the 286 had 24 bits of it."""
    return int.from_bytes(descriptor[2:5], "little") | descriptor[7] << 24


@TABLE.service(0x88, name="extended memory size", gives="AX KB")
def extended_memory(bios: Bios, regs: Registers) -> None:
    regs.ax = min(bios.extended_kb, _LIMIT_KB)
    regs.cf = False


@TABLE.service(0xC0, name="get configuration", gives="ES:BX table")
def configuration(bios: Bios, regs: Registers) -> None:
    regs.es, regs.bx = SEGMENT, CONFIGURATION
    _succeed(regs)


@TABLE.service(0xE8, 0x01, name="memory size above 1 MB", gives="AX=CX KB up to 16 MB, BX=DX 64 KB blocks above")
def memory_e801(bios: Bios, regs: Registers) -> None:
    below = min(bios.extended_kb, 15 * 1024)
    above = min(max(0, bios.extended_kb - 15 * 1024) // 64, 0xFFFF)
    regs.ax = regs.cx = below
    regs.bx = regs.dx = above
    regs.cf = False


@TABLE.service(0xE8, 0x20, name="memory map", takes="EDX SMAP, EBX next, ECX size, ES:DI", gives="EAX SMAP, EBX")
def memory_e820(bios: Bios, regs: Registers) -> None:
    """Not there while XMS has all extended memory: DOS/32A asks until it is told of some from 1 MB on, for ever."""
    extended = (0x100000, bios.extended_kb * 1024, 1)
    ranges = [(0, bios.bda.memory_kb * 1024, 1), (0xF0000, 0x10000, 2), extended] if bios.extended_kb else []
    if regs.edx != _SMAP or regs.ecx < 20 or regs.ebx >= len(ranges):
        _fail(regs, _UNSUPPORTED)
        return
    start, size, kind = ranges[regs.ebx]
    entry = start.to_bytes(8, "little") + size.to_bytes(8, "little") + kind.to_bytes(4, "little")
    bios.write_guest(regs.address("es", regs.di), entry)
    regs.eax, regs.ecx = _SMAP, 20
    regs.ebx = (regs.ebx + 1) % len(ranges)
    regs.cf = False


@TABLE.service(0xC1, name="extended BIOS data area: none")
@TABLE.service(0xC3, name="watchdog timer: none")  # or Borland's RTM takes the machine for another one
@TABLE.service(0xC4, name="programmable options: none")
@TABLE.service(name="unsupported system service")
def unsupported(bios: Bios, regs: Registers) -> None:
    _fail(regs, _UNSUPPORTED)


TABLE.include(pointing.TABLE)
