"""General MIDI by an OPL3 of its own, for machines without FluidSynth: 18 voices of two operators.

The messages of the line become register writes of a chip that no program sees, at the same emulated times;
hw/sound/opl.py makes sound of them. Yamaha's YMF262 manual says what the registers mean.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from hw.clock import Clock
from hw.midi import BEND, CHANNELS, CONTROL, NOTE_OFF, NOTE_ON, PROGRAM, MidiLine
from hw.mixer import Samples, Span
from hw.opl import OplType
from hw.opl_chip import REGISTERS
from hw.sound.fm_patches import DRUMS, Patch, patch
from hw.sound.opl import OplVoice

_VOICES = 18
_DRUMS = 9
_CHIP_HZ = 14_318_180 / 288
_MODULATORS = (0x00, 0x01, 0x02, 0x08, 0x09, 0x0A, 0x10, 0x11, 0x12)  # the carrier is three further
_DB_A_LEVEL = 0.75
_QUIETEST = 63
_VOLUME, _PAN, _EXPRESSION, _SUSTAIN, _SOUND_OFF, _RESET, _NOTES_OFF = 7, 10, 11, 64, 120, 121, 123
_LEFT, _RIGHT = 0x10, 0x20


@dataclass(slots=True)
class _Channel:
    program: int = 0
    volume: int = 100
    expression: int = 127
    pan: int = 64
    sustain: bool = False
    bend: float = 0.0  # semitones


@dataclass(slots=True)
class _Note:
    """What a voice of the chip plays, or played."""

    channel: int = 0
    key: int = -1
    note: int = 60
    velocity: int = 0
    patch: Patch = field(default_factory=lambda: patch(0))
    on: bool = False
    released: bool = False  # the key is up, the pedal holds it
    age: int = 0


class _Chip:
    """The registers of an OPL3 that no program sees."""

    kind = OplType.OPL3

    def __init__(self) -> None:
        self.registers = bytearray(REGISTERS)
        self.writes: list[tuple[int, int, int]] = []

    def record(self, on: bool) -> None:
        """Begin or cease, with no writes noted."""
        self.writes = []

    def take(self) -> list[tuple[int, int, int]]:
        """The writes since the last call."""
        writes, self.writes = self.writes, []
        return writes


class FmMidiVoice:
    """Plays a MidiLine."""

    def __init__(self, line: MidiLine, clock: Clock) -> None:
        self._line = line
        self._clock = clock
        self._chip = _Chip()
        self._voice = OplVoice((self._chip,))
        self._start(0)

    def _start(self, time_ps: int) -> None:
        self._now = time_ps
        self._channels = [_Channel() for _ in range(CHANNELS)]
        self._notes = [_Note() for _ in range(_VOICES)]
        self._age = 0

    def listen(self, on: bool) -> None:
        """Begin with a silent chip and the channels as the line remembers them."""
        self._line.record(on)
        self._voice.listen(on)
        self._start(self._clock.now_ps)
        if on:
            self._write(0x105, 1)

    def render(self, span: Span) -> Samples | None:
        """Left and right; None while the chip rests."""
        for time_ps, message in self._line.take():
            self._now = time_ps
            self._play(message)
        return self._voice.render(span)

    def _write(self, register: int, value: int) -> None:
        self._chip.registers[register] = value
        self._chip.writes.append((self._now, register, value))

    # --- messages ---------------------------------------------------------------------------------

    def _play(self, message: bytes) -> None:
        number, kind = message[0] & 15, message[0] >> 4
        channel = self._channels[number]
        if kind == NOTE_ON and message[2]:
            self._note_on(number, message[1], message[2])
        elif kind in (NOTE_ON, NOTE_OFF):
            self._note_off(number, message[1])
        elif kind == CONTROL:
            self._control(number, message[1], message[2])
        elif kind == PROGRAM:
            channel.program = message[1]
        elif kind == BEND:
            channel.bend = ((message[1] | message[2] << 7) - 0x2000) / 0x1000
            self._each(number, self._tune)

    def _control(self, number: int, controller: int, value: int) -> None:
        channel = self._channels[number]
        if controller == _PAN:
            channel.pan = value
        elif controller in (_VOLUME, _EXPRESSION):
            if controller == _VOLUME:
                channel.volume = value
            else:
                channel.expression = value
            self._each(number, self._set_level)
        elif controller == _SUSTAIN:
            channel.sustain = value >= 64
            if not channel.sustain:
                self._each(number, self._let_go)
        elif controller == _RESET:
            channel.expression, channel.sustain, channel.bend = 127, False, 0.0
        elif controller in (_SOUND_OFF, _NOTES_OFF):
            self._each(number, self._key_off)

    def _let_go(self, voice: int) -> None:
        if self._notes[voice].released:
            self._key_off(voice)

    def _each(self, number: int, change: Callable[[int], None]) -> None:
        for voice, note in enumerate(self._notes):
            if note.channel == number and note.on:
                change(voice)

    # --- notes ------------------------------------------------------------------------------------

    def _note_on(self, number: int, key: int, velocity: int) -> None:
        if number == _DRUMS:
            if key not in DRUMS:
                return
            sound, pitch = DRUMS[key]
        else:
            sound = patch(self._channels[number].program)
            pitch = key + sound.shift
        voice = next((n for n, note in enumerate(self._notes) if note.channel == number and note.key == key), None)
        if voice is None:  # the one that has been off the longest, or else has sounded the longest
            voice = min(range(_VOICES), key=lambda n: (self._notes[n].on, self._notes[n].age))
        self._key_off(voice)
        self._age += 1
        self._notes[voice] = _Note(number, key, pitch, velocity, sound, True, False, self._age)
        bank, index = voice // 9 << 8, voice % 9
        for operator, offset in ((sound.modulator, 0), (sound.carrier, 3)):
            slot = bank | _MODULATORS[index] + offset
            for base, value in zip((0x20, 0x40, 0x60, 0x80, 0xE0), operator.registers, strict=True):
                self._write(slot + base, value)
        pan = self._channels[number].pan
        sides = _LEFT if pan < 43 else _RIGHT if pan > 85 else _LEFT | _RIGHT
        self._write(bank | 0xC0 + index, sides | sound.feedback << 1 | sound.additive)
        self._set_level(voice)
        self._tune(voice)

    def _note_off(self, number: int, key: int) -> None:
        for voice, note in enumerate(self._notes):
            if note.channel == number and note.key == key and note.on:
                if self._channels[number].sustain:
                    note.released = True
                else:
                    self._key_off(voice)

    def _key_off(self, voice: int) -> None:
        note = self._notes[voice]
        if note.on:
            note.on = False
            self._age += 1
            note.age = self._age
            self._tune(voice)

    def _set_level(self, voice: int) -> None:
        note = self._notes[voice]
        channel = self._channels[note.channel]
        loudness = note.velocity * channel.volume * channel.expression / 127**3
        down = _QUIETEST if not loudness else round(-40 * math.log10(loudness) / _DB_A_LEVEL / 1.5)
        bank, index = voice // 9 << 8, voice % 9
        operators = [(note.patch.carrier, 3)] + ([(note.patch.modulator, 0)] if note.patch.additive else [])
        for operator, offset in operators:
            level = min(operator.level + down, _QUIETEST)
            self._write(bank | 0x40 + _MODULATORS[index] + offset, level)

    def _tune(self, voice: int) -> None:
        note = self._notes[voice]
        bend = 0.0 if note.channel == _DRUMS else self._channels[note.channel].bend
        hertz = 440 * 2 ** ((note.note + bend - 69) / 12)
        block = min(max(math.ceil(math.log2(max(hertz, 1) * (1 << 20) / _CHIP_HZ / 1023)), 0), 7)
        number = min(round(hertz * (1 << 20 - block) / _CHIP_HZ), 1023)
        bank, index = voice // 9 << 8, voice % 9
        self._write(bank | 0xA0 + index, number & 0xFF)
        self._write(bank | 0xB0 + index, (0x20 if note.on else 0) | block << 2 | number >> 8)
