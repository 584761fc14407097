"""EDIT: there is no editor."""

from __future__ import annotations

from dosemu.shell.notices import declare_notice

declare_notice(
    "EDIT",
    "There is no editor: mount a folder that holds one, or edit on the host",
    help="Starts MS-DOS Editor, which creates and changes ASCII files.",
    code=1,
)
