"""Changes between the modes: calls of real-mode code from protected mode, and of clients' code from anywhere.

Each call leaves a frame with the state of its caller in ``NativeCrossings``; the called code comes back through a
stub. What Python does then stands here by the frame's number. Code that never comes back (a program that ends, a long
jump) leaves frames behind: they are dropped when one below them returns, or with their client.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dosemu.dpmi import layout
from dosemu.dpmi.client import Client, Far
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.native import NativeCrossings
from dosemu.dpmi.real import INTERRUPT_FLAG, TRAP_FLAG, RealRegisters, pack_words

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host

_BIOS = 0xF000
_NESTED_TASK = 0x4000
_REAL, _EXCEPTION = 1, 3  # kinds of frame
_MOST_ENDINGS = 512  # twice the frames there can be


class Crossings:
    """The calls of one host across modes and stacks."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.engine = host.engine
        self.regs = host.engine.regs
        self.memory = host.memory
        self.native = NativeCrossings(
            host.engine.memory, self.regs, self.engine.clock, host.tables.base_address, host.memory, host.paging.load
        )
        self._endings: dict[int, Callable[[RealRegisters], None]] = {}

    @property
    def depth(self) -> int:
        """How many calls have not come back yet."""
        return self.native.depth

    def forget(self, clients: set[int]) -> None:
        """Drop the frames of clients that ended."""
        self.native.forget(clients)

    # --- to real mode ------------------------------------------------------------------------------

    def call_real(
        self, real: RealRegisters, target: Far, then: Callable[[RealRegisters], None], *, vector: int | None = None
    ) -> None:
        """Run a handler of real mode at segment:offset; ``then`` gets the registers it leaves, back in protected mode.

        ``vector`` is the interrupt it is for. SS:SP of ``real`` 0:0 means the host's stack. Raises RESOURCE.
        """
        regs, memory = self.regs, self.memory
        if vector == 0x21 and real.eax >> 8 & 0xFF == 0x4B:
            then = self.host.clients.with_real_environment(then)
        own = not (real.ss or real.sp)
        top = self.native.real_stack() if own else real.sp
        if top < 0:
            raise DpmiError(DpmiErrorCode.RESOURCE)
        ss = layout.REAL_STACK_SEGMENT if own else real.ss
        enabled = regs.eflags & INTERRUPT_FLAG
        image = (real.flags & ~(TRAP_FLAG | _NESTED_TASK | INTERRUPT_FLAG) | enabled | 2) & 0xFFFF
        sp = (top - 6) & 0xFFFF
        memory.write((ss << 4) + sp, pack_words((layout.REAL_RETURN, _BIOS, image), wide=False))
        if len(self._endings) >= _MOST_ENDINGS:
            alive = self.native.serials()
            self._endings = {serial: ending for serial, ending in self._endings.items() if serial in alive}
        serial = self.native.push(_REAL, self.host.client.number, stack=top if own else -1)
        self._endings[serial] = then
        self.engine.clock.charge(layout.SWITCH_CYCLES)
        regs.thaw(real.state(regs.system("cr0"), target[0], target[1], ss, sp, image & ~INTERRUPT_FLAG))

    def real_returned(self) -> None:
        """Real-mode code that the host called is back."""
        real = self.registers()
        serial = self.native.real_returned()
        if serial < 0:
            self.host.fatal(6, "return to the host without a call")
        elif serial:
            self._endings.pop(serial)(real)

    def registers(self) -> RealRegisters:
        """The CPU's registers, in real mode, as a structure."""
        regs = self.regs
        return RealRegisters(
            regs.edi, regs.esi, regs.ebp, 0, regs.ebx, regs.edx, regs.ecx, regs.eax, regs.flags,
            regs.es, regs.ds, regs.fs, regs.gs, regs.ip, regs.cs, regs.sp, regs.ss,
        )  # fmt: skip

    def resume(self, saved: bytes) -> None:
        """Go on in a frozen state, with the host's own tables where it is protected mode."""
        self.engine.clock.charge(layout.SWITCH_CYCLES)
        self.regs.thaw(saved)
        if self.regs.protected:
            self.host.load_tables()

    # --- to protected mode --------------------------------------------------------------------------

    def next_level(self) -> int:
        """The locked stack for the next handler; when handlers left without returning used them all, the first."""
        return self.native.next_level()

    def locked_stack(self, level: int, client: Client) -> int:
        """The selector of a level's stack."""
        return self.host.tables.locked_selector(level, client.wide)

    def protected_returned(self) -> None:
        """A client's code that the host called is back. Raises INVALID_ADDRESS."""
        caller = self.native.caller
        error = self.native.protected_returned()
        if caller and not error:
            self.host.clients.visit(caller)
        if error < 0:
            self.host.fatal(6, "return to the host without a call")
        elif error:
            raise DpmiError(error)

    # --- exceptions ---------------------------------------------------------------------------------

    def note_exception(self, level: int) -> None:
        """An exception handler runs on this level's stack."""
        self.native.push(_EXCEPTION, self.host.client.number, level)

    def exception_returned(self) -> bytes | None:
        """The innermost exception handler is back: the frozen state it was called from."""
        level = self.host.tables_level(self.regs.ss)
        return self.native.exception_returned(-1 if level is None else level)
