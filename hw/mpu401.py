"""The MPU-401 MIDI interface (ports 330h data, 331h status and command; IRQ 9): UART and intelligent mode.

From Roland's "MPU-401 Technical Reference Manual" (1984). In intelligent mode, which it has after a reset, the
interface keeps the tempo: a program arms tracks, and for each track whose time has come it is asked (F0h to F7h, and
F9h for the conductor) for the next event and how many ticks later it is due. Commands are acknowledged with FEh.
Nothing is connected to its MIDI input: a recording holds time (F8h for each 240 ticks) and its end (FCh), no notes.
The metronome's click cannot be heard; its commands are taken.

>>> from hw.clock import Clock
>>> from hw.ports import PortBus
>>> bus = PortBus(); mpu = Mpu401(bus, Clock())
>>> bus.write(0x331, 0xFF)
>>> hex(bus.read(0x331)), hex(bus.read(0x330)), hex(bus.read(0x331))
('0x3f', '0xfe', '0xbf')
>>> bus.write(0x331, 0xAC); hex(bus.read(0x330)), hex(bus.read(0x330))  # version 1.5
('0xfe', '0x15')
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from hw.clock import SECOND, Clock, Event
from hw.midi import message_length
from hw.pic import Pic
from hw.ports import PortBus

ACK, RESET, UART_MODE = 0xFE, 0xFF, 0x3F
_NO_DATA, _OTHER_BITS = 0x80, 0x3F  # bit 6 is clear: ready for a byte
_QUEUE = 64
_TRACKS = 8
_CONDUCTOR = 8  # behind the tracks
_REQUEST, _REQUEST_CONDUCTOR, _OVERFLOW, _NOTHING, _END_OF_DATA, _CLOCK_TO_HOST = 0xF0, 0xF9, 0xF8, 0xF9, 0xFC, 0xFD
_OVERFLOW_TICKS = 240
_DEFAULT_TEMPO, _DEFAULT_TIMEBASE = 100, 120
_NORMAL_TEMPO = 0x40  # of the relative tempo
_TIMEBASES = {0xC2: 48, 0xC3: 72, 0xC4: 96, 0xC5: 120, 0xC6: 144, 0xC7: 168, 0xC8: 192}
# Commands with a byte of data behind them.
_WITH_DATA = frozenset(range(0xE0, 0xF0))
_ANSWERS = {0xAC: 0x15, 0xAD: 0x01, 0xAB: 0x00}
_SYSEX_END = 0xF7


@dataclass(slots=True)
class Track:
    """A track's next event, and the ticks up to it."""

    counter: int = 0
    event: list[int] = field(default_factory=list)
    status: int = 0  # running status


@dataclass(slots=True)
class State:
    """All that the interface knows; plain values."""

    uart: bool = False
    playing: bool = False
    conducting: bool = False
    recording: bool = False
    recorded_ticks: int = 0  # since the last byte of time
    clock_to_host: bool = False
    clock_interval: int = 60  # ticks between two FDh, as a quarter of them
    clock_counter: int = 0
    tempo: int = _DEFAULT_TEMPO
    relative: int = _NORMAL_TEMPO
    timebase: int = _DEFAULT_TIMEBASE
    active: int = 0
    tracks: list[Track] = field(default_factory=lambda: [Track() for _ in range(_TRACKS + 1)])
    command: int = -1  # whose byte of data is awaited
    sending: int = -1  # the track of D0h to D7h, or 8 for DFh; the message so far:
    message: list[int] = field(default_factory=list)
    send_status: int = 0
    asked: int = -1  # the track that was asked for an event; the answer so far:
    answer: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)  # tracks to ask after that


