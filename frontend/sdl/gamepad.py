"""Gamepads of the host as the machine's joystick, or as keys where ``joystick.keys`` says so.

SDL's game controller mapping gives every pad the same names. With ``joystick.type=auto`` one pad is a stick of
four axes and four buttons, two pads are two sticks of two; the D-pad is the hat of a stick that has one, and
else the first stick too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sdl2

from dosemu.keys import scan_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dosemu.joystick_input import Direction, JoystickInput
    from dosemu.keystrokes import KeyboardInput

_S = sdl2
BUTTONS = {
    _S.SDL_CONTROLLER_BUTTON_A: "a",
    _S.SDL_CONTROLLER_BUTTON_B: "b",
    _S.SDL_CONTROLLER_BUTTON_X: "x",
    _S.SDL_CONTROLLER_BUTTON_Y: "y",
    _S.SDL_CONTROLLER_BUTTON_BACK: "back",
    _S.SDL_CONTROLLER_BUTTON_GUIDE: "guide",
    _S.SDL_CONTROLLER_BUTTON_START: "start",
    _S.SDL_CONTROLLER_BUTTON_LEFTSTICK: "left_stick",
    _S.SDL_CONTROLLER_BUTTON_RIGHTSTICK: "right_stick",
    _S.SDL_CONTROLLER_BUTTON_LEFTSHOULDER: "left_shoulder",
    _S.SDL_CONTROLLER_BUTTON_RIGHTSHOULDER: "right_shoulder",
    _S.SDL_CONTROLLER_BUTTON_DPAD_UP: "up",
    _S.SDL_CONTROLLER_BUTTON_DPAD_DOWN: "down",
    _S.SDL_CONTROLLER_BUTTON_DPAD_LEFT: "left",
    _S.SDL_CONTROLLER_BUTTON_DPAD_RIGHT: "right",
}
AXES = {
    _S.SDL_CONTROLLER_AXIS_LEFTX: 0,
    _S.SDL_CONTROLLER_AXIS_LEFTY: 1,
    _S.SDL_CONTROLLER_AXIS_RIGHTX: 2,
    _S.SDL_CONTROLLER_AXIS_RIGHTY: 3,
}
# Axes that press controls: below the one, above the other.
_PRESSED_BY = {
    _S.SDL_CONTROLLER_AXIS_TRIGGERLEFT: (None, "left_trigger"),
    _S.SDL_CONTROLLER_AXIS_TRIGGERRIGHT: (None, "right_trigger"),
    _S.SDL_CONTROLLER_AXIS_LEFTX: ("stick_left", "stick_right"),
    _S.SDL_CONTROLLER_AXIS_LEFTY: ("stick_up", "stick_down"),
}
STICK_BUTTONS = ("a", "b", "x", "y", "left_shoulder", "right_shoulder")
_DPAD: dict[str, tuple[int, float]] = {"left": (0, -1.0), "right": (0, 1.0), "up": (1, -1.0), "down": (1, 1.0)}
_FULL = 32_767
_DEAD = 0.12  # of the way: worn sticks do not rest in the middle
_PUSHED = 0.5


class Gamepads:
    """Hands the events of all gamepads to the machine's joystick and keyboard."""

    def __init__(self, stick: JoystickInput, keyboard: KeyboardInput, keys: Mapping[str, str]) -> None:
        self._stick = stick
        self._keyboard = keyboard
        self._keys = {name: scan_code(key) for name, key in keys.items()}
        self._pads: list[tuple[int, Any]] = []  # instance ids and their controllers, in the order they came
        self._pressed: dict[tuple[int, str], bool] = {}
        sdl2.SDL_InitSubSystem(sdl2.SDL_INIT_GAMECONTROLLER)

    def close(self) -> None:
        """Let go of the host's devices."""
        for _, pad in self._pads:
            sdl2.SDL_GameControllerClose(pad)
        self._pads.clear()
        sdl2.SDL_QuitSubSystem(sdl2.SDL_INIT_GAMECONTROLLER)

    def handle(self, event: Any) -> bool:
        """An event of a gamepad; False when it is of something else."""
        match event.type:
            case sdl2.SDL_CONTROLLERDEVICEADDED:
                self._add(event.cdevice.which)
            case sdl2.SDL_CONTROLLERDEVICEREMOVED:
                self._remove(event.cdevice.which)
            case sdl2.SDL_CONTROLLERBUTTONDOWN | sdl2.SDL_CONTROLLERBUTTONUP:
                name = BUTTONS.get(event.cbutton.button)
                if name is not None:
                    self._press(event.cbutton.which, name, event.type == sdl2.SDL_CONTROLLERBUTTONDOWN)
            case sdl2.SDL_CONTROLLERAXISMOTION:
                self._turn(event.caxis.which, event.caxis.axis, event.caxis.value / _FULL)
            case _:
                return False
        return True

    def release_all(self) -> None:
        """Let all controls go (pause, or the window lost the focus)."""
        for (which, name), pressed in list(self._pressed.items()):
            if pressed:
                self._press(which, name, False)
        self._stick.release_all()

    def _add(self, index: int) -> None:
        pad = sdl2.SDL_GameControllerOpen(index)
        if not pad:
            return
        which = sdl2.SDL_JoystickInstanceID(sdl2.SDL_GameControllerGetJoystick(pad))
        if all(known != which for known, _ in self._pads):
            self._pads.append((which, pad))
            self._connect()

    def _remove(self, which: int) -> None:
        for pad in [pad for known, pad in self._pads if known == which]:
            sdl2.SDL_GameControllerClose(pad)
        self._pads = [entry for entry in self._pads if entry[0] != which]
        self._connect()

    def _connect(self) -> None:
        if self._stick.wanted == "auto":
            self._stick.connect(("none", "4axis")[len(self._pads)] if len(self._pads) < 2 else "2axis")

    def _number(self, which: int) -> int:
        """Which of the sticks this pad is: 1 is the second one of "2axis"."""
        if self._stick.kind != "2axis":
            return 0
        return next((place for place, (known, _) in enumerate(self._pads) if known == which), 0)

    def _press(self, which: int, name: str, down: bool) -> None:
        if self._pressed.get((which, name), False) == down:
            return
        self._pressed[which, name] = down
        code = self._keys.get(name)
        if code is not None:
            (self._keyboard.press if down else self._keyboard.release)(code)
        elif name in STICK_BUTTONS:
            button = STICK_BUTTONS.index(name) + 2 * self._number(which)
            (self._stick.press if down else self._stick.release)(button)
        elif name in _DPAD:
            self._push(which, name, down)

    def _push(self, which: int, name: str, down: bool) -> None:
        if self._stick.kind in ("fcs", "ch"):
            held: list[Direction] = [d for d in ("up", "right", "down", "left") if self._pressed.get((which, d))]
            self._stick.hat(held[-1] if held else "centre")
            return
        axis, place = _DPAD[name]
        self._stick.move(axis + 2 * self._number(which), place if down else 0.0)

    def _turn(self, which: int, axis: int, place: float) -> None:
        below, above = _PRESSED_BY.get(axis, (None, None))
        for name, pushed in ((below, place < -_PUSHED), (above, place > _PUSHED)):
            if name is not None:
                self._press(which, name, pushed)
        if axis not in AXES or (below in self._keys or above in self._keys):
            return
        number = self._number(which)
        if self._stick.kind == "2axis" and len(self._pads) > 1 and axis > 1:
            return  # the right stick of a pad that is one of two
        self._stick.move(AXES[axis] + 2 * number if axis < 2 else AXES[axis], place if abs(place) > _DEAD else 0.0)
