"""The machine's objects as plain data, and back.

``capture`` walks from one object to all it leads to. What it meets becomes a *record*: kind, class, the *path* it
was found by, and its state, in which other objects are numbers of records. ``Restoration`` does the opposite on a
machine of the same make: an object that is there under its path takes the state, so that what holds it goes on
holding it; all others are made anew. What the state does not say (wiring, what the host has) stays.

Values are those of JSON; the rest is a list whose first item says what it is (``_Tag``). Long bytes are apart. A
class may only be one of the machine's packages, and a function only one declared with ``hw.state.resumable``: what
is loaded from a file can call nothing else.
"""

from __future__ import annotations

import io
import types
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, Flag
from functools import cached_property, partial
from typing import Any

from dosemu.errors import SnapshotBusy, SnapshotError
from dosemu.snapshot.closures import is_closure, place_of, rebuild, variables_of
from dosemu.snapshot.constants import constant, constants, is_ours, key_of, named
from hw.clock import Clock, Event
from hw.state import StateError, is_resumable, resumable

_MISSING: Any = object()
_SHORT = 32  # bytes up to this length are kept as hexadecimal digits
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: not a class of native code
_DEEPEST = 200  # tuples inside each other


class _Tag:
    REF, BYTES, BLOB, TUPLE, NAMED_TUPLE, FROZEN_SET = "r", "b", "B", "t", "T", "z"
    ENUM, DATE, DATETIME, ARRAY = "e", "D", "d", "n"
    KEEP, CONSTANT, CLASS, FUNCTION, METHOD, PARTIAL = "k", "g", "c", "f", "m", "p"


class _Kind:
    OBJECT, NATIVE, EVENT, KEPT, CLOSURE = "object", "native", "event", "kept", "closure"
    DICT, ORDERED, LIST, SET, DEQUE, BYTEARRAY, STREAM = "dict", "ordered", "list", "set", "deque", "bytes", "stream"


_CONTAINERS: dict[type, str] = {
    dict: _Kind.DICT,
    OrderedDict: _Kind.ORDERED,
    list: _Kind.LIST,
    set: _Kind.SET,
    deque: _Kind.DEQUE,
    bytearray: _Kind.BYTEARRAY,
    io.BytesIO: _Kind.STREAM,
}
_CLASSES = {kind: cls for cls, kind in _CONTAINERS.items()}
Path = list[Any]


@resumable
def nothing() -> None:
    """Stands for the callback of an event that native code has."""


_NOTHING: Any = [_Tag.FUNCTION, key_of(nothing)]


@dataclass(slots=True)
class Image:
    """What ``capture`` gives: ``records`` of plain values, and the long ``blobs`` that they name by number."""

    records: list[list[Any]] = field(default_factory=list)
    blobs: list[bytes] = field(default_factory=list)


def fields_of(thing: object) -> dict[str, Any]:
    """The attributes of a Python object, without those that its class computes or keeps out of snapshots."""
    found: dict[str, Any] = {}
    for cls in type(thing).__mro__:
        slots = vars(cls).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__"):
                value = getattr(thing, name, _MISSING)
                if value is not _MISSING:
                    found[name] = value
    found.update(getattr(thing, "__dict__", {}))
    for name in getattr(type(thing), "snapshot_arguments", ()):
        found[name] = getattr(thing, name)
    for name in getattr(thing, "snapshot_skips", ()):
        found.pop(name, None)
    return found


def _is_kept(thing: object) -> bool:
    return bool(getattr(type(thing), "snapshot_kept", False))


def _is_frozen(thing: object) -> bool:
    parameters = getattr(type(thing), "__dataclass_params__", None)
    return parameters is not None and bool(parameters.frozen)


def _is_native(thing: object) -> bool:
    """An object of the machine's native code, whose attributes cannot be seen."""
    return not hasattr(thing, "__dict__") and not any("__slots__" in vars(cls) for cls in type(thing).__mro__)


