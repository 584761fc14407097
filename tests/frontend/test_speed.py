"""``--cycles`` in a run that a person watches."""

from __future__ import annotations

from dosemu.pace import Pace
from frontend.speed import AUTO_LIMIT, REAL_MODE, Speed
from hw.clock import Clock

FRAME = 1 / 70


def test_a_number_is_exact() -> None:
    clock = Clock(12_345)
    speed = Speed(Pace(clock, 12_345))
    speed.fast = True
    for busy in (0.0, 1.0):
        speed.frame(busy, FRAME)
    assert clock.cycles_per_ms == 12_345


def test_auto_waits_for_a_program_that_wants_speed() -> None:
    clock = Clock()
    speed = Speed(Pace(clock, "auto"))
    speed.frame(0.0, FRAME)
    assert clock.cycles_per_ms == REAL_MODE
    speed.fast = True
    for _ in range(100):
        speed.frame(FRAME / 10, FRAME)
    assert clock.cycles_per_ms == AUTO_LIMIT


def test_a_slow_host_gets_what_it_can_do() -> None:
    """The host does 20,000 instructions a millisecond: the speed settles below, and never under 3,000."""
    clock = Clock()
    speed = Speed(Pace(clock, "auto"))
    speed.fast = True
    for _ in range(300):
        speed.frame(FRAME * clock.cycles_per_ms / 20_000, FRAME)
    assert 12_000 < clock.cycles_per_ms < 18_500
    for _ in range(300):
        speed.frame(FRAME * 10, FRAME)
    assert clock.cycles_per_ms == REAL_MODE


def test_max_has_no_limit_of_a_pentium() -> None:
    clock = Clock()
    speed = Speed(Pace(clock, "max"))
    for _ in range(100):
        speed.frame(0.0, FRAME)
    assert clock.cycles_per_ms > 10 * AUTO_LIMIT


def test_a_chosen_speed_stays() -> None:
    clock = Clock()
    speed = Speed(Pace(clock, "max"))
    speed.choose(5_000)
    speed.frame(0.0, FRAME)
    assert clock.cycles_per_ms == 5_000


def test_the_command_cycles_changes_it_on_the_way() -> None:
    clock = Clock()
    pace = Pace(clock, "auto")
    speed = Speed(pace)
    pace.choose(300)
    speed.fast = True
    speed.frame(0.0, FRAME)
    assert clock.cycles_per_ms == 300
    pace.choose("max")
    for _ in range(100):
        speed.frame(0.0, FRAME)
    assert clock.cycles_per_ms > 10 * AUTO_LIMIT
    pace.choose("auto")
    speed.frame(0.0, FRAME)
    assert clock.cycles_per_ms == REAL_MODE
