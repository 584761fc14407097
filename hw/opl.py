"""The FM chips of AdLib and Sound Blaster: Yamaha YM3812 (OPL2) and YMF262 (OPL3), at ports 388h up.

From Yamaha's YM3812 and YMF262 application manuals. Here are the ports, the timers and the status, exact in
emulated time; writes are noted with their time while somebody listens, and hw/sound/opl.py makes sound of them.

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

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from hw.clock import US, Clock
from hw.ports import PortBus

ADLIB_PORT = 0x388
REGISTERS = 0x200  # two banks; OPL2 has one
MOST_WRITES = 1 << 17  # kept between two renderings; far more than a CPU can make in a fiftieth of a second

_TIMER_1, _TIMER_2, _CONTROL = 0x02, 0x03, 0x04
_RESET_FLAGS = 0x80
_OPL2_STATUS = 0x06  # what tells an OPL2 from an OPL3


class OplType(Enum):
    """Which chips there are, by the setting's value."""

    OPL2 = "opl2"
    DUAL_OPL2 = "dualopl2"
    OPL3 = "opl3"


@dataclass(slots=True)
class Timer:
    """One of the two timers: counts up from ``value`` every ``tick_ps``, overflows, and starts over."""

    tick_ps: int
    start_bit: int
    mask_bit: int
    flag: int  # in the status
    value: int = 0
    started_ps: int = -1  # -1: stopped
    period_ps: int = 0
    counted: int = 0  # overflows that have been looked at
    masked: bool = False

    def settle(self, now_ps: int) -> bool:
        """Whether it overflowed, unmasked, since it was last asked."""
        if self.started_ps < 0:
            return False
        overflows = (now_ps - self.started_ps) // self.period_ps
        new = overflows > self.counted
        self.counted = overflows
        return new and not self.masked

    def control(self, value: int, now_ps: int) -> None:
        """Take a write of register 4."""
        self.masked = bool(value & self.mask_bit)
        if not value & self.start_bit:
            self.started_ps = -1
        elif self.started_ps < 0:
            self.started_ps, self.counted = now_ps, 0
            self.period_ps = (256 - self.value) * self.tick_ps


class OplChip:
    """One chip as programs see it: address latch, registers, timers, status."""

    def __init__(self, clock: Clock, kind: OplType) -> None:
        self.kind = kind
        self._clock = clock
        self.registers = bytearray(REGISTERS)
        self.writes: list[tuple[int, int, int]] = []  # time in ps, register, value
        self.recording = False
        self._index = 0
        self._flags = 0
        self._timers = (Timer(80 * US, 0x01, 0x40, 0x40), Timer(320 * US, 0x02, 0x20, 0x20))

    def select(self, index: int) -> None:
        """Write an address port; bit 8 is the bank."""
        self._index = index % REGISTERS

    def write(self, value: int) -> None:
        """Write the register selected."""
        register = self._index
        now = self._clock.now_ps
        if register in (_TIMER_1, _TIMER_2):
            self._timers[register - _TIMER_1].value = value
        elif register == _CONTROL:
            self._settle()
            if value & _RESET_FLAGS:  # the other bits are then ignored
                self._flags = 0
                return
            for timer in self._timers:
                timer.control(value, now)
        self.registers[register] = value
        if self.recording and len(self.writes) < MOST_WRITES:
            self.writes.append((now, register, value))

    def _settle(self) -> None:
        for timer in self._timers:
            if timer.settle(self._clock.now_ps):
                self._flags |= timer.flag

    def status(self) -> int:
        """Bit 7 an interrupt, 6 timer 1, 5 timer 2; bits 2 and 1 are set by an OPL2 only."""
        self._settle()
        flags = self._flags | (0x80 if self._flags else 0)
        return flags if self.kind is OplType.OPL3 else flags | _OPL2_STATUS

    def record(self, on: bool) -> None:
        """Note writes from now on, or no more."""
        self.recording = on
        self.writes = []

    def take(self) -> list[tuple[int, int, int]]:
        """The writes noted since the last call, oldest first."""
        writes, self.writes = self.writes, []
        return writes

    def save(self) -> dict[str, Any]:
        """The registers, timers and flags."""
        timers = [(t.value, t.started_ps, t.period_ps, t.counted, t.masked) for t in self._timers]
        return {"registers": bytes(self.registers), "index": self._index, "flags": self._flags, "timers": timers}

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave; the clock must have been put back before."""
        self.registers[:] = state["registers"]
        self._index, self._flags = state["index"], state["flags"]
        for timer, values in zip(self._timers, state["timers"], strict=True):
            timer.value, timer.started_ps, timer.period_ps, timer.counted, timer.masked = values
        if self.recording:
            now = self._clock.now_ps
            self.writes = [(now, register, value) for register, value in enumerate(self.registers)]


class Opl:
    """The chips of a card: one, or two OPL2 of which the second is the right side (Sound Blaster Pro 1)."""

    def __init__(self, ports: PortBus, clock: Clock, kind: OplType, sb_port: int | None = None) -> None:
        self.kind = kind
        count = 2 if kind is OplType.DUAL_OPL2 else 1
        self.chips = tuple(OplChip(clock, kind) for _ in range(count))
        both = [*self.chips]
        banks = 2 if kind is OplType.OPL3 else 1
        self._attach(ports, ADLIB_PORT, both, banks)
        if sb_port is not None:
            self._attach(ports, sb_port + 8, both, 1)
            if kind is OplType.OPL3:
                self._attach(ports, sb_port, both, 2)
            elif kind is OplType.DUAL_OPL2:
                for chip, port in zip(self.chips, (sb_port, sb_port + 2), strict=True):
                    self._attach(ports, port, [chip], 1)

    def _attach(self, ports: PortBus, base: int, chips: list[OplChip], banks: int) -> None:
        """Address and data port of each bank; all chips hear, the first answers."""

        def write(port: int, value: int) -> None:
            for chip in chips:
                if port - base & 1:
                    chip.write(value & 0xFF)
                else:
                    chip.select(value & 0xFF | (port - base) // 2 << 8)

        def read(port: int) -> int:
            return 0xFF if chips[0].kind is not OplType.OPL3 and port - base & 1 else chips[0].status()

        span: Iterable[int] = range(base, base + 2 * banks)
        ports.on_write(span, write)
        ports.on_read(span, read)

    def save(self) -> list[dict[str, Any]]:
        """The state of each chip."""
        return [chip.save() for chip in self.chips]

    def load(self, state: list[dict[str, Any]]) -> None:
        """Take back what save() gave."""
        for chip, values in zip(self.chips, state, strict=True):
            chip.load(values)