def _has_native_base(thing: object) -> bool:
    """Whether a class of ours in native code is a base of a Python one."""
    return any(is_ours(base.__module__) and not base.__flags__ & _HEAP_TYPE for base in type(thing).__mro__)


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
            if self.image.records[number][0] != _Kind.KEPT:
                self.image.records[number][3] = self.state(thing, path)
        for kind, name, path, _ in self.image.records:
            if kind == _Kind.KEPT and path is None:
                raise SnapshotError(f"{name}: the machine holds one in a way that cannot be in a snapshot")

    def add(self, thing: Any, path: Path | None) -> int:
        number = self.numbers.get(id(thing))
        if number is None:
            number = self.numbers[id(thing)] = len(self.image.records)
            self.alive.append(thing)
            self.queue.append((number, thing, path))
            if isinstance(thing, Event):
                kind, name = _Kind.EVENT, None
            elif type(thing) in _CONTAINERS:
                kind, name = _CONTAINERS[type(thing)], None
            elif isinstance(thing, types.FunctionType):
                kind, name = _Kind.CLOSURE, None
            elif _is_kept(thing):
                kind, name = _Kind.KEPT, key_of(type(thing))
            else:
                kind, name = _Kind.NATIVE if _is_native(thing) else _Kind.OBJECT, key_of(type(thing))
            made_anew = kind in (_Kind.EVENT, _Kind.CLOSURE) or _is_frozen(thing)
            self.image.records.append([kind, name, None if made_anew and kind != _Kind.KEPT else path, None])
        elif path is not None and self.image.records[number][0] == _Kind.KEPT:
            self.image.records[number][2] = self.image.records[number][2] or path
        return number

    def state(self, thing: Any, path: Path | None) -> Any:
        def below(step: Any, value: Any) -> Any:
            return self.value(value, None if path is None else [*path, step])

        match thing:
            case Event():
                callback = _NOTHING if thing.native else self.value(thing.callback, None)
                if callback == [_Tag.KEEP]:
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
        if _is_native(thing):
            return self.native(thing)
        if not hasattr(thing, "snapshot_arguments") and _has_native_base(thing):
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
                    return [_Tag.BYTES, value.hex()]
                self.image.blobs.append(value)
                return [_Tag.BLOB, len(self.image.blobs) - 1]
            case Enum():
                return [_Tag.ENUM, key_of(type(value)), value.value if isinstance(value, Flag) else value.name]
            case tuple():
                items = [
                    self.value(item, None if path is None else [*path, [number]]) for number, item in enumerate(value)
                ]
                if type(value) is tuple:
                    return [_Tag.TUPLE, *items]
                return [_Tag.NAMED_TUPLE, key_of(type(value)), *items]
            case frozenset():
                return [_Tag.FROZEN_SET, *(self.value(item, None) for item in value)]
            case datetime():
                return [_Tag.DATETIME, value.isoformat()]
            case date():
                return [_Tag.DATE, value.isoformat()]
            case int() | float():  # also a number of numpy
                return value.__int__() if isinstance(value, int) else value.__float__()
            case type():
                return [_Tag.CLASS, key_of(value)]
            case types.FunctionType():
                if is_closure(value):
                    return [_Tag.REF, self.add(value, None)]
                return [_Tag.FUNCTION, key_of(value)] if is_resumable(value) else [_Tag.KEEP]
            case types.MethodType():
                if is_resumable(value):
                    return [_Tag.METHOD, self.value(value.__self__, None), value.__name__]
                return [_Tag.KEEP]
            case partial():
                if not is_resumable(value.func):
                    return [_Tag.KEEP]
                keywords = {name: self.value(item, None) for name, item in value.keywords.items()}
                return [_Tag.PARTIAL, self.value(value.func, None), [self.value(v, None) for v in value.args], keywords]
            case types.BuiltinFunctionType() | types.BuiltinMethodType():
                return [_Tag.KEEP]
        return self.thing(value, path)

    def thing(self, thing: Any, path: Path | None) -> Any:
        name = self.constants.get(id(thing))
        if name is not None:
            return [_Tag.CONSTANT, name]
        cls = type(thing)
        if id(thing) in self.numbers or cls in _CONTAINERS or cls is Event:
            return [_Tag.REF, self.add(thing, path)]
        if cls.__module__ == "numpy" and cls.__name__ == "ndarray":
            return [_Tag.ARRAY, thing.dtype.str, list(thing.shape), self.value(thing.tobytes(), None)]
        if cls.__module__.partition(".")[0] == "numpy" and hasattr(thing, "item"):
            return self.value(thing.item(), path)
        if isinstance(thing, io.IOBase):
            return [_Tag.KEEP]
        if isinstance(thing, types.GeneratorType):
            raise SnapshotBusy(f"the shell's command {thing.__name__.strip('_').upper()} is in the middle of its work")
        if not is_ours(cls.__module__):
            raise SnapshotError(f"{_shown(path)}: a {cls.__name__} cannot be in a snapshot")
        if (
            not _is_kept(thing)
            and _is_frozen(thing)
            and any(
                callable(value) and not is_resumable(value) and not isinstance(value, type)
                for value in fields_of(thing).values()
            )
        ):
            return [_Tag.KEEP]
        return [_Tag.REF, self.add(thing, path)]


