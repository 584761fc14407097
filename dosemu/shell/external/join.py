"""JOIN: JOIN is not there: use SUBST, or mount a folder that holds the other."""

from __future__ import annotations

from dosemu.shell.notices import declare_notice

declare_notice(
    "JOIN",
    "JOIN is not there: use SUBST, or mount a folder that holds the other",
    help="Joins a disk drive to a directory on another drive.",
    code=1,
)
