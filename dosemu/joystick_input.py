"""The joystick as a person uses it: a stick of some kind, with axes, buttons and a hat.

How sticks with more than two axes and buttons use the four axes and four buttons of the adapter is in the
manuals of Thrustmaster's FCS (the hat is a resistor of five steps on the fourth axis) and CH's Flightstick Pro
(the hat and two more buttons are combinations of the four).

>>> from hw.clock import Clock
>>> from hw.joystick import GamePort
>>> from hw.ports import PortBus
>>> stick = JoystickInput(GamePort(PortBus(), Clock()), "fcs")
>>> stick.hat("down"); stick.move(0, -1.0); stick.press(2)
>>> stick.port.axis(3), stick.port.axis(0), stick.port.pressed
(50000, 0, 4)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dosemu.input_tap import Tap, tapped
from hw.joystick import BUTTONS, MAX_OHMS, GamePort

Kind = Literal["auto", "none", "2axis", "4axis", "fcs", "ch"]
Direction = Literal["centre", "up", "right", "down", "left"]


@dataclass(frozen=True, slots=True)
class _Stick:
    """``axes`` of the adapter it uses (bits), its free axes and buttons, and what its hat does."""

    axes: int
    moves: int
    hat_axis: int | None = None
    hat_share: dict[str, float] | None = None  # of the full resistance
    chords: dict[int | str, int] | None = None  # hat directions and buttons as the buttons they press


_STICKS: dict[str, _Stick] = {
    "none": _Stick(axes=0, moves=0),
    "2axis": _Stick(axes=0b1111, moves=4),  # two sticks: the second one is axes 2 and 3, buttons 2 and 3
    "4axis": _Stick(axes=0b1111, moves=4),
    "fcs": _Stick(
        axes=0b1111,
        moves=3,
        hat_axis=3,
        hat_share={"up": 0.0, "right": 0.25, "down": 0.5, "left": 0.75, "centre": 1.0},
    ),
    "ch": _Stick(
        axes=0b1111,
        moves=4,
        chords={"up": 0b1111, "right": 0b1011, "down": 0b0111, "left": 0b0011, 4: 0b0101, 5: 0b1001},
    ),
}
_PAIR_AXES = 0b0011


class JoystickInput:
    """Moves the machine's joystick: ``connect`` a kind, then ``move``, ``press``, ``release`` and ``hat``.

    Kinds: "none"; "2axis", two sticks of two axes and two buttons; "4axis", one of four and four; "fcs" and
    "ch", sticks with a hat. "auto" is none until somebody connects one.

    >>> from dosemu import Machine
    >>> with Machine(None) as m:
    ...     m.joystick.connect("fcs"); m.joystick.move(0, -1.0); m.joystick.hat("up"); m.joystick.press(1)
    ...     m.joystick.port.axis(0), m.joystick.port.pressed
    ...     m.joystick.release(1); m.joystick.release_all(); m.joystick.port.pressed
    (0, 2)
    0
    """

    snapshot_skips = ("input_tap",)
    input_tap: Tap | None = None

    def __init__(self, port: GamePort, kind: Kind = "auto") -> None:
        self.port = port
        self.wanted = kind
        self.kind: str = "none"
        self._held: set[int | str] = set()
        if kind != "auto":
            self.connect(kind)

    @tapped("joystick.connect")
    def connect(self, kind: str, *, sticks: int = 2) -> None:
        """Plug in a stick of this kind, centred; ``sticks`` counts for "2axis". Raises ValueError."""
        if kind not in _STICKS:
            raise ValueError(f"joystick {kind!r}: one of {', '.join(_STICKS)}")
        self.kind = kind
        self._held.clear()
        stick = _STICKS[kind]
        self.port.plug(_PAIR_AXES if kind == "2axis" and sticks == 1 else stick.axes)
        for axis in range(stick.moves):
            self.move(axis, 0.0)
        self.hat("centre")

    @tapped("joystick.move")
    def move(self, axis: int, place: float) -> None:
        """Move an axis: 0 X and 1 Y of the first stick, then throttle or second stick.

        -1 is left or up, 1 right or down. An axis this kind has not is left alone. Raises ValueError for
        an axis below 0.
        """
        if axis < 0:
            raise ValueError(f"axis {axis}: they count from 0")
        if axis < _STICKS[self.kind].moves:
            self.port.set_axis(axis, round((min(max(place, -1.0), 1.0) + 1) / 2 * MAX_OHMS))

    @tapped("joystick.press")
    def press(self, button: int) -> None:
        """Press a button, from 0 on; one this kind has not is left alone."""
        self._held.add(button)
        self._show_buttons()

    @tapped("joystick.release")
    def release(self, button: int) -> None:
        """Let a button go."""
        self._held.discard(button)
        self._show_buttons()

    @tapped("joystick.hat")
    def hat(self, direction: Direction) -> None:
        """Push the hat; a stick without one ignores it. Raises ValueError."""
        if direction not in ("centre", "up", "right", "down", "left"):
            raise ValueError(f"hat {direction!r}: centre, up, right, down or left")
        stick = _STICKS[self.kind]
        if stick.hat_axis is not None and stick.hat_share is not None:
            self.port.set_axis(stick.hat_axis, round(stick.hat_share[direction] * MAX_OHMS))
        self._held -= {"up", "right", "down", "left"}
        if direction != "centre":
            self._held.add(direction)
        self._show_buttons()

    def release_all(self) -> None:
        """Centre everything (the window lost the focus)."""
        if self.kind != "none":
            self._held.clear()
            for axis in range(2):
                self.move(axis, 0.0)
            self.hat("centre")

    def _show_buttons(self) -> None:
        stick = _STICKS[self.kind]
        pressed = 0
        if stick.axes:
            for name in self._held:
                if stick.chords and name in stick.chords:
                    pressed = stick.chords[name]  # a chord holds the four lines alone
                    break
                if isinstance(name, int) and name < BUTTONS:
                    pressed |= 1 << name
        for button in range(BUTTONS):
            self.port.set_button(button, bool(pressed >> button & 1))
