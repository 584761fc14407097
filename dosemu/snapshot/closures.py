"""Functions made inside functions, as a place in a module's code and the variables they hold.

Continuations of services are such functions: "when the guest's handler is back, do this". The code comes from the
module as it is installed, never from the snapshot.
"""

from __future__ import annotations

import sys
import types
from functools import lru_cache
from importlib import import_module
from importlib.abc import InspectLoader
from importlib.machinery import SourceFileLoader
from typing import Any

# Their inner functions work on the guest's machine only; other packages' are wiring.
_PACKAGES = ("hw.", "int21.", "dosemu.bios.", "dosemu.dpmi.", "dosemu.shell.")


def is_closure(function: types.FunctionType) -> bool:
    """Whether a function is one that a snapshot can hold by its code."""
    inner = "<locals>" in function.__qualname__ or function.__name__ == "<lambda>"
    return inner and function.__module__.startswith(_PACKAGES)


@lru_cache(maxsize=64)
def _codes(module: str) -> dict[str, list[types.CodeType]]:
    """The code of all functions of a module, by their qualified names."""
    if not module.startswith(_PACKAGES):
        raise LookupError(module)
    try:
        spec = (sys.modules.get(module) or import_module(module)).__spec__
    except ImportError:
        raise LookupError(module) from None
    loader = None if spec is None else spec.loader
    if spec is not None and spec.origin and not isinstance(loader, InspectLoader):
        loader = SourceFileLoader(module, spec.origin)  # pytest loads the packages of its plugins in a way of its own
    code = loader.get_code(module) if isinstance(loader, InspectLoader) else None
    found: dict[str, list[types.CodeType]] = {}
    waiting = [code] if code is not None else []
    for part in waiting:
        for constant in part.co_consts:
            if isinstance(constant, types.CodeType):
                found.setdefault(constant.co_qualname, []).append(constant)
                waiting.append(constant)
    return found


def _begins(code: types.CodeType) -> tuple[int, int]:
    """Line and column; the code itself may be another one, as pytest rewrites assertions."""
    columns = (column for _, _, column, _ in code.co_positions() if column is not None)
    return code.co_firstlineno, next(columns, 0)


def place_of(function: types.FunctionType) -> tuple[str, str, int]:
    """Module, qualified name, and which of those with this name. Raises LookupError."""
    name = function.__code__.co_qualname
    for number, code in enumerate(_codes(function.__module__).get(name, ())):
        if _begins(code) == _begins(function.__code__):
            return function.__module__, name, number
    raise LookupError(name)


def variables_of(function: types.FunctionType) -> list[Any]:
    """What it holds, in the order of its code's free variables. Raises LookupError for one that has no value yet."""
    try:
        return [cell.cell_contents for cell in function.__closure__ or ()]
    except ValueError:
        raise LookupError(function.__qualname__) from None


def rebuild(module: str, name: str, number: int, defaults: Any) -> tuple[types.FunctionType, list[types.CellType]]:
    """The function again, with cells that are still empty. Raises LookupError."""
    code = _codes(module).get(name, [])[number]
    if "<locals>" not in name and not name.endswith("<lambda>"):
        raise LookupError(name)
    cells = [types.CellType() for _ in code.co_freevars]
    arguments = tuple(defaults) if defaults else None
    return types.FunctionType(code, vars(sys.modules[module]), code.co_name, arguments, tuple(cells)), cells
