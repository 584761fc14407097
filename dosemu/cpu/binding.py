"""The engine's CPU seen through Unicorn's own Python binding.

The binding finds its library by ``LIBUNICORN_PATH``; set before its first import, it loads the library
that the engine runs on, and a ``unicorn.Uc`` can then share the engine's CPU.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "unicorn"


def load() -> Any:
    """The ``unicorn`` module, bound to the engine's library; RuntimeError if it was loaded from elsewhere before."""
    if "unicorn" not in sys.modules:
        os.environ["LIBUNICORN_PATH"] = os.fspath(FOLDER)
    import unicorn

    if not hasattr(_library(unicorn), "dosemu_run"):
        raise RuntimeError(
            "the unicorn package was imported before dosemu and uses its own library: import dosemu first"
        )
    return unicorn


def _library(unicorn: Any) -> Any:
    from unicorn.unicorn_py3 import unicorn as core

    return core.uclib


def wrap(handle: int) -> Any:
    """A ``unicorn.Uc`` on a CPU that the engine owns; closing it is left to the engine."""
    unicorn = load()

    class SharedUc(unicorn.Uc):  # type: ignore[misc,name-defined]
        """Uc on the engine's CPU: made without opening one, and never closing it."""

        def __new__(cls, *args: Any) -> Any:
            return object.__new__(cls)

        def __init__(self) -> None:
            self._arch, self._mode = unicorn.UC_ARCH_X86, unicorn.UC_MODE_32
            self._uch = ctypes.c_void_p(handle)
            self._callbacks: dict[int, Any] = {}
            self._mmio_callbacks: dict[tuple[int, int], Any] = {}
            self._hook_exception: Exception | None = None

    return SharedUc()
