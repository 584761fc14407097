"""Kinds of sticks on the four axes and buttons of the game port."""

from __future__ import annotations

import pytest

from dosemu.joystick_input import JoystickInput, Kind
from hw.clock import Clock
from hw.joystick import MAX_OHMS, GamePort
from hw.ports import PortBus


def stick(kind: Kind) -> JoystickInput:
    return JoystickInput(GamePort(PortBus(), Clock()), kind)


def test_none_and_auto_have_no_axes() -> None:
    for kind in ("none", "auto"):
        one = stick(kind)  # type: ignore[arg-type]
        one.move(0, 1.0)
        one.press(0)
        assert one.port.connected == 0
        assert one.port.pressed == 0


def test_two_sticks_have_their_own_axes_and_buttons() -> None:
    two = stick("2axis")
    two.move(3, 1.0)
    two.move(0, -1.0)
    two.press(2)
    assert [two.port.axis(axis) for axis in range(4)] == [0, MAX_OHMS // 2, MAX_OHMS // 2, MAX_OHMS]
    assert two.port.pressed == 0b0100
    two.connect("2axis", sticks=1)
    assert two.port.connected == 0b0011


@pytest.mark.parametrize(
    ("direction", "share"), [("up", 0), ("right", 1 / 4), ("down", 1 / 2), ("left", 3 / 4), ("centre", 1)]
)
def test_the_hat_of_an_fcs_is_a_resistor(direction: str, share: float) -> None:
    fcs = stick("fcs")
    fcs.hat(direction)  # type: ignore[arg-type]
    assert fcs.port.axis(3) == MAX_OHMS * share
    assert fcs.port.pressed == 0


def test_the_hat_of_a_flightstick_is_a_chord_that_hides_the_buttons() -> None:
    ch = stick("ch")
    ch.press(0)
    ch.hat("right")
    assert ch.port.pressed == 0b1011
    ch.hat("centre")
    assert ch.port.pressed == 0b0001
    ch.press(5)
    assert ch.port.pressed == 0b1001


def test_places_beyond_the_end_are_the_end_and_all_is_let_go() -> None:
    four = stick("4axis")
    four.move(1, 7.5)
    four.press(3)
    four.press(9)
    assert (four.port.axis(1), four.port.pressed) == (MAX_OHMS, 0b1000)
    four.release_all()
    assert (four.port.axis(1), four.port.pressed) == (MAX_OHMS // 2, 0)


def test_wrong_names_are_said() -> None:
    with pytest.raises(ValueError, match="4axis"):
        stick("none").connect("wheel")
    with pytest.raises(ValueError, match="centre"):
        stick("fcs").hat("north")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="from 0"):
        stick("fcs").move(-1, 0.0)
