"""INT 21h and INT 33h from protected mode where carrying pointers over is not enough.

Files in pieces, memory as selectors, interrupt vectors of protected mode, the DTA, EXEC, ends of programs,
mouse handlers.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from dosemu.dpmi import layout
from dosemu.dpmi.errors import DpmiError
from dosemu.dpmi.real import CARRY, RealRegisters

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host
    from dosemu.dpmi.translation import Translation

_PIECE = 0x2000
_DTA_SIZE = 128
_MOST_TEXT = 0x3000


class DosCalls:
    """The special calls of one host."""

    def __init__(self, host: Host, translation: Translation) -> None:
        self.host = host
        self.regs = host.engine.regs
        self.memory = host.memory
        self.translation = translation
        self._functions: dict[tuple[int, int], Callable[[], None]] = {
            (0x21, 0x00): self._end,
            (0x21, 0x09): self._print,
            (0x21, 0x0A): self._read_line,
            (0x21, 0x11): self._find_fcb,
            (0x21, 0x12): self._find_fcb,
            (0x21, 0x1A): self._set_dta,
            (0x21, 0x25): self._set_vector,
            (0x21, 0x2F): self._get_dta,
            (0x21, 0x31): self._end,
            (0x21, 0x35): self._get_vector,
            (0x21, 0x38): self._country,
            (0x21, 0x3F): self._read,
            (0x21, 0x40): self._write,
            (0x21, 0x48): self._allocate,
            (0x21, 0x49): self._free,
            (0x21, 0x4A): self._resize,
            (0x21, 0x4B): self._exec,
            (0x21, 0x4C): self._end,
            (0x21, 0x4E): self._find_first,
            (0x21, 0x4F): self._find_next,
            (0x21, 0x50): self._set_psp,
            (0x21, 0x51): self._get_psp,
            (0x21, 0x62): self._get_psp,
            (0x33, 0x000C): self._mouse_handler,
            (0x33, 0x0014): self._mouse_handler,
        }

    @property
    def functions(self) -> Collection[tuple[int, int]]:
        """Vector and AH, or AX for INT 33h, of all that is made here."""
        return self._functions.keys()

    def find(self, vector: int, ax: int) -> Callable[[], None] | None:
        """What makes this call, or None."""
        return self._functions.get((vector, ax >> 8 if vector == 0x21 else ax))

    @property
    def _buffer(self) -> int:
        return layout.BUFFER_SEGMENT << 4

    def _fail(self, code: int) -> None:
        self.regs.ax = code
        self.regs.cf = True

    # --- ends --------------------------------------------------------------------------------------------

    def _end(self) -> None:
        host, regs = self.host, self.regs
        real = self.translation.defaults.real_registers()
        if regs.ah == 0:
            real.eax = 0x4C00
        host.end_current(real)

    # --- text ----------------------------------------------------------------------------------------------

    def _print(self) -> None:
        at = self.host.pointer("ds", "edx")
        data = self.memory.read(at, min(_MOST_TEXT, max(0, len(self.memory) - at)))
        end = data.find(b"$")
        self._put_and_call(0x21, (data[:end] if end >= 0 else data[:-1]) + b"$")

    def _put_and_call(self, vector: int, data: bytes) -> None:
        regs = self.regs
        real = self.translation.defaults.real_registers()
        at = self.translation.put(data)
        edx = regs.edx
        real.edx, real.ds = at, layout.BUFFER_SEGMENT

        def done(_: RealRegisters) -> None:
            regs.edx = edx
            self.translation.release(at)

        self.translation.defaults.reflect(vector, real=real, then=done)

    def _read_line(self) -> None:
        from dosemu.dpmi.translation import both

        size = self.memory.u8(self.host.pointer("ds", "edx")) + 2
        self.translation.run(0x21, (both("ds", "edx", size),))

    def _country(self) -> None:
        from dosemu.dpmi.translation import out

        if self.host.offset("edx") & 0xFFFF == 0xFFFF:
            self.translation.defaults.reflect(0x21)
        else:
            self.translation.run(0x21, (out("ds", "edx", 34),))

    # --- files -----------------------------------------------------------------------------------------------

    def _read(self) -> None:
        self._transfer(reading=True)

    def _write(self) -> None:
        self._transfer(reading=False)

    def _transfer(self, *, reading: bool) -> None:
        host, regs, memory = self.host, self.regs, self.memory
        wide = host.client.wide
        count, edx, ecx = host.offset("ecx"), regs.edx, regs.ecx
        address = host.pointer("ds", "edx")
        eax = regs.eax
        defaults = self.translation.defaults
        total = 0
        at = self.translation.place(min(count, _PIECE))

        def piece() -> None:
            size = min(count - total, _PIECE)
            real = defaults.real_registers()
            real.eax, real.ecx, real.edx, real.ds = eax, size, at, layout.BUFFER_SEGMENT
            if not reading:
                memory.write(self._buffer + at, memory.read(address + total, size))
            defaults.reflect(0x21, give_back=False, real=real, then=lambda left: done(left, size))

        def done(left: RealRegisters, size: int) -> None:
            nonlocal total
            failed = bool(left.flags & CARRY)
            moved = 0 if failed else left.ax
            if reading and moved:
                memory.write(address + total, memory.read(self._buffer + at, moved))
            total += moved
            if not failed and moved == size and total < count:
                piece()
                return
            self.translation.release(at)
            regs.ecx, regs.edx = ecx, edx
            regs.cf = failed and not total
            if failed and not total:
                regs.ax = left.ax
            elif wide:
                regs.eax = total
            else:
                regs.ax = total

        piece()

    # --- searches ----------------------------------------------------------------------------------------------

    def _set_dta(self) -> None:
        self.host.client.transfer_area = (self.regs.ds, self.host.offset("edx"))

    def _get_dta(self) -> None:
        host, regs = self.host, self.regs
        area = host.client.transfer_area or (self._prefix(), 0x80)
        regs.es = area[0]
        if host.client.wide:
            regs.ebx = area[1]
        else:
            regs.bx = area[1]

    def _dta_address(self) -> int:
        area = self.host.client.transfer_area
        if area is None:
            return (self.host.client.psp << 4) + 0x80
        return (self.host.tables.base(area[0]) + area[1]) & 0xFFFFFFFF

    def _with_dta(self, call: Callable[[Callable[[RealRegisters], None]], None]) -> None:
        """Make a call while DOS's DTA is a copy of the client's."""
        dos, memory = self.host.dos, self.memory
        address = self._dta_address()
        mine = self._buffer + layout.DTA_OFFSET
        memory.write(mine, memory.read(address, _DTA_SIZE))
        before = dos.dta
        dos.dta = (layout.BUFFER_SEGMENT, layout.DTA_OFFSET)

        def done(_: RealRegisters) -> None:
            dos.dta = before
            memory.write(address, memory.read(mine, _DTA_SIZE))

        call(done)

    def _find_first(self) -> None:
        from dosemu.dpmi.translation import text

        self._with_dta(lambda done: self.translation.run(0x21, (text("ds", "edx"),), then=done))

    def _find_next(self) -> None:
        self._with_dta(lambda done: self.translation.defaults.reflect(0x21, then=done))

    def _find_fcb(self) -> None:
        from dosemu.dpmi.translation import both

        self._with_dta(lambda done: self.translation.run(0x21, (both("ds", "edx", 44),), then=done))

    # --- vectors and processes -----------------------------------------------------------------------------------

    def _set_vector(self) -> None:
        self.host.set_interrupt(self.regs.al, (self.regs.ds, self.host.offset("edx")))

    def _get_vector(self) -> None:
        host, regs = self.host, self.regs
        vector = regs.al
        handler = host.client.interrupts.get(vector, (layout.STUB_SELECTOR, layout.INTERRUPT_STUBS + vector * 8))
        regs.es = handler[0] if host.tables.cache(handler[0]) else 0
        if host.client.wide:
            regs.ebx = handler[1]
        else:
            regs.bx = handler[1]

    def _prefix(self) -> int:
        return self.translation.defaults.selector_for(self.host.dos.psp)

    def _get_psp(self) -> None:
        self.regs.bx = self._prefix()

    def _set_psp(self) -> None:
        base = self.host.tables.base(self.regs.bx)
        if base and not base & 15 and base < 0x100000:
            self.host.dos.psp = base >> 4

    # --- memory -----------------------------------------------------------------------------------------------

    def _allocate(self) -> None:
        regs = self.regs
        try:
            _, regs.ax = self.host.dos_memory.allocate(regs.bx)
        except DpmiError as error:
            regs.bx = self.host.dos_memory.largest_free
            self._fail(error.code & 0xFF)
        else:
            regs.cf = False

    def _free(self) -> None:
        try:
            self.host.dos_memory.free(self.regs.es)
        except DpmiError as error:
            self._fail(error.code & 0xFF)
        else:
            self.regs.cf = False

    def _resize(self) -> None:
        regs = self.regs
        try:
            self.host.dos_memory.resize(regs.es, regs.bx)
        except DpmiError as error:
            regs.bx = self.host.dos_memory.largest_free
            self._fail(error.code & 0xFF)
        else:
            regs.cf = False

    # --- EXEC -----------------------------------------------------------------------------------------------------

    def _exec(self) -> None:
        host, regs, memory = self.host, self.regs, self.memory
        if regs.al != 0:
            self._fail(1)
            return
        wide = host.client.wide
        block = host.pointer("es", "ebx")
        environment = memory.u16(block)
        if wide:
            words = struct.unpack("<IHIHIH", memory.read(block + 2, 18))
        else:
            words = struct.unpack("<HHHHHH", memory.read(block + 2, 12))
        pieces = []
        for index, size in ((0, 128), (2, 16), (4, 16)):
            offset, selector = words[index], words[index + 1]
            address = (host.tables.base(selector) + offset) & 0xFFFFFFFF
            usable = selector and address + size <= len(memory)
            pieces.append(memory.read(address, size) if usable else b"\0\r".ljust(size, b"\0"))
        paragraph = host.tables.base(environment) >> 4 if environment else host.client.environment
        translation = self.translation
        name = translation.put(translation.string(host.pointer("ds", "edx")))
        tail, first, second = (translation.put(piece) for piece in pieces)
        segment = layout.BUFFER_SEGMENT
        parameters = struct.pack("<7H", paragraph & 0xFFFF, tail, segment, first, segment, second, segment)
        real = translation.defaults.real_registers()
        saved = (regs.ebx, regs.edx)
        real.edx, real.ebx = name, translation.put(parameters)
        real.ds = real.es = segment

        def done(_: RealRegisters) -> None:
            regs.ebx, regs.edx = saved
            translation.release(name)

        translation.defaults.reflect(0x21, real=real, then=done)

    # --- mouse ---------------------------------------------------------------------------------------------------

    def _mouse_handler(self) -> None:
        """The handler is a far procedure of the client; the driver gets a real-mode callback for it."""
        host, regs = self.host, self.regs
        client = host.client
        handler = (regs.es, host.offset("edx"))
        if regs.ax == 0x000C and client.mouse_callback is not None:
            host.callbacks.free(0xF000, client.mouse_callback)
            client.mouse_callback = None
        real = self.translation.defaults.real_registers()
        edx = regs.edx
        if regs.cx and handler[0]:
            client.mouse_callback = host.callbacks.allocate(handler, None)
            real.es, real.edx = 0xF000, client.mouse_callback
        else:
            real.es = real.edx = 0

        def done(_: RealRegisters) -> None:
            regs.edx = edx

        self.translation.defaults.reflect(0x33, real=real, then=done)
