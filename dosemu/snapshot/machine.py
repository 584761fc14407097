"""Taking a machine's snapshot, and putting it back."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING, Any, TypeVar

from dosemu.errors import SnapshotBusy, SnapshotError
from dosemu.snapshot.capture import capture
from dosemu.snapshot.folder import Folder, read_folder, replace_folder, write_folder
from dosemu.snapshot.records import Image
from dosemu.snapshot.restoration import Restoration
from dosemu.snapshot.snapshot import Snapshot
from int21.host_times import HostTimes
from int21.overlay import OverlayFolder

if TYPE_CHECKING:
    from dosemu.machine import Machine

    _M = TypeVar("_M", bound=Machine)

_MIXER = "hw.mixer:Mixer"
_LATEST_SECONDS = 10.0
_STEP_SECONDS = 0.01
_LONG = 4096  # bytes that are worth sharing


def take(machine: Machine, before: Snapshot | None) -> Snapshot:
    """A snapshot that shares with ``before`` what is the same."""
    if machine.engine.running:
        raise SnapshotError("a snapshot is taken between two runs: stop the machine first")
    image = capture(machine)
    if before is not None:
        _share(image, before.image)
    pages = machine.memory.pages(None if before is None else before.pages)
    overlay = _own_files(machine, {} if before is None else before.overlay)
    return Snapshot(machine.made, machine.clock.now_ps, image, pages, overlay)


def _own_files(machine: Machine, before: Folder) -> Folder:
    """What is in the overlay that goes with the machine; files that did not change are shared with ``before``."""
    if machine.overlay_folder is None:
        return {}
    drive = machine.dos.drives.get("C")
    return read_folder(machine.overlay_folder, before, drive.times if isinstance(drive, OverlayFolder) else HostTimes())


def take_later(machine: Machine, before: Snapshot | None) -> Snapshot:
    """The same as soon as nothing is at work that cannot be in a snapshot. Raises SnapshotBusy."""
    end = machine.clock.seconds + _LATEST_SECONDS
    while True:
        try:
            return take(machine, before)
        except SnapshotBusy:
            if machine.clock.seconds >= end or machine.exited:
                raise
            machine.run(seconds=_STEP_SECONDS)


def _share(image: Image, before: Image) -> None:
    """Let long pieces be those of the snapshot before, where they are the same."""
    known = {blob: blob for blob in before.blobs if len(blob) >= _LONG}
    image.blobs = [known.get(blob, blob) if len(blob) >= _LONG else blob for blob in image.blobs]


def put(machine: Machine, snapshot: Snapshot, *, fresh: bool = False) -> None:
    """Make ``machine`` what ``snapshot`` is; a ``fresh`` one shares its memory."""
    if machine.engine.running:
        raise SnapshotError("a snapshot is restored between two runs: stop the machine first")
    if section := snapshot.made.differs_from(machine.made):
        raise SnapshotError(f"the snapshot is of a machine with other [{section}] settings")
    if len(snapshot.pages) * 4096 != machine.memory.size:
        raise SnapshotError("the snapshot is of a machine with more or less memory")
    heard = any(record[1] == _MIXER for record in snapshot.image.records)
    if heard:
        _ = machine.sound.mixer  # made when it is first asked for
    if fresh or machine.overlay_folder is None or snapshot.made.overlay is not True:
        restoration = _prepared(machine, snapshot)
    else:
        now = _own_files(machine, snapshot.overlay)
        _put_files(machine, now, snapshot.overlay)
        try:
            restoration = _prepared(machine, snapshot)
        except SnapshotError:
            _put_files(machine, snapshot.overlay, now)
            raise
    shared = snapshot.memory_file() if fresh else None
    if shared is not None:
        machine.memory.map_file(shared)
    else:
        machine.memory.put_pages(snapshot.pages)
    restoration.apply()
    for page, target in machine.memory.save().items():  # those of an adapter, which the CPU's own state does not name
        machine.engine.remap_page(page, target)
    if not heard and "mixer" in vars(machine.sound):
        machine.sound.mixer.restart()  # who came later goes on listening


def _prepared(machine: Machine, snapshot: Snapshot) -> Restoration:
    restoration = Restoration(machine, snapshot.image)
    restoration.prepare()
    return restoration


def _put_files(machine: Machine, now: Folder, files: Folder) -> None:
    """Give the overlay that goes with the machine other files."""
    assert machine.overlay_folder is not None
    if now != files:
        replace_folder(machine.overlay_folder, now, files)
        machine.fs.remount("C")


def make(cls: type[_M], source: Snapshot | str | os.PathLike[str], program: Any, *, trust: bool, **streams: Any) -> _M:
    """A new machine that goes on where a snapshot was taken."""
    snapshot = source if isinstance(source, Snapshot) else Snapshot.load(source)
    made = snapshot.made
    settings = made.settings
    if program is not None:
        settings = dataclasses.replace(settings, mounts={})
    elif snapshot.from_file and not trust and (made.program is not None or settings.mounts):
        raise SnapshotError(
            f"the snapshot names files of this computer ({made.program}): name the program, or trust it"
        )
    overlay = made.overlay
    if program is not None and isinstance(overlay, str) and snapshot.from_file and not trust:
        raise SnapshotError(f"the snapshot names a folder of this computer for what is written ({overlay}): trust it")
    settings = settings.with_(**{"dos.start_time": made.start})
    machine = cls(
        made.program if program is None else program,
        made.args,
        settings=settings,
        stdio=made.stdio,
        here=made.here if program is None else False,
        overlay=overlay,
        **streams,
    )
    try:
        if machine.overlay_folder is not None and snapshot.overlay:
            write_folder(machine.overlay_folder, snapshot.overlay)
            machine.fs.remount("C")
        put(machine, snapshot, fresh=True)
    except BaseException:
        machine.close()
        raise
    return machine
