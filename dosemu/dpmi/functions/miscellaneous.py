"""INT 31h/0400h, 0401h, 0A00h, 0B00h to 0B03h, 0C00h, 0C01h, 0E00h, 0E01h."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.dpmi.client import Watchpoint
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.int31 import TABLE
from dosemu.dpmi.resident import STRUCTURE_SIZE, Provider

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host
    from int21.registers import Registers

_FLAGS = 0x0003  # 32-bit programs; interrupts reflected to real mode (not V86)
_PICS = 0x0870
_CAPABILITIES = 0x2D  # accessed and dirty marks, device and conventional mapping, write-protected pages
_MOST_WATCHPOINTS = 4
_WATCH_KINDS = {0: 0, 1: 1, 2: 3}  # execute, write, access: DR7's codes
_WATCH_SIZES = {1: 0, 2: 1, 4: 3}


@TABLE.service(0x04, 0x00, name="get version", gives="AX version, BX flags, CL CPU, DX interrupt controllers")
def version(host: Host, regs: Registers) -> None:
    regs.ax = 0x005A
    regs.bx = _FLAGS
    regs.cl = host.cpu
    regs.dx = _PICS


@TABLE.service(0x04, 0x01, name="get capabilities", takes="ES:(E)DI 128 bytes", gives="AX capabilities")
def capabilities(host: Host, regs: Registers) -> None:
    host.memory.write(host.pointer("es", "edi"), b"\x00\x01dosemu\0".ljust(128, b"\0"))
    regs.ax = _CAPABILITIES
    regs.cx = regs.dx = 0


@TABLE.service(0x0A, 0x00, name="get vendor API", takes="DS:(E)SI name", gives="ES:(E)DI entry")
def vendor(host: Host, regs: Registers) -> None:
    ax = regs.ax
    if not host.defaults.find_vendor():
        raise DpmiError(DpmiErrorCode.UNSUPPORTED)
    regs.ax = ax


@TABLE.service(0x0B, 0x00, name="set watchpoint", takes="BX:CX address, DL size, DH kind", gives="BX handle")
def set_watchpoint(host: Host, regs: Registers) -> None:
    points = host.client.watchpoints
    used = {point.register for client in host.clients for point in client.watchpoints.values()}
    free = [number for number in range(_MOST_WATCHPOINTS) if number not in used]
    kind, size = _WATCH_KINDS.get(regs.dh), _WATCH_SIZES.get(regs.dl)
    if kind is None or size is None:
        raise DpmiError(DpmiErrorCode.INVALID_VALUE)
    if not free:
        raise DpmiError(DpmiErrorCode.NO_HANDLE)
    address = regs.bx << 16 | regs.cx
    if address % regs.dl:
        raise DpmiError(DpmiErrorCode.INVALID_ADDRESS)
    register = free[0]
    handle = register + 1
    points[handle] = Watchpoint(register)
    host.regs.set_system(f"dr{register}", address)
    control = host.regs.system("dr7") & ~(0xF << 16 + 4 * register)
    control |= (kind | (0 if kind == 0 else size) << 2) << 16 + 4 * register | 2 << 2 * register
    host.regs.set_system("dr7", control)
    regs.bx = handle


def _point(host: Host, handle: int) -> Watchpoint:
    point = host.client.watchpoints.get(handle)
    if point is None:
        raise DpmiError(DpmiErrorCode.INVALID_HANDLE)
    return point


@TABLE.service(0x0B, 0x01, name="clear watchpoint", takes="BX handle")
def clear_watchpoint(host: Host, regs: Registers) -> None:
    point = _point(host, regs.bx)
    host.regs.set_system("dr7", host.regs.system("dr7") & ~(3 << 2 * point.register))
    del host.client.watchpoints[regs.bx]


@TABLE.service(0x0B, 0x02, name="get watchpoint state", takes="BX handle", gives="AX 1: was hit")
def watchpoint_state(host: Host, regs: Registers) -> None:
    regs.ax = int(_point(host, regs.bx).hit)


@TABLE.service(0x0B, 0x03, name="reset watchpoint", takes="BX handle")
def reset_watchpoint(host: Host, regs: Registers) -> None:
    _point(host, regs.bx).hit = False


@TABLE.service(0x0C, 0x00, name="install resident provider callback", takes="ES:(E)DI")
def resident_callback(host: Host, regs: Registers) -> None:
    data = host.memory.read(host.pointer("es", "edi"), STRUCTURE_SIZE)
    host.client.provider = Provider.unpack(bytes(data))


@TABLE.service(0x0C, 0x01, name="terminate and stay resident", takes="BL code, DX paragraphs")
def stay_resident(host: Host, regs: Registers) -> None:
    real = host.defaults.real_registers()
    real.eax, real.edx = 0x3100 | regs.bl, regs.dx
    host.clients.end_current(real)


@TABLE.service(0x0E, 0x00, name="get coprocessor state", gives="AX")
def coprocessor(host: Host, regs: Registers) -> None:
    # Bit 0 enabled for this client, bit 2 there is one; bits 4 to 7: its kind (3 387, 4 486 and later).
    regs.ax = 0x05 | (3 if host.cpu == 3 else 4) << 4 | (0x02 if host.regs.system("cr0") & 4 else 0)


@TABLE.service(0x0E, 0x01, name="set coprocessor emulation", takes="BX bit 0 enable, bit 1 client emulates")
def set_coprocessor(host: Host, regs: Registers) -> None:
    cr0 = host.regs.system("cr0") & ~4
    host.regs.set_system("cr0", cr0 | (4 if regs.bx & 2 else 0))
