"""What is in a recording, and its file: magic, version, checksum, one zlib stream of JSON.

Nothing in it is executed; what is damaged or cannot be is refused with one line.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dosemu.errors import RecordingError, SettingsError
from dosemu.replay.files import Drive
from dosemu.snapshot.snapshot import Made, build
from dosemu.whole_file import write_whole

MAGIC = b"DOSEMU INPUT\x1a"
VERSION = 2
_HEAD = struct.Struct("<13sHI")
_LARGEST = 512 << 20  # bytes unpacked
_DAMAGED = "the recording is damaged"
_LAST_CYCLE = 1 << 62

# What can come in, and the types of its arguments.
INPUTS: dict[str, tuple[type, ...]] = {
    "keyboard.press": (int,),
    "keyboard.release": (int,),
    "keyboard.release_all": (),
    "keyboard.send": (list, int),
    "mouse.move": (int, int),
    "mouse.move_to": (int, int),
    "mouse.press": (int,),
    "mouse.release": (int,),
    "joystick.connect": (str, int),
    "joystick.move": (int, float),
    "joystick.press": (int,),
    "joystick.release": (int,),
    "joystick.hat": (str,),
    "disks.put": (str, int),
    "serial.arrive": (int, str),
    "serial.carrier": (int, bool),
    "speed": (int,),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that came in at ``cycle``; ``registers`` is the checksum of the CPU's then."""

    cycle: int
    time_ps: int
    instructions: int
    name: str
    arguments: tuple[Any, ...]
    registers: int


@dataclass(frozen=True, slots=True)
class Check:
    """What the machine was at ``cycle``: checksums of what is in memory, on the screen, and of all sound so far."""

    cycle: int
    time_ps: int
    instructions: int
    registers: int
    memory: int
    picture: int
    sound: int
    exited: bool = False


@dataclass(slots=True)
class Recording:
    """All that came into a machine, and how to make that machine.

    >>> import pathlib, tempfile
    >>> from dosemu import Machine
    >>> path = pathlib.Path(tempfile.mkdtemp(), "keys.rec")
    >>> with Machine.from_files({"T.COM": b"\\xeb\\xfe"}, record=path) as m:
    ...     m.run(seconds=0.1); m.keyboard.tap("a"); m.run(seconds=0.4)
    >>> recording = Recording.load(path)
    >>> round(recording.seconds, 3), [happening.name for happening in recording.happenings]
    (0.5, ...)
    >>> recording.save(path.with_suffix(".copy"))
    """

    made: Made
    program_digest: str = ""
    drives: list[Drive] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    stdin: list[bytes] = field(default_factory=list)  # what each read of it gave
    stdin_kind: str = "none"  # none, file, terminal
    serial: list[tuple[int, bool]] = field(default_factory=list)  # lines that are live, and whether with a carrier

    @property
    def seconds(self) -> float:
        """Emulated seconds from its start to its end."""
        return self.checks[-1].time_ps / 1e12

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, which appears when it is whole. Raises RecordingError."""
        plain = {
            "build": build(),
            "made": self.made.describe(),
            "program": self.program_digest,
            "drives": [drive.describe() for drive in self.drives],
            "happenings": [
                [one.cycle, one.time_ps, one.instructions, one.name, one.registers, *one.arguments]
                for one in self.happenings
            ],
            "checks": [
                [
                    one.cycle,
                    one.time_ps,
                    one.instructions,
                    one.registers,
                    one.memory,
                    one.picture,
                    one.sound,
                    one.exited,
                ]
                for one in self.checks
            ],
            "stdin": [piece.hex() for piece in self.stdin],
            "stdin_kind": self.stdin_kind,
            "serial": self.serial,
        }
        body = zlib.compress(json.dumps(plain, separators=(",", ":")).encode(), 6)
        target = Path(path)
        try:
            write_whole(target, _HEAD.pack(MAGIC, VERSION, zlib.crc32(body)) + body)
        except OSError as error:
            raise RecordingError(f"{target}: {error.strerror or error}") from None

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Recording:
        """Read a file. Raises RecordingError for what is none, is damaged, or of another build."""
        try:
            data = Path(path).read_bytes()
        except OSError as error:
            raise RecordingError(f"{path}: {error.strerror or error}") from None
        try:
            return cls._read(_unpack(data))
        except RecordingError as error:
            raise RecordingError(f"{path}: {error}") from None
        except (SettingsError, LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise RecordingError(f"{path}: {_DAMAGED} ({error})") from None

    @classmethod
    def _read(cls, plain: Any) -> Recording:
        if plain["build"] != build():
            raise RecordingError("a recording of another build of dosemu")
        happenings = [_happening(*one) for one in plain["happenings"]]
        checks = [_check(*one) for one in plain["checks"]]
        cycles = [[one.cycle for one in happenings], [one.cycle for one in checks]]
        if not checks or any(sorted(part) != part for part in cycles) or max([0, *cycles[0]]) > checks[-1].cycle:
            raise ValueError("times that cannot be")
        if plain["stdin_kind"] not in ("none", "file", "terminal"):
            raise ValueError("an unknown kind of input")
        serial = [(_number(number, 0, 3), bool(carrier)) for number, carrier in plain["serial"]]
        return cls(
            Made.read(plain["made"]), str(plain["program"]), [Drive.read(one) for one in plain["drives"]],
            happenings, checks, [bytes.fromhex(piece) for piece in plain["stdin"]], plain["stdin_kind"], serial,
        )  # fmt: skip


def _unpack(data: bytes) -> Any:
    if len(data) < _HEAD.size or not data.startswith(MAGIC):
        raise RecordingError("not a recording")
    _, version, checksum = _HEAD.unpack_from(data)
    if version != VERSION:
        raise RecordingError(f"a recording of format {version}; this is format {VERSION}")
    body = data[_HEAD.size :]
    if zlib.crc32(body) != checksum:
        raise RecordingError(_DAMAGED)
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(body, _LARGEST)
        if not unpacker.eof:
            raise RecordingError("the recording is too large" if unpacker.unconsumed_tail else _DAMAGED)
        plain = json.loads(text)
    except (zlib.error, ValueError, RecursionError) as error:
        raise RecordingError(str(error) if isinstance(error, RecordingError) else _DAMAGED) from None
    if not isinstance(plain, dict):
        raise RecordingError(_DAMAGED)
    return plain


def _number(value: Any, low: int = 0, high: int = _LAST_CYCLE) -> int:
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"a number {value!r}")
    return value


_SMALL = 1 << 20


def _argument(value: Any, kind: type) -> Any:
    if kind is int:
        return _number(value, -_LAST_CYCLE)
    if kind is list:
        if type(value) is not list or len(value) > 64:
            raise ValueError("no list of scan codes")
        return [_number(code, 0, 0xFFFF) for code in value]
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind or (isinstance(value, float) and not abs(value) < _SMALL):
        raise ValueError(f"a value {value!r}")
    return value


def _happening(cycle: Any, time_ps: Any, instructions: Any, name: Any, registers: Any, *arguments: Any) -> Happening:
    kinds = INPUTS[name]
    found = tuple(_argument(value, kind) for value, kind in zip(arguments, kinds, strict=True))
    return Happening(_number(cycle), _number(time_ps), _number(instructions), name, found, _number(registers))


def _check(cycle: Any, time_ps: Any, instructions: Any, *values: Any) -> Check:
    *sums, exited = values
    registers, memory, picture, sound = (_number(value, 0, 0xFFFFFFFF) for value in sums)
    return Check(
        _number(cycle), _number(time_ps), _number(instructions), registers, memory, picture, sound, bool(exited)
    )  # fmt: skip
