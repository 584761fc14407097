"""The terminal's mouse (SGR reports, mode 1006) as the machine's, for programs that have asked for a mouse driver.

>>> button("MOUSE_CTRL_RIGHT_RELEASED"), button("MOUSE_LEFT"), button("MOUSE_MOTION"), button("KEY_UP")
((1, False), (0, True), None, None)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from blessed.keyboard import Keystroke

from dosemu.mouse_input import LEFT, MIDDLE, RIGHT

if TYPE_CHECKING:
    from dosemu.mouse_input import MouseInput
    from frontend.terminal.painter import Painter

_BUTTONS = {"LEFT": LEFT, "MIDDLE": MIDDLE, "RIGHT": RIGHT}
_PREFIX, _RELEASED = "MOUSE_", "_RELEASED"
VIRTUAL_WIDTH = 640  # of the mouse driver's screen


def button(name: str) -> tuple[int, bool] | None:
    """The button that a report of blessed's is about and whether it went down; None for other reports and keys."""
    if not name.startswith(_PREFIX):
        return None
    found = _BUTTONS.get(name.removesuffix(_RELEASED).rpartition("_")[2])
    return None if found is None else (found, not name.endswith(_RELEASED))


class TerminalMouse:
    """Moves and clicks the machine's mouse where the terminal's pointer is."""

    def __init__(self, mouse: MouseInput, painter: Painter) -> None:
        self._mouse = mouse
        self._painter = painter

    def handle(self, key: Keystroke) -> bool:
        """A report of the mouse; False for a key."""
        name = key.name or ""
        if not name.startswith(_PREFIX):
            return False
        column, row = key.mouse_xy
        area = self._painter.area
        across, down = (column - area.left + 0.5) / area.width, (row - area.top + 0.5) / area.height
        if 0 <= across < 1 and 0 <= down < 1:
            self._mouse.move_to(int(across * VIRTUAL_WIDTH), int(down * self._mouse.virtual_height))
        pressed = button(name)
        if pressed is not None:
            (self._mouse.press if pressed[1] else self._mouse.release)(pressed[0])
        return True
