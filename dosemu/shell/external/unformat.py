"""UNFORMAT: a formatted disk cannot be brought back: nothing of it is kept."""

from __future__ import annotations

from dosemu.shell.notices import declare_notice

declare_notice(
    "UNFORMAT",
    "A formatted disk cannot be brought back: nothing of it is kept",
    help="Restores a disk erased by the FORMAT command.",
    code=1,
)
