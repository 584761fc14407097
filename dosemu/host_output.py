"""A file of the host that takes what is printed or sent."""

from __future__ import annotations

import os
import weakref
from pathlib import Path


class HostOutput:
    """A file that takes what is sent, behind what it holds already; made when the first byte comes.

    Every byte is with the host's kernel at once. When it cannot be written, what is sent is lost, as with a printer
    that is off.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "printed.txt")
    >>> output = HostOutput(path)
    >>> output.send(b"page 1"), output.send(b"\\f"), path.read_bytes()
    (True, True, b'page 1\\x0c')
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None
        self._closer: weakref.finalize[[int], HostOutput] | None = None

    def send(self, data: bytes) -> bool:
        """Append data; whether all of it was taken."""
        try:
            if self._fd is None:
                flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
                self._fd = os.open(self._path, flags, 0o666)
                self._closer = weakref.finalize(self, os.close, self._fd)
            return os.write(self._fd, data) == len(data)
        except OSError:
            return False

    def close(self) -> None:
        """Close the file; what is sent later opens it again."""
        self._fd = None
        if self._closer is not None:
            self._closer()
