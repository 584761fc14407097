"""The Creative Music System, later sold as the Game Blaster: two Philips SAA1099, twelve stereo voices.

Both are stereo; ports 220h and 221h are data and address of the first, 222h and 223h of the second (Creative,
"Creative Music System" programming notes). Programs find the card by the latch that its logic chip holds: what is
written to 226h or 227h can be read at 22Ah and 22Bh, and 224h reads as 7Fh.

>>> from hw.clock import Clock
>>> from hw.ports import PortBus
>>> bus = PortBus()
>>> cms = Cms(bus, Clock())
>>> bus.write(0x226, 0x5A); hex(bus.read(0x22A)), hex(bus.read(0x224))
('0x5a', '0x7f')
>>> bus.write(0x221, 0x1C); bus.write(0x220, 0x01); cms.chips[0].registers[0x1C]
1
"""

from __future__ import annotations

from typing import Any

from hw.clock import Clock
from hw.ports import PortBus
from hw.writes import WriteLog

REGISTERS = 32
EXTERNAL_CLOCK = 0x100  # in the log: the address was written, which steps envelopes that ask for it
_DETECTED = 0x7F


class Saa1099:
    """The registers of one chip; ``log`` notes writes for hw/sound/saa1099.pyx."""

    def __init__(self, clock: Clock) -> None:
        self.log = WriteLog(clock)
        self.registers = bytearray(REGISTERS)
        self.address = 0

    def select(self, value: int) -> None:
        """Write the address; of 18h and 19h this is also a clock of the envelopes."""
        self.address = value % REGISTERS
        if self.address in (0x18, 0x19):
            self.log.write(EXTERNAL_CLOCK | self.address, 0)

    def write(self, value: int) -> None:
        """Write the register selected."""
        self.registers[self.address] = value
        self.log.write(self.address, value)

    def save(self) -> dict[str, Any]:
        """The registers."""
        return {"registers": bytes(self.registers), "address": self.address}

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave."""
        self.registers[:] = state["registers"]
        self.address = state["address"]


class Cms:
    """Both chips; ``detection`` is False beside a Sound Blaster, whose DSP has those ports."""

    def __init__(self, ports: PortBus, clock: Clock, port: int = 0x220, *, detection: bool = True) -> None:
        self.chips = Saa1099(clock), Saa1099(clock)
        self._latches = bytearray(2)
        for number, chip in enumerate(self.chips):
            self._attach(ports, port + 2 * number, chip)
        if detection:
            ports.on_write([port + 6, port + 7], lambda at, value: self._latches.__setitem__(at & 1, value & 0xFF))
            ports.on_read([port + 0xA, port + 0xB], lambda at: self._latches[at & 1])
            ports.on_read([port + 4], lambda at: _DETECTED)

    @staticmethod
    def _attach(ports: PortBus, data: int, chip: Saa1099) -> None:
        ports.on_write([data], lambda port, value: chip.write(value & 0xFF))
        ports.on_write([data + 1], lambda port, value: chip.select(value & 0xFF))

    def save(self) -> dict[str, Any]:
        """Chips and latches."""
        return {"chips": [chip.save() for chip in self.chips], "latches": bytes(self._latches)}

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave."""
        for chip, values in zip(self.chips, state["chips"], strict=True):
            chip.load(values)
        self._latches[:] = state["latches"]
