"""A serial line: the cable between a port and what is at its other end.

What is sent goes to ``peer`` at once; what comes in waits here until the port takes it. A UART sits between the line
and the CPU: it takes bytes when ``on_receive`` says that there are some, at the speed that it is set to, and looks at
the modem signals. Without one INT 14h and DOS's AUX and COM devices use the line directly.

Everything that comes from outside passes ``arrive`` and ``set_carrier``, at an emulated time: ``on_input`` sees it, so
that a recording can hold it, and ``Replay`` does it again at the same times.

>>> from hw.clock import Clock
>>> line = SerialLine(Clock(), NoPeer())
>>> line.arrive(b"AT")
>>> line.waiting, line.take(1), line.take(9), line.send(b"OK")
(2, b'A', b'T', True)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Protocol

from hw.clock import Clock

LIMIT = 0x10000  # bytes that wait; what comes when so many do is lost, as with an overrun


class Peer(Protocol):
    """What is at the other end."""

    def send(self, data: bytes) -> bool:
        """Take bytes; whether all were taken."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


class NoPeer:
    """Takes everything, says nothing."""

    def send(self, data: bytes) -> bool:
        return True

    def close(self) -> None:
        return


class SerialLine:
    """A line with ``peer`` at its other end; ``carrier`` is whether that is there (DSR, CTS and DCD at the port).

    ``live``: bytes may come in, so that it makes sense to wait for some.
    """

    def __init__(self, clock: Clock, peer: Peer) -> None:
        self.clock = clock
        self.peer = peer
        self.live = False
        self.carrier = True
        self.on_receive: Callable[[], None] | None = None
        self.on_carrier: Callable[[], None] | None = None
        self.on_modem_control: Callable[[bool, bool], None] | None = None  # DTR and RTS of the port
        self.on_input: Callable[[int, bytes | bool], None] | None = None
        self._incoming = bytearray()

    def send(self, data: bytes) -> bool:
        """Send bytes; whether all were taken."""
        return self.peer.send(data)

    @property
    def waiting(self) -> int:
        """Bytes that have come in."""
        return len(self._incoming)

    def peek(self, count: int) -> bytes:
        """What ``take`` would give."""
        return bytes(self._incoming[:count])

    def take(self, count: int) -> bytes:
        """The next bytes, at most ``count``."""
        data = bytes(self._incoming[:count])
        del self._incoming[:count]
        return data

    def arrive(self, data: bytes) -> None:
        """Bytes come in now."""
        if self.on_input is not None:
            self.on_input(self.clock.now_ps, data)
        self._incoming += data[: LIMIT - len(self._incoming)]
        if self.on_receive is not None:
            self.on_receive()

    def set_carrier(self, carrier: bool) -> None:
        """The other end comes or goes now."""
        if carrier == self.carrier:
            return
        self.carrier = carrier
        if self.on_input is not None:
            self.on_input(self.clock.now_ps, carrier)
        if self.on_carrier is not None:
            self.on_carrier()

    def save(self) -> dict[str, Any]:
        """The state for a snapshot; what is at the other end goes on by itself."""
        return {"incoming": bytes(self._incoming), "carrier": self.carrier}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take the state of ``save``."""
        self._incoming[:] = state["incoming"]
        self.carrier = state["carrier"]


def replay(line: SerialLine, inputs: Iterable[tuple[int, bytes | bool]]) -> None:
    """Let what ``on_input`` recorded come in again, at the same times, and nothing else: the other end is cut off."""
    line.peer = NoPeer()
    line.live = True
    for time_ps, what in inputs:
        act = partial(line.set_carrier, what) if isinstance(what, bool) else partial(line.arrive, what)
        line.clock.at(time_ps, act, "serial input")
