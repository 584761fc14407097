"""The edits dosemu makes to the Unicorn 2.1.4 source, in groups; docs/engine.md says what each group is worth.

Loaded by build.py before the package exists: only the standard library may be imported here.
"""

from __future__ import annotations

from . import (
    budget,
    coprocessor,
    counting,
    crossings,
    debugging,
    hostile,
    interrupts,
    library,
    limits,
    machine,
    memory,
    models,
    patched,
    repeat,
    shadow,
    stores,
    tasks,
    translation,
    video,
    watchpoints,
    x87,
)
from .edit import Edit

GROUPS = (
    library,
    budget,
    stores,
    tasks,
    interrupts,
    coprocessor,
    machine,
    memory,
    video,
    translation,
    repeat,
    models,
    hostile,
    debugging,
    watchpoints,
    patched,
    x87,
    counting,
    limits,
    crossings,
    shadow,
)

EDITS: tuple[Edit, ...] = tuple(edit for group in GROUPS for edit in group.EDITS)
