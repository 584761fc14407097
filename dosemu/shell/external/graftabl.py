"""GRAFTABL: graphics modes have the characters of the code page without GRAFTABL."""

from __future__ import annotations

from dosemu.shell.notices import declare_notice

declare_notice(
    "GRAFTABL",
    "Graphics modes have the characters of the code page without GRAFTABL",
    help="Enables MS-DOS to display extended characters in graphics mode.",
)
