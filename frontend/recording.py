"""``--record FILE``: what is seen as a GIF or, with the sound, as an MP4; what is heard as a WAV.

Time in a recording is the machine's own, so it runs at the right speed however fast the host was.
"""

from __future__ import annotations

import subprocess
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from dosemu.errors import DosemuError
from frontend.audio.wav import WavFile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from dosemu.machine import Machine
    from frontend.scaling.filters import Scaler

GIF_STEP_CS = 3  # hundredths of a second between pictures, at least: viewers show shorter ones slower
MP4_SIZE = (960, 720)
_IN_MEMORY = 32 << 20  # compressed pictures kept there; what is more goes to a temporary file


class Recording(Protocol):
    """Something that is being recorded."""

    path: Path

    def frame(self) -> None:
        """The machine has run a frame more."""

    def close(self) -> None:
        """Write the end. Raises DosemuError when something could not be written."""


def open_recording(machine: Machine, path: Path) -> Recording:
    """Record from now on to a file; its suffix says what. Raises DosemuError."""
    kinds: dict[str, Callable[[Machine, Path], Recording]] = {
        ".gif": GifRecording,
        ".mp4": Mp4Recording,
        ".wav": WavRecording,
    }
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise DosemuError(f"--record {path}: write FILE{', FILE'.join(kinds)}")
    return kind(machine, path)


class WavRecording:
    """The sound alone."""

    def __init__(self, machine: Machine, path: Path) -> None:
        self.path = path
        self._mixer = machine.sound.mixer
        self._sink = WavFile(path, machine.settings.sound.rate)
        self._mixer.listen(self._sink)

    def frame(self) -> None:
        """The mixer hands on the sound by itself."""

    def close(self) -> None:
        """Write what is due, and the header."""
        self._mixer.ignore(self._sink)
        if self._sink.trouble:
            raise DosemuError(self._sink.trouble)


class GifRecording:
    """The pictures that differ from the one before, each with the time it was seen."""

    def __init__(self, machine: Machine, path: Path) -> None:
        self.path = path
        self._machine = machine
        self._began = machine.clock.seconds
        self._shown: object = None
        _check_writable(path)
        self._spool: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - open while it records
        self._pictures: list[tuple[int, int, tuple[int, int], int]] = []  # at, its length there, size, time
        self._take(0)

    @property
    def _now_cs(self) -> int:
        return int((self._machine.clock.seconds - self._began) * 100)

    def frame(self) -> None:
        """Keep the picture, if it is another one and the last one had its time."""
        now = self._now_cs
        if now - self._pictures[-1][3] >= GIF_STEP_CS:
            self._take(now)

    def _take(self, now: int) -> None:
        screen = self._machine.screen
        token = screen.token()
        if token == self._shown:
            return
        self._shown = token
        frame = screen.frame
        packed = zlib.compress(frame.tobytes(), 1)
        at = self._spool.seek(0, 2)
        self._spool.write(packed)
        self._pictures.append((at, len(packed), (frame.shape[1], frame.shape[0]), now))

    def _images(self, canvas: tuple[int, int]) -> Iterator[Image.Image]:
        import numpy as np

        for at, length, (width, height), _ in self._pictures:
            self._spool.seek(at)
            data = np.frombuffer(zlib.decompress(self._spool.read(length)), np.uint8).reshape(height, width, 3)
            yield as_image(on_canvas(data, canvas))

    def close(self) -> None:
        """Write the file: only now the size of the largest picture is known."""
        sizes = [size for _, _, size, _ in self._pictures]
        canvas = max(width for width, _ in sizes), max(height for _, height in sizes)
        times = [time for _, _, _, time in self._pictures]
        ends = [*times[1:], max(self._now_cs, times[-1] + GIF_STEP_CS)]
        images = self._images(canvas)
        try:
            next(images).save(
                self.path, "GIF", save_all=True, append_images=images, loop=0, optimize=False, disposal=1,
                duration=[10 * (end - begin) for begin, end in zip(times, ends, strict=True)],
            )  # fmt: skip
        except OSError as error:
            raise _unwritable(self.path, error) from error
        finally:
            self._spool.close()


