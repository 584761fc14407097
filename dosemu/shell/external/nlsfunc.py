"""NLSFUNC: code pages and countries are known without NLSFUNC."""

from __future__ import annotations

from dosemu.shell.notices import declare_notice

declare_notice(
    "NLSFUNC",
    "Code pages and countries are known without NLSFUNC",
    help="Loads country-specific information.",
)
