"""Plain data as the machine's objects again: the opposite of ``capture``, on a machine of the same make.

An object that is there under its path takes the state, so that what holds it goes on holding it; all others are
made anew. What the state does not say (wiring, what the host has) stays. A class may only be one of the machine's
packages, and a function only one declared with ``hw.state.resumable``: what is loaded from a file can call nothing
else.
"""

from __future__ import annotations

import io
import types
from collections import deque
from datetime import date, datetime
from enum import Enum, Flag
from functools import partial
from typing import Any

from dosemu.errors import SnapshotError
from dosemu.snapshot.closures import rebuild
from dosemu.snapshot.constants import constant, named
from dosemu.snapshot.giving import give
from dosemu.snapshot.records import CLASSES, MISSING, Image, Kind, Path, Tag, fields_of, is_frozen, is_kept, shown
from hw.clock import Clock, Event
from hw.state import StateError, is_resumable

_DEEPEST = 200  # tuples inside each other


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
                give(kind, thing, state)

    # What the records stand for

    def _find(self, root: Any, kind: str, name: str | None, path: Path | None, state: Any) -> Any:
        """The object of a record: the one that is there, or a new one still without its state."""
        if kind == Kind.EVENT:
            return None
        if kind == Kind.CLOSURE:
            module, place, number, defaults, _ = state
            function, cells = rebuild(module, place, number, self._value(defaults, MISSING))
            self._cells[id(function)] = cells
            return function
        cls: Any = CLASSES[kind] if kind in CLASSES else self._class(name)
        found = MISSING if path is None else self._follow(root, path)
        if kind == Kind.KEPT:
            if type(found) is not cls:
                raise SnapshotError(f"the machine has no {cls.__name__} at {shown(path)}: it is made another way")
            return found
        if type(found) is cls and id(found) not in self._used and not (is_kept(found) or is_frozen(found)):
            self._used.add(id(found))
            return found
        if kind in CLASSES:
            return cls()
        if kind == Kind.NATIVE and getattr(cls, "snapshot_new", False):
            return cls.__new__(cls)
        if kind == Kind.NATIVE or getattr(cls, "snapshot_kept", False):
            raise SnapshotError(f"the machine has no {cls.__name__} at {shown(path)}: it is made another way")
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
            key = step if isinstance(step, str) else self._value(step[0], MISSING, 0)
            thing = self._below(thing).get(key, MISSING)
            if thing is MISSING:
                return MISSING
        return thing

    # What they are to become

    def _state(self, number: int, thing: Any, kind: str, state: Any) -> Any:
        value = self._value

        def here(key: Any) -> Any:
            return self._below(thing).get(key, MISSING)

        match kind:
            case Kind.EVENT:
                return self._event(number)
            case Kind.DICT | Kind.ORDERED:
                keys = [value(key, MISSING) for key, _ in state]
                return {key: value(item, here(key)) for key, (_, item) in zip(keys, state, strict=True)}
            case Kind.LIST:
                return [value(item, here(index)) for index, item in enumerate(state)]
            case Kind.SET:
                return [value(item, MISSING) for item in state]
            case Kind.DEQUE:
                if state[0] != thing.maxlen:
                    thing = self.things[number] = deque(maxlen=state[0])
                return [value(item, MISSING) for item in state[1]]
            case Kind.BYTEARRAY:
                return self._bytes(state)
            case Kind.STREAM:
                return int(state[0]), self._bytes(state[1])
            case Kind.KEPT:
                return None
            case Kind.CLOSURE:
                cells = self._cells[id(thing)]
                return list(zip(cells, [value(item, MISSING) for item in state[4]], strict=True))
            case Kind.NATIVE:
                self.natives.append((thing, value(state, MISSING)))
                return None
        fields, extra = state
        if hasattr(thing, "snapshot_load"):
            self.hooks.append((thing, value(extra, MISSING)))
        return {str(name): value(item, here(name)) for name, item in fields.items()}

    def _event(self, number: int) -> Event:
        event = self._events.get(number)
        if event is None:
            kind, _, _, state = self.records[number]
            if kind != Kind.EVENT:
                raise ValueError("not an event")
            time_ps, sequence, name, cancelled, callback = state
            event = Event.restored(time_ps, sequence, self._value(callback, MISSING), name, bool(cancelled))
            self._events[number] = event
        return event

    def _bytes(self, value: Any) -> bytes:
        found = self._value(value, MISSING)
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
            case Tag.REF:
                if self.records[rest[0]][0] == Kind.EVENT:
                    return self._event(rest[0])
                return self.things[rest[0]]
            case Tag.BYTES:
                return bytes.fromhex(rest[0])
            case Tag.BLOB:
                return self.blobs[rest[0]]
            case Tag.TUPLE | Tag.NAMED_TUPLE:
                items = rest if tag == Tag.TUPLE else rest[1:]
                there = current if isinstance(current, tuple) and len(current) == len(items) else [MISSING] * len(items)
                made = [self._value(item, old, depth + 1) for item, old in zip(items, there, strict=True)]
                return tuple(made) if tag == Tag.TUPLE else tuple.__new__(self._tuple_class(rest[0]), made)
            case Tag.FROZEN_SET:
                return frozenset(self._value(item, MISSING, depth + 1) for item in rest)
            case Tag.ENUM:
                cls = self._class(rest[0])
                if not issubclass(cls, Enum):
                    raise ValueError("not an enumeration")
                return cls(rest[1]) if issubclass(cls, Flag) else cls[rest[1]]
            case Tag.DATETIME:
                return datetime.fromisoformat(rest[0])
            case Tag.DATE:
                return date.fromisoformat(rest[0])
            case Tag.ARRAY:
                return _array(rest[0], rest[1], self._bytes(rest[2]))
            case Tag.KEEP:
                if current is MISSING:
                    raise SnapshotError("the machine lacks something of the host or its wiring: it is made another way")
                return current
            case Tag.CONSTANT:
                return constant(rest[0])
            case Tag.CLASS:
                return self._class(rest[0])
            case Tag.FUNCTION:
                function = named(rest[0])
                if not is_resumable(function):
                    raise SnapshotError(f"{rest[0]} may not be called from a snapshot")
                return function
            case Tag.METHOD:
                thing = self._value(rest[0], MISSING, depth + 1)
                function = getattr(type(thing), rest[1])
                if not is_resumable(function):
                    raise SnapshotError(f"{rest[1]} may not be called from a snapshot")
                return types.MethodType(function, thing)
            case Tag.PARTIAL:
                function, arguments, keywords = rest
                return partial(
                    self._value(function, MISSING, depth + 1),
                    *(self._value(item, MISSING, depth + 1) for item in arguments),
                    **{name: self._value(item, MISSING, depth + 1) for name, item in keywords.items()},
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
