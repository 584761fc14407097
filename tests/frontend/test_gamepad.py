"""Gamepads: SDL's own virtual ones, so that mapping, hot plug and events are the real thing."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dosemu.joystick_input import JoystickInput
from dosemu.keystrokes import KeyboardInput
from frontend.sdl import sdl2
from frontend.sdl.gamepad import Gamepads
from hw.clock import Clock
from hw.joystick import MAX_OHMS, GamePort
from hw.keyboard import Keyboard
from hw.pic import Pic
from hw.ports import PortBus

A, B, START, DPAD_RIGHT = 0, 1, 6, 14


class Desk:
    """A machine's inputs and virtual gamepads before it."""

    def __init__(self, kind: Any = "auto", **keys: str) -> None:
        bus, self.clock = PortBus(), Clock(20_000)
        self.stick = JoystickInput(GamePort(bus, self.clock), kind)
        self.controller = Keyboard(bus, self.clock, Pic(bus))
        self.bus = bus
        self.gamepads = Gamepads(self.stick, KeyboardInput(self.controller, self.clock), keys)
        self._plugged: list[Any] = []

    def plug(self) -> Any:
        index = sdl2.SDL_JoystickAttachVirtual(sdl2.SDL_JOYSTICK_TYPE_GAMECONTROLLER, 6, 15, 0)
        assert index >= 0, sdl2.SDL_GetError()
        pad = sdl2.SDL_JoystickOpen(index)
        self._plugged.append(pad)
        self.pump()
        return pad

    def unplug(self, pad: Any) -> None:
        which = sdl2.SDL_JoystickInstanceID(pad)
        for index in range(sdl2.SDL_NumJoysticks()):
            if sdl2.SDL_JoystickGetDeviceInstanceID(index) == which:
                sdl2.SDL_JoystickDetachVirtual(index)
                break
        self._plugged.remove(pad)
        self.pump()

    def button(self, pad: Any, button: int, down: bool) -> None:
        sdl2.SDL_JoystickSetVirtualButton(pad, button, down)
        self.pump()

    def axis(self, pad: Any, axis: int, value: int) -> None:
        sdl2.SDL_JoystickSetVirtualAxis(pad, axis, value)
        self.pump()

    def pump(self) -> None:
        event = sdl2.SDL_Event()
        sdl2.SDL_PumpEvents()
        while sdl2.SDL_PollEvent(ctypes.byref(event)):
            self.gamepads.handle(event)

    def scan_codes(self) -> list[int]:
        seen = []
        for _ in range(10):
            self.clock.skip_to(self.clock.now_ps + 20_000_000_000)
            if self.bus.read(0x64) & 1:
                seen.append(self.bus.read(0x60))
        return seen

    def close(self) -> None:
        for pad in list(self._plugged):
            self.unplug(pad)
        self.gamepads.close()


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Desk]]:
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setenv("SDL_JOYSTICK_ALLOW_BACKGROUND_EVENTS", "1")
    sdl2.SDL_SetHint(sdl2.SDL_HINT_JOYSTICK_ALLOW_BACKGROUND_EVENTS, b"1")
    assert sdl2.SDL_Init(sdl2.SDL_INIT_VIDEO) == 0
    desks: list[Desk] = []

    def make(kind: Any = "auto", **keys: str) -> Desk:
        desks.append(Desk(kind, **keys))
        return desks[-1]

    yield make
    for one in desks:
        one.close()
    sdl2.SDL_Quit()


def test_a_pad_is_a_stick_while_it_is_plugged_in(desk: Callable[..., Desk]) -> None:
    one = desk()
    assert one.stick.port.connected == 0
    pad = one.plug()
    assert one.stick.kind == "4axis"
    one.axis(pad, 0, 32767)
    one.axis(pad, 1, 1500)  # within the dead zone
    one.button(pad, B, True)
    assert (one.stick.port.axis(0), one.stick.port.axis(1)) == (MAX_OHMS, MAX_OHMS // 2)
    assert one.stick.port.pressed == 0b0010
    one.unplug(pad)
    assert one.stick.port.connected == 0
    assert one.stick.port.pressed == 0


def test_two_pads_are_two_sticks(desk: Callable[..., Desk]) -> None:
    one = desk()
    _, second = one.plug(), one.plug()
    assert one.stick.kind == "2axis"
    one.axis(second, 1, -32768)
    one.button(second, A, True)
    assert [one.stick.port.axis(axis) for axis in range(4)] == [MAX_OHMS // 2] * 3 + [0]
    assert one.stick.port.pressed == 0b0100


def test_the_pad_moves_the_stick_and_the_hat(desk: Callable[..., Desk]) -> None:
    one = desk("fcs")
    pad = one.plug()
    one.button(pad, DPAD_RIGHT, True)
    assert one.stick.port.axis(3) == MAX_OHMS // 4
    one.button(pad, DPAD_RIGHT, False)
    assert one.stick.port.axis(3) == MAX_OHMS
    other = desk("4axis")
    pad = other.plug()
    other.button(pad, DPAD_RIGHT, True)
    assert other.stick.port.axis(0) == MAX_OHMS


def test_controls_that_are_keys_press_them_and_nothing_else(desk: Callable[..., Desk]) -> None:
    one = desk(a="ctrl", stick_left="left", right_trigger="space")
    pad = one.plug()
    one.button(pad, A, True)
    assert one.scan_codes()[:1] == [0x1D]
    assert one.stick.port.pressed == 0
    one.axis(pad, 0, -30000)
    assert one.scan_codes()[:2] == [0xE0, 0x4B]
    assert one.stick.port.axis(0) == MAX_OHMS // 2
    one.gamepads.release_all()
    assert {0x9D, 0xCB} <= set(one.scan_codes())
