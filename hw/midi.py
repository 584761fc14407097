"""A MIDI line: bytes come in, messages with their emulated times come out; the state of the channels is remembered.

MIDI 1.0 Detailed Specification: status bytes begin messages, running status may leave them out, real-time bytes may
come anywhere, system exclusive ends with F7h or the next status.

>>> from hw.clock import Clock
>>> line = MidiLine(Clock())
>>> line.record(True)
>>> for byte in (0x90, 60, 100, 64, 100, 0xF8, 0xC1, 19):
...     line.send(byte)
>>> [message.hex(" ") for _, message in line.take()]
['90 3c 64', '90 40 64', 'c1 13']
>>> line.channels[1].program
19
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from hw.clock import Clock

CHANNELS = 16
MOST_MESSAGES = 1 << 15  # kept between two renderings
_LONGEST_SYSEX = 1024
# Data bytes behind each status from 80h on, and of system messages from F0h on.
_LENGTHS = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
_SYSTEM_LENGTHS = {0xF1: 1, 0xF2: 2, 0xF3: 1}
_SYSEX, _END, _REAL_TIME = 0xF0, 0xF7, 0xF8
NOTE_OFF, NOTE_ON, CONTROL, PROGRAM, BEND = 0x8, 0x9, 0xB, 0xC, 0xE
RESET_CONTROLLERS = 121
_BEND_CENTRE = 0x2000


@dataclass(slots=True)
class ChannelState:
    """What lasts on a channel: program, controllers by number, pitch bend."""

    program: int = 0
    controllers: dict[int, int] = field(default_factory=dict)
    bend: int = _BEND_CENTRE


def message_length(status: int) -> int:
    """Data bytes behind a status byte; 0 for system exclusive and real-time ones.

    >>> message_length(0x93), message_length(0xC0), message_length(0xF8)
    (2, 1, 0)
    """
    return _LENGTHS.get(status >> 4, 0) if status < _SYSEX else _SYSTEM_LENGTHS.get(status, 0)


class MidiLine:
    """``send`` a byte; ``take`` the messages noted while somebody listens."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.recording = False
        self._messages: list[tuple[int, bytes]] = []
        self._reset()

    def _reset(self) -> None:
        self.channels = [ChannelState() for _ in range(CHANNELS)]
        self._status = 0
        self._data = bytearray()
        self._sysex: bytearray | None = None

    def send(self, byte: int) -> None:
        """A byte on the line."""
        byte &= 0xFF
        if byte >= _REAL_TIME:
            return
        if byte >= 0x80:
            if self._sysex is not None:
                self._note(bytes((*self._sysex, _END)))
                self._sysex = None
            self._status = 0 if byte in (_SYSEX, _END) else byte
            self._data.clear()
            if byte == _SYSEX:
                self._sysex = bytearray((_SYSEX,))
        elif self._sysex is not None:
            if len(self._sysex) < _LONGEST_SYSEX:
                self._sysex.append(byte)
        elif self._status:
            self._data.append(byte)
            if len(self._data) >= message_length(self._status):
                self._complete(bytes((self._status, *self._data)))
                self._data.clear()

    def _complete(self, message: bytes) -> None:
        channel = self.channels[message[0] & 15]
        kind = message[0] >> 4
        if kind == PROGRAM:
            channel.program = message[1]
        elif kind == BEND:
            channel.bend = message[1] | message[2] << 7
        elif kind == CONTROL:
            if message[1] == RESET_CONTROLLERS:
                channel.controllers.clear()
                channel.bend = _BEND_CENTRE
            else:
                channel.controllers[message[1]] = message[2]
        if message[0] < _SYSEX:
            self._note(message)

    def _note(self, message: bytes) -> None:
        if self.recording and len(self._messages) < MOST_MESSAGES:
            self._messages.append((self._clock.now_ps, message))

    def record(self, on: bool) -> None:
        """Note messages from now on, or no more; the first ones put a synthesizer in the channels' state."""
        self.recording = on
        self._messages = []
        if not on:
            return
        for number, channel in enumerate(self.channels):
            for controller, value in sorted(channel.controllers.items()):
                self._note(bytes((CONTROL << 4 | number, controller, value)))
            if channel.program:
                self._note(bytes((PROGRAM << 4 | number, channel.program)))
            if channel.bend != _BEND_CENTRE:
                self._note(bytes((BEND << 4 | number, channel.bend & 127, channel.bend >> 7)))

    def take(self) -> list[tuple[int, bytes]]:
        """(time in ps, message) since the last call, oldest first."""
        messages, self._messages = self._messages, []
        return messages

    def save(self) -> dict[str, Any]:
        """The state of the channels, and the message that is coming in."""
        channels = [asdict(channel) | {"controllers": sorted(channel.controllers.items())} for channel in self.channels]
        sysex = None if self._sysex is None else bytes(self._sysex)
        return {"channels": channels, "status": self._status, "data": bytes(self._data), "sysex": sysex}

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave."""
        self._reset()
        for channel, values in zip(self.channels, state["channels"], strict=True):
            channel.program, channel.bend = values["program"], values["bend"]
            channel.controllers = {number: value for number, value in values["controllers"]}  # noqa: C416
        self._status = state["status"]
        self._data[:] = state["data"]
        self._sysex = None if state["sysex"] is None else bytearray(state["sysex"])
