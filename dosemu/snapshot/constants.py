"""Objects that belong to modules, not to a machine: tables, functions, classes. A snapshot names them."""

from __future__ import annotations

import sys
import types
from enum import Enum
from functools import lru_cache
from typing import Any

PACKAGES = ("hw", "int21", "dosemu")
_PLAIN = (int, str, bytes, float, tuple, frozenset, types.ModuleType, Enum)


def is_ours(module: str) -> bool:
    """Whether a module is part of the machine."""
    return module.partition(".")[0] in PACKAGES


def key_of(thing: Any) -> str:
    """A class or function as a name: ``module:qualified name``."""
    return f"{thing.__module__}:{thing.__qualname__}"


def named(key: str) -> Any:
    """What key_of() named, of modules that are loaded or part of the machine. Raises LookupError."""
    module, _, path = key.partition(":")
    if not is_ours(module):
        raise LookupError(key)
    found: Any = sys.modules.get(module)
    if found is None:
        try:
            found = __import__(module, fromlist=["*"])
        except (ImportError, ValueError):
            raise LookupError(key) from None
    for name in path.split("."):
        try:
            found = vars(found)[name]
        except (KeyError, TypeError):
            raise LookupError(key) from None
    if getattr(found, "__module__", module) != module:
        raise LookupError(key)
    return found


def constants() -> dict[int, str]:
    """The mutable objects that are globals of the machine's modules, and what these declare: id to name."""
    return _constants(len(sys.modules))


@lru_cache(maxsize=1)
def _constants(modules: int) -> dict[int, str]:
    found: dict[int, str] = {}
    for module in sorted(name for name in sys.modules if is_ours(name)):
        for name, value in vars(sys.modules[module]).items():
            if not isinstance(value, (*_PLAIN, type, types.FunctionType, types.BuiltinFunctionType)):
                if name.startswith("__"):
                    continue
                found.setdefault(id(value), f"{module}:{name}")
                for key, declared in _declared(value).items():
                    found.setdefault(id(declared), f"{module}:{name}:{key}")
    return found


def _declared(value: object) -> dict[str, Any]:
    """What a global holds for all machines (``snapshot_constants()``), by names."""
    declared = getattr(value, "snapshot_constants", None)
    return declared() if callable(declared) and not isinstance(value, type) else {}


def constant(name: str) -> Any:
    """The global that constants() named. Raises LookupError."""
    module, key, *inside = name.split(":", 2)
    value = vars(sys.modules[module])[key] if is_ours(module) else None
    if inside:
        value = _declared(value)[inside[0]]
    if id(value) not in constants():
        raise LookupError(name)
    return value
