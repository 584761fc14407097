"""Keeping what a machine is: snapshots, forks, and what a recording asks of it.

>>> from dosemu import Machine
>>> with Machine.from_files({"T.COM": b"\\xb4\\x00\\xcd\\x16\\xcd\\x20"}) as m:
...     m.run(seconds=0.1)
...     before = m.snapshot()
...     m.keyboard.tap("a"); m.run()
...     m.restore(before)
...     m.exited
False
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from dosemu.errors import SnapshotError

if TYPE_CHECKING:
    from dosemu.disk_changer import DiskChanger
    from dosemu.joystick_input import JoystickInput
    from dosemu.keystrokes import KeyboardInput
    from dosemu.machine import Machine
    from dosemu.mouse_input import MouseInput
    from dosemu.snapshot.snapshot import Made, Snapshot
    from hw.serial_line import SerialLine


class Keeping:
    """What ``Machine`` offers to those who keep it or go back; the wiring is ``Machine``'s own."""

    keyboard: KeyboardInput
    mouse: MouseInput
    joystick: JoystickInput
    disks: DiskChanger
    serial: dict[int, SerialLine]
    log: Any
    _program: Path | None
    _made_of: Any
    _last_snapshot: Snapshot | None

    @property
    def made(self) -> Made:
        """What it was made with.

        >>> from dosemu import Machine
        >>> with Machine(None, args=("/X",), cpu="386") as m:
        ...     m.made.args, m.made.settings.cpu.type
        (('/X',), '386')
        """
        from dosemu.snapshot.snapshot import Made

        path, args, settings, stdio, current, start, overlay = self._made_of
        program = None if path is None else os.fspath(path.resolve())
        here = False if current is None else os.fspath(current)
        return Made(program, args, settings, stdio, here, start.isoformat(), overlay)

    def snapshot(self, *, wait: bool = False) -> Snapshot:
        """All of the machine as it is now, for ``restore``, ``from_snapshot`` or a file. Raises SnapshotError.

        Not in a hook: between two runs. The machine goes on as if nothing had been. While a command of the shell is
        in the middle of its work (COPY, DEL...) it raises SnapshotBusy; with ``wait`` the machine runs on until it
        has ended, at most ten emulated seconds.

        >>> from dosemu import Machine
        >>> with Machine.from_files({"T.COM": b"\\x40\\xeb\\xfd"}) as m:  # inc ax; jmp to it
        ...     m.run(instructions=10); state = m.snapshot(); before = m.regs.ax
        ...     m.run(instructions=10); m.restore(state); m.regs.ax == before
        True
        """
        from dosemu.snapshot.machine import take, take_later

        self._last_snapshot = (take_later if wait else take)(cast("Machine", self), self._last_snapshot)
        return self._last_snapshot

    def restore(self, snapshot: Snapshot) -> None:
        """Make the machine what it was, or what another one of the same settings was.

        Files that were open are opened again; what is in them, and what has left the machine, stays as it is now, but
        for the files of an overlay that goes with the machine (``overlay=True``): they are what they were.
        Raises SnapshotError; unless the snapshot itself is damaged, nothing has changed then.

        >>> from dosemu import Machine
        >>> with Machine(None) as m:
        ...     m.memory.write(0x9000, b"before"); state = m.snapshot()
        ...     m.memory.write(0x9000, b"after!"); m.restore(state); m.memory.read(0x9000, 6)
        b'before'
        """
        from dosemu.snapshot.machine import put

        if self.log is not None:
            raise SnapshotError("no snapshot is restored while a recording is made or replayed")
        put(cast("Machine", self), snapshot)
        self._last_snapshot = snapshot

    @classmethod
    def from_snapshot(
        cls,
        source: Snapshot | str | os.PathLike[str],
        program: str | os.PathLike[str] | None = None,
        *,
        trust: bool = False,
        **streams: Any,
    ) -> Self:
        """Another machine that goes on where a snapshot was taken; ``streams`` are stdin, stdout and stderr.

        A file names the host folders that were its drives. It gets them only with ``trust``; else ``program``
        says what C: is, and there are no other drives. Raises SnapshotError, and what making a machine raises.

        >>> from dosemu import Machine
        >>> with Machine.from_files({"T.COM": b"\\x40\\xeb\\xfd"}) as m:
        ...     m.run(instructions=10)
        ...     with Machine.from_snapshot(m.snapshot()) as other:
        ...         other.regs.ax == m.regs.ax, other.clock.cycles == m.clock.cycles
        (True, True)
        """
        from dosemu.snapshot.machine import make

        return cast("Self", make(cast("type[Machine]", cls), source, program, trust=trust, **streams))

    def fork(self) -> Self:
        """A second machine that is as this one is now; memory is shared until one of the two writes it.

        Captured output is copied; a source or sink of the host is not handed on.

        >>> from dosemu import Machine
        >>> with Machine(None) as m, m.fork() as other:
        ...     other.memory.write(0x9000, b"its own"); m.memory.read(0x9000, 7) == bytes(7)
        True
        """
        return self.from_snapshot(self.snapshot())

    # --- record and replay ----------------------------------------------------------------------

    @property
    def input_devices(self) -> tuple[Any, ...]:
        """What a person puts something in with."""
        return self.keyboard, self.mouse, self.joystick, self.disks

    @property
    def live_lines(self) -> dict[int, SerialLine]:
        """The serial lines at whose other ends somebody else is."""
        return {number: line for number, line in self.serial.items() if line.live}

    @property
    def program_digest(self) -> str:
        """SHA-256 of the program's file; empty without one.

        >>> from dosemu import Machine
        >>> with Machine.from_files({"T.COM": b"\\xcd\\x20"}) as m:
        ...     m.program_digest[:8]
        '8bce2fab'
        """
        if self._program is None or not self._program.is_file():
            return ""
        import hashlib

        with self._program.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
