"""AUX and COM1 to COM4 as DOS devices: a sink for what is sent, a source for what comes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from int21.devices.device import IS_DEVICE, NOT_EOF, Device, device

if TYPE_CHECKING:
    from int21.dos import Dos


@device(b"AUX", b"COM1", b"COM2", b"COM3", b"COM4")
class Serial(Device):
    """A serial port; with nothing connected a read gives no bytes instead of waiting for ever."""

    information = IS_DEVICE | NOT_EOF

    def __init__(self, dos: Dos, name: bytes) -> None:
        super().__init__(dos, name)
        self.sink: Callable[[bytes], object] | None = None
        self.source: Callable[[int], bytes] | None = None
        self.waiting: Callable[[], bool] = lambda: False

    def read(self, count: int, raw: bool) -> bytes:
        return self.source(count)[:count] if self.source is not None else b""

    def write(self, data: bytes, raw: bool) -> int:
        if self.sink is not None:
            self.sink(data)
        return len(data)

    def input_ready(self) -> bool:
        return self.waiting()
