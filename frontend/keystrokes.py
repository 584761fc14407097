"""Keystrokes in emulated time: a person holds a key for a moment, and presses one after the other.

All scan codes of a text sent at once would overflow the keyboard's buffer, and a game that polls for held
keys would never see one. So each keystroke is held and followed by a gap, on the machine's own clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dosemu.errors import KeyNameError
from dosemu.keys import RELEASE, chord, scan_code, text_to_keys

if TYPE_CHECKING:
    from dosemu.machine import Machine

PS_PER_SECOND = 1_000_000_000_000
HOLD_PS = 15 * PS_PER_SECOND // 1000
EVERY_PS = 30 * PS_PER_SECOND // 1000


class Typist:
    """Presses keys of a machine; keystrokes keep their order and their distance."""

    def __init__(self, machine: Machine) -> None:
        self._clock = machine.clock
        self._keyboard = machine.keyboard
        self._free_ps = 0
        self.pending = 0

    def send(self, codes: Sequence[int], at_ps: int | None = None) -> None:
        """One keystroke as scan codes (bit 7: release), now or at ``at_ps`` picoseconds of emulated time."""
        now = self._clock.now_ps
        start = max(now if at_ps is None else at_ps, now, self._free_ps)
        self._free_ps = start + EVERY_PS
        presses = [code for code in codes if not code & RELEASE]
        releases = [code & ~RELEASE for code in codes if code & RELEASE]
        self.pending += 1

        def press() -> None:
            for code in presses:
                self._keyboard.press(code)

        def release() -> None:
            self.pending -= 1
            for code in releases:
                self._keyboard.release(code)

        self._clock.at(start, press, "key press")
        self._clock.at(start + HOLD_PS if presses and releases else start, release, "key release")

    def type(self, text: str) -> None:
        """Type ``text`` now; characters a US keyboard has not are entered with Alt and the keypad, others left out."""
        for char in text:
            for codes in character_codes(char):
                self.send(codes)


def character_codes(char: str) -> Iterator[Sequence[int]]:
    """The keystrokes for one character: a key, or Alt and the decimal code page 437 number on the keypad.

    >>> list(character_codes("a"))
    [(30, 158)]
    >>> len(list(character_codes("é")))  # Alt down, 1, 3, 0, Alt up
    5
    """
    try:
        strokes = text_to_keys(char)
    except KeyNameError:
        try:
            number = char.encode("cp437")[0]
        except UnicodeEncodeError:
            return
        alt = scan_code("alt")
        yield (alt,)
        for digit in str(number):
            yield chord(scan_code(f"kp_{digit}"))
        yield (alt | RELEASE,)
        return
    for stroke in strokes:
        yield stroke.codes
