"""Whatever a guest does, the engine comes back: random bytes as code, with random tables and pages."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dosemu.cpu.engine import MODELS
from tests.dosemu.cpu.garbage import ENDS, run_one
from tests.dosemu.cpu.support import real_mode


@pytest.mark.parametrize("batch", range(10))
def test_random_guests_end_by_themselves(batch: int) -> None:
    for number in range(batch * 40, batch * 40 + 40):
        reason, cycles, _ = run_one(number)
        assert reason in ENDS
        assert 0 < cycles < 20_000


def test_random_guests_run_the_same_way_twice() -> None:
    for number in range(1000, 1040):
        assert run_one(number) == run_one(number)


@settings(max_examples=150, deadline=None)
@given(st.binary(min_size=1, max_size=64), st.sampled_from(sorted(MODELS)), st.integers(0, 0xFFFFFFFF))
def test_any_bytes_are_a_program(code: bytes, model: str, eax: int) -> None:
    engine = real_mode(code, model=model)
    engine.regs.eax = eax
    assert engine.step(2000) in ENDS
    assert engine.clock.cycles <= 2000 + 520
    engine.close()