def on_canvas(frame: NDArray[np.uint8], canvas: tuple[int, int]) -> NDArray[np.uint8]:
    """The frame, enlarged by a whole factor, in the middle of a black picture of (width, height)."""
    import numpy as np

    factor = min(canvas[0] // frame.shape[1], canvas[1] // frame.shape[0])
    large = frame.repeat(factor, axis=0).repeat(factor, axis=1)
    if large.shape[1::-1] == canvas:
        return large
    picture = np.zeros((canvas[1], canvas[0], 3), np.uint8)
    top, left = (canvas[1] - large.shape[0]) // 2, (canvas[0] - large.shape[1]) // 2
    picture[top : top + large.shape[0], left : left + large.shape[1]] = large
    return picture


def as_image(frame: NDArray[np.uint8]) -> Image.Image:
    """An image with a palette."""
    from PIL import Image

    from frontend.palette import indexed

    palette, places = indexed(frame)
    image = Image.fromarray(places, "P")
    image.putpalette(palette.tobytes())
    return image


class Mp4Recording:
    """Pictures of the shape of a monitor at the machine's frame rate, and the sound."""

    def __init__(self, machine: Machine, path: Path) -> None:
        self.path = path
        self._machine = machine
        self._program = ffmpeg()
        _check_writable(path)
        self._rate = machine.frame_rate or 70.0
        self._began = machine.clock.seconds
        self._written = 0
        self._scaler: Scaler | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="dosemu-")
        self._video, self._audio = Path(self._folder.name, "video.mp4"), Path(self._folder.name, "audio.wav")
        self._sound = WavRecording(machine, self._audio)
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - open while it records
        self._encoder = subprocess.Popen(
            [self._program, "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "bgr0",
             "-s", "{}x{}".format(*MP4_SIZE), "-r", f"{self._rate:.6f}", "-i", "-",
             "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p", str(self._video)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._log,
        )  # fmt: skip

    def frame(self) -> None:
        """Write the picture as often as its time asks for: the video's rate stays when the machine's changes."""
        from frontend.scaling.filters import Scaler

        frame = self._machine.screen.frame
        size = frame.shape[1], frame.shape[0]
        if self._scaler is None or self._scaler.key[0] != size:
            self._scaler = Scaler(size, MP4_SIZE, "sharp")
        self._scaler.draw(frame)
        pixels = self._scaler.out.tobytes()
        assert self._encoder.stdin is not None
        while self._written < round((self._machine.clock.seconds - self._began) * self._rate):
            self._written += 1
            try:
                self._encoder.stdin.write(pixels)
            except OSError:
                return  # the encoder has ended: close() says why

    def close(self) -> None:
        """End both tracks and put them into one file."""
        try:
            if not self._written:
                self._written = -1  # an empty video is none: one picture at least
                self.frame()
            _, status = self._encoder.communicate(), self._encoder.returncode
            self._sound.close()
            if status:
                self._log.seek(0)
                raise DosemuError(f"cannot record {self.path}: {last_line(self._log.read())}")
            done = subprocess.run(
                [self._program, "-y", "-loglevel", "error", "-i", str(self._video), "-i", str(self._audio),
                 "-c:v", "copy", "-c:a", "aac", "-movflags", "+faststart", "-f", "mp4", str(self.path)],
                stdin=subprocess.DEVNULL, capture_output=True, check=False,
            )  # fmt: skip
            if done.returncode:
                raise DosemuError(f"cannot record {self.path}: {last_line(done.stderr)}")
        finally:
            self._log.close()
            self._folder.cleanup()


def ffmpeg() -> str:
    """Where the encoder is. Raises DosemuError that says how to get it."""
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        raise DosemuError('an MP4 file needs FFmpeg: pip install "dosemu[video]" (GIF and WAV need nothing)') from error


def last_line(text: bytes) -> str:
    """The end of what a program said."""
    lines = text.decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "FFmpeg gives no reason")


def _check_writable(path: Path) -> None:
    """Raise at the begin what else would come at the end."""
    try:
        path.open("wb").close()
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> DosemuError:
    return DosemuError(f"cannot write the recording {path}: {error.strerror or error}")
