"""Date and time, INT 21h/2Ah to 2Dh.

The clock is the emulated one, started at the date and time of the settings. As in DOS, time goes on in the steps of
the timer tick (65536/1193182 s), and dates reach from 1980 to 2099.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from hw.clock import Clock
from int21.registers import Registers
from int21.service import Polled
from int21.table import int21
from int21.timestamps import Stamp, pack

if TYPE_CHECKING:
    from int21.dos import Dos

_FIRST_YEAR = 1980
_LAST_YEAR = 2099
_INVALID = 0xFF
_PIT_HZ = 1_193_182
_TICK = 65_536  # PIT clocks
_US = 1_000_000  # ps, and microseconds in a second
_EPOCH = datetime(1980, 1, 1)
_BIOS_TICKS = (0x46C, 0x46E)


class DosTime:
    """What time it is for the guest.

    >>> times = DosTime(Clock(), datetime(1995, 5, 1, 12))
    >>> times.now()
    datetime.datetime(1995, 5, 1, 12, 0)
    >>> times.set(datetime(1999, 12, 31, 23, 59, 59))
    >>> times.now().year
    1999
    """

    def __init__(self, clock: Clock, start: datetime) -> None:
        self._clock = clock
        self._base = _EPOCH
        self._stamped: tuple[int, Stamp] = (-1, (0, 0))
        self._since = 0
        self.set(start)

    def now(self) -> datetime:
        """Date and time, to the microsecond."""
        moment = self._base + timedelta(microseconds=(self._clock.now_ps - self._since) // _US)
        return moment if moment.year <= _LAST_YEAR else moment.replace(year=_FIRST_YEAR)

    def stamp(self) -> Stamp:
        """Date and time as directories have them. Asked for each file that is made or written, so remembered."""
        second = ((self._clock.now_ps - self._since) // _US + self._base.microsecond) // _US
        if self._stamped[0] != second:
            now = self.now()
            self._stamped = second, pack(now.year, now.month, now.day, now.hour, now.minute, now.second)
        return self._stamped[1]

    def set(self, moment: datetime) -> None:
        """Set the clock; years outside of 1980 to 2099 become the nearest of them."""
        year = min(max(moment.year, _FIRST_YEAR), _LAST_YEAR)
        day = 28 if moment.month == 2 and moment.day == 29 and year != moment.year else moment.day
        self._base = moment.replace(year=year, day=day, tzinfo=None)
        self._since = self._clock.now_ps
        self._stamped = (-1, (0, 0))

    def ticked(self) -> datetime:
        """Date and time at the last timer tick since midnight."""
        now = self.now()
        midnight = datetime.combine(now.date(), time())
        ticks = (now - midnight) // timedelta(microseconds=1) * _PIT_HZ // (_TICK * _US)
        # Rounded up: the time that a tick stands for is not before the tick.
        return midnight + timedelta(microseconds=-(-ticks * _TICK * _US // _PIT_HZ))


def _date_stays(dos: Dos, regs: Registers) -> Polled | None:
    """The date holds until the next tick: programs ask for it beside the keys that they wait for."""
    return None if dos.data.break_checks else Polled(_BIOS_TICKS, al=regs.al, cx=regs.cx, dx=regs.dx)


@int21.service(0x2A, name="get date", gives="CX year, DH month, DL day, AL weekday (0 Sunday)", polled=_date_stays)
def get_date(dos: Dos, regs: Registers) -> None:
    today = dos.time.now()
    regs.cx = today.year
    regs.dx = today.month << 8 | today.day
    regs.al = today.isoweekday() % 7


@int21.service(0x2B, name="set date", takes="CX year, DH month, DL day", gives="AL 0, or FFh: invalid")
def set_date(dos: Dos, regs: Registers) -> None:
    regs.al = _INVALID
    if not _FIRST_YEAR <= regs.cx <= _LAST_YEAR:
        return
    try:
        day = date(regs.cx, regs.dh, regs.dl)
    except ValueError:
        return
    dos.time.set(datetime.combine(day, dos.time.now().time()))
    regs.al = 0


def _time_stays(dos: Dos, regs: Registers) -> Polled | None:
    """So does the time, which goes on with the ticks: many programs wait by it."""
    return None if dos.data.break_checks else Polled(_BIOS_TICKS, al=regs.al, cx=regs.cx, dx=regs.dx)


@int21.service(0x2C, name="get time", gives="CH hour, CL minute, DH second, DL hundredths", polled=_time_stays)
def get_time(dos: Dos, regs: Registers) -> None:
    now = dos.time.ticked()
    regs.cx = now.hour << 8 | now.minute
    regs.dx = now.second << 8 | now.microsecond // 10_000
    regs.al = 0


@int21.service(0x2D, name="set time", takes="CH hour, CL minute, DH second, DL hundredths", gives="AL 0, or FFh")
def set_time(dos: Dos, regs: Registers) -> None:
    if regs.ch > 23 or regs.cl > 59 or regs.dh > 59 or regs.dl > 99:
        regs.al = _INVALID
        return
    moment = time(regs.ch, regs.cl, regs.dh, regs.dl * 10_000)
    dos.time.set(datetime.combine(dos.time.now().date(), moment))
    regs.al = 0