def _shown(path: Path | None) -> str:
    return "what is open" if path is None else ".".join(str(step) for step in path) or "the machine"


def capture(root: object) -> Image:
    """All that ``root`` leads to, as plain data. Raises SnapshotError."""
    return _Capture(root).image


class Restoration:
    """Puts what ``image`` holds back into ``root`` and what it leads to.

    Making one and ``prepare`` look at everything and change nothing; ``apply`` then does it. All raise SnapshotError.
    """

    def __init__(self, root: object, image: Image) -> None:
        self.blobs = image.blobs
        self.records = image.records
        self.natives: list[tuple[Any, Any]] = []
        self.hooks: list[tuple[Any, Any]] = []
        self._events: dict[int, Event] = {}
        self._present: dict[int, dict[Any, Any]] = {}
        self._used: set[int] = set()
        self._cells: dict[int, list[types.CellType]] = {}
        try:
            self.things = [self._find(root, *record) for record in self.records]
            self.states = [
                self._state(number, thing, record[0], record[3])
                for number, (thing, record) in enumerate(zip(self.things, self.records, strict=True))
            ]
        except SnapshotError:
            raise
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError, OverflowError) as error:
            raise SnapshotError(f"damaged, or of another version ({error})") from error

    def prepare(self) -> None:
        """Give what is made anew its state, and ask what depends on the host whether it can be restored."""
        try:
            self._give(there=False)
            for thing, state in self.hooks:
                if hasattr(thing, "snapshot_check"):
                    thing.snapshot_check(state)
        except StateError as error:
            raise SnapshotError(str(error)) from None
        except Exception as error:  # whatever a file that somebody made up leads to
            raise SnapshotError(f"damaged, or of another version ({error})") from error

    def apply(self) -> None:
        """After prepare(): make the machine what it was."""
        try:
            self._give(there=True)
            for thing, state in sorted(self.natives, key=lambda item: not isinstance(item[0], Clock)):
                thing.load(state)
            for thing, state in self.natives:
                if isinstance(thing, Clock):
                    thing.take_natives(state)
            for thing, state in self.hooks:
                thing.snapshot_load(state)
        except Exception as error:
            raise SnapshotError(f"damaged, or of another version ({error})") from error

    def _give(self, *, there: bool) -> None:
        for (kind, *_), thing, state in zip(self.records, self.things, self.states, strict=True):
            if (id(thing) in self._used) is there:
                _APPLY.get(kind, _skip)(thing, state)

    # What the records stand for

    def _find(self, root: Any, kind: str, name: str | None, path: Path | None, state: Any) -> Any:
        """The object of a record: the one that is there, or a new one still without its state."""
        if kind == _Kind.EVENT:
            return None
        if kind == _Kind.CLOSURE:
            module, place, number, defaults, _ = state
            function, cells = rebuild(module, place, number, self._value(defaults, _MISSING))
            self._cells[id(function)] = cells
            return function
        cls: Any = _CLASSES[kind] if kind in _CLASSES else self._class(name)
        found = _MISSING if path is None else self._follow(root, path)
        if kind == _Kind.KEPT:
            if type(found) is not cls:
                raise SnapshotError(f"the machine has no {cls.__name__} at {_shown(path)}: it is made another way")
            return found
        if type(found) is cls and id(found) not in self._used and not (_is_kept(found) or _is_frozen(found)):
            self._used.add(id(found))
            return found
        if kind in _CLASSES:
            return cls()
        if kind == _Kind.NATIVE and getattr(cls, "snapshot_new", False):
            return cls.__new__(cls)
        if kind == _Kind.NATIVE or getattr(cls, "snapshot_kept", False):
            raise SnapshotError(f"the machine has no {cls.__name__} at {_shown(path)}: it is made another way")
        return cls.__new__(cls)

    @staticmethod
    def _class(name: Any) -> type:
        cls = named(name)
        if not isinstance(cls, type):
            raise LookupError(name)
        return cls

    def _below(self, thing: Any) -> dict[Any, Any]:
        """What an object of the machine has at present, by attribute, index or key."""
        known = self._present.get(id(thing))
        if known is None:
            match thing:
                case dict():
                    known = dict(thing)
                case list() | tuple():
                    known = dict(enumerate(thing))
                case set() | deque() | bytearray() | io.BytesIO():
                    known = {}
                case _:
                    known = fields_of(thing)
            self._present[id(thing)] = known
        return known

    def _follow(self, root: Any, path: Path) -> Any:
        thing = root
        for step in path:
            key = step if isinstance(step, str) else self._value(step[0], _MISSING, 0)
            thing = self._below(thing).get(key, _MISSING)
            if thing is _MISSING:
                return _MISSING
        return thing

    # What they are to become

    def _state(self, number: int, thing: Any, kind: str, state: Any) -> Any:
        value = self._value

        def here(key: Any) -> Any:
            return self._below(thing).get(key, _MISSING)

        match kind:
            case _Kind.EVENT:
                return self._event(number)
            case _Kind.DICT | _Kind.ORDERED:
                keys = [value(key, _MISSING) for key, _ in state]
                return {key: value(item, here(key)) for key, (_, item) in zip(keys, state, strict=True)}
            case _Kind.LIST:
                return [value(item, here(index)) for index, item in enumerate(state)]
            case _Kind.SET:
                return [value(item, _MISSING) for item in state]
            case _Kind.DEQUE:
                if state[0] != thing.maxlen:
                    thing = self.things[number] = deque(maxlen=state[0])
                return [value(item, _MISSING) for item in state[1]]
            case _Kind.BYTEARRAY:
                return self._bytes(state)
            case _Kind.STREAM:
                return int(state[0]), self._bytes(state[1])
            case _Kind.KEPT:
                return None
            case _Kind.CLOSURE:
                cells = self._cells[id(thing)]
                return list(zip(cells, [value(item, _MISSING) for item in state[4]], strict=True))
            case _Kind.NATIVE:
                self.natives.append((thing, value(state, _MISSING)))
                return None
        fields, extra = state
        if hasattr(thing, "snapshot_load"):
            self.hooks.append((thing, value(extra, _MISSING)))
        return {str(name): value(item, here(name)) for name, item in fields.items()}

    def _event(self, number: int) -> Event:
        event = self._events.get(number)
        if event is None:
            kind, _, _, state = self.records[number]
            if kind != _Kind.EVENT:
                raise ValueError("not an event")
            time_ps, sequence, name, cancelled, callback = state
            event = Event.restored(time_ps, sequence, self._value(callback, _MISSING), name, bool(cancelled))
            self._events[number] = event
        return event

    def _bytes(self, value: Any) -> bytes:
        found = self._value(value, _MISSING)
        if type(found) is not bytes:
            raise ValueError("not bytes")
        return found

    def _value(self, value: Any, current: Any, depth: int = 0) -> Any:
        if not isinstance(value, list):
            if isinstance(value, dict):
                raise ValueError("not a value")
            return value
        if depth > _DEEPEST:
            raise ValueError("tuples without end")
        tag, *rest = value
        match tag:
            case _Tag.REF:
                if self.records[rest[0]][0] == _Kind.EVENT:
                    return self._event(rest[0])
                return self.things[rest[0]]
            case _Tag.BYTES:
                return bytes.fromhex(rest[0])
            case _Tag.BLOB:
                return self.blobs[rest[0]]
            case _Tag.TUPLE | _Tag.NAMED_TUPLE:
                items = rest if tag == _Tag.TUPLE else rest[1:]
                there = (
                    current if isinstance(current, tuple) and len(current) == len(items) else [_MISSING] * len(items)
                )
                made = [self._value(item, old, depth + 1) for item, old in zip(items, there, strict=True)]
                return tuple(made) if tag == _Tag.TUPLE else tuple.__new__(self._tuple_class(rest[0]), made)
            case _Tag.FROZEN_SET:
                return frozenset(self._value(item, _MISSING, depth + 1) for item in rest)
            case _Tag.ENUM:
                cls = self._class(rest[0])
                if not issubclass(cls, Enum):
                    raise ValueError("not an enumeration")
                return cls(rest[1]) if issubclass(cls, Flag) else cls[rest[1]]
            case _Tag.DATETIME:
                return datetime.fromisoformat(rest[0])
            case _Tag.DATE:
                return date.fromisoformat(rest[0])
            case _Tag.ARRAY:
                return _array(rest[0], rest[1], self._bytes(rest[2]))
            case _Tag.KEEP:
                if current is _MISSING:
                    raise SnapshotError("the machine lacks something of the host or its wiring: it is made another way")
                return current
            case _Tag.CONSTANT:
                return constant(rest[0])
            case _Tag.CLASS:
                return self._class(rest[0])
            case _Tag.FUNCTION:
                function = named(rest[0])
                if not is_resumable(function):
                    raise SnapshotError(f"{rest[0]} may not be called from a snapshot")
                return function
            case _Tag.METHOD:
                thing = self._value(rest[0], _MISSING, depth + 1)
                function = getattr(type(thing), rest[1])
                if not is_resumable(function):
                    raise SnapshotError(f"{rest[1]} may not be called from a snapshot")
                return types.MethodType(function, thing)
            case _Tag.PARTIAL:
                function, arguments, keywords = rest
                return partial(
                    self._value(function, _MISSING, depth + 1),
                    *(self._value(item, _MISSING, depth + 1) for item in arguments),
                    **{name: self._value(item, _MISSING, depth + 1) for name, item in keywords.items()},
                )
        raise ValueError(f"an unknown kind of value, {tag!r}")

    def _tuple_class(self, name: Any) -> type:
        cls = self._class(name)
        if not issubclass(cls, tuple):
            raise ValueError("not a tuple")
        return cls


