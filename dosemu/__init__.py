"""Run DOS programs directly: no BIOS image, no DOS image, no boot.

>>> from dosemu import Machine
>>> Machine.__name__
'Machine'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dosemu.machine import Machine
    from dosemu.settings import Settings
    from dosemu.trace import Trace

__all__ = ["Machine", "Settings", "Trace"]

# Loaded when asked for: the command line must start fast.
_HOMES = {"Machine": "dosemu.machine", "Settings": "dosemu.settings", "Trace": "dosemu.trace"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'dosemu' has no attribute {name!r}")
