"""UNDELETE: deleted files cannot be brought back: nothing of them is kept."""

from __future__ import annotations

from dosemu.shell.notices import declare_notice

declare_notice(
    "UNDELETE",
    "Deleted files cannot be brought back: nothing of them is kept",
    help="Recovers files which have been deleted.",
    code=1,
)
