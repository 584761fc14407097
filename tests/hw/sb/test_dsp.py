"""The DSP's commands against Creative's programming guide."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hw.clock import SECOND, US
from hw.sb.dsp import COMMANDS
from hw.sb.models import Model
from tests.hw.sb.bench import BUFFER, Bench

TC_8000 = (0x40, 256 - 125)


@pytest.mark.parametrize("model", Model)
def test_reset_answers_aa_after_a_while(model: Model) -> None:
    bench = Bench(model)
    bench.bus.write(0x226, 1)
    bench.bus.write(0x226, 0)
    assert not bench.bus.read(0x22E) & 0x80
    bench.clock.skip_to(bench.clock.now_ps + 100 * US)
    assert bench.answers() == b"\xaa"


@pytest.mark.parametrize(
    ("model", "version"), [(Model.SB1, (1, 5)), (Model.SB2, (2, 1)), (Model.SB_PRO, (3, 2)), (Model.SB16, (4, 5))]
)
def test_identification(model: Model, version: tuple[int, int]) -> None:
    bench = Bench(model)
    bench.reset()
    bench.dsp(0xE1)
    assert tuple(bench.answers()) == version
    bench.dsp(0xE0, 0x12)
    assert bench.answers() == b"\xed"
    bench.dsp(0xE4, 0x99, 0xE8)
    assert bench.answers() == b"\x99"
    bench.dsp(0xE3)
    assert bench.answers().startswith(b"COPYRIGHT") == (model.major >= 3)


def test_e2_writes_a_byte_by_dma() -> None:
    bench = Bench()
    bench.reset()
    bench.dma_1(2, to_memory=True)
    bench.dsp(0xE2, 0x00, 0xE2, 0x00)
    # AAh + 96h, and on with 96h rotated right by two.
    assert bench.memory.read(BUFFER, 2) == bytes((0x40, 0x40 + 0xA5 & 0xFF))


def test_speaker_status() -> None:
    bench = Bench(Model.SB2)
    bench.reset()
    bench.dsp(0xD8, 0xD1, 0xD8, 0xD3, 0xD8)
    assert bench.answers() == b"\x00\xff\x00"


@pytest.mark.parametrize("model", Model)
def test_a_single_cycle_block_interrupts_at_its_end(model: Model) -> None:
    bench = Bench(model)
    bench.reset()
    bench.dma_1(800)
    bench.dsp(*TC_8000, 0x14, 799 & 0xFF, 799 >> 8)
    assert bench.time_to_irq_us() == pytest.approx(100_000, abs=2)
    assert bench.dma.at_terminal_count(1)
    bench.wait_ms(300)
    assert not bench.requested


def test_the_dma_counter_moves_within_a_block() -> None:
    bench = Bench()
    bench.reset()
    bench.dma_1(8000)
    bench.dsp(*TC_8000, 0x14, 0x3F, 0x1F)
    seen = []
    for _ in range(5):
        bench.wait_ms(10)
        seen.append(bench.dma.remaining(1))
    assert seen == pytest.approx([7920, 7840, 7760, 7680, 7600], abs=8)


def test_auto_init_goes_on_without_drift_until_da() -> None:
    bench = Bench()
    bench.reset()
    bench.dma_1(882, auto_init=True)
    begin = bench.clock.now_ps
    bench.dsp(0x41, 22050 >> 8, 22050 & 0xFF, 0x48, 440 & 0xFF, 440 >> 8, 0x1C)
    for _ in range(100):
        bench.time_to_irq_us()
    assert (bench.clock.now_ps - begin) / SECOND == pytest.approx(100 * 441 / 22050, abs=2e-6)
    bench.dsp(0xDA)
    assert bench.time_to_irq_us() == pytest.approx(20_000, abs=2)
    bench.wait_ms(100)
    assert not bench.requested


def test_sixteen_bits_stereo() -> None:
    bench = Bench()
    bench.reset()
    bench.dac.record(True)
    bench.memory.write(BUFFER, bytes(range(200)) * 4)
    bench.dma_5(400)
    bench.dsp(0x41, 10000 >> 8, 10000 & 0xFF, 0xB0, 0x30, 399 & 0xFF, 399 >> 8)
    bench.clock.skip_to(bench.clock.now_ps + 19_990 * US)
    assert not bench.pic.intr
    assert bench.time_to_irq_us() < 15  # 200 frames at 10 kHz
    pieces = bench.dac.take()
    assert b"".join(piece.data for piece in pieces) == bytes(range(200)) * 4
    assert {(piece.bits, piece.signed, piece.channels) for piece in pieces} == {(16, True, 2)}


def test_sixteen_bits_through_a_channel_of_bytes() -> None:
    bench = Bench()
    bench.reset()
    bench.mixer(0x81, 0x02)  # DMA 1 alone
    bench.dma_1(400)
    bench.dsp(0x41, 10000 >> 8, 10000 & 0xFF, 0xB0, 0x10, 199, 0)
    assert bench.time_to_irq_us() == pytest.approx(20_000, abs=2)
    assert bench.dma.at_terminal_count(1)


def test_the_pro_takes_stereo_from_its_mixer() -> None:
    bench = Bench(Model.SB_PRO)
    bench.reset()
    bench.dac.record(True)
    bench.mixer(0x0E, 0x02)
    bench.dma_1(1000)
    bench.dsp(0xD1, 0x40, 256 - 1_000_000 // 44_000, 0x48, 999 & 0xFF, 999 >> 8, 0x91)
    assert bench.time_to_irq_us() == pytest.approx(1000 * 22, abs=2)
    assert {piece.channels for piece in bench.dac.take()} == {2}


def test_high_speed_takes_no_commands_until_a_reset() -> None:
    bench = Bench(Model.SB2)
    bench.reset()
    bench.dma_1(1000, auto_init=True)
    bench.dsp(0x40, 256 - 25, 0x48, 0xE7, 0x03, 0x90)
    bench.dsp(0xE1)
    assert bench.answers() == b""
    assert bench.bus.read(0x22C) & 0x80
    bench.bus.write(0x226, 1)
    bench.bus.write(0x226, 0)
    bench.wait_ms(100)
    assert not bench.requested
    bench.dsp(0xE1)
    assert bench.answers() == bytes((2, 1))


def test_pause_and_continue() -> None:
    bench = Bench()
    bench.reset()
    bench.dma_1(800)
    bench.dsp(*TC_8000, 0x14, 799 & 0xFF, 799 >> 8)
    bench.wait_ms(40)
    bench.dsp(0xD0)
    bench.wait_ms(500)
    assert not bench.requested
    assert bench.dma.remaining(1) == 480
    bench.dsp(0xD4)
    assert bench.time_to_irq_us() == pytest.approx(60_000, abs=130)


def test_a_masked_channel_holds_the_transfer() -> None:
    bench = Bench()
    bench.reset()
    bench.dma_1(800)
    bench.bus.write(0x0A, 5)
    bench.dsp(*TC_8000, 0x14, 799 & 0xFF, 799 >> 8)
    bench.wait_ms(300)
    assert not bench.requested
    bench.bus.write(0x0A, 1)
    assert bench.time_to_irq_us() == pytest.approx(100_000, abs=130)


def test_silence_interrupts_and_moves_nothing() -> None:
    bench = Bench()
    bench.reset()
    bench.dma_1(100)
    bench.dsp(*TC_8000, 0x80, 79, 0)
    assert bench.time_to_irq_us() == pytest.approx(10_000, abs=2)
    assert bench.dma.remaining(1) == 100


def test_a_forced_interrupt_comes_a_little_later() -> None:
    bench = Bench()
    bench.reset()
    bench.dsp(0xF2)
    assert not bench.pic.intr
    assert 1 < bench.time_to_irq_us() < 100
    bench.dsp(0xF3)
    bench.wait_ms(1)
    assert bench.mixer(0x82) & 3 == 2
    bench.bus.read(0x22F)
    assert bench.mixer(0x82) & 3 == 0


@pytest.mark.parametrize(("code", "per_byte"), [(0x74, 2), (0x76, 3), (0x16, 4)])
def test_adpcm_has_more_samples_than_bytes(code: int, per_byte: int) -> None:
    bench = Bench()
    bench.reset()
    bench.dac.record(True)
    bench.dma_1(100)
    bench.dsp(*TC_8000, code, 99, 0)
    assert bench.time_to_irq_us() == pytest.approx(100 * per_byte * 125, abs=2)
    assert sum(len(piece.data) for piece in bench.dac.take()) == 100 * per_byte


def test_input_is_silence() -> None:
    bench = Bench()
    bench.reset()
    bench.memory.write(BUFFER, b"x" * 20)
    bench.dma_1(16, to_memory=True)
    bench.dsp(*TC_8000, 0x24, 15, 0)
    bench.time_to_irq_us()
    assert bench.memory.read(BUFFER, 20) == b"\x80" * 16 + b"xxxx"


def test_nothing_is_kept_when_nobody_listens() -> None:
    bench = Bench()
    bench.reset()
    for _ in range(100):
        bench.dsp(0x10, 0x40)
    assert bench.dac.take() == []


def test_the_cards_of_the_1_0_have_no_auto_init() -> None:
    bench = Bench(Model.SB1)
    bench.reset()
    bench.dma_1(100, auto_init=True)
    bench.dsp(*TC_8000, 0x1C)
    bench.wait_ms(500)
    assert not bench.requested


@pytest.mark.parametrize("code", sorted(COMMANDS))
def test_each_command_takes_just_its_arguments(code: int) -> None:
    bench = Bench()
    bench.reset()
    for entry in COMMANDS[code]:
        bench.dsp(code, *[1] * entry.args)
        bench.answers()
        break
    if 0x34 <= code <= 0x37:  # UART mode: only a reset helps
        bench.reset()
    bench.dsp(0xE0, 0x0F)
    assert bench.answers()[-1:] == b"\xf0"
    assert bench.errors == []


WRITES = st.lists(
    st.tuples(
        st.sampled_from([*range(0x220, 0x230)] * 3 + [*range(0x10), 0x83, 0x81, 0xD4, 0xD6, 0xDA, 0x20, 0x21]),
        st.integers(0, 255),
        st.integers(0, 3),
    ),
    max_size=150,
)


@settings(max_examples=150, deadline=None)
@given(model=st.sampled_from(Model), writes=WRITES)
def test_random_writes_do_no_harm(model: Model, writes: list[tuple[int, int, int]]) -> None:
    bench = Bench(model)
    bench.dac.record(True)
    for port, value, wait in writes:
        bench.bus.write(port, value)
        bench.bus.read(port)
        if wait:
            bench.wait_ms(wait / 4)
    assert bench.errors == []
    bench.card.load(bench.card.save())
    bench.bus.write(0x226, 1)
    bench.bus.write(0x226, 0)
    if bench.card.dsp.high_speed or not bench.answers():
        bench.bus.write(0x226, 1)
        bench.bus.write(0x226, 0)
    bench.wait_ms(1)
    assert bench.answers()[-1:] == b"\xaa"
