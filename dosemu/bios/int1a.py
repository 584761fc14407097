"""INT 1Ah, time of day: the tick count and the real-time clock.

IBM PS/2 BIOS Interface Technical Reference, "Interrupt 1Ah"; Ralf Brown's Interrupt List, INT 1Ah.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dosemu.bios.bda import BASE
from hw.rtc import AIE, ALARM_HOURS, ALARM_MINUTES, ALARM_SECONDS, REGISTER_B, bcd, from_bcd
from int21.registers import Registers
from int21.service import Polled, ServiceTable

if TYPE_CHECKING:
    from dosemu.bios.bios import Bios

TABLE = ServiceTable(0x1A, "time of day")

_TICKS_AND_MIDNIGHT = (BASE + 0x6C, BASE + 0x6E, BASE + 0x70)


def _ticks_stay(bios: Bios, regs: Registers) -> Polled | None:
    """The answer holds until the next tick: games look at the clock all the time."""
    return Polled(_TICKS_AND_MIDNIGHT, al=0, cx=regs.cx, dx=regs.dx) if regs.al == 0 else None


@TABLE.service(0x00, name="get ticks", gives="CX:DX ticks since midnight, AL midnights passed", polled=_ticks_stay)
def get_ticks(bios: Bios, regs: Registers) -> None:
    ticks = bios.bda.ticks
    regs.cx, regs.dx = ticks >> 16, ticks & 0xFFFF
    regs.al = bios.bda.midnight
    bios.bda.midnight = 0


@TABLE.service(0x01, name="set ticks", takes="CX:DX ticks since midnight")
def set_ticks(bios: Bios, regs: Registers) -> None:
    bios.bda.ticks = regs.cx << 16 | regs.dx
    bios.bda.midnight = 0


@TABLE.service(0x02, name="get clock time", gives="CH hour (BCD), CL minute (BCD), DH second (BCD); DL summer time")
def get_time(bios: Bios, regs: Registers) -> None:
    time = bios.rtc.time
    regs.ch, regs.cl, regs.dh, regs.dl = bcd(time.hour), bcd(time.minute), bcd(time.second), 0
    regs.cf = False


@TABLE.service(0x03, name="set clock time", takes="CH hour (BCD), CL minute (BCD), DH second (BCD)")
def set_time(bios: Bios, regs: Registers) -> None:
    _set(bios, regs, hour=regs.ch, minute=regs.cl, second=regs.dh)


@TABLE.service(0x04, name="get clock date", gives="CH century (BCD), CL year (BCD), DH month (BCD), DL day (BCD)")
def get_date(bios: Bios, regs: Registers) -> None:
    time = bios.rtc.time
    regs.ch, regs.cl, regs.dh, regs.dl = bcd(time.year // 100), bcd(time.year % 100), bcd(time.month), bcd(time.day)
    regs.cf = False


@TABLE.service(0x05, name="set clock date", takes="CH century (BCD), CL year (BCD), DH month (BCD), DL day (BCD)")
def set_date(bios: Bios, regs: Registers) -> None:
    year = from_bcd(regs.ch) * 100 + from_bcd(regs.cl)
    _set(bios, regs, year=bcd(year // 100) << 8 | bcd(year % 100), month=regs.dh, day=regs.dl)


def _set(bios: Bios, regs: Registers, **fields: int) -> None:
    """Put BCD fields into the clock; an impossible time is refused."""
    try:
        values = {name: from_bcd(value & 0xFF) + 100 * from_bcd(value >> 8) for name, value in fields.items()}
        time: datetime = bios.rtc.time.replace(microsecond=0)
        bios.rtc.time = time.replace(**values)  # type: ignore[arg-type]
    except ValueError:
        regs.cf = True
    else:
        regs.cf = False


@TABLE.service(0x06, name="set alarm", takes="CH hour (BCD), CL minute (BCD), DH second (BCD); INT 4Ah then")
def set_alarm(bios: Bios, regs: Registers) -> None:
    rtc = bios.rtc
    if rtc.read(REGISTER_B) & AIE:
        regs.cf = True  # one is set already
        return
    for index, value in ((ALARM_HOURS, regs.ch), (ALARM_MINUTES, regs.cl), (ALARM_SECONDS, regs.dh)):
        rtc.write(index, value)
    rtc.write(REGISTER_B, rtc.read(REGISTER_B) | AIE)
    regs.cf = False


@TABLE.service(0x07, name="cancel alarm")
def cancel_alarm(bios: Bios, regs: Registers) -> None:
    rtc = bios.rtc
    rtc.write(REGISTER_B, rtc.read(REGISTER_B) & ~AIE & 0xFF)
    regs.cf = False


@TABLE.service(name="unsupported time function")
def unsupported(bios: Bios, regs: Registers) -> None:
    regs.cf = True
