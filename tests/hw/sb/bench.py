"""A Sound Blaster on a bus, with memory and a channel set up: what the tests of the card begin with."""

from __future__ import annotations

from typing import Any

from hw.clock import MS, Clock
from hw.dma import Dma
from hw.memory import Memory
from hw.pic import Pic
from hw.ports import PortBus
from hw.sb.card import SoundBlaster
from hw.sb.models import CardSetup, Model

BUFFER = 0x12000


class Bench:
    """The card at 220h, IRQ 7, DMA 1 and 5; ``irqs`` are the times in ps of its interrupts."""

    def __init__(self, model: Model = Model.SB16, **setup: Any) -> None:
        self.bus, self.clock, self.memory = PortBus(), Clock(20_000), Memory(0x110000)
        self.errors: list[Exception] = []
        self.bus.on_error = lambda port, error: self.errors.append(error)
        self.pic = Pic(self.bus)
        self.bus.write(0x21, 0x00)
        self.bus.write(0xA1, 0x00)
        self.dma = Dma(self.bus, self.memory)
        self.card = SoundBlaster(self.bus, self.clock, self.pic, self.dma, CardSetup(model, **setup))
        self.dac = self.card.dsp.dac

    def reset(self) -> None:
        self.bus.write(0x226, 1)
        self.bus.write(0x226, 0)
        self.wait_ms(1)
        assert self.bus.read(0x22A) == 0xAA

    def dsp(self, *values: int) -> None:
        for value in values:
            self.bus.write(0x22C, value)

    def answers(self) -> bytes:
        out = bytearray()
        while self.bus.read(0x22E) & 0x80:
            out.append(self.bus.read(0x22A))
        return bytes(out)

    def mixer(self, index: int, value: int | None = None) -> int:
        self.bus.write(0x224, index)
        if value is not None:
            self.bus.write(0x225, value)
        return self.bus.read(0x225)

    def wait_ms(self, ms: float) -> None:
        self.clock.skip_to(self.clock.now_ps + round(ms * MS))

    def dma_1(self, count: int, *, auto_init: bool = False, to_memory: bool = False) -> None:
        mode = (0x45 if to_memory else 0x49) | (0x10 if auto_init else 0)
        for port, value in (
            (0x0A, 5), (0x0C, 0), (0x0B, mode), (0x02, BUFFER & 0xFF), (0x02, BUFFER >> 8 & 0xFF), (0x83, BUFFER >> 16),
            (0x03, count - 1 & 0xFF), (0x03, count - 1 >> 8), (0x0A, 1),
        ):  # fmt: skip
            self.bus.write(port, value)

    def dma_5(self, count: int, *, auto_init: bool = False) -> None:
        words = BUFFER >> 1
        for port, value in (
            (0xD4, 5), (0xD8, 0), (0xD6, 0x59 if auto_init else 0x49), (0xC4, words & 0xFF), (0xC4, words >> 8 & 0xFF),
            (0x8B, BUFFER >> 16), (0xC6, count - 1 & 0xFF), (0xC6, count - 1 >> 8), (0xD4, 1),
        ):  # fmt: skip
            self.bus.write(port, value)

    @property
    def requested(self) -> bool:
        """IRQ 7 is asked for; acknowledged at the card and the PIC if so."""
        if not self.pic.intr:
            return False
        assert self.pic.accept() == 0x0F
        self.bus.write(0x20, 0x20)
        self.bus.read(0x22E)
        self.bus.read(0x22F)
        return True

    def time_to_irq_us(self, limit_ms: float = 1000) -> float:
        """Emulated time up to the next interrupt, to a microsecond."""
        begin = self.clock.now_ps
        while not self.requested:
            assert self.clock.now_ps - begin < limit_ms * MS, "no interrupt came"
            self.wait_ms(0.001)
        return (self.clock.now_ps - begin) / 1e6
