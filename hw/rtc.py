"""The MC146818 real-time clock and the CMOS memory (ports 70h and 71h).

From Motorola's MC146818 data sheet and the IBM PC AT Technical Reference ("CMOS RAM address map").
The time is a start time handed in plus emulated time; nothing reads the host's clock.

>>> from datetime import datetime
>>> from hw.clock import Clock, SECOND
>>> from hw.pic import Pic
>>> from hw.ports import PortBus
>>> bus, clock = PortBus(), Clock()
>>> rtc = Rtc(bus, clock, Pic(bus), start=datetime(1992, 5, 17, 23, 59, 58))
>>> clock.skip_to(3 * SECOND)
>>> bus.write(0x70, 0x07); hex(bus.read(0x71))  # day of the month, BCD
'0x18'
"""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta
from typing import Any

from hw.clock import SECOND, US, Clock, Event
from hw.pic import Pic
from hw.ports import PortBus

SECONDS, MINUTES, HOURS, WEEKDAY, DAY, MONTH, YEAR = 0x00, 0x02, 0x04, 0x06, 0x07, 0x08, 0x09
ALARM_SECONDS, ALARM_MINUTES, ALARM_HOURS = 0x01, 0x03, 0x05
REGISTER_A, REGISTER_B, REGISTER_C, REGISTER_D = 0x0A, 0x0B, 0x0C, 0x0D
CENTURY = 0x32

# Register B.
SET, PIE, AIE, UIE, BINARY, HOURS_24 = 0x80, 0x40, 0x20, 0x10, 0x04, 0x02
# Register C.
IRQF, PF, AF, UF = 0x80, 0x40, 0x20, 0x10

UPDATE_PS = 244 * US  # UIP is up this long before an update
_ANY = 0xC0  # an alarm byte with both top bits set matches everything
_FIRST, _LAST = datetime(1, 1, 1), datetime(9998, 12, 31)


def bcd(value: int) -> int:
    """Two decimal digits as BCD: ``bcd(59) == 0x59``."""
    return value // 10 % 10 << 4 | value % 10


def from_bcd(value: int) -> int:
    """The number of two BCD digits; other nibbles count as what they are: ``from_bcd(0x59) == 59``."""
    return (value >> 4) * 10 + (value & 0x0F)


