"""The services of the XMS driver: INT 2Fh/43h, and the functions 00h to 12h and 88h to 8Fh of its entry point.

Microsoft, "eXtended Memory Specification (XMS), version 3.0". A function returns AX = 1, or AX = 0 and an
error code in BL. The entry point is guest code (``int21.memory_managers``) that ends in a trap.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from int21.arena import SYSTEM, NoRoom
from int21.errors import DosError
from int21.registers import Registers
from int21.table import int2f, xms
from int21.view import View, u16, u32
from int21.xms import Xms, XmsError, XmsErrorCode

if TYPE_CHECKING:
    from int21.dos import Dos

_VERSION = 0x0300
_REVISION = 0x0301
_INSTALLED = 0x80
_UPPER_NAME = b"UMB"
_WORD = 0xFFFF

_HIGH_SEGMENT = 0xFFFF

Function = Callable[["Dos", Xms, Registers], None]


class MoveParameters(View):
    """What DS:SI points to for function 0Bh."""

    SIZE = 16

    length = u32(0)
    source_handle = u16(4)
    source_offset = u32(6)
    target_handle = u16(10)
    target_offset = u32(12)


def function(
    number: int, *, name: str, takes: str = "", gives: str = "", keeps_bl: bool = False
) -> Callable[[Function], Function]:
    """Declare a function of the entry point: AX = 1 unless it raises; BL = 0 unless it ``keeps_bl``."""

    def declare(body: Function) -> Function:
        @xms.service(number, name=name, takes=takes, gives=gives)
        @wraps(body)
        def handler(dos: Dos, regs: Registers) -> None:
            try:
                if dos.xms is None:
                    raise XmsError(XmsErrorCode.NOT_IMPLEMENTED)
                regs.ax = 1
                body(dos, dos.xms, regs)
            except XmsError as error:
                regs.ax, regs.bl = 0, error.code
            else:
                if not keeps_bl:
                    regs.bl = 0

        return body

    return declare


@int2f.service(0x43, 0x00, name="XMS driver installed?", gives="AL 80h: yes")
def installed(dos: Dos, regs: Registers) -> None:
    if dos.xms is not None:
        regs.al = _INSTALLED


@int2f.service(0x43, 0x10, name="get XMS entry point", gives="ES:BX entry")
def entry_point(dos: Dos, regs: Registers) -> None:
    if dos.xms is not None:
        regs.es, regs.bx = dos.xms_entry


@xms.service(name="unknown function", gives="AX 0, BL 80h")
def unknown(dos: Dos, regs: Registers) -> None:
    regs.ax, regs.bl = 0, XmsErrorCode.NOT_IMPLEMENTED


@function(0x00, name="get version", gives="AX version, BX revision, DX 1: high memory area", keeps_bl=True)
def version(dos: Dos, driver: Xms, regs: Registers) -> None:
    regs.ax, regs.bx, regs.dx = _VERSION, _REVISION, 1


@function(0x01, name="request high memory area", takes="DX bytes, FFFFh for a program")
def request_high_memory(dos: Dos, driver: Xms, regs: Registers) -> None:
    driver.take_high_memory()


@function(0x02, name="release high memory area")
def release_high_memory(dos: Dos, driver: Xms, regs: Registers) -> None:
    driver.release_high_memory()


@function(0x03, name="global enable A20")
def global_enable(dos: Dos, driver: Xms, regs: Registers) -> None:
    driver.enable_global()


@function(0x04, name="global disable A20")
def global_disable(dos: Dos, driver: Xms, regs: Registers) -> None:
    driver.disable_global()


@function(0x05, name="local enable A20")
def local_enable(dos: Dos, driver: Xms, regs: Registers) -> None:
    driver.enable_local()


@function(0x06, name="local disable A20")
def local_disable(dos: Dos, driver: Xms, regs: Registers) -> None:
    driver.disable_local()


@function(0x07, name="query A20", gives="AX 1: open")
def query_a20(dos: Dos, driver: Xms, regs: Registers) -> None:
    regs.ax = int(driver.a20)


@function(0x08, name="query free extended memory", gives="AX largest block in KB, DX all in KB", keeps_bl=True)
def query_free(dos: Dos, driver: Xms, regs: Registers) -> None:
    regs.ax, regs.dx = min(driver.largest_free, _WORD), min(driver.total_free, _WORD)
    regs.bl = 0 if driver.total_free else XmsErrorCode.ALL_ALLOCATED


@function(0x88, name="query any free extended memory", gives="EAX largest, ECX last address, EDX all", keeps_bl=True)
def query_any_free(dos: Dos, driver: Xms, regs: Registers) -> None:
    regs.eax, regs.ecx, regs.edx = driver.largest_free, driver.last_address, driver.total_free
    regs.bl = 0 if driver.total_free else XmsErrorCode.ALL_ALLOCATED


@function(0x09, name="allocate extended memory", takes="DX KB", gives="DX handle")
def allocate(dos: Dos, driver: Xms, regs: Registers) -> None:
    _allocate(driver, regs, regs.dx)


@function(0x89, name="allocate any extended memory", takes="EDX KB", gives="DX handle")
def allocate_any(dos: Dos, driver: Xms, regs: Registers) -> None:
    _allocate(driver, regs, regs.edx)


def _allocate(driver: Xms, regs: Registers, size_kb: int) -> None:
    try:
        regs.dx = driver.allocate(size_kb)
    except XmsError:
        regs.dx = 0
        raise


@function(0x0A, name="free extended memory", takes="DX handle")
def free(dos: Dos, driver: Xms, regs: Registers) -> None:
    driver.free(regs.dx)


@function(0x0B, name="move extended memory", takes="DS:SI extended move")
def move(dos: Dos, driver: Xms, regs: Registers) -> None:
    block = MoveParameters(dos.memory, regs.address("ds", regs.si))
    driver.move(block.length, (block.source_handle, block.source_offset), (block.target_handle, block.target_offset))


@function(0x0C, name="lock extended memory", takes="DX handle", gives="DX:BX address", keeps_bl=True)
def lock(dos: Dos, driver: Xms, regs: Registers) -> None:
    address = driver.lock(regs.dx)
    regs.dx, regs.bx = address >> 16, address & _WORD


@function(0x0D, name="unlock extended memory", takes="DX handle")
def unlock(dos: Dos, driver: Xms, regs: Registers) -> None:
    driver.unlock(regs.dx)


@function(0x0E, name="get handle", takes="DX handle", gives="BH locks, BL free handles, DX KB", keeps_bl=True)
def handle_information(dos: Dos, driver: Xms, regs: Registers) -> None:
    block = driver.block(regs.dx)
    regs.bh, regs.bl, regs.dx = block.locks, driver.free_handles, min(block.size_kb, _WORD)


@function(0x8E, name="get any handle", takes="DX handle", gives="BH locks, CX free handles, EDX KB", keeps_bl=True)
def any_handle_information(dos: Dos, driver: Xms, regs: Registers) -> None:
    block = driver.block(regs.dx)
    regs.bh, regs.cx, regs.edx = block.locks, driver.free_handles, block.size_kb


@function(0x0F, name="resize extended memory", takes="BX KB, DX handle")
def resize(dos: Dos, driver: Xms, regs: Registers) -> None:
    driver.resize(regs.dx, regs.bx)


@function(0x8F, name="resize any extended memory", takes="EBX KB, DX handle")
def resize_any(dos: Dos, driver: Xms, regs: Registers) -> None:
    driver.resize(regs.dx, regs.ebx)


# Upper memory. DOS manages it; what is asked for here comes from its blocks.


@function(0x10, name="request upper memory", takes="DX paragraphs", gives="BX segment, DX paragraphs", keeps_bl=True)
def request_upper(dos: Dos, driver: Xms, regs: Registers) -> None:
    try:
        regs.bx = dos.arena.allocate_upper(regs.dx, SYSTEM, _UPPER_NAME)
    except NoRoom as error:
        raise _no_room(regs, error.available) from None
    except DosError:
        raise _no_room(regs, 0) from None


@function(0x11, name="release upper memory", takes="DX segment")
def release_upper(dos: Dos, driver: Xms, regs: Registers) -> None:
    _check_upper(dos, regs.dx)
    dos.arena.free(regs.dx)


@function(0x12, name="resize upper memory", takes="BX paragraphs, DX segment", gives="DX largest on error")
def resize_upper(dos: Dos, driver: Xms, regs: Registers) -> None:
    size = _check_upper(dos, regs.dx)
    try:
        dos.arena.resize(regs.dx, regs.bx)
    except NoRoom as error:
        dos.arena.resize(regs.dx, size)
        regs.dx = error.available
        raise XmsError(XmsErrorCode.SMALLER_UPPER_BLOCK) from None


def _no_room(regs: Registers, available: int) -> XmsError:
    regs.dx = available
    return XmsError(XmsErrorCode.SMALLER_UPPER_BLOCK if available else XmsErrorCode.NO_UPPER_BLOCKS)


def _check_upper(dos: Dos, segment: int) -> int:
    """The size of a block that function 10h gave. Raises INVALID_UPPER_SEGMENT."""
    try:
        for block in dos.arena.upper_blocks():
            if block.segment == segment and block.owner == SYSTEM and block.name == _UPPER_NAME.ljust(8, b"\0"):
                return block.size
    except DosError:  # a program overwrote the chain
        pass
    raise XmsError(XmsErrorCode.INVALID_UPPER_SEGMENT)


# High memory that DOS has to spare (RBIL, INT 2Fh/4A01h and 4A02h): only when DOS itself is there.


@int2f.service(0x4A, 0x01, name="query free high memory", gives="BX bytes, ES:DI address")
def query_high_memory(dos: Dos, regs: Registers) -> None:
    regs.bx = 0 if dos.xms is None else dos.xms.high_memory_free
    _point_at_high_memory(regs, regs.bx)


@int2f.service(0x4A, 0x02, name="allocate high memory", takes="BX bytes", gives="BX bytes, ES:DI address")
def allocate_high_memory(dos: Dos, regs: Registers) -> None:
    size = (regs.bx + 15) & ~15
    if dos.xms is None or not 0 < size <= dos.xms.high_memory_free:
        regs.bx = 0
        _point_at_high_memory(regs, 0)
        return
    _point_at_high_memory(regs, dos.xms.high_memory_free)
    regs.bx = size
    dos.xms.high_memory_free -= size


def _point_at_high_memory(regs: Registers, free: int) -> None:
    """ES:DI: the first free byte; FFFF:FFFF when there is none."""
    regs.es = _HIGH_SEGMENT
    regs.di = 0x10000 - free if free else _WORD
