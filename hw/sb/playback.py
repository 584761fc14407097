"""Transfers between the DSP and memory: blocks of DMA at a rate, in emulated time.

One event moves a portion of some milliseconds; what is due then is moved too before a program looks at the DMA
controller, so that the counters are always exact. The end of a block, where the DSP interrupts, has an event of its
own at its exact time. When the channel is
masked or at its terminal count, time stands still for the transfer until the channel is opened.

What is played is noted for the mixer while somebody listens: hw/sound/dac.py makes sound of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hw.clock import MS, SECOND, Clock, Event
from hw.dma import Dma
from hw.sb.adpcm import Adpcm

PORTION_PS = 2 * MS
SLOW_PORTION_PS = 1 * MS  # of ADPCM, whose bytes may last a millisecond each: hw/sound/dac.py waits for 3 ms in all
MOST_PIECES = 1 << 15  # kept between two renderings


class Piece(NamedTuple):
    """Samples that were played: frame i (from 0) at ``time_ps`` plus i times ``period_ps``."""

    time_ps: int
    period_ps: float
    data: bytes
    bits: int = 8
    signed: bool = False
    channels: int = 1


class Dac:
    """What the card's converters were given; noted only while ``recording``."""

    def __init__(self) -> None:
        self.recording = False
        self._pieces: list[Piece] = []

    def record(self, on: bool) -> None:
        """Note pieces from now on, or no more."""
        self.recording = on
        self._pieces = []

    def play(self, piece: Piece) -> None:
        """Note a piece."""
        if self.recording and len(self._pieces) < MOST_PIECES:
            self._pieces.append(piece)

    def take(self) -> list[Piece]:
        """The pieces noted since the last call, oldest first."""
        pieces, self._pieces = self._pieces, []
        return pieces


@dataclass(slots=True)
class Transfer:
    """What a DSP command began: ``count`` units (bytes, or words with ``bits`` 16) a block."""

    channel: int  # DMA; -1: silence, nothing is moved
    count: int
    auto_init: bool
    units_per_second: tuple[int, int]  # numerator, denominator
    bits: int = 8
    signed: bool = False
    channels: int = 1
    to_memory: bool = False
    adpcm: Adpcm | None = None
    with_reference: bool = False
    audible: bool = True
    left: int = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.count

    def save(self) -> dict[str, Any]:
        """The fields as plain values; the decoder by its bits."""
        values = {name: getattr(self, name) for name in _PLAIN}
        values["units_per_second"] = list(self.units_per_second)
        return values | {"adpcm": 0 if self.adpcm is None else self.adpcm.bits}

    @classmethod
    def loaded(cls, state: Mapping[str, Any], decoders: Mapping[int, Adpcm]) -> Transfer:
        """What save() gave."""
        values = dict(state)
        left, bits = values.pop("left"), values.pop("adpcm")
        number, denominator = values.pop("units_per_second")
        transfer = cls(**values, units_per_second=(number, denominator), adpcm=decoders[bits] if bits else None)
        transfer.left = left
        return transfer

    @property
    def dma_cycles_per_unit(self) -> int:
        """2 where words go through a channel of bytes."""
        return 2 if self.bits == 16 and self.channel < 4 else 1


_PLAIN = (
    "channel",
    "count",
    "auto_init",
    "bits",
    "signed",
    "channels",
    "to_memory",
    "with_reference",
    "audible",
    "left",
)


