"""The multiplex interrupt, functions of DOS itself for its extensions: INT 2Fh/1200h to 122Fh (RBIL).

Those about buffers, open files and errors are in ``multiplex_kernel``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from int21 import handles, ioctl, layout
from int21.errors import DosError
from int21.registers import Registers
from int21.table import int2f, int21
from int21.timestamps import pack

if TYPE_CHECKING:
    from int21.dos import Dos

_INSTALLED = 0xFF


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


def _on_stack(dos: Dos, regs: Registers) -> int:
    """The word that the caller pushed."""
    return dos.memory.u16(regs.address("ss", regs.sp))


@int2f.service(0x12, 0x02, name="DOS internal: get vector's address", takes="stack vector", gives="ES:BX in the table")
def vector_address(dos: Dos, regs: Registers) -> None:
    regs.es, regs.bx = 0, (_on_stack(dos, regs) & 0xFF) * 4


@int2f.service(
    0x12, 0x1A, name="DOS internal: get drive of path", takes="DS:SI path", gives="AL drive, DS:SI behind it"
)
def drive_of_path(dos: Dos, regs: Registers) -> None:
    letter, colon = dos.memory.read(regs.address("ds", regs.si), 2)
    regs.al = 0
    if colon == 0x3A:
        number = (letter & 0xDF) - 0x40
        regs.al = number if 1 <= number <= dos.drives.count else 0xFF
        regs.si = (regs.si + 2) & 0xFFFF


@int2f.service(0x12, 0x1B, name="DOS internal: days in February", takes="CX years since 1980", gives="AL days")
def days_in_february(dos: Dos, regs: Registers) -> None:
    regs.al = 28 if regs.cx % 4 else 29


@int2f.service(0x12, 0x1C, name="DOS internal: checksum", takes="DS:SI bytes, CX count, DX sum", gives="DX sum, SI")
def checksum(dos: Dos, regs: Registers) -> None:
    regs.dx = (regs.dx + sum(dos.memory.read(regs.address("ds", regs.si), regs.cx))) & 0xFFFF
    regs.si = (regs.si + regs.cx) & 0xFFFF
    regs.cx = 0


@int2f.service(0x12, 0x1E, name="DOS internal: compare file names", takes="DS:SI, ES:DI names", gives="ZF equal")
def compare_names(dos: Dos, regs: Registers) -> None:
    first, second = (
        dos.code_page.upper(dos.memory.asciiz(address, 128)).replace(b"/", b"\\")
        for address in (regs.address("ds", regs.si), regs.address("es", regs.di))
    )
    regs.zf = first == second


@int2f.service(0x12, 0x23, name="DOS internal: is it a device?", takes="name in the SDA", gives="CF: no")
def is_device(dos: Dos, regs: Registers) -> None:
    regs.cf = True  # the name is where a file system driver of DOS puts it: there is none


@int2f.service(0x12, 0x24, name="DOS internal: set sharing delay")
def set_sharing_delay(dos: Dos, regs: Registers) -> None:
    return


def _by_carry(dos: Dos, regs: Registers, act: Callable[[Dos, Registers], None]) -> None:
    """Run a function of INT 21h, whose errors come back by carry."""
    regs.cf = False
    try:
        act(dos, regs)
    except DosError as error:
        dos.errors.remember(error)
        regs.ax = error.code
        regs.cf = True


@int2f.service(0x12, 0x26, name="DOS internal: open file", takes="CL mode, DS:DX path", gives="AX handle")
def open_file(dos: Dos, regs: Registers) -> None:
    regs.al = regs.cl
    _by_carry(dos, regs, handles.open_file)


@int2f.service(0x12, 0x27, name="DOS internal: close file", takes="BX handle")
def close_file(dos: Dos, regs: Registers) -> None:
    _by_carry(dos, regs, handles.close_file)


@int2f.service(0x12, 0x28, name="DOS internal: seek", takes="BP 4200h and origin, BX, CX:DX", gives="DX:AX position")
def seek(dos: Dos, regs: Registers) -> None:
    regs.al = regs.bp & 0xFF
    _by_carry(dos, regs, handles.seek)


@int2f.service(0x12, 0x29, name="DOS internal: read file", takes="BX handle, CX bytes, DS:DX buffer", gives="AX bytes")
def read_file(dos: Dos, regs: Registers) -> None:
    _by_carry(dos, regs, handles.read_file)


@int2f.service(0x12, 0x2B, name="DOS internal: IOCTL", takes="BP 4400h and function, as INT 21h/44h")
def device_control(dos: Dos, regs: Registers) -> None:
    regs.ax = 0x4400 | regs.bp & 0xFF
    service = int21.find(regs.ax)
    _by_carry(dos, regs, ioctl.unknown if service is None else service.handler)


@int2f.service(0x12, 0x2C, name="DOS internal: get device chain", gives="BX:AX header behind NUL's")
def device_chain(dos: Dos, regs: Registers) -> None:
    regs.bx, regs.ax = layout.far_pointer(layout.DEVICE_HEADERS)


@int2f.service(0x12, 0x2D, name="DOS internal: get extended error", gives="AX code")
def extended_error(dos: Dos, regs: Registers) -> None:
    regs.ax = dos.data.error_code


@int2f.service(0x12, 0x2F, name="DOS internal: set version", takes="DX version, 0: the true one")
def set_version(dos: Dos, regs: Registers) -> None:
    dos.reported_version = (regs.dl, regs.dh) if regs.dx else dos.settings.version
