"""What an interrupt does in protected mode when no client's handler takes it: a host service, DOS, or real mode."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dosemu.dpmi import int31, layout
from dosemu.dpmi.errors import DpmiError
from dosemu.dpmi.real import RESULT_FLAGS, RealRegisters
from dosemu.dpmi.translation import Translation

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host

GENERAL = ("eax", "ebx", "ecx", "edx", "esi", "edi", "ebp")
_VENDOR_NAME = b"MS-DOS"
# Vectors of real mode that point to tables: INT 41h, by which a debugger hears of loads, must not run the disk's.
_TABLES = (0x1D, 0x1E, 0x1F, 0x41, 0x43, 0x46)
_ROM = 0xC000  # the segment from which on they are the BIOS's
_EXEC = 0x4B


class DefaultInterrupts:
    """The default handlers of one host."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.regs = host.engine.regs
        self.translation = Translation(host, self)
        self._own: dict[int, Callable[[], None]] = {
            0x20: self._terminate,
            0x2F: self._multiplex,
            0x31: self._dpmi,
        }

    def interrupt(self, vector: int) -> None:
        """INT ``vector`` of a client, CS:EIP behind it."""
        own = self._own.get(vector)
        if own is not None:
            own()
        elif not self._points_to_table(vector) and not self.translation.call(vector):
            self.reflect(vector)

    def _points_to_table(self, vector: int) -> bool:
        segment, offset = self.host.real_vector(vector)
        return vector in _TABLES and (segment >= _ROM or segment == offset == 0)

    def _dpmi(self) -> None:
        self.host.engine.clock.charge(layout.FUNCTION_CYCLES)
        trace = self.host.trace
        if trace is None:
            int31.call(self.host, self.regs)
            return
        trace.enter(0x31, self.regs)
        trace.before(int31.TABLE.find(self.regs.ax))
        trace.leave(0x31, int31.call(self.host, self.regs), self.regs)

    def _terminate(self) -> None:
        self.regs.ax = 0x4C00
        self.translation.call(0x21)

    # --- real mode ------------------------------------------------------------------------------------

    def real_registers(self) -> RealRegisters:
        """The client's general registers for a real-mode interrupt; the segments are the host's."""
        regs = self.regs
        segment = layout.BUFFER_SEGMENT
        return RealRegisters(
            regs.edi, regs.esi, regs.ebp, 0, regs.ebx, regs.edx, regs.ecx, regs.eax,
            flags=regs.flags & ~0x7000, es=segment, ds=segment,
        )  # fmt: skip

    def reflect(
        self,
        vector: int,
        *,
        give_back: bool = True,
        real: RealRegisters | None = None,
        then: Callable[[RealRegisters], None] | None = None,
    ) -> None:
        """Run the real-mode interrupt; the client gets general registers and flags unless it was a request.

        Raises RESOURCE.
        """
        if real is None and then is None and (vector != 0x21 or self.regs.ah != _EXEC):
            error = self.host.crossings.native.reflect(vector, give_back)
            if error:
                raise DpmiError(error)
            return

        def done(left: RealRegisters) -> None:
            if give_back:
                self.give_back(left)
            if then is not None:
                then(left)

        target = self.host.real_vector(vector)
        self.host.crossings.call_real(real or self.real_registers(), target, done, vector=vector)

    def give_back(self, left: RealRegisters) -> None:
        """General registers and result flags of a real-mode call to the client."""
        regs = self.regs
        for name in GENERAL:
            setattr(regs, name, getattr(left, name))
        regs.eflags = regs.eflags & ~RESULT_FLAGS | left.flags & RESULT_FLAGS

    def selector_for(self, segment: int) -> int:
        """A selector for a real-mode segment, as 0002h gives it. Raises NO_DESCRIPTOR."""
        client = self.host.client
        selector = client.segments.get(segment)
        if selector is None or not self.host.tables.used(selector):
            selector = self.host.tables.segment(segment << 4, 0xFFFF, client.number)
            client.segments[segment] = selector
        return selector

    # --- INT 2Fh ----------------------------------------------------------------------------------------

    def _multiplex(self) -> None:
        regs = self.regs
        match regs.ax:
            case 0x1686:
                regs.ax = 0  # protected mode, as asked
            case 0x168A:
                self.find_vendor()
            case 0x1684:
                regs.es = 0
                regs.edi = 0
            case _:
                if not self.translation.call(0x2F):
                    self.reflect(0x2F)

    def find_vendor(self) -> bool:
        """DS:(E)SI names an API; the one there is gives ES:(E)DI."""
        host, regs = self.host, self.regs
        at = host.pointer("ds", "esi")
        name = host.memory.read(at, len(_VENDOR_NAME) + 1) if at + 7 <= len(host.memory) else b""
        if name != _VENDOR_NAME + b"\0":
            return False
        regs.al = 0
        regs.es = layout.STUB_SELECTOR
        host.set_offset("edi", layout.VENDOR)
        return True

    def vendor_api(self) -> None:
        """The "MS-DOS" API: AX 0100h gives a selector for the LDT."""
        host, regs = self.host, self.regs
        eip, cs = host.pop(2, wide=host.client.wide)
        host.load_code(cs & 0xFFFF, eip)
        regs.cf = regs.ax != 0x0100
        if regs.ax == 0x0100:
            try:
                regs.ax = host.tables.segment(host.tables.ldt, layout.LDT_ENTRIES * 8 - 1, host.client.number)
            except DpmiError as error:
                regs.ax, regs.cf = error.code, True
