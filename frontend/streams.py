"""The host's standard streams as the guest's handles 0, 1 and 2, byte for byte.

What the guest writes is buffered and shown when the machine pauses or the guest reads, so a tool that writes
single characters is not slow and a prompt stands before its answer is awaited. A reader that went away
(``dosemu TOOL.EXE | head``) is noted, not raised into the guest.
"""

from __future__ import annotations

import errno
import io
import sys
from typing import BinaryIO, TextIO, cast


class HostOutput(io.RawIOBase):
    """Writes to a host stream; the first error is kept in ``error`` and everything after it is dropped."""

    def __init__(self, target: BinaryIO | None, name: str) -> None:
        super().__init__()
        self._target = target
        self._name = name
        self.error: OSError | None = None

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._target is not None and self._target.isatty()

    def fileno(self) -> int:
        if self._target is None:
            raise io.UnsupportedOperation("fileno")
        return self._target.fileno()

    def write(self, data: object, /) -> int:
        view = memoryview(cast(bytes, data))
        if self._target is not None and self.error is None:
            try:
                self._target.write(view)
                self._target.flush()
            except OSError as error:
                self.error = error
        return view.nbytes

    @property
    def broken_pipe(self) -> bool:
        """The reader has gone away."""
        return self.error is not None and self.error.errno == errno.EPIPE

    @property
    def trouble(self) -> str | None:
        """One line about an error other than a broken pipe (a full disk), or None."""
        if self.error is None or self.broken_pipe:
            return None
        return f"{self._name}: {self.error.strerror or self.error}"


class LazyWriter(io.BufferedWriter):
    """A writer that the guest's side cannot flush: DOS passes on single characters, the host takes more at once."""

    def flush(self) -> None:
        """Nothing: ``show`` is called when it matters."""

    def show(self) -> None:
        """Write out what is buffered."""
        super().flush()


class HostInput(io.RawIOBase):
    """Reads a host stream; before each real read, what the guest wrote so far is shown."""

    def __init__(self, source: BinaryIO | None, *outputs: LazyWriter) -> None:
        super().__init__()
        self._source = source
        self._outputs = outputs

    def readable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._source is not None and self._source.isatty()

    def fileno(self) -> int:
        if self._source is None:
            raise io.UnsupportedOperation("fileno")
        return self._source.fileno()

    def readinto(self, buffer: object, /) -> int:
        view = memoryview(cast(bytearray, buffer))
        for output in self._outputs:
            output.show()
        if self._source is None:
            return 0
        read = getattr(self._source, "read1", self._source.read)
        data = cast(bytes, read(len(view)))
        view[: len(data)] = data
        return len(data)


class StandardStreams:
    """stdin, stdout and stderr for a machine, over the process's own."""

    def __init__(self) -> None:
        self._out = HostOutput(_binary(sys.stdout), "stdout")
        self._err = HostOutput(_binary(sys.stderr), "stderr")
        self._stdout = LazyWriter(self._out, 1 << 16)
        self._stderr = LazyWriter(_After(self._err, self._stdout), 1 << 10)
        self.stdout = cast(BinaryIO, self._stdout)
        self.stderr = cast(BinaryIO, self._stderr)
        self.stdin = cast(BinaryIO, io.BufferedReader(HostInput(_binary(sys.stdin), self._stdout, self._stderr)))

    def flush(self) -> None:
        """Show everything written so far."""
        self._stdout.show()
        self._stderr.show()

    @property
    def broken_pipe(self) -> bool:
        """Nobody reads stdout any more."""
        return self._out.broken_pipe

    @property
    def trouble(self) -> str | None:
        """Why stdout or stderr cannot be written, or None."""
        return self._out.trouble or self._err.trouble


class _After(io.RawIOBase):
    """stderr, in order: what stands in stdout's buffer was written earlier and goes first."""

    def __init__(self, target: HostOutput, first: LazyWriter) -> None:
        super().__init__()
        self._target = target
        self._first = first

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._target.isatty()

    def fileno(self) -> int:
        return self._target.fileno()

    def write(self, data: object, /) -> int:
        self._first.show()
        return self._target.write(data)


def _binary(stream: TextIO | None) -> BinaryIO | None:
    """The bytes below a text stream; None when the process was started without it."""
    return None if stream is None else cast("BinaryIO | None", getattr(stream, "buffer", None))
