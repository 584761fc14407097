"""Reading and writing records by FCB: INT 21h functions 14h, 15h, 21h, 22h, 27h, 28h.

Records go to and from the disk transfer area. AL tells how it went (MS-DOS Programmer's Reference).
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from int21.errors import DosError
from int21.fcb import Fcb, fcb_at
from int21.registers import Registers
from int21.table import int21
from int21.view import linear

if TYPE_CHECKING:
    from int21.dos import Dos

_LAST_POSITION = 0xFFFFFFFF


class Status(IntEnum):
    """AL of the record functions."""

    DONE = 0
    END = 1  # nothing read; or the disk is full
    SEGMENT_END = 2  # the record does not fit in the transfer area's segment
    PARTIAL = 3  # the last record was short and is filled up with zeros


def _fitting(dos: Dos, size: int, count: int) -> int:
    """How many records fit between the transfer address and the end of its segment."""
    return min(count, (0x10000 - dos.dta[1]) // size)


def _read(dos: Dos, fcb: Fcb, number: int, count: int) -> tuple[Status, int]:
    """Read records from ``number`` on; returns the status and how many were read."""
    size = fcb.bytes_per_record
    fitting = _fitting(dos, size, count)
    if fitting == 0 and count:
        return Status.SEGMENT_END, 0
    try:
        index = dos.files.fcbs.find(fcb)
        if number * size > _LAST_POSITION:
            return Status.END, 0
        dos.files.table.used(index).position = number * size
        data = dos.files.table.read(index, fitting * size)
    except DosError as error:
        if error.critical:
            raise
        dos.errors.remember(error)
        return Status.END, 0
    whole, rest = divmod(len(data), size)
    if rest:
        data += bytes(size - rest)
    dos.memory.write(linear(*dos.dta), data)
    if rest:
        return Status.PARTIAL, whole + 1
    if whole < fitting:
        return Status.END, whole
    return (Status.DONE if fitting == count else Status.SEGMENT_END), whole


def _write(dos: Dos, fcb: Fcb, number: int, count: int) -> tuple[Status, int]:
    """Write records from ``number`` on; returns the status and how many were written."""
    size = fcb.bytes_per_record
    fitting = _fitting(dos, size, count)
    if fitting == 0 and count:
        return Status.SEGMENT_END, 0
    try:
        index = dos.files.fcbs.find(fcb)
        if number * size > _LAST_POSITION:
            return Status.END, 0
        entry = dos.files.table.used(index)
        entry.position = number * size
        data = bytes(dos.memory.read(linear(*dos.dta), fitting * size))
        done = dos.files.table.write(index, data)
        fcb.size = dos.files.table.size(index)
        file = dos.files.table.file(index)
        if file is not None:
            fcb.date, fcb.time = file.stamp()
    except DosError as error:
        if error.critical:
            raise
        dos.errors.remember(error)
        return Status.END, 0
    if done < len(data):
        return Status.END, done // size
    return (Status.DONE if fitting == count else Status.SEGMENT_END), fitting


@int21.service(0x14, name="read next record (FCB)", takes="DS:DX FCB", gives="AL status")
def read_sequential(dos: Dos, regs: Registers) -> None:
    fcb = fcb_at(dos, regs).fcb
    number = fcb.sequential
    regs.al, count = _read(dos, fcb, number, 1)
    fcb.sequential = number + count


@int21.service(0x15, name="write next record (FCB)", takes="DS:DX FCB", gives="AL status")
def write_sequential(dos: Dos, regs: Registers) -> None:
    fcb = fcb_at(dos, regs).fcb
    number = fcb.sequential
    regs.al, count = _write(dos, fcb, number, 1)
    fcb.sequential = number + count


@int21.service(0x21, name="read random record (FCB)", takes="DS:DX FCB", gives="AL status")
def read_random(dos: Dos, regs: Registers) -> None:
    fcb = fcb_at(dos, regs).fcb
    regs.al, _ = _read(dos, fcb, fcb.random, 1)
    fcb.sequential = fcb.random


@int21.service(0x22, name="write random record (FCB)", takes="DS:DX FCB", gives="AL status")
def write_random(dos: Dos, regs: Registers) -> None:
    fcb = fcb_at(dos, regs).fcb
    regs.al, _ = _write(dos, fcb, fcb.random, 1)
    fcb.sequential = fcb.random


@int21.service(0x27, name="read random records (FCB)", takes="DS:DX FCB, CX records", gives="AL status, CX records")
def read_random_block(dos: Dos, regs: Registers) -> None:
    fcb = fcb_at(dos, regs).fcb
    number = fcb.random
    regs.al, regs.cx = _read(dos, fcb, number, regs.cx)
    fcb.random = fcb.sequential = number + regs.cx


@int21.service(
    0x28,
    name="write random records (FCB)",
    takes="DS:DX FCB, CX records (0: the file ends at the random record)",
    gives="AL status, CX records",
)
def write_random_block(dos: Dos, regs: Registers) -> None:
    fcb = fcb_at(dos, regs).fcb
    number = fcb.random
    regs.al, regs.cx = _write(dos, fcb, number, regs.cx)
    fcb.random = fcb.sequential = number + regs.cx
