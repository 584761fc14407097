"""Sound by PortAudio, where PyAudio is installed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from dosemu.errors import DosemuError
from frontend.audio.sink import BYTES_PER_FRAME, frames

if TYPE_CHECKING:
    from hw.mixer import Block

_MOST_LATENCIES = 4


class Buffer:
    """Bytes between the machine and the thread that PortAudio calls from; silence where there are none.

    >>> buffer = Buffer(latency_bytes=4)
    >>> buffer.put(b"abcdefgh")
    >>> buffer.take(16)
    b'\\x00\\x00\\x00\\x00abcdefgh\\x00\\x00\\x00\\x00'
    """

    def __init__(self, latency_bytes: int) -> None:
        self._latency_bytes = latency_bytes
        self._data = bytearray()
        self._lock = threading.Lock()

    def put(self, data: bytes) -> None:
        """Append; into an empty buffer after ``latency_bytes`` of silence, not at all while far too much is waiting."""
        with self._lock:
            if len(self._data) > _MOST_LATENCIES * self._latency_bytes:
                return
            if not self._data:
                self._data += bytes(self._latency_bytes)
            self._data += data

    def take(self, count: int) -> bytes:
        """Exactly ``count`` bytes."""
        with self._lock:
            data = bytes(self._data[:count])
            del self._data[:count]
        return data.ljust(count, b"\0")


class PortAudioDevice:
    """The default device."""

    def __init__(self, rate: int, latency: int) -> None:
        self.trouble = ""
        try:
            import pyaudio
        except ImportError:
            raise DosemuError('--sound pyaudio: PyAudio is not installed (pip install "dosemu[audio]")') from None
        self._continue = pyaudio.paContinue
        self._buffer = Buffer(frames(latency, rate) * BYTES_PER_FRAME)
        self._audio = pyaudio.PyAudio()
        try:
            self._stream = self._audio.open(
                rate=rate, channels=2, format=pyaudio.paInt16, output=True, stream_callback=self._wanted
            )
        except (OSError, ValueError) as error:
            self._audio.terminate()
            raise DosemuError(f"--sound pyaudio: {error}") from None

    def _wanted(self, data: Any, count: int, times: Any, status: int) -> tuple[bytes, int]:
        return self._buffer.take(count * BYTES_PER_FRAME), self._continue

    def play(self, block: Block) -> None:
        """Hand the block to PortAudio's thread."""
        self._buffer.put(block.tobytes())

    def close(self) -> None:
        """Close the device."""
        self._stream.close()
        self._audio.terminate()
