"""Making a recording: everything that comes into a machine is noted with its cycle."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from dosemu.errors import MountError, RecordingError
from dosemu.replay.files import Watched
from dosemu.replay.recording import INPUTS, Happening, Recording
from dosemu.replay.state import Watch
from hw.clock import SECOND

if TYPE_CHECKING:
    from dosemu.machine import Machine

CHECK_PS = 5 * SECOND


class HeardInput:
    """A source of standard input that notes what each read of it gives."""

    def __init__(self, source: BinaryIO, pieces: list[bytes]) -> None:
        self._source = source
        self._pieces = pieces

    def isatty(self) -> bool:
        return self._source.isatty()

    def read(self, count: int = -1) -> bytes:
        return self._noted(self._source.read(count) or b"")

    def readline(self) -> bytes:
        return self._noted(self._source.readline() or b"")

    def _noted(self, data: bytes) -> bytes:
        self._pieces.append(data)
        return data


class Recorder:
    """Records ``machine``, which has not run yet, to the file ``path`` when it is closed."""

    replaying = False
    done = False

    def __init__(self, machine: Machine, path: str | os.PathLike[str], stdin: list[bytes], kind: str) -> None:
        self._machine = machine
        self._path = Path(path)
        try:  # here, so that nobody plays for an hour in vain; and no file that the program could see
            self._path.open("wb").close()
            self._path.unlink()
        except OSError as error:
            raise RecordingError(f"{path}: {error.strerror or error}") from None
        self._files = Watched(machine.dos.drives)
        self._watch = Watch(machine)
        self._speed = machine.clock.cycles_per_ms
        self._next_check_ps = CHECK_PS
        self._closed = False
        live = machine.live_lines
        self.recording = Recording(
            machine.made, machine.program_digest, stdin=stdin, stdin_kind=kind,
            serial=[(number, line.carrier) for number, line in live.items()],
        )  # fmt: skip
        for number, line in live.items():
            line.on_input = partial(self._serial, number)
        for device in machine.input_devices:
            device.input_tap = self

    def passes(self, name: str, arguments: tuple[Any, ...]) -> bool:
        """Note it; what is left out of the arguments is their default."""
        if name == "disks.insert":
            raise MountError("while a recording is made, only disks that were given at the start can be put in")
        values = [list(value) if isinstance(value, tuple) else value for value in arguments]
        match name:
            case "keyboard.send":
                values = [[*values[0]], -1 if len(values) < 2 or values[1] is None else values[1]]
            case "joystick.connect" if len(values) < 2:
                values.append(2)
        if len(values) == len(INPUTS[name]):
            self._note(name, *values)
        return True

    def _serial(self, number: int, time_ps: int, what: bytes | bool) -> None:
        if isinstance(what, bool):
            self._note("serial.carrier", number, what)
        else:
            self._note("serial.arrive", number, what.hex())

    def _note(self, name: str, *arguments: Any) -> None:
        self._speed_now()
        self._add(name, arguments)

    def _add(self, name: str, arguments: tuple[Any, ...]) -> None:
        clock = self._machine.clock
        self.recording.happenings.append(
            Happening(clock.cycles, clock.now_ps, clock.instructions, name, arguments, self._watch.registers())
        )

    def _speed_now(self) -> None:
        clock = self._machine.clock
        if clock.cycles_per_ms != self._speed:
            self._speed = clock.cycles_per_ms
            self._add("speed", (self._speed,))

    def before_slice(self) -> None:
        """Note a change of speed, and look at the machine from time to time."""
        self._speed_now()
        if self._machine.clock.now_ps >= self._next_check_ps:
            self._next_check_ps = self._machine.clock.now_ps + CHECK_PS
            self.recording.checks.append(self._watch.look())

    def after_run(self) -> None:
        return

    def close(self) -> None:
        """Write the file. Raises RecordingError."""
        if self._closed:
            return
        self._closed = True
        self._speed_now()
        self.recording.checks.append(self._watch.look(last=True))
        self.recording.drives = self._files.drives()
        self.recording.save(self._path)
