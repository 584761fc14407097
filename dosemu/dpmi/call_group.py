"""A group of calls that a host makes with code of its own, where carrying pointers over is not enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dosemu.dpmi.pointers import Key

if TYPE_CHECKING:
    from dosemu.dpmi.host import Host
    from dosemu.dpmi.translation import Translation


class CallGroup:
    """These calls of one host."""

    def __init__(self, host: Host, translation: Translation) -> None:
        self.host = host
        self.regs = host.engine.regs
        self.memory = host.memory
        self.translation = translation

    @property
    def functions(self) -> dict[Key, Callable[[], None]]:
        """What makes each call."""
        raise NotImplementedError
