"""Standard input, output and error of the host as DOS handles 0, 1 and 2 (``--display none``).

Bytes pass as they are. What is not a terminal looks like a file to the program (INT 21h/4400h), as with
redirection in DOS; a terminal looks like CON, and its lines end in CR LF as CON's do.

>>> import io
>>> out = io.BytesIO()
>>> stream = HostStream(io.BytesIO(b"in"), out)
>>> stream.read(10), stream.read(10), stream.at_end
(b'in', b'', True)
>>> stream.write(b"out\\r\\n"), out.getvalue()
(5, b'out\\r\\n')
"""

from __future__ import annotations

import errno
from typing import BinaryIO

from int21.devices.device import FAST_OUTPUT, IS_DEVICE, IS_INPUT, IS_OUTPUT, NOT_EOF


def _is_terminal(file: BinaryIO | None) -> bool:
    try:
        return file is not None and file.isatty()
    except (OSError, ValueError):
        return False


class HostStream:
    """One of the host's streams. ``source`` and ``sink`` are binary files; either may be missing.

    ``broken`` is set when the reader of the output has gone: nothing more will arrive, and the machine
    should end as a program in a pipe does.
    """

    def __init__(self, source: BinaryIO | None = None, sink: BinaryIO | None = None) -> None:
        self.broken = False
        self.at_end = source is None
        self._source = source
        self._sink = sink
        self._terminal = _is_terminal(source if source is not None else sink)
        self._pushed = b""

    @property
    def information(self) -> int:
        """Device information word: CON's for a terminal, a file's otherwise."""
        if self._terminal:
            return IS_DEVICE | NOT_EOF | FAST_OUTPUT | IS_OUTPUT | IS_INPUT
        return NOT_EOF

    @property
    def is_device(self) -> bool:
        return self._terminal

    def read(self, count: int, raw: bool = True) -> bytes:
        """Up to ``count`` bytes, waiting for the host; fewer at the end only, or at the end of a typed line."""
        data, self._pushed = self._pushed[:count], self._pushed[count:]
        while len(data) < count and not self.at_end:
            more = self._take(count - len(data))
            if not more:
                self.at_end = True
                break
            data += more
            if self._terminal and data.endswith(b"\n"):
                break
        if len(data) > count:  # the CR of a typed line did not fit
            data, self._pushed = data[:count], data[count:] + self._pushed
        return data

    def peek(self) -> int | None:
        """The next byte, left where it is; None at the end."""
        if not self._pushed:
            self._pushed = self.read(1)
        return self._pushed[0] if self._pushed else None

    def input_ready(self) -> bool:
        """Until the end was read: a read waits for the host, not for the machine.

        The end itself can be read once; after that DOS says of a file that there is nothing more, and loops that
        empty the keyboard's buffer come to their end.
        """
        return bool(self._pushed) or not self.at_end

    def output_ready(self) -> bool:
        return True

    def write(self, data: bytes, raw: bool = True) -> int:
        """Pass bytes on at once; the number the host took (fewer than given when its disk is full)."""
        if self._sink is None or self.broken:
            return len(data)
        done = 0
        try:
            while done < len(data):
                taken = self._sink.write(data[done:])
                done += len(data) - done if taken is None else taken
            self._sink.flush()
        except BrokenPipeError:
            self._break()
            return len(data)
        except ValueError:  # closed by the host side
            self._break()
            return len(data)
        except OSError as error:
            if error.errno in (errno.EPIPE, errno.EIO):
                self._break()
                return len(data)
            return done
        return len(data)

    def _take(self, count: int) -> bytes:
        assert self._source is not None
        try:
            if self._terminal:
                return (self._source.readline() or b"").replace(b"\n", b"\r\n")
            return self._source.read(count) or b""
        except (OSError, ValueError):
            return b""

    def _break(self) -> None:
        self.broken = True
