"""``--sound wav=FILE``: what is heard, sample by sample; the same run gives the same file."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import TYPE_CHECKING

from dosemu.errors import DosemuError

if TYPE_CHECKING:
    from hw.mixer import Block


class WavFile:
    """16-bit stereo PCM."""

    def __init__(self, path: Path, rate: int) -> None:
        self.trouble = ""
        self._path = path
        try:
            self._file = path.open("wb")
        except OSError as error:
            raise DosemuError(f"cannot write the sound {path}: {error.strerror or error}") from error
        self._wave = wave.open(self._file, "wb")  # noqa: SIM115 - open for the run
        self._wave.setnchannels(2)
        self._wave.setsampwidth(2)
        self._wave.setframerate(rate)

    def play(self, block: Block) -> None:
        """Append to the file; after an error nothing more is written."""
        if self.trouble:
            return
        try:
            self._wave.writeframesraw(block.astype("<i2", copy=False).tobytes())
        except (OSError, wave.Error) as error:
            self._failed(error)

    def close(self) -> None:
        """Write the lengths into the header."""
        try:
            self._wave.close()
        except (OSError, wave.Error) as error:
            self._failed(error)
        finally:
            self._close_file()

    def _close_file(self) -> None:
        try:
            self._file.close()
        except OSError as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        self.trouble = self.trouble or f"cannot write the sound {self._path}: {reason}"
