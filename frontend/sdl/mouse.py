"""The mouse in a window: a click or Ctrl+F10 gives it to the machine, Ctrl+F10 or another window takes it back.

While the machine has it, the host's pointer is hidden and held, and its movement is the mouse's: a pixel of the
host is a mickey. Before that nothing of it reaches the program. A click takes it only for a program that
has asked for the mouse driver; the hot key always.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sdl2

from dosemu.mouse_input import LEFT, MIDDLE, RIGHT

if TYPE_CHECKING:
    from dosemu.mouse_input import MouseInput

BUTTONS = {sdl2.SDL_BUTTON_LEFT: LEFT, sdl2.SDL_BUTTON_RIGHT: RIGHT, sdl2.SDL_BUTTON_MIDDLE: MIDDLE}


class WindowMouse:
    """Hands the window's mouse events to the machine's mouse while it is captured."""

    def __init__(self, mouse: MouseInput) -> None:
        self._mouse = mouse
        self.captured = False
        self._held: set[int] = set()

    def capture(self, wanted: bool) -> None:
        """Give the mouse to the machine, or take it back; buttons that are held are let go."""
        if wanted == self.captured:
            return
        self.captured = wanted and sdl2.SDL_SetRelativeMouseMode(sdl2.SDL_TRUE) == 0
        if not self.captured:
            sdl2.SDL_SetRelativeMouseMode(sdl2.SDL_FALSE)
            self._held.clear()
            self._mouse.release_all()

    def handle(self, event: Any) -> bool:
        """A mouse event of the window; True when it changed who has the mouse."""
        match event.type:
            case sdl2.SDL_MOUSEMOTION if self.captured:
                self._mouse.move(event.motion.xrel, event.motion.yrel)
            case sdl2.SDL_MOUSEBUTTONDOWN if self.captured and event.button.button in BUTTONS:
                self._held.add(event.button.button)
                self._mouse.press(BUTTONS[event.button.button])
            # The click that captured the mouse has a release too, of a button that was never down for the machine.
            case sdl2.SDL_MOUSEBUTTONUP if event.button.button in self._held:
                self._held.remove(event.button.button)
                self._mouse.release(BUTTONS[event.button.button])
            case sdl2.SDL_MOUSEBUTTONDOWN if self._mouse.wanted:
                self.capture(True)
                return self.captured
        return False
