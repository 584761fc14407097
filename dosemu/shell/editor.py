"""The line editor of the prompt: a cursor anywhere in the line, history, completion of names.

Keys are those of DOSKEY (MS-DOS 5 User's Guide, "Using Doskey") with the template keys F1 to F5 of DOS: the
template is the line before. Which key does what is in ``int21.editing_keys``; the editor of INT 21h/0Ah
(``int21.line_editor``) stays what programs get.

>>> editor = Editor(NoScreen(), [b"dir"], 126)
>>> for key in b"\\0H /w\\0G@\\r":  # Up, " /w", Home, "@", Enter
...     editor.feed(key)
>>> bytes(editor.line), editor.done
(b'@dir /w', True)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from int21.editing_keys import action

Completer = Callable[[bytes, int], tuple[int, list[bytes]]]


class LineScreen(Protocol):
    """Where the line is shown; ``screen.Screen``."""

    def show(self, text: bytes, cursor: int) -> None: ...

    def leave(self) -> None: ...

    def list_lines(self, lines: bytes) -> None: ...

    def bell(self) -> None: ...


class NoScreen:
    """Shows nothing."""

    def show(self, text: bytes, cursor: int) -> None:
        return

    def leave(self) -> None:
        return

    def list_lines(self, lines: bytes) -> None:
        return

    def bell(self) -> None:
        return


class Editor:
    """One line being typed, at most ``limit`` characters. ``complete(line, at)`` gives where the word before
    ``at`` begins and what it may become. ``history`` and ``macros`` are what Alt-F7 and Alt-F10 empty."""

    def __init__(
        self,
        screen: LineScreen,
        history: list[bytes],
        limit: int,
        complete: Completer = lambda line, at: (at, []),
        *,
        insert: bool = True,
        macros: dict[bytes, bytes] | None = None,
    ) -> None:
        self.line = bytearray()
        self.done = False
        self._screen = screen
        self._history = history
        self._limit = limit
        self._complete = complete
        self._at = 0
        self._insert = insert
        self._macros = macros if macros is not None else {}
        self._prefix = False
        self._shown_entry = len(self._history)  # of the history; its length: none
        self._template = self._history[-1] if self._history else b""
        self._pending: Callable[[Editor, int], None] | None = None  # F2, F4, F9 want more
        self._number = b""
        self._candidates: list[bytes] = []  # of a completion, when Tab was the last key
        self._candidate = 0
        self._word = 0
        self._searching: bytes | None = None  # F8

    def feed(self, key: int) -> None:
        """Take one byte of input."""
        if not self._prefix and key == 0:
            self._prefix = True
            return
        extended, self._prefix = self._prefix, False
        if self._pending is not None:
            pending, self._pending = self._pending, None
            if not extended:
                pending(self, key)
                self._show()
            return
        if extended or key != 0x09:
            self._candidates = []
        if not (extended and key == 0x42):
            self._searching = None
        act = action(self, key, extended=extended)
        if act is not None:
            act()
        elif not extended:
            self._type(bytes((key,)))
        if not self.done:
            self._show()

    # --- showing ---------------------------------------------------------------------------

    def _show(self) -> None:
        text = _visible(self.line)
        self._screen.show(text, len(_visible(self.line[: self._at])))

    def _replace(self, line: bytes) -> None:
        self.line[:] = line[: self._limit]
        self._at = len(self.line)

    # --- typing ----------------------------------------------------------------------------

    def _type(self, text: bytes) -> None:
        for code in text:
            if not self._insert and self._at < len(self.line):
                self.line[self._at] = code
            elif len(self.line) < self._limit:
                self.line.insert(self._at, code)
            else:
                self._screen.bell()
                return
            self._at += 1

    def _enter(self) -> None:
        self._at = len(self.line)
        self._show()
        self._screen.leave()
        self.done = True

    _new_line = _enter

    def _backspace(self) -> None:
        if self._at:
            self._at -= 1
            del self.line[self._at]

    def _delete(self) -> None:
        del self.line[self._at : self._at + 1]

    def _cancel(self) -> None:
        self._replace(b"")
        self._shown_entry = len(self._history)

    def _toggle_insert(self) -> None:
        self._insert = not self._insert

    def _delete_to_start(self) -> None:
        del self.line[: self._at]
        self._at = 0

    def _delete_to_end(self) -> None:
        del self.line[self._at :]

    def _ctrl_backspace(self) -> None:
        end = self._at
        self._word_left()
        del self.line[self._at : end]

    # --- moving ----------------------------------------------------------------------------

    def _left(self) -> None:
        self._at = max(self._at - 1, 0)

    def _right(self) -> None:
        if self._at < len(self.line):
            self._at += 1
        else:
            self._copy_one()

    def _home(self) -> None:
        self._at = 0

    def _end(self) -> None:
        self._at = len(self.line)

    def _word_left(self) -> None:
        while self._at and self.line[self._at - 1] == 0x20:
            self._at -= 1
        while self._at and self.line[self._at - 1] != 0x20:
            self._at -= 1

    def _word_right(self) -> None:
        while self._at < len(self.line) and self.line[self._at] != 0x20:
            self._at += 1
        while self._at < len(self.line) and self.line[self._at] == 0x20:
            self._at += 1

    # --- the template ------------------------------------------------------------------------

    def _copy(self, count: int) -> None:
        self.line[self._at : self._at + count] = self._template[self._at : self._at + count]
        self._at = min(len(self.line), self._at + count)

    def _copy_one(self) -> None:
        if self._at < len(self._template):
            self._copy(1)

    def _copy_rest(self) -> None:
        self._copy(max(len(self._template) - self._at, 0))

    def _copy_up_to(self) -> None:
        self._pending = Editor._copy_found

    def _copy_found(self, key: int) -> None:
        found = self._template.find(bytes((key,)), self._at + 1)
        if found > 0:
            self._copy(found - self._at)

    def _skip_up_to(self) -> None:
        self._pending = Editor._skip_found

    def _skip_found(self, key: int) -> None:
        found = self._template.find(bytes((key,)), self._at + 1)
        if found > 0:
            self._template = self._template[: self._at] + self._template[found:]

    def _keep_as_template(self) -> None:
        self._template = bytes(self.line)
        self._cancel()

    def _end_of_file(self) -> None:
        self._type(b"\x1a")

    # --- history -----------------------------------------------------------------------------

    def _recall(self, index: int) -> None:
        if 0 <= index < len(self._history):
            self._shown_entry = index
            self._replace(self._history[index])

    def _earlier(self) -> None:
        self._recall(max(self._shown_entry - 1, 0))

    def _later(self) -> None:
        if self._shown_entry + 1 < len(self._history):
            self._recall(self._shown_entry + 1)
        else:
            self._cancel()

    def _oldest(self) -> None:
        self._recall(0)

    def _newest(self) -> None:
        self._recall(len(self._history) - 1)

    def _f7(self) -> None:
        numbered = (b"%d: %s\r\n" % (index + 1, _visible(line)) for index, line in enumerate(self._history))
        self._screen.list_lines(b"".join(numbered))

    def _forget_history(self) -> None:
        self._history.clear()
        self._shown_entry = 0

    def _forget_macros(self) -> None:
        self._macros.clear()

    def _search(self) -> None:
        """The last line that begins as what is before the cursor."""
        if self._searching is None:
            self._searching = bytes(self.line[: self._at])
            self._shown_entry = len(self._history)
        for index in range(self._shown_entry - 1, -1, -1):
            if self._history[index].upper().startswith(self._searching.upper()):
                self._recall(index)
                self._at = min(len(self._searching), len(self.line))
                return

    def _by_number(self) -> None:
        self._number = b""
        self._pending = Editor._take_number
        self._screen.show(b"Line number: ", 13)

    def _take_number(self, key: int) -> None:
        if key == 0x0D:
            self._recall(int(self._number or b"0") - 1)
        elif 0x30 <= key <= 0x39 and len(self._number) < 4:
            self._number += bytes((key,))
            self._pending = Editor._take_number

    # --- completion ----------------------------------------------------------------------------

    def _tab(self) -> None:
        """Complete the word; pressed again, it shows the next name that fits."""
        if self._candidates:
            self._candidate = (self._candidate + 1) % len(self._candidates)
        else:
            self._word, self._candidates = self._complete(bytes(self.line), self._at)
            self._candidate = 0
        if not self._candidates:
            self._screen.bell()
            return
        chosen = self._candidates[self._candidate]
        if len(self.line) - (self._at - self._word) + len(chosen) <= self._limit:
            self.line[self._word : self._at] = chosen
            self._at = self._word + len(chosen)


def _visible(line: bytes | bytearray) -> bytes:
    """A line as it is shown: control characters as ^A."""
    return b"".join(bytes((0x5E, code + 0x40)) if code < 0x20 else bytes((code,)) for code in line)
