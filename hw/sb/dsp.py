"""The DSP of a Sound Blaster: the commands programs write to port 2xCh.

From Creative's "Sound Blaster Series Hardware Programming Guide" (1996), chapter 6 "DSP Commands". A command is
a function in a table with the number of its argument bytes and the DSP version from which it is known; a byte
that is none is ignored, as are the arguments it would have had.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from hw.clock import US, Clock, Event
from hw.dma import Dma
from hw.sb.adpcm import Adpcm
from hw.sb.models import Model
from hw.sb.playback import Dac, Piece, Playback, Transfer

RESET_PS = 20 * US
FORCED_IRQ_PS = 10 * US  # Llamatron and Lemmings 3D count on a little delay
SLOWEST_HZ, FASTEST_HZ = 4000, 45_454
READY = 0xAA
_QUEUE = 64  # bytes to be read; no program leaves so many
_COPYRIGHT = b"COPYRIGHT (C) CREATIVE TECHNOLOGY LTD, 1992.\0"

Handler = Callable[["Dsp", bytes], None]


@dataclass(frozen=True, slots=True)
class Command:
    """One command: ``since`` is the first DSP version (major, minor) that knows it."""

    handler: Handler
    args: int
    since: tuple[int, int]
    until: int  # the last major version


COMMANDS: dict[int, list[Command]] = {}


def command(
    *codes: int, args: int = 0, since: tuple[int, int] = (1, 0), until: int = 4
) -> Callable[[Handler], Handler]:
    """Declare the function that carries out some codes."""

    def declare(handler: Handler) -> Handler:
        for code in codes:
            COMMANDS.setdefault(code, []).append(Command(handler, args, since, until))
        return handler

    return declare


class Dsp:
    """The DSP. ``on_irq(bits)`` asks for the interrupt of 8- or 16-bit transfers (``bits`` 8 or 16)."""

    def __init__(
        self,
        clock: Clock,
        dma: Dma,
        model: Model,
        on_irq: Callable[[int], None],
        channels: Callable[[], tuple[int, int]],
        stereo: Callable[[], bool],
    ) -> None:
        self.model = model
        self.dac = Dac()
        self.on_midi: Callable[[int], object] = lambda value: None  # hears the bytes of the MIDI port
        self._clock = clock
        self._dma = dma
        self._on_irq = on_irq
        self._channels = channels  # DMA channel of 8- and of 16-bit transfers
        self._stereo = stereo  # the Pro's switch in its mixer
        self._reset_line = False
        self._ready: Event | None = None
        self._irq_event: Event | None = None
        self._irq_bits = 8
        self.playback = Playback(clock, dma, self.dac, self._block_done)
        self.out: deque[int] = deque(maxlen=_QUEUE)
        self._test = 0
        self._clear()

    def _clear(self) -> None:
        self.playback.stop()
        self._clock.cancel(self._irq_event)
        self._irq_event = None
        self.out.clear()
        self._code = -1
        self._args = bytearray()
        self._wanted = 0
        self._handler: Handler | None = None
        self._last_out = 0xFF
        self._units_per_second = (11_025, 1)  # of a mono byte stream, by the last time constant or rate
        self._by_rate = False  # 41h: the rate is of frames
        self.block = 2048
        self.high_speed = False
        # From version 4 on the speaker commands switch nothing (guide, D1h).
        self.speaker = False
        self.midi = False
        self._dma_sum, self._dma_key = 0xAA, 0x96
        self._decoders: dict[int, Adpcm] = {}

    # --- ports ------------------------------------------------------------------------------------

    def write_reset(self, value: int) -> None:
        """Port 2x6h: 1, then 0; the DSP then answers AAh within 100 us."""
        if value & 1:
            self._reset_line = True
            self._clock.cancel(self._ready)
            self._ready = None
            if self.high_speed:  # in high-speed mode the reset only ends that (guide, "High-Speed Mode")
                return
            self._clear()
        elif self._reset_line:
            self._reset_line = False
            if self.high_speed:
                self.high_speed = False
                self.playback.stop()
                return
            self._ready = self._clock.after(RESET_PS, self._is_ready, "DSP reset")

    def _is_ready(self) -> None:
        self._ready = None
        self.out.clear()
        self.out.append(READY)

    def read_data(self) -> int:
        """Port 2xAh; without data the last byte again."""
        if self.out:
            self._last_out = self.out.popleft()
        return self._last_out

    def read_status(self) -> int:
        """Port 2xEh: bit 7, data to be read."""
        return 0xFF if self.out else 0x7F

    def read_write_status(self) -> int:
        """Port 2xCh: bit 7, busy."""
        busy = self._reset_line or self._ready is not None or self.high_speed
        return 0xFF if busy else 0x7F

    def write_command(self, value: int) -> None:
        """Port 2xCh: a command, or an argument of the one before."""
        if self._reset_line or self.high_speed:
            return
        if self.midi:  # in UART mode every byte is MIDI data, up to a reset
            self.on_midi(value)
            return
        if self._handler is None:
            known = self._known(value)
            if known is None:
                return
            self._code, self._handler, self._wanted = value, known.handler, known.args
            self._args.clear()
        else:
            self._args.append(value)
        if len(self._args) >= self._wanted:
            handler, self._handler = self._handler, None
            handler(self, bytes(self._args))

    def _known(self, code: int) -> Command | None:
        """The command that a code is to this version of the DSP."""
        version = (self.model.major, self.model.minor)
        return next(
            (known for known in COMMANDS.get(code, ()) if known.since <= version and version[0] <= known.until), None
        )

    @property
    def code(self) -> int:
        """The command being carried out."""
        return self._code

    def answer(self, values: Iterable[int]) -> None:
        """Give bytes to read."""
        self.out.extend(values)

    @property
    def audible(self) -> bool:
        """The converter is connected."""
        return self.speaker or self.model.major >= 4

    def decoder(self, bits: int, reference: bool) -> Adpcm:
        """The ADPCM decoder; a block without reference goes on where the one before ended."""
        if reference or bits not in self._decoders:
            self._decoders[bits] = Adpcm(bits)
        return self._decoders[bits]

    # --- transfers --------------------------------------------------------------------------------

    def _rate(self, channels: int, least: int = SLOWEST_HZ) -> tuple[int, int]:
        number, denominator = self._units_per_second
        if self._by_rate:
            number *= channels
        most = FASTEST_HZ * channels
        return (number, denominator) if least <= number // denominator <= most else (
            min(max(number // denominator, least), most), 1)  # fmt: skip

    def set_rate(self, number: int, denominator: int, *, frames: bool) -> None:
        """Units (or frames) a second of the transfers to come, and of the one that runs."""
        self._units_per_second, self._by_rate = (max(number, 1), denominator), frames
        transfer = self.playback.transfer
        if transfer is not None and transfer.adpcm is None and transfer.channel >= 0:
            self.playback.retime(self._rate(transfer.channels))

    def start(
        self, count: int, *, auto_init: bool = False, bits: int = 8, signed: bool = False, channels: int | None = None,
        to_memory: bool = False, adpcm: Adpcm | None = None, reference: bool = False, silence: bool = False,
    ) -> None:  # fmt: skip
        """Begin a transfer of ``count`` units a block."""
        if channels is None:
            channels = 2 if self._stereo() and adpcm is None and not silence else 1
        number, denominator = self._rate(channels)
        if adpcm is not None:
            denominator *= adpcm.samples_per_byte
        eight, sixteen = self._channels()
        self.playback.start(
            Transfer(
                -1 if silence else sixteen if bits == 16 else eight, count, auto_init, (number, denominator), bits,
                signed, channels, to_memory, adpcm, reference,
                # A single sample is a program's test of IRQ and DMA, not a sound (Quake, SBTEST).
                audible=self.audible and count > 1,
            )
        )  # fmt: skip

    def _block_done(self, transfer: Transfer) -> None:
        if not transfer.auto_init:
            self.high_speed = False
        self._on_irq(transfer.bits)

    def force_irq(self, bits: int) -> None:
        """F2h, F3h: an interrupt a little later."""
        self._force_irq_at(self._clock.now_ps + FORCED_IRQ_PS, bits)

    def _force_irq_at(self, time_ps: int, bits: int) -> None:
        self._clock.cancel(self._irq_event)
        self._irq_bits = bits
        self._irq_event = self._clock.at(time_ps, lambda: self._on_irq(bits), "DSP IRQ")

    def identify_dma(self, value: int) -> None:
        """E2h: a byte is written to memory that depends on all so far."""
        self._dma_sum = self._dma_sum + (value ^ self._dma_key) & 0xFF
        self._dma_key = (self._dma_key >> 2 | self._dma_key << 6) & 0xFF
        self._dma.write(self._channels()[0], bytes((self._dma_sum,)))

    def play_direct(self, value: int) -> None:
        """10h: one sample, now."""
        if self.audible:
            self.dac.play(Piece(self._clock.now_ps, 0.0, bytes((value,))))

    # --- state --------------------------------------------------------------------------------------

    @property
    def test_register(self) -> int:
        """E4h writes it, E8h reads it; a reset leaves it."""
        return self._test

    @test_register.setter
    def test_register(self, value: int) -> None:
        self._test = value & 0xFF

    def save(self) -> dict[str, Any]:
        """The registers, the command whose arguments are awaited, and what is under way."""
        return {
            "out": list(self.out), "last_out": self._last_out, "rate": list(self._units_per_second),
            "by_rate": self._by_rate, "block": self.block, "speaker": self.speaker, "midi": self.midi,
            "high_speed": self.high_speed, "test": self._test, "dma": [self._dma_sum, self._dma_key],
            "code": self._code if self._handler is not None else -1,
            "args": bytes(self._args) if self._handler is not None else b"",
            "reset_line": self._reset_line, "ready_ps": _time(self._ready),
            "irq_ps": _time(self._irq_event), "irq_bits": self._irq_bits,
            "decoders": [[bits, *decoder.state] for bits, decoder in self._decoders.items()],
            "playback": self.playback.save(),
        }  # fmt: skip

    def load(self, state: dict[str, Any]) -> None:
        """Take back what save() gave; the clock and the DMA controllers must have been put back before."""
        self._clear()
        self._clock.cancel(self._ready)
        self._ready = None
        self.out.extend(state["out"])
        self._last_out = state["last_out"]
        number, denominator = state["rate"]
        self._units_per_second, self._by_rate = (number, denominator), state["by_rate"]
        self.block, self.speaker, self.midi = state["block"], state["speaker"], state["midi"]
        self.high_speed, self._test = state["high_speed"], state["test"]
        self._dma_sum, self._dma_key = state["dma"]
        if state["code"] >= 0 and (known := self._known(state["code"])) is not None:
            self._code, self._handler, self._wanted = state["code"], known.handler, known.args
            self._args[:] = state["args"]
        self._reset_line = state["reset_line"]
        if state["ready_ps"] >= 0:
            self._ready = self._clock.at(state["ready_ps"], self._is_ready, "DSP reset")
        if state["irq_ps"] >= 0:
            self._force_irq_at(state["irq_ps"], state["irq_bits"])
        for bits, sample, step in state["decoders"]:
            self._decoders[bits] = Adpcm(bits)
            self._decoders[bits].state = (sample, step)
        self.playback.load(state["playback"], self._decoders)


def _time(event: Event | None) -> int:
    """When an event is due; -1 when it is not."""
    return -1 if event is None or event.cancelled else event.time_ps


def _count(low_high: bytes) -> int:
    return int.from_bytes(low_high, "little") + 1


# --- output -------------------------------------------------------------------------------------------


@command(0x10, args=1)
def direct_dac(dsp: Dsp, args: bytes) -> None:
    """A sample, written by the program itself."""
    dsp.play_direct(args[0])


@command(0x14, 0x15, args=2)
def single_8(dsp: Dsp, args: bytes) -> None:
    """8-bit single-cycle output."""
    dsp.start(_count(args))


@command(0x91, args=0, since=(2, 1))
def high_speed_single(dsp: Dsp, args: bytes) -> None:
    """High-speed output of one block."""
    dsp.start(dsp.block)
    dsp.high_speed = dsp.model.major < 4  # the 16 has no such mode, and takes commands all the while


@command(0x1C, since=(2, 0))
def auto_8(dsp: Dsp, args: bytes) -> None:
    """8-bit auto-init output."""
    dsp.start(dsp.block, auto_init=True)


@command(0x90, since=(2, 1))
def high_speed_auto(dsp: Dsp, args: bytes) -> None:
    """High-speed auto-init output."""
    dsp.start(dsp.block, auto_init=True)
    dsp.high_speed = dsp.model.major < 4


# Commands of ADPCM: bits and whether the block begins with a reference byte.
_ADPCM = {
    0x16: (2, False), 0x17: (2, True), 0x74: (4, False), 0x75: (4, True), 0x76: (3, False), 0x77: (3, True),
    0x1F: (2, True), 0x7D: (4, True), 0x7F: (3, True),
}  # fmt: skip


@command(0x16, 0x17, 0x74, 0x75, 0x76, 0x77, args=2)
def single_adpcm(dsp: Dsp, args: bytes) -> None:
    """ADPCM single-cycle output."""
    bits, reference = _ADPCM[dsp.code]
    dsp.start(_count(args), adpcm=dsp.decoder(bits, reference), reference=reference)


@command(0x1F, 0x7D, 0x7F, since=(2, 0))
def auto_adpcm(dsp: Dsp, args: bytes) -> None:
    """ADPCM auto-init output with reference."""
    bits, reference = _ADPCM[dsp.code]
    dsp.start(dsp.block, auto_init=True, adpcm=dsp.decoder(bits, reference), reference=reference)


@command(0x80, args=2)
def silence(dsp: Dsp, args: bytes) -> None:
    """Silence for so many samples, then an interrupt."""
    dsp.start(_count(args), silence=True)


@command(*range(0xB0, 0xD0), args=3, since=(4, 0))
def sixteen(dsp: Dsp, args: bytes) -> None:
    """Bxh 16 bit, Cxh 8 bit: bit 3 input, bit 2 auto-init; mode bit 5 stereo, bit 4 signed."""
    mode = args[0]
    dsp.start(
        _count(args[1:]), auto_init=bool(dsp.code & 0x04), bits=16 if dsp.code < 0xC0 else 8,
        signed=bool(mode & 0x10), channels=2 if mode & 0x20 else 1, to_memory=bool(dsp.code & 0x08),
    )  # fmt: skip


# --- input: there is no microphone, so it is quiet -------------------------------------------------------


@command(0x20)
def direct_adc(dsp: Dsp, args: bytes) -> None:
    """A sample from the microphone."""
    dsp.answer([0x80])


@command(0x24, args=2)
def input_single(dsp: Dsp, args: bytes) -> None:
    """8-bit single-cycle input."""
    dsp.start(_count(args), to_memory=True)


@command(0x2C, 0x98, since=(2, 0))
def input_auto(dsp: Dsp, args: bytes) -> None:
    """8-bit auto-init input (98h: high speed)."""
    dsp.start(dsp.block, auto_init=True, to_memory=True)


@command(0x99, since=(2, 1))
def input_high_speed(dsp: Dsp, args: bytes) -> None:
    """High-speed input of one block."""
    dsp.start(dsp.block, to_memory=True)


@command(0xA0, 0xA8, since=(3, 0), until=3)
def input_mode(dsp: Dsp, args: bytes) -> None:
    """Input is mono or stereo: all the same where it is quiet."""


# --- rate, block, control ---------------------------------------------------------------------------------


@command(0x40, args=1)
def time_constant(dsp: Dsp, args: bytes) -> None:
    """256 - 1,000,000 / (channels * rate): microseconds for each byte."""
    dsp.set_rate(1_000_000, 256 - args[0], frames=False)


@command(0x41, 0x42, args=2, since=(4, 0))
def sample_rate(dsp: Dsp, args: bytes) -> None:
    """Frames a second, high byte first; 5000 to 45454."""
    dsp.set_rate(min(max(args[0] << 8 | args[1], 5000), FASTEST_HZ), 1, frames=True)


@command(0x48, args=2, since=(2, 0))
def block_size(dsp: Dsp, args: bytes) -> None:
    """Units in a block of auto-init and high-speed transfers."""
    dsp.block = _count(args)


@command(0xD0, 0xD5)
def pause(dsp: Dsp, args: bytes) -> None:
    """Pause the transfer."""
    dsp.playback.pause()


@command(0xD4, 0xD6)
def go_on(dsp: Dsp, args: bytes) -> None:
    """Continue it."""
    dsp.playback.resume()


@command(0xD9, since=(4, 0))
@command(0xDA, since=(2, 0))
def exit_auto_init(dsp: Dsp, args: bytes) -> None:
    """Stop at the end of the block."""
    dsp.playback.end_after_block()


@command(0xD1)
def speaker_on(dsp: Dsp, args: bytes) -> None:
    """Connect the converter."""
    dsp.speaker = True
    if dsp.playback.transfer is not None:
        dsp.playback.transfer.audible = dsp.playback.transfer.count > 1


@command(0xD3)
def speaker_off(dsp: Dsp, args: bytes) -> None:
    """Disconnect it."""
    dsp.speaker = False
    if dsp.playback.transfer is not None:
        dsp.playback.transfer.audible = dsp.audible


@command(0xD8, since=(2, 0))
def speaker_status(dsp: Dsp, args: bytes) -> None:
    """FFh on, 00h off."""
    dsp.answer([0xFF if dsp.speaker else 0x00])


# --- identification, interrupts, MIDI ----------------------------------------------------------------------


@command(0xE0, args=1)
def identify(dsp: Dsp, args: bytes) -> None:
    """The byte, inverted."""
    dsp.answer([args[0] ^ 0xFF])


@command(0xE1)
def version(dsp: Dsp, args: bytes) -> None:
    """Major and minor version."""
    dsp.out.clear()
    dsp.answer([dsp.model.major, dsp.model.minor])


@command(0xE2, args=1)
def identify_dma(dsp: Dsp, args: bytes) -> None:
    """A byte by DMA."""
    dsp.identify_dma(args[0])


@command(0xE3, since=(3, 0))
def copyright_text(dsp: Dsp, args: bytes) -> None:
    """The text, ended by a zero."""
    dsp.answer(_COPYRIGHT)


@command(0xE4, args=1)
def write_test(dsp: Dsp, args: bytes) -> None:
    """Write the test register."""
    dsp.test_register = args[0]


@command(0xE8)
def read_test(dsp: Dsp, args: bytes) -> None:
    """Read the test register."""
    dsp.answer([dsp.test_register])


@command(0xF2)
def force_irq_8(dsp: Dsp, args: bytes) -> None:
    """The interrupt of 8-bit transfers."""
    dsp.force_irq(8)


@command(0xF3, since=(4, 0))
def force_irq_16(dsp: Dsp, args: bytes) -> None:
    """The interrupt of 16-bit transfers."""
    dsp.force_irq(16)


@command(0xF8)
def undocumented_f8(dsp: Dsp, args: bytes) -> None:
    """Answers 0; drivers ask."""
    dsp.answer([0])


@command(0x30, 0x31)
def midi_read(dsp: Dsp, args: bytes) -> None:
    """MIDI input: nothing ever comes."""


@command(0x34, 0x35, 0x36, 0x37, since=(2, 0))
def midi_uart(dsp: Dsp, args: bytes) -> None:
    """UART mode: what is written from now on goes to the MIDI port, up to a reset."""
    dsp.midi = True


@command(0x38, args=1)
def midi_write(dsp: Dsp, args: bytes) -> None:
    """A byte for the MIDI port."""
    dsp.on_midi(args[0])
