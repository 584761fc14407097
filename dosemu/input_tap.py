"""Where the input of a person passes: seen by a recording, withheld while one is replayed.

>>> class Bell:
...     input_tap = None
...     @tapped("bell.ring")
...     def ring(self, times): print("ding " * times)
>>> class Tap:
...     def passes(self, name, arguments): return name != "bell.ring" or arguments[0] < 3
>>> bell = Bell(); bell.ring(3)
ding ding ding
>>> bell.input_tap = Tap(); bell.ring(3); bell.ring(1)
ding
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

_F = TypeVar("_F", bound=Callable[..., Any])


class Tap(Protocol):
    """Who looks at the input."""

    def passes(self, name: str, arguments: tuple[Any, ...]) -> bool:
        """Something is about to be put in; whether it may."""
        ...


class Log(Protocol):
    """A recording that is being made or replayed, between the slices of a run; ``done``: replayed to its end."""

    replaying: bool
    done: bool

    def before_slice(self) -> tuple[int, int] | None:
        """Do what is due. Where to stop for what comes next: after so many instructions, at this time (ps)."""
        ...

    def after_run(self) -> None:
        """The program may have ended."""
        ...

    def close(self) -> None:
        """The machine is closed."""
        ...


def tapped(name: str) -> Callable[[_F], _F]:
    """Let the calls of a method of an input device pass the device's ``input_tap``, when it has one."""

    def declare(method: _F) -> _F:
        @wraps(method)
        def call(self: Any, *arguments: Any, **keywords: Any) -> Any:
            tap: Tap | None = self.input_tap
            if tap is not None and not tap.passes(name, (*arguments, *keywords.values())):
                return None
            return method(self, *arguments, **keywords)

        return cast("_F", call)

    return declare
