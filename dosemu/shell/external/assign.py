"""ASSIGN: ASSIGN is not there: use SUBST for another letter."""

from __future__ import annotations

from dosemu.shell.notices import declare_notice

declare_notice(
    "ASSIGN",
    "ASSIGN is not there: use SUBST for another letter",
    help="Redirects requests for disk operations to a different drive.",
    code=1,
)
