"""INT 21h from protected mode where carrying pointers over is not enough: programs, memory, interrupt vectors.

Memory is selectors, vectors are those of protected mode, EXEC has pointers in its parameters.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from dosemu.dpmi import layout
from dosemu.dpmi.call_group import CallGroup
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.functions.descriptors import refresh
from dosemu.dpmi.pointers import Key
from dosemu.dpmi.real import RealRegisters
from int21.errors import ErrorCode

_FIRST_DPMI_ERROR = 0x8000
_FIRST_MB = 0x100000
_PREFIX_BEGINS = 0x20CD  # INT 20h
_KEPT_BY_EXEC = ("ebx", "ecx", "edx", "esi", "edi", "ebp")


class DosCalls(CallGroup):
    """These calls of one host."""

    @property
    def functions(self) -> dict[Key, Callable[[], None]]:
        """What makes each call."""
        by_ah = {
            0x00: self._end,
            0x25: self._set_vector,
            0x26: self._create_psp,
            0x31: self._end,
            0x35: self._get_vector,
            0x48: self._allocate,
            0x49: self._free,
            0x4A: self._resize,
            0x4B: self._exec,
            0x4C: self._end,
            0x50: self._set_psp,
            0x51: self._get_psp,
            0x55: self._create_psp,
            0x62: self._get_psp,
        }
        return {(0x21, ah, None): call for ah, call in by_ah.items()}

    def _fail(self, code: int) -> None:
        self.regs.ax = code
        self.regs.cf = True

    # --- ends --------------------------------------------------------------------------------------------

    def _end(self) -> None:
        host, regs = self.host, self.regs
        real = self.translation.defaults.real_registers()
        if regs.ah == 0:
            real.eax = 0x4C00
        host.clients.end_current(real)

    # --- vectors and processes -----------------------------------------------------------------------------------

    def _set_vector(self) -> None:
        self.host.clients.set_interrupt(self.regs.al, (self.regs.ds, self.host.offset("edx")))

    def _get_vector(self) -> None:
        host, regs = self.host, self.regs
        vector = regs.al
        handler = host.client.interrupts.get(vector, (layout.STUB_SELECTOR, layout.INTERRUPT_STUBS + vector * 8))
        regs.es = handler[0] if host.tables.cache(handler[0]) else 0
        host.set_offset("ebx", handler[1])

    def _prefix(self) -> int:
        return self.translation.defaults.selector_for(self.host.dos.psp)

    def _get_psp(self) -> None:
        self.regs.bx = self._prefix()

    def _set_psp(self) -> None:
        base = self.host.tables.base(self.regs.bx)
        if not base & 15 and base < _FIRST_MB and self.memory.u16(base) == _PREFIX_BEGINS:
            self.host.dos.psp = base >> 4

    def _create_psp(self) -> None:
        base, edx = self.host.tables.base(self.regs.dx), self.regs.edx
        if base & 15 or base >= _FIRST_MB:
            self._fail(int(ErrorCode.INVALID_MCB_ADDRESS))
            return
        real = self.translation.defaults.real_registers()
        real.edx = base >> 4

        def done(_: RealRegisters) -> None:
            self.regs.edx = edx

        self.translation.defaults.reflect(0x21, real=real, then=done)

    # --- memory -----------------------------------------------------------------------------------------------

    def _allocate(self) -> None:
        regs = self.regs
        try:
            _, regs.ax = self.host.dos_memory.allocate(regs.bx)
        except DpmiError as error:
            regs.bx = self.host.dos_memory.largest_free
            self._fail(_dos_error(error))
        else:
            regs.cf = False

    def _free(self) -> None:
        selector = self.regs.es
        try:
            self.host.dos_memory.free(selector)
        except DpmiError as error:
            self._fail(_dos_error(error))
        else:
            refresh(self.host, selector)
            self.regs.cf = False

    def _resize(self) -> None:
        regs = self.regs
        try:
            self.host.dos_memory.resize(regs.es, regs.bx)
        except DpmiError as error:
            regs.bx = self.host.dos_memory.largest_free
            self._fail(_dos_error(error))
        else:
            refresh(self.host, regs.es)
            regs.cf = False

    # --- EXEC -----------------------------------------------------------------------------------------------------

    def _exec(self) -> None:
        host, regs, memory = self.host, self.regs, self.memory
        if regs.al != 0:
            self._fail(1)
            return
        block = host.pointer("es", "ebx")
        # Nowhere documented; Windows, 32RTM and HDPMI take it as this: of 32 bits, three pointers of 8 bytes each,
        # and always the client's own environment.
        if host.client.wide:
            environment = 0
            words = struct.unpack("<IHxxIHxxIHxx", memory.read(block, 24))
        else:
            environment = memory.u16(block)
            words = struct.unpack("<HHHHHH", memory.read(block + 2, 12))
        pieces = []
        for index, size in ((0, 128), (2, 16), (4, 16)):
            offset, selector = words[index], words[index + 1]
            address = (host.tables.base(selector) + offset) & 0xFFFFFFFF
            usable = selector and address + size <= len(memory)
            pieces.append(memory.read(address, size) if usable else b"\0\r".ljust(size, b"\0"))
        paragraph = host.tables.base(environment) >> 4 if environment else host.client.environment
        translation = self.translation
        path = translation.put(translation.string(host.pointer("ds", "edx")))
        tail, first, second = (translation.put(piece) for piece in pieces)
        segment = layout.BUFFER_SEGMENT
        parameters = struct.pack("<7H", paragraph & 0xFFFF, tail, segment, first, segment, second, segment)
        real = translation.defaults.real_registers()
        # DOS keeps the caller's registers of 16 bits only: their upper halves are what the child left.
        kept = {name: getattr(regs, name) for name in _KEPT_BY_EXEC}
        real.edx, real.ebx = path, translation.put(parameters)
        real.ds = real.es = segment

        def done(_: RealRegisters) -> None:
            for name, value in kept.items():
                setattr(regs, name, value)
            translation.release(path)

        translation.defaults.reflect(0x21, real=real, then=done)


def _dos_error(error: DpmiError) -> int:
    """What INT 21h says of it: the host's own errors are that of a bad block, or of no room for descriptors."""
    if error.code < _FIRST_DPMI_ERROR:
        return error.code
    return int(
        ErrorCode.INVALID_MCB_ADDRESS if error.code == DpmiErrorCode.INVALID_SELECTOR else ErrorCode.INSUFFICIENT_MEMORY
    )
