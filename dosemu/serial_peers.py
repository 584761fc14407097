"""What serial ports are connected to on the host: nothing, a file, a program at the other end of a TCP connection.

The host's clock is looked at here only, to hold the machine back: who talks to the outside must not be faster than
it. What comes in is handed over in an event of the machine's clock (``hw.serial_line``).

>>> parse("tcp:localhost:2323"), parse("tcp-listen:4000"), parse("file=log.txt").path
(Tcp(host='localhost', port=2323, listen=False), Tcp(host='127.0.0.1', port=4000, listen=True), 'log.txt')
"""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import time
import weakref
from dataclasses import dataclass
from pathlib import Path

from dosemu.errors import SettingsError
from dosemu.host_output import HostOutput
from hw.clock import MS, SECOND, Clock
from hw.serial_line import NoPeer, SerialLine

_PERIOD_PS = 5 * MS
_CONNECT_SECONDS = 10.0
_PIECE = 4096
_MOST_UNSENT = 1 << 16
_LOOPBACK = "127.0.0.1"
_BEHIND_SECONDS = 1.0  # a host that lags further does not catch up


@dataclass(frozen=True, slots=True)
class Null:
    """Everything that is sent is lost."""


@dataclass(frozen=True, slots=True)
class File:
    """What is sent is put behind a file."""

    path: str


@dataclass(frozen=True, slots=True)
class Tcp:
    """A connection: made at the start, or waited for."""

    host: str
    port: int
    listen: bool


def parse(text: str) -> Null | File | Tcp | None:
    """What a setting of ``[serial]`` means; None: nothing is connected. Raises ValueError."""
    if text in ("none", ""):
        return None
    if text == "null":
        return Null()
    if text.startswith(("file=", "file:")) and len(text) > len("file="):
        return File(text[len("file=") :])
    kind, _, place = text.partition(":")
    host, _, port = place.rpartition(":")
    listen = kind == "tcp-listen"
    number = int(port) if port.isascii() and port.isdigit() else -1
    if kind not in ("tcp", "tcp-listen") or not (0 if listen else 1) <= number <= 0xFFFF or not (host or listen):
        raise ValueError(text)
    return Tcp(host.strip("[]") or _LOOPBACK, number, listen)


def connect(clock: Clock, name: str, text: str) -> SerialLine | None:
    """The line of a port as the settings say. Raises SettingsError when a connection cannot be made."""
    match parse(text):
        case None:
            return None
        case Null():
            return SerialLine(clock, NoPeer())
        case File(path):
            return SerialLine(clock, HostOutput(Path(path).expanduser()))
        case Tcp() as place:
            line = SerialLine(clock, NoPeer())
            try:
                line.peer = TcpPeer(line, place)
            except OSError as error:
                raise SettingsError(f"{name}: {text}: {error.strerror or error}") from None
            return line


class TcpPeer:
    """The other end is a TCP connection; when it ends the carrier goes, and a listener waits for the next one.

    ``port`` is the one that is listened at.
    """

    def __init__(self, line: SerialLine, place: Tcp) -> None:
        self._line = line
        self._unsent = bytearray()
        self._peer: socket.socket | None = None
        self._listener: socket.socket | None = None
        if place.listen:
            family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
            self._listener = socket.create_server((place.host, place.port), family=family, backlog=1)
            self._listener.setblocking(False)
            self._closer = weakref.finalize(self, self._listener.close)
            line.carrier = False
        else:
            self._take(socket.create_connection((place.host, place.port), _CONNECT_SECONDS))
        self.port = self._listener.getsockname()[1] if self._listener is not None else place.port
        line.live = True
        self._emulated, self._host = line.clock.now_ps, time.monotonic()
        line.clock.after(_PERIOD_PS, self._poll, "serial line")

    def send(self, data: bytes) -> bool:
        if self._peer is None or len(self._unsent) + len(data) > _MOST_UNSENT:
            return False
        self._unsent += data
        self._flush()
        return True

    def close(self) -> None:
        """Hang up."""
        self._flush()
        self._hang_up()
        if self._listener is not None:
            self._closer()
            self._listener = None

    def _poll(self) -> None:
        """Look at the connection, from time to time."""
        line = self._line
        if line.peer is not self:  # a replay took its place
            self.close()
            return
        self._hold_back()
        if self._peer is None and self._listener is not None:
            with contextlib.suppress(OSError):
                self._take(self._listener.accept()[0])
                line.set_carrier(True)
        if self._peer is not None:
            self._flush()
            self._receive(self._peer)
        if self._peer is not None or self._listener is not None:
            line.clock.after(_PERIOD_PS, self._poll, "serial line")
        else:
            line.live = False

    def _receive(self, peer: socket.socket) -> None:
        if self._line.waiting >= _PIECE:
            return  # TCP itself holds back who sends faster than the program reads
        try:
            data = peer.recv(_PIECE)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR):
                self._hang_up()
            return
        if data:
            self._line.arrive(data)
        else:
            self._hang_up()

    def _flush(self) -> None:
        while self._unsent and self._peer is not None:
            try:
                sent = self._peer.send(self._unsent)
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR):
                    self._hang_up()
                return
            del self._unsent[:sent]

    def _take(self, peer: socket.socket) -> None:
        peer.setblocking(False)
        with contextlib.suppress(OSError):
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._peer = peer
        self._peer_closer = weakref.finalize(self, peer.close)

    def _hang_up(self) -> None:
        if self._peer is not None:
            self._peer_closer()
            self._peer = None
            self._unsent.clear()
            self._line.set_carrier(False)

    def _hold_back(self) -> None:
        """Wait until the host's time is what the machine's is, or something happens."""
        ahead = (self._line.clock.now_ps - self._emulated) / SECOND - (time.monotonic() - self._host)
        if ahead > 0:
            busy = [one for one in (self._peer or self._listener,) if one is not None]
            select.select(busy, [], [], min(ahead, _PERIOD_PS / SECOND))
        if abs(ahead) > _BEHIND_SECONDS:
            self._emulated, self._host = self._line.clock.now_ps, time.monotonic()
