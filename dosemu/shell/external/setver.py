"""SETVER: all programs get the version of --set dos.version; SETVER has no table."""

from __future__ import annotations

from dosemu.shell.notices import declare_notice

declare_notice(
    "SETVER",
    "All programs get the version of --set dos.version; SETVER has no table",
    help="Sets the version number that MS-DOS reports to a program.",
)
