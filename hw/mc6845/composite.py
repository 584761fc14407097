"""The CGA's composite signal: the level of each colour at the four dots of a period of the colour subcarrier.

IBM Options and Adapters Technical Reference, "Color/Graphics Monitor Adapter" (logic diagrams): the dot clock is four
times the subcarrier, and a multiplexer passes, by red, green and blue, one of six square waves of that frequency,
nothing or everything. So single dots of 640 are colours too: what is on for a quarter of a period
has the phase of that quarter (artifact colours).

What leaves the board is a sum over resistors. The first one (*old*) adds wave and intensity, so all six colours are
equally bright; that of 1983 (*new*) adds red, green and blue too, by their luminance, and less of the wave. A monitor's
automatic colour control measures the burst, which is such a wave, and so brings up the colours of the new one.

>>> [round(sum(levels[15]) / 4, 2) for levels in LEVELS.values()], LEVELS["old"][0]
([1.0, 1.0], (0.0, 0.0, 0.0, 0.0))
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians, sin
from typing import Final

# Hues as degrees from B-Y; a lone first dot of a period has that of the burst, as the known artifact colours show.
_FIRST_DOT: Final = 180
HUES: Final = {1: 0, 2: 225, 3: 270, 4: 90, 5: 45, 6: 180}
_STEPS: Final = 64

_ANGLES: Final = tuple(_FIRST_DOT - 90 * dot for dot in range(4))
COSINE: Final = tuple(cos(radians(angle)) for angle in _ANGLES)
SINE: Final = tuple(sin(radians(angle)) for angle in _ANGLES)


def _wave(hue: int, angle: int) -> float:
    """The part of a dot around ``angle`` for which the square wave of a hue is high."""
    places = (angle - 45 + 90 * (step + 0.5) / _STEPS for step in range(_STEPS))
    return sum(cos(radians(place - hue)) > 0 for place in places) / _STEPS


@dataclass(frozen=True, slots=True)
class _Weights:
    """The parts of white: of the wave, and of each bit of a colour."""

    wave: float
    intensity: float
    red: float
    green: float
    blue: float

    def level(self, colour: int, dot: int) -> float:
        wave = {0: 0.0, 7: 1.0}.get(colour & 7)
        if wave is None:
            wave = _wave(HUES[colour & 7], _ANGLES[dot])
        bits = zip((self.blue, self.green, self.red, self.intensity), range(4), strict=True)
        return self.wave * wave + sum(part for part, bit in bits if colour >> bit & 1)


ERAS: Final = {"old": _Weights(0.71, 0.29, 0, 0, 0), "new": _Weights(0.29, 0.32, 0.10, 0.22, 0.07)}
LEVELS: Final = {
    era: tuple(tuple(weights.level(colour, dot) for dot in range(4)) for colour in range(16))
    for era, weights in ERAS.items()
}
"""Of the signal, from black to white, by board, colour and quarter of a period."""
_FULL_COLOUR: Final = 0.5  # how far the colour control goes
GAINS: Final = {era: (ERAS["old"].wave / weights.wave) ** _FULL_COLOUR for era, weights in ERAS.items()}
"""Of a monitor's colours, by board."""
