"""What the machine's objects are as plain data: records, and the values in them.

A record has a kind (``Kind``), a class, the *path* by which it was found, and its state. Values are those of JSON;
the rest is a list whose first item says what it is (``Tag``). Long bytes are apart. ``hw.state`` says what a class
can declare.
"""

from __future__ import annotations

import io
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any

from dosemu.snapshot.constants import is_ours

MISSING: Any = object()
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: not a class of native code


class Tag:
    REF, BYTES, BLOB, TUPLE, NAMED_TUPLE, FROZEN_SET = "r", "b", "B", "t", "T", "z"
    ENUM, DATE, DATETIME, ARRAY = "e", "D", "d", "n"
    KEEP, CONSTANT, CLASS, FUNCTION, METHOD, PARTIAL = "k", "g", "c", "f", "m", "p"


class Kind:
    OBJECT, NATIVE, EVENT, KEPT, CLOSURE = "object", "native", "event", "kept", "closure"
    DICT, ORDERED, LIST, SET, DEQUE, BYTEARRAY, STREAM = "dict", "ordered", "list", "set", "deque", "bytes", "stream"


CONTAINERS: dict[type, str] = {
    dict: Kind.DICT,
    OrderedDict: Kind.ORDERED,
    list: Kind.LIST,
    set: Kind.SET,
    deque: Kind.DEQUE,
    bytearray: Kind.BYTEARRAY,
    io.BytesIO: Kind.STREAM,
}
CLASSES = {kind: cls for cls, kind in CONTAINERS.items()}
Path = list[Any]


@dataclass(slots=True)
class Image:
    """What ``capture`` gives: ``records`` of plain values, and the long ``blobs`` that they name by number."""

    records: list[list[Any]] = field(default_factory=list)
    blobs: list[bytes] = field(default_factory=list)


def shown(path: Path | None) -> str:
    return "what is open" if path is None else ".".join(str(step) for step in path) or "the machine"


def fields_of(thing: object) -> dict[str, Any]:
    """The attributes of a Python object, without those that its class computes or keeps out of snapshots."""
    found: dict[str, Any] = {}
    for cls in type(thing).__mro__:
        slots = vars(cls).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__"):
                value = getattr(thing, name, MISSING)
                if value is not MISSING:
                    found[name] = value
    found.update(getattr(thing, "__dict__", {}))
    for name in getattr(type(thing), "snapshot_arguments", ()):
        found[name] = getattr(thing, name)
    for name in getattr(thing, "snapshot_skips", ()):
        found.pop(name, None)
    return found


def is_kept(thing: object) -> bool:
    return bool(getattr(type(thing), "snapshot_kept", False))


def is_frozen(thing: object) -> bool:
    parameters = getattr(type(thing), "__dataclass_params__", None)
    return parameters is not None and bool(parameters.frozen)


def is_native(thing: object) -> bool:
    """An object of the machine's native code, whose attributes cannot be seen."""
    return not hasattr(thing, "__dict__") and not any("__slots__" in vars(cls) for cls in type(thing).__mro__)


def has_native_base(thing: object) -> bool:
    """Whether a class of ours in native code is a base of a Python one."""
    return any(is_ours(base.__module__) and not base.__flags__ & _HEAP_TYPE for base in type(thing).__mro__)
