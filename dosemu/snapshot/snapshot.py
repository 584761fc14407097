"""A whole machine at one moment."""

from __future__ import annotations

import dataclasses
import os
import platform
import weakref
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dosemu.cpu.engine import build_info
from dosemu.errors import SettingsError, SnapshotError
from dosemu.mounts import MountSpec, parse_mount
from dosemu.settings import Settings
from dosemu.snapshot import file, folder
from dosemu.snapshot.file import PAGE
from dosemu.snapshot.folder import Folder
from dosemu.snapshot.records import Image
from dosemu.whole_file import write_whole

# What does not make another machine.
_FREE = ("display", "keyboard", "mounts", "printer", "serial")
_FREE_SOUND = ("mode", "latency", "volume", "muted", "mix")


@lru_cache(maxsize=1)
def build() -> str:
    """Which dosemu, engine and kind of host computer this is: snapshots and recordings are of one build."""
    try:
        release = version("dosemu")
    except PackageNotFoundError:
        release = "0"
    return f"{release} {build_info().get('fingerprint', '')} {platform.machine()}"


@dataclass(frozen=True, slots=True)
class Made:
    """What a machine was made with: what is needed to make another one like it."""

    program: str | None
    args: tuple[str, ...]
    settings: Settings
    stdio: bool
    here: str | bool  # the user's current folder, when it is a drive too
    start: str  # the time at power-on, ISO
    overlay: str | bool = False  # a folder for what is written; True: one that goes with the machine

    def describe(self) -> dict[str, Any]:
        """As plain values."""
        settings = _plain(self.settings)
        mounts = [_plain_mount(spec) for spec in self.settings.mounts.values()]
        settings["dos"]["start_time"] = self.start
        return {
            "program": self.program, "args": list(self.args), "stdio": self.stdio, "here": self.here,
            "overlay": self.overlay, "settings": settings | {"mounts": mounts},
        }  # fmt: skip

    @classmethod
    def read(cls, values: Any) -> Made:
        """From what describe() gave. Raises SettingsError for what cannot be."""
        try:
            found = dict(values["settings"])
            mounts = [_mount(spec) for spec in found.pop("mounts")]
            usual = _plain(Settings())
            changes = {
                f"{section}.{key}": value
                for section, keys in found.items()
                for key, value in keys.items()
                if value != usual[section][key]
            }
            settings = dataclasses.replace(Settings().with_(**changes), mounts={spec.letter: spec for spec in mounts})
            program, args = values["program"], tuple(values["args"])
            if not isinstance(program, str | None) or not all(isinstance(word, str) for word in args):
                raise TypeError("not a name")
            if not all(isinstance(values[name], bool | str) for name in ("here", "overlay")):
                raise TypeError("not a folder")
            start = settings.dos.start_time
            return cls(program, args, settings, bool(values["stdio"]), values["here"], start, values["overlay"])
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise SettingsError(f"settings that cannot be ({error})") from error

    def settings_for(self, settings: Settings) -> Settings:
        """The settings of such a machine, and of ``settings`` what does not make another one."""
        free = {name: getattr(settings, name) for name in _FREE}
        sound = dataclasses.replace(
            self.settings.sound, **{name: getattr(settings.sound, name) for name in _FREE_SOUND}
        )
        cpu = dataclasses.replace(self.settings.cpu, cycles=settings.cpu.cycles)
        dos = dataclasses.replace(self.settings.dos, start_time=self.start)
        return dataclasses.replace(self.settings, sound=sound, cpu=cpu, dos=dos, **free)

    def differs_from(self, other: Made) -> str | None:
        """The first section of settings that makes another machine, or None."""
        mine, theirs = self.describe()["settings"], other.describe()["settings"]
        section: str
        for section in mine:
            if section in _FREE:
                continue
            keys = [key for key in mine[section] if (section, key) not in _FREE_KEYS]
            if any(mine[section][key] != theirs[section][key] for key in keys):
                return section
        return None


_FREE_KEYS = {("cpu", "cycles"), ("dos", "start_time")}
_FREE_KEYS |= {("machine", key) for key in ("composite", "era", "hue")} | {("sound", key) for key in _FREE_SOUND}


def _plain(settings: Settings) -> dict[str, Any]:
    """Sections and keys, as JSON has them."""
    values: dict[str, Any] = dataclasses.asdict(dataclasses.replace(settings, mounts={}))
    for name, (left, right) in settings.sound.mix.items():
        values["sound"]["mix"][name] = f"{left}:{right}"
    return {section: keys for section, keys in values.items() if isinstance(keys, dict) and section != "mounts"}


