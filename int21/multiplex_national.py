"""The multiplex interrupt, programs for other languages: NLSFUNC, KEYB, DISPLAY.SYS and GRAFTABL (RBIL, INT 2Fh).

INT 2Fh/1400h, AD00h to AD02h, AD80h to AD83h, B000h and B001h. All of them are part of the machine: code pages and
their characters are always there, KEYB when another layout than that of the US was set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.country import set_active
from int21.registers import Registers
from int21.table import int2f

if TYPE_CHECKING:
    from int21.dos import Dos

_INSTALLED = 0xFF
_VERSION = 0x0100
_NOT_THERE = 0x0001
_UPPER_FONT = 0x1F * 4  # the vector that leads to the characters from 80h on


@int2f.service(0x14, 0x00, name="NLSFUNC installed?", gives="AL FFh: yes")
def nlsfunc_installed(dos: Dos, regs: Registers) -> None:
    regs.al = _INSTALLED


@int2f.service(0xAD, 0x00, name="DISPLAY.SYS installed?", gives="AL FFh: yes, BX version")
def display_installed(dos: Dos, regs: Registers) -> None:
    regs.al = _INSTALLED
    regs.bx = _VERSION


@int2f.service(0xAD, 0x01, name="DISPLAY.SYS: set code page", takes="BX code page", gives="CF, AX 1: it is not known")
@int2f.service(0xAD, 0x81, name="KEYB: set code page", takes="BX code page", gives="CF, AX 1: it is not known")
def select_code_page(dos: Dos, regs: Registers) -> None:
    try:
        set_active(dos, regs.bx)
    except ValueError:
        regs.ax = _NOT_THERE
        regs.cf = True
        return
    regs.cf = False


@int2f.service(0xAD, 0x02, name="DISPLAY.SYS: get code page", gives="BX code page")
def get_display_code_page(dos: Dos, regs: Registers) -> None:
    regs.bx = dos.code_page.number
    regs.cf = False


@int2f.service(0xAD, 0x80, name="KEYB installed?", gives="AL FFh: yes, BX version; 0: keyboard of the US")
def keyb_installed(dos: Dos, regs: Registers) -> None:
    if dos.board.national_keys(None) is None:
        regs.al = 0
    else:
        regs.al = _INSTALLED
        regs.bx = _VERSION


@int2f.service(0xAD, 0x82, name="KEYB: choose layout", takes="BL 0 of the US, FFh of the country", gives="CF")
def choose_layout(dos: Dos, regs: Registers) -> None:
    regs.cf = regs.bl not in (0, 0xFF) or dos.board.national_keys(regs.bl == 0xFF) is None


@int2f.service(0xAD, 0x83, name="KEYB: which layout?", gives="BL 0 of the US, FFh of the country")
def get_layout(dos: Dos, regs: Registers) -> None:
    regs.bl = 0xFF if dos.board.national_keys(None) else 0


@int2f.service(0xB0, 0x00, name="GRAFTABL installed?", gives="AL FFh: yes")
def graftabl_installed(dos: Dos, regs: Registers) -> None:
    regs.al = _INSTALLED


@int2f.service(0xB0, 0x01, name="GRAFTABL: get characters", takes="DS:BX place for a far pointer", gives="AL FFh")
def get_graftabl(dos: Dos, regs: Registers) -> None:
    dos.memory.write(regs.address("ds", regs.bx), dos.memory.read(_UPPER_FONT, 4))
    regs.al = _INSTALLED
