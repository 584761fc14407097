"""Real-mode callbacks: real-mode addresses that run a client's procedure (DPMI 0.9, functions 0303h and 0304h)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosemu.dpmi import layout
from dosemu.dpmi.client import Far
from dosemu.dpmi.errors import DpmiError, DpmiErrorCode

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host

_BIOS = 0xF000
_NOWHERE = (0, 0)


class Callbacks:
    """The callbacks of one host; ``NativeCrossings`` holds and runs them."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.native = host.crossings.native

    def allocate(self, procedure: Far, structure: Far | None, *, words: int = 0) -> int:
        """A real-mode address for a procedure; returns its offset in F000h. Raises NO_CALLBACK.

        Without ``structure`` the procedure is a far one with the registers as they are, and so many ``words`` of the
        caller's stack (handlers of the mouse and the pointing device).
        """
        client = self.host.client
        for number in range(layout.CALLBACK_COUNT):
            if not self.native.callback_owner(number):
                self.native.set_callback(number, client.number, client.wide, procedure, structure, words)
                return layout.CALLBACKS + number * 8
        raise DpmiError(DpmiErrorCode.NO_CALLBACK)

    def free(self, segment: int, offset: int) -> None:
        """Raises INVALID_CALLBACK."""
        number, rest = divmod(offset - layout.CALLBACKS, 8)
        if segment != _BIOS or rest or not self.native.callback_owner(number):
            raise DpmiError(DpmiErrorCode.INVALID_CALLBACK)
        self.native.set_callback(number, 0, False, _NOWHERE, None)

    def free_all(self, owner: int) -> None:
        """Free what a client owns."""
        for number in range(layout.CALLBACK_COUNT):
            if self.native.callback_owner(number) == owner:
                self.native.set_callback(number, 0, False, _NOWHERE, None)

    def entered(self, number: int) -> None:
        """Real-mode code called or jumped to a callback's address: run the client's procedure. Raises DpmiError."""
        clients, owner = self.host.clients, self.native.callback_owner(number)
        caller = self.host.client.number
        if owner in (0, caller):
            error = self.native.entered(number)
        else:
            clients.visit(owner)
            error = self.native.entered(number, caller)
            if error:
                clients.visit(caller)
        if error < 0:
            self.host.on_fault(6, "call of a callback that was freed")
        elif error:
            raise DpmiError(error)
