"""Real-mode callbacks: real-mode addresses that run a client's procedure (DPMI 0.9, functions 0303h and 0304h)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.dpmi import layout
from dosemu.dpmi.client import Callback, Far
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode
from dosemu.dpmi.real import STRUCTURE_SIZE, RealRegisters, State

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host

_BIOS = 0xF000


class Callbacks:
    """The callbacks of one host."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._callbacks: dict[int, Callback] = {}

    def allocate(self, procedure: Far, structure: Far | None) -> int:
        """A real-mode address for a procedure; returns its offset in F000h. Raises NO_CALLBACK."""
        for number in range(layout.CALLBACK_COUNT):
            if number not in self._callbacks:
                self._callbacks[number] = Callback(number, self.host.client.number, procedure, structure)
                return layout.CALLBACKS + number * 8
        raise DpmiError(DpmiErrorCode.NO_CALLBACK)

    def free(self, segment: int, offset: int) -> None:
        """Raises INVALID_CALLBACK."""
        number, rest = divmod(offset - layout.CALLBACKS, 8)
        if segment != _BIOS or rest or number not in self._callbacks:
            raise DpmiError(DpmiErrorCode.INVALID_CALLBACK)
        del self._callbacks[number]

    def free_all(self, owner: int) -> None:
        """Free what a client owns."""
        self._callbacks = {number: one for number, one in self._callbacks.items() if one.owner != owner}

    def entered(self, number: int) -> None:
        """Real-mode code called or jumped to a callback's address: run the client's procedure."""
        host, regs = self.host, self.host.regs
        callback = self._callbacks.get(number)
        client = next((one for one in host.clients if callback is not None and one.number == callback.owner), None)
        if callback is None or client is None:
            host.on_fault(6, "call of a callback that was freed")
            return
        crossings = host.crossings
        if callback.structure is None:
            crossings.call_client(client, callback.procedure, self._far_returned, flags=False)
            return
        real = crossings.registers()
        real.ip = (real.ip - 2) & 0xFFFF  # the callback's own address
        selector, offset = callback.structure
        host.memory.write((host.tables.base(selector) + offset) & 0xFFFFFFFF, real.pack())
        stack = host.tables.segment(real.ss << 4, 0xFFFF, client.number)
        general = [regs.eax, regs.ecx, regs.edx, regs.ebx, 0, regs.ebp, real.sp, offset]

        def then() -> None:
            self._returned(stack)

        crossings.call_client(client, callback.procedure, then, segments=(stack, selector), general=general)

    def _returned(self, stack: int) -> None:
        """The procedure's IRET: real mode goes on with the registers of the structure at ES:EDI."""
        host = self.host
        frame = host.returned
        at = host.pointer("es", "edi")
        real = RealRegisters.unpack(host.memory.read(at, STRUCTURE_SIZE))
        if host.tables.used(stack):
            host.tables.free(stack)
        if frame is None:
            return
        caller = State.unpack(frame.saved)
        host.crossings.resume(real.state(caller.cr0, real.cs, real.ip, real.ss, real.sp, real.flags | 2))

    def _far_returned(self) -> None:
        """A far procedure is back: so is the far call of real mode."""
        host = self.host
        regs, frame = host.regs, host.returned
        if frame is None:
            return
        host.crossings.resume(frame.saved)
        stack = regs.address("ss", regs.sp)
        ip, cs = host.memory.u16(stack), host.memory.u16(stack + 2)
        regs.sp = regs.sp + 4
        regs.cs, regs.ip = cs, ip
