"""Loads pyfluidsynth quietly: with ``CI`` in the environment it prints where its library is, into a guest's output."""

from __future__ import annotations

import contextlib
import importlib
import io
from types import ModuleType


def load_fluidsynth() -> ModuleType:
    """The module ``fluidsynth``. Raises ImportError or OSError where it or the library it binds is missing."""
    with contextlib.redirect_stdout(io.StringIO()):
        return importlib.import_module("fluidsynth")