class Rtc:
    """Clock, alarm, periodic and update interrupts on IRQ 8, and 128 bytes of CMOS memory."""

    def __init__(
        self,
        ports: PortBus,
        clock: Clock,
        pic: Pic,
        start: datetime = datetime(1995, 1, 1),
        *,
        base_kb: int = 640,
        extended_kb: int = 15360,
    ) -> None:
        self._clock = clock
        self._pic = pic
        self._base = start
        self._base_ps = clock.now_ps
        self._index = REGISTER_D
        self.nmi_masked = False
        self._flags = 0
        self._flags_ps = clock.now_ps  # up to here PF, AF and UF are in _flags
        self._event: Event | None = None
        self.cmos = bytearray(128)
        self.cmos[REGISTER_A] = 0x26  # 32.768 kHz, periodic rate 1024 Hz
        self.cmos[REGISTER_B] = HOURS_24
        self._fill(base_kb, extended_kb)
        ports.on_read([0x70], lambda port: 0xFF)
        ports.on_write([0x70], self._select)
        ports.on_read([0x71], lambda port: self.read(self._index))
        ports.on_write([0x71], lambda port, value: self.write(self._index, value))

    def _fill(self, base_kb: int, extended_kb: int) -> None:
        """What the set-up program of an AT writes (Technical Reference, CMOS RAM address map)."""
        cmos = self.cmos
        cmos[0x10] = 0x40  # A: 1.44 MB, no B:
        cmos[0x14] = 0x0D  # equipment: a floppy drive, VGA, keyboard, display
        cmos[0x15:0x17] = base_kb.to_bytes(2, "little")
        small = min(extended_kb, 0xFFFF).to_bytes(2, "little")
        cmos[0x17:0x19] = small
        cmos[0x30:0x32] = small
        above_16m = min(max(0, extended_kb - 15360) // 64, 0xFFFF)
        cmos[0x34:0x36] = above_16m.to_bytes(2, "little")
        cmos[0x2E:0x30] = sum(cmos[0x10:0x2E]).to_bytes(2, "big")

    # The time.

    @property
    def time(self) -> datetime:
        """Date and time now, to the microsecond; assigning sets the clock."""
        if self.cmos[REGISTER_B] & SET:
            return self._base
        passed = timedelta(microseconds=(self._clock.now_ps - self._base_ps) // US)
        return min(self._base + passed, _LAST)

    @time.setter
    def time(self, value: datetime) -> None:
        self._catch_up()
        self._base = min(max(value, _FIRST), _LAST)
        self._base_ps = self._clock.now_ps
        self._schedule()

    def _number(self, value: int) -> int:
        return value if self.cmos[REGISTER_B] & BINARY else bcd(value)

    def _value(self, number: int) -> int:
        return number if self.cmos[REGISTER_B] & BINARY else from_bcd(number)

    def _hour_number(self, hour: int) -> int:
        if self.cmos[REGISTER_B] & HOURS_24:
            return self._number(hour)
        return self._number((hour + 11) % 12 + 1) | (0x80 if hour >= 12 else 0)

    def _hour_value(self, number: int) -> int:
        if self.cmos[REGISTER_B] & HOURS_24:
            return self._value(number)
        return self._value(number & 0x7F) % 12 + (12 if number & 0x80 else 0)

    def _time_register(self, index: int) -> int:
        time = self.time
        match index:
            case 0x00:
                return self._number(time.second)
            case 0x02:
                return self._number(time.minute)
            case 0x04:
                return self._hour_number(time.hour)
            case 0x06:
                return self._number(time.isoweekday() % 7 + 1)  # Sunday is 1
            case 0x07:
                return self._number(time.day)
            case 0x08:
                return self._number(time.month)
            case 0x09:
                return self._number(time.year % 100)
            case _:
                return bcd(time.year // 100)

    def _set_time_register(self, index: int, number: int) -> None:
        time = self.time
        value = self._value(number)
        year, month, day = time.year, time.month, time.day
        hour, minute, second = time.hour, time.minute, time.second
        match index:
            case 0x00:
                second = value % 60
            case 0x02:
                minute = value % 60
            case 0x04:
                hour = self._hour_value(number) % 24
            case 0x06:
                return  # the day of the week follows from the date
            case 0x07:
                day = value
            case 0x08:
                month = min(max(value, 1), 12)
            case 0x09:
                year = year // 100 * 100 + value % 100
            case _:
                year = from_bcd(number) % 100 * 100 + year % 100
        year = min(max(year, 1), 9998)
        # Set one register at a time a date may be impossible in between: 31 February is its last day.
        day = min(max(day, 1), monthrange(year, month)[1])
        self.time = datetime(year, month, day, hour, minute, second, time.microsecond)

    # Ports.

    def _select(self, port: int, value: int) -> None:
        self._index = value & 0x7F
        self.nmi_masked = bool(value & 0x80)

    def read(self, index: int) -> int:
        """What port 71h gives for this register; reading register C acknowledges the interrupt."""
        index &= 0x7F
        if index in _TIME:
            return self._time_register(index)
        if index == REGISTER_A:
            return self.cmos[REGISTER_A] | (0x80 if self._updating() else 0)
        if index == REGISTER_C:
            self._catch_up()
            flags, self._flags = self._flags, 0
            self._pic.lower_irq(8)
            self._schedule()
            return flags | (IRQF if flags & self.cmos[REGISTER_B] & (PIE | AIE | UIE) else 0)
        if index == REGISTER_D:
            return 0x80  # the battery is good
        return self.cmos[index]

    def write(self, index: int, value: int) -> None:
        """What a write of port 71h does."""
        index &= 0x7F
        value &= 0xFF
        if index in _TIME:
            self._set_time_register(index, value)
        elif index in (REGISTER_C, REGISTER_D):
            return
        elif index in (REGISTER_A, REGISTER_B, ALARM_SECONDS, ALARM_MINUTES, ALARM_HOURS):
            self._catch_up()
            time = self.time
            self.cmos[index] = value & 0x7F if index == REGISTER_A else value
            if index == REGISTER_B:
                self.time = time  # SET stops the clock at this time, or lets it go on from it
            self._raise()
            self._schedule()
        else:
            self.cmos[index] = value

    def _updating(self) -> bool:
        if self.cmos[REGISTER_B] & SET:
            return False
        into = self.time.microsecond
        return into >= 1_000_000 - UPDATE_PS // US

    # Interrupts.

    @property
    def period_ps(self) -> int:
        """The periodic interrupt's period in picoseconds, 0 when it is off."""
        rate = self.cmos[REGISTER_A] & 0x0F
        if not rate:
            return 0
        if rate < 3:
            rate += 7  # the two lowest codes mean 256 and 128 Hz with a 32.768 kHz crystal
        return SECOND * (1 << rate - 1) // 32768

    def _next_second_ps(self, after_ps: int) -> int:
        """The first moment after ``after_ps`` at which the seconds change."""
        into = self._base.microsecond * US
        return self._base_ps - into + ((after_ps - self._base_ps + into) // SECOND + 1) * SECOND

    def _at(self, time_ps: int) -> datetime:
        return min(self._base + timedelta(microseconds=(time_ps - self._base_ps) // US), _LAST)

    def _next_alarm_ps(self, after_ps: int) -> int | None:
        """The first update after ``after_ps`` whose time matches the alarm bytes, None: never."""
        wanted: list[int | None] = []
        for index, limit in ((ALARM_HOURS, 24), (ALARM_MINUTES, 60), (ALARM_SECONDS, 60)):
            byte = self.cmos[index]
            value = self._hour_value(byte) if index == ALARM_HOURS else self._value(byte)
            if byte >= _ANY:
                wanted.append(None)
            elif value < limit:
                wanted.append(value)
            else:
                return None
        hours, minutes, seconds = (range(n) if w is None else (w,) for w, n in zip(wanted, (24, 60, 60), strict=True))
        first_ps = self._next_second_ps(after_ps)
        first = self._at(first_ps)
        from_second = first.hour * 3600 + first.minute * 60 + first.second
        candidates = (
            (hour * 3600 + minute * 60 + second - from_second) % 86400
            for hour in (hours if wanted[0] is not None else {first.hour, (first.hour + 1) % 24})
            for minute in (minutes if wanted[1] is not None else {first.minute, (first.minute + 1) % 60, 0})
            for second in (seconds if wanted[2] is not None else {first.second, (first.second + 1) % 60, 0})
        )
        return first_ps + min(candidates) * SECOND

    def _catch_up(self) -> None:
        """Set PF, UF and AF for what happened since they were looked at."""
        now = self._clock.now_ps
        since, self._flags_ps = self._flags_ps, now
        if period := self.period_ps:
            self._flags |= PF if now // period > since // period else 0
        if not self.cmos[REGISTER_B] & SET:
            if self._next_second_ps(since) <= now:
                self._flags |= UF
            alarm = self._next_alarm_ps(since)
            if alarm is not None and alarm <= now:
                self._flags |= AF

    def _raise(self) -> None:
        if self._flags & self.cmos[REGISTER_B] & (PIE | AIE | UIE):
            self._pic.raise_irq(8)

    def _schedule(self) -> None:
        """One event for the next interrupt that is enabled and not up already."""
        if self._event is not None:
            self._clock.cancel(self._event)
            self._event = None
        enabled = self.cmos[REGISTER_B]
        if self._flags & enabled & (PIE | AIE | UIE):
            return  # the line stays up until register C is read
        now = self._clock.now_ps
        due: list[int] = []
        if enabled & PIE and (period := self.period_ps):
            due.append((now // period + 1) * period)
        if not enabled & SET:
            if enabled & UIE:
                due.append(self._next_second_ps(now))
            if enabled & AIE and (alarm := self._next_alarm_ps(now)) is not None:
                due.append(alarm)
        if due:
            self._event = self._clock.at(min(due), self._interrupt, "RTC")

    def _interrupt(self) -> None:
        self._event = None
        self._catch_up()
        self._raise()
        self._schedule()

    def save(self) -> dict[str, Any]:
        """The clock, the CMOS memory and the interrupt state."""
        return {"time": self.time, "cmos": bytes(self.cmos), "index": self._index, "flags": self._flags}

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave; the emulated clock must have been put back before."""
        self.cmos[:] = state["cmos"]
        self._index = state["index"]
        self._base, self._base_ps = state["time"], self._clock.now_ps
        self._flags, self._flags_ps = state["flags"], self._clock.now_ps
        self._schedule()


_TIME = (SECONDS, MINUTES, HOURS, WEEKDAY, DAY, MONTH, YEAR, CENTURY)