def _array(kind: str, shape: list[int], data: bytes) -> Any:
    import numpy as np

    if kind[1:2] not in ("f", "i", "u", "b"):
        raise ValueError("an array of objects")
    return np.frombuffer(data, np.dtype(kind)).reshape(shape).copy()


# --- giving objects their state ------------------------------------------------------------------


def _skip(thing: Any, state: Any) -> None:
    return


def _apply_object(thing: Any, state: dict[str, Any]) -> None:
    for name in fields_of(thing).keys() - state.keys():
        if not isinstance(getattr(type(thing), name, None), cached_property):
            object.__delattr__(thing, name)
    arguments: tuple[str, ...] = getattr(type(thing), "snapshot_arguments", ())
    if arguments:
        type(thing).__init__(thing, *(state[name] for name in arguments))
    for name, value in state.items():
        if name not in arguments:
            object.__setattr__(thing, name, value)


def _apply_closure(thing: types.FunctionType, state: list[tuple[types.CellType, Any]]) -> None:
    for cell, value in state:
        cell.cell_contents = value


def _apply_dict(thing: dict[Any, Any], state: dict[Any, Any]) -> None:
    thing.clear()
    thing.update(state)


def _apply_list(thing: list[Any], state: list[Any]) -> None:
    thing[:] = state


def _apply_items(thing: Any, state: list[Any]) -> None:
    thing.clear()
    if isinstance(thing, set):
        thing.update(state)
    else:
        thing.extend(state)


def _apply_stream(thing: io.BytesIO, state: tuple[int, bytes]) -> None:
    thing.seek(0)
    thing.truncate()
    thing.write(state[1])
    thing.seek(state[0])


_APPLY: dict[str, Any] = {
    _Kind.OBJECT: _apply_object,
    _Kind.CLOSURE: _apply_closure,
    _Kind.DICT: _apply_dict,
    _Kind.ORDERED: _apply_dict,
    _Kind.LIST: _apply_list,
    _Kind.SET: _apply_items,
    _Kind.DEQUE: _apply_items,
    _Kind.BYTEARRAY: _apply_list,
    _Kind.STREAM: _apply_stream,
}
