"""Instruments of the FM fallback for General MIDI: one patch of two operators for each kind of instrument.

The patches are this project's own. Values are those of Yamaha's YMF262 manual: ``multiple`` 0 to 15, ``level``
0 (loudest) to 63 in steps of 0.75 dB, ``wave`` 0 sine, 1 half sine, 2 absolute sine, 3 quarter sine.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator: ``envelope`` is attack, decay, sustain level and release; ``held`` as long as the key is."""

    multiple: int
    level: int
    envelope: tuple[int, int, int, int]
    wave: int = 0
    held: bool = False
    vibrato: bool = False

    @property
    def registers(self) -> tuple[int, int, int, int, int]:
        """What goes to registers 20h, 40h, 60h, 80h and E0h."""
        attack, decay, sustain, release = self.envelope
        return (
            (0x40 if self.vibrato else 0) | (0x20 if self.held else 0) | self.multiple, self.level,
            attack << 4 | decay, sustain << 4 | release, self.wave,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Patch:
    """Modulator and carrier; ``additive``: both are heard. ``shift`` in semitones."""

    modulator: Operator
    carrier: Operator
    feedback: int = 0
    additive: bool = False
    shift: int = 0


def _held(multiple: int, level: int, attack: int, sustain: int = 1, *, wave: int = 0, vibrato: bool = False,
          release: int = 6) -> Operator:  # fmt: skip
    return Operator(multiple, level, (attack, 3, sustain, release), wave, True, vibrato)


def _struck(multiple: int, level: int, decay: int, release: int, *, wave: int = 0, sustain: int = 15) -> Operator:
    return Operator(multiple, level, (15, decay, sustain, release), wave)


# The sixteen groups of eight programs of General MIDI level 1, in its order; single programs that differ follow.
_GROUPS = (
    Patch(_struck(1, 34, 3, 4, sustain=9), _struck(1, 0, 3, 5, sustain=9), 4),  # piano
    Patch(_struck(7, 30, 5, 5), _struck(2, 0, 4, 4), 0),  # chromatic percussion
    Patch(_held(2, 20, 14), _held(1, 0, 14), 3, True),  # organ
    Patch(_struck(3, 24, 4, 6), _struck(1, 0, 4, 6), 5),  # guitar
    Patch(_struck(1, 20, 5, 7, sustain=6), _struck(1, 0, 3, 7, sustain=6), 5, shift=0),  # bass
    Patch(_held(1, 35, 7, 2), _held(1, 0, 8, 1, vibrato=True), 5),  # strings
    Patch(_held(1, 26, 5, 2), _held(1, 0, 6, 1, vibrato=True, release=5), 5),  # ensemble
    Patch(_held(1, 30, 9, 3), _held(1, 0, 10, 1), 6),  # brass
    Patch(_held(2, 28, 10, 2), _held(1, 0, 10, 1, vibrato=True), 4),  # reed
    Patch(_held(2, 45, 10, 1), _held(1, 0, 10, 1, vibrato=True), 0),  # pipe
    Patch(_held(1, 18, 15, 1), _held(1, 0, 15, 1), 7),  # synth lead
    Patch(_held(2, 32, 4, 1), _held(1, 0, 4, 1, release=4), 3, True),  # synth pad
    Patch(_held(3, 30, 5, 4), _held(1, 0, 5, 2, release=4), 5),  # synth effects
    Patch(_struck(5, 26, 5, 6), _struck(1, 0, 4, 6), 3),  # ethnic
    Patch(_struck(6, 24, 6, 7), _struck(2, 0, 5, 6), 5),  # percussive
    Patch(_held(13, 10, 6, 4, wave=1), _held(1, 4, 6, 3), 7),  # sound effects
)
_SINGLE = {
    6: Patch(_struck(4, 26, 4, 6), _struck(1, 0, 4, 6), 5),  # harpsichord
    19: Patch(_held(4, 18, 12), _held(1, 0, 12), 2, True),  # church organ
    29: Patch(_held(1, 10, 15, 2), _held(1, 2, 15, 2), 7),  # overdriven guitar
    30: Patch(_held(2, 8, 15, 2), _held(1, 2, 15, 2), 7),  # distortion guitar
    38: Patch(_struck(1, 16, 5, 7, sustain=4), _struck(1, 0, 4, 7, sustain=4), 7),  # synth bass 1
    46: Patch(_struck(2, 30, 4, 4), _struck(1, 0, 4, 4), 2),  # harp
    47: Patch(_struck(1, 20, 6, 5), _struck(1, 0, 5, 5), 6, shift=-12),  # timpani
    80: Patch(_held(2, 28, 15, 0), _held(1, 2, 15, 0), 0),  # square lead
}


def patch(program: int) -> Patch:
    """The instrument of a program, 0 to 127.

    >>> patch(0) == patch(1), patch(19) == patch(16)
    (True, False)
    """
    return _SINGLE.get(program, _GROUPS[program >> 3 & 15])


_KICK = Patch(_struck(0, 4, 8, 8), _struck(0, 0, 7, 8), 3)
_SNARE = Patch(_struck(15, 0, 8, 8, wave=2), _struck(3, 2, 8, 8), 7)
_HAT = Patch(_struck(15, 0, 10, 10, wave=2), _struck(11, 10, 10, 10), 7)
_OPEN_HAT = Patch(_struck(15, 0, 6, 7, wave=2), _struck(11, 10, 6, 7), 7)
_CYMBAL = Patch(_struck(13, 2, 4, 5, wave=2), _struck(9, 10, 4, 5), 7)
_TOM = Patch(_struck(1, 20, 7, 7), _struck(1, 0, 6, 7), 4)
_WOOD = Patch(_struck(3, 24, 10, 10), _struck(2, 4, 9, 9), 2)
_BELL = Patch(_struck(5, 20, 6, 7), _struck(3, 8, 6, 6), 3)
_RATTLE = Patch(_struck(15, 4, 11, 11, wave=1), _struck(12, 12, 10, 10), 7)

# Key of channel 10 to instrument and the note it is played at.
DRUMS: dict[int, tuple[Patch, int]] = {
    35: (_KICK, 40), 36: (_KICK, 43), 37: (_WOOD, 70), 38: (_SNARE, 60), 39: (_SNARE, 72), 40: (_SNARE, 64),
    41: (_TOM, 41), 42: (_HAT, 72), 43: (_TOM, 45), 44: (_HAT, 70), 45: (_TOM, 48), 46: (_OPEN_HAT, 72),
    47: (_TOM, 52), 48: (_TOM, 55), 49: (_CYMBAL, 70), 50: (_TOM, 59), 51: (_CYMBAL, 77), 52: (_CYMBAL, 65),
    53: (_BELL, 77), 54: (_RATTLE, 77), 55: (_CYMBAL, 74), 56: (_BELL, 65), 57: (_CYMBAL, 68), 58: (_RATTLE, 60),
    59: (_CYMBAL, 75), 60: (_TOM, 67), 61: (_TOM, 62), 62: (_TOM, 64), 63: (_TOM, 62), 64: (_TOM, 57),
    65: (_TOM, 67), 66: (_TOM, 62), 67: (_BELL, 79), 68: (_BELL, 74), 69: (_RATTLE, 72), 70: (_RATTLE, 79),
    73: (_RATTLE, 70), 74: (_RATTLE, 66), 75: (_WOOD, 79), 76: (_WOOD, 77), 77: (_WOOD, 70), 80: (_BELL, 84),
    81: (_BELL, 86),
}  # fmt: skip
