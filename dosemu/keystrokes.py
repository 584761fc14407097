"""The keyboard as a person uses it: keys held for a moment, one after the other, in emulated time.

All scan codes of a text sent at once would overflow the keyboard's buffer, and a program that polls for
held keys would never see one. So each keystroke is held and followed by a gap, on the machine's clock.

>>> from hw.clock import Clock, SECOND
>>> from hw.keyboard import Keyboard
>>> from hw.pic import Pic
>>> from hw.ports import PortBus
>>> bus, clock = PortBus(), Clock()
>>> keyboard = KeyboardInput(Keyboard(bus, clock, Pic(bus)), clock)
>>> keyboard.type("hi"); keyboard.pending
2
>>> clock.skip_to(SECOND); keyboard.pending
0
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from dosemu.errors import KeyNameError
from dosemu.input_tap import Tap, tapped
from dosemu.keys import RELEASE, chord, parse_keys, scan_code, text_to_keys
from hw.clock import MS, SECOND, Clock
from hw.keyboard import Keyboard
from hw.state import resumable

if TYPE_CHECKING:
    from dosemu.bios.layouts import Layout

HOLD_PS = 15 * MS
EVERY_PS = 30 * MS
_MOST_AHEAD = 4  # keystrokes of a pasted text that are on their way


class KeyboardInput:
    """Presses keys of the machine's keyboard; timed keystrokes keep their order and their distance.

    ``pending`` is the number of keystrokes that are still to come.

    >>> from dosemu import Machine
    >>> code = bytes.fromhex("b400 cd16 b40e cd10 ebf6")  # echo keys
    >>> with Machine.from_files({"T.COM": code}) as m:
    ...     m.keyboard.type("a"); m.keyboard.tap("shift+b"); m.keyboard.schedule("1:c 1.5:type=de")
    ...     m.run(seconds=2); m.screen.text()[:5]
    ...     m.keyboard.paste("long text"); m.keyboard.pasting
    ...     while m.keyboard.pasting:
    ...         m.run(frames=1); m.keyboard.feed()
    ...     m.run(seconds=1); m.screen.text()[5:14]
    ...     m.keyboard.press(0x2D); m.run(seconds=0.1); m.keyboard.release(0x2D); m.keyboard.release_all()
    ...     m.keyboard.send([0x15, 0x95]); m.run(seconds=0.1); m.screen.text()[14:16]
    'aBcde'
    5
    'long text'
    'xy'
    """

    snapshot_skips = ("input_tap",)
    input_tap: Tap | None = None

    def __init__(self, keyboard: Keyboard, clock: Clock) -> None:
        self._keyboard = keyboard
        self._clock = clock
        self._free_ps = 0
        self.pending = 0
        self.layout: Callable[[], Layout | None] = lambda: None  # the one that KEYB set
        self.codec: Callable[[], str] = lambda: "cp437"  # of what is entered with Alt and the keypad
        self.room: Callable[[], int] = lambda: _MOST_AHEAD  # keys that the BIOS's buffer still takes
        self._pasted: deque[str] = deque()

    @tapped("keyboard.press")
    def press(self, code: int) -> None:
        """Push a key down now: a set 1 scan code, E0xxh for the grey keys."""
        self._keyboard.press(code)

    @tapped("keyboard.release")
    def release(self, code: int) -> None:
        """Let a key go now."""
        self._keyboard.release(code)

    @tapped("keyboard.release_all")
    def release_all(self) -> None:
        """Let all keys go (the window lost the focus)."""
        self._keyboard.release_all()

    @tapped("keyboard.send")
    def send(self, codes: Sequence[int], at_ps: int | None = None) -> None:
        """One keystroke as scan codes (bit 7: release), now or at ``at_ps`` picoseconds of emulated time."""
        now = self._clock.now_ps
        start = max(now if at_ps is None else at_ps, now, self._free_ps)
        self._free_ps = start + EVERY_PS
        presses = [code for code in codes if not code & RELEASE]
        releases = [code & ~RELEASE for code in codes if code & RELEASE]
        self.pending += 1

        self._clock.at(start, partial(self._press_all, presses), "key press")
        end = start + HOLD_PS if presses and releases else start
        self._clock.at(end, partial(self._release_all, releases), "key release")

    @resumable
    def _press_all(self, codes: Sequence[int]) -> None:
        for code in codes:
            self._keyboard.press(code)

    @resumable
    def _release_all(self, codes: Sequence[int]) -> None:
        self.pending -= 1
        for code in codes:
            self._keyboard.release(code)

    def type(self, text: str) -> None:
        """Type ``text`` from now on; what the keyboard has not is entered with Alt and the keypad."""
        for char in text:
            for codes in character_codes(char, self.layout(), self.codec()):
                self.send(codes)

    def paste(self, text: str) -> None:
        """Type ``text`` as fast as the program reads it, in place of what was pasted before; see ``feed``."""
        self._pasted = deque(text)
        self.feed()

    @property
    def pasting(self) -> int:
        """Characters that are still to be pasted."""
        return len(self._pasted)

    def feed(self) -> None:
        """Once a frame: type more of what is pasted while the buffers have room for it."""
        while self._pasted and self.pending < min(self.room() - 2, _MOST_AHEAD):
            self.type(self._pasted.popleft())

    def tap(self, name: str) -> None:
        """Press and release a key or a chord by name: ``"Enter"``, ``"ctrl+c"``. Raises KeyNameError."""
        for event in parse_keys(f"0:{name}"):
            self.send(event.codes)

    def schedule(self, text: str) -> None:
        """Keys at emulated seconds from now: ``"1.5:Enter 2:type=hello"``. Raises KeyNameError."""
        now = self._clock.now_ps
        for event in parse_keys(text):
            self.pending += 1
            at_ps = now + round(event.time * SECOND)
            self._clock.at(at_ps, partial(self._due, event.codes, event.character, at_ps), "scheduled key")

    @resumable
    def _due(self, codes: Sequence[int], character: str, at_ps: int) -> None:
        """Only now is it known which layout the machine has."""
        self.pending -= 1
        strokes = character_codes(character, self.layout(), self.codec()) if character else [codes]
        for stroke in strokes:
            self.send(stroke, at_ps)


def _layout_codes(char: str, layout: Layout) -> Sequence[int] | None:
    """The keystroke for a character on a keyboard of another country."""
    if char in layout.dead:
        return None
    for keys, names in ((layout.plain, ()), (layout.shift, ("shift",)), (layout.right_alt, ("ralt",))):
        scan = next((scan for scan, other in keys.items() if other == char), None)
        if scan is not None:
            return chord(*map(scan_code, names), scan)
    return None


def character_codes(char: str, layout: Layout | None = None, codec: str = "cp437") -> Iterator[Sequence[int]]:
    """The keystrokes for one character: a key, or Alt and the decimal number of the code page on the keypad.

    >>> list(character_codes("a"))
    [(30, 158)]
    >>> len(list(character_codes("é")))  # Alt down, 1, 3, 0, Alt up
    5
    """
    if layout is not None and (codes := _layout_codes(char, layout)) is not None:
        yield codes
        return
    try:
        if layout is not None and char.isprintable() and char != " ":
            raise KeyNameError(char)
        strokes = text_to_keys(char)
    except KeyNameError:
        try:
            number = char.encode(codec)[0]
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
