"""A Microsoft serial mouse: what is at the other end of a port that is set to "mouse".

Microsoft Mouse Hardware Manual: power comes from DTR and RTS; when RTS rises it says "M", and then three bytes of
seven bits for each movement at 1,200 bits a second.

>>> from hw.clock import Clock, SECOND
>>> from hw.serial_line import SerialLine
>>> clock = Clock()
>>> line = SerialLine(clock, mouse := SerialMouse())
>>> mouse.plug_into(line); line.on_modem_control(True, True); clock.skip_to(SECOND); line.take(9)
b'M'
>>> mouse.move(5, -3, buttons=1); line.take(9) == bytes((0x6C, 0x05, 0x3D))
True
"""

from __future__ import annotations

from hw.clock import MS
from hw.serial_line import SerialLine

_AWAKE_PS = 14 * MS  # from power to the letter
_IDENTITY = b"M"
_SYNC = 0x40
_FULL = 9  # bytes on the line: what moves then adds up


class SerialMouse:
    """Sends packets once it has power; ``reporting`` tells that it has."""

    def __init__(self) -> None:
        self._line: SerialLine | None = None
        self.reporting = False
        self._buttons = 0
        self._dx = self._dy = 0

    def plug_into(self, line: SerialLine) -> None:
        """This is what the line leads to."""
        self._line = line
        line.live = True
        line.on_modem_control = self._power

    def send(self, data: bytes) -> bool:
        """The mouse does not listen."""
        return True

    def close(self) -> None:
        """Nothing to hang up."""

    def _power(self, dtr: bool, rts: bool) -> None:
        on = dtr and rts
        if on and not self.reporting and self._line is not None:
            line = self._line
            line.take(line.waiting)
            line.clock.after(_AWAKE_PS, lambda: line.arrive(_IDENTITY), "serial mouse")
        self.reporting = on

    def move(self, dx: int, dy: int, buttons: int) -> None:
        """Moved by mickeys to the right and down, with these buttons held (bit 0 left, 1 right)."""
        self._dx += dx
        self._dy += dy
        line = self._line
        if line is None or not self.reporting:
            self._dx = self._dy = 0
            return
        while (self._dx or self._dy or buttons != self._buttons) and line.waiting < _FULL:
            x, y = max(-128, min(127, self._dx)), max(-128, min(127, self._dy))
            self._dx -= x
            self._dy -= y
            self._buttons = buttons
            held = (buttons & 1) << 5 | (buttons >> 1 & 1) << 4
            line.arrive(bytes((_SYNC | held | (y >> 6 & 3) << 2 | x >> 6 & 3, x & 0x3F, y & 0x3F)))

    def save(self) -> dict[str, int | bool]:
        """The state of the mouse."""
        return {"reporting": self.reporting, "buttons": self._buttons, "dx": self._dx, "dy": self._dy}

    def load(self, state: dict[str, int | bool]) -> None:
        """Take back what save() gave."""
        self.reporting = bool(state["reporting"])
        self._buttons, self._dx, self._dy = int(state["buttons"]), int(state["dx"]), int(state["dy"])
