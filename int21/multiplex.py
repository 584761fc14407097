"""The multiplex interrupt, INT 2Fh: what is installed, and DOS's internal functions.

Answers as RBIL gives them for each function; most say "not installed", which is AL = 0 or registers
left as they are. What the machine adds (XMS, DPMI, MSCDEX) declares its own functions in this table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21 import layout
from int21.ansi import AnsiConsole
from int21.errors import DosError
from int21.registers import Registers
from int21.table import int2f
from int21.timestamps import pack

if TYPE_CHECKING:
    from int21.dos import Dos

_NOT_INSTALLED_MAY_INSTALL = 0x00
_INSTALLED = 0xFF


@int2f.service(0x01, 0x00, name="PRINT installed?", gives="AL 0: no")
@int2f.service(0x06, 0x00, name="ASSIGN installed?", gives="AL 0: no")
@int2f.service(0x11, 0x00, name="network redirector installed?", gives="AL 0: no")
@int2f.service(0x14, 0x00, name="NLSFUNC installed?", gives="AL 0: no")
@int2f.service(0x16, 0x00, name="Windows running?", gives="AL 0: no")
@int2f.service(0x19, 0x00, name="SHELL installed?", gives="AL 0: no")
@int2f.service(0xAD, 0x80, name="KEYB installed?", gives="AL 0: no")
@int2f.service(0xAE, 0x00, name="installable command?", gives="AL 0: no")
@int2f.service(0xB7, 0x00, name="APPEND installed?", gives="AL 0: no")
def not_installed(dos: Dos, regs: Registers) -> None:
    regs.al = _NOT_INSTALLED_MAY_INSTALL


@int2f.service(0x10, 0x00, name="SHARE installed?", gives="AL FFh: yes")
def share_installed(dos: Dos, regs: Registers) -> None:
    regs.al = _INSTALLED


@int2f.service(0x1A, 0x00, name="ANSI.SYS installed?", gives="AL FFh: yes")
def ansi_installed(dos: Dos, regs: Registers) -> None:
    regs.al = _INSTALLED if isinstance(dos.console, AnsiConsole) else _NOT_INSTALLED_MAY_INSTALL


@int2f.service(0x15, 0x00, name="MSCDEX installed?", gives="BX number of CD-ROM drives")
def no_cdrom(dos: Dos, regs: Registers) -> None:
    regs.bx = 0


@int2f.service(0x16, 0x80, name="release time slice", gives="AL 0: done")
def release_time_slice(dos: Dos, regs: Registers) -> None:
    regs.al = 0


@int2f.service(0x16, 0x87, name="get DPMI entry", gives="AX 0, BX 1, CL CPU, DX version, SI 0, ES:DI entry")
def dpmi_entry(dos: Dos, regs: Registers) -> None:
    if dos.dpmi is not None:
        regs.ax = 0
        regs.bx = 1  # 32-bit programs too
        regs.cl, regs.es, regs.di = dos.dpmi
        regs.dx = 0x005A
        regs.si = 0  # the host needs no memory of the program


# DOS internal functions (RBIL, INT 2Fh/1200h to 122Fh)


@int2f.service(0x12, 0x00, name="DOS internal: installed?", gives="AL FFh")
def internal_installed(dos: Dos, regs: Registers) -> None:
    regs.al = _INSTALLED


@int2f.service(0x12, 0x03, name="DOS internal: get DOS data segment", gives="DS")
def data_segment(dos: Dos, regs: Registers) -> None:
    regs.ds = layout.DOS_SEGMENT


@int2f.service(0x12, 0x04, name="DOS internal: normalise separator", takes="stack character", gives="AL, ZF")
def normalise_separator(dos: Dos, regs: Registers) -> None:
    character = dos.memory.u8(regs.address("ss", regs.sp))
    regs.al = 0x5C if character == 0x2F else character
    regs.zf = regs.al == 0x5C


@int2f.service(0x12, 0x05, name="DOS internal: write character", takes="stack character")
def write_character(dos: Dos, regs: Registers) -> None:
    dos.output.write(bytes((dos.memory.u8(regs.address("ss", regs.sp)),)))


@int2f.service(0x12, 0x0D, name="DOS internal: get date and time", gives="AX date, DX time")
def date_and_time(dos: Dos, regs: Registers) -> None:
    regs.ax, regs.dx = pack(*dos.time.now().timetuple()[:6])


@int2f.service(0x12, 0x11, name="DOS internal: normalise file name", takes="DS:SI name, ES:DI buffer")
def normalise_name(dos: Dos, regs: Registers) -> None:
    name = dos.memory.asciiz(regs.address("ds", regs.si), 128)
    dos.memory.write(regs.address("es", regs.di), dos.code_page.upper(name).replace(b"/", b"\\") + b"\0")


@int2f.service(0x12, 0x12, name="DOS internal: length of string", takes="ES:DI string", gives="CX with its zero")
def length_of_string(dos: Dos, regs: Registers) -> None:
    regs.cx = (len(dos.memory.asciiz(regs.address("es", regs.di))) + 1) & 0xFFFF


@int2f.service(0x12, 0x13, name="DOS internal: upper case", takes="stack character", gives="AL")
def upper_case(dos: Dos, regs: Registers) -> None:
    regs.al = dos.code_page.upper_case[dos.memory.u8(regs.address("ss", regs.sp))]


@int2f.service(0x12, 0x14, name="DOS internal: compare pointers", takes="DS:SI, ES:DI", gives="ZF, CF")
def compare_pointers(dos: Dos, regs: Registers) -> None:
    equal = (regs.ds, regs.si) == (regs.es, regs.di)
    regs.zf = equal
    regs.cf = not equal


@int2f.service(0x12, 0x16, name="DOS internal: get SFT entry", takes="BX number", gives="ES:DI entry")
def sft_entry(dos: Dos, regs: Registers) -> None:
    if regs.bx >= dos.settings.files:
        regs.cf = True
        return
    regs.es, regs.di = layout.far_pointer(layout.SFT_TABLE)
    regs.di += layout.SFT_HEADER_SIZE + regs.bx * layout.SFT_SIZE
    regs.cf = False


@int2f.service(0x12, 0x17, name="DOS internal: get CDS of drive", takes="stack drive", gives="DS:SI CDS")
def current_directory_structure(dos: Dos, regs: Registers) -> None:
    number = dos.memory.u16(regs.address("ss", regs.sp))
    if number >= dos.drives.count:
        regs.cf = True
        return
    regs.ds, regs.si = layout.far_pointer(layout.CDS_ARRAY)
    regs.si += number * layout.CDS_SIZE
    regs.cf = False


@int2f.service(0x12, 0x18, name="DOS internal: get caller's registers", gives="DS:SI frame")
def caller_registers(dos: Dos, regs: Registers) -> None:
    regs.ds, regs.si = dos.processes.current.stack


@int2f.service(0x12, 0x20, name="DOS internal: get JFT entry", takes="BX handle", gives="ES:DI entry")
def jft_entry(dos: Dos, regs: Registers) -> None:
    psp = dos.processes.current
    if regs.bx >= psp.handle_count:
        regs.al = 6
        regs.cf = True
        return
    segment, offset = psp.handle_table
    regs.es, regs.di = segment, offset + regs.bx & 0xFFFF
    regs.cf = False


@int2f.service(0x12, 0x21, name="DOS internal: true name", takes="DS:SI path, ES:DI buffer")
def true_name(dos: Dos, regs: Registers) -> None:
    try:
        path = dos.full_path(dos.memory.asciiz(regs.address("ds", regs.si), 128))
    except DosError as error:
        regs.ax = error.code
        regs.cf = True
        return
    dos.memory.write(regs.address("es", regs.di), path + b"\0")
    regs.cf = False


@int2f.service(0x12, 0x25, name="DOS internal: length of string", takes="DS:SI string", gives="CX with its zero")
def length_of_source(dos: Dos, regs: Registers) -> None:
    regs.cx = (len(dos.memory.asciiz(regs.address("ds", regs.si))) + 1) & 0xFFFF


@int2f.service(0x12, 0x2E, name="DOS internal: error tables", takes="DL which", gives="ES:DI table")
def error_tables(dos: Dos, regs: Registers) -> None:
    # Message tables are in COMMAND.COM and the country drivers; segment 1 says that there is none in memory.
    if regs.dl in (0x00, 0x02, 0x04, 0x06, 0x08):
        regs.es, regs.di = 0x0001, 0
