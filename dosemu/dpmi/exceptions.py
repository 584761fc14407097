"""Exceptions in protected mode: to the client's handler on a locked stack, or its end.

Frames of DPMI 0.9 (function 0203h) and 1.0 (0212h); both are always there, the older one in front.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.dpmi import layout
from dosemu.dpmi.client import Client, Far
from dosemu.dpmi.errors import DpmiError
from dosemu.dpmi.real import INTERRUPT_FLAG, TRAP_FLAG, State, pack_words
from dosemu.interrupts import FAULT_NAMES

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host

_FRAME_SIZE = 0x58
_NEW_FRAME = 0x20
_IOPL3 = 0x3000
_VM = 0x20000
_DATA_SEGMENTS = ("es", "ds", "fs", "gs")
# Exceptions that go to the client's interrupt handler when it has none for the exception (DPMI 0.9, 0203h).
_AS_INTERRUPTS = (0, 1, 2, 3, 4, 5, 7)
_HARMLESS = (1, 2, 3)  # what the default handler may return from
_MOST_STUCK = 64  # exceptions one after another without an instruction between them
_REGISTERS = ("eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi")


class Exceptions:
    """Delivery of exceptions for one host."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.regs = host.engine.regs
        self.memory = host.memory
        self._last_cycles = -1
        self._stuck = 0

    def fault(self, vector: int, error_code: int) -> None:
        """The CPU raised an exception at CS:EIP."""
        if vector == 13 and self._emulate():
            return
        if vector == 1 and self._watchpoints():
            return
        self.deliver(vector, error_code)

    def deliver(self, vector: int, error_code: int) -> None:
        """To the client's handler, or its end."""
        host = self.host
        client = host.client
        cycles = host.engine.clock.cycles
        self._stuck = self._stuck + 1 if cycles - self._last_cycles < 2 + layout.SWITCH_CYCLES else 0
        self._last_cycles = cycles
        handler = client.exceptions.get(vector)
        innermost = self.regs.protected and host.tables_level(self.regs.ss) == layout.LOCKED_LEVELS - 1
        if self._stuck > _MOST_STUCK or innermost:
            host.fatal(vector, f"{_name(vector)} in its own handler")
        elif handler is not None:
            self._enter(client, vector, error_code, handler)
        else:
            self._unhandled(vector)

    def _unhandled(self, vector: int) -> None:
        host = self.host
        if vector in _AS_INTERRUPTS and (handler := host.client.interrupts.get(vector)) is not None:
            host.push_interrupt_frame(handler)
        elif vector in _HARMLESS:
            if vector == 1:
                self.regs.eflags &= ~TRAP_FLAG
        elif vector in _AS_INTERRUPTS and not host.is_stub(vector) and vector != 7:
            host.defaults.reflect(vector, give_back=False)
        else:
            host.fatal(vector, _name(vector))

    def fault_in_real_mode(self, vector: int) -> bool:
        """To the client's handler for exceptions of real mode (0213h), when it has one."""
        client = self.host.client
        handler = client.real_exceptions.get(vector)
        if handler is None:
            return False
        self._enter(client, vector, self.host.engine.error_code, handler)
        return True

    def _enter(self, client: Client, vector: int, error_code: int, handler: Far) -> None:
        host, regs = self.host, self.regs
        crossings = host.crossings
        level = crossings.next_level()
        selector = crossings.locked_stack(level, client)
        esp = layout.LOCKED_SIZE - 16 - _FRAME_SIZE
        flags = regs.eflags
        if not regs.protected:
            flags |= _VM
        fault_address = regs.system("cr2")
        fields = (error_code, regs.eip, regs.cs, flags, regs.esp, regs.ss)
        old = pack_words((layout.EXCEPTION_RETURN, layout.STUB_SELECTOR, *fields), wide=client.wide)
        new = pack_words(
            (
                layout.EXCEPTION_RETURN_10, layout.STUB_SELECTOR, *fields,
                regs.es, regs.ds, regs.fs, regs.gs, fault_address, host.paging.entry(fault_address),
            ),
            wide=True,
        )  # fmt: skip
        es, ds, fs, gs = (regs.es, regs.ds, regs.fs, regs.gs) if regs.protected else (0, 0, 0, 0)
        self.memory.write(host.tables.base(selector) + esp, old.ljust(_NEW_FRAME, b"\0") + new)
        try:
            state = host.protected_state(
                handler, (selector, esp), ds=ds, es=es, fs=fs, gs=gs,
                eflags=flags & 0xCFF & ~(INTERRUPT_FLAG | TRAP_FLAG) | _IOPL3 | 2,
            )  # fmt: skip
        except DpmiError:
            host.fatal(vector, f"{_name(vector)}, and its handler is at a bad selector")
            return
        crossings.note_exception(level)
        crossings.resume(state)

    # --- the way back -------------------------------------------------------------------------------

    def returned(self) -> None:
        """RETF from a handler of the old form: SS:ESP is at the error code of its frame."""
        _, eip, cs, flags, esp, ss = self.host.pop(6, wide=self.host.client.wide)
        self._resume(eip, cs, flags, esp, ss)

    def returned_10(self) -> None:
        """RETF from a handler of the new form, whose frame holds the segments too."""
        _, eip, cs, flags, esp, ss, es, ds, fs, gs = self.host.pop(10, wide=True)
        self._resume(eip, cs & 0xFFFF, flags, esp, ss & 0xFFFF, (es, ds, fs, gs))

    def _resume_real(self, ip: int, cs: int, flags: int, sp: int, ss: int, data: tuple[int, ...], cr0: int) -> None:
        """Real mode goes on, with the general registers that the handler left."""
        real = self.host.crossings.registers()
        real.es, real.ds, real.fs, real.gs = (selector & 0xFFFF for selector in data)
        self.host.crossings.resume(real.state(cr0, cs, ip & 0xFFFF, ss, sp & 0xFFFF, flags & 0x7FD7 | 2))

    def _resume(self, eip: int, cs: int, flags: int, esp: int, ss: int, data: tuple[int, ...] | None = None) -> None:
        host, regs = self.host, self.regs
        saved = host.crossings.exception_returned()
        interrupted = State.unpack(saved) if saved is not None else None
        if interrupted is not None and not interrupted.protected:
            data = data or tuple(interrupted.segments[index][0] for index in (0, 3, 4, 5))
            self._resume_real(eip, cs, flags, esp, ss, data, interrupted.cr0)
            return
        for name, selector in zip(_DATA_SEGMENTS, data or (), strict=False):
            cache = host.tables.cache(selector & 0xFFFF)
            regs.set_cache(name, *((selector & 0xFFFF, *cache) if cache is not None else (0, 0, 0, 0)))
        stack = host.tables.cache(ss & 0xFFFF, stack=True)
        code = host.tables.cache(cs & 0xFFFF, code=True)
        if stack is None or code is None:
            host.fatal(13, f"an exception handler returns to {cs:04X}:{eip:08X}, stack {ss:04X}:{esp:08X}")
            return
        regs.set_cache("ss", ss & 0xFFFF, *stack)
        regs.set_cache("cs", cs & 0xFFFF, *code)
        regs.esp, regs.eip = esp, eip
        high = regs.eflags & 0xFFFF0000 if not host.client.wide else flags & 0x00240000
        regs.eflags = high | flags & 0x4FFF & 0xFFD7 | _IOPL3 | 2

    def default(self, vector: int) -> None:
        """A client's handler went on to the default one: the frame is on the stack, behind its return address."""
        host, regs = self.host, self.regs
        values = host.pop(8, wide=host.client.wide)
        if values[1] & 0xFFF8 == layout.STUB_SELECTOR & 0xFFF8:
            _, _, _, eip, cs, flags, esp, ss = values
        else:
            eip, cs, flags, esp, ss = regs.eip, regs.cs, regs.eflags, regs.esp, regs.ss
        self._resume(eip, cs, flags, esp, ss)
        if not host.clients:
            return
        if regs.protected:
            self._unhandled(vector)
        elif host.is_stub(vector):
            host.on_fault(vector, _name(vector))
        else:
            host.engine.interrupt(vector, "fault")

    # --- what ring 3 may not, but programs do ---------------------------------------------------------

    def _emulate(self) -> bool:
        """HLT, moves from and to control and debug registers, CLTS: as a host in ring 0 does for its clients."""
        regs = self.regs
        at = regs.address("cs", regs.eip)
        if at + 4 > len(self.memory):
            return False
        code = self.memory.read(at, 4)
        size = 0
        while size < 2 and code[size] in (0x66, 0x67):
            size += 1
        code = code[size:]
        if code[0] == 0xF4:
            regs.eip += size + 1
            self.host.engine.halted = True
            return True
        if code[0] != 0x0F:
            return False
        if code[1] in (0x06, 0x08, 0x09):
            regs.eip += size + 2
            return True
        if code[1] in (0x20, 0x21, 0x22, 0x23) and size + 3 <= 4:
            if code[1] in (0x20, 0x21):
                number = code[2] >> 3 & 7
                name = f"{'cr' if code[1] == 0x20 else 'dr'}{number}"
                known = number in (0, 2, 3, 4) if code[1] == 0x20 else True
                setattr(regs, _REGISTERS[code[2] & 7], regs.system(name) if known else 0)
            regs.eip += size + 3
            return True
        return False

    def _watchpoints(self) -> bool:
        """Whether a debug exception came from the client's watchpoints, which only remember it."""
        regs, hit = self.regs, False
        status = regs.system("dr6")
        for point in self.host.client.watchpoints.values():
            if status >> point.register & 1:
                point.hit = hit = True
        if hit:
            regs.set_system("dr6", status & ~0xF)
            regs.eflags |= 0x10000  # RF: go on behind an instruction breakpoint
        return hit and not status & 0x4000


def _name(vector: int) -> str:
    return FAULT_NAMES.get(vector, f"exception {vector:02X}h")
