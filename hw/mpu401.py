"""The MPU-401 MIDI interface in UART mode (ports 330h data, 331h status and command).

From Roland's "MPU-401 Technical Reference Manual". Commands are acknowledged with FEh, which is all that
programs look for when they ask whether the interface is there; MIDI data goes to ``on_byte``.

>>> from hw.ports import PortBus
>>> bus = PortBus(); mpu = Mpu401(bus)
>>> bus.write(0x331, 0xFF)
>>> hex(bus.read(0x331)), hex(bus.read(0x330)), hex(bus.read(0x331))
('0x3f', '0xfe', '0xbf')
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from hw.ports import PortBus

ACK, RESET, UART_MODE = 0xFE, 0xFF, 0x3F
_NO_DATA, _OTHER_BITS = 0x80, 0x3F  # bit 6 is clear: ready for a byte


class Mpu401:
    """The interface; ``on_byte(value)`` hears MIDI data."""

    def __init__(self, ports: PortBus, port: int = 0x330) -> None:
        self.on_byte: Callable[[int], None] | None = None
        self.uart = False
        self._out: deque[int] = deque(maxlen=16)
        ports.on_read([port], lambda port: self._read())
        ports.on_read([port + 1], lambda port: _OTHER_BITS | (0 if self._out else _NO_DATA))
        ports.on_write([port], lambda port, value: self._write(value & 0xFF))
        ports.on_write([port + 1], lambda port, value: self._command(value & 0xFF))

    def _read(self) -> int:
        return self._out.popleft() if self._out else ACK

    def _write(self, value: int) -> None:
        if self.uart and self.on_byte is not None:
            self.on_byte(value)

    def _command(self, value: int) -> None:
        if self.uart and value != RESET:
            return  # in UART mode only a reset is a command
        self.uart = value == UART_MODE
        self._out.append(ACK)

    def save(self) -> dict[str, Any]:
        """The mode, and what waits to be read."""
        return {"uart": self.uart, "out": list(self._out)}

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave."""
        self.uart = state["uart"]
        self._out = deque(state["out"], maxlen=16)
