"""The mixer chips of the Sound Blaster 2 (CT1335), Pro (CT1345) and 16 (CT1745): ports 2x4h and 2x5h.

From Creative's "Sound Blaster Series Hardware Programming Guide" (1996), chapter 4. Volumes are kept as the
CT1745 has them, five bits of 2 dB; the older chips' registers are views on them.
"""

from __future__ import annotations

from typing import Any

from hw.sb.models import CardSetup, Model

# What each pair of CT1745 registers (left, right) is the volume of.
MASTER, VOICE, FM, CD, LINE = 0x30, 0x32, 0x34, 0x36, 0x38
_LOUDEST = 31
# The Pro's registers: left in the upper four bits, right in the lower.
_PRO = {0x04: VOICE, 0x22: MASTER, 0x26: FM, 0x28: CD, 0x2E: LINE}
# The CT1335's: one volume, in bits 3 to 1 (voice: bits 2 and 1).
_OLD = {0x02: MASTER, 0x06: FM, 0x08: CD, 0x0A: VOICE}
IRQS = {0x01: 2, 0x02: 5, 0x04: 7, 0x08: 10}
_DMA_MASK, _HIGH_DMA_MASK = 0x0B, 0xE0
_STEREO = 0x02


class MixerChip:
    """Registers, and the volumes they mean; ``irq``, ``dma`` and ``high_dma`` can be chosen on the 16."""

    def __init__(self, setup: CardSetup) -> None:
        self._setup = setup
        self.model = setup.model
        self.irq = setup.irq
        self.dma = setup.dma
        self.high_dma = setup.high_dma
        self.irq_status = 0  # register 82h
        self._index = 0
        self.reset()

    def reset(self) -> None:
        """All volumes full, where the utilities of the cards put them at start; interrupt and DMA stay."""
        self.registers = bytearray(256)
        for register in range(MASTER, LINE + 2):
            self.registers[register] = _LOUDEST << 3

    def select(self, index: int) -> None:
        """Port 2x4h."""
        self._index = index & 0xFF

    @property
    def index(self) -> int:
        """What port 2x4h reads as."""
        return self._index

    def read(self) -> int:
        """Port 2x5h."""
        index, registers = self._index, self.registers
        if self.model is Model.SB1:
            return 0xFF
        if self.model is Model.SB2:
            if index in _OLD:
                return registers[_OLD[index]] >> 4 & 0x0E
            return 0xFF
        if index in _PRO:
            left, right = registers[_PRO[index]] >> 4, registers[_PRO[index] + 1] >> 4
            # The Pro has three bits of each; its lowest reads as one.
            return left << 4 | right | (0x11 if self.model is Model.SB_PRO else 0)
        if self.model is Model.SB16:
            if index == 0x80:
                return next((bit for bit, irq in IRQS.items() if irq == self.irq), 0) | 0xF0
            if index == 0x81:
                return 1 << self.dma | (1 << self.high_dma if self.high_dma > 3 else 0)
            if index == 0x82:
                return self.irq_status | 0x20  # the upper bits say "version 4.05" to drivers
        return registers[index]

    def write(self, value: int) -> None:
        """Port 2x5h."""
        index = self._index
        if self.model is Model.SB1:
            return
        if index == 0:
            self.reset()
        elif self.model is Model.SB2:
            if index in _OLD:
                # Three bits, or the voice's two, as far as they go.
                level = (value >> 1 & 7) << 2 | 3 if _OLD[index] != VOICE else (value >> 1 & 3) << 3 | 7
                self._set_volume(_OLD[index], level if value & 0x0E else 0, level if value & 0x0E else 0)
        elif index in _PRO:
            self._set_volume(_PRO[index], *(_five_bits(half) for half in (value >> 4, value & 15)))
        elif self.model is not Model.SB16:
            self.registers[index] = value
        elif index == 0x80:
            self.irq = IRQS.get(value & -value & 0x0F, self.irq)
        elif index == 0x81:
            self._choose_dma(value)
        elif index != 0x82:
            self.registers[index] = value

    def _choose_dma(self, value: int) -> None:
        low, high = value & _DMA_MASK, value & _HIGH_DMA_MASK
        if low:
            self.dma = (low & -low).bit_length() - 1
        # None of the high ones: words go through the low channel.
        self.high_dma = (high & -high).bit_length() - 1 if high else self.dma

    def _set_volume(self, register: int, left: int, right: int) -> None:
        self.registers[register], self.registers[register + 1] = left << 3, right << 3

    @property
    def stereo(self) -> bool:
        """The Pro's switch for stereo output (register 0Eh); the 16 takes that from the command."""
        return self.model is Model.SB_PRO and bool(self.registers[0x0E] & _STEREO)

    def gains(self, register: int) -> tuple[float, float]:
        """Factors of left and right for VOICE or FM, with the master volume."""
        registers = self.registers
        return (
            _GAINS[registers[register] >> 3] * _GAINS[registers[MASTER] >> 3],
            _GAINS[registers[register + 1] >> 3] * _GAINS[registers[MASTER + 1] >> 3],
        )

    def save(self) -> dict[str, Any]:
        """The registers and what they chose."""
        return {
            "registers": bytes(self.registers), "index": self._index, "irq": self.irq, "dma": self.dma,
            "high_dma": self.high_dma, "irq_status": self.irq_status,
        }  # fmt: skip

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave."""
        self.registers[:] = state["registers"]
        self._index, self.irq, self.irq_status = state["index"], state["irq"], state["irq_status"]
        self.dma, self.high_dma = state["dma"], state["high_dma"]


def _five_bits(four: int) -> int:
    return four << 1 | (1 if four else 0)


def _gain(level: int) -> float:
    """2 dB a step; the lowest is silence.

    >>> _gain(31), round(_gain(21), 3), _gain(0)
    (1.0, 0.1, 0.0)
    """
    return 10 ** ((level - _LOUDEST) / 10) if level else 0.0


_GAINS = tuple(_gain(level) for level in range(_LOUDEST + 1))
