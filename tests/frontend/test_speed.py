"""``--cycles`` in a run that a person watches."""

from __future__ import annotations

from frontend.speed import AUTO_LIMIT, REAL_MODE, Speed
from hw.clock import Clock

FRAME = 1 / 70


def test_a_number_is_exact() -> None:
    clock = Clock(12_345)
    speed = Speed(12_345, clock)
    speed.fast = True
    for busy in (0.0, 1.0):
        speed.frame(busy, FRAME)
    assert clock.cycles_per_ms == 12_345


def test_auto_waits_for_a_program_that_wants_speed() -> None:
    clock = Clock()
    speed = Speed("auto", clock)
    speed.frame(0.0, FRAME)
    assert clock.cycles_per_ms == REAL_MODE
    speed.fast = True
    for _ in range(100):
        speed.frame(FRAME / 10, FRAME)
    assert clock.cycles_per_ms == AUTO_LIMIT


def test_a_slow_host_gets_what_it_can_do() -> None:
    """The host does 20,000 instructions a millisecond: the speed settles below, and never under 3,000."""
    clock = Clock()
    speed = Speed("auto", clock)
    speed.fast = True
    for _ in range(300):
        speed.frame(FRAME * clock.cycles_per_ms / 20_000, FRAME)
    assert 12_000 < clock.cycles_per_ms < 18_500
    for _ in range(300):
        speed.frame(FRAME * 10, FRAME)
    assert clock.cycles_per_ms == REAL_MODE


def test_max_has_no_limit_of_a_pentium() -> None:
    clock = Clock()
    speed = Speed("max", clock)
    for _ in range(100):
        speed.frame(0.0, FRAME)
    assert clock.cycles_per_ms > 10 * AUTO_LIMIT


def test_a_chosen_speed_stays() -> None:
    clock = Clock()
    speed = Speed("max", clock)
    speed.choose(5_000)
    speed.frame(0.0, FRAME)
    assert clock.cycles_per_ms == 5_000
