"""Tests say which services they show: ``@covers("21h/3Dh", "21h/4400h")``, with the numbers of docs/services.md.

The guest programs say it in their test.toml: ``covers = ["21h/3Dh"]``. What a declared service has no test for
makes tests/dosemu/tools/test_services.py fail.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def covers(*numbers: str) -> Callable[[T], T]:
    """Mark a test; the marks are read from the sources."""

    def leave(test: T) -> T:
        return test

    return leave
