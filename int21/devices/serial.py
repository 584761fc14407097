"""AUX and COM1 to COM4 as DOS devices, over a serial line (``hw.serial_line``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hw.clock import MS
from int21.devices.device import IS_DEVICE, NOT_EOF, Device, device
from int21.service import Wait

if TYPE_CHECKING:
    from hw.serial_line import SerialLine
    from int21.dos import Dos

_LOOK_AGAIN_PS = 5 * MS
_LINE_END, _END = 0x0D, 0x1A


@device(b"AUX", b"COM1", b"COM2", b"COM3", b"COM4")
class Serial(Device):
    """A serial port; with nothing that could answer a read gives no bytes instead of waiting for ever.

    A read waits for all it asks for; a cooked one ends with a line (a carriage return) or with ^Z, which is the end of
    the file. What has come when the other end goes is given.
    """

    information = IS_DEVICE | NOT_EOF

    def __init__(self, dos: Dos, name: bytes) -> None:
        super().__init__(dos, name)
        self.line: SerialLine | None = None

    def read(self, count: int, raw: bool) -> bytes:
        line = self.line
        if line is None or not count:
            return b""
        data = line.peek(count)
        size = count
        if not raw:
            size = next((at + 1 for at, code in enumerate(data) if code in (_LINE_END, _END)), count)
        if len(data) < size and line.live and (line.carrier or not data):
            raise Wait(self.dos.clock.now_ps + _LOOK_AGAIN_PS)
        data = line.take(size)
        return data if raw else data.partition(b"\x1a")[0]

    def write(self, data: bytes, raw: bool) -> int:
        if self.line is not None:
            self.line.send(data)
        return len(data)

    def input_ready(self) -> bool:
        return self.line is not None and self.line.waiting > 0
