"""PRN and LPT1 to LPT3: what is printed goes to a function the machine sets, or nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from int21.devices.device import IS_DEVICE, NOT_EOF, Device, device, until_eof

if TYPE_CHECKING:
    from int21.dos import Dos


@device(b"PRN", b"LPT1", b"LPT2", b"LPT3")
class Printer(Device):
    """A printer port. ``sink`` gets the bytes in the order they are printed."""

    information = IS_DEVICE | NOT_EOF

    def __init__(self, dos: Dos, name: bytes) -> None:
        super().__init__(dos, name)
        self.sink: Callable[[bytes], object] | None = None

    def write(self, data: bytes, raw: bool) -> int:
        sent = until_eof(data, raw)
        if self.sink is not None and sent:
            self.sink(sent)
        return len(sent)
