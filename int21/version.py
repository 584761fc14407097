"""Version and switches of DOS: INT 21h/30h, 33h, 34h, 37h and 54h, 2Eh, 61h, 6Bh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21 import layout
from int21.registers import Registers
from int21.table import int21

if TYPE_CHECKING:
    from int21.dos import Dos

_MICROSOFT = 0xFF  # OEM number of MS-DOS
_UNKNOWN_33H = 0xFF


@int21.service(0x30, name="get DOS version", takes="AL 1: flags, else OEM", gives="AL.AH version, BH, BL:CX serial")
def version(dos: Dos, regs: Registers) -> None:
    major, minor = dos.reported_version
    serial = dos.settings.serial_number
    # With AL=1, DOS 5 gives the "DOS is in ROM / in the HMA" flags instead of the OEM number: neither.
    regs.bh = 0 if regs.al == 1 and major >= 5 else _MICROSOFT
    regs.bl = serial >> 16 & 0xFF
    regs.cx = serial & 0xFFFF
    regs.ax = major | minor << 8


@int21.service(0x33, 0x00, name="get break checking", gives="DL 1: on")
def get_break(dos: Dos, regs: Registers) -> None:
    regs.dl = dos.data.break_checks


@int21.service(0x33, 0x01, name="set break checking", takes="DL 1: on")
def set_break(dos: Dos, regs: Registers) -> None:
    dos.data.break_checks = regs.dl & 1


@int21.service(0x33, 0x02, name="exchange break checking", takes="DL new", gives="DL old")
def exchange_break(dos: Dos, regs: Registers) -> None:
    old = dos.data.break_checks
    dos.data.break_checks = regs.dl & 1
    regs.dl = old


@int21.service(0x33, 0x03, name="get CPSW", gives="DL 0: off")
def get_code_page_switching(dos: Dos, regs: Registers) -> None:
    regs.dl = 0  # of DOS 4 only; reserved since


@int21.service(0x33, 0x04, name="set CPSW")
def set_code_page_switching(dos: Dos, regs: Registers) -> None:
    return


@int21.service(0x33, 0x05, name="get boot drive", gives="DL drive, 1 is A:")
def boot_drive(dos: Dos, regs: Registers) -> None:
    regs.dl = dos.settings.boot_drive


@int21.service(0x33, 0x06, name="get true version", gives="BL.BH version, DL revision, DH flags")
def true_version(dos: Dos, regs: Registers) -> None:
    major, minor = dos.settings.version
    regs.bx = major | minor << 8
    regs.dx = 0  # revision A; neither in ROM nor in the HMA


@int21.service(0x33, 0x07, name="set DOS flag", takes="DL flag")
def set_dos_flag(dos: Dos, regs: Registers) -> None:
    # Windows 95 sets it for itself; before it the function is unknown.
    if not dos.settings.long_names:
        regs.al = _UNKNOWN_33H


@int21.service(0x33, name="break checking, unknown function", gives="AL FFh")
def break_otherwise(dos: Dos, regs: Registers) -> None:
    regs.al = _UNKNOWN_33H


@int21.service(0x34, name="get InDOS flag", gives="ES:BX flag")
def in_dos_flag(dos: Dos, regs: Registers) -> None:
    regs.es, regs.bx = layout.far_pointer(layout.SWAPPABLE_DATA + 1)


@int21.service(0x37, 0x00, name="get switch character", gives="DL character")
def get_switch_character(dos: Dos, regs: Registers) -> None:
    regs.al = 0
    regs.dl = 0x2F  # DOS 5 gives "/" always


@int21.service(0x37, 0x01, name="set switch character")
def set_switch_character(dos: Dos, regs: Registers) -> None:
    regs.al = 0  # accepted and ignored since DOS 5


@int21.service(0x37, 0x02, name="get device availability", gives="DL FFh: \\DEV\\ not needed")
def get_device_availability(dos: Dos, regs: Registers) -> None:
    regs.al = 0
    regs.dl = 0xFF


@int21.service(0x37, 0x03, name="set device availability")
def set_device_availability(dos: Dos, regs: Registers) -> None:
    regs.al = 0


@int21.service(0x37, name="switch character, unknown function", gives="AL FFh")
def switch_otherwise(dos: Dos, regs: Registers) -> None:
    regs.al = 0xFF


@int21.service(0x2E, name="set verify flag", takes="AL 1: on")
def set_verify(dos: Dos, regs: Registers) -> None:
    dos.drives.verify = bool(regs.al & 1)


@int21.service(0x54, name="get verify flag", gives="AL 1: on")
def get_verify(dos: Dos, regs: Registers) -> None:
    regs.al = int(dos.drives.verify)


@int21.service(0x18, name="reserved", gives="AL 0")
@int21.service(0x1D, name="reserved", gives="AL 0")
@int21.service(0x1E, name="reserved", gives="AL 0")
@int21.service(0x20, name="reserved", gives="AL 0")
@int21.service(0x61, name="reserved", gives="AL 0")
@int21.service(0x6B, name="reserved", gives="AL 0")
def reserved(dos: Dos, regs: Registers) -> None:
    regs.al = 0


@int21.service(0x64, name="set device look-ahead")
def set_look_ahead(dos: Dos, regs: Registers) -> None:
    return
