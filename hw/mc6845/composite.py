"""The CGA's composite signal: the level of each colour at the four dots of a period of the colour subcarrier.

IBM Options and Adapters Technical Reference, "Color/Graphics Monitor Adapter" (logic diagrams): the dot clock is four
times the subcarrier, and a multiplexer passes, by red, green and blue, one of six square waves of that frequency,
nothing or everything; intensity is added. So single dots of 640 are colours too: what is on for a quarter of a period
has the phase of that quarter (artifact colours).

>>> round(sum(LEVELS[15]) / 4, 2), LEVELS[0]
(1.0, (0.0, 0.0, 0.0, 0.0))
"""

from __future__ import annotations

from math import cos, radians, sin
from typing import Final

# Hues as degrees from B-Y; a lone first dot of a period has that of the burst, as the known artifact colours show.
_FIRST_DOT: Final = 180
_HUES: Final = {1: 0, 2: 225, 3: 270, 4: 90, 5: 45, 6: 180}
_COLOUR, _INTENSITY = 0.7, 0.3
_STEPS: Final = 64

_ANGLES: Final = tuple(_FIRST_DOT - 90 * dot for dot in range(4))
COSINE: Final = tuple(cos(radians(angle)) for angle in _ANGLES)
SINE: Final = tuple(sin(radians(angle)) for angle in _ANGLES)


def _wave(hue: int, angle: int) -> float:
    """The part of a dot around ``angle`` for which the square wave of a hue is high."""
    places = (angle - 45 + 90 * (step + 0.5) / _STEPS for step in range(_STEPS))
    return sum(cos(radians(place - hue)) > 0 for place in places) / _STEPS


def _level(colour: int, dot: int) -> float:
    chroma = {0: 0.0, 7: 1.0}.get(colour & 7)
    if chroma is None:
        chroma = _wave(_HUES[colour & 7], _ANGLES[dot])
    return _COLOUR * chroma + (_INTENSITY if colour & 8 else 0)


LEVELS: Final = tuple(tuple(_level(colour, dot) for dot in range(4)) for colour in range(16))
