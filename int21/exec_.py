"""EXEC, INT 21h/4Bh: load a program and run it, load it only, or load an overlay.

Rules for memory, registers and the PSP: MS-DOS Programmer's Reference, "Load and Execute Program"; RBIL,
INT 21h/AX=4B00h to 4B05h. The initial registers are those that DOS 5 leaves.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from int21 import environment
from int21.arena import SYSTEM
from int21.direct_exec import KnownProgram
from int21.errors import DosError, ErrorCode
from int21.execute_command import stand_in
from int21.image import Image
from int21.known_file import KnownFile
from int21.processes import RUNNING_FLAGS
from int21.psp import LONG_TAIL, PARAGRAPHS, TAIL_LIMIT, Psp
from int21.registers import Registers
from int21.table import int21
from int21.view import View, far, linear, u16

if TYPE_CHECKING:
    from int21.dos import Dos

_COM_LIMIT = 0x10000 - 0x100 - 2  # bytes of a .COM file: a segment, less PSP and the word on the stack
_INITIAL_BP = 0x091C  # CX and BP hold leftovers of DOS 5's own loader
_INITIAL_CX = 0x00FF
_INVALID_DRIVE = 0xFF
_FCB_SIZE = 12  # drive and name; the rest of an unopened FCB is zero


class ParameterBlock(View):
    """What ES:BX points to."""

    SIZE = 22

    environment = u16(0x00)
    tail = far(0x02)
    fcb1 = far(0x06)
    fcb2 = far(0x0A)
    stack = far(0x0E)  # answers of 4B01h
    entry = far(0x12)


class OverlayBlock(View):
    """What ES:BX points to for an overlay."""

    SIZE = 4

    segment = u16(0)
    factor = u16(2)


class ExecState(View):
    """What DS:DX points to for 4B05h."""

    SIZE = 18

    flags = u16(2)  # bit 0: an .EXE file, bit 1: an overlay
    name = far(4)
    psp = u16(8)
    entry = far(10)
    size = u16(14)


@dataclass(slots=True)
class Loaded:
    """A program in memory, ready to run."""

    psp: Psp
    entry: tuple[int, int]
    stack: tuple[int, int]
    ax: int


def relocated(image: Image, factor: int) -> bytes:
    """The load module with ``factor`` added to every word that a relocation names.

    A relocation outside the module is left out: it would change memory that is not the program's.

    >>> relocated(Image("exe", bytes(4), relocations=[(0, 2), (1, 0)]), 0x1234).hex()
    '00003412'
    """
    if not image.relocations:
        return image.data
    data = bytearray(image.data)
    last = len(data) - 2
    for segment, offset in image.relocations:
        at = linear(segment, offset)
        if at <= last:
            value = data[at] + (data[at + 1] << 8) + factor
            data[at] = value & 0xFF
            data[at + 1] = value >> 8 & 0xFF
    return bytes(data)


def _program(dos: Dos, path: bytes) -> tuple[bytes, bytes]:
    """The path of a program file and what is in it; every COMMAND.COM is there, as on a disk that DOS starts from."""
    try:
        return path, dos.files.read_whole(path)
    except DosError as error:
        shell = stand_in(dos, path)
        if shell is None or error.code not in (ErrorCode.FILE_NOT_FOUND, ErrorCode.PATH_NOT_FOUND):
            raise
        return shell, dos.files.read_whole(shell)


def load(
    dos: Dos, path: bytes, *, strings_at: int, tail: bytes, fcb1: bytes, fcb2: bytes, return_to: tuple[int, int]
) -> Loaded:
    """Load the program file ``path`` as a child of the current program.

    ``strings_at`` is the segment of the environment to copy (0: none). Raises DosError: what opening the
    file gives, INVALID_FORMAT, INVALID_ENVIRONMENT, INSUFFICIENT_MEMORY, MCB_DESTROYED; nothing is changed then.
    """
    known = dos.files.known(path)
    path, data = _program(dos, path)
    image = dos.load_image(data)
    full_path = dos.full_path(path)
    strings = environment.read(dos.memory, strings_at) if strings_at else []
    block = environment.build(strings, full_path)
    arena = dos.arena
    variables = arena.allocate(len(block) + 15 >> 4, SYSTEM)
    try:
        segment, size = _allocate(dos, image)
    except DosError:
        arena.free(variables)
        raise
    arena.block(variables).owner = segment
    program = arena.block(segment)
    program.owner = segment
    program.name = full_path.rpartition(b"\\")[2].partition(b".")[0]
    dos.memory.write(variables << 4, block)

    dos.memory.write(0x22 * 4, struct.pack("<2H", return_to[1], return_to[0]))
    parent = dos.psp
    psp = Psp.create(dos.memory, segment, memory_top=segment + size, parent=parent)
    psp.version = dos.settings.version[0] | dos.settings.version[1] << 8
    psp.environment = variables
    psp.set_tail(tail)
    psp.fcb1 = fcb1 + bytes(4)
    psp.fcb2 = fcb2 + bytes(8)
    dos.files.inherit(parent, segment)
    entry, stack = _place(dos, image, segment, size)
    ax = (0 if _valid_drive(dos, fcb1) else _INVALID_DRIVE) | (0 if _valid_drive(dos, fcb2) else _INVALID_DRIVE) << 8
    if known is not None:
        dos.files.programs.learn(_known_program(dos, known, full_path, image))
    return Loaded(psp, entry, stack, ax)


def _known_program(dos: Dos, file: KnownFile, full_path: bytes, image: Image) -> KnownProgram:
    """What starts the program the next time without Python."""
    return KnownProgram(
        file,
        full_path,
        image.data,
        image.relocations,
        exe=image.kind == "exe",
        high=image.load_high,
        least=image.min_paragraphs,
        most=image.max_paragraphs,
        start=(image.cs, image.ip),
        stack=(image.ss, image.sp),
        version=dos.settings.version[0] | dos.settings.version[1] << 8,
        drives=sum(1 << number for number in dos.drives.numbers()),
    )


def _allocate(dos: Dos, image: Image) -> tuple[int, int]:
    """The program's block: (segment, paragraphs)."""
    own = PARAGRAPHS + (len(image.data) + 15 >> 4)
    if image.kind == "com":
        if len(image.data) > _COM_LIMIT:
            raise DosError(ErrorCode.INSUFFICIENT_MEMORY, "the file is too large for a .COM program")
        least = own
        size = largest = dos.arena.largest_free(least)
    else:
        least = own + image.min_paragraphs
        largest = dos.arena.largest_free(least)
        size = largest if image.load_high else min(max(own + image.max_paragraphs, least), largest)
    if least > largest:
        raise DosError(ErrorCode.INSUFFICIENT_MEMORY)
    return dos.arena.allocate(size, SYSTEM), size


