"""The DPMI host: clients, their mode switch, and where everything that happens in protected mode goes.

DPMI Specification 0.9 (1990) and 1.0 (1991). The host has no code in the guest but stubs: the engine hands
every interrupt, exception and request of protected mode over (``Engine.host_protected_mode``), only INT n
that a client hooked enter their gates directly. Clients run in ring 3 with IOPL 3, linear addresses are
physical, real-mode code runs in real mode.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dosemu.cpu.registers import SegmentFault
from dosemu.dpmi import int31, layout
from dosemu.dpmi.blocks import Pool
from dosemu.dpmi.callbacks import Callbacks
from dosemu.dpmi.client import Client, Far
from dosemu.dpmi.clients import PASSED_UP, REQUESTS, Clients
from dosemu.dpmi.crossings import Crossings
from dosemu.dpmi.default_interrupts import DefaultInterrupts
from dosemu.dpmi.descriptors import Tables
from dosemu.dpmi.dos_memory import DosMemory
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.exceptions import Exceptions
from dosemu.dpmi.paging import LinearMemory, Paging
from dosemu.dpmi.raw_switch import RawSwitch
from dosemu.dpmi.real import INTERRUPT_FLAG, PE, TRAP_FLAG, RealRegisters, State, pack_words
from dosemu.dpmi.shared import SharedBlocks
from dosemu.dpmi.translation import TABLES

if TYPE_CHECKING:
    from dosemu.cpu.engine import Engine
    from dosemu.trace import Trace
    from dosemu.vcpi import Vcpi
    from hw.memory import Memory
    from int21.dos import Dos

_BIOS = 0xF000
_BIG = 0x400000
_IOPL3 = 0x3000


class Host:
    """One machine's DPMI host. ``base`` is where its tables go (layout.HOST_SIZE bytes).

    ``on_fault(vector, text)`` ends the program, in real mode by then.
    """

    def __init__(
        self,
        engine: Engine,
        memory: Memory,
        dos: Dos,
        base: int,
        pool: Pool,
        on_fault: Callable[[int, str], None],
    ) -> None:
        self.engine = engine
        self.regs = engine.regs
        self.paging = Paging(engine, base + layout.PAGE_DIRECTORY)
        self.memory = LinearMemory(memory, self.paging)
        self.dos = dos
        self.pool = pool
        self.on_fault = on_fault
        self.on_protected_mode: Callable[[], None] | None = None
        self.trace: Trace | None = None
        self.tables = Tables(memory, base)
        self.clients = Clients(self)
        self.vcpi: Vcpi | None = None
        self.crossings = Crossings(self)
        self.exceptions = Exceptions(self)
        self.defaults = DefaultInterrupts(self)
        for vector in TABLES:
            self.crossings.native.leave_to_python(vector, self.defaults.translation.needs(vector))
        self.callbacks = Callbacks(self)
        self.paging.on_change = self._paging_changed
        engine.crossings = self.crossings.native
        self.shared = SharedBlocks(pool, lambda address: self.memory.write(address, bytes(16)))
        self.dos_memory = DosMemory(self)
        self.raw = RawSwitch(self)
        self.open_a20: Callable[[bool], None] = engine.set_a20
        self.drop_handler: Callable[[int, int], None] = lambda segment, offset: None
        self._stubs: dict[int, Callable[[], None]] = {
            layout.ENTRY: self._enter,
            layout.RAW_TO_PROTECTED: self.raw.to_protected,
            layout.RAW_TO_REAL: self.raw.to_real,
            layout.SAVE_REAL: self.raw.save_state,
            layout.SAVE_PROTECTED: self.raw.save_state,
            layout.VENDOR: self.defaults.vendor_api,
            layout.EXCEPTION_RETURN: self.exceptions.returned,
            layout.EXCEPTION_RETURN_10: self.exceptions.returned_10,
            layout.PROTECTED_RETURN: self.crossings.protected_returned,
            layout.REAL_RETURN: self.crossings.real_returned,
        }
        for offset in range(layout.STUBS, layout.STUBS_END, 8):
            memory.write((_BIOS << 4) + offset, layout.STUB_CODE)
        memory.write((_BIOS << 4) + layout.VCPI, layout.VCPI_CODE)
        int31.load()

    def attach(self, vcpi: Vcpi) -> None:
        """Let a VCPI server have its entry among the stubs."""
        self.vcpi = vcpi
        self._stubs[layout.VCPI] = vcpi.call

    def _paging_changed(self) -> None:
        self.memory.choose()
        self.crossings.native.paged = self.paging.on

    # --- what there is -----------------------------------------------------------------------------

    @property
    def client(self) -> Client:
        """The client whose code runs. Raises INVALID_STATE when there is none."""
        return self.clients.current

    @property
    def available(self) -> bool:
        """The CPU has a protected mode of 32 bits."""
        return self.engine.model in ("386", "486", "pentium")

    @property
    def entry(self) -> tuple[int, int, int]:
        """For INT 2Fh/1687h: the CPU, segment and offset of the mode switch."""
        return self.cpu, _BIOS, layout.ENTRY

    @property
    def cpu(self) -> int:
        """3 386, 4 486, 5 Pentium."""
        return {"386": 3, "486": 4}.get(self.engine.model, 5)

    def offset(self, name: str) -> int:
        """The register as an offset of the current client: ``offset("edi")`` is DI for a 16-bit one."""
        return int(getattr(self.regs, name)) & self.client.offset_mask

    def set_offset(self, name: str, offset: int) -> None:
        """Give the current client an offset: ``set_offset("edi", 5)`` leaves the upper half to a 16-bit one."""
        mask = self.client.offset_mask
        setattr(self.regs, name, getattr(self.regs, name) & (mask ^ 0xFFFFFFFF) | offset & mask)

    def pointer(self, segment: str, name: str) -> int:
        """Linear address of a segment register and a general register as the client's offset.

        Raises INVALID_SELECTOR for the null selector.
        """
        if not int(getattr(self.regs, segment)) & 0xFFFC:
            raise DpmiError(DpmiErrorCode.INVALID_SELECTOR)
        return int(self.regs.address(segment, self.offset(name)))

    # --- from the machine ----------------------------------------------------------------------------

    def service(self, vector: int, kind: str) -> bool:
        """What the engine handed over; False when it is none of the host's business."""
        if not self.regs.protected:
            return self._from_real(vector, kind)
        try:
            if kind == "int":
                self.defaults.interrupt(vector)
            elif kind == "irq":
                self._request(vector)
            else:
                self.exceptions.fault(vector, self.engine.error_code)
        except (DpmiError, IndexError, SegmentFault) as error:
            self._bad_pointer(f"protected-mode interrupt {vector:02X}h: {error}")
        return True

    def _bad_pointer(self, text: str) -> None:
        """A call through a pointer that leads nowhere: the exception that a host in ring 0 would have met there."""
        if self.regs.protected and self.clients and 13 in self.client.exceptions:
            self.exceptions.deliver(13, 0)
        else:
            self.fatal(13, text)

    def trap(self, offset: int) -> None:
        """A trap in the host's stubs, in either mode, or one that a protected-mode program made up."""
        regs = self.regs
        try:
            if not self.clients and offset not in (layout.ENTRY, layout.VCPI):
                self._bad_trap()
            elif layout.CALLBACKS <= offset < layout.ENTRY and not regs.protected:
                self.callbacks.entered((offset - layout.CALLBACKS) >> 3)
            elif (stub := self._stubs.get(offset)) is not None:
                stub()
            elif not regs.protected:
                self._bad_trap()
            elif layout.INTERRUPT_STUBS <= offset < layout.EXCEPTION_STUBS:
                self._pop_interrupt_frame()
                self.defaults.interrupt((offset - layout.INTERRUPT_STUBS) >> 3)
            elif layout.EXCEPTION_STUBS <= offset < layout.CALLBACKS:
                self.exceptions.default((offset - layout.EXCEPTION_STUBS) >> 3)
            else:
                self._bad_trap()
        except (DpmiError, IndexError, SegmentFault) as error:
            self._bad_pointer(f"DPMI host entry {offset:04X}h: {error}")

    def _enter(self) -> None:
        if self.regs.protected:
            self._bad_trap()
        else:
            self.clients.enter()

    def _bad_trap(self) -> None:
        regs = self.regs
        regs.eip = (regs.eip - 2) & 0xFFFF
        if regs.protected and self.clients:
            self.exceptions.fault(6, 0)
        elif regs.protected:
            self.engine.interrupt(6, "fault")
        else:
            self.on_fault(6, "invalid opcode")

    def _from_real(self, vector: int, kind: str) -> bool:
        if kind == "fault":
            return bool(self.clients) and self.exceptions.fault_in_real_mode(vector)
        if not self.clients or vector not in self.client.interrupts:
            return False
        if vector not in (REQUESTS if kind == "irq" else PASSED_UP):
            return False
        self._call_handler(vector, give_back=kind == "int")
        return True

    def _request(self, vector: int) -> None:
        """An interrupt request in protected mode: to the client's handler, or to real mode."""
        if vector in self.client.interrupts:
            self._call_handler(vector, give_back=False)
        elif not self.is_stub(vector):
            self.defaults.reflect(vector, give_back=False)

    def _call_handler(self, vector: int, *, give_back: bool) -> None:
        """Call the client's interrupt handler from real mode, or for a request from anywhere."""
        if not self.crossings.native.handle(vector, give_back):
            self.fatal(11, f"the handler of interrupt {vector:02X}h is at a bad selector")

    def is_stub(self, vector: int) -> bool:
        """Whether nobody hooked a real-mode vector that the machine has no guest code for."""
        return int(self.memory.u32(vector * 4)) == 0xF0000000 | vector * 8

    def real_vector(self, vector: int) -> Far:
        """Segment and offset of a real-mode interrupt vector."""
        entry = int(self.memory.u32(vector * 4))
        return entry >> 16, entry & 0xFFFF

    # --- states of the CPU ---------------------------------------------------------------------------

    def load_tables(self) -> None:
        """LDTR, TR and CR3, which a program of ring 0 may have changed meanwhile."""
        self.regs.set_table("ldtr", layout.LDT_SELECTOR, self.tables.ldt, layout.LDT_ENTRIES * 8 - 1)
        self.regs.set_table("tr", layout.TSS_SELECTOR, self.tables.tss, 0x67)
        self.paging.load()

    def protected_state(
        self,
        code: Far,
        stack: Far,
        *,
        ds: int = 0,
        es: int = 0,
        fs: int = 0,
        gs: int = 0,
        eflags: int,
        general: list[int] | None = None,
    ) -> bytes:
        """A frozen state of ring 3 with these segments and, unless given, the CPU's general registers.

        Raises INVALID_SELECTOR when CS or SS cannot be loaded; a data selector that cannot becomes 0.
        """
        regs, tables = self.regs, self.tables
        if general is None:
            general = [regs.eax, regs.ecx, regs.edx, regs.ebx, 0, regs.ebp, regs.esi, regs.edi]
        general = [*general[:4], stack[1], *general[5:]]
        segments: list[tuple[int, int, int, int]] = []
        for index, selector in enumerate((es, code[0], stack[0], ds, fs, gs)):
            cache = tables.cache(selector, code=index == 1, stack=index == 2)
            if cache is None and index in (1, 2):
                raise DpmiError(DpmiErrorCode.INVALID_SELECTOR)
            segments.append((0, 0, 0, 0) if cache is None else (selector, *cache))
        registers = (tables.gdt, layout.GDT_ENTRIES * 8 - 1, tables.idt, 0x7FF)
        cr0 = regs.system("cr0") | PE | self.paging.cr0
        return State(general, code[1], eflags, cr0, registers, segments).pack()

    def tables_level(self, selector: int) -> int | None:
        """The nesting level whose locked stack a selector is, or None."""
        index = (selector >> 3) - layout.FIRST_LOCKED
        if selector & 4 or not 0 <= index < 2 * layout.LOCKED_LEVELS:
            return None
        return index % layout.LOCKED_LEVELS

    # --- stack of the client -----------------------------------------------------------------------

    def pop(self, count: int, *, wide: bool) -> list[int]:
        """Take values off the client's stack."""
        regs = self.regs
        big = bool(regs.rights("ss") & _BIG)
        at = regs.esp if big else regs.sp
        size = 4 if wide else 2
        read = self.memory.u32 if wide else self.memory.u16
        values = [int(read(regs.address("ss", at + size * i))) for i in range(count)]
        if big:
            regs.esp = at + size * count
        else:
            regs.sp = at + size * count
        return values

    def push_interrupt_frame(self, handler: Far) -> None:
        """Enter a client's interrupt handler on its own stack. Raises INVALID_SELECTOR."""
        regs, wide = self.regs, self.client.wide
        data = pack_words((regs.eip, regs.cs, regs.eflags), wide=wide)
        if regs.rights("ss") & _BIG:
            regs.esp = at = (regs.esp - len(data)) & 0xFFFFFFFF
        else:
            regs.sp = at = (regs.sp - len(data)) & 0xFFFF
        self.memory.write(regs.address("ss", at), data)
        self.load_code(*handler)
        regs.eflags &= ~(INTERRUPT_FLAG | TRAP_FLAG)

    def _pop_interrupt_frame(self) -> None:
        """IRET, for a client that jumped or fell into a default handler."""
        eip, cs, flags = self.pop(3, wide=self.client.wide)
        self.load_code(cs, eip)
        self.regs.eflags = self.regs.eflags & ~0xFFF | flags & 0xFD7 | _IOPL3 | 2

    def load_code(self, selector: int, eip: int) -> None:
        """CS:EIP of ring 3. Raises INVALID_SELECTOR."""
        cache = self.tables.cache(selector, code=True)
        if cache is None:
            raise DpmiError(DpmiErrorCode.INVALID_SELECTOR)
        self.regs.set_cache("cs", selector, *cache)
        self.regs.eip = eip

    # --- ends -----------------------------------------------------------------------------------------

    def fatal(self, vector: int, text: str) -> None:
        """End the current program with a register dump."""
        self.on_fault(vector, text)

    def leave(self) -> None:
        """Real mode, somewhere harmless: for the end of a program."""
        if self.regs.protected:
            state = RealRegisters().state(
                self.regs.system("cr0"), _BIOS, layout.REAL_RETURN,
                layout.REAL_STACK_SEGMENT, layout.REAL_STACK_SIZE - 64, INTERRUPT_FLAG | 2,
            )  # fmt: skip
            self.regs.thaw(state)

    def process_ended(self, psp: int, *, resident: bool) -> None:
        """A program has ended, or stays resident."""
        if self.vcpi is not None and not resident:
            self.vcpi.process_ended(psp)
        self.clients.process_ended(psp, resident=resident)
