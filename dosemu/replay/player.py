"""Replaying a recording: the same machine, the same input at the same cycles, and the same hashes, or an error.

>>> from dosemu import Machine
>>> import pathlib, tempfile
>>> folder = pathlib.Path(tempfile.mkdtemp())
>>> _ = (folder / "ECHO.COM").write_bytes(bytes.fromhex("b400cd16 b40ecd10 ebf6"))
>>> with Machine(folder / "ECHO.COM", record=folder / "keys") as m:
...     m.run(seconds=0.1); m.keyboard.type("hello"); m.run(seconds=0.5)
>>> replay(folder / "keys").screen_text.strip()
'hello'
"""

from __future__ import annotations

import dataclasses
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from dosemu.errors import MountError, RecordingError
from dosemu.filesystem import temporary_folder
from dosemu.replay.files import mount_of, same_files, tell_as_then
from dosemu.replay.recording import Check, Happening, Recording
from dosemu.replay.state import Watch
from dosemu.settings import PrinterSettings, Settings
from dosemu.snapshot.folder import write_folder
from hw.serial_line import NoPeer

if TYPE_CHECKING:
    from collections.abc import Callable

    from dosemu.machine import Machine
    from dosemu.mounts import MountSpec

_NEVER_WRITTEN = (".iso", ".cue", ".zip")
_DIFFERENT = ("registers", "memory", "picture", "sound")


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay came to: ``checks`` as they were in the recording too.

    >>> import pathlib, tempfile
    >>> from dosemu import Machine
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "T.COM").write_bytes(bytes.fromhex("b402 b241 cd21 cd20"))
    >>> with Machine(folder / "T.COM", record=folder / "rec") as m:
    ...     m.run()
    >>> done = replay(folder / "rec")
    >>> done.screen_text.strip(), len(done.checks)
    ('A', 1)
    """

    checks: tuple[Check, ...]
    exit_code: int | None
    screen_text: str
    stdout: bytes


class _Said:
    """Standard input as it was read."""

    def __init__(self, pieces: list[bytes], *, terminal: bool) -> None:
        self._pieces = pieces
        self._terminal = terminal
        self._at = 0

    def isatty(self) -> bool:
        return self._terminal

    def read(self, count: int = -1) -> bytes:
        self._at += 1
        return self._pieces[self._at - 1] if self._at <= len(self._pieces) else b""

    def readline(self) -> bytes:
        return self.read()


class Player:
    """Puts what was recorded into ``machine``; ``done`` when there is no more."""

    replaying = True

    def __init__(self, machine: Machine, recording: Recording) -> None:
        self._machine = machine
        self._recording = recording
        self._watch = Watch(machine)
        self._at = self._checked = 0
        self._acting = False
        self.done = False
        for number, carrier in recording.serial:
            line = machine.serial.get(number)
            if line is None:
                raise RecordingError("the recording is damaged (a serial line)")
            line.peer, line.live = NoPeer(), True
            line.carrier = carrier
        for device in machine.input_devices:
            device.input_tap = self

    def passes(self, name: str, arguments: tuple[Any, ...]) -> bool:
        """Nothing comes in from elsewhere, before the end."""
        if self._acting or self.done:
            return True
        if name.startswith("disks."):
            raise MountError("the recording that is replayed changes the disks")
        return False

    @property
    def happenings_left(self) -> int:
        """How many inputs are still to come."""
        return len(self._recording.happenings) - self._at

    def before_slice(self) -> tuple[int, int] | None:
        """Put in what is due. Raises RecordingError when the machine is not what it was in the recording."""
        if self.done:
            return None
        now, time_ps = self._machine.clock.cycles, self._machine.clock.now_ps
        happenings, checks = self._recording.happenings, self._recording.checks
        while True:
            happening = happenings[self._at] if self._at < len(happenings) else None
            check = checks[self._checked]
            if happening is not None and happening.cycle <= check.cycle:
                if happening.cycle > now and happening.time_ps > time_ps:
                    return happening.instructions, happening.time_ps
                self._at += 1
                self._put_in(happening, now)
            else:
                if check.cycle > now and check.time_ps > time_ps:
                    return check.instructions, check.time_ps
                self._checked += 1
                self._compare(check, last=self._checked == len(checks))
                if self._checked == len(checks):
                    self.done = True
                    self._machine.replay_ended()
                    return None

    def after_run(self) -> None:
        """The program has ended: it must have done so in the recording."""
        if self.done or not self._machine.exited:
            return
        self.before_slice()
        if not self.done:
            raise self._mismatch("the program has ended", self._recording.checks[self._checked].time_ps)

    def close(self) -> None:
        return

    def _compare(self, check: Check, *, last: bool) -> None:
        found = self._watch.look(last=last)
        if found == check:
            return
        if found.cycle != check.cycle or found.time_ps != check.time_ps:
            raise self._mismatch("the time", check.time_ps)
        different = [name for name in _DIFFERENT if getattr(found, name) != getattr(check, name)]
        raise self._mismatch(", ".join(different) or "the program's end", check.time_ps)

    def _mismatch(self, what: str, time_ps: int) -> RecordingError:
        since = self._recording.checks[self._checked - 2].time_ps if self._checked > 1 else 0
        last = self._recording.happenings[self._at - 1] if self._at else None
        text = f"{what} not as in the recording at {time_ps / 1e12:.6f} s (all was at {since / 1e12:.6f} s"
        if last is not None:
            text += f"; input {self._at}, {last.name} at cycle {last.cycle}, was the last"
        return RecordingError(f"{self._machine.title}: {text})")

    def _put_in(self, happening: Happening, now: int) -> None:
        number = self._at
        if happening.cycle != now or happening.registers != self._watch.registers():
            raise RecordingError(
                f"{self._machine.title}: not as in the recording: input {number}, {happening.name} "
                f"{' '.join(map(str, happening.arguments))} at {self._machine.clock.seconds:.6f} s "
                f"(cycle {happening.cycle}) comes to a machine in another state"
            )
        self._acting = True
        try:
            _ACTIONS[happening.name](self._machine, *happening.arguments)
        except (ValueError, LookupError, OverflowError, AttributeError) as error:
            raise RecordingError(f"the recording is damaged ({happening.name}: {error})") from None
        finally:
            self._acting = False


def _send(machine: Machine, codes: list[int], at_ps: int) -> None:
    machine.keyboard.send(codes, None if at_ps < 0 else at_ps)


def _arrive(machine: Machine, number: int, data: str) -> None:
    machine.serial[number].arrive(bytes.fromhex(data))


def _carrier(machine: Machine, number: int, carrier: bool) -> None:
    machine.serial[number].set_carrier(carrier)


def _set_speed(machine: Machine, cycles: int) -> None:
    machine.clock.cycles_per_ms = cycles


_ACTIONS: dict[str, Callable[..., object]] = {
    "keyboard.press": lambda m, code: m.keyboard.press(code),
    "keyboard.release": lambda m, code: m.keyboard.release(code),
    "keyboard.release_all": lambda m: m.keyboard.release_all(),
    "keyboard.send": _send,
    "mouse.move": lambda m, dx, dy: m.mouse.move(dx, dy),
    "mouse.move_to": lambda m, x, y: m.mouse.move_to(x, y),
    "mouse.press": lambda m, button: m.mouse.press(button),
    "mouse.release": lambda m, button: m.mouse.release(button),
    "joystick.connect": lambda m, kind, sticks: m.joystick.connect(kind, sticks=sticks),
    "joystick.move": lambda m, axis, place: m.joystick.move(axis, place),
    "joystick.press": lambda m, button: m.joystick.press(button),
    "joystick.release": lambda m, button: m.joystick.release(button),
    "joystick.hat": lambda m, direction: m.joystick.hat(direction),
    "disks.put": lambda m, letter, number: m.disks.swap(letter, number),
    "serial.arrive": _arrive,
    "serial.carrier": _carrier,
    "speed": _set_speed,
}


def open_replay(
    source: Recording | str | os.PathLike[str],
    program: str | os.PathLike[str] | None = None,
    *,
    stdout: BinaryIO | None = None,
    stderr: BinaryIO | None = None,
    sound: str | None = None,
) -> Machine:
    """A machine that does what was recorded as it is run; input from elsewhere is withheld until the end.

    ``program`` says where it is now. Its folder, and all others, stay as they are. ``sound`` is the setting of that
    name. Running it raises RecordingError when something is not as it was. Raises RecordingError, and what making a
    machine raises.

    >>> import pathlib, tempfile
    >>> from dosemu import Machine
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "T.COM").write_bytes(bytes.fromhex("b400 cd16 b40e cd10 ebf6"))  # echo keys
    >>> with Machine(folder / "T.COM", record=folder / "rec") as m:
    ...     m.run(seconds=0.1); m.keyboard.type("hi"); m.run(seconds=0.5)
    >>> with open_replay(folder / "rec") as m:
    ...     m.run(seconds=0.3); m.log.done, m.screen.text()[:2]
    ...     m.run(seconds=5); m.log.done
    (False, 'hi')
    True
    """
    from dosemu.machine import Machine

    recording = source if isinstance(source, Recording) else Recording.load(source)
    made = recording.made
    was = None if made.program is None else Path(made.program)
    now = was if program is None else Path(program).resolve()
    cleanups: list[Callable[[], None]] = []
    try:
        mounts = {
            letter: _copied(spec, cleanups) for letter, spec in made.settings.mounts.items() if spec.kind != "folder"
        }
        for drive in recording.drives:
            root = Path(drive.path)
            if was is not None and now is not None and was != now and was.is_relative_to(root):
                depth = len(was.relative_to(root).parts)
                root = now if depth == 0 else now.parents[depth - 1]
            same_files(drive, root)
            above, remove = temporary_folder()
            cleanups.append(remove)
            write_folder(above, drive.above)
            mounts[drive.letter] = mount_of(drive, root, above)
        settings = _harmless(dataclasses.replace(made.settings, mounts=mounts), made.start, sound)
        stdin: Any = None
        if recording.stdin_kind != "none":
            stdin = _Said(recording.stdin, terminal=recording.stdin_kind == "terminal")
        machine = Machine(
            now, made.args, settings=settings, stdio=made.stdio, here=made.here, stdout=stdout, stderr=stderr,
            stdin=cast("BinaryIO | None", stdin),
        )  # fmt: skip
    except BaseException:
        for remove in cleanups:
            remove()
        raise
    machine.add_cleanups(cleanups)
    if recording.program_digest != machine.program_digest:
        machine.close()
        raise RecordingError(f"{now}: is not the program that was recorded")
    tell_as_then(recording.drives, machine.dos.drives)
    try:
        machine.log = Player(machine, recording)
    except BaseException:
        machine.close()
        raise
    return machine


def _harmless(settings: Settings, start: str, sound: str | None) -> Settings:
    """The same settings, but nothing leaves the machine for the files and connections that they name."""
    serial = dataclasses.asdict(settings.serial)
    for port, where in serial.items():
        if where not in ("none", "mouse"):
            serial[port] = "null"
    printer = PrinterSettings(
        **{name: os.devnull if path else "" for name, path in dataclasses.asdict(settings.printer).items()}
    )
    changes = {f"serial.{port}": where for port, where in serial.items()}
    settings = dataclasses.replace(settings, printer=printer)
    return settings.with_(**changes, **{"dos.start_time": start, "sound.mode": sound or "none"})


def replay(source: Recording | str | os.PathLike[str], program: str | os.PathLike[str] | None = None) -> Replayed:
    """Replay a recording to its end, as fast as the host can. Raises what ``open_replay`` does, and RecordingError
    with the first difference.

    >>> import pathlib, tempfile
    >>> from dosemu import Machine
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "T.COM").write_bytes(bytes.fromhex("b402 b241 cd21 cd20"))
    >>> with Machine(folder / "T.COM", record=folder / "rec") as m:
    ...     m.run()
    >>> replay(folder / "rec") == replay(folder / "rec")
    True
    """
    recording = source if isinstance(source, Recording) else Recording.load(source)
    with open_replay(recording, program) as machine:
        player = machine.log
        assert isinstance(player, Player)
        while not player.done:
            machine.run(seconds=60)
        text = machine.screen.text() if machine.screen.is_text else ""
        return Replayed(tuple(recording.checks), machine.exit_code, text, machine.stdout)


def _copied(spec: MountSpec, cleanups: list[Callable[[], None]]) -> MountSpec:
    """The mount of an image with copies in place of what the replay could write to."""
    disks = []
    for disk in spec.disks:
        path = disk.path.expanduser()
        if disk.kind == "image" and not disk.read_only and path.suffix.lower() not in _NEVER_WRITTEN:
            folder, remove = temporary_folder()
            cleanups.append(remove)
            try:
                path = Path(shutil.copyfile(path, folder / path.name))
            except OSError as error:
                raise RecordingError(f"{path}: {error.strerror or error}") from None
        disks.append(dataclasses.replace(disk, path=path))
    return dataclasses.replace(disks[0], spares=tuple(disks[1:]))
