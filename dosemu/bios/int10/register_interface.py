"""INT 10h/F0h to FAh: the EGA register interface, by which programs write registers that an EGA cannot read back.

It comes with the mouse driver (Microsoft Mouse Programmer's Reference, "Writing Mouse Programs for EGA Modes"; Ralf
Brown's Interrupt List, INT 10h/F0h to FAh). Groups of registers have the numbers of the tables there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dosemu.bios.int10.modes import current_mode
from dosemu.bios.int10.table import EGA
from dosemu.bios.rom import INTERFACE_VERSION, SEGMENT
from hw.vga.modes import Mode
from int21.registers import Registers

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios
    from dosemu.bios.int10.vga import VgaBios

CRTC, SEQUENCER, GRAPHICS, ATTRIBUTE = 0x00, 0x08, 0x10, 0x18
MISCELLANEOUS, FEATURE, POSITION_1, POSITION_2 = 0x20, 0x28, 0x30, 0x38
_COUNTS: Final = {CRTC: 25, SEQUENCER: 5, GRAPHICS: 9, ATTRIBUTE: 20}
_SINGLE: Final = frozenset((MISCELLANEOUS, FEATURE, POSITION_1, POSITION_2))


def _read(bios: Bios, group: int, index: int) -> int:
    vga = bios.vga
    match group:
        case 0x00:
            return vga.crtc(index)
        case 0x08:
            return vga.sequencer(index)
        case 0x10:
            return vga.graphics(index)
        case 0x18:
            return vga.attribute(index)
        case 0x20:
            return vga.misc_output
        case _:
            return 0


def _write(bios: Bios, group: int, index: int, value: int) -> None:
    vga = bios.vga
    match group:
        case 0x00 if index < _COUNTS[CRTC]:
            vga.set_crtc(index, value)
        case 0x08 if index < _COUNTS[SEQUENCER]:
            vga.set_sequencer(index, value)
        case 0x10 if index < _COUNTS[GRAPHICS]:
            vga.set_graphics(index, value)
        case 0x18 if index < _COUNTS[ATTRIBUTE]:
            vga.set_attribute(index, value)
        case 0x20:
            vga.misc_output = value
        case _:
            pass  # feature control and the graphics positions do not show


def _write_all(bios: Bios, group: int, values: bytes) -> None:
    for index, value in enumerate(values):
        _write(bios, group, index, value)


@EGA.service(0xF0, name="read a register", takes="DX group, BL register", gives="BL value")
def read_register(bios: Bios, regs: Registers) -> None:
    regs.bl = _read(bios, regs.dx, regs.bl)


@EGA.service(0xF1, name="write a register", takes="DX group, BL register, BH value (or BL value)", gives="BL value")
def write_register(bios: Bios, regs: Registers) -> None:
    if regs.dx in _SINGLE:
        _write(bios, regs.dx, 0, regs.bl)
    else:
        _write(bios, regs.dx, regs.bl, regs.bh)
        regs.bl = regs.bh


@EGA.service(0xF2, name="read registers in a row", takes="DX group, CH first, CL count, ES:BX buffer")
def read_range(bios: Bios, regs: Registers) -> None:
    values = bytes(_read(bios, regs.dx, (regs.ch + offset) & 0xFF) for offset in range(regs.cl))
    bios.write_guest(regs.address("es", regs.bx), values)


@EGA.service(0xF3, name="write registers in a row", takes="DX group, CH first, CL count, ES:BX values")
def write_range(bios: Bios, regs: Registers) -> None:
    for offset, value in enumerate(bios.read_guest(regs.address("es", regs.bx), regs.cl)):
        _write(bios, regs.dx, regs.ch + offset, value)


def _records(bios: Bios, regs: Registers) -> list[tuple[int, int, int, int]]:
    """Address, group, register and value of the records of four bytes at ES:BX, CX of them."""
    start, count = regs.address("es", regs.bx), regs.cx
    table = bios.read_guest(start, 4 * count)
    places = range(0, 4 * count, 4)
    return [(start + at, table[at] | table[at + 1] << 8, table[at + 2], table[at + 3]) for at in places]


@EGA.service(0xF4, name="read a set of registers", takes="CX count, ES:BX group, register, value of each")
def read_set(bios: Bios, regs: Registers) -> None:
    for address, group, index, _ in _records(bios, regs):
        bios.write_guest(address + 3, bytes((_read(bios, group, index),)))


@EGA.service(0xF5, name="write a set of registers", takes="CX count, ES:BX group, register, value of each")
def write_set(bios: Bios, regs: Registers) -> None:
    for _, group, index, value in _records(bios, regs):
        _write(bios, group, index, value)


def _video(bios: Bios) -> VgaBios:
    from dosemu.bios.int10.vga import VgaBios

    assert isinstance(bios.video, VgaBios)
    return bios.video


@EGA.service(0xF6, name="set registers to their defaults")
def revert(bios: Bios, regs: Registers) -> None:
    """What function F7h defined, else what the present mode was set with (a mode of VBE: only the former)."""
    mode = current_mode(bios)
    defaults: dict[int, bytes] = {}
    if isinstance(mode, Mode):
        defaults = {
            MISCELLANEOUS: bytes((mode.misc,)), SEQUENCER: mode.sequencer, CRTC: mode.crtc,
            ATTRIBUTE: mode.attribute[:20], GRAPHICS: mode.graphics,
        }  # fmt: skip
    for group, values in (defaults | _video(bios).default_registers).items():
        _write_all(bios, group, values)


@EGA.service(0xF7, name="define default registers", takes="DX group, ES:BX a value for each")
def define_defaults(bios: Bios, regs: Registers) -> None:
    count = 1 if regs.dx in _SINGLE else _COUNTS.get(regs.dx, 0)
    if count:
        _video(bios).default_registers[regs.dx] = bios.read_guest(regs.address("es", regs.bx), count)


@EGA.service(0xFA, name="register interface's version", takes="BX 0", gives="ES:BX version, subversion")
def interface_version(bios: Bios, regs: Registers) -> None:
    regs.es, regs.bx = SEGMENT, INTERFACE_VERSION
