"""The Sound Blaster models, and how a card is set up.

From Creative's "Sound Blaster Series Hardware Programming Guide" (1996), chapter 1.

>>> CardSetup(Model.SB16).blaster
'A220 I7 D1 H5 P330 T6'
>>> CardSetup(Model.SB2, irq=5).blaster
'A220 I5 D1 T3'
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Model(Enum):
    """DSP version and the number after T in BLASTER."""

    SB1 = ("sb1", 1, 5, 1)
    SB2 = ("sb2", 2, 1, 3)
    SB_PRO = ("sbpro", 3, 2, 4)
    SB16 = ("sb16", 4, 5, 6)

    def __init__(self, setting: str, major: int, minor: int, blaster_type: int) -> None:
        self.setting = setting
        self.major = major
        self.minor = minor
        self.blaster_type = blaster_type

    @classmethod
    def named(cls, setting: str) -> Model | None:
        """The model of [sound] sbtype; None for none.

        >>> Model.named("sbpro"), Model.named("none")
        (<Model.SB_PRO: ('sbpro', 3, 2, 4)>, None)
        """
        return next((model for model in cls if model.setting == setting), None)


@dataclass(frozen=True, slots=True)
class CardSetup:
    """What jumpers or the card's set-up program choose."""

    model: Model
    port: int = 0x220
    irq: int = 7
    dma: int = 1
    high_dma: int = 5
    midi_port: int = 0x330

    @property
    def blaster(self) -> str:
        """The value of the variable BLASTER."""
        words = [f"A{self.port:X}", f"I{self.irq}", f"D{self.dma}"]
        if self.model is Model.SB16:
            words += [f"H{self.high_dma}", f"P{self.midi_port:X}"]
        return " ".join([*words, f"T{self.model.blaster_type}"])
