"""A serial port: the 16550A UART (National Semiconductor PC16550D data sheet) between a line and the CPU.

Eight registers from the port's base on; interrupts go out while OUT2 of the modem control register is set, as on
every PC. Bytes take the time that divisor and format give them, both ways. Until a program touches the registers,
what comes in stays on the line, where INT 14h and DOS's devices take it.

>>> from hw.clock import MS, Clock
>>> from hw.pic import Pic
>>> from hw.ports import PortBus
>>> from hw.serial_line import NoPeer, SerialLine
>>> bus, clock = PortBus(), Clock()
>>> line = SerialLine(clock, NoPeer())
>>> uart = Uart(bus, clock, Pic(bus), COM1, line)
>>> line.arrive(b"!")
>>> bus.read(0x3FD) & 1; clock.skip_to(20 * MS); bus.read(0x3FD) & 1, chr(bus.read(0x3F8))
0
(1, '!')
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import Any

from hw.clock import SECOND, Clock, Event
from hw.pic import Pic
from hw.ports import PortBus
from hw.serial_line import SerialLine


@dataclass(frozen=True, slots=True)
class Place:
    """Where a port is: its first I/O address and its interrupt."""

    base: int
    irq: int


COM1, COM2, COM3, COM4 = Place(0x3F8, 4), Place(0x2F8, 3), Place(0x3E8, 4), Place(0x2E8, 3)
PLACES = (COM1, COM2, COM3, COM4)

CLOCK_HZ = 1_843_200
FIFO = 16
# Interrupt enable register, and interrupt identification in order of priority.
_ON_DATA, _ON_SENDER, _ON_LINE, _ON_MODEM = 0x01, 0x02, 0x04, 0x08
_LINE_STATUS, _DATA, _TIME_OUT, _SENDER, _MODEM_STATUS, _NONE = 0x06, 0x04, 0x0C, 0x02, 0x00, 0x01
_FIFOS_ON = 0xC0
# FIFO control register.
_FIFO_ENABLE, _CLEAR_RECEIVER, _CLEAR_SENDER = 0x01, 0x02, 0x04
_TRIGGERS = (1, 4, 8, 14)
# Line control and line status.
_DIVISOR_ACCESS, _PARITY, _TWO_STOP_BITS = 0x80, 0x08, 0x04
_READY, _OVERRUN, _HOLDING_EMPTY, _ALL_EMPTY = 0x01, 0x02, 0x20, 0x40
# Modem control and modem status.
_DTR, _RTS, _OUT1, _OUT2, _LOOP = 0x01, 0x02, 0x04, 0x08, 0x10
_CTS, _DSR, _RI, _DCD = 0x10, 0x20, 0x40, 0x80
_TIME_OUT_BYTES = 4  # of silence, until the receiver tells of bytes below its trigger level


class Uart:
    """One port over ``line``; None: nothing is on its cable."""

    def __init__(self, ports: PortBus, clock: Clock, pic: Pic, place: Place, line: SerialLine | None) -> None:
        self._clock = clock
        self._pic = pic
        self.place = place
        self.line = line
        self.divisor = 12  # 9,600 bits a second
        self.line_control = 0x03
        self.modem_control = 0
        self.scratch = 0
        self._enabled = 0
        self._fifo_control = 0
        self._errors = 0
        self._driven = False  # the program uses the registers: the line's bytes are the UART's
        self._received: deque[int] = deque()
        self._sending: deque[int] = deque()
        self._sender_told = True  # the sender's interrupt was given already
        self._silent = False  # the receiver's time-out is up
        self._signals = self._modem_lines()
        self._changed = 0
        self._request = False
        self._sent: Event | None = None
        self._arrival: Event | None = None
        self._quiet: Event | None = None
        base = place.base
        for offset, read in enumerate(_READERS):
            ports.on_read([base + offset], partial(self._read, read))
        for offset, write in enumerate(_WRITERS):
            ports.on_write([base + offset], partial(self._write, write))
        if line is not None:
            line.on_receive = self._line_has_bytes
            line.on_carrier = self._signals_changed

    @property
    def byte_ps(self) -> int:
        """What a byte takes on the line, with its start, parity and stop bits."""
        bits = 1 + 5 + (self.line_control & 3) + bool(self.line_control & _PARITY)
        bits += 2 if self.line_control & _TWO_STOP_BITS else 1
        return bits * 16 * (self.divisor or 0x10000) * SECOND // CLOCK_HZ

    @property
    def driven(self) -> bool:
        """The program uses the registers and has the receiver's interrupt on."""
        return self._driven and bool(self._enabled & _ON_DATA)

    def _read(self, register: str, port: int) -> int:
        self._touch()
        return int(getattr(self, register)())

    def _write(self, register: str, port: int, value: int) -> None:
        self._touch()
        getattr(self, register)(value & 0xFF)

    def _touch(self) -> None:
        if not self._driven:
            self._driven = True
            self._line_has_bytes()

    # Interrupts

    def _pending(self) -> int:
        enabled = self._enabled
        if enabled & _ON_LINE and self._errors:
            return _LINE_STATUS
        if enabled & _ON_DATA and self._received:
            if len(self._received) >= self._trigger:
                return _DATA
            if self._silent:
                return _TIME_OUT
        if enabled & _ON_SENDER and not self._sender_told and self._holding_empty:
            return _SENDER
        if enabled & _ON_MODEM and self._changed:
            return _MODEM_STATUS
        return _NONE

    def _update(self) -> None:
        request = self._pending() != _NONE and bool(self.modem_control & _OUT2) and not self.modem_control & _LOOP
        if request != self._request:
            self._request = request
            (self._pic.raise_irq if request else self._pic.lower_irq)(self.place.irq)

    @property
    def _trigger(self) -> int:
        return _TRIGGERS[self._fifo_control >> 6] if self._fifo_control & _FIFO_ENABLE else 1

    @property
    def _room(self) -> int:
        return FIFO if self._fifo_control & _FIFO_ENABLE else 1

    # Receiving

    def _line_has_bytes(self) -> None:
        if self._driven and self._arrival is None and self.line is not None and self.line.waiting:
            self._arrival = self._clock.after(self.byte_ps, self._arrive, "serial byte")

    def _arrive(self) -> None:
        self._arrival = None
        line = self.line
        # With RTS low the other end holds back what it has: no byte is lost in this machine.
        if line is None or self.modem_control & _LOOP or not line.waiting:
            return
        if len(self._received) < self._room:
            self._take_in(line.take(1)[0])
        self._line_has_bytes()

    def _take_in(self, byte: int) -> None:
        if len(self._received) >= self._room:
            self._errors |= _OVERRUN
            if not self._fifo_control & _FIFO_ENABLE:
                self._received[-1] = byte
        else:
            self._received.append(byte)
        self._listen()
        self._update()

    def _listen(self) -> None:
        """The receiver's silence begins anew."""
        self._silent = False
        self._clock.cancel(self._quiet)
        self._quiet = self._clock.after(_TIME_OUT_BYTES * self.byte_ps, self._time_out, "serial time-out")

    def _time_out(self) -> None:
        self._quiet = None
        self._silent = True
        self._update()

    # Sending

    @property
    def _holding_empty(self) -> bool:
        return len(self._sending) <= 1 if self._sent is not None else True

    def _send(self, value: int) -> None:
        if len(self._sending) < self._room + 1:  # one more is in the shift register
            self._sending.append(value)
        self._sender_told = False
        if self._sent is None:
            self._sent = self._clock.after(self.byte_ps, self._byte_sent, "serial byte sent")
        self._update()

    def _byte_sent(self) -> None:
        byte = self._sending.popleft()
        self._sent = self._clock.after(self.byte_ps, self._byte_sent, "serial byte sent") if self._sending else None
        if self.modem_control & _LOOP:
            self._take_in(byte)
        elif self.line is not None:
            self.line.send(bytes((byte,)))
        self._update()

    # Modem signals

    def _modem_lines(self) -> int:
        control = self.modem_control
        if control & _LOOP:
            return (
                (_CTS if control & _RTS else 0)
                | (_DSR if control & _DTR else 0)
                | (_RI if control & _OUT1 else 0)
                | (_DCD if control & _OUT2 else 0)
            )
        if self.line is None or not self.line.carrier:
            return 0
        return _CTS | _DSR | (_DCD if self.line.live else 0)

    def _signals_changed(self) -> None:
        now = self._modem_lines()
        changed = (now ^ self._signals) >> 4
        # The ring indicator tells of its end only.
        self._changed |= changed & 0x0B | (0x04 if self._signals & ~now & _RI else 0)
        self._signals = now
        self._update()

    # Registers, by what they do when they are read and written

    def _read_data(self) -> int:
        if self.line_control & _DIVISOR_ACCESS:
            return self.divisor & 0xFF
        byte = self._received.popleft() if self._received else 0
        self._silent = False
        if self._received:
            self._listen()
        self._line_has_bytes()
        self._update()
        return byte

    def _write_data(self, value: int) -> None:
        if self.line_control & _DIVISOR_ACCESS:
            self.divisor = self.divisor & 0xFF00 | value
        else:
            self._send(value)

    def _read_enabled(self) -> int:
        return self.divisor >> 8 if self.line_control & _DIVISOR_ACCESS else self._enabled

    def _write_enabled(self, value: int) -> None:
        if self.line_control & _DIVISOR_ACCESS:
            self.divisor = value << 8 | self.divisor & 0xFF
            return
        if value & ~self._enabled & _ON_SENDER:
            self._sender_told = False  # an empty sender tells at once
        self._enabled = value & 0x0F
        self._update()

    def _read_identification(self) -> int:
        pending = self._pending()
        if pending == _SENDER:
            self._sender_told = True
            self._update()
        return pending | (_FIFOS_ON if self._fifo_control & _FIFO_ENABLE else 0)

    def _write_fifo_control(self, value: int) -> None:
        if (value ^ self._fifo_control) & _FIFO_ENABLE or value & _CLEAR_RECEIVER:
            self._received.clear()
            self._silent = False
        if (value ^ self._fifo_control) & _FIFO_ENABLE or value & _CLEAR_SENDER:
            while len(self._sending) > 1:
                self._sending.pop()
        self._fifo_control = value & 0xC9 if value & _FIFO_ENABLE else 0
        self._update()

    def _read_line_control(self) -> int:
        return self.line_control

    def _write_line_control(self, value: int) -> None:
        self.line_control = value

    def _read_modem_control(self) -> int:
        return self.modem_control

    def _write_modem_control(self, value: int) -> None:
        self.modem_control = value & 0x1F
        if self.line is not None and self.line.on_modem_control is not None and not value & _LOOP:
            self.line.on_modem_control(bool(value & _DTR), bool(value & _RTS))
        self._signals_changed()
        self._line_has_bytes()

    def _read_line_status(self) -> int:
        value = self._errors | (_READY if self._received else 0)
        value |= (_HOLDING_EMPTY if self._holding_empty else 0) | (_ALL_EMPTY if self._sent is None else 0)
        self._errors = 0
        self._update()
        return value

    def _read_modem_status(self) -> int:
        value = self._signals | self._changed
        self._changed = 0
        self._update()
        return value

    def _read_scratch(self) -> int:
        return self.scratch

    def _write_scratch(self, value: int) -> None:
        self.scratch = value

    def _ignore(self, value: int) -> None:
        """Writing line and modem status is for factory tests."""

    def save(self) -> dict[str, Any]:
        """Registers, queues, and when what is under way is due."""
        events = {"sent": self._sent, "arrival": self._arrival, "quiet": self._quiet}
        return (
            {name: getattr(self, name) for name in _KEPT}
            | {"received": list(self._received), "sending": list(self._sending)}
            | {name: None if event is None else event.time_ps for name, event in events.items()}
        )

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave."""
        for name in _KEPT:
            setattr(self, name, state[name])
        self._received, self._sending = deque(state["received"]), deque(state["sending"])
        for event in (self._sent, self._arrival, self._quiet):
            self._clock.cancel(event)

        def again(name: str, act: Any) -> Event | None:
            return None if state[name] is None else self._clock.at(state[name], act, f"serial {name}")

        self._sent = again("sent", self._byte_sent)
        self._arrival = again("arrival", self._arrive)
        self._quiet = again("quiet", self._time_out)


_KEPT = (
    "divisor", "line_control", "modem_control", "scratch", "_enabled", "_fifo_control", "_errors", "_driven",
    "_sender_told", "_silent", "_signals", "_changed", "_request",
)  # fmt: skip
_READERS = (
    "_read_data", "_read_enabled", "_read_identification", "_read_line_control", "_read_modem_control",
    "_read_line_status", "_read_modem_status", "_read_scratch",
)  # fmt: skip
_WRITERS = (
    "_write_data", "_write_enabled", "_write_fifo_control", "_write_line_control", "_write_modem_control",
    "_ignore", "_ignore", "_write_scratch",
)  # fmt: skip
