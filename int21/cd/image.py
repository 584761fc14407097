"""CD images: ISO files, and CUE sheets with the BIN files that they name.

A CUE sheet may name files of its own folder only. CDRWIN user's guide, "Cuesheet commands"; the layout of raw
sectors is that of ECMA-130, clause 14.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import weakref
from dataclasses import dataclass
from pathlib import Path

from int21.cd.disc import FRAMES_A_SECOND, RAW, SECTOR, Track
from int21.errors import DosError, ErrorCode

_LARGEST_SHEET = 1 << 16  # bytes
_MOST_TRACKS = 99
_LAST = 100 * 60 * FRAMES_A_SECOND  # MSF addresses say no more
_SYNC = b"\0" + b"\xff" * 10 + b"\0"
_WAVE_HEADER = 44
# Kind of a track to bytes of a sector and where its data starts.
_MODES = {
    "AUDIO": (RAW, 0),
    "MODE1/2048": (SECTOR, 0),
    "MODE1/2352": (RAW, 16),
    "MODE2/2336": (2336, 8),
    "MODE2/2352": (RAW, 24),
}
_WORD = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(slots=True)
class _Part:
    """A track's place in a file."""

    number: int
    mode: str
    fd: int
    offset: int
    start: int
    length: int


class ImageDisc:
    """The disc in an ISO file or CUE sheet. Raises OSError, and ValueError for what is no disc."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.upc = b""
        self._fds: list[int] = []
        self._parts: list[_Part] = []
        self._closer = weakref.finalize(self, _close_all, self._fds)
        try:
            if Path(path).suffix.lower() == ".cue":
                self._parts = self._sheet(Path(path))
            else:
                self._parts = [self._plain(Path(path))]
        except (OSError, ValueError):
            self.close()
            raise
        self.tracks = tuple(Track(part.number, part.mode == "AUDIO", part.start, part.length) for part in self._parts)

    @property
    def end(self) -> int:
        return self.tracks[-1].end

    def read(self, sector: int) -> bytes:
        return self.read_many(sector, 1)

    def read_many(self, first: int, count: int) -> bytes:
        """Sectors of data, 2048 bytes each. Raises SECTOR_NOT_FOUND, READ_FAULT."""
        part = next((part for part in self._parts if part.start <= first < part.start + part.length), None)
        if part is None or part.mode == "AUDIO" or first + count > part.start + part.length:
            raise DosError(ErrorCode.SECTOR_NOT_FOUND)
        size, at = _MODES[part.mode]
        try:
            data = os.pread(part.fd, size * count, part.offset + (first - part.start) * size)
        except OSError as error:
            raise DosError(ErrorCode.READ_FAULT, error.strerror or "") from error
        if len(data) < size * count:
            raise DosError(ErrorCode.SECTOR_NOT_FOUND)
        if size == SECTOR:
            return data
        return b"".join(data[n * size + at : n * size + at + SECTOR] for n in range(count))

    def read_audio(self, first: int, count: int) -> bytes:
        """Sectors of audio, 2352 bytes each; silence where the disc has none or cannot be read."""
        data = bytearray(RAW * count)
        for part in self._parts:
            begin, end = max(first, part.start), min(first + count, part.start + part.length)
            if part.mode == "AUDIO" and begin < end:
                with contextlib.suppress(OSError):
                    found = os.pread(part.fd, RAW * (end - begin), part.offset + (begin - part.start) * RAW)
                    at = (begin - first) * RAW
                    data[at : at + len(found)] = found
        return bytes(data)

    def close(self) -> None:
        for part in self._parts:
            part.fd = -1  # its number may be another file's soon
        self._closer()

    def _open(self, path: Path) -> tuple[int, int]:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        self._fds.append(fd)
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError(f"{path.name} is no file")
        return fd, status.st_size

    def _plain(self, path: Path) -> _Part:
        fd, size = self._open(path)
        mode = "MODE1/2048"
        start = os.pread(fd, 16, 0)
        if start.startswith(_SYNC):
            mode = "MODE2/2352" if start[15] == 2 else "MODE1/2352"
        length = size // _MODES[mode][0]
        if not length:
            raise ValueError("no CD image: it is empty")
        return _Part(1, mode, fd, 0, 0, length)

    def _sheet(self, path: Path) -> list[_Part]:
        with path.open("rb") as file:
            text = file.read(_LARGEST_SHEET).decode("utf-8", "replace")
        parts: list[_Part] = []
        here: tuple[int, int] | None = None
        base = size = header = gap = 0
        for line in text.splitlines():
            words = [quoted or plain for quoted, plain in _WORD.findall(line)]
            match [word.upper() for word in words[:1]] + words[1:]:
                case ["CATALOG", number, *_]:
                    self.upc = number.encode("ascii", "replace")[:13]
                case ["FILE", name, *kind]:
                    if here is not None:
                        base = _finish(parts, here[0], size, base)
                    here = self._open(_beside(path, name))
                    header = _WAVE_HEADER if kind and kind[0].upper() == "WAVE" else 0
                    size = here[1]
                    base += gap
                    gap = 0
                case ["TRACK", number, mode, *_]:
                    if here is None or mode.upper() not in _MODES or len(parts) >= _MOST_TRACKS:
                        raise ValueError(f"CUE sheet: {line.strip()!r}")
                    parts.append(_Part(len(parts) + 1, mode.upper(), here[0], header, -1, 0))
                case ["PREGAP", moment]:
                    base += _frames(moment)
                case ["INDEX", index, moment]:
                    if not parts or here is None:
                        raise ValueError(f"CUE sheet: {line.strip()!r}")
                    if index.lstrip("0") == "1":
                        _place(parts, here[0], _frames(moment), base)
        if here is not None:
            _finish(parts, here[0], size, base)
        if not parts or any(part.start < 0 for part in parts) or parts[-1].start > _LAST:
            raise ValueError("CUE sheet: no tracks, or one without INDEX 01")
        return parts


def _place(parts: list[_Part], fd: int, frame: int, base: int) -> None:
    """INDEX 01 of the last track: where it starts in its file and on the disc."""
    part = parts[-1]
    before = parts[-2] if len(parts) > 1 and parts[-2].fd == fd else None
    if before is not None:
        length = base + frame - before.start
        if length < 0:
            raise ValueError("CUE sheet: tracks are not in order")
        before.length = length
        part.offset = before.offset + length * _MODES[before.mode][0]
    else:
        part.offset += frame * _MODES[part.mode][0]
    part.start = base + frame


def _finish(parts: list[_Part], fd: int, size: int, base: int) -> int:
    """The end of a file: the length of its last track, and where the next file starts on the disc."""
    if not parts or parts[-1].fd != fd or parts[-1].start < 0:
        raise ValueError("CUE sheet: a file without tracks")
    part = parts[-1]
    part.length = max((size - part.offset) // _MODES[part.mode][0], 0)
    return part.start + part.length


def _frames(moment: str) -> int:
    match = re.fullmatch(r"(\d{1,3}):(\d{1,2}):(\d{1,2})", moment, re.ASCII)
    if match is None:
        raise ValueError(f"CUE sheet: {moment!r} is no time")
    minute, second, frame = map(int, match.groups())
    return (minute * 60 + second) * FRAMES_A_SECOND + frame


def _beside(sheet: Path, name: str) -> Path:
    """A file that a sheet names, in its own folder whatever the case of the name."""
    if not name or name in (".", "..") or "/" in name or "\\" in name or "\0" in name:
        raise ValueError(f"CUE sheet: {name!r} is not in its folder")
    folder = sheet.resolve().parent
    found = folder / name
    if not found.exists():
        found = next((other for other in folder.iterdir() if other.name.lower() == name.lower()), found)
    if found.resolve().parent != folder:
        raise ValueError(f"CUE sheet: {name!r} is not in its folder")
    return found


def _close_all(fds: list[int]) -> None:
    for fd in fds:
        os.close(fd)
    fds.clear()