def _place(dos: Dos, image: Image, segment: int, size: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Put the load module into the block; returns its entry and its stack."""
    if image.kind == "com":
        dos.memory.write((segment + PARAGRAPHS) << 4, image.data)
        sp = min(size << 4, 0x10000) - 2
        dos.memory.set_u16(linear(segment, sp), 0)
        return (segment, 0x100), (segment, sp)
    if image.load_high:
        start = segment + size - (len(image.data) + 15 >> 4)
    else:
        start = segment + PARAGRAPHS
    dos.memory.write(start << 4, relocated(image, start))
    return ((start + image.cs) & 0xFFFF, image.ip), ((start + image.ss) & 0xFFFF, image.sp)


def _valid_drive(dos: Dos, fcb: bytes) -> bool:
    return not fcb[0] or dos.drive_exists(fcb[0])


def enter(dos: Dos, regs: Registers, program: Loaded) -> None:
    """Make a loaded program the current one, and the registers those with which it begins."""
    segment = program.psp.segment
    dos.psp = segment
    dos.dta = (segment, 0x80)
    regs.eax = regs.ebx = program.ax
    regs.ecx = _INITIAL_CX
    regs.edx = segment
    regs.ebp = _INITIAL_BP
    regs.ds = regs.es = segment
    regs.ss = program.stack[0]
    regs.esp = regs.edi = program.stack[1]
    regs.cs, regs.eip = program.entry
    regs.esi = program.entry[1]
    regs.eflags = RUNNING_FLAGS


def _pointed_at(dos: Dos, pointer: tuple[int, int], size: int) -> bytes:
    """What a pointer of the parameter block leads to; zeros for one that leads nowhere, like FFFF:FFFF."""
    address = linear(*pointer)
    if address + size > len(dos.memory):
        return bytes(size)
    return bytes(dos.memory.read(address, size))


def _parameters(dos: Dos, regs: Registers) -> tuple[ParameterBlock, Loaded]:
    memory = dos.memory
    block = ParameterBlock(memory, regs.address("es", regs.bx))
    tail = _pointed_at(dos, block.tail, TAIL_LIMIT + 1)
    program = dos.append.tried(
        memory.asciiz(regs.address("ds", regs.dx), 128),
        lambda path: load(
            dos,
            path,
            strings_at=block.environment or dos.processes.current.environment,
            tail=tail[1 : 1 + tail[0]],
            fcb1=_pointed_at(dos, block.fcb1, _FCB_SIZE),
            fcb2=_pointed_at(dos, block.fcb2, _FCB_SIZE),
            return_to=(regs.cs, regs.ip),
        ),
        searching=True,
    )
    if tail[0] == LONG_TAIL:
        program.psp.tail_length = LONG_TAIL
    return block, program


@int21.service(0x4B, 0x00, name="execute program", takes="DS:DX path, ES:BX parameters")
def execute(dos: Dos, regs: Registers) -> None:
    enter(dos, regs, _parameters(dos, regs)[1])


@int21.service(0x4B, 0x01, name="load program", takes="DS:DX path, ES:BX parameters")
def load_only(dos: Dos, regs: Registers) -> None:
    block, program = _parameters(dos, regs)
    # The initial AX is on the program's stack, for the debugger to pop.
    segment, sp = program.stack
    sp = (sp - 2) & 0xFFFF
    dos.memory.set_u16(linear(segment, sp), program.ax)
    block.stack = (segment, sp)
    block.entry = program.entry
    dos.psp = program.psp.segment
    dos.dta = (program.psp.segment, 0x80)


@int21.service(0x4B, 0x03, name="load overlay", takes="DS:DX path, ES:BX segment and relocation factor")
def load_overlay(dos: Dos, regs: Registers) -> None:
    block = OverlayBlock(dos.memory, regs.address("es", regs.bx))
    segment, factor = block.segment, block.factor
    image = dos.load_image(dos.files.read_whole(dos.memory.asciiz(regs.address("ds", regs.dx), 128)))
    size = len(image.data) - image.padding  # a program may have just as much memory as the file needs
    if (segment << 4) + size > len(dos.memory):
        raise DosError(ErrorCode.INSUFFICIENT_MEMORY)
    dos.memory.write(segment << 4, relocated(image, factor)[:size])
    regs.ax = 0


@int21.service(0x4B, 0x05, name="set execution state", takes="DS:DX state")
def set_execution_state(dos: Dos, regs: Registers) -> None:
    # For programs that intercept 4B00h: the program they loaded themselves starts after this call.
    state = ExecState(dos.memory, regs.address("ds", regs.dx))
    psp = Psp.at(dos.memory, state.psp)
    if not state.flags & 2 and psp.terminate == 0x20CD:
        psp.version = dos.settings.version[0] | dos.settings.version[1] << 8
    regs.ax = 0


@int21.service(0x4B, name="execute program, unknown kind", takes="AL kind")
def execute_otherwise(dos: Dos, regs: Registers) -> None:
    raise DosError(ErrorCode.INVALID_FUNCTION)
