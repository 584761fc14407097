"""Board logic without a chip of its own: port 92h (A20 and fast reset), port 80h (POST code), delay ports.

IBM PS/2 Hardware Interface Technical Reference, "System Control Port A". Port 61h is in ``hw.pit``.

>>> from hw.ports import PortBus
>>> bus = PortBus()
>>> board = SystemPorts(bus)
>>> board.a20
True
>>> bus.write(0x92, 0x00); board.a20, bus.read(0x92)
(False, 0)
"""

from __future__ import annotations

from collections.abc import Callable

from hw.ports import PortBus

_FAST_RESET, _A20 = 0x01, 0x02


class SystemPorts:
    """``on_a20(bool)`` and ``on_reset()`` may be assigned; the keyboard controller has its own way to both."""

    def __init__(self, ports: PortBus) -> None:
        self.on_a20: Callable[[bool], None] | None = None
        self.on_reset: Callable[[], None] | None = None
        self.post_code = 0
        self._port_a = _A20
        ports.on_read([0x92], lambda port: self._port_a)
        ports.on_write([0x92], self._write_port_a)
        ports.on_read([0x80], lambda port: self.post_code)
        ports.on_write([0x80], self._write_post_code)
        self.on_clear_coprocessor: Callable[[], None] | None = None
        ports.on_write([0xED, 0xF1], lambda port, value: None)  # EDh lets time pass, F1h resets the coprocessor
        ports.on_write([0xF0], self._clear_coprocessor)

    @property
    def a20(self) -> bool:
        """Port 92h lets address line 20 through."""
        return bool(self._port_a & _A20)

    def set_a20(self, enabled: bool) -> None:
        """Another way to A20 (the keyboard controller, INT 15h) changed it; port 92h shows it."""
        self._port_a = self._port_a & ~_A20 | (_A20 if enabled else 0)

    def _write_port_a(self, port: int, value: int) -> None:
        changed = (self._port_a ^ value) & _A20
        self._port_a = value & ~_FAST_RESET
        if changed and self.on_a20 is not None:
            self.on_a20(self.a20)
        if value & _FAST_RESET and self.on_reset is not None:
            self.on_reset()

    def _clear_coprocessor(self, port: int, value: int) -> None:
        """The handler of IRQ 13 has seen the error: the coprocessor may go on (AT Technical Reference, port F0h)."""
        if self.on_clear_coprocessor is not None:
            self.on_clear_coprocessor()

    def _write_post_code(self, port: int, value: int) -> None:
        self.post_code = value
