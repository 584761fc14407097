"""The machine's objects as plain data.

``capture`` walks from one object to all it leads to. What it meets becomes a record (``records``), in which other
objects are numbers of records.
"""

from __future__ import annotations

import io
import types
from collections import deque
from datetime import date, datetime
from enum import Enum, Flag
from functools import partial
from typing import Any

from dosemu.errors import SnapshotBusy, SnapshotError
from dosemu.snapshot.closures import is_closure, place_of, variables_of
from dosemu.snapshot.constants import constants, is_ours, key_of
from dosemu.snapshot.records import (
    CONTAINERS,
    Image,
    Kind,
    Path,
    Tag,
    fields_of,
    has_native_base,
    is_frozen,
    is_kept,
    is_native,
    shown,
)
from hw.clock import Event
from hw.state import is_resumable, resumable

_SHORT = 32  # bytes up to this length are kept as hexadecimal digits


@resumable
def nothing() -> None:
    """Stands for the callback of an event that native code has."""


_NOTHING: Any = [Tag.FUNCTION, key_of(nothing)]


class _Capture:
    """Walks through the objects, those that are near the root first."""

    def __init__(self, root: object) -> None:
        self.image = Image()
        self.numbers: dict[int, int] = {}
        self.queue: deque[tuple[int, Any, Path | None]] = deque()
        self.constants = constants()
        self.alive: list[object] = []  # temporary ones, whose ids must not be given away
        self.add(root, [])
        while self.queue:
            number, thing, path = self.queue.popleft()
            if self.image.records[number][0] != Kind.KEPT:
                self.image.records[number][3] = self.state(thing, path)
        for kind, name, path, _ in self.image.records:
            if kind == Kind.KEPT and path is None:
                raise SnapshotError(f"{name}: the machine holds one in a way that cannot be in a snapshot")

    def add(self, thing: Any, path: Path | None) -> int:
        number = self.numbers.get(id(thing))
        if number is None:
            number = self.numbers[id(thing)] = len(self.image.records)
            self.alive.append(thing)
            self.queue.append((number, thing, path))
            if isinstance(thing, Event):
                kind, name = Kind.EVENT, None
            elif type(thing) in CONTAINERS:
                kind, name = CONTAINERS[type(thing)], None
            elif isinstance(thing, types.FunctionType):
                kind, name = Kind.CLOSURE, None
            elif is_kept(thing):
                kind, name = Kind.KEPT, key_of(type(thing))
            else:
                kind, name = Kind.NATIVE if is_native(thing) else Kind.OBJECT, key_of(type(thing))
            made_anew = kind in (Kind.EVENT, Kind.CLOSURE) or is_frozen(thing)
            self.image.records.append([kind, name, None if made_anew and kind != Kind.KEPT else path, None])
        elif path is not None and self.image.records[number][0] == Kind.KEPT:
            self.image.records[number][2] = self.image.records[number][2] or path
        return number

    def state(self, thing: Any, path: Path | None) -> Any:
        def below(step: Any, value: Any) -> Any:
            return self.value(value, None if path is None else [*path, step])

        match thing:
            case Event():
                callback = _NOTHING if thing.native else self.value(thing.callback, None)
                if callback == [Tag.KEEP]:
                    raise SnapshotError(f"{thing.name}: its callback {thing.callback!r} is not declared resumable")
                return [thing.time_ps, thing.sequence, thing.name, thing.cancelled, callback]
            case types.FunctionType():
                try:
                    variables = [self.value(value, None) for value in variables_of(thing)]
                    return [*place_of(thing), self.value(thing.__defaults__, None), variables]
                except LookupError as error:
                    raise SnapshotError(f"{thing!r} cannot be in a snapshot") from error
            case dict():
                return [[self.value(key, None), below([self.value(key, None)], value)] for key, value in thing.items()]
            case list():
                return [below([number], value) for number, value in enumerate(thing)]
            case deque():
                return [thing.maxlen, [self.value(value, None) for value in thing]]
            case set():
                try:
                    return [self.value(value, None) for value in sorted(thing)]
                except TypeError:
                    return [self.value(value, None) for value in thing]
            case bytearray():
                return self.value(bytes(thing), None)
            case io.BytesIO():
                return [thing.tell(), self.value(thing.getvalue(), None)]
        if is_native(thing):
            return self.native(thing)
        if not hasattr(thing, "snapshot_arguments") and has_native_base(thing):
            raise SnapshotError(f"{key_of(type(thing))}: what native code holds of it is not declared")
        extra = self.value(thing.snapshot_save(), None) if hasattr(thing, "snapshot_save") else None
        return [{name: below(name, value) for name, value in fields_of(thing).items()}, extra]

    def native(self, thing: Any) -> Any:
        if not hasattr(thing, "save") or not hasattr(thing, "load"):
            raise SnapshotError(f"{key_of(type(thing))} has no save() and load()")
        return self.value(thing.save(), None)

    def value(self, value: Any, path: Path | None) -> Any:
        if value is None or type(value) in (bool, int, float, str):
            return value
        match value:
            case bytes():
                if len(value) <= _SHORT:
                    return [Tag.BYTES, value.hex()]
                self.image.blobs.append(value)
                return [Tag.BLOB, len(self.image.blobs) - 1]
            case Enum():
                return [Tag.ENUM, key_of(type(value)), value.value if isinstance(value, Flag) else value.name]
            case tuple():
                items = [
                    self.value(item, None if path is None else [*path, [number]]) for number, item in enumerate(value)
                ]
                if type(value) is tuple:
                    return [Tag.TUPLE, *items]
                return [Tag.NAMED_TUPLE, key_of(type(value)), *items]
            case frozenset():
                return [Tag.FROZEN_SET, *(self.value(item, None) for item in value)]
            case datetime():
                return [Tag.DATETIME, value.isoformat()]
            case date():
                return [Tag.DATE, value.isoformat()]
            case int() | float():  # also a number of numpy
                return value.__int__() if isinstance(value, int) else value.__float__()
            case type():
                return [Tag.CLASS, key_of(value)]
            case types.FunctionType():
                if is_closure(value):
                    return [Tag.REF, self.add(value, None)]
                return [Tag.FUNCTION, key_of(value)] if is_resumable(value) else [Tag.KEEP]
            case types.MethodType():
                if is_resumable(value):
                    return [Tag.METHOD, self.value(value.__self__, None), value.__name__]
                return [Tag.KEEP]
            case partial():
                if not is_resumable(value.func):
                    return [Tag.KEEP]
                keywords = {name: self.value(item, None) for name, item in value.keywords.items()}
                return [Tag.PARTIAL, self.value(value.func, None), [self.value(v, None) for v in value.args], keywords]
            case types.BuiltinFunctionType() | types.BuiltinMethodType():
                return [Tag.KEEP]
        return self.thing(value, path)

    def thing(self, thing: Any, path: Path | None) -> Any:
        name = self.constants.get(id(thing))
        if name is not None:
            return [Tag.CONSTANT, name]
        cls = type(thing)
        if id(thing) in self.numbers or cls in CONTAINERS or cls is Event:
            return [Tag.REF, self.add(thing, path)]
        if cls.__module__ == "numpy" and cls.__name__ == "ndarray":
            return [Tag.ARRAY, thing.dtype.str, list(thing.shape), self.value(thing.tobytes(), None)]
        if cls.__module__.partition(".")[0] == "numpy" and hasattr(thing, "item"):
            return self.value(thing.item(), path)
        if isinstance(thing, io.IOBase):
            return [Tag.KEEP]
        if isinstance(thing, types.GeneratorType):
            raise SnapshotBusy(f"the shell's command {thing.__name__.strip('_').upper()} is in the middle of its work")
        if not is_ours(cls.__module__):
            raise SnapshotError(f"{shown(path)}: a {cls.__name__} cannot be in a snapshot")
        if (
            not is_kept(thing)
            and is_frozen(thing)
            and any(
                callable(value) and not is_resumable(value) and not isinstance(value, type)
                for value in fields_of(thing).values()
            )
        ):
            return [Tag.KEEP]
        return [Tag.REF, self.add(thing, path)]


def capture(root: object) -> Image:
    """All that ``root`` leads to, as plain data. Raises SnapshotError."""
    return _Capture(root).image
