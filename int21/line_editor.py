"""Editing a line: what the keys do while INT 21h/0Ah or a read from CON waits for Enter.

Keys as in MS-DOS (User's Guide, "Editing the command line"): the line typed before is the template,
from which F1 and Right copy one character, F2 up to a character, F3 the rest; Del skips one, F4 up to a
character; Ins, Esc, F5 (the line becomes the template), F6 (Ctrl-Z). The editor keeps its state between keys,
so a service that waits goes on where it was.

>>> editor = LineEditor(limit=9, template=b"DIR A:")
>>> editor.feed(ord("d")), editor.feed(0), editor.feed(0x3D), editor.feed(13)
(b'd', b'', b'IR A:', b'\\r')
>>> editor.done, bytes(editor.line)
(True, b'dIR A:')
"""

from __future__ import annotations

from collections.abc import Callable

from int21.editing_keys import action

_BELL = b"\x07"
_TAB_WIDTH = 8


class LineEditor:
    """One line being typed: at most ``limit`` characters before the CR. ``column`` is where it starts."""

    __slots__ = ("_at", "_insert", "_prefix", "_search", "_shown", "_start", "done", "limit", "line", "template")

    def __init__(self, limit: int, template: bytes = b"", column: int = 0) -> None:
        self.limit = limit
        self.template = template
        self.line = bytearray()
        self.done = False
        self._start = column
        self._shown: list[int] = []  # columns that each character of the line takes
        self._at = 0  # place in the template
        self._insert = False
        self._prefix = False  # 00h came: the next byte is a scan code
        self._search: Callable[[LineEditor, int], bytes] | None = None  # F2 or F4 wait for a character

    def feed(self, key: int) -> bytes:
        """Take one byte of input; returns what is to be shown."""
        if self._prefix:
            self._prefix = False
            act = action(self, key, extended=True)
            shown: bytes = act() if act else b""
            return shown
        if key == 0:
            self._prefix = True
            return b""
        if self._search is not None:
            search, self._search = self._search, None
            return search(self, key)
        act = action(self, key, extended=False)
        echo: bytes = act() if act else self._type(key)
        return echo

    def _type(self, character: int, *, copied: bool = False) -> bytes:
        if len(self.line) >= self.limit:
            return _BELL
        if character == 0x09:
            column = self._start + sum(self._shown)
            shown = b" " * (_TAB_WIDTH - column % _TAB_WIDTH)
        elif character < 0x20:
            shown = bytes((0x5E, character + 0x40))
        else:
            shown = bytes((character,))
        self.line.append(character)
        self._shown.append(len(shown))
        if (copied or not self._insert) and self._at < len(self.template):
            self._at += 1
        return shown

    def _copy(self, count: int) -> bytes:
        shown = b""
        for character in self.template[self._at : self._at + count]:
            more = self._type(character, copied=True)
            shown += more
            if more == _BELL:
                break
        return shown

    def _find(self, character: int) -> int:
        """How far it is to the next place of a character in the template behind the current one; -1: none."""
        at = self.template.find(bytes((character,)), self._at + 1)
        return at - self._at if at >= 0 else -1

    def _enter(self) -> bytes:
        self.done = True
        return b"\r"

    def _backspace(self) -> bytes:
        if self._at:
            self._at -= 1
        if not self.line:
            return b""
        self.line.pop()
        return b"\b \b" * self._shown.pop()

    _ctrl_backspace = _left = _backspace

    def _new_line(self) -> bytes:
        return b"\r\n"

    def _cancel(self) -> bytes:
        self._restart()
        return b"\\\r\n" + b" " * self._start

    def _restart(self) -> None:
        self.line.clear()
        self._shown.clear()
        self._at = 0
        self._insert = False

    def _copy_one(self) -> bytes:
        return self._copy(1)

    _right = _copy_one

    def _copy_rest(self) -> bytes:
        return self._copy(len(self.template))

    def _copy_up_to(self) -> bytes:
        self._search = LineEditor._copy_found
        return b""

    def _copy_found(self, character: int) -> bytes:
        return self._copy(max(self._find(character), 0))

    def _skip_up_to(self) -> bytes:
        self._search = LineEditor._skip_found
        return b""

    def _skip_found(self, character: int) -> bytes:
        self._at += max(self._find(character), 0)
        return b""

    def _delete(self) -> bytes:
        self._at = min(self._at + 1, len(self.template))
        return b""

    def _keep_as_template(self) -> bytes:
        self.template = bytes(self.line)
        self._restart()
        return b"@\r\n" + b" " * self._start

    def _toggle_insert(self) -> bytes:
        self._insert = not self._insert
        return b""

    def _end_of_file(self) -> bytes:
        return self._type(0x1A)

    def _f7(self) -> bytes:
        return self._type(0)
