"""FASTOPEN: files are found fast without FASTOPEN."""

from __future__ import annotations

from dosemu.shell.notices import declare_notice

declare_notice(
    "FASTOPEN",
    "Files are found fast without FASTOPEN",
    help="Decreases the amount of time to open frequently used files.",
)
