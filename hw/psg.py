"""The sound chip of the PCjr and the Tandy 1000, a Texas Instruments SN76496: three tones and noise (port C0h).

From TI's SN76489A data sheet and the IBM PCjr Technical Reference, "Sound Subsystem". A byte with bit 7 selects a
register (bits 6 to 4) and gives its lower four bits, one without gives the upper six of a tone's period.

>>> from hw.clock import Clock
>>> from hw.ports import PortBus
>>> bus = PortBus()
>>> psg = Psg(bus, Clock())
>>> for value in (0x8E, 0x0F, 0x90):  # tone 0: 0FEh, loudest
...     bus.write(0xC0, value)
>>> psg.registers[0], psg.registers[1], round(psg.tone_hz(0))
(254, 0, 440)
"""

from __future__ import annotations

from typing import Any

from hw.clock import Clock
from hw.ports import PortBus
from hw.writes import WriteLog

# C0h is all that is used of C0h to C7h: the others are the second DMA controller's on an AT. 1E0h is where
# expansion boards with the chip have it.
PORTS = (0xC0, 0x1E0)
CLOCK_HZ = 3_579_545
TONE_DIVIDER = 32
REGISTERS = 8  # tone 0, its attenuation, tone 1 ... noise, its attenuation
_NOISE, _SILENT = 6, 15


class Psg:
    """The registers; ``log`` notes each new value for hw/sound/psg.pyx."""

    def __init__(self, ports: PortBus, clock: Clock) -> None:
        self.log = WriteLog(clock)
        self._reset()
        ports.on_write(PORTS, lambda port, value: self._write(value & 0xFF))

    def _reset(self) -> None:
        self.registers = [0, _SILENT] * 4
        self._latched = 0

    def _write(self, value: int) -> None:
        if value & 0x80:
            self._latched = register = value >> 4 & 7
            if register & 1 or register == _NOISE:
                self.registers[register] = value & 15
            else:
                self.registers[register] = self.registers[register] & 0x3F0 | value & 15
        else:
            register = self._latched
            if register & 1 or register == _NOISE:
                self.registers[register] = value & 15
            else:
                self.registers[register] = (value & 0x3F) << 4 | self.registers[register] & 15
        # The log holds bytes: the upper bits of a period go with the register's number.
        self.log.write(register | self.registers[register] >> 8 << 3, self.registers[register] & 0xFF)

    def tone_hz(self, tone: int) -> float:
        """The pitch of tone 0, 1 or 2."""
        return CLOCK_HZ / (TONE_DIVIDER * (self.registers[tone * 2] or 0x400))

    def save(self) -> dict[str, Any]:
        """The registers."""
        return {"registers": list(self.registers), "latched": self._latched}

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave."""
        self.registers = list(state["registers"])
        self._latched = state["latched"]
