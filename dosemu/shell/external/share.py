"""SHARE: files are shared and locked without SHARE."""

from __future__ import annotations

from dosemu.shell.notices import declare_notice

declare_notice(
    "SHARE",
    "Files are shared and locked without SHARE",
    help="Installs file-sharing and locking capabilities on your hard disk.",
)
