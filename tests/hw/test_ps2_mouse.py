"""The mouse on the auxiliary port, as a driver at ports 60h and 64h meets it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hw.clock import MS, Clock
from hw.keyboard import Keyboard
from hw.pic import Pic
from hw.ports import PortBus
from hw.ps2_mouse import Ps2Mouse

ACK, RESEND = 0xFA, 0xFE


class Desk:
    def __init__(self) -> None:
        self.bus, self.clock = PortBus(), Clock()
        self.pic = Pic(self.bus)
        for port, value in ((0x20, 0x11), (0x21, 8), (0x21, 4), (0x21, 1), (0x21, 0), (0xA0, 0x11), (0xA1, 0x70),
                            (0xA1, 2), (0xA1, 1), (0xA1, 0)):  # fmt: skip
            self.bus.write(port, value)
        self.keyboard = Keyboard(self.bus, self.clock, self.pic)
        self.mouse = self.keyboard.mouse

    def send(self, *values: int) -> list[int]:
        """Commands to the mouse, and all that it answers."""
        seen = []
        for value in values:
            self.bus.write(0x64, 0xD4)
            self.bus.write(0x60, value)
            seen += self.read()
        return seen

    def read(self) -> list[int]:
        """All bytes that come, which must be the mouse's."""
        seen = []
        while True:
            self.clock.skip_to(self.clock.now_ps + 2 * MS)
            status = self.bus.read(0x64)
            if not status & 1:
                return seen
            assert status & 0x20
            seen.append(self.bus.read(0x60))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_reset_tells_what_it_is(desk: Desk) -> None:
    assert desk.send(0xFF) == [ACK, 0xAA, 0x00]
    assert desk.send(0xF2) == [ACK, 0x00]


def test_packets_come_when_reporting_is_on(desk: Desk) -> None:
    desk.mouse.move(3, 4, 0)
    assert desk.read() == []
    assert desk.send(0xF4) == [ACK]
    desk.mouse.move(-3, 4, 0b010)
    assert desk.read() == [0x08 | 0x02 | 0x10 | 0x20, 0xFD, 0xFC]
    assert desk.send(0xF5) == [ACK]
    desk.mouse.move(1, 1, 0)
    assert desk.read() == []


def test_each_byte_raises_irq_12_when_the_command_byte_says_so(desk: Desk) -> None:
    desk.send(0xF4)
    desk.bus.write(0x64, 0x60)
    desk.bus.write(0x60, 0x47)
    desk.mouse.move(1, 0, 0)
    vectors = []
    for _ in range(6):
        desk.clock.skip_to(desk.clock.now_ps + 2 * MS)
        if desk.pic.intr:
            vectors.append(desk.pic.accept())
            desk.bus.read(0x60)
            desk.bus.write(0xA0, 0x20)
            desk.bus.write(0x20, 0x20)
    assert vectors == [0x74] * 3


def test_status_rate_resolution_and_scaling(desk: Desk) -> None:
    assert desk.send(0xF3, 200, 0xE8, 3, 0xE7, 0xF4) == [ACK] * 6
    assert desk.send(0xE9) == [ACK, 0x30, 3, 200]
    desk.mouse.move(4, 0, 0)
    assert desk.read() == [0x08, 6, 0]
    assert desk.send(0xE6, 0xF6, 0xE9) == [ACK, ACK, ACK, 0x00, 2, 100]
    assert desk.send(0xF3, 77) == [ACK, RESEND]


def test_remote_mode_answers_when_it_is_read(desk: Desk) -> None:
    desk.send(0xF0, 0xF4)
    desk.mouse.move(300, -2, 1)
    assert desk.read() == []
    assert desk.send(0xEB) == [ACK, 0x08 | 0x01 | 0x40, 255, 2]
    assert desk.send(0xEB) == [ACK, 0x08 | 0x01, 45, 0]


def test_wrap_mode_echoes(desk: Desk) -> None:
    assert desk.send(0xEE, 0x12, 0xF4, 0xEC, 0xF2) == [ACK, 0x12, 0xF4, ACK, ACK, 0x00]


def test_the_port_can_be_shut_and_the_loopback_is_the_mouse_s(desk: Desk) -> None:
    desk.send(0xF4)
    desk.bus.write(0x64, 0xA7)
    desk.mouse.move(9, 9, 0)
    assert desk.read() == []
    desk.bus.write(0x64, 0xA8)
    assert desk.read() == [0x28, 9, 0xF7]
    desk.bus.write(0x64, 0xD3)
    desk.bus.write(0x60, 0x5A)
    assert desk.read() == [0x5A]


def test_movement_adds_up_while_nobody_reads(desk: Desk) -> None:
    desk.send(0xF4)
    for _ in range(1000):
        desk.mouse.move(1, 0, 0)
    seen = desk.read()
    assert len(seen) % 3 == 0
    assert sum(seen[1::3]) == 1000


@pytest.mark.parametrize("command", [0xE8, 0xF3, 0xEE])
def test_a_reset_is_obeyed_whatever_was_begun(desk: Desk, command: int) -> None:
    assert desk.send(command, 0xFF) == [ACK, ACK, 0xAA, 0x00]
    assert desk.send(0xE9) == [ACK, 0x00, 2, 100]


@settings(max_examples=40, deadline=None)
@example([(True, 0xE8, 0)])
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 255), st.integers(-5000, 5000)), max_size=60))
def test_any_bytes_leave_a_mouse_that_can_be_saved(steps: list[tuple[bool, int, int]]) -> None:
    desk = Desk()
    for command, value, moved in steps:
        if command:
            desk.send(value)
        else:
            desk.mouse.move(moved, -moved, value & 7)
    other = Ps2Mouse()
    other.load(desk.mouse.save())
    assert other.save() == desk.mouse.save()
    assert desk.send(0xFF)[-3:] == [ACK, 0xAA, 0x00]
