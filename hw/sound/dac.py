"""The sound of a card's converters: samples at their emulated times, joined by straight lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from hw.clock import MS, US
from hw.mixer import Samples, Span
from hw.sb.playback import Dac, Piece
from hw.sound.filters import DcBlocker

# Transfers are noted up to a portion (1 ms) and a byte (1 ms of ADPCM) late, and a line needs the next sample too.
DELAY_PS = 3 * MS
_HOLD_PS = 300 * US  # a sample stays that long at most before the line to a later one begins


def levels(piece: Piece) -> NDArray[np.float64]:
    """The frames of a piece, -1 to 1, left and right.

    >>> levels(Piece(0, 1.0, bytes((0, 128)))).tolist()
    [[-1.0, -1.0], [0.0, 0.0]]
    """
    kind = ("<i2" if piece.signed else "<u2") if piece.bits == 16 else ("i1" if piece.signed else "u1")
    half = 1 << piece.bits - 1
    values = np.frombuffer(piece.data, kind).astype(np.float64)
    values = (values if piece.signed else values - half) / half
    if piece.channels == 1:
        return np.repeat(values[:, None], 2, axis=1)
    return values[: len(values) // 2 * 2].reshape(-1, 2)


def joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Pieces of one transfer that follow each other without a gap as one.

    >>> [piece.data for piece in joined([Piece(0, 10.0, b"ab"), Piece(20, 10.0, b"c"), Piece(90, 10.0, b"d")])]
    [b'abc', b'd']
    """
    kind: tuple[float, int, bool, int] | None = None
    first, parts, end = 0, [b""], 0.0
    for piece in pieces:
        present = piece.period_ps, piece.bits, piece.signed, piece.channels
        frame = piece.bits // 8 * piece.channels
        if present != kind or not piece.period_ps or abs(piece.time_ps - end) > 2 or len(piece.data) % frame:
            if kind is not None:
                yield Piece(first, kind[0], b"".join(parts), *kind[1:])
            kind, first, parts, end = present, piece.time_ps, [], float(piece.time_ps)
        parts.append(piece.data)
        end += len(piece.data) // frame * piece.period_ps
    if kind is not None:
        yield Piece(first, kind[0], b"".join(parts), *kind[1:])


class DacVoice:
    """Renders what a Dac was given; ``gains`` are the card's volumes of left and right.

    ``catch_up`` is called before, for cards that work out what they played only when asked.
    """

    def __init__(
        self,
        dac: Dac,
        gains: Callable[[], tuple[float, float]] = lambda: (1.0, 1.0),
        catch_up: Callable[[], None] | None = None,
    ) -> None:
        self._dac = dac
        self._catch_up = catch_up
        self._gains = gains
        self._restart()

    def _restart(self) -> None:
        self._times: NDArray[np.float64] = np.zeros(1)  # of the samples still needed, relative to _base_ps
        self._values: NDArray[np.float64] = np.zeros((1, 2))
        self._base_ps = 0
        self._filter: DcBlocker | None = None

    def listen(self, on: bool) -> None:
        """Begin or cease."""
        self._dac.record(on)
        self._restart()

    def render(self, span: Span) -> Samples | None:
        """Left and right; None for silence."""
        if self._catch_up is not None:
            self._catch_up()
        if self._filter is None:
            self._filter = DcBlocker(span.rate)
        base = span.start_ps - DELAY_PS
        self._times -= base - self._base_ps
        self._base_ps = base
        times: list[NDArray[np.float64]] = [self._times]
        values: list[NDArray[np.float64]] = [self._values]
        last_time, last_value = float(self._times[-1]), self._values[-1:]
        for piece in joined(self._dac.take()):
            frames = levels(piece)
            if not len(frames):
                continue
            begin = max(float(piece.time_ps - base), last_time)
            if begin - last_time > piece.period_ps + _HOLD_PS:
                times.append(np.array([begin - min(piece.period_ps, _HOLD_PS)]))
                values.append(last_value)
            times.append(begin + np.arange(len(frames), dtype=np.float64) * piece.period_ps)
            values.append(frames)
            last_time, last_value = float(times[-1][-1]), frames[-1:]
        if len(times) == 1 and len(self._times) == 1 and self._filter.quiet and self._rests():
            return None
        at, level = np.concatenate(times), np.concatenate(values)
        edges = span.edges_ps
        wanted = edges[:-1]
        raw = np.stack([np.interp(wanted, at, level[:, side]) for side in (0, 1)], axis=1)
        # The sample before the next span's begin, and all after it, are needed again.
        keep = max(int(np.searchsorted(at, edges[-1], side="right")) - 1, 0)
        self._times, self._values = at[keep:].copy(), level[keep:].copy()
        return self._filter.run(raw) * self._gains()

    def _rests(self) -> bool:
        return self._filter is not None and bool(np.all(np.abs(self._values - self._filter.input) < 1e-9))
