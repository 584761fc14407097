"""What a snapshot of the machine needs to know of the objects it is made of.

Objects are saved as they are: the attributes of Python ones, what ``save()`` gives of those in native code. So a
new part is in every snapshot by being reachable from the machine. A class says what is different for it:

* ``snapshot_kept = True``: its objects are the host's or the wiring's, and stay what they are;
* ``snapshot_new = True``: native ones that are made without arguments where the machine has none;
* ``snapshot_arguments = ("name", ...)``: attributes that native code holds, and that ``__init__`` takes;
* ``snapshot_skips = ("name", ...)``: attributes that are;
* ``snapshot_save()`` and ``snapshot_load(state)``: what else it has; loaded when all else is back;
* ``snapshot_constants()``: what objects that are globals of modules hold for all machines, by names;
* ``snapshot_check(state)``: raises StateError while nothing has changed yet, when the state cannot be restored.

Events and continuations hold callables. What a chip of this package does may be called from a snapshot, since it
reaches nothing of the host; elsewhere it must be declared:

>>> class Driver:
...     @resumable
...     def tick(self): ...
...     def other(self): ...
>>> is_resumable(Driver().tick), is_resumable(Driver().other), is_resumable(len)
(True, False, False)
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])
_MARKED: set[object] = set()


class StateError(ValueError):
    """A saved state that does not fit what the host has by now; the message is one line for the user."""


def resumable(function: _F) -> _F:
    """Declare a method, or a function of a module, that a snapshot may name as what is to be called later."""
    _MARKED.add(function)
    return function


def is_resumable(function: object) -> bool:
    """Whether a snapshot may name a function, or a method."""
    plain = getattr(function, "__func__", function)
    if not isinstance(plain, FunctionType):
        return False
    module, name = plain.__module__, plain.__name__
    return plain in _MARKED or (module.startswith("hw.") and module != __name__ and not name.startswith("__"))
