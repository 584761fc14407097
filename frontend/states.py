"""States of machines in files: ``--save-state``, ``--load-state``, and the slots of the window's keys."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_state_path

from dosemu.errors import DosemuError

if TYPE_CHECKING:
    from dosemu.machine import Machine
    from dosemu.settings import Settings
    from dosemu.snapshot import Snapshot

SLOTS = 10


def save_state(machine: Machine, path: Path) -> None:
    """Write the machine's state to a file. Raises SnapshotError."""
    machine.snapshot(wait=True).save(path)


def loaded(snapshot: Snapshot, settings: Settings, make: Callable[[Settings, tuple[str, ...]], Machine]) -> Machine:
    """A machine that goes on where ``snapshot`` was taken: ``make`` makes it with settings and arguments.

    The machine is that of the file; drives, ports, display, sound and a number of cycles are those of ``settings``.
    Raises SnapshotError.
    """
    machine = make(snapshot.made.settings_for(settings), snapshot.made.args)
    try:
        machine.restore(snapshot)
    except BaseException:
        machine.close()
        raise
    if isinstance(settings.cpu.cycles, int):
        machine.pace.choose(settings.cpu.cycles)
    return machine


class Slots:
    """The numbered states of one program, in files that outlive the process."""

    def __init__(self, program: Path | None, folder: Path | None = None) -> None:
        """``folder``: where the states of all programs are, by default beside the user's other state."""
        name = "shell" if program is None else program.resolve()
        stem = "shell" if program is None else program.stem.lower() or "shell"
        digest = hashlib.sha256(str(name).encode("utf-8", "surrogateescape")).hexdigest()[:8]
        self.folder = (folder or user_state_path("dosemu") / "states") / f"{stem}-{digest}"
        self.number = 1

    @property
    def path(self) -> Path:
        """The file of the slot that is chosen."""
        return self.folder / f"{self.number}.state"

    def next(self) -> None:
        """Choose the next slot, after the last one the first."""
        self.number = self.number % SLOTS + 1

    def described(self) -> str:
        """The slot, and when its state was saved."""
        try:
            saved = time.localtime(self.path.stat().st_mtime)
        except OSError:
            return f"slot {self.number}: empty"
        return f"slot {self.number}: {time.strftime('%Y-%m-%d %H:%M:%S', saved)}"

    def save(self, machine: Machine) -> None:
        """Write the machine's state into the slot. Raises SnapshotError."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DosemuError(f"{self.folder}: {error.strerror or error}") from None
        save_state(machine, self.path)

    def load(self, machine: Machine) -> None:
        """Make the machine what the slot holds. Raises SnapshotError; then nothing has changed."""
        from dosemu.snapshot import Snapshot

        if not self.path.exists():
            raise DosemuError(f"slot {self.number} is empty")
        machine.restore(Snapshot.load(self.path))
