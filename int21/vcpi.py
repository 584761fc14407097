"""VCPI: INT 67h/DE00h to DE0Ch, how a program gets into protected mode beside an expanded memory manager.

Phar Lap, Quarterdeck, "Virtual Control Program Interface, version 1.0" (1989); RBIL, INT 67h. The server itself,
which knows the CPU, is handed in (``Dos.vcpi``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from int21.ems import EmsError, Status
from int21.ems_functions import function
from int21.registers import Registers

if TYPE_CHECKING:
    from int21.dos import Dos
    from int21.ems import Ems

VERSION = 0x0100
LOW_PAGES = 0x110  # what every client sees at its own address: the first megabyte and the high memory area


class VcpiServer(Protocol):
    """What the functions need of the machine."""

    highest_page: int  # physical address of the last page that can be allocated
    vectors: tuple[int, int]  # first interrupt of each 8259A

    @property
    def free_pages(self) -> int: ...
    def allocate(self, psp: int) -> int | None: ...
    def free(self, address: int) -> bool: ...
    def interface(self, table: int, descriptors: int) -> int: ...
    def system_register(self, name: str) -> int: ...
    def set_debug_register(self, number: int, value: int) -> None: ...
    def to_protected_mode(self, structure: int) -> None: ...


def server(dos: Dos) -> VcpiServer:
    """Raises UNDEFINED_FUNCTION where there is none."""
    if dos.vcpi is None:
        raise EmsError(Status.UNDEFINED_FUNCTION)
    return dos.vcpi


@function(0xDE, 0x00, name="VCPI installed?", gives="AH 0: yes, BX version")
def installed(dos: Dos, ems: Ems, regs: Registers) -> None:
    server(dos)
    regs.bx = VERSION


@function(
    0xDE, 0x01, name="VCPI: get protected mode interface", takes="ES:DI page table, DS:SI descriptors", gives="DI, EBX"
)
def interface(dos: Dos, ems: Ems, regs: Registers) -> None:
    table, descriptors = (regs.es << 4) + regs.di, (regs.ds << 4) + regs.si
    regs.ebx = server(dos).interface(table, descriptors)
    regs.di += LOW_PAGES * 4


@function(0xDE, 0x02, name="VCPI: get highest page", gives="EDX physical address")
def highest_page(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.edx = server(dos).highest_page


@function(0xDE, 0x03, name="VCPI: get free pages", gives="EDX pages of 4 KB")
def free_pages(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.edx = server(dos).free_pages


@function(0xDE, 0x04, name="VCPI: allocate page", gives="EDX physical address")
def allocate_page(dos: Dos, ems: Ems, regs: Registers) -> None:
    page = server(dos).allocate(dos.psp)
    if page is None:
        raise EmsError(Status.MORE_THAN_FREE)
    regs.edx = page


@function(0xDE, 0x05, name="VCPI: free page", takes="EDX physical address")
def free_page(dos: Dos, ems: Ems, regs: Registers) -> None:
    if not server(dos).free(regs.edx):
        raise EmsError(Status.LOGICAL_PAGE)


@function(0xDE, 0x06, name="VCPI: get physical address", takes="CX page of the first megabyte", gives="EDX")
def physical_address(dos: Dos, ems: Ems, regs: Registers) -> None:
    server(dos)
    if regs.cx >= LOW_PAGES:
        raise EmsError(Status.PHYSICAL_PAGE)
    # Pages of the EMS frame are where the expanded memory lies: clients put page tables there, which the CPU walks.
    regs.edx = dos.memory.shown_page(regs.cx) << 12


@function(0xDE, 0x07, name="VCPI: read CR0", gives="EBX")
def read_cr0(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.ebx = server(dos).system_register("cr0")


@function(0xDE, 0x08, name="VCPI: read debug registers", takes="ES:DI 8 dwords")
def read_debug_registers(dos: Dos, ems: Ems, regs: Registers) -> None:
    vcpi = server(dos)
    for number in range(8):
        value = vcpi.system_register(f"dr{number}")
        dos.memory.set_u32((regs.es << 4) + regs.di + 4 * number, value & 0xFFFFFFFF)


@function(0xDE, 0x09, name="VCPI: load debug registers", takes="ES:DI 8 dwords")
def load_debug_registers(dos: Dos, ems: Ems, regs: Registers) -> None:
    vcpi = server(dos)
    for number in (0, 1, 2, 3, 6, 7):
        vcpi.set_debug_register(number, dos.memory.u32((regs.es << 4) + regs.di + 4 * number))


@function(0xDE, 0x0A, name="VCPI: get interrupt vectors", gives="BX first of IRQ 0, CX first of IRQ 8")
def get_vectors(dos: Dos, ems: Ems, regs: Registers) -> None:
    regs.bx, regs.cx = server(dos).vectors


@function(0xDE, 0x0B, name="VCPI: interrupt vectors were changed", takes="BX first of IRQ 0, CX first of IRQ 8")
def set_vectors(dos: Dos, ems: Ems, regs: Registers) -> None:
    server(dos).vectors = (regs.bx & 0xFF, regs.cx & 0xFF)


@function(0xDE, 0x0C, name="VCPI: switch to protected mode", takes="ESI linear address of the new state")
def to_protected_mode(dos: Dos, ems: Ems, regs: Registers) -> None:
    server(dos).to_protected_mode(regs.esi)
