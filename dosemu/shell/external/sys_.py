"""SYS: system files are not copied: dosemu starts programs without them."""

from __future__ import annotations

from dosemu.shell.notices import declare_notice

declare_notice(
    "SYS",
    "System files are not copied: dosemu starts programs without them",
    help="Copies MS-DOS system files to a disk.",
    code=1,
)
