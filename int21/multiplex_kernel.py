"""The multiplex interrupt, functions of DOS about its own buffers, files and errors: INT 2Fh/1206h to 1230h (RBIL).

Extensions of DOS (redirectors, SHARE, CD drivers) call them from inside of DOS; the plain helpers for texts and
files are in ``multiplex_dos``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21 import layout
from int21.registers import Registers
from int21.table import int2f

if TYPE_CHECKING:
    from int21.dos import Dos

_FAIL = 3  # what a critical error handler answers
_NO_MORE = 0xFF
_KEEP = 0xFF


@int2f.service(0x12, 0x07, name="DOS internal: buffer was used", takes="DS:DI buffer")
@int2f.service(0x12, 0x09, name="DOS internal: free buffer", takes="DS:DI buffer")
@int2f.service(0x12, 0x0E, name="DOS internal: no buffer is needed")
@int2f.service(0x12, 0x0F, name="DOS internal: buffer was used last", takes="DS:DI buffer")
@int2f.service(0x12, 0x15, name="DOS internal: flush buffer", takes="DS:DI buffer")
def about_buffers(dos: Dos, regs: Registers) -> None:
    return  # the host has the buffers; all that was written is there already


@int2f.service(0x12, 0x10, name="DOS internal: find unused buffer", takes="DS:DI buffer", gives="ZF: there is none")
def find_buffer(dos: Dos, regs: Registers) -> None:
    regs.zf = True


@int2f.service(0x12, 0x06, name="DOS internal: critical error", gives="AL 3: fail")
@int2f.service(0x12, 0x0A, name="DOS internal: critical error of a file", gives="AL 3: fail, CF")
@int2f.service(0x12, 0x0B, name="DOS internal: sharing violation", gives="AX 3: fail, CF")
def critical_error(dos: Dos, regs: Registers) -> None:
    # The error is not one of DOS's own: there is no state of a failed call that INT 24h could be shown.
    regs.al = _FAIL
    regs.cf = True


@int2f.service(0x12, 0x08, name="DOS internal: one user less", takes="ES:DI SFT entry", gives="AX users before")
def one_user_less(dos: Dos, regs: Registers) -> None:
    address = regs.address("es", regs.di)
    users = dos.memory.u16(address)
    regs.ax = users
    # 0 would be a free entry: whoever called closes the file and makes it one.
    dos.memory.set_u16(address, 0xFFFF if users == 1 else (users - 1) & 0xFFFF)


@int2f.service(0x12, 0x19, name="DOS internal: set drive", takes="stack drive (0 current, 1 A:)", gives="CF: no drive")
def set_drive(dos: Dos, regs: Registers) -> None:
    number = dos.memory.u8(regs.address("ss", regs.sp))
    number = dos.drives.current if number == 0 else number - 1
    regs.cf = number not in dos.drives.numbers()
    if not regs.cf:
        dos.drives.touched = number


@int2f.service(
    0x12, 0x1D, name="DOS internal: sum up to a limit", takes="DS:SI bytes, CX 0, DX limit",
    gives="AL byte above the limit, CX bytes before it, DX what remains",
)  # fmt: skip
def sum_up(dos: Dos, regs: Registers) -> None:
    for _ in range(0x10000):
        regs.al = dos.memory.u8(regs.address("ds", regs.si))
        regs.si = (regs.si + 1) & 0xFFFF
        if regs.al > regs.dx:
            return
        regs.dx -= regs.al
        regs.cx = (regs.cx + 1) & 0xFFFF


@int2f.service(0x12, 0x1F, name="DOS internal: build CDS", takes="stack drive letter", gives="ES:DI CDS, CF: no drive")
def build_cds(dos: Dos, regs: Registers) -> None:
    number = (dos.memory.u8(regs.address("ss", regs.sp)) & 0xDF) - 0x41
    regs.cf = not 0 <= number < dos.drives.count
    if not regs.cf:
        regs.es, offset = layout.far_pointer(layout.CDS_ARRAY)
        regs.di = offset + number * layout.CDS_SIZE


@int2f.service(0x12, 0x22, name="DOS internal: describe the last error", takes="SS:SI table of 4 bytes an error")
def describe_error(dos: Dos, regs: Registers) -> None:
    data = dos.data
    for _ in range(0x100):
        code, kind, action, locus = dos.memory.read(regs.address("ss", regs.si), 4)
        regs.si = (regs.si + 4) & 0xFFFF
        if code in (data.error_code & 0xFF, _NO_MORE):
            data.error_class = data.error_class if kind == _KEEP else kind
            data.error_action = data.error_action if action == _KEEP else action
            data.error_locus = data.error_locus if locus == _KEEP else locus
            return


@int2f.service(0x12, 0x2A, name="DOS internal: set FASTOPEN", takes="DS:SI entry", gives="CF: it has no use")
def set_fastopen(dos: Dos, regs: Registers) -> None:
    regs.cf = True


@int2f.service(0x12, 0x30, name="DOS internal: number of SFT entry", takes="ES:DI entry", gives="BX number, CF: none")
def number_of_entry(dos: Dos, regs: Registers) -> None:
    distance = regs.address("es", regs.di) - layout.SFT_TABLE - layout.SFT_HEADER_SIZE
    number, rest = divmod(distance, layout.SFT_SIZE)
    regs.cf = bool(rest) or not 0 <= number < dos.settings.files
    if not regs.cf:
        regs.bx = number
