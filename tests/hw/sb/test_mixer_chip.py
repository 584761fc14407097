"""The mixer chips against Creative's programming guide, chapter 4."""

from __future__ import annotations

import pytest

from hw.sb.mixer_chip import FM, VOICE
from hw.sb.models import Model
from tests.hw.sb.bench import Bench


def test_irq_and_dma_are_chosen_by_80_and_81() -> None:
    bench = Bench()
    assert bench.mixer(0x80) & 0x0F == 0x04
    assert bench.mixer(0x81) == 0x22
    assert bench.mixer(0x80, 0x02) & 0x0F == 0x02
    assert bench.mixer(0x81, 0x48) == 0x48
    assert (bench.card.mixer_chip.irq, bench.card.mixer_chip.dma, bench.card.mixer_chip.high_dma) == (5, 3, 6)
    assert bench.mixer(0x81, 0x01) == 0x01
    assert bench.card.mixer_chip.high_dma == 0


@pytest.mark.parametrize(("register", "of"), [(0x04, VOICE), (0x26, FM)])
def test_the_pros_volumes_are_the_16s(register: int, of: int) -> None:
    bench = Bench()
    assert bench.mixer(register, 0xF0) == 0xF0
    left, right = bench.card.mixer_chip.gains(of)
    assert (left, right) == (1.0, 0.0)
    bench.mixer(of + 1, 21 << 3)
    assert bench.card.mixer_chip.gains(of)[1] == pytest.approx(0.1)  # 20 dB down


def test_the_master_volume_holds_for_all() -> None:
    bench = Bench(Model.SB_PRO)
    bench.mixer(0x22, 0x0F)
    assert bench.card.mixer_chip.gains(FM)[0] == bench.card.mixer_chip.gains(VOICE)[0] == 0
    bench.mixer(0x00, 0)
    assert bench.card.mixer_chip.gains(FM) == (1.0, 1.0)


def test_the_first_card_has_no_mixer() -> None:
    assert Bench(Model.SB1).mixer(0x22, 0x55) == 0xFF
