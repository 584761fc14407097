"""Changes between the modes: calls of real-mode code from protected mode, and of clients' code from anywhere.

Each call leaves a frame with the frozen state of the caller; the called code comes back through a stub, and
``then`` finishes. Code that never comes back (a program that ends, a long jump) leaves frames behind: they
are dropped when one below them returns, or with their client.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from dosemu.dpmi import layout
from dosemu.dpmi.client import Client, Far
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.real import INTERRUPT_FLAG, TRAP_FLAG, RealRegisters, State, pack_words

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host

_BIOS = 0xF000
_LEAST_STACK = 0x200  # bytes of real-mode stack that are always there
_STACK_STEP = 0x400  # what nested calls leave to the outer one
_IOPL3 = 0x3000
_NESTED_TASK = 0x4000
_MOST_FRAMES = 256


class Kind(Enum):
    """What was called."""

    REAL = auto()
    PROTECTED = auto()
    EXCEPTION = auto()


@dataclass(slots=True)
class Frame:
    """A call that has not come back yet."""

    kind: Kind
    client: int
    saved: bytes
    then: Callable[..., None]
    level: int | None = None  # the locked stack it runs on
    stack: int | None = None  # SP on the host's real-mode stack where it began


class Crossings:
    """The calls of one host across modes and stacks."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.engine = host.engine
        self.regs = host.engine.regs
        self.memory = host.memory
        self.frames: list[Frame] = []

    def forget(self, clients: set[int]) -> None:
        """Drop the frames of clients that ended."""
        self.frames = [frame for frame in self.frames if frame.client not in clients]

    def _push_frame(self, frame: Frame) -> None:
        if len(self.frames) >= _MOST_FRAMES:
            del self.frames[: _MOST_FRAMES // 2]  # left by the score without returning
        self.frames.append(frame)

    def _pop_frame(self, kind: Kind, level: int | None = None) -> Frame | None:
        """The innermost frame of a kind, with those above it dropped; None when there is none."""
        for index in range(len(self.frames) - 1, -1, -1):
            frame = self.frames[index]
            if frame.kind is kind and (level is None or frame.level == level):
                del self.frames[index:]
                return frame
        return None

    # --- to real mode ------------------------------------------------------------------------------

    def real_stack(self) -> int:
        """SP where the next call on the host's real-mode stack begins. Raises RESOURCE when it is used up."""
        top = layout.REAL_STACK_SIZE
        for frame in reversed(self.frames):
            if frame.kind is Kind.REAL and frame.stack is not None:
                top = frame.stack - _STACK_STEP
                break
            state = State.unpack(frame.saved)
            if not state.protected and state.ss == layout.REAL_STACK_SEGMENT:
                top = (state.esp & 0xFFFC) - 16
                break
        if top < _LEAST_STACK:
            raise DpmiError(DpmiErrorCode.RESOURCE)
        return top

    def call_real(
        self,
        real: RealRegisters,
        target: Far,
        then: Callable[[RealRegisters], None],
        *,
        vector: int | None = None,
        flags: bool = True,
        parameters: bytes = b"",
    ) -> None:
        """Run real-mode code at segment:offset; ``then`` gets the registers it leaves, back in protected mode.

        ``flags``: it returns by IRET, else by RETF. ``vector`` is the interrupt it is for. SS:SP of ``real`` 0:0
        means the host's stack. Raises RESOURCE, INVALID_ADDRESS.
        """
        regs, memory = self.regs, self.memory
        if vector == 0x21 and real.eax >> 8 & 0xFF == 0x4B:
            then = self.host.with_real_environment(then)
        own = not (real.ss or real.sp)
        sp = self.real_stack() if own else real.sp
        ss = layout.REAL_STACK_SEGMENT if own else real.ss
        frame = Frame(Kind.REAL, self.host.client.number, regs.freeze(), then, stack=sp if own else None)
        enabled = regs.eflags & INTERRUPT_FLAG
        image = (real.flags & ~(TRAP_FLAG | _NESTED_TASK | INTERRUPT_FLAG) | enabled | 2) & 0xFFFF
        base = ss << 4
        sp = (sp - len(parameters)) & 0xFFFF
        memory.write(base + sp, parameters)
        words = (layout.REAL_RETURN, _BIOS, image) if flags else (layout.REAL_RETURN, _BIOS)
        here = vector is not None and flags and target == (_BIOS, vector * 8)
        if not here:
            sp = (sp - 2 * len(words)) & 0xFFFF
            memory.write(base + sp, pack_words(words, wide=False))
        self._push_frame(frame)
        self.engine.clock.charge(layout.SWITCH_CYCLES)
        cr0 = regs.system("cr0")
        if here and vector is not None:
            # Nobody hooked it: the service sees what the stub's frame would have given it, without any guest code.
            regs.thaw(real.state(cr0, _BIOS, layout.REAL_RETURN, ss, sp, image))
            self.host.call_service(vector)
            if self.frames and self.frames[-1] is frame and self._at_return():
                self.real_returned()
            return
        running = image & ~INTERRUPT_FLAG if flags else image
        regs.thaw(real.state(cr0, target[0], target[1], ss, sp, running))

    def _at_return(self) -> bool:
        regs = self.regs
        return not regs.protected and regs.cs == _BIOS and regs.ip == layout.REAL_RETURN

    def real_returned(self) -> None:
        """Real-mode code that the host called is back."""
        frame = self._pop_frame(Kind.REAL)
        if frame is None:
            self.host.fatal(6, "return to the host without a call")
            return
        real = self.registers()
        self.resume(frame.saved)
        frame.then(real)

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
        level = max((frame.level for frame in self.frames if frame.level is not None), default=-1) + 1
        if level >= layout.LOCKED_LEVELS:
            self.frames = [frame for frame in self.frames if frame.kind is not Kind.EXCEPTION]
            level = max((frame.level for frame in self.frames if frame.level is not None), default=-1) + 1
        if level >= layout.LOCKED_LEVELS:
            self.frames = [frame for frame in self.frames if frame.level is None]
            level = 0
        return level

    def locked_stack(self, level: int, client: Client) -> int:
        """The selector of a level's stack."""
        return self.host.tables.locked_selector(level, client.wide)

    def call_client(
        self,
        client: Client,
        handler: Far,
        then: Callable[[], None],
        *,
        segments: tuple[int, int] = (0, 0),
        general: list[int] | None = None,
        flags: bool = True,
    ) -> None:
        """Run a client's code on a locked stack, interrupts off; it ends by IRET (RETF without ``flags``).

        ``segments`` are DS and ES; ``general`` registers are those of the CPU unless given. ``then`` runs with
        the registers the handler left; ``frames[-1]`` is gone by then, its state is ``returned.saved``.
        """
        level = self.next_level()
        regs = self.regs
        frame = Frame(Kind.PROTECTED, client.number, regs.freeze(), then, level)
        values = [layout.PROTECTED_RETURN, layout.STUB_SELECTOR]
        if flags:
            values.append(regs.eflags & 0xCFF & ~(INTERRUPT_FLAG | TRAP_FLAG) | _IOPL3 | 2)
        data = pack_words(values, wide=client.wide)
        esp = layout.LOCKED_SIZE - 16 - len(data)
        stack = self.locked_stack(level, client)
        self.memory.write(self.host.tables.base(stack) + esp, data)
        state = self.host.protected_state(
            handler, (stack, esp), ds=segments[0], es=segments[1], eflags=_IOPL3 | 2, general=general
        )
        self._push_frame(frame)
        self.resume(state)

    def protected_returned(self) -> None:
        """A client's code that the host called is back."""
        host = self.host
        level = host.tables_level(self.regs.ss)
        frame = self._pop_frame(Kind.PROTECTED, level) or self._pop_frame(Kind.PROTECTED)
        if frame is None:
            host.fatal(6, "return to the host without a call")
            return
        host.returned = frame
        frame.then()

    # --- exceptions ---------------------------------------------------------------------------------

    def note_exception(self, level: int) -> None:
        """An exception handler runs on this level's stack."""
        self._push_frame(Frame(Kind.EXCEPTION, self.host.client.number, self.regs.freeze(), _nothing, level))

    def exception_returned(self) -> Frame | None:
        """The innermost exception handler is back: what it was called from."""
        return self._pop_frame(Kind.EXCEPTION, self.host.tables_level(self.regs.ss))


def _nothing() -> None:
    """Exceptions have nothing to finish."""