class Mpu401:
    """The interface; ``on_byte(value)`` hears MIDI data. Without ``intelligent`` UART mode is all it has."""

    def __init__(
        self, ports: PortBus, clock: Clock, pic: Pic | None = None, port: int = 0x330, *, irq: int = 9,
        intelligent: bool = True,
    ) -> None:  # fmt: skip
        self.on_byte: Callable[[int], None] | None = None
        self.intelligent = intelligent
        self.state = State()
        self._clock = clock
        self._pic = pic
        self._irq = irq
        self._tick: Event | None = None
        self._out: deque[int] = deque(maxlen=_QUEUE)
        ports.on_read([port], lambda port: self._read())
        ports.on_read([port + 1], lambda port: _OTHER_BITS | (0 if self._out else _NO_DATA))
        ports.on_write([port], lambda port, value: self._write(value & 0xFF))
        ports.on_write([port + 1], lambda port, value: self._command(value & 0xFF))

    @property
    def uart(self) -> bool:
        """Bytes go straight through."""
        return self.state.uart

    # --- ports ------------------------------------------------------------------------------------

    def _read(self) -> int:
        if not self._out:
            return ACK
        value = self._out.popleft()
        if not self._out and self._pic is not None:
            self._pic.lower_irq(self._irq)
        return value

    def _answer(self, value: int) -> None:
        self._out.append(value)
        if self._pic is not None and self.intelligent and not self.state.uart:
            self._pic.raise_irq(self._irq)

    def _send(self, message: list[int]) -> None:
        if self.on_byte is not None:
            for byte in message:
                self.on_byte(byte)

    def _write(self, value: int) -> None:
        state = self.state
        if state.uart:
            self._send([value])
        elif not self.intelligent:
            return
        elif state.command >= 0:
            command, state.command = state.command, -1
            self._set(command, value)
        elif state.sending >= 0:
            self._send_byte(value)
        elif state.asked >= 0:
            self._answered(value)

    def _command(self, value: int) -> None:
        state = self.state
        if state.uart and value != RESET:
            return  # in UART mode only a reset is a command
        if value == RESET:
            self._stop()
            self.state = State()
            self._out.clear()
            if self._pic is not None:
                self._pic.lower_irq(self._irq)
            self._out.append(ACK)
            return
        if value == UART_MODE:
            self._stop()
            self._out.clear()
            self._answer(ACK)
            state.uart = True
            return
        if not self.intelligent:
            self._out.append(ACK)
            return
        self._answer(ACK)
        if value in _WITH_DATA:
            state.command = value
        elif value in _ANSWERS:
            self._answer(_ANSWERS[value])
        elif value == 0xAF:
            self._answer(state.tempo)
        elif 0xA0 <= value <= 0xA7:
            self._answer(state.tracks[value & 7].counter & 0xFF)
        elif 0xD0 <= value <= 0xD7 or value == 0xDF:
            state.sending, state.message = (_CONDUCTOR if value == 0xDF else value & 7), []
        elif value in _TIMEBASES:
            state.timebase = _TIMEBASES[value]
            self._retime()
        else:
            self._control(value)

    def _control(self, value: int) -> None:
        state = self.state
        if value < 0x30:
            # Bits 3 and 2: play; bits 1 and 0: the real-time message that goes with it.
            if value & 3:
                self._send([(0, 0xFC, 0xFA, 0xFB)[value & 3]])
            if value & 0x0C == 0x04:
                self._stop()
            elif value & 0x0C == 0x08:
                self._play()
            # Bits 5 and 4: record.
            if value & 0x30 == 0x10:
                self._end_recording()
            elif value & 0x30 == 0x20:
                state.recording, state.recorded_ticks = True, 0
                self._retime()
        elif value in (0x8E, 0x8F):
            state.conducting = value == 0x8F
            if state.playing and state.conducting:
                self._ask(_CONDUCTOR)
        elif value in (0x94, 0x95):
            state.clock_to_host = value == 0x95
            self._retime()
        elif value == 0xB1:
            state.relative = _NORMAL_TEMPO
            self._retime()
        elif value == 0xB8:  # clear the play counters: tracks start over
            state.tracks = [Track() for _ in state.tracks]
            state.waiting = []
        elif value == 0xB9:
            for channel in range(16):
                self._send([0xB0 | channel, 123, 0])

    def _set(self, command: int, value: int) -> None:
        """A command's byte of data; those of recording and of the metronome change nothing that is heard."""
        state = self.state
        if command == 0xE0:
            state.tempo, state.relative = min(max(value, 4), 250), _NORMAL_TEMPO
        elif command == 0xE1:
            state.relative = max(value, 1)
        elif command == 0xE7:
            state.clock_interval = max(value, 4)
        elif command == 0xEC:
            state.active = value
        self._retime()

    # --- sending at once (D0h to D7h, DFh) -----------------------------------------------------------

    def _send_byte(self, value: int) -> None:
        state = self.state
        if state.sending == _CONDUCTOR:  # a system message
            state.message.append(value)
            first = state.message[0]
            ended = value == _SYSEX_END if first == 0xF0 else len(state.message) > message_length(first)
            self._send([value])
            if ended:
                state.sending = -1
            return
        if value >= 0x80:
            state.message = [value]
            state.send_status = value
        else:
            if not state.message:
                state.message = [state.send_status]
            state.message.append(value)
        if len(state.message) > message_length(state.message[0]):
            state.sending = -1
            if state.message[0]:
                self._send(state.message)

    # --- playing ----------------------------------------------------------------------------------

    @property
    def ticks_per_second(self) -> tuple[int, int]:
        """Numerator and denominator of the clock of tracks and host."""
        return self.state.tempo * self.state.relative * self.state.timebase, 60 * _NORMAL_TEMPO

    def _play(self) -> None:
        state = self.state
        state.playing = True
        for number in range(_TRACKS):
            if state.active >> number & 1:
                state.tracks[number] = Track()
                self._ask(number)
        if state.conducting:
            state.tracks[_CONDUCTOR] = Track()
            self._ask(_CONDUCTOR)
        self._retime()

    def _stop(self) -> None:
        self.state.playing = False
        self.state.asked, self.state.answer, self.state.waiting = -1, [], []
        self._retime()

    def _end_recording(self) -> None:
        if self.state.recording:
            self.state.recording = False
            self._answer(self.state.recorded_ticks)
            self._answer(_END_OF_DATA)
            self._retime()

    def _retime(self) -> None:
        self._clock.cancel(self._tick)
        self._tick = None
        if self.state.playing or self.state.recording or self.state.clock_to_host:
            number, denominator = self.ticks_per_second
            self._tick = self._clock.after(SECOND * denominator // number, self._ticked, "MPU-401")

    def _ticked(self) -> None:
        state = self.state
        self._retime()
        if state.playing:
            for number, track in enumerate(state.tracks):
                if track.counter:
                    track.counter -= 1
                    if not track.counter:
                        self._due(number)
        if state.recording:
            state.recorded_ticks += 1
            if state.recorded_ticks == _OVERFLOW_TICKS:
                state.recorded_ticks = 0
                self._answer(_OVERFLOW)
        if state.clock_to_host:
            state.clock_counter += 4
            if state.clock_counter >= state.clock_interval:
                state.clock_counter = 0
                self._answer(_CLOCK_TO_HOST)

    def _due(self, number: int) -> None:
        track = self.state.tracks[number]
        event, track.event = track.event, []
        if event and event[0] == _END_OF_DATA:
            return
        if number == _CONDUCTOR:
            if len(event) == 2:
                self._set(event[0], event[1])
        elif event and event[0] not in (_NOTHING, _OVERFLOW):
            self._send(event)
        self._ask(number)

    def _ask(self, number: int) -> None:
        """Ask the program for a track's next event, one track at a time."""
        state = self.state
        if state.asked >= 0:
            if number not in state.waiting and number != state.asked:
                state.waiting.append(number)
            return
        state.asked, state.answer = number, []
        self._answer(_REQUEST_CONDUCTOR if number == _CONDUCTOR else _REQUEST | number)

    def _answered(self, value: int) -> None:
        state = self.state
        state.answer.append(value)
        number, track = state.asked, state.tracks[state.asked]
        if not _complete(number, track, state.answer):
            return
        ticks, *event = state.answer
        state.asked, state.answer = -1, []
        if ticks == _OVERFLOW:
            ticks, event = _OVERFLOW_TICKS, [_OVERFLOW]
        elif event and number != _CONDUCTOR and event[0] < 0x80:
            event = [track.status, *event]
        if event and 0x80 <= event[0] < 0xF0:
            track.status = event[0]
        track.event, track.counter = event, ticks
        if state.waiting:
            self._ask(state.waiting.pop(0))
        if not ticks:
            self._due(number)

    # --- state ------------------------------------------------------------------------------------

    def save(self) -> dict[str, Any]:
        """The mode, the tracks, and what waits to be read."""
        tick = self._tick
        return asdict(self.state) | {
            "out": list(self._out), "tick_ps": -1 if tick is None or tick.cancelled else tick.time_ps,
        }  # fmt: skip

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave; the clock must have been put back before."""
        values = dict(state)
        self._out = deque(values.pop("out"), maxlen=_QUEUE)
        tick_ps = values.pop("tick_ps")
        values["tracks"] = [Track(**track) for track in values["tracks"]]
        self.state = replace(State(), **values)
        self._clock.cancel(self._tick)
        self._tick = None if tick_ps < 0 else self._clock.at(tick_ps, self._ticked, "MPU-401")


def _complete(number: int, track: Track, answer: list[int]) -> bool:
    """Whether a track's answer is all there: ticks, then an event."""
    if answer[0] == _OVERFLOW:
        return True
    if len(answer) < 2:
        return False
    first = answer[1]
    if number == _CONDUCTOR:
        return len(answer) == 3 or first not in _WITH_DATA
    if first >= 0xF0:
        return True
    data = message_length(first if first >= 0x80 else track.status)
    return len(answer) - (2 if first >= 0x80 else 1) >= data
