"""INT 16h, keyboard services.

IBM PS/2 BIOS Interface Technical Reference, "Interrupt 16h"; Ralf Brown's Interrupt List, INT 16h.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.bios.keybuffer import KEY_BUFFER_POINTERS
from dosemu.bios.keymap import extended_key, standard_key
from int21.registers import Registers
from int21.service import Polled, ServiceTable, Wait

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TABLE = ServiceTable(0x16, "keyboard")

_KEYBOARD_ID = 0x41AB


def _next_standard(bios: Bios) -> int | None:
    """The next key that functions 00h and 01h know; those before it are discarded."""
    while (key := bios.keys.peek()) is not None:
        code = standard_key(key)
        if code is not None:
            return code
        bios.keys.get()
    return None


@TABLE.service(0x00, name="read key", gives="AH scan code, AL character")
def read_key(bios: Bios, regs: Registers) -> None:
    key = _next_standard(bios)
    if key is None:
        raise Wait
    bios.keys.get()
    regs.ax = key


def _none_yet(bios: Bios, regs: Registers) -> Polled | None:
    """ "No key" holds until the buffer's pointers move."""
    return Polled(KEY_BUFFER_POINTERS, zf=True) if regs.zf else None


@TABLE.service(0x01, name="key waiting?", gives="AX key unless ZF is set", polled=_none_yet)
def key_waiting(bios: Bios, regs: Registers) -> None:
    key = _next_standard(bios)
    regs.zf = key is None
    if key is not None:
        regs.ax = key


@TABLE.service(0x02, name="shift flags", gives="AL flags")
def shift_flags(bios: Bios, regs: Registers) -> None:
    regs.al = bios.bda.shift_flags


@TABLE.service(0x03, 0x05, name="set typematic rate", takes="BH delay, BL rate")
def set_typematic(bios: Bios, regs: Registers) -> None:
    bios.keyboard.set_typematic((regs.bh & 3) << 5 | regs.bl & 0x1F)


@TABLE.service(0x03, name="typematic (other)")
def other_typematic(bios: Bios, regs: Registers) -> None:
    """Keyboard click and the PCjr's forms: nothing to do."""


@TABLE.service(0x05, name="store key", takes="CX code", gives="AL 0, or 1 when the buffer is full")
def store_key(bios: Bios, regs: Registers) -> None:
    regs.al = 0 if bios.keys.put(regs.cx) else 1


@TABLE.service(0x09, name="keyboard functions", gives="AL: 10h to 12h there, 0305h there")
def functionality(bios: Bios, regs: Registers) -> None:
    regs.al = 0x22


@TABLE.service(0x0A, name="keyboard ID", gives="BX")
def keyboard_id(bios: Bios, regs: Registers) -> None:
    regs.bx = _KEYBOARD_ID


@TABLE.service(0x10, name="read key, extended", gives="AX")
def read_extended(bios: Bios, regs: Registers) -> None:
    key = bios.keys.get()
    if key is None:
        raise Wait
    regs.ax = extended_key(key)


@TABLE.service(0x11, name="key waiting, extended?", gives="ZF set: none; else AX", polled=_none_yet)
def extended_waiting(bios: Bios, regs: Registers) -> None:
    key = bios.keys.peek()
    regs.zf = key is None
    if key is not None:
        regs.ax = extended_key(key)


@TABLE.service(0x12, name="shift flags, extended", gives="AX")
def extended_flags(bios: Bios, regs: Registers) -> None:
    bda = bios.bda
    # Bit 7 is SysRq, bits 2 and 3 are the right Ctrl and Alt keys; the rest is as in 0040:0018.
    high = bda.shift_flags_2 & 0x73 | bda.keyboard_flags_3 & 0x0C | (bda.shift_flags_2 & 0x04) << 5
    regs.ax = high << 8 | bda.shift_flags


@TABLE.service(0x55, name="is a keyboard TSR there?")
def tsr_check(bios: Bios, regs: Registers) -> None:
    """Microsoft Word and the Microsoft mouse driver ask for each other; unchanged registers say no."""