def _mount(values: Any) -> MountSpec:
    overlay = values["overlay"]
    spec = parse_mount(f"{values['letter']}=.")
    if values["kind"] not in ("folder", "cdrom", "image"):
        raise ValueError("a mount of an unknown kind")
    return dataclasses.replace(
        spec,
        path=Path(values["path"]),
        kind=values["kind"],
        read_only=bool(values["read_only"]),
        overlay=None if overlay is None else Path(overlay),
        label=str(values["label"]),
        spares=tuple(_mount(spare) for spare in values["spares"]),
    )


def _plain_mount(spec: MountSpec) -> dict[str, Any]:
    plain = {
        item.name: os.fspath(value.absolute()) if isinstance(value := getattr(spec, item.name), Path) else value
        for item in dataclasses.fields(spec)
    }
    return plain | {"spares": [_plain_mount(spare) for spare in spec.spares]}


@dataclass(slots=True, weakref_slot=True)
class Snapshot:
    """All of a machine at one moment: made by ``Machine.snapshot()``, taken back by ``Machine.restore()``.

    ``made`` says what machine it is of; ``time_ps`` is its emulated time. Snapshots of one machine share the
    pages of memory that did not change in between.

    >>> from dosemu import Machine
    >>> with Machine(None) as m:
    ...     m.memory.write(0x9000, b"before")
    ...     state = m.snapshot()
    ...     m.memory.write(0x9000, b"after!")
    ...     m.restore(state)
    ...     m.memory.read(0x9000, 6)
    b'before'
    """

    made: Made
    time_ps: int
    image: Image = field(repr=False)
    pages: list[bytes | None] = field(repr=False)
    overlay: Folder = field(default_factory=dict, repr=False)  # what is in the one that goes with the machine
    from_file: bool = False
    _memory_fd: int = field(default=-1, repr=False)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, which appears when it is whole. Raises SnapshotError when that fails.

        >>> import pathlib, tempfile
        >>> from dosemu import Machine
        >>> path = pathlib.Path(tempfile.mkdtemp(), "state")
        >>> with Machine(None) as m:
        ...     m.memory.write(0x9000, b"kept"); m.snapshot().save(path)
        >>> with Machine.from_snapshot(path) as m:
        ...     m.memory.read(0x9000, 4)
        b'kept'
        """
        files, blobs = folder.describe(self.overlay, len(self.image.blobs))
        description = {"build": build(), "made": self.made.describe(), "time_ps": self.time_ps, "overlay": files}
        image = Image(self.image.records, [*self.image.blobs, *blobs])
        target = Path(path)
        try:
            write_whole(target, file.pack(description, image, self.pages))
        except OSError as error:
            raise SnapshotError(f"{target}: {error.strerror or error}") from None

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Snapshot:
        """Read a file. Raises SnapshotError for what is none, is damaged, or of another build.

        >>> import pathlib, tempfile
        >>> from dosemu import Machine
        >>> path = pathlib.Path(tempfile.mkdtemp(), "state")
        >>> with Machine.from_files({"T.COM": b"\\xeb\\xfe"}) as m:
        ...     m.run(seconds=0.5); m.snapshot().save(path)
        >>> Snapshot.load(path).time_ps
        500000000000
        """
        try:
            description, image, pages = file.unpack(Path(path).read_bytes())
        except OSError as error:
            raise SnapshotError(f"{path}: {error.strerror or error}") from None
        except SnapshotError as error:
            raise SnapshotError(f"{path}: {error}") from None
        if description.get("build") != build():
            raise SnapshotError(f"{path}: a snapshot of another build of dosemu")
        try:
            made, overlay = Made.read(description["made"]), folder.read(description["overlay"], image.blobs)
            return cls(made, int(description["time_ps"]), image, pages, overlay, from_file=True)
        except (SettingsError, LookupError, TypeError, ValueError, OverflowError) as error:
            raise SnapshotError(f"{path}: the snapshot is damaged ({error})") from None

    @property
    def size(self) -> int:
        """Bytes of memory that it holds, those it shares with others included.

        >>> from dosemu import Machine
        >>> with Machine(None) as m:
        ...     0 < m.snapshot().size < m.memory.size  # pages of zeros are not kept
        True
        """
        return sum(PAGE for page in self.pages if page is not None) + sum(map(len, self.image.blobs))

    def memory_file(self) -> int | None:
        """A file in memory with the RAM, for machines that share it until they write; None where there is no such."""
        if self._memory_fd < 0:
            if not hasattr(os, "memfd_create"):
                return None
            fd = os.memfd_create("dosemu", os.MFD_CLOEXEC)
            weakref.finalize(self, os.close, fd)
            os.ftruncate(fd, len(self.pages) * PAGE)
            for number, page in enumerate(self.pages):
                if page is not None:
                    os.pwrite(fd, page, number * PAGE)
            self._memory_fd = fd
        return self._memory_fd
