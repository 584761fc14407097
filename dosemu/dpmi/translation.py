"""DOS and BIOS calls of protected-mode programs: pointers are carried over through a buffer below 1 MB.

Which register pairs are pointers, and to how much, is declared per function in ``pointers``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from dosemu.dpmi import layout
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.pointers import LONGEST_PATH, POINTERS, SEGMENT_RESULTS, Key, Pointer
from dosemu.dpmi.real import CARRY, RealRegisters

if TYPE_CHECKING:
    from dosemu.dpmi.default_interrupts import DefaultInterrupts
    from dosemu.dpmi.host import Host

# Interrupts of which a table says what Python is to do; of 20h, 25h, 26h and 2Fh it does all.
TABLES: Final = (0x10, 0x13, 0x15, 0x21, 0x33)
_FIRST_MB = 0x100000
_NO_MEMORY = 8  # DOS error


class Translation:
    """Calls with pointers for one host."""

    def __init__(self, host: Host, defaults: DefaultInterrupts) -> None:
        from dosemu.dpmi.dos_calls import DosCalls
        from dosemu.dpmi.file_calls import FileCalls
        from dosemu.dpmi.handlers import HandlerCalls

        self.host = host
        self.defaults = defaults
        self.regs = host.engine.regs
        self._used = 0
        self.special: dict[Key, Callable[[], None]] = {
            **DosCalls(host, self).functions,
            **FileCalls(host, self).functions,
            **HandlerCalls(host, self).functions,
        }

    def needs(self, vector: int) -> bytearray:
        """For each AX, a bit: the call is more than a plain interrupt of real mode."""
        bits = bytearray(0x2000)

        def mark(ah: int, al: int | None) -> None:
            if al is None:
                bits[ah * 32 : ah * 32 + 32] = b"\xff" * 32
            else:
                bits[ah * 32 + (al >> 3)] |= 1 << (al & 7)

        for number, ah, al in (*POINTERS, *SEGMENT_RESULTS, *self.special):
            if number == vector:
                mark(ah, al)
        return bits

    def call(self, vector: int) -> bool:
        """Make the call when it is one with pointers; False: it may be reflected as it is."""
        if not self.host.crossings.depth:
            self._used = 0  # nothing of an earlier call can be in there any more
        mark, ax = self._used, self.regs.ax
        try:
            return any(self._make(key) for key in ((vector, ax >> 8, ax & 0xFF), (vector, ax >> 8, None)))
        except DpmiError as error:
            self._used = mark
            if error.code != DpmiErrorCode.RESOURCE:
                raise
            self.regs.cf = True  # more than can be carried over
            if vector == 0x21:
                self.regs.ax = _NO_MEMORY
            return True
        except IndexError:
            self._used = mark
            raise

    def _make(self, key: Key) -> bool:
        if (special := self.special.get(key)) is not None:
            special()
        elif (pointers := POINTERS.get(key)) is not None:
            self.run(key[0], pointers)
        elif (segment := SEGMENT_RESULTS.get(key)) is not None:
            self._run_segment(key[0], segment)
        else:
            return False
        return True

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

    def _before_end(self, address: int, size: int) -> bytes:
        """What of a structure's bytes is there: one that is declared longer than it is may stand at the end of the RAM.

        Raises IndexError when it begins behind that.
        """
        end = len(self.host.memory)
        return bytes(self.host.memory.read(address, min(size, end - address) if address < end else size))

    def string(self, address: int, limit: int = LONGEST_PATH) -> bytes:
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
            if pointer.low:
                self._hand_on(real, pointer)
                continue
            size = pointer.size(regs) if callable(pointer.size) else pointer.size
            if size == 0 and callable(pointer.size):
                continue
            address = host.pointer(pointer.segment, pointer.register)
            if size == 0:
                at = self.put(self.string(address))
            else:
                at = self.place(size)
                memory.write(base + at, self._before_end(address, size))
                if pointer.taken:
                    copies.append((address, at, size))
            mark = at if mark < 0 else mark
            restored.append((pointer.register, getattr(regs, pointer.register)))
            setattr(real, pointer.register, at)
            setattr(real, pointer.segment, layout.BUFFER_SEGMENT)

        def done(left: RealRegisters) -> None:
            for address, at, size in copies:
                memory.write(address, memory.read(base + at, len(self._before_end(address, size))))
            for register, value in restored:
                setattr(regs, register, value)
            if mark >= 0:
                self.release(mark)
            if then is not None:
                then(left)

        self.defaults.reflect(vector, real=real, then=done)

    def _hand_on(self, real: RealRegisters, pointer: Pointer) -> None:
        """The address as it is, in real mode's form. Raises INVALID_ADDRESS above the first megabyte."""
        address = self.host.pointer(pointer.segment, pointer.register) if getattr(self.regs, pointer.segment) else 0
        if address >= _FIRST_MB:
            raise DpmiError(DpmiErrorCode.INVALID_ADDRESS)
        setattr(real, pointer.segment, address >> 4)
        setattr(real, pointer.register, address & 0xF)

    def _run_segment(self, vector: int, segment: str) -> None:
        def done(left: RealRegisters) -> None:
            if not left.flags & CARRY or vector == 0x21:
                setattr(self.regs, segment, self.defaults.selector_for(getattr(left, segment)))

        self.defaults.reflect(vector, then=done)
