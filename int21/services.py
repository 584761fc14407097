"""Loads every module of the package, so that all services have registered themselves."""

from __future__ import annotations

import importlib
import pkgutil

import int21

# No services are there, and construct, which it needs, takes its time to load.
_WITHOUT = "int21.fat."


def load_all() -> None:
    """Import all modules of int21 and its sub-packages; a new file needs no entry anywhere.

    >>> load_all()
    >>> from int21.table import int21
    >>> int21.find(0x4C00).name
    'end program'
    """
    for module in pkgutil.walk_packages(int21.__path__, "int21."):
        if not module.name.startswith(_WITHOUT):
            importlib.import_module(module.name)
