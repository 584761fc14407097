"""Frames follow the wall clock without drift, and evenly when the host is slow."""

from __future__ import annotations

import pytest

from frontend.pacing import Pacer, SpeedMeter


class Host:
    """A clock and a sleep that always wakes a little late."""

    def __init__(self, oversleep: float = 0.0) -> None:
        self.now = 100.0
        self.oversleep = oversleep
        self.slept = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds + self.oversleep
        self.slept += seconds


def test_late_wake_ups_do_not_add_up() -> None:
    host = Host(oversleep=0.002)
    pacer = Pacer(host.clock, host.sleep)
    for _ in range(700):
        pacer.frame(1 / 70)
    assert host.now - 100 == pytest.approx(10, abs=0.01)


def test_a_slow_host_slows_evenly_and_does_not_rush_afterwards() -> None:
    host = Host()
    pacer = Pacer(host.clock, host.sleep)
    for _ in range(50):  # each frame takes 50 ms of work: 14 ms are not enough
        host.now += 0.05
        pacer.frame(1 / 70)
    assert host.slept == 0
    before = host.now
    for _ in range(70):  # the host is fast again: a second is a second, less what may be caught up
        pacer.frame(1 / 70)
    assert host.now - before == pytest.approx(1, abs=0.12)


def test_a_pause_is_not_caught_up() -> None:
    host = Host()
    pacer = Pacer(host.clock, host.sleep)
    host.now += 5
    pacer.restart()
    pacer.frame(1 / 70)
    assert host.slept == pytest.approx(1 / 70)


def test_the_speed_is_measured_once_a_second() -> None:
    host = Host()
    meter = SpeedMeter(host.clock)
    changes = 0
    for _ in range(70):
        host.now += 2 / 70
        changes += meter.frame(1 / 70)
    assert (changes, meter.percent) == (1, 50) or (changes, meter.percent) == (2, 50)
