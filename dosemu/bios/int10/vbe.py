"""INT 10h/4F00h to 4F0Ah: the VESA BIOS Extension 2.0 of the svga machine.

VESA BIOS Extension (VBE) Core Functions Standard 2.0. AX is 004Fh when all went well, 014Fh when not, 024Fh for what
the adapter does not have, 034Fh for what the mode does not have.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Final, cast

from dosemu.bios.int10 import vbe_rom, vbe_state
from dosemu.bios.int10.table import SVGA
from dosemu.bios.int10.vbe_modes import LINEAR, Vbe
from dosemu.bios.rom import VIDEO_SEGMENT
from int21.registers import Registers

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from dosemu.bios.int10.svga import SvgaBios

OK: Final = 0x004F
FAILED: Final = 0x014F
UNSUPPORTED: Final = 0x024F
WRONG_MODE: Final = 0x034F
_MAX_STRIDE: Final = 8184  # bytes: ten bits of units of eight
_BANK: Final = 0x10000
_WAIT: Final = 0x80

Function = Callable[[Vbe, Registers], int]


def function(al: int, name: str, takes: str = "", gives: str = "") -> Callable[[Function], Function]:
    """Declare function 4Fh/AL; what it returns is AX."""

    def declare(handler: Function) -> Function:
        @SVGA.service(0x4F, al, name=name, takes=takes, gives=gives or "AX 004Fh")
        @wraps(handler)
        def service(bios: Bios, regs: Registers) -> None:
            regs.ax = handler(cast("SvgaBios", bios.video).vbe, regs)

        return handler

    return declare


@function(0x00, "VBE: controller information", "ES:DI 256 bytes, or 512 that begin with VBE2")
def information(vbe: Vbe, regs: Registers) -> int:
    address = regs.address("es", regs.di)
    version_2 = vbe.bios.read_guest(address, 4) == b"VBE2"
    vbe.bios.write_guest(address, vbe.information(version_2))
    return OK


@function(0x01, "VBE: mode information", "CX mode, ES:DI mode information")
def mode_information(vbe: Vbe, regs: Registers) -> int:
    mode = vbe.modes.get(regs.cx & 0x3FFF)
    if mode is None:
        return FAILED
    vbe.bios.write_guest(regs.address("es", regs.di), vbe.mode_information(mode))
    return OK


@function(0x02, "VBE: set mode", "BX mode, bit 14: linear, bit 15: keep the memory")
def set_mode(vbe: Vbe, regs: Registers) -> int:
    return OK if vbe.set_mode(regs.bx) else FAILED


@function(0x03, "VBE: get mode", gives="BX mode")
def get_mode(vbe: Vbe, regs: Registers) -> int:
    regs.bx = vbe.number
    return OK


@function(0x04, "VBE: save or restore state", "DL 0 size, 1 save, 2 restore; CX what, ES:BX", "BX blocks of 64 bytes")
def state(vbe: Vbe, regs: Registers) -> int:
    address = regs.address("es", regs.bx)
    match regs.dl:
        case 0:
            regs.bx = -(-vbe_state.size(regs.cx) // 64)
        case 1:
            vbe.bios.write_guest(address, vbe_state.save(vbe, regs.cx))
        case 2:
            vbe_state.restore(vbe, regs.cx, vbe.bios.read_guest(address, vbe_state.size(regs.cx)))
        case _:
            return FAILED
    return OK


@function(0x05, "VBE: window", "BH 0 set, 1 get; BL window, DX bank", "DX bank")
def window(vbe: Vbe, regs: Registers) -> int:
    if vbe.flags & LINEAR:
        return WRONG_MODE
    if regs.bl or regs.bh > 1:
        return FAILED
    if regs.bh == 1:
        regs.dx = vbe.adapter.memory.bank
        return OK
    if regs.dx >= vbe.adapter.memory.bytes // _BANK:
        return WRONG_MODE
    vbe.set_register(0x6A, regs.dx)
    return OK


@function(0x06, "VBE: line length", "BL 0 set CX pixels, 1 get, 2 set CX bytes, 3 get the greatest", "BX, CX, DX")
def line_length(vbe: Vbe, regs: Registers) -> int:
    mode = vbe.mode
    if mode is None or mode.is_text:
        return WRONG_MODE
    planes = 4 if mode.planar else 1
    size = (mode.bits + 7) // 8  # bytes a pixel; in planes a byte is eight pixels
    granularity = 2 if mode.planar else 8
    # The picture must fit in once.
    most = min(vbe.adapter.memory.bytes // planes // mode.height, _MAX_STRIDE // (4 if mode.planar else 1))
    most -= most % granularity
    stride = vbe.adapter.stride() // (4 if mode.planar else 1)
    match regs.bl:
        case 0 | 2:
            wanted = regs.cx if regs.bl == 2 else -(-regs.cx // 8) if mode.planar else regs.cx * size
            wanted += -wanted % granularity
            if (wanted < mode.stride and regs.bl == 0 and regs.cx < mode.width) or not 0 < wanted <= most:
                return UNSUPPORTED
            units = wanted // granularity
            vbe.set_register(0x13, units)
            vbe.set_register(0x51, vbe.adapter.crtc(0x51) & ~0x30 | units >> 4 & 0x30)
            stride = wanted
        case 1:
            pass
        case 3:
            stride = most
        case _:
            return FAILED
    regs.bx = stride
    regs.cx = stride * 8 if mode.planar else stride // size
    regs.dx = min(vbe.adapter.memory.bytes // planes // max(stride, 1), 0xFFFF)
    return OK


@function(0x07, "VBE: display start", "BL 0 or 80h set CX pixel, DX line, 1 get", "CX, DX, BH 0")
def display_start(vbe: Vbe, regs: Registers) -> int:
    mode = vbe.mode
    if mode is None or mode.is_text:
        return WRONG_MODE
    size = (mode.bits + 7) // 8
    stride = vbe.adapter.stride()
    if regs.bl == 1:
        line, rest = divmod(vbe.start * 4, max(stride, 1))
        regs.bh = 0
        regs.cx, regs.dx = (rest * 2 if mode.planar else rest // size) & 0xFFFF, line & 0xFFFF
        return OK
    if regs.bl not in (0, _WAIT):
        return FAILED
    # In bytes of the memory; a planar mode's eight pixels are four bytes.
    byte = regs.dx * stride + (regs.cx // 8 * 4 if mode.planar else regs.cx * size)
    lines = mode.height - 1
    if byte + lines * stride + mode.width * size // (2 if mode.planar else 1) > vbe.adapter.memory.bytes:
        return FAILED
    vbe.set_start(byte >> 2)
    panning = regs.cx & 7 if mode.planar else (byte & 3) * 2
    if panning != vbe.adapter.attribute(0x13):
        vbe.adapter.set_attribute(0x13, panning)
    if regs.bl == _WAIT:
        vbe.wait_for_retrace()
    return OK


@function(0x08, "VBE: width of the DAC", "BL 0 set BH bits, 1 get", "BH bits")
def dac_width(vbe: Vbe, regs: Registers) -> int:
    if vbe.mode is not None and vbe.mode.bits > 8:
        return WRONG_MODE
    if regs.bl > 1:
        return FAILED
    if regs.bl == 0:
        vbe.adapter.set_dac_width(regs.bh)
    regs.bh = vbe.adapter.dac_width
    return OK


@function(0x09, "VBE: palette", "BL 0 or 80h set, 1 get; CX colours from DX on, ES:DI blue, green, red, 0 of each")
def palette(vbe: Vbe, regs: Registers) -> int:
    first, count = regs.dx, regs.cx
    if regs.bl in (2, 3):
        return UNSUPPORTED  # no second palette
    if regs.bl not in (0, 1, _WAIT) or first + count > 256:
        return FAILED
    address = regs.address("es", regs.di)
    if regs.bl == 1:
        flat = vbe.adapter.dac(first, count)
        data = b"".join(bytes((*flat[i : i + 3][::-1], 0)) for i in range(0, 3 * count, 3))
        vbe.bios.write_guest(address, data)
        return OK
    data = vbe.bios.read_guest(address, 4 * count)
    if regs.bl == _WAIT:
        vbe.wait_for_retrace()
    vbe.adapter.set_dac(first, b"".join(data[i : i + 3][::-1] for i in range(0, len(data), 4)))
    return OK


@function(0x0A, "VBE: protected-mode interface", "BL 0", "ES:DI table, CX bytes")
def protected_mode(vbe: Vbe, regs: Registers) -> int:
    if regs.bl:
        return FAILED
    regs.es, regs.di = VIDEO_SEGMENT, vbe_rom.PROTECTED_MODE
    regs.cx = vbe_rom.PROTECTED_MODE_SIZE
    return OK
