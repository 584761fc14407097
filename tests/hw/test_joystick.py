"""The game port: one-shots, buttons, nothing plugged in, save and load."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.clock import US, Clock
from hw.joystick import MAX_OHMS, GamePort
from hw.ports import PortBus

PORT = 0x201


@pytest.fixture
def bus() -> PortBus:
    return PortBus()


@pytest.fixture
def clock() -> Clock:
    return Clock(20_000)


@pytest.fixture
def game(bus: PortBus, clock: Clock) -> GamePort:
    return GamePort(bus, clock)


def test_nothing_plugged_in_reads_as_ones(bus: PortBus, game: GamePort, clock: Clock) -> None:
    assert bus.read(PORT) == 0xFF
    bus.write(PORT, 0)
    clock.skip_to(10_000 * US)
    assert bus.read(PORT) == 0xFF


@pytest.mark.parametrize(("ohms", "microseconds"), [(0, 24.2), (50_000, 574.2), (100_000, 1124.2)])
@pytest.mark.parametrize("axis", range(4))
def test_a_one_shot_takes_the_datasheet_time(
    bus: PortBus, game: GamePort, clock: Clock, axis: int, ohms: int, microseconds: float
) -> None:
    game.plug(0b1111)
    game.set_axis(axis, ohms)
    assert bus.read(PORT) == 0xF0
    bus.write(PORT, 0x55)
    clock.skip_to(int((microseconds - 1) * US))
    assert bus.read(PORT) & 1 << axis
    clock.skip_to(int((microseconds + 1) * US))
    assert not bus.read(PORT) & 1 << axis


def test_a_running_one_shot_is_not_started_again(bus: PortBus, game: GamePort, clock: Clock) -> None:
    game.plug(0b0001)
    bus.write(PORT, 0)
    clock.skip_to(500 * US)
    bus.write(PORT, 0)
    clock.skip_to(580 * US)
    assert not bus.read(PORT) & 1


def test_buttons_read_as_zero_while_pressed(bus: PortBus, game: GamePort) -> None:
    game.plug(0b0011)
    game.set_button(1, True)
    assert bus.read(PORT) >> 4 == 0b1101
    game.set_button(1, False)
    assert bus.read(PORT) >> 4 == 0b1111


@pytest.mark.parametrize(("axis", "ohms"), [(4, 0), (-1, 0), (0, -1), (0, MAX_OHMS + 1)])
def test_what_is_no_place_of_a_stick(game: GamePort, axis: int, ohms: int) -> None:
    with pytest.raises(ValueError, match="ohms"):
        game.set_axis(axis, ohms)
    with pytest.raises(ValueError, match="button"):
        game.set_button(4, True)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["plug", "axis", "button", "write", "wait"]), st.integers(0, 3), st.integers(0, MAX_OHMS)
        )
    )
)
def test_a_loaded_port_goes_on_like_the_saved_one(steps: list[tuple[str, int, int]]) -> None:
    first_bus, first_clock = PortBus(), Clock(20_000)
    first = GamePort(first_bus, first_clock)
    for what, number, value in steps:
        match what:
            case "plug":
                first.plug(value & 15)
            case "axis":
                first.set_axis(number, value)
            case "button":
                first.set_button(number, bool(value & 1))
            case "write":
                first_bus.write(0x200 + number, value & 0xFF)
            case _:
                first_clock.skip_to(first_clock.now_ps + value * 1000)
    bus, clock = PortBus(), Clock(20_000)
    clock.skip_to(first_clock.now_ps)
    second = GamePort(bus, clock)
    second.load(first.save())
    for _ in range(20):
        assert bus.read(PORT) == first_bus.read(PORT)
        for each in (clock, first_clock):
            each.skip_to(each.now_ps + 60 * US)
