"""MSCDEX: compact discs are there without MSCDEX: see --mount D=disc.iso."""

from __future__ import annotations

from dosemu.shell.notices import declare_notice

declare_notice(
    "MSCDEX",
    "Compact discs are there without MSCDEX: see --mount D=disc.iso",
    help="Provides access to CD-ROM drives.",
)
