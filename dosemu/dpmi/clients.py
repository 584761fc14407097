"""The clients of a host: their mode switch, whose code runs, and their end.

Clients come one within the other: the one that came last is the current one, unless a callback of another one runs
(DPMI 1.0: each client has its own handlers and its own width). Those that stay resident go below all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from dosemu.dpmi import layout
from dosemu.dpmi.client import EXCEPTIONS, Client, Far
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.real import INTERRUPT_FLAG, RealRegisters
from dosemu.dpmi.resident import Providers

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host

_BIOS = 0xF000
_ENVIRONMENT = 0x2C  # in the PSP
_IOPL3 = 0x3000
REQUESTS = (*range(0x08, 0x10), *range(0x70, 0x78))
PASSED_UP = (0x1C, 0x23, 0x24)  # interrupts of real mode that clients' handlers get (DPMI 0.9, 2.4)


class Clients:
    """The clients of one host, the one that came first first."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.providers = Providers(host)
        self._all: list[Client] = []
        self._visited: Client | None = None  # whose callback runs, when it is not the last one's
        self._numbers = 0

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Client]:
        return iter(self._all)

    @property
    def current(self) -> Client:
        """The client whose code runs. Raises INVALID_STATE when there is none."""
        if not self._all:
            raise DpmiError(DpmiErrorCode.INVALID_STATE)
        return self._visited or self._all[-1]

    def visit(self, number: int) -> None:
        """Code of another client runs now, or that of the last one again."""
        found = next((client for client in self._all if client.number == number), None)
        self._visited = None if found is None or found is self._all[-1] else found
        self.update_vectors()

    # --- the mode switch ----------------------------------------------------------------------------

    def enter(self) -> None:
        """The far call that makes a program in real mode a client (INT 2Fh/1687h gave its address)."""
        host, regs, memory, tables = self.host, self.host.regs, self.host.memory, self.host.tables
        stack_at = regs.address("ss", regs.sp)
        ip, cs = memory.u16(stack_at), memory.u16(stack_at + 2)
        regs.sp = sp = (regs.sp + 4) & 0xFFFF
        regs.cs, regs.ip = cs, ip
        psp = host.dos.psp
        self._numbers += 1
        client = Client(self._numbers, bool(regs.ax & 1), psp, memory.u16((psp << 4) + _ENVIRONMENT))
        number, wide = client.number, client.wide
        try:
            code = tables.segment(cs << 4, 0xFFFF, number, code=True)
            data = tables.segment(regs.ds << 4, 0xFFFF, number, big=wide)
            stack = data if regs.ss == regs.ds else tables.segment(regs.ss << 4, 0xFFFF, number, big=wide)
            prefix = tables.segment(psp << 4, 0xFF, number)
            if client.environment:
                selector = tables.segment(client.environment << 4, 0xFFFF, number)
                memory.set_u16((psp << 4) + _ENVIRONMENT, selector)
        except DpmiError as error:
            tables.free_all(number)
            regs.ax, regs.cf = error.code, True
            return
        self._all.append(client)
        self._visited = None
        host.open_a20(True)
        host.engine.host_protected_mode(tables.idt)
        self.update_vectors()
        flags = regs.eflags & 0xCFE & ~INTERRUPT_FLAG | (regs.eflags & INTERRUPT_FLAG) | _IOPL3 | 2
        state = host.protected_state((code, ip), (stack, sp), ds=data, es=prefix, eflags=flags)
        host.crossings.resume(state)
        self.providers.loaded(client)
        if host.on_protected_mode is not None:
            host.on_protected_mode()

    # --- vectors ------------------------------------------------------------------------------------

    def update_vectors(self) -> None:
        """Let gates and caught interrupts be those of the current client."""
        host = self.host
        client = self.current if self._all else None
        handlers = client.interrupts if client else {}
        faults = client.real_exceptions if client else {}
        wide = client is not None and client.wide
        host.crossings.native.set_client(client.number if client else 0, wide, handlers)
        for vector in range(256):
            self._show(vector, handlers.get(vector), wide=wide)
        for vector in range(EXCEPTIONS):
            host.engine.catch(vector, vector in faults, "fault")

    def _show(self, vector: int, handler: Far | None, *, wide: bool) -> None:
        """Let one gate and what is caught of its interrupt be a handler's."""
        engine, hooked = self.host.engine, handler is not None
        engine.set_native(vector, hooked)
        if handler is not None:
            self.host.tables.gate(vector, *handler, wide=wide, trap=vector > 7)
        if vector in REQUESTS:
            engine.catch(vector, hooked, "irq")
        elif vector in PASSED_UP:
            engine.catch(vector, hooked)

    def set_interrupt(self, vector: int, handler: Far) -> None:
        """0205h: the current client's handler, or back to the default one."""
        client, own = self.current, handler != (layout.STUB_SELECTOR, layout.INTERRUPT_STUBS + vector * 8)
        if own:
            client.interrupts[vector] = handler
        else:
            client.interrupts.pop(vector, None)
        self.host.crossings.native.set_handler(vector, handler if own else None)
        self._show(vector, handler if own else None, wide=client.wide)

    # --- ends -----------------------------------------------------------------------------------------

    def end_current(self, real: RealRegisters) -> None:
        """End the current program by INT 21h in real mode, with AX and DX as in ``real``."""
        if self.providers.ends(self.current, real):
            return
        self.with_real_environment(lambda _: None)  # for good
        self.host.defaults.reflect(0x21, real=real)

    def with_real_environment(self, then: Callable[[RealRegisters], None]) -> Callable[[RealRegisters], None]:
        """DOS wants the environment's paragraph in the PSP, where the client has a selector; ``then`` undoes it."""
        client, memory = self.current, self.host.memory
        at = (client.psp << 4) + _ENVIRONMENT
        selector = memory.u16(at)
        memory.set_u16(at, client.environment)

        def done(real: RealRegisters) -> None:
            memory.set_u16(at, selector)
            then(real)

        return done

    def process_ended(self, psp: int, *, resident: bool) -> None:
        """A program has ended: so have the clients it was, and those that came after them, unless it stays."""
        index = next((i for i, client in enumerate(self._all) if client.psp == psp), None)
        if index is None:
            return
        ended = self._all[index:]
        del self._all[index:]
        self._visited = None
        self.host.crossings.forget({client.number for client in ended})
        if resident:
            for client in ended:
                client.resident = True
            self._all[:0] = ended
        else:
            for client in reversed(ended):
                self._give_back(client)
        self.update_vectors()
        if not self._all:
            self.host.engine.host_protected_mode(0)

    def _give_back(self, client: Client) -> None:
        """What a client owned."""
        host, number = self.host, client.number
        for handler in client.event_handlers.values():
            host.drop_handler(_BIOS, handler.callback)
        for block in host.pool.free_all(number):
            host.paging.restore(block.address, block.size)
        host.shared.free_all(number)
        host.callbacks.free_all(number)
        host.tables.free_all(number)
        for point in client.watchpoints.values():
            host.regs.set_system("dr7", host.regs.system("dr7") & ~(3 << 2 * point.register))
        if client.environment:
            host.memory.set_u16((client.psp << 4) + _ENVIRONMENT, client.environment)
