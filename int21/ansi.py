"""ANSI.SYS: escape sequences in what goes to the console, and keys that stand for texts.

Sequences as in the MS-DOS User's Guide, "ANSI.SYS"; ``ESC [ 6 n`` and the rest as in RBIL. The colours that are on
the screen stay until a program sets one, as with the plain console driver.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from typing import ClassVar

from int21.console import ScreenConsole

_ESCAPE = 0x1B
_DEFAULT = 0x07
_COLOURS = (0, 4, 2, 6, 1, 5, 3, 7)  # of ANSI, as the adapter numbers them
_BOLD, _BLINK = 0x08, 0x80
_WRAP = 7  # mode of ESC [ = h
_LONGEST_SEQUENCE = 256
_MOST_TEXT = 2048  # bytes of all redefined keys
_EXTENDED = 0x100  # of a key: its scan code follows a zero
_TOKEN = re.compile(rb"\"[^\"]*\"|'[^']*'|[^;\"']+|;")


def parameters(text: bytes) -> list[int]:
    """The parameters of a sequence; a quoted text is its characters, a missing number -1.

    >>> parameters(b"0;59;'dir';13"), parameters(b"=3"), parameters(b";5")
    ([0, 59, 100, 105, 114, 13], [3], [-1, 5])
    """
    values: list[int] = []
    missing = True
    for token in _TOKEN.findall(text.lstrip(b"=?")):
        if token == b";":
            if missing:
                values.append(-1)
            missing = True
            continue
        missing = False
        if token[0] in b"\"'":
            values.extend(token[1:-1])
        else:
            values.append(int(token) if token.isdigit() and len(token) < 6 else -1)
    return values


class AnsiConsole:
    """A console that understands escape sequences, over one that shows text."""

    def __init__(self, screen: ScreenConsole) -> None:
        self.screen = screen
        self.attribute: int | None = None  # None: leave the colours that are there
        self.wrap = True
        self._saved = (0, 0)
        self._sequence: bytearray | None = None  # what came of one, from its ESC on
        self._keys: dict[int, bytes] = {}
        self._pending: deque[int] = deque()

    # Input

    @property
    def watches(self) -> tuple[int, ...]:
        return self.screen.watches

    def read(self) -> int | None:
        self._translate()
        return self._pending.popleft() if self._pending else self.screen.read()

    def peek(self) -> int | None:
        self._translate()
        return self._pending[0] if self._pending else self.screen.peek()

    def flush(self) -> None:
        self._pending.clear()
        self.screen.flush()

    def _translate(self) -> None:
        """Take the next key from below when it stands for a text."""
        if self._pending or not self._keys:
            return
        first = self.screen.peek()
        if first is None or (first not in self._keys and (first or max(self._keys) < _EXTENDED)):
            return
        self.screen.read()
        if first:
            self._pending.extend(self._keys[first])
            return
        scan = self.screen.read() or 0
        self._pending.extend(self._keys.get(_EXTENDED | scan, bytes((0, scan))))

    # Output

    def write(self, data: bytes) -> None:
        """Show text and obey the sequences in it; one may be cut anywhere and go on in the next write."""
        at = 0
        while at < len(data):
            if self._sequence is None:
                end = data.find(_ESCAPE, at)
                end = len(data) if end < 0 else end
                if end > at:
                    self._show(data[at:end])
                if end < len(data):
                    self._sequence = bytearray()
                at = end + 1
                continue
            at = self._take(data, at)

    def _take(self, data: bytes, at: int) -> int:
        """One byte of a sequence; returns where to go on."""
        sequence = self._sequence
        assert sequence is not None
        byte = data[at]
        if not sequence:
            if byte == 0x5B:
                sequence.append(byte)
                return at + 1
            self._sequence = None
            if byte == _ESCAPE:
                self._sequence = bytearray()
                return at + 1
            return self._plain(data, at)
        body = bytes(sequence[1:])
        quoted = _in_quotes(body)
        if quoted or byte in b"0123456789;=?\"'":
            sequence.append(byte)
            if len(sequence) > _LONGEST_SEQUENCE:
                self._sequence = None
            return at + 1
        self._sequence = None
        command = self._COMMANDS.get(byte)
        if command is None:
            return self._plain(data, at)
        command(self, parameters(body))
        return at + 1

    def _plain(self, data: bytes, at: int) -> int:
        """What is no sequence is shown, without its beginning."""
        self._show(data[at : at + 1])
        return at + 1

    def _show(self, text: bytes) -> None:
        if self.wrap:
            self.screen.show(text, self.attribute)
            return
        for byte in text:
            row, column = self.screen.cursor
            self.screen.show(bytes((byte,)), self.attribute)
            if byte >= 0x20 and column == self.screen.size[1] - 1:
                self.screen.move(row, column)

    # Sequences

    def _move_by(self, rows: int, columns: int) -> None:
        row, column = self.screen.cursor
        self._move_to(row + rows, column + columns)

    def _move_to(self, row: int, column: int) -> None:
        rows, columns = self.screen.size
        self.screen.move(min(max(row, 0), rows - 1), min(max(column, 0), columns - 1))

    def _up(self, values: list[int]) -> None:
        self._move_by(-_count(values), 0)

    def _down(self, values: list[int]) -> None:
        self._move_by(_count(values), 0)

    def _right(self, values: list[int]) -> None:
        self._move_by(0, _count(values))

    def _left(self, values: list[int]) -> None:
        self._move_by(0, -_count(values))

    def _position(self, values: list[int]) -> None:
        row, column = (*values, -1, -1)[:2]
        self._move_to(max(row, 1) - 1, max(column, 1) - 1)

    def _save(self, values: list[int]) -> None:
        self._saved = self.screen.cursor

    def _restore(self, values: list[int]) -> None:
        self._move_to(*self._saved)

    def _clear(self, values: list[int]) -> None:
        self.screen.clear_rows(0, self.screen.size[0], self._colours)
        self.screen.move(0, 0)

    def _erase_line(self, values: list[int]) -> None:
        self.screen.clear_line(self._colours)

    @property
    def _colours(self) -> int:
        return _DEFAULT if self.attribute is None else self.attribute

    def _set_colours(self, values: list[int]) -> None:
        attribute = self._colours
        for value in values or [0]:
            match value:
                case -1 | 0:
                    attribute = _DEFAULT
                case 1:
                    attribute |= _BOLD
                case 4:
                    attribute = attribute & 0xF8 | 0x01  # underlined on the monochrome adapter
                case 5:
                    attribute |= _BLINK
                case 7:
                    attribute = 0x70 | attribute & (_BOLD | _BLINK)
                case 8:
                    attribute = 0x00
                case _ if 30 <= value <= 37:
                    attribute = attribute & 0xF8 | _COLOURS[value - 30]
                case _ if 40 <= value <= 47:
                    attribute = attribute & 0x8F | _COLOURS[value - 40] << 4
        self.attribute = attribute

    def _set_mode(self, values: list[int]) -> None:
        self._mode(values, wrap=True)

    def _reset_mode(self, values: list[int]) -> None:
        self._mode(values, wrap=False)

    def _mode(self, values: list[int], *, wrap: bool) -> None:
        number = values[0] if values else 0
        if number == _WRAP:
            self.wrap = wrap
        elif 0 <= number <= 6 or 13 <= number <= 19:
            self.screen.set_mode(number)

    def _redefine(self, values: list[int]) -> None:
        codes = bytes(value & 0xFF for value in values if value >= 0)
        if not codes or (codes[0] == 0 and len(codes) < 2):
            return
        if codes[0] == 0:
            key, meaning, itself = _EXTENDED | codes[1], codes[2:], codes[:2]
        else:
            key, meaning, itself = codes[0], codes[1:], codes[:1]
        self._keys.pop(key, None)
        if meaning and meaning != itself and sum(map(len, self._keys.values())) + len(meaning) <= _MOST_TEXT:
            self._keys[key] = meaning

    def _report(self, values: list[int]) -> None:
        if values[:1] == [6]:
            row, column = self.screen.cursor
            self._pending.extend(b"\x1b[%02d;%02dR\r" % (row + 1, column + 1))

    def _ignore(self, values: list[int]) -> None:
        return

    _COMMANDS: ClassVar[dict[int, Callable[[AnsiConsole, list[int]], None]]] = {
        ord("A"): _up,
        ord("B"): _down,
        ord("C"): _right,
        ord("D"): _left,
        ord("H"): _position,
        ord("f"): _position,
        ord("s"): _save,
        ord("u"): _restore,
        ord("J"): _clear,
        ord("K"): _erase_line,
        ord("m"): _set_colours,
        ord("h"): _set_mode,
        ord("l"): _reset_mode,
        ord("p"): _redefine,
        ord("n"): _report,
        ord("q"): _ignore,  # extended keys on or off: they are on
        ord("R"): _ignore,  # a report that was echoed
    }


def _count(values: list[int]) -> int:
    """How far to move: at least 1."""
    return max(values[0], 1) if values else 1


def _in_quotes(body: bytes) -> bool:
    """Whether a quoted text in the sequence has not ended yet."""
    quote = 0
    for byte in body:
        if quote == 0 and byte in b"\"'":
            quote = byte
        elif byte == quote:
            quote = 0
    return quote != 0
