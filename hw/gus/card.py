"""A Gravis Ultrasound: ports, timers, interrupts and DMA around the GF1's voices.

From Gravis' "UltraSound Lowlevel ToolKit" 2.22. Registers are chosen at 3X3h and written at 3X4h (words) and 3X5h
(bytes); what the voices do up to a write is worked out when the write comes, and one event stands for the next
interrupt of any voice.

>>> from hw.clock import Clock
>>> from hw.dma import Dma
>>> from hw.memory import Memory
>>> from hw.pic import Pic
>>> from hw.ports import PortBus
>>> bus, clock = PortBus(), Clock()
>>> gus = Gus(bus, clock, Pic(bus), Dma(bus, Memory(0x110000)))
>>> for port, value in ((0x343, 0x4C), (0x345, 1), (0x343, 0x43), (0x344, 0x34), (0x345, 0x12), (0x347, 0xAA)):
...     bus.write(port, value)
>>> hex(bus.read(0x347))
'0xaa'
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from hw.clock import SECOND, US, Clock, Event
from hw.dma import Dma
from hw.gus.voices import SLOTS_PER_SECOND, Voices
from hw.pic import Pic
from hw.ports import PortBus
from hw.sb.playback import Dac, Piece

# Bits of the status at 2X6h.
TIMER_1, TIMER_2, WAVE, RAMP, DMA_DONE = 0x04, 0x08, 0x20, 0x40, 0x80
# Registers beside those of the voices, 4Xh.
_DMA, _DMA_ADDRESS, _ADDRESS_LOW, _ADDRESS_HIGH, _TIMERS, _COUNT_1, _COUNT_2 = 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47
_SAMPLING, _JOYSTICK, _RESET = 0x49, 0x4B, 0x4C
_ACTIVE, _IRQ_SOURCE = 0x0E, 0x8F
_RUN, _DAC_ON, _IRQS_ON = 1, 2, 4
_LATCHES = 0x08  # of the mix control: interrupts and DMA reach the bus
_WORDS = frozenset((0x1, 0x2, 0x3, 0x4, 0x5, 0x9, 0xA, 0xB, _DMA_ADDRESS, _ADDRESS_LOW))
_MOST_FRAMES = 4096  # of one piece
_DMA_PS_PER_BYTE = SECOND // 650_000
# Values of the latches of 2XBh.
_IRQS = {0: 0, 1: 9, 2: 5, 3: 3, 4: 7, 5: 11, 6: 12, 7: 15}
_CHANNELS = {0: 0, 1: 1, 2: 3, 3: 5, 4: 6, 5: 7}


@dataclass(slots=True)
class Registers:
    """What the card keeps beside the voices; plain values."""

    selected: int = 0
    voice: int = 0
    data: int = 0  # the word at 3X4h as far as it was written
    reset: int = 0
    mix: int = 0x0B
    status: int = 0
    dma: int = 0
    dma_address: int = 0
    address: int = 0
    timers: int = 0
    counts: tuple[int, int] = (0, 0)
    timer_flags: int = 0  # of 2X8h
    timer_mask: int = 0
    timer_index: int = 0
    sampling: int = 0
    joystick: int = 0
    irq: int = 5
    channel: int = 3


class Gus:
    """The card at ``port`` (240h); ``dac`` is what it plays."""

    def __init__(
        self, ports: PortBus, clock: Clock, pic: Pic, dma: Dma, port: int = 0x240, irq: int = 5, channel: int = 3
    ) -> None:
        self.voices = Voices()
        self.dac = Dac()
        self.port = port
        self._clock, self._pic, self._dma = clock, pic, dma
        self._defaults = (irq, channel)
        self.registers = Registers(irq=irq, channel=channel)
        self._anchor_ps = 0  # where the frames are counted from
        self._frames = 0  # since then
        self._voice_event: Event | None = None
        self._dma_event: Event | None = None
        self._timer_events: list[Event | None] = [None, None]
        high = port + 0x100
        self.voices.attach(ports, high + 7)
        ports.on_write([port], lambda at, value: self._write_mix(value & 0xFF))
        ports.on_read([port + 6], lambda at: self.registers.status)
        ports.on_read([port + 8], lambda at: self._timer_status())
        ports.on_write([port + 8], lambda at, value: setattr(self.registers, "timer_index", value & 0xFF))
        ports.on_write([port + 9], lambda at, value: self._write_timer(value & 0xFF))
        ports.on_read([port + 0xA], lambda at: self.registers.timer_index)
        ports.on_write([port + 0xB], lambda at, value: self._write_latch(value & 0xFF))
        ports.on_write([high + 2], lambda at, value: setattr(self.registers, "voice", value & 31))
        ports.on_read([high + 2], lambda at: self.registers.voice)
        ports.on_write([high + 3], lambda at, value: setattr(self.registers, "selected", value & 0xFF))
        ports.on_read([high + 3], lambda at: self.registers.selected)
        ports.on_write([high + 4, high + 5], self._write_data)
        ports.on_read([high + 4, high + 5], self._read_data)
        dma.add_listener(self._channels_changed)

    @property
    def variable(self) -> str:
        """The value of ULTRASND: port, DMA to and from the card, interrupts of GF1 and MIDI."""
        irq, channel = self._defaults
        return f"{self.port:X},{channel},{channel},{irq},{irq}"

    # --- time -------------------------------------------------------------------------------------

    def _frames_at(self, time_ps: int) -> int:
        return (time_ps - self._anchor_ps) * SLOTS_PER_SECOND // (self.voices.active * SECOND)

    def _time_of(self, frame: int) -> int:
        return self._anchor_ps - (-frame * self.voices.active * SECOND // SLOTS_PER_SECOND)

    def catch_up(self) -> None:
        """Let the voices do what they have done up to now."""
        due = self._frames_at(self._clock.now_ps) - self._frames
        if not self.registers.reset & _RUN or (self.voices.silent and not self.dac.recording):
            self._frames += max(due, 0)
            return
        audible = self.dac.recording and bool(self.registers.reset & _DAC_ON)
        while due > 0:
            count = min(due, _MOST_FRAMES)
            data = self.voices.run(count, audible)
            if audible:
                period = self.voices.active * SECOND / SLOTS_PER_SECOND
                self.dac.play(Piece(self._time_of(self._frames), period, data, 16, True, 2))
            self._frames += count
            due -= count
        self._raise_voices()

    def _raise_voices(self) -> None:
        new = (WAVE if self.voices.wave_irqs else 0) | (RAMP if self.voices.ramp_irqs else 0)
        self._set_status(self.registers.status & ~(WAVE | RAMP) | new)

    def _set_status(self, status: int) -> None:
        """Change the status; a new reason is a new request."""
        registers = self.registers
        new = status & ~registers.status
        registers.status = status
        if new and registers.mix & _LATCHES and registers.reset & _IRQS_ON | new & ~(WAVE | RAMP) and registers.irq:
            self._pic.pulse_irq(registers.irq)

    def _schedule_voices(self) -> None:
        self._clock.cancel(self._voice_event)
        self._voice_event = None
        frames = self.voices.frames_to_irq() if self.registers.reset & _RUN else 0
        if frames:
            self._voice_event = self._clock.at(self._time_of(self._frames + frames), self._voices_due, "GUS voices")

    def _voices_due(self) -> None:
        self.catch_up()
        self._schedule_voices()

    # --- registers --------------------------------------------------------------------------------

    def _write_mix(self, value: int) -> None:
        self.registers.mix = value

    def _write_latch(self, value: int) -> None:
        registers = self.registers
        if registers.mix & 0x40:
            registers.irq = _IRQS[value & 7] or registers.irq
        elif value & 7:
            registers.channel = _CHANNELS.get((value & 7), registers.channel)

    def _write_data(self, port: int, value: int) -> None:
        registers = self.registers
        if port & 1:
            registers.data = registers.data & 0x00FF | (value & 0xFF) << 8
        else:
            registers.data = registers.data & 0xFF00 | value & 0xFF
            if registers.selected not in _WORDS:
                return
        # A word is complete with its upper byte; programs that write one of the bytes mean that one.
        self._write_register(
            registers.selected, registers.data if registers.selected in _WORDS else registers.data >> 8
        )

    def _write_register(self, register: int, value: int) -> None:
        registers, voices = self.registers, self.voices
        if register < 0xE:
            if registers.reset & _RUN:
                self.catch_up()
                voices.write(registers.voice, register, value)
                self._raise_voices()
                self._schedule_voices()
        elif register == _ACTIVE:
            self.catch_up()
            voices.set_active((value & 31) + 1)
            self._anchor_ps, self._frames = self._clock.now_ps, 0
            self._schedule_voices()
        elif register == _ADDRESS_LOW:
            registers.address = registers.address & 0xF0000 | value
            voices.set_address(registers.address)
        elif register == _ADDRESS_HIGH:
            registers.address = registers.address & 0xFFFF | (value & 15) << 16
            voices.set_address(registers.address)
        elif register == _DMA:
            registers.dma = value
            self._begin_dma()
        elif register == _DMA_ADDRESS:
            registers.dma_address = value
        elif register == _TIMERS:
            registers.timers = value
            gone = (0 if value & 4 else TIMER_1) | (0 if value & 8 else TIMER_2)
            self._set_status(registers.status & ~gone)
        elif register in (_COUNT_1, _COUNT_2):
            first, second = registers.counts
            registers.counts = (value, second) if register == _COUNT_1 else (first, value)
        elif register == _SAMPLING:
            registers.sampling = value
        elif register == _JOYSTICK:
            registers.joystick = value
        elif register == _RESET:
            self._reset(value)

    def _reset(self, value: int) -> None:
        self.catch_up()
        registers = self.registers
        if not value & _RUN:
            for event in (self._voice_event, self._dma_event, *self._timer_events):
                self._clock.cancel(event)
            self._voice_event = self._dma_event = None
            self._timer_events = [None, None]
            self.voices.reset()
            self.registers = Registers(
                registers.selected, registers.voice, registers.data, mix=registers.mix, irq=registers.irq,
                channel=registers.channel,
            )  # fmt: skip
            self._anchor_ps, self._frames = self._clock.now_ps, 0
        self.registers.reset = value & 7
        self._schedule_voices()

    def _read_data(self, port: int) -> int:
        value = self._read_register(self.registers.selected)
        return value >> 8 & 0xFF if port & 1 else value & 0xFF

    def _read_register(self, register: int) -> int:
        """A word; registers of a byte are in its upper half."""
        registers, voices = self.registers, self.voices
        if register == _IRQ_SOURCE:
            self.catch_up()
            value = voices.irq_source()
            self._raise_voices()
            if registers.status & (WAVE | RAMP) and registers.mix & _LATCHES:
                self._pic.pulse_irq(registers.irq)  # another voice waits
            self._schedule_voices()
            return value << 8
        if 0x80 <= register < 0x8E:
            self.catch_up()
            value = voices.read(registers.voice, register & 15)
            return value if register & 15 in _WORDS else value << 8
        match register:
            case 0x8E:
                return (voices.active - 1 | 0xC0) << 8
            case 0x41:
                done = registers.status & DMA_DONE
                self._set_status(registers.status & ~DMA_DONE)
                return (registers.dma & 0xBF | (0x40 if done else 0)) << 8
            case 0x42:
                return registers.dma_address
            case 0x43:
                return registers.address & 0xFFFF
            case 0x44:
                return registers.address >> 16 << 8
            case 0x45:
                return registers.timers << 8
            case 0x49:
                return (registers.sampling & 0xBF) << 8
            case 0x4C:
                return registers.reset << 8
        return 0

    # --- timers -----------------------------------------------------------------------------------

    def _timer_status(self) -> int:
        flags = self.registers.timer_flags
        return flags | (0x80 if flags & 0x60 else 0)

    def _write_timer(self, value: int) -> None:
        registers = self.registers
        if registers.timer_index != 4:
            return
        if value & 0x80:
            registers.timer_flags = 0
            return
        registers.timer_mask = value & 0x60
        for number in (0, 1):
            if not value & 1 << number:
                self._clock.cancel(self._timer_events[number])
                self._timer_events[number] = None
            elif self._timer_events[number] is None:
                self._start_timer(number)

    def _start_timer(self, number: int) -> None:
        period = (256 - self.registers.counts[number]) * (320 if number else 80) * US
        self._timer_at(number, self._clock.now_ps + period)

    def _timer_at(self, number: int, time_ps: int) -> None:
        self._timer_events[number] = self._clock.at(time_ps, lambda: self._timer_due(number), "GUS timer")

    def _timer_due(self, number: int) -> None:
        registers = self.registers
        if not registers.timer_mask & (0x20 if number else 0x40):
            registers.timer_flags |= 0x20 if number else 0x40
        bit = TIMER_2 if number else TIMER_1
        if registers.timers & bit:
            self._set_status(registers.status & ~bit)
            self._set_status(registers.status | bit)
        self._start_timer(number)

    # --- DMA --------------------------------------------------------------------------------------

    def _channels_changed(self) -> None:
        if self.registers.dma & 1 and self._dma_event is None:
            self._begin_dma()

    def _begin_dma(self) -> None:
        registers = self.registers
        self._clock.cancel(self._dma_event)
        self._dma_event = None
        if registers.dma & 1 and self._dma.enabled(registers.channel):
            units = self._dma.remaining(registers.channel) * (1 if registers.channel < 4 else 2)
            self._dma_at(self._clock.now_ps + units * _DMA_PS_PER_BYTE)

    def _dma_at(self, time_ps: int) -> None:
        self._dma_event = self._clock.at(time_ps, self._dma_due, "GUS DMA")

    def _dma_due(self) -> None:
        self._dma_event = None
        registers, channel = self.registers, self.registers.channel
        if not self._dma.enabled(channel):
            return
        self.catch_up()
        address = registers.dma_address << 4
        size = 1
        if channel >= 4:  # addresses of words within a bank
            address = address & 0xC0000 | (address & 0x1FFFF) << 1
            size = 2
        step = 2 if registers.dma & 0x40 else 1
        invert = bool(registers.dma & 0x80)
        units = self._dma.remaining(channel)
        if registers.dma & 2:
            self._dma.write(channel, self.voices.download(address, units * size, invert, step))
        else:
            self.voices.upload(address, self._dma.read(channel, units), invert, step)
        registers.dma &= ~1
        if registers.dma & 0x20:
            self._set_status(registers.status | DMA_DONE)

    # --- state ------------------------------------------------------------------------------------

    def save(self) -> dict[str, Any]:
        """Registers, voices, memory, and what is due."""
        self.catch_up()
        return {
            "registers": asdict(self.registers) | {"counts": list(self.registers.counts)},
            "voices": self.voices.save(), "anchor_ps": self._anchor_ps, "frames": self._frames,
            "dma_ps": _time(self._dma_event), "timers_ps": [_time(event) for event in self._timer_events],
        }  # fmt: skip

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave; clock and DMA must have been put back before."""
        for event in (self._voice_event, self._dma_event, *self._timer_events):
            self._clock.cancel(event)
        self._dma_event, self._timer_events = None, [None, None]
        values = dict(state["registers"])
        first, second = values.pop("counts")
        self.registers = Registers(**values, counts=(first, second))
        self.voices.load(state["voices"])
        self._anchor_ps, self._frames = state["anchor_ps"], state["frames"]
        if state["dma_ps"] >= 0:
            self._dma_at(state["dma_ps"])
        for number, time_ps in enumerate(state["timers_ps"]):
            if time_ps >= 0:
                self._timer_at(number, time_ps)
        self._schedule_voices()


def _time(event: Event | None) -> int:
    """When an event is due; -1 when it is not."""
    return -1 if event is None or event.cancelled else event.time_ps
