"""The FM chips of AdLib and Sound Blaster: Yamaha YM3812 (OPL2) and YMF262 (OPL3), at ports 388h up.

From Yamaha's YM3812 and YMF262 application manuals. Timers and status are exact in emulated time
(hw/opl_chip.pyx); writes are noted with their time while somebody listens, and hw/sound/opl.py makes sound of them.

A program finds an AdLib by its timers:

>>> from hw.clock import US, Clock
>>> from hw.ports import PortBus
>>> bus, clock = PortBus(), Clock(20000)
>>> opl = Opl(bus, clock, OplType.OPL2)
>>> def write(register, value):
...     bus.write(0x388, register); bus.write(0x389, value)
>>> write(4, 0x60); write(4, 0x80); before = bus.read(0x388)
>>> write(2, 0xFF); write(4, 0x21)
>>> clock.skip_to(81 * US)
>>> hex(before), hex(bus.read(0x388))
('0x6', '0xc6')
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from hw.clock import Clock
from hw.opl_chip import OplChip, OplPorts
from hw.ports import PortBus

ADLIB_PORT = 0x388


class OplType(Enum):
    """Which chips there are, by the setting's value."""

    OPL2 = "opl2"
    DUAL_OPL2 = "dualopl2"
    OPL3 = "opl3"


class Opl:
    """The chips of a card: one, or two OPL2 of which the second is the right side (Sound Blaster Pro 1)."""

    def __init__(self, ports: PortBus, clock: Clock, kind: OplType, sb_port: int | None = None) -> None:
        self.kind = kind
        count = 2 if kind is OplType.DUAL_OPL2 else 1
        self.chips = tuple(OplChip(clock, kind) for _ in range(count))
        self._logs = tuple(chip.log for chip in self.chips)  # here for snapshots, which cannot look into the chips
        both = [*self.chips]
        banks = 2 if kind is OplType.OPL3 else 1
        OplPorts(ports, ADLIB_PORT, both, banks)
        if sb_port is not None:
            OplPorts(ports, sb_port + 8, both, 1)
            if kind is OplType.OPL3:
                OplPorts(ports, sb_port, both, 2)
            elif kind is OplType.DUAL_OPL2:
                for chip, port in zip(self.chips, (sb_port, sb_port + 2), strict=True):
                    OplPorts(ports, port, [chip], 1)

    def save(self) -> list[dict[str, Any]]:
        """The state of each chip."""
        return [chip.save() for chip in self.chips]

    def load(self, state: list[dict[str, Any]]) -> None:
        """Take back what save() gave."""
        for chip, values in zip(self.chips, state, strict=True):
            chip.load(values)
