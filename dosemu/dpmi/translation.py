"""DOS and BIOS calls of protected-mode programs: pointers are carried over through a buffer below 1 MB.

Which register pairs are pointers, and to how much, is declared per function (Ralf Brown's Interrupt List);
functions that need more than that are in ``dos_calls``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dosemu.dpmi import layout
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.real import CARRY, RealRegisters

if TYPE_CHECKING:
    from dosemu.dpmi.default_interrupts import DefaultInterrupts
    from dosemu.dpmi.host import Host

Size = int | Callable[[Any], int]
_LONGEST_PATH = 261


@dataclass(frozen=True, slots=True)
class Pointer:
    """``segment``:``register`` points at ``size`` bytes; 0: a string with a zero at its end."""

    segment: str
    register: str
    size: Size = 0
    given: bool = True
    taken: bool = False


def text(segment: str, register: str) -> Pointer:
    """A string for DOS to read."""
    return Pointer(segment, register)


def out(segment: str, register: str, size: Size) -> Pointer:
    """A buffer that DOS fills."""
    return Pointer(segment, register, size, given=False, taken=True)


def both(segment: str, register: str, size: Size) -> Pointer:
    """A structure that DOS reads and changes."""
    return Pointer(segment, register, size, taken=True)


def given(segment: str, register: str, size: Size) -> Pointer:
    """Bytes for DOS to read."""
    return Pointer(segment, register, size)


_PATH = (text("ds", "edx"),)
_TWO_PATHS = (text("ds", "edx"), text("es", "edi"))
_FCB = (both("ds", "edx", 44),)
_CX = lambda regs: int(regs.cx)  # noqa: E731

# (vector, AH, AL or None for any): what is to be carried over.
POINTERS: dict[tuple[int, int, int | None], tuple[Pointer, ...]] = {
    **{(0x21, ah, None): _PATH for ah in (0x39, 0x3A, 0x3B, 0x3C, 0x3D, 0x41, 0x43, 0x5B)},
    **{(0x21, ah, None): _FCB for ah in (0x0F, 0x10, 0x13, 0x16, 0x17, 0x23, 0x24)},
    (0x21, 0x29, None): (given("ds", "esi", 128), both("es", "edi", 44)),
    (0x21, 0x47, None): (out("ds", "esi", 64),),
    (0x21, 0x56, None): _TWO_PATHS,
    (0x21, 0x5A, None): (both("ds", "edx", 96),),
    (0x21, 0x60, None): (text("ds", "esi"), out("es", "edi", 128)),
    (0x21, 0x65, None): (out("es", "edi", _CX),),
    (0x21, 0x69, None): (both("ds", "edx", 25),),
    (0x21, 0x6C, None): (text("ds", "esi"),),
    (0x21, 0x44, 0x02): (out("ds", "edx", _CX),),
    (0x21, 0x44, 0x03): (given("ds", "edx", _CX),),
    (0x21, 0x44, 0x04): (out("ds", "edx", _CX),),
    (0x21, 0x44, 0x05): (given("ds", "edx", _CX),),
    (0x21, 0x44, 0x0C): (both("ds", "edx", 64),),
    (0x21, 0x44, 0x0D): (both("ds", "edx", 64),),
    (0x21, 0x5D, 0x0A): (given("ds", "edx", 22),),
    **{(0x21, 0x71, al): _PATH for al in (0x39, 0x3A, 0x3B, 0x41, 0x43)},
    (0x21, 0x71, 0x47): (out("ds", "esi", _LONGEST_PATH),),
    (0x21, 0x71, 0x4E): (text("ds", "edx"), out("es", "edi", 318)),
    (0x21, 0x71, 0x4F): (out("es", "edi", 318),),
    (0x21, 0x71, 0x56): _TWO_PATHS,
    (0x21, 0x71, 0x60): (text("ds", "esi"), out("es", "edi", _LONGEST_PATH)),
    (0x21, 0x71, 0x6C): (text("ds", "esi"),),
    (0x21, 0x71, 0xA0): (text("ds", "edx"), out("es", "edi", 32)),
    (0x21, 0x71, 0xA6): (out("ds", "edx", 52),),
    (0x21, 0x71, 0xA7): (given("ds", "esi", 8), both("es", "edi", 8)),
    (0x10, 0x10, 0x02): (given("es", "edx", 17),),
    (0x10, 0x10, 0x09): (out("es", "edx", 17),),
    (0x10, 0x10, 0x12): (given("es", "edx", lambda regs: 3 * regs.cx),),
    (0x10, 0x10, 0x17): (out("es", "edx", lambda regs: 3 * regs.cx),),
    **{(0x10, 0x11, al): (given("es", "ebp", lambda regs: regs.cx * regs.bh),) for al in (0x00, 0x10)},
    (0x10, 0x13, None): (given("es", "ebp", lambda regs: regs.cx * (2 if regs.al & 2 else 1)),),
    (0x10, 0x1B, None): (out("es", "edi", 64),),
    (0x10, 0x1C, 0x01): (out("es", "ebx", 0x1000),),
    (0x10, 0x1C, 0x02): (given("es", "ebx", 0x1000),),
    (0x10, 0x4F, 0x00): (both("es", "edi", 512),),
    (0x10, 0x4F, 0x01): (out("es", "edi", 256),),
    (0x10, 0x4F, 0x09): (both("es", "edi", lambda regs: 4 * min(regs.cx, 256)),),
    (0x33, 0x00, 0x09): (given("es", "edx", 64),),
    (0x33, 0x00, 0x16): (out("es", "edx", 512),),
    (0x33, 0x00, 0x17): (given("es", "edx", 512),),
    (0x15, 0x87, None): (given("es", "esi", 48),),
}

# Functions that give back a far pointer in a segment register, which becomes a selector.
SEGMENT_RESULTS: dict[tuple[int, int, int | None], str] = {
    (0x21, 0x34, None): "es",
    (0x21, 0x52, None): "es",
    (0x21, 0x1B, None): "ds",
    (0x21, 0x1C, None): "ds",
    (0x21, 0x1F, None): "ds",
    (0x21, 0x32, None): "ds",
    (0x15, 0xC0, None): "es",
    (0x10, 0x11, 0x30): "es",
}


class Translation:
    """Calls with pointers for one host."""

    def __init__(self, host: Host, defaults: DefaultInterrupts) -> None:
        from dosemu.dpmi.dos_calls import DosCalls

        self.host = host
        self.defaults = defaults
        self.regs = host.engine.regs
        self._used = 0
        self._dos = DosCalls(host, self)

    def needs(self, vector: int) -> bytearray:
        """For each AX, a bit: the call is more than a plain interrupt of real mode."""
        bits = bytearray(0x2000)

        def mark(ah: int, al: int | None) -> None:
            if al is None:
                bits[ah * 32 : ah * 32 + 32] = b"\xff" * 32
            else:
                bits[ah * 32 + (al >> 3)] |= 1 << (al & 7)

        for number, ah, al in (*POINTERS, *SEGMENT_RESULTS):
            if number == vector:
                mark(ah, al)
        for number, function in self._dos.functions:
            if number == vector:
                mark(function if vector == 0x21 else function >> 8, None if vector == 0x21 else function & 0xFF)
        return bits

    def call(self, vector: int) -> bool:
        """Make the call when it is one with pointers; False: it may be reflected as it is."""
        if not self.host.crossings.depth:
            self._used = 0  # nothing of an earlier call can be in there any more
        regs = self.regs
        ax = regs.ax
        special = self._dos.find(vector, ax)
        if special is not None:
            special()
            return True
        for key in ((vector, ax >> 8, ax & 0xFF), (vector, ax >> 8, None)):
            if key in POINTERS:
                self.run(vector, POINTERS[key])
                return True
            if key in SEGMENT_RESULTS:
                self._run_segment(vector, SEGMENT_RESULTS[key])
                return True
        return False

    def place(self, size: int) -> int:
        """Room in the buffer; returns its offset. Raises RESOURCE."""
        at = self._used
        if at + size > layout.BUFFER_SIZE:
            raise DpmiError(DpmiErrorCode.RESOURCE)
        self._used = (at + size + 15) & ~15
        return at

    def release(self, mark: int) -> None:
        """Give back what was placed from ``mark`` on."""
        self._used = mark

    def put(self, data: bytes) -> int:
        """Copy bytes into the buffer; returns their offset. Raises RESOURCE."""
        at = self.place(len(data))
        self.host.memory.write((layout.BUFFER_SEGMENT << 4) + at, data)
        return at

    def string(self, address: int, limit: int = _LONGEST_PATH) -> bytes:
        """A string of the client with its zero. Raises INVALID_ADDRESS."""
        return bytes(self.host.memory.asciiz(address, limit)) + b"\0"

    def run(
        self,
        vector: int,
        pointers: tuple[Pointer, ...],
        *,
        real: RealRegisters | None = None,
        then: Callable[[RealRegisters], None] | None = None,
    ) -> None:
        """Make a call whose pointers are carried over; ``then`` runs when it is back."""
        host, regs, memory = self.host, self.regs, self.host.memory
        real = real or self.defaults.real_registers()
        base = layout.BUFFER_SEGMENT << 4
        copies: list[tuple[int, int, int]] = []
        restored: list[tuple[str, int]] = []
        mark = -1
        for pointer in pointers:
            address = host.pointer(pointer.segment, pointer.register)
            size = pointer.size(regs) if callable(pointer.size) else pointer.size
            if size == 0 and not pointer.taken and not callable(pointer.size):
                at = self.put(self.string(address))
            else:
                at = self.place(size)
                if pointer.given:
                    inside = max(0, min(size, len(memory) - address))
                    memory.write(base + at, memory.read(address, inside))
                if pointer.taken:
                    copies.append((address, at, size))
            mark = at if mark < 0 else mark
            restored.append((pointer.register, getattr(regs, pointer.register)))
            setattr(real, pointer.register, at)
            setattr(real, pointer.segment, layout.BUFFER_SEGMENT)

        def done(left: RealRegisters) -> None:
            for address, at, size in copies:
                memory.write(address, memory.read(base + at, size))
            for register, value in restored:
                setattr(regs, register, value)
            self.release(max(mark, 0))
            if then is not None:
                then(left)

        self.defaults.reflect(vector, real=real, then=done)

    def _run_segment(self, vector: int, segment: str) -> None:
        def done(left: RealRegisters) -> None:
            if not left.flags & CARRY or vector == 0x21:
                setattr(self.regs, segment, self.defaults.selector_for(getattr(left, segment)))

        self.defaults.reflect(vector, then=done)
