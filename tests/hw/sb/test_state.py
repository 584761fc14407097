"""save() and load() of the card in the middle of things: another card goes on where the first one was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hw.sb.models import Model
from tests.hw.sb.bench import BUFFER, Bench


def moved(bench: Bench, model: Model) -> Bench:
    """A second machine in the state of the first, by way of plain values."""
    other = Bench(model)
    other.clock.skip_to(bench.clock.now_ps)
    other.memory.write(BUFFER, bytes(bench.memory.read(BUFFER, 0x1000)))
    other.dma.load(bench.dma.save())
    other.pic.load(bench.pic.save())
    other.card.load(_plain(bench.card.save()))
    return other


def _plain(state: Any) -> Any:
    """The same by JSON, which knows plain values only (bytes are written as hexadecimal)."""

    def taken(value: dict[str, Any]) -> Any:
        return bytes.fromhex(value["hex"]) if set(value) == {"hex"} else value

    return json.loads(json.dumps(state, default=lambda value: {"hex": value.hex()}), object_hook=taken)


COMMANDS = {
    "single": (0x14, 0xCF, 0x07),
    "auto": (0x48, 0xCF, 0x07, 0x1C),
    "high speed": (0x48, 0xCF, 0x07, 0x90),
    "adpcm": (0x75, 0xCF, 0x07),
    "silence": (0x80, 0xCF, 0x07),
    "forced": (0xF2,),
}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("model", [Model.SB_PRO, Model.SB16])
def test_a_transfer_goes_on(name: str, model: Model) -> None:
    bench = Bench(model)
    bench.reset()
    bench.memory.write(BUFFER, bytes(n * 7 & 0xFF for n in range(2000)))
    bench.dma_1(2000, auto_init=name in ("auto", "high speed"))
    bench.dsp(0xD1, 0x40, 131, *COMMANDS[name])
    if name != "forced":
        bench.wait_ms(100.3)
    other = moved(bench, model)
    for each in (bench, other):
        each.dac.record(True)
    times = [each.time_to_irq_us() for each in (bench, other)]
    assert times[0] == times[1]
    assert bench.dac.take() == other.dac.take()
    assert bench.dma.remaining(1) == other.dma.remaining(1)
    assert bench.card.save() == other.card.save()


def test_a_paused_transfer_stays_paused_and_half_a_command_is_kept() -> None:
    bench = Bench(Model.SB16)
    bench.reset()
    bench.dma_1(2000, auto_init=True)
    bench.dsp(0x40, 131, 0x48, 0xCF, 0x07, 0x1C)
    bench.wait_ms(10)
    bench.dsp(0xD0, 0xE4)  # E4h waits for what to write into the test register
    other = moved(bench, Model.SB16)
    left = other.dma.remaining(1)
    other.wait_ms(50)
    assert other.dma.remaining(1) == left
    other.dsp(0x5A, 0xE8)
    assert other.answers() == b"\x5a"
    other.dsp(0xD4)
    other.wait_ms(50)
    assert other.dma.remaining(1) < left


def test_a_reset_under_way_ends() -> None:
    bench = Bench(Model.SB2)
    bench.bus.write(0x226, 1)
    bench.bus.write(0x226, 0)
    other = moved(bench, Model.SB2)
    other.wait_ms(1)
    assert other.answers() == b"\xaa"


def test_loading_ends_what_ran() -> None:
    rested = Bench(Model.SB16).card.save()
    bench = Bench(Model.SB16)
    bench.reset()
    bench.dma_1(2000, auto_init=True)
    bench.dsp(0x40, 131, 0x48, 0xCF, 0x07, 0x1C, 0xF2)
    bench.card.load(rested)
    bench.wait_ms(600)
    assert not bench.requested
    assert bench.clock.pending == []
