"""Interrupts that reach the machine: service calls, traps of the BIOS's own code, faults nobody handles.

The engine's filter hands over every interrupt whose vector still points at its stub, and every trap
instruction in the BIOS segment. Either way a service sees the registers as its caller had them: when the
stub was entered by an interrupt frame (a chained handler), the frame is taken off the stack first.

Stubs in the BIOS segment (dosemu/bios/rom.py): vector * 8 is the stub of a vector, WAIT + vector * 8 its
waiting loop (STI, HLT, trap), RETURN where guest code called by a service comes back to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from hw.state import resumable
from int21.service import CallGuest, Service, Wait

if TYPE_CHECKING:
    from dosemu.cpu.engine import Engine
    from dosemu.cpu.registers import Registers
    from dosemu.dpmi.host import Host
    from dosemu.hooks import Hooks
    from dosemu.trace import Trace
    from hw.memory import Memory

BIOS_SEGMENT = 0xF000
STUBS_END = 0x800  # 256 stubs of 8 bytes
WAIT = 0x1000
RETURN = WAIT_END = 0x1800
HOST_STUBS, HOST_STUBS_END = 0x2000, 0x2B50  # dosemu/dpmi/layout.py
MAX_NESTED_CALLS = 64
_VM = 0x20000

# What a service's table and context make of a call: the service that ran, for the trace, or None.
Caller = Callable[["Registers"], Service | None]

FAULT_NAMES = {
    0: "divide error",
    5: "bound range exceeded",
    6: "invalid opcode",
    7: "no coprocessor",
    8: "double fault",
    10: "invalid TSS",
    11: "segment not present",
    12: "stack fault",
    13: "general protection fault",
    14: "page fault",
    16: "coprocessor error",
}


@dataclass(slots=True)
class _Call:
    """Guest code that a service called: what is to be restored when it is back, and how to go on."""

    call: CallGuest
    saved: dict[str, int]
    ss: int
    sp: int
    vector: int


def write_stubs(memory: Memory) -> None:
    """Put the waiting loops and the return stub into the BIOS segment."""
    base = BIOS_SEGMENT << 4
    for vector in range(256):
        # STI; HLT; trap; IRET
        memory.write(base + WAIT + vector * 8, b"\xfb\xf4\x0f\xff\xcf\x90\x90\x90")
    memory.write(base + RETURN, b"\x0f\xff\xcf\x90\x90\x90\x90\x90")


class Interrupts:
    """Finds the service for an interrupt, calls it, and carries out how it ends.

    ``callers`` maps a vector to what runs its services. ``on_fault(vector, text)`` hears of a fault that no
    handler of the guest takes; it ends the program.
    """

    snapshot_skips = ("callers", "hooks", "trace", "watched")

    def __init__(
        self,
        engine: Engine,
        memory: Memory,
        callers: dict[int, Caller],
        bios_trap: Callable[[int, Registers], None],
        on_fault: Callable[[int, str], None],
    ) -> None:
        self.engine = engine
        self.memory = memory
        self.regs = engine.regs
        self.callers = callers
        self.bios_trap = bios_trap
        self.on_fault = on_fault
        self._trace: Trace | None = None
        self.hooks: Hooks | None = None
        self.watched = False  # somebody wants to know what each service writes
        self.find_service: Callable[[int, int], Service | None] = lambda vector, ax: None  # for the trace
        self.waiting: int | None = None  # vector of the service that waits, None when none does
        self.host: Host | None = None  # of protected-mode programs
        self._calls: list[_Call] = []
        self._alarms: set[int] = set()
        engine.on_service = self.service
        engine.on_trap = self.trap

    @property
    def trace(self) -> Trace | None:
        """Hears of every call; while there is one, no call is served without Python."""
        return self._trace

    @trace.setter
    def trace(self, trace: Trace | None) -> None:
        self._trace = trace
        self.choose_native()

    def choose_native(self) -> None:
        """Calls are served without Python while nobody wants to see each of them."""
        hooked = self.hooks is not None and self.hooks.any_interrupt
        self.engine.native_services = self._trace is None and not hooked and not self.watched

    def service(self, vector: int, kind: str) -> None:
        """An interrupt whose vector points at its stub, or that somebody wants to see: INT n, a fault, or an IRQ."""
        unclaimed = self.engine.unclaimed
        if self.hooks is not None and not self.hooks.before_interrupt(vector, kind):
            return
        if unclaimed:
            if self.trace is not None:
                self.trace.interrupt(vector, kind, self.regs)
            self.engine.interrupt(vector, kind, self.engine.error_code)
        else:
            self._serve(vector, kind)
        if self.hooks is not None:
            self.hooks.after_interrupt()

    def _serve(self, vector: int, kind: str) -> None:
        if self.host is not None and self.host.service(vector, kind):
            return
        if kind == "int":
            self.call(vector)
        elif kind == "fault" and vector in FAULT_NAMES:
            self.on_fault(vector, FAULT_NAMES[vector])
        # Debug exceptions and interrupt requests that nobody handles return at once, as from an IRET.

    def trap(self, offset: int) -> None:
        """The trap instruction at F000:offset: a stub entered by a frame, a waiting loop, or BIOS code."""
        if self.host is not None and (HOST_STUBS <= offset < HOST_STUBS_END or self.in_protected_mode):
            self.host.trap(offset)
        elif offset < STUBS_END:
            self._pop_frame()
            self.call(offset >> 3)
        elif offset == RETURN:
            self._guest_returned()
        elif WAIT <= offset < WAIT_END:
            self._pop_frame()
            self.call((offset - WAIT) >> 3)
        else:
            try:
                self.bios_trap(offset, self.regs)
            except Wait:
                raise RuntimeError(f"BIOS code at F000:{offset:04X} cannot wait") from None

    @property
    def in_protected_mode(self) -> bool:
        """Protected mode, not V86."""
        return self.regs.protected and not self.regs.eflags & _VM

    def call(self, vector: int) -> None:
        """Run the service of ``vector`` for the present registers; BIOS code comes here from a trap too."""
        caller = self.callers.get(vector)
        regs = self.regs
        if self.trace is not None:
            self.trace.enter(vector, regs)
            self.trace.before(self.find_service(vector, regs.ax))
        service: Service | None = None
        try:
            if caller is not None:
                service = caller(regs)
        except Wait as wait:
            if self.trace is not None:
                self.trace.wait()
            self._wait(vector, wait)
            return
        except CallGuest as call:
            if self.trace is not None:
                self.trace.calls_guest(vector, self.find_service(vector, regs.ax), regs)
            self._call_guest(call, vector)
            return
        self.waiting = None
        if self.trace is not None:
            self.trace.leave(vector, service, regs)

    def _wait(self, vector: int, wait: Wait) -> None:
        """Let the guest run its handlers, and call the service again after the next interrupt or in time."""
        self.waiting = vector
        self._push_frame(WAIT + vector * 8)
        if wait.until_ps is not None and wait.until_ps not in self._alarms:
            self._alarms.add(wait.until_ps)
            self.engine.clock.at(wait.until_ps, partial(self._wake, wait.until_ps), "end of a wait")

    @resumable
    def _wake(self, time_ps: int) -> None:
        self._alarms.discard(time_ps)
        regs = self.regs
        if regs.cs == BIOS_SEGMENT and WAIT <= regs.ip < WAIT_END:
            self.engine.halted = False

    # --- frames ------------------------------------------------------------------------------

    def _push(self, value: int) -> None:
        regs = self.regs
        regs.sp = sp = (regs.sp - 2) & 0xFFFF
        self.memory.set_u16((regs.ss << 4) + sp, value)

    def _pop(self) -> int:
        regs = self.regs
        sp = regs.sp
        value = int(self.memory.u16((regs.ss << 4) + sp))
        regs.sp = (sp + 2) & 0xFFFF
        return value

    def _push_frame(self, offset: int) -> None:
        """Interrupt frame to the present place; go on at F000:offset with interrupts off."""
        regs = self.regs
        self._push(regs.flags)
        self._push(regs.cs)
        self._push(regs.ip)
        regs.cs, regs.ip = BIOS_SEGMENT, offset

    def _pop_frame(self) -> None:
        regs = self.regs
        ip = self._pop()
        cs = self._pop()
        flags = self._pop()
        regs.cs, regs.ip, regs.flags = cs, ip, flags

    # --- guest code called by a service ----------------------------------------------------------

    def _call_guest(self, call: CallGuest, vector: int) -> None:
        regs = self.regs
        saved = regs.save()
        if call.setup is not None:
            call.setup(regs)
        self._calls.append(_Call(call, saved, regs.ss, regs.sp, vector))
        if len(self._calls) > MAX_NESTED_CALLS:
            del self._calls[0]  # the guest left handlers by the score without returning: the oldest is long gone
        if call.far is not None:
            segment, offset = call.far
        else:
            offset = self.memory.u16((call.vector or 0) * 4)
            segment = self.memory.u16((call.vector or 0) * 4 + 2)
            self._push(regs.flags)
            regs.interrupts = False
        self._push(BIOS_SEGMENT)
        self._push(RETURN)
        regs.cs, regs.ip = segment, offset

    def _guest_returned(self) -> None:
        regs = self.regs
        ss, sp = regs.ss, regs.sp
        # A handler that left its flags on the stack (RETF, as INT 23h may) comes back 2 bytes lower. Calls
        # above the matching one were left without returning.
        for index in range(len(self._calls) - 1, -1, -1):
            entry = self._calls[index]
            if entry.ss == ss and (entry.sp - sp) & 0xFFFF in (0, 2):
                break
        else:
            self.on_fault(6, "return to a service that has ended")
            return
        del self._calls[index:]
        left = regs.save()
        left["flags"] = left["eflags"] & 0xFFFF
        left["kept_flags"] = int(entry.sp != sp)
        for name in ("ax", "bx", "cx", "dx", "si", "di", "bp", "sp"):
            left[name] = left["e" + name] & 0xFFFF
        left["al"], left["ah"] = left["ax"] & 0xFF, left["ax"] >> 8
        regs.restore(entry.saved)
        try:
            entry.call.then(regs, left)
        except Wait as wait:
            self._wait(entry.vector, wait)
        except CallGuest as call:
            self._call_guest(call, entry.vector)
