"""Packets of the GDB remote serial protocol (GDB manual, appendix E): framing, checksums, escapes, acknowledgements.

>>> frame(b"OK")
b'$OK#9a'
>>> reader = PacketReader()
>>> list(reader.feed(b"+$g#67$m0,4#fd"))
[b'g', b'm0,4']
>>> list(reader.feed(b"\\x03")), reader.bad
([b'\\x03'], 0)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

INTERRUPT: Final = b"\x03"
LONGEST: Final = 0x4000  # bytes of a packet; qSupported tells GDB
_START, _END, _ESCAPE = b"$"[0], b"#"[0], b"}"[0]
_ESCAPED: Final = frozenset(b"$#}*")


def checksum(data: bytes | bytearray) -> int:
    """The sum that stands behind a packet."""
    return sum(data) & 0xFF


def frame(data: bytes) -> bytes:
    """A packet with its frame; ``data`` is escaped."""
    escaped = bytearray()
    for byte in data:
        if byte in _ESCAPED:
            escaped += bytes((_ESCAPE, byte ^ 0x20))
        else:
            escaped.append(byte)
    return b"$" + bytes(escaped) + b"#" + f"{checksum(escaped):02x}".encode()


def unescape(data: bytes) -> bytes:
    """What was escaped in a packet's data."""
    if _ESCAPE not in data:
        return data
    out = bytearray()
    escaped = False
    for byte in data:
        if escaped:
            out.append(byte ^ 0x20)
            escaped = False
        elif byte == _ESCAPE:
            escaped = True
        else:
            out.append(byte)
    return bytes(out)


class PacketReader:
    """Takes a stream apart. ``bad`` counts packets with a wrong checksum, which are to be asked for again."""

    def __init__(self) -> None:
        self.bad = 0
        self._buffer = bytearray()
        self._inside = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The packets (unescaped) and interrupts that are complete now; what is between them is passed over."""
        for byte in data:
            if not self._inside:
                if byte == _START:
                    self._inside = True
                    self._buffer.clear()
                elif byte == INTERRUPT[0]:
                    yield INTERRUPT
                continue
            if byte == _START:  # the end got lost
                self._buffer.clear()
                continue
            self._buffer.append(byte)
            if len(self._buffer) > 2 * LONGEST + 3:
                self._inside = False
                self.bad += 1
            elif len(self._buffer) >= 3 and self._buffer[-3] == _END:
                self._inside = False
                body, digits = bytes(self._buffer[:-3]), bytes(self._buffer[-2:])
                try:
                    good = int(digits, 16) == checksum(body)
                except ValueError:
                    good = False
                if good:
                    yield unescape(body)
                else:
                    self.bad += 1
