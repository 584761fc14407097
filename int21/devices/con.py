"""CON: the keyboard and the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from int21.devices.device import (
    FAST_OUTPUT,
    IS_DEVICE,
    IS_INPUT,
    IS_OUTPUT,
    NOT_EOF,
    Device,
    device,
    until_eof,
)
from int21.line_editor import LineEditor
from int21.service import Wait

if TYPE_CHECKING:
    from int21.dos import Dos

_LONGEST_LINE = 127
_CTRL_C = 3


@device(b"CON")
class Con(Device):
    """The console. Cooked reads give edited lines that end in CR LF, raw reads keys.

    What is typed of a line, or of a raw read, is kept here while the program waits; so a read that
    raises Wait goes on where it was when it is called again.

    Where the host's streams are the standard handles, nobody sits at the keyboard: while no key is there, lines come
    from the host's standard input (``COPY CON FILE`` in a pipeline), which nothing shows.
    """

    information = IS_DEVICE | NOT_EOF | FAST_OUTPUT | IS_OUTPUT | IS_INPUT

    def __init__(self, dos: Dos, name: bytes) -> None:
        super().__init__(dos, name)
        self._editor: LineEditor | None = None
        self._template = b""
        self._pending = b""  # what is left of the last line
        self._keys = bytearray()  # of a raw read
        self._fed = False  # lines came from the host

    def read(self, count: int, raw: bool) -> bytes:
        if count == 0:
            return b""
        if raw:
            return self._read_keys(count)
        if not self._pending:
            fed = self._read_host() if self._editor is None else None
            self._pending = self._read_line() if fed is None else fed
        line = self._pending[:count]
        end = line.find(b"\x1a")
        if end >= 0:
            # ^Z: the end of the file; the rest of the line is dropped.
            self._pending = b""
            return line[:end]
        self._pending = self._pending[count:]
        return line

    def write(self, data: bytes, raw: bool) -> int:
        sent = until_eof(data, raw)
        if raw:
            self.dos.console.write(sent)
        elif sent:
            # In cooked mode DOS looks for ^C, ^S and ^P and expands tabs, here as in functions 01h to 0Ch.
            self.dos.break_key.check()
            self.dos.output.show(self.dos.output.expanded(sent))
        return len(sent)

    def input_ready(self) -> bool:
        return bool(self._pending or self._keys) or self.dos.console.peek() is not None

    def _read_keys(self, count: int) -> bytes:
        data, self._pending = self._pending[:count], self._pending[count:]
        if data:
            return data
        while len(self._keys) < count:
            key = self.dos.console.read()
            if key is None:
                raise Wait
            self._keys.append(key)
        data = bytes(self._keys[:count])
        del self._keys[:count]
        return data

    def _read_host(self) -> bytes | None:
        """A line of the host's standard input, ^Z at its end; None: keys are to be read."""
        stream = self.dos.files.host_input
        if stream is None or self.dos.console.peek() is not None:
            return None
        line = bytearray()
        while len(line) < _LONGEST_LINE and (byte := stream.read(1)):
            line += byte
            if byte == b"\n":
                break
        if not line:
            return b"\x1a" if self._fed else None
        self._fed = True
        return bytes(line).rstrip(b"\r\n") + b"\r\n" if line.endswith(b"\n") else bytes(line)

    def _read_line(self) -> bytes:
        if self._editor is None:
            self._editor = LineEditor(_LONGEST_LINE, self._template, self.dos.output.column)
        editor = self._editor
        while not editor.done:
            key = self.dos.console.read()
            if key is None:
                raise Wait
            if key == _CTRL_C:
                self._editor = None
                self.dos.ctrl_c()
            shown = editor.feed(key)
            if shown:
                self.dos.console.write(shown)
        self.dos.console.write(b"\n")
        self.dos.output.column = 0
        self._editor = None
        self._template = bytes(editor.line)
        return self._template + b"\r\n"
