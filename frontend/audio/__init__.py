"""Where the sound goes: a WAV file, SDL's or PortAudio's device, or nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dosemu.errors import DosemuError

if TYPE_CHECKING:
    from dosemu.settings import SoundSettings
    from frontend.audio.sink import AudioSink


def open_sink(settings: SoundSettings, *, paced: bool) -> AudioSink | None:
    """What [sound] mode asks for; None for silence.

    A device is opened only where the machine is paced by the host's clock. Raises DosemuError when a file cannot
    be made or a device that was asked for by name cannot be opened; ``auto`` runs silently then.
    """
    mode = settings.mode
    if mode.startswith("wav="):
        from frontend.audio.wav import WavFile

        return WavFile(Path(mode.removeprefix("wav=")), settings.rate)
    if mode == "none" or not paced:
        return None
    if mode == "pyaudio":
        from frontend.audio.portaudio import PortAudioDevice

        return PortAudioDevice(settings.rate, settings.latency)
    try:
        from frontend.sdl.audio import SdlDevice

        return SdlDevice(settings.rate, settings.latency, real=mode == "auto")
    except DosemuError:
        if mode != "auto":
            raise
        return None
