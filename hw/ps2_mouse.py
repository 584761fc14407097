"""A PS/2 mouse on the auxiliary port of the 8042.

IBM PS/2 Hardware Interface Technical Reference, "Mouse": commands, three-byte packets, sample rates; what the
mouse says goes through the controller's output buffer with IRQ 12 (``hw.keyboard``).

>>> mouse = Ps2Mouse()
>>> mouse.command(0xF4); mouse.take()
250
>>> mouse.move(5, 3, buttons=1); [mouse.take() for _ in range(3)] == [0x29, 5, 0x100 - 3]
True
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

_ACK, _RESEND, _SELF_TEST_PASSED = 0xFA, 0xFE, 0xAA
_TYPE = 0  # a mouse without a wheel
_QUEUE = 16  # bytes; a packet that does not fit is merged with the next one
RATES = (10, 20, 40, 60, 80, 100, 200)  # reports a second
_SET_RESOLUTION, _SET_RATE, _SET_WRAP, _RESET_WRAP, _RESET = 0xE8, 0xF3, 0xEE, 0xEC, 0xFF
_SIGNS = (0x10, 0x20)  # of X and Y in the first byte of a packet
_OVERFLOWS = (0x40, 0x80)
_SCALED = (0, 1, 1, 3, 6, 9)  # counts of up to five with 2:1 scaling; more are doubled


class Ps2Mouse:
    """``on_byte()`` hears that bytes wait; ``take()`` gets them one by one."""

    def __init__(self) -> None:
        self.on_byte: Callable[[], None] = lambda: None
        self._queue: deque[int] = deque()
        self._wants: int | None = None
        self._last = b""
        self.set_defaults()

    def set_defaults(self) -> None:
        """As after a reset: 100 reports a second, 4 counts a millimetre, stream mode, not reporting."""
        self.rate = 100
        self.resolution = 2  # as the code: 1, 2, 4, 8 counts a millimetre
        self.doubled = False
        self.remote = False
        self.wrap = False
        self.reporting = False
        self.buttons = 0
        self._dx = self._dy = 0

    @property
    def waiting(self) -> bool:
        """Bytes are there for the controller."""
        return bool(self._queue)

    def take(self) -> int:
        """The next byte for the controller."""
        byte = self._queue.popleft()
        if not self._queue:
            self._report()
        return byte

    def move(self, dx: int, dy: int, buttons: int) -> None:
        """Moved by counts to the right and down, with these buttons held (bit 0 left, 1 right, 2 middle)."""
        self._dx = max(-4096, min(4096, self._dx + dx))
        self._dy = max(-4096, min(4096, self._dy + dy))
        changed = buttons != self.buttons
        self.buttons = buttons & 7
        if dx or dy or changed:
            self._report(changed)

    def _report(self, changed: bool = False) -> None:
        if not self.reporting or self.remote or self.wrap or (self._queue and len(self._queue) > _QUEUE - 3):
            return
        if changed or self._dx or self._dy:
            self._send(self._packet())

    def _packet(self) -> bytes:
        first = 0x08 | self.buttons
        counts = []
        for axis, moved in enumerate((self._dx, -self._dy)):
            if not -256 <= moved <= 255:
                first |= _OVERFLOWS[axis]
            moved = max(-256, min(255, moved))
            if axis == 0:
                self._dx -= moved
            else:
                self._dy += moved
            if self.doubled and not self.remote:
                size = abs(moved)
                scaled = _SCALED[size] if size < len(_SCALED) else 2 * size
                moved = max(-256, min(255, scaled if moved > 0 else -scaled))
            if moved < 0:
                first |= _SIGNS[axis]
            counts.append(moved & 0xFF)
        return bytes((first, *counts))

    def _send(self, data: bytes) -> None:
        self._last = data
        self._queue.extend(data)
        self.on_byte()

    def command(self, value: int) -> None:
        """A byte from the controller: a command, or what the last command waits for."""
        if self.wrap and value not in (_RESET, _RESET_WRAP):
            self._send(bytes((value,)))
            return
        wanted, self._wants = self._wants, None
        if value == _RESET:
            wanted = None  # it is obeyed whatever the last command waits for
        self._queue.clear()  # a command breaks off what was being sent
        if wanted == _SET_RATE and value in RATES:
            self.rate = value
            self._send(bytes((_ACK,)))
        elif wanted == _SET_RESOLUTION and value <= 3:
            self.resolution = value
            self._send(bytes((_ACK,)))
        elif wanted is None and value in _COMMANDS:
            self._send(bytes((_ACK,)) + (_COMMANDS[value](self) or b""))
        elif wanted is None and value == _RESEND:
            self._send(self._last)
        else:
            self._send(bytes((_RESEND,)))

    def status(self) -> bytes:
        """What the status request (E9h) answers: flags and buttons, resolution, rate."""
        left, right, middle = (self.buttons >> bit & 1 for bit in range(3))
        flags = right | middle << 1 | left << 2
        flags |= self.doubled << 4 | self.reporting << 5 | self.remote << 6
        return bytes((flags, self.resolution, self.rate))

    def save(self) -> dict[str, Any]:
        """The state of the mouse."""
        return {name: getattr(self, name) for name in _KEPT} | {"queue": list(self._queue)}

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave."""
        for name in _KEPT:
            setattr(self, name, state[name])
        self._queue = deque(state["queue"])


_KEPT = ("rate", "resolution", "doubled", "remote", "wrap", "reporting", "buttons", "_dx", "_dy", "_wants", "_last")


def _set(**values: object) -> Callable[[Ps2Mouse], None]:
    def change(mouse: Ps2Mouse) -> None:
        for name, value in values.items():
            setattr(mouse, name, value)

    return change


def _waits_for_byte(command: int) -> Callable[[Ps2Mouse], None]:
    return _set(_wants=command)


def _reset(mouse: Ps2Mouse) -> bytes:
    mouse.set_defaults()
    return bytes((_SELF_TEST_PASSED, _TYPE))


_COMMANDS: dict[int, Callable[[Ps2Mouse], bytes | None]] = {
    0xE6: _set(doubled=False),
    0xE7: _set(doubled=True),
    _SET_RESOLUTION: _waits_for_byte(_SET_RESOLUTION),
    0xE9: Ps2Mouse.status,
    0xEA: _set(remote=False),
    0xEB: Ps2Mouse._packet,
    _RESET_WRAP: _set(wrap=False),
    _SET_WRAP: _set(wrap=True),
    0xF0: _set(remote=True),
    0xF2: lambda mouse: bytes((_TYPE,)),
    _SET_RATE: _waits_for_byte(_SET_RATE),
    0xF4: _set(reporting=True, _dx=0, _dy=0),
    0xF5: _set(reporting=False),
    0xF6: Ps2Mouse.set_defaults,
    _RESET: _reset,
}
