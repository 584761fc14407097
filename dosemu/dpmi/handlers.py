"""Event handlers that protected-mode programs give to the mouse driver and to the BIOS.

INT 33h/000Ch, 0014h, 0018h, 0019h and INT 15h/C207h take the address of a far procedure. The driver gets a real-mode
callback for it, which calls the client's procedure with the registers as they are, and the BIOS's four words on the
stack as slots of the client's width.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dosemu.dpmi.call_group import CallGroup
from dosemu.dpmi.client import EventHandler, Far
from dosemu.dpmi.pointers import Key
from dosemu.dpmi.real import RealRegisters

_BIOS = 0xF000
_NOBODY = EventHandler(0, (0, 0))
# What a client's handlers are known by: one of the mouse, one of the BIOS, the alternate ones by their shift keys.
_MOUSE: Final = 0x0C
_POINTING_DEVICE: Final = 0xC207
_ALTERNATE_KEYS = 0xE0
_ALTERNATE_EVENTS = 0x1F
_BIOS_WORDS = 4


class HandlerCalls(CallGroup):
    """These calls of one host."""

    @property
    def functions(self) -> dict[Key, Callable[[], None]]:
        """What makes each call."""
        return {
            (0x33, 0x00, 0x0C): self._set,
            (0x33, 0x00, 0x14): self._exchange,
            (0x33, 0x00, 0x18): self._set_alternate,
            (0x33, 0x00, 0x19): self._get_alternate,
            (0x15, 0xC2, 0x07): self._set_pointing_device,
        }

    def _note(self, kind: int, handler: Far, *, words: int = 0) -> tuple[int, EventHandler]:
        """Put a client's procedure (selector 0: none) in the place of another.

        Returns the offset of its callback in F000h, 0 for none, and what was there before. Raises NO_CALLBACK.
        """
        client, callbacks = self.host.client, self.host.callbacks
        before = client.event_handlers.pop(kind, _NOBODY)
        if before.callback:
            callbacks.free(_BIOS, before.callback)
        if not handler[0]:
            return 0, before
        offset = callbacks.allocate(handler, None, words=words)
        client.event_handlers[kind] = EventHandler(offset, handler)
        return offset, before

    def _hand_on(
        self, vector: int, register: str, callback: int, then: Callable[[RealRegisters], None] | None = None
    ) -> None:
        """Make the call with the callback's address in ES:``register``."""
        real = self.translation.defaults.real_registers()
        real.es = _BIOS if callback else 0
        setattr(real, register, callback)
        before = getattr(self.regs, register)

        def done(left: RealRegisters) -> None:
            setattr(self.regs, register, before)
            if then is not None:
                then(left)

        self.translation.defaults.reflect(vector, real=real, then=done)

    def _wanted(self, events: int) -> Far:
        return (self.regs.es if events else 0, self.host.offset("edx"))

    def _set(self) -> None:
        callback, _ = self._note(_MOUSE, self._wanted(self.regs.cx))
        self._hand_on(0x33, "edx", callback)

    def _exchange(self) -> None:
        callback, before = self._note(_MOUSE, self._wanted(self.regs.cx))

        def done(_: RealRegisters) -> None:
            self.regs.es = self._loadable(before.procedure[0])
            self.host.set_offset("edx", before.procedure[1])

        self._hand_on(0x33, "edx", callback, done)

    def _set_alternate(self) -> None:
        keys = self.regs.cx & _ALTERNATE_KEYS
        callback, _ = self._note(keys, self._wanted(self.regs.cx & _ALTERNATE_EVENTS))
        self._hand_on(0x33, "edx", callback)

    def _get_alternate(self) -> None:
        handler = self.host.client.event_handlers.get(self.regs.cx & _ALTERNATE_KEYS, _NOBODY)

        def done(_: RealRegisters) -> None:
            self.regs.bx = handler.procedure[0]
            self.host.set_offset("edx", handler.procedure[1])

        self.translation.defaults.reflect(0x33, then=done)

    def _set_pointing_device(self) -> None:
        handler = (self.regs.es, self.host.offset("ebx"))
        callback, _ = self._note(_POINTING_DEVICE, handler, words=_BIOS_WORDS)
        self._hand_on(0x15, "ebx", callback)

    def _loadable(self, selector: int) -> int:
        return selector if self.host.tables.cache(selector) is not None else 0
