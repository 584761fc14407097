"""A Sound Blaster: the ports of DSP and mixer, and the interrupt. The FM chips at its ports are in hw/opl.py.

From Creative's "Sound Blaster Series Hardware Programming Guide" (1996), chapters 2 and 3.

>>> from hw.clock import US, Clock
>>> from hw.dma import Dma
>>> from hw.memory import Memory
>>> from hw.pic import Pic
>>> from hw.ports import PortBus
>>> bus, clock = PortBus(), Clock()
>>> card = SoundBlaster(bus, clock, Pic(bus), Dma(bus, Memory(0x110000)), CardSetup(Model.SB16))
>>> bus.write(0x226, 1); bus.write(0x226, 0)
>>> clock.skip_to(50 * US)
>>> hex(bus.read(0x22E)), hex(bus.read(0x22A))
('0xff', '0xaa')
"""

from __future__ import annotations

from typing import Any

from hw.clock import Clock
from hw.dma import Dma
from hw.pic import Pic
from hw.ports import PortBus
from hw.sb.dsp import Dsp
from hw.sb.mixer_chip import MixerChip
from hw.sb.models import CardSetup, Model

IRQ_8, IRQ_16, IRQ_MIDI = 0x01, 0x02, 0x04  # bits of the mixer's register 82h


class SoundBlaster:
    """The card: ``dsp``, ``mixer_chip`` and how it is set up."""

    def __init__(self, ports: PortBus, clock: Clock, pic: Pic, dma: Dma, setup: CardSetup) -> None:
        self.setup = setup
        self.mixer_chip = chip = MixerChip(setup)
        self._pic = pic
        self.dsp = dsp = Dsp(clock, dma, setup.model, self._interrupt, self._channels, lambda: chip.stereo)
        base = setup.port
        ports.on_write([base + 0x6], lambda port, value: dsp.write_reset(value))
        ports.on_write([base + 0xC, base + 0xD], lambda port, value: dsp.write_command(value & 0xFF))
        ports.on_read([base + 0xA, base + 0xB], lambda port: dsp.read_data())
        ports.on_read([base + 0xC, base + 0xD], lambda port: dsp.read_write_status())
        ports.on_read([base + 0xE], lambda port: self._acknowledge(IRQ_8))
        if setup.model is Model.SB16:
            ports.on_read([base + 0xF], lambda port: self._acknowledge(IRQ_16))
        if setup.model is not Model.SB1:
            ports.on_write([base + 0x4], lambda port, value: chip.select(value))
            ports.on_write([base + 0x5], lambda port, value: chip.write(value & 0xFF))
            ports.on_read([base + 0x4], lambda port: chip.index)
            ports.on_read([base + 0x5], lambda port: chip.read())

    def _channels(self) -> tuple[int, int]:
        return self.mixer_chip.dma, self.mixer_chip.high_dma

    def _interrupt(self, bits: int) -> None:
        self.mixer_chip.irq_status |= IRQ_16 if bits == 16 else IRQ_8
        # Programs exist that never acknowledge at the card: each block is a new request.
        self._pic.pulse_irq(_line(self.mixer_chip.irq))

    def _acknowledge(self, which: int) -> int:
        status = self.mixer_chip.irq_status
        if status & which:
            self.mixer_chip.irq_status = status & ~which
            if not self.mixer_chip.irq_status:
                self._pic.lower_irq(_line(self.mixer_chip.irq))
        return self.dsp.read_status()

    def save(self) -> dict[str, Any]:
        """DSP and mixer."""
        return {"dsp": self.dsp.save(), "mixer": self.mixer_chip.save()}

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave."""
        self.mixer_chip.load(state["mixer"])
        self.dsp.load(state["dsp"])


def _line(irq: int) -> int:
    """IRQ 2 of the slot is wired to IRQ 9 on an AT."""
    return 9 if irq == 2 else irq
