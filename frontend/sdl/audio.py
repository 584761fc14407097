"""Sound by SDL's audio queue."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sdl2

from dosemu.errors import DosemuError
from frontend.audio.sink import BYTES_PER_FRAME, frames
from frontend.sdl.picture import last_error

if TYPE_CHECKING:
    from hw.mixer import Block

_BUFFER_FRAMES = 1024
_MOST_CLOSING_MS, _CLOSING_STEP_MS = 250, 10
_MOST_LATENCIES = 4  # queued beyond that, sound would come too late


@contextmanager
def library_silenced() -> Iterator[None]:
    """ALSA writes pages of its own to standard error where there is no sound card; what matters is raised."""
    sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:
        yield  # the process has no standard error
        return
    try:
        with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - a device
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


class SdlDevice:
    """The default device. An empty queue plays silence, and is filled up with silence to ``latency`` ms first."""

    def __init__(self, rate: int, latency: int, *, real: bool = False) -> None:
        self.trouble = ""
        self._latency_bytes = frames(latency, rate) * BYTES_PER_FRAME
        self._device = 0
        with library_silenced():
            self._open(rate, real)
        sdl2.SDL_PauseAudioDevice(self._device, 0)

    def _open(self, rate: int, real: bool) -> None:
        if sdl2.SDL_InitSubSystem(sdl2.SDL_INIT_AUDIO) != 0:
            raise DosemuError(f"--sound sdl: {last_error()}")
        driver = sdl2.SDL_GetCurrentAudioDriver() or b""
        if not (real and driver in (b"dummy", b"disk")):
            wanted = sdl2.SDL_AudioSpec(rate, sdl2.AUDIO_S16SYS, 2, _BUFFER_FRAMES)
            self._device = sdl2.SDL_OpenAudioDevice(None, 0, wanted, None, 0)
        if not self._device:
            reason = last_error()
            sdl2.SDL_QuitSubSystem(sdl2.SDL_INIT_AUDIO)
            raise DosemuError(f"--sound sdl: {reason}")

    @property
    def queued_bytes(self) -> int:
        """What is still to be played."""
        return int(sdl2.SDL_GetQueuedAudioSize(self._device))

    def play(self, block: Block) -> None:
        """Queue the block; while far too much is queued, drop it."""
        queued = self.queued_bytes
        if queued > _MOST_LATENCIES * self._latency_bytes:
            return
        data = block.tobytes()
        if queued == 0:
            data = bytes(self._latency_bytes) + data
        sdl2.SDL_QueueAudio(self._device, data, len(data))

    def close(self) -> None:
        """Play what is queued (for a quarter of a second at most), then close the device."""
        if self._device:
            for _ in range(_MOST_CLOSING_MS // _CLOSING_STEP_MS):
                if not self.queued_bytes:
                    break
                sdl2.SDL_Delay(_CLOSING_STEP_MS)
            sdl2.SDL_CloseAudioDevice(self._device)
            sdl2.SDL_QuitSubSystem(sdl2.SDL_INIT_AUDIO)
            self._device = 0