class Playback:
    """Runs one Transfer; ``on_block(transfer)`` is called at the end of each block."""

    def __init__(self, clock: Clock, dma: Dma, dac: Dac, on_block: Callable[[Transfer], None]) -> None:
        self.transfer: Transfer | None = None
        self._clock = clock
        self._dma = dma
        self._dac = dac
        self._on_block = on_block
        self._anchor_ps = 0
        self._done = 0  # units since the anchor
        self._end_ps = -1  # of the block; -1: to be worked out
        self._portion_ps = PORTION_PS
        self._slow = False  # a unit takes longer than a portion
        self._event: Event | None = None
        self._paused = self._stalled = False
        dma.add_listener(self._channels_changed)
        dma.add_looker(self._looked_at)

    def start(self, transfer: Transfer) -> None:
        """Begin a transfer in place of the present one."""
        self.stop()
        self.transfer = transfer
        if transfer.with_reference and transfer.adpcm is not None:
            self._take_reference(transfer)
        self._resume()

    def stop(self) -> None:
        """End the transfer at once."""
        self._cancel()
        self.transfer = None
        self._paused = self._stalled = False

    def pause(self) -> None:
        """Stand still (what is due is moved first)."""
        if self.transfer is not None and not self._paused:
            self._move_due()
            self._cancel()
            self._paused = self.transfer is not None

    def resume(self) -> None:
        """Go on after a pause."""
        if self._paused:
            self._paused = False
            self._resume()

    def retime(self, units_per_second: tuple[int, int]) -> None:
        """Change the rate of what is running."""
        if self.transfer is not None and self.transfer.units_per_second != units_per_second:
            if not (self._paused or self._stalled):
                self._move_due()
            if self.transfer is None:
                return
            self.transfer.units_per_second = units_per_second
            if not (self._paused or self._stalled):
                self._resume()

    def end_after_block(self) -> None:
        """Leave auto-initialisation at the end of the block."""
        if self.transfer is not None:
            self.transfer.auto_init = False

    @property
    def running(self) -> bool:
        """A transfer is under way and not paused."""
        return self.transfer is not None and not self._paused

    # --- state ------------------------------------------------------------------------------------

    def save(self) -> dict[str, Any]:
        """The transfer, and how far it is."""
        if self.transfer is None:
            return {"transfer": None}
        event = self._event
        return {
            "transfer": self.transfer.save(), "anchor_ps": self._anchor_ps, "done": self._done,
            "paused": self._paused, "stalled": self._stalled,
            "due_ps": -1 if event is None or event.cancelled else event.time_ps,
        }  # fmt: skip

    def load(self, state: dict[str, Any], decoders: Mapping[int, Adpcm]) -> None:
        """Take back what save() gave; ``decoders`` by the bits of a sample."""
        self.stop()
        saved = state["transfer"]
        if saved is None:
            return
        self.transfer = Transfer.loaded(saved, decoders)
        self._anchor_ps, self._done = state["anchor_ps"], state["done"]
        self._paused, self._stalled, self._end_ps = state["paused"], state["stalled"], -1
        if state["due_ps"] >= 0:
            self._event = self._clock.at(state["due_ps"], self._due, "sound transfer")

    # --- time -------------------------------------------------------------------------------------

    def _time_of(self, unit: int, transfer: Transfer) -> int:
        """When ``unit`` units since the anchor are done."""
        number, denominator = transfer.units_per_second
        return self._anchor_ps - (-unit * denominator * SECOND // number)

    def _resume(self) -> None:
        self._anchor_ps, self._done, self._end_ps = self._clock.now_ps, 0, -1
        self._stalled = False
        self._schedule()

    def _cancel(self) -> None:
        if self._event is not None:
            self._clock.cancel(self._event)
            self._event = None

    def _schedule(self) -> None:
        self._cancel()
        transfer = self.transfer
        if transfer is None:
            return
        if self._end_ps < 0:
            number, denominator = transfer.units_per_second
            self._end_ps = self._time_of(self._done + transfer.left, transfer)
            self._portion_ps = PORTION_PS if transfer.adpcm is None else SLOW_PORTION_PS
            self._slow = number * self._portion_ps < denominator * SECOND
        due = self._end_ps
        if transfer.channel >= 0 and (portion := self._clock.now_ps + self._portion_ps) < due:
            # Not nearer than one unit, so that each event moves something.
            due = min(due, max(portion, self._time_of(self._done + 1, transfer))) if self._slow else portion
        self._event = self._clock.at(due, self._due, "sound transfer")

    def _due(self) -> None:
        self._event = None
        self._move_due()
        if self.transfer is not None and not (self._paused or self._stalled or self._event is not None):
            self._schedule()

    def _looked_at(self) -> None:
        if self._event is not None:
            self._move_due()

    def _channels_changed(self) -> None:
        transfer = self.transfer
        if transfer is None or not self._stalled or self._paused or not self._dma.enabled(transfer.channel):
            return
        if transfer.with_reference and transfer.adpcm is not None:
            self._take_reference(transfer)
        self._resume()

    # --- data ------------------------------------------------------------------------------------

    def _take_reference(self, transfer: Transfer) -> None:
        if transfer.adpcm is not None and (first := self._dma.read(transfer.channel, 1)):
            transfer.adpcm.set_reference(first[0])
            transfer.with_reference = False
            transfer.left = max(transfer.left - 1, 1)

    def _move_due(self) -> None:
        """Move what the time since the anchor allows, and end the block when it is complete."""
        transfer = self.transfer
        if transfer is None:
            return
        number, denominator = transfer.units_per_second
        due = (self._clock.now_ps - self._anchor_ps) * number // (denominator * SECOND) - self._done
        due = min(due, transfer.left)
        if due < transfer.left and transfer.channels == 2:
            due &= ~1
        if due <= 0:
            return
        moved = due if transfer.channel < 0 else self._move(transfer, due)
        transfer.left -= moved
        self._done += moved
        if transfer.left == 0:
            self._end_ps = -1
            if transfer.auto_init:
                transfer.left = transfer.count
            else:
                self._cancel()
                self.transfer = None
            self._on_block(transfer)
        elif moved < due:
            self._stalled = True
            self._cancel()

    def _move(self, transfer: Transfer, units: int) -> int:
        cycles = units * transfer.dma_cycles_per_unit
        size = 2 if transfer.bits == 16 else 1
        if transfer.to_memory:
            quiet = b"\x80" if transfer.bits == 8 and not transfer.signed else bytes(size)
            return self._dma.write(transfer.channel, quiet * units) // size
        data = self._dma.read(transfer.channel, cycles)
        moved = len(data) // size
        if moved and transfer.audible and self._dac.recording:
            self._note(transfer, data[: moved * size])
        return moved

    def _note(self, transfer: Transfer, data: bytes) -> None:
        number, denominator = transfer.units_per_second
        period = denominator * SECOND / number * transfer.channels
        start = self._time_of(self._done, transfer)
        if transfer.adpcm is not None:
            data = transfer.adpcm.decode(data)
            period /= transfer.adpcm.samples_per_byte
        self._dac.play(Piece(start, period, data, transfer.bits, transfer.signed, transfer.channels))
